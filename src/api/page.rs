//! A page of events.

use super::{Answer, FromAnswer};
use crate::{
    event::Event,
    json::{Kind, Node},
    text::Untrusted,
};

/// Where a page stands among all pages. Numbers count from 1; rows are 0 for no events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pagination {
    /// How many events match.
    pub count: u64,
    /// This page.
    pub current: u32,
    /// How many pages there are; at least 1.
    pub total_pages: u32,
    /// Number of the first row.
    pub start_index: u64,
    /// Number of the last row.
    pub end_index: u64,
    /// The page after this one.
    pub next: Option<u32>,
    /// The page before this one.
    pub previous: Option<u32>,
}

/// One page of events.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it stands.
    pub pagination: Pagination,
    /// Its rows in the server's order.
    pub rows: Vec<Row>,
}

/// One row. What cannot be read as an event takes its own row, never the page.
#[derive(Debug, Clone)]
pub enum Row {
    /// An event.
    Event(Box<Event>),
    /// Something else.
    Unreadable {
        /// What the server sent.
        raw: Untrusted,
        /// Why it is no event.
        reason: String,
    },
    /// One that the server fails to print ([`super::stretch`]): only its place is known.
    LeftOut {
        /// Tells it from others of its kind.
        number: u64,
    },
}

impl Page {
    /// The events on it.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.rows.iter().filter_map(|row| match row {
            Row::Event(event) => Some(event.as_ref()),
            Row::Unreadable { .. } | Row::LeftOut { .. } => None,
        })
    }

    /// A page without events.
    pub fn none() -> Self {
        Self {
            pagination: Pagination::default(),
            rows: Vec::new(),
        }
    }
}

impl FromAnswer for Page {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let tree = super::object(answer)?;
        let results = tree
            .root()
            .get("results")
            .filter(|results| results.kind() == Kind::Array)
            .ok_or("it is not a page of events")?;
        let rows: Vec<Row> = results
            .children()
            .map(|row| Row::read(row.text()))
            .collect();
        let pagination = Pagination::read(tree.root().get("pagination"), rows.len());
        Ok(Self { pagination, rows })
    }
}

impl Row {
    fn read(text: &str) -> Self {
        match Event::read(text) {
            Ok(event) => Self::Event(Box::new(event)),
            Err(no_event) => Self::Unreadable {
                raw: Untrusted::new(text),
                reason: no_event.reason,
            },
        }
    }
}

impl Pagination {
    /// Reads what is there; what is missing is what a single page with these rows would say.
    fn read(pagination: Option<Node<'_>>, rows: usize) -> Self {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let number = |key: &str| natural(pagination?.get(key)?);
        // 0 stands for "none".
        let page = |key: &str| {
            number(key)
                .and_then(|page| u32::try_from(page).ok())
                .filter(|page| *page > 0)
        };
        Self {
            count: number("count").unwrap_or(rows),
            current: page("current").unwrap_or(1),
            total_pages: page("total_pages").unwrap_or(1),
            start_index: number("start_index").unwrap_or(rows.min(1)),
            end_index: number("end_index").unwrap_or(rows),
            next: page("next"),
            previous: page("previous"),
        }
    }
}

/// The schema says "number": 3.0 would be allowed.
pub(super) fn natural(node: Node<'_>) -> Option<u64> {
    let literal = node.number()?;
    let whole = literal
        .split_once('.')
        .map_or(literal, |(whole, fraction)| {
            if fraction.bytes().all(|digit| digit == b'0') {
                whole
            } else {
                literal
            }
        });
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","user":{},"action":"login","app":"x","context":{},"client_ip":null,"created":"2026-11-22T01:00:00Z","expires":"2027-11-22T01:00:00Z","brand":{}}"#;

    fn read(body: &str) -> Result<Page, String> {
        Page::from_answer(&Answer {
            status: 200,
            body: body.to_owned(),
            ..Answer::default()
        })
    }

    fn shape(page: &Page) -> String {
        page.rows
            .iter()
            .map(|row| match row {
                Row::Event(_) => 'e',
                Row::Unreadable { .. } => 'u',
                Row::LeftOut { .. } => 'l',
            })
            .collect()
    }

    #[test]
    fn numbers_of_a_page_are_read_as_the_server_means_them() {
        let check = |pagination: &str, expected: Pagination| {
            assert_eq!(
                read(&format!(
                    r#"{{"pagination":{pagination},"results":[{EVENT}]}}"#
                ))
                .unwrap()
                .pagination,
                expected,
                "{pagination}"
            );
        };
        check(
            r#"{"next":3,"previous":1,"count":45,"current":2,"total_pages":3,"start_index":21,"end_index":40}"#,
            Pagination {
                count: 45,
                current: 2,
                total_pages: 3,
                start_index: 21,
                end_index: 40,
                next: Some(3),
                previous: Some(1),
            },
        );
        check(
            r#"{"next":0,"previous":0,"count":1.0,"current":1,"total_pages":1,"start_index":1,"end_index":1}"#,
            Pagination {
                count: 1,
                current: 1,
                total_pages: 1,
                start_index: 1,
                end_index: 1,
                next: None,
                previous: None,
            },
        );
        let single = Pagination {
            count: 1,
            current: 1,
            total_pages: 1,
            start_index: 1,
            end_index: 1,
            next: None,
            previous: None,
        };
        for odd in [
            "{}",
            "null",
            "[]",
            "7",
            r#"{"next":-1,"count":"many","current":1e9,"total_pages":0}"#,
            r#"{"next":1.5}"#,
        ] {
            check(odd, single);
        }
    }

    #[test]
    fn one_odd_row_never_takes_the_page_down() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let odd = [
            "null",
            "[]",
            "7",
            r#""x""#,
            "{}",
            r#"{"pk":"zzz"}"#,
            r#"{"pk":null}"#,
            deep.as_str(),
        ];
        for odd in odd {
            let page = read(&format!(r#"{{"results":[{EVENT},{odd},{EVENT}]}}"#)).unwrap();
            assert_eq!(shape(&page), "eue", "{}", odd.get(..20).unwrap_or(odd));
        }
        let inner = EVENT.replace(
            r#""context":{}"#,
            &format!(r#""context":{{"deep":{deep},"big":1e400,"big":18446744073709551616}}"#),
        );
        assert_eq!(
            shape(&read(&format!(r#"{{"results":[{inner}],"autocomplete":{deep}}}"#)).unwrap()),
            "e"
        );
    }

    #[test]
    fn what_is_no_page_is_said() {
        let check =
            |body: &str, expected: &str| assert_eq!(read(body).unwrap_err(), expected, "{body}");
        check("{}", "it is not a page of events");
        check("[]", "it is a list, not an object");
        check(r#"{"results":null}"#, "it is not a page of events");
        check(r#"{"results":{}}"#, "it is not a page of events");
        check(EVENT, "it is not a page of events");
        check(r#"{"results":["#, "it stops in the middle");
        check(
            r#"{"results":[]} {}"#,
            "it is not JSON (line 1, column 16: expected the end of the text)",
        );
        check(
            "<html>",
            "it is not JSON (line 1, column 1: expected a value)",
        );
        assert_eq!(shape(&read(r#"{"results":[]}"#).unwrap()), "");
    }
}
