//! What a person should know of a query that authentik understands, and may not have meant.

use super::{
    Expression, Operator, Root,
    token::{Kind, tokens},
};
use crate::{
    event::{KnownAction, country},
    text::Untrusted,
};

/// The first thing worth saying of an understood query: a clause without a full stop, fit for a
/// screen. `expression` is what [`parse`](super::parse) made of `text`.
///
/// ```
/// use eventide::ql::{parse, remark};
///
/// let text = "context.geo.country = \"Germany\"";
/// assert_eq!(
///     remark(text, &parse(text).unwrap()).unwrap(),
///     "countries are recorded by two letters: Germany is “DE”"
/// );
/// ```
pub fn remark(text: &str, expression: &Expression) -> Option<String> {
    if mixes_joints(text) {
        let read = Untrusted::new(expression.to_string()).clipped(300);
        return Some(format!(
            "authentik joins from the right, so it reads: {read}"
        ));
    }
    let mut parts = vec![expression];
    while let Some(part) = parts.pop() {
        match part {
            Expression::All(inner) | Expression::Any(inner) => parts.extend(inner.iter().rev()),
            Expression::Compare {
                field,
                operator,
                values,
            } => {
                let found = match field.root() {
                    Root::Action => of_action(*operator, values),
                    Root::Created => of_created(*operator),
                    Root::User | Root::Context | Root::Brand => {
                        of_key(field.path(), *operator, values)
                    }
                    Root::App | Root::ClientIp | Root::EventUuid => None,
                };
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

/// Whether `and` and `or` stand side by side without parentheses to tell which goes first.
fn mixes_joints(text: &str) -> bool {
    let mut outer = Vec::new();
    let mut joint = None;
    for token in tokens(text) {
        match token.kind {
            Kind::Open => outer.push(joint.take()),
            Kind::Close => joint = outer.pop().flatten(),
            Kind::And | Kind::Or => {
                if joint.as_ref().is_some_and(|joint| *joint != token.kind) {
                    return true;
                }
                joint = Some(token.kind);
            }
            _ => {}
        }
    }
    false
}

fn named(value: &str) -> String {
    format!("“{}”", Untrusted::new(value).clipped(60))
}

fn of_action(operator: Operator, values: &[String]) -> Option<String> {
    let is_custom = |value: &&String| value.starts_with(KnownAction::CustomPrefix.wire());
    let is_known = |value: &&String| KnownAction::from_wire(value).is_some();
    match operator {
        Operator::Is | Operator::IsNot => {
            // authentik knows its own labels too, which are the wire values with blanks.
            let spaced = |value: &String| value.to_ascii_lowercase().replace(' ', "_");
            let unknown = values.iter().find(|value| {
                !is_custom(value) && KnownAction::from_wire(&spaced(value)).is_none()
            })?;
            Some(format!("no action is called {}", named(unknown)))
        }
        Operator::In | Operator::NotIn => {
            let custom = values
                .iter()
                .find(|value| is_custom(value) && !is_known(value))?;
            Some(format!(
                "lists forget actions of your own: write “action = …” for {}",
                named(custom)
            ))
        }
        _ => None,
    }
}

fn of_created(operator: Operator) -> Option<String> {
    let reads_text = operator.looks_inside();
    let is_part = matches!(operator, Operator::Contains | Operator::ContainsNot);
    (reads_text && !is_part).then(|| {
        "no time begins or ends like that for authentik: write “~”, “>=” or “<”".to_owned()
    })
}

fn of_key(path: &str, operator: Operator, values: &[String]) -> Option<String> {
    if operator.looks_inside() {
        return None;
    }
    if path == "context.geo.country" {
        let (value, code) = values
            .iter()
            .find_map(|value| Some((value, country::code(value)?)))?;
        return Some(format!(
            "countries are recorded by two letters: {} is “{code}”",
            Untrusted::new(value.as_str()).clipped(60)
        ));
    }
    let is_dashed = |value: &String| value.len() == 36 && value.matches('-').count() == 4;
    (path.ends_with(".pk") && values.iter().any(is_dashed))
        .then(|| "ids inside an event have no dashes: take them out".to_owned())
}
