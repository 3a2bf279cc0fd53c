//! How many events there were, by time and action.

use super::{Answer, FromAnswer, not_json, page::natural};
use crate::{
    event::EventAction,
    json::{JsonText, Kind, Node},
    moment::Moment,
    sort::sort_by,
    text::Untrusted,
};

/// What `volume/` tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Volume {
    /// Counts, in the server's order: steps of six hours in UTC, none for steps without events.
    Known(Vec<Count>),
    /// The answer names no actions, as servers before 2025.8 do; nothing is known by it.
    NotKnown,
}

/// How many events of one action a step has.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// Where the step begins.
    pub time: Moment,
    /// What happened.
    pub action: EventAction,
    /// How often.
    pub count: u64,
}

impl Volume {
    /// How many events of each action there were from `from` to before `to`, the most frequent
    /// first. A step counts where it begins.
    pub fn by_action(&self, from: Moment, to: Moment) -> Vec<(EventAction, u64)> {
        let Self::Known(counts) = self else {
            return Vec::new();
        };
        let inside = counts
            .iter()
            .filter(|count| (from..to).contains(&count.time));
        let mut found: Vec<(Untrusted, u64)> = inside
            .map(|count| (count.action.wire(), count.count))
            .collect();
        sort_by(&mut found, |(one, _), (next, _)| one.cmp(next));
        let mut sums: Vec<(Untrusted, u64)> = Vec::new();
        for (wire, count) in found {
            match sums.last_mut() {
                Some((last, sum)) if *last == wire => *sum = sum.saturating_add(count),
                _ => sums.push((wire, count)),
            }
        }
        sort_by(&mut sums, |(_, one), (_, next)| next.cmp(one));
        sums.into_iter()
            .map(|(wire, sum)| (EventAction::read(wire.original()), sum))
            .collect()
    }
}

impl FromAnswer for Volume {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let json = JsonText::parse(answer.text()).map_err(|problem| not_json(&problem))?;
        let tree = json.tree();
        let root = tree.root();
        if root.kind() != Kind::Array {
            return Err("it is no list of counts".to_owned());
        }
        let counts: Vec<Count> = root.children().filter_map(count).collect();
        // No events at all is known too; rows of which none can be read are of another form.
        Ok(if counts.is_empty() && !root.is_empty() {
            Self::NotKnown
        } else {
            Self::Known(counts)
        })
    }
}

/// One row; `None` when it is odd, so that it takes nothing but itself down.
fn count(row: Node<'_>) -> Option<Count> {
    // The time has no zone: it is UTC.
    Some(Count {
        time: Moment::parse(&row.get("time")?.string()?)?,
        action: EventAction::read(&row.get("action")?.string()?),
        count: natural(row.get("count")?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::KnownAction;

    fn read(body: &str) -> Result<Volume, String> {
        Volume::from_answer(&Answer {
            status: 200,
            body: body.to_owned(),
            ..Answer::default()
        })
    }

    fn known(body: &str) -> Vec<String> {
        match read(body).unwrap() {
            Volume::Known(counts) => counts
                .iter()
                .map(|count| {
                    format!(
                        "{} {} {}",
                        count.time.rfc3339(),
                        count.action.wire().original(),
                        count.count
                    )
                })
                .collect(),
            Volume::NotKnown => panic!("nothing is known"),
        }
    }

    #[test]
    fn a_time_without_a_zone_is_utc() {
        assert_eq!(
            known(
                r#"[{"time":"2026-11-15T00:00:00","action":"login","count":12},
                    {"time":"2026-11-15T06:00:00Z","action":"custom_x","count":1.0}]"#
            ),
            [
                "2026-11-15T00:00:00Z login 12",
                "2026-11-15T06:00:00Z custom_x 1"
            ]
        );
        assert!(known("[]").is_empty());
    }

    #[test]
    fn one_odd_row_takes_only_itself_down() {
        let good = r#"{"time":"2026-11-15T00:00:00","action":"login","count":12}"#;
        for odd in [
            "null",
            "[]",
            "7",
            "{}",
            r#"{"time":null,"action":"login","count":1}"#,
            r#"{"time":"yesterday","action":"login","count":1}"#,
            r#"{"time":"2026-11-15T00:00:00","action":7,"count":1}"#,
            r#"{"time":"2026-11-15T00:00:00","action":"login","count":-1}"#,
            r#"{"time":"2026-11-15T00:00:00","action":"login","count":1.5}"#,
            r#"{"time":"2026-11-15T00:00:00","action":"login","count":1e400}"#,
            r#"{"time":"2026-11-15T00:00:00","action":"login","count":18446744073709551616}"#,
        ] {
            assert_eq!(known(&format!("[{good},{odd},{good}]")).len(), 2, "{odd}");
        }
    }

    #[test]
    fn older_servers_tell_nothing_that_can_be_drawn() {
        assert_eq!(
            read(r#"[{"x_cord":1732000000000,"y_cord":7},{"x_cord":1732086400000,"y_cord":0}]"#),
            Ok(Volume::NotKnown)
        );
        assert_eq!(read("{}").unwrap_err(), "it is no list of counts");
        assert!(read("[").unwrap_err().starts_with("it is not JSON"));
    }

    #[test]
    fn actions_are_counted_within_a_range_and_hostile_counts_do_not_overflow() {
        let volume = read(
            r#"[{"time":"2026-11-15T00:00:00","action":"login","count":5},
                {"time":"2026-11-15T06:00:00","action":"login","count":2},
                {"time":"2026-11-15T06:00:00","action":"logout","count":18446744073709551615},
                {"time":"2026-11-15T12:00:00","action":"logout","count":18446744073709551615},
                {"time":"2026-11-16T00:00:00","action":"login_failed","count":1}]"#,
        )
        .unwrap();
        let at = |text: &str| Moment::parse(text).unwrap();
        assert_eq!(
            volume.by_action(at("2026-11-15"), at("2026-11-16")),
            [
                (EventAction::Known(KnownAction::Logout), u64::MAX),
                (EventAction::Known(KnownAction::Login), 7)
            ]
        );
        assert!(
            Volume::NotKnown
                .by_action(at("2026-11-15"), at("2026-11-16"))
                .is_empty()
        );
    }
}
