//! The parameters of a list besides `search`: filters, order, page.

use rusqlite::types::Value;

use super::{Sql, text};
use crate::action::Release;
use crate::address;
use crate::text::{self as words, is_python_blank, python_int};

/// The decoded pairs of a query string.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// Reads a query string, without its question mark.
    #[must_use]
    pub fn read(query: &str) -> Parameters {
        Parameters {
            pairs: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        }
    }

    /// The last value of a parameter: Django lets the last one win.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub fn every(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A filter that was refused: the parameter and what is said about it.
pub type Refusal = (&'static str, String);

/// What the filters turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Filters {
    /// Conditions.
    Conditions(Vec<Sql>),
    /// `400` with these.
    Refused(Vec<Refusal>),
    /// An address that the database does not take: the request crashes once it gets there.
    Crash,
}

/// Reads the filters. Unknown parameters are ignored, as authentik does; unknown actions are not.
#[must_use]
pub fn read(parameters: &Parameters, release: Release) -> Filters {
    let mut refused: Vec<Refusal> = Vec::new();
    let mut conditions: Vec<Sql> = Vec::new();
    let mut crash = false;
    let mut given = |name: &'static str| {
        let value = parameters
            .last(name)
            .unwrap_or_default()
            .trim_matches(is_python_blank);
        if value.contains('\0') {
            refused.push((name, "Null characters are not allowed.".to_owned()));
            return None;
        }
        (!value.is_empty()).then(|| value.to_owned())
    };
    if let Some(value) = given("action") {
        conditions.push(Sql::outside(
            "e.action IN (SELECT action FROM action_names WHERE has(action, ?, 0))",
            vec![text(words::upper(&value))],
        ));
    }
    if let Some(value) = given("client_ip") {
        match address::parse_filter(&value) {
            Some(address) => conditions.push(equals("e.client_ip", address)),
            None => crash = true,
        }
    }
    if let Some(value) = given("username") {
        conditions.push(
            equals("e.user_name", value.clone()).join("OR", equals("e.context_username", value)),
        );
    }
    if let Some(value) = given("context_model_pk") {
        conditions.push(model_pk(&value));
    }
    if let Some(value) = given("context_model_name") {
        conditions.push(equals("e.model_name", value));
    }
    if let Some(value) = given("context_model_app") {
        conditions.push(equals("e.model_app", value));
    }
    if let Some(value) = given("context_authorized_app") {
        conditions.push(equals("e.authorized_app", value));
    }
    if let Some(value) = given("context_device") {
        conditions.push(equals("e.device", value.replace('-', "")));
    }
    if let Some(value) = given("brand_name") {
        conditions.push(equals("e.brand_name", value));
    }
    let actions: Vec<&str> = parameters.every("actions").collect();
    if let Some(unknown) = actions.iter().find(|action| !release.knows(action)) {
        refused.push((
            "actions",
            format!("Select a valid choice. {unknown} is not one of the available choices."),
        ));
    } else if !actions.is_empty() {
        let marks = vec!["?"; actions.len()].join(", ");
        conditions.push(Sql::outside(
            format!("e.action IN ({marks})"),
            actions.into_iter().map(text).collect(),
        ));
    }
    if !refused.is_empty() {
        Filters::Refused(refused)
    } else if crash {
        Filters::Crash
    } else {
        Filters::Conditions(conditions)
    }
}

fn equals(column: &str, value: String) -> Sql {
    Sql::outside(format!("{column} = ?"), vec![Value::Text(value)])
}

/// Keys of models are ids without dashes, or numbers; a number is looked for as both.
fn model_pk(value: &str) -> Sql {
    let plain = value.replace('-', "");
    let as_text = equals("e.model_pk", crate::json::quoted(&plain));
    match python_int(&plain) {
        Some(number) => as_text.join("OR", equals("e.model_pk", number.to_string())),
        None => as_text,
    }
}

