//! `search=` as plain words.

use rusqlite::types::Value;

use super::{Sql, text};
use crate::text as words;

/// Every word must stand somewhere in the event: in its id, user, action, app, context or
/// address, as text, in capitals or not.
#[must_use]
pub fn plain(search: &str) -> Option<Sql> {
    words::search_words(search)
        .into_iter()
        .map(|word| {
            let needle = text(words::upper(&word));
            Sql::inside(
                "has_word(e.pk, p.user, e.action, e.app, p.context, e.client_ip, ?)",
                vec![needle] as Vec<Value>,
            )
        })
        .reduce(|left, right| left.join("AND", right))
}
