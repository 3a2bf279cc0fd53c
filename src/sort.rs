//! Sorting, compiled once.
//!
//! The sort of the standard library is 4 KB more of program for each type and order that it is used
//! with. Here it sorts places of values, whatever they are, and the values are then put there.

use std::cmp::Ordering;

/// Sorts; equal values stay in their order.
pub fn sort_by<T>(values: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let sorted = order(
        values.len(),
        &|one, other| match (values.get(one), values.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        },
    );
    let mut taken: Vec<Option<T>> = values.drain(..).map(Some).collect();
    values.extend(
        sorted
            .into_iter()
            .filter_map(|place| taken.get_mut(place)?.take()),
    );
}

/// Sorts by what `key` gives for each value; equal values stay in their order.
pub fn sort_by_key<T, K: Ord>(values: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(values, |one, other| key(one).cmp(&key(other)));
}

/// The places from 0 up to `count`, sorted by what is there.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library(values in prop::collection::vec((0_u8..9, any::<u16>()), 0..200)) {
            let mut ours = values.clone();
            let mut theirs = values;
            sort_by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(ours, theirs);
        }
    }
}