/// The order of the rows as SQL, and whether it looks into the objects. Fields that cannot be
/// sorted by are ignored; if none is left the newest come first.
#[must_use]
pub fn order(parameters: &Parameters) -> (String, bool) {
    let mut looks_inside = false;
    let mut terms: Vec<String> = Vec::new();
    let mut last_direction = "DESC";
    for term in parameters.last("ordering").unwrap_or_default().split(',') {
        let term = term.trim_matches(is_python_blank);
        let (direction, nulls, name) = match term.strip_prefix('-') {
            Some(name) => ("DESC", "FIRST", name),
            None => ("ASC", "LAST", term),
        };
        let expression = match name {
            "created" => "e.created",
            "expires" => "e.expires",
            "action" => "e.action",
            "app" => "e.app",
            "pk" => "e.pk",
            "client_ip" => "ip_key(e.client_ip)",
            "user" => "json_key(p.user)",
            "context" => "json_key(p.context)",
            "brand" => "json_key(p.brand)",
            _ => continue,
        };
        looks_inside |= matches!(name, "user" | "context" | "brand");
        let nulls = if name == "client_ip" {
            format!(" NULLS {nulls}")
        } else {
            String::new()
        };
        terms.push(format!("{expression} {direction}{nulls}"));
        last_direction = direction;
    }
    if terms.is_empty() {
        terms.push("e.created DESC".to_owned());
    }
    // PostgreSQL leaves the order of equals open; ours is the order of insertion.
    terms.push(format!("e.id {last_direction}"));
    (terms.join(", "), looks_inside)
}

/// The most rows of a page.
pub const LARGEST_PAGE: i64 = 100;

/// The rows of a page when nothing (or nothing usable) is asked for.
pub const DEFAULT_PAGE: i64 = 20;

/// How many rows a page has.
#[must_use]
pub fn page_size(parameters: &Parameters) -> i64 {
    parameters
        .last("page_size")
        .and_then(python_int)
        .filter(|size| *size > 0)
        .map_or(DEFAULT_PAGE, |size| size.min(LARGEST_PAGE))
}

/// Which page of `pages` is asked for. `None` is "Invalid page."
#[must_use]
pub fn page(parameters: &Parameters, pages: i64) -> Option<i64> {
    let asked = match parameters.last("page") {
        None | Some("") => 1,
        Some("last") => pages,
        Some(text) => python_int(text)?,
    };
    (1..=pages).contains(&asked).then_some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_numbers_within_reach_or_the_word_last() {
        let rows = [
            ("", 5, Some(1)),
            ("page=", 5, Some(1)),
            ("page=5", 5, Some(5)),
            ("page=last", 5, Some(5)),
            ("page=6", 5, None),
            ("page=0", 5, None),
            ("page=-1", 5, None),
            ("page=1.5", 5, None),
            ("page=abc", 5, None),
            ("page=1&page=2", 5, Some(2)),
        ];
        for (query, pages, expected) in rows {
            assert_eq!(page(&Parameters::read(query), pages), expected, "{query}");
        }
        let sizes = [
            ("", 20),
            ("page_size=0", 20),
            ("page_size=-5", 20),
            ("page_size=abc", 20),
            ("page_size=1000", 100),
            ("page_size=7", 7),
        ];
        for (query, expected) in sizes {
            assert_eq!(page_size(&Parameters::read(query)), expected, "{query}");
        }
    }

    #[test]
    fn only_the_fields_of_an_event_can_be_sorted_by() {
        let rows = [
            ("", "e.created DESC, e.id DESC"),
            ("ordering=zzz", "e.created DESC, e.id DESC"),
            ("ordering=%2Bcreated", "e.created DESC, e.id DESC"),
            ("ordering=event_uuid", "e.created DESC, e.id DESC"),
            ("ordering=created", "e.created ASC, e.id ASC"),
            (
                "ordering=action,-created",
                "e.action ASC, e.created DESC, e.id DESC",
            ),
            (
                "ordering=zzz,-client_ip",
                "ip_key(e.client_ip) DESC NULLS FIRST, e.id DESC",
            ),
        ];
        for (query, expected) in rows {
            assert_eq!(order(&Parameters::read(query)).0, expected, "{query}");
        }
    }

    #[test]
    fn actions_outside_the_enum_are_refused_by_name() {
        for (query, unknown) in [
            ("actions=zzz", "zzz"),
            ("actions=", ""),
            ("actions=login,logout", "login,logout"),
            ("actions=login&actions=custom_foo", "custom_foo"),
        ] {
            let Filters::Refused(refused) = read(&Parameters::read(query), Release::default())
            else {
                panic!("{query} is refused")
            };
            assert_eq!(
                refused,
                [(
                    "actions",
                    format!(
                        "Select a valid choice. {unknown} is not one of the available choices."
                    )
                )]
            );
        }
        assert_eq!(
            read(&Parameters::read("client_ip=zzz"), Release::default()),
            Filters::Crash
        );
        assert_eq!(
            read(&Parameters::read("action=&foo=bar"), Release::default()),
            Filters::Conditions(Vec::new())
        );
    }
}
