//! What a `model_updated` diff says, field by field.

use super::context::{Context, is_masked};
use crate::{
    json::{JsonText, Kind, Node},
    text::Untrusted,
};

/// What an event tells about changed fields. That nothing is told has more than one reason, and
/// none of them is "nothing changed".
#[derive(Debug, Clone)]
pub enum Changes {
    /// There is no diff: authentik records one with an enterprise license only.
    NotRecorded,
    /// There is a diff without a field. authentik masks what smells of a secret before it compares,
    /// and leaves out what looks equal then.
    NothingLeft,
    /// Field by field, in the server's order.
    Fields(Vec<Change>),
    /// What stands there is no diff.
    Unclear(JsonText),
}

/// One changed field.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its name.
    pub field: Untrusted,
    /// How it changed.
    pub kind: FieldChange,
}

/// The shapes that authentik's audit middleware writes, and what else may stand there.
#[derive(Debug, Clone)]
pub enum FieldChange {
    /// One value took the place of another.
    Replaced {
        /// Before; `None` when it was not recorded.
        before: Option<JsonText>,
        /// After; `None` when it was not recorded.
        after: Option<JsonText>,
    },
    /// Members of a relation came and went; ids or whole objects.
    Members {
        /// Came.
        added: Vec<JsonText>,
        /// Went.
        removed: Vec<JsonText>,
    },
    /// All members went.
    Cleared,
    /// authentik masked the values before it compared them.
    Masked,
    /// Anything else, as text.
    Unclear(JsonText),
}

/// The changes of an event about a model.
pub fn changes(context: &Context) -> Changes {
    let Some(diff) = context.at(&["diff"]) else {
        return Changes::NotRecorded;
    };
    match diff.kind() {
        Kind::Null => Changes::NotRecorded,
        Kind::Object if diff.is_empty() => Changes::NothingLeft,
        Kind::Object => Changes::Fields(diff.children().filter_map(change).collect()),
        Kind::Array | Kind::String | Kind::Number | Kind::Bool => Changes::Unclear(diff.json()),
    }
}

fn change(node: Node<'_>) -> Option<Change> {
    Some(Change {
        field: node.key()?,
        kind: field_change(node),
    })
}

fn field_change(node: Node<'_>) -> FieldChange {
    if is_masked(node) {
        return FieldChange::Masked;
    }
    let (before, after) = (node.get("previous_value"), node.get("new_value"));
    if before.is_some() || after.is_some() {
        if [before, after].into_iter().flatten().all(is_masked) {
            return FieldChange::Masked;
        }
        return FieldChange::Replaced {
            before: before.map(Node::json),
            after: after.map(Node::json),
        };
    }
    let cleared = node.get("clear").and_then(Node::bool) == Some(true);
    match (members(node, "add"), members(node, "remove")) {
        (Some(added), Some(removed)) if added.is_empty() && removed.is_empty() && cleared => {
            FieldChange::Cleared
        }
        (Some(added), Some(removed)) if !cleared && added.len() + removed.len() > 0 => {
            FieldChange::Members { added, removed }
        }
        _ => FieldChange::Unclear(node.json()),
    }
}

/// The members under a key: none when the key is not there, `None` when it holds no list.
fn members(node: Node<'_>, key: &str) -> Option<Vec<JsonText>> {
    let Some(list) = node.get(key) else {
        return Some(Vec::new());
    };
    match list.kind() {
        Kind::Array => Some(list.children().map(Node::json).collect()),
        Kind::Null => Some(Vec::new()),
        Kind::Object | Kind::String | Kind::Number | Kind::Bool => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(diff: &str) -> String {
        let context = Context::new(JsonText::parse(&format!("{{\"diff\":{diff}}}")).unwrap());
        let list = |members: &[JsonText]| {
            members
                .iter()
                .map(|member| member.as_str().to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        match changes(&context) {
            Changes::NotRecorded => "not recorded".to_owned(),
            Changes::NothingLeft => "nothing left".to_owned(),
            Changes::Unclear(text) => format!("unclear {}", text.as_str()),
            Changes::Fields(fields) => fields
                .iter()
                .map(|change| {
                    let kind = match &change.kind {
                        FieldChange::Replaced { before, after } => {
                            let side = |side: &Option<JsonText>| {
                                side.as_ref()
                                    .map_or("?".to_owned(), |side| side.as_str().to_owned())
                            };
                            format!("{} -> {}", side(before), side(after))
                        }
                        FieldChange::Members { added, removed } => {
                            format!("+({}) -({})", list(added), list(removed))
                        }
                        FieldChange::Cleared => "cleared".to_owned(),
                        FieldChange::Masked => "masked".to_owned(),
                        FieldChange::Unclear(text) => format!("unclear {}", text.as_str()),
                    };
                    format!("{}: {kind}", change.field.visible())
                })
                .collect::<Vec<_>>()
                .join("; "),
        }
    }

    #[test]
    fn each_shape_of_a_change_is_told_apart() {
        let check = |diff: &str, expected: &str| assert_eq!(seen(diff), expected, "{diff}");
        check("null", "not recorded");
        check("{}", "nothing left");
        check("[]", "unclear []");
        check("\"x\"", "unclear \"x\"");
        check(
            r#"{"name":{"new_value":"b","previous_value":"a"}}"#,
            r#"name: "a" -> "b""#,
        );
        check(r#"{"n":{"new_value":1e400}}"#, "n: ? -> 1e400");
        check(r#"{"groups":{"add":["a",7]}}"#, r#"groups: +("a" 7) -()"#);
        check(
            r#"{"groups":{"add":[1],"remove":[2],"clear":false}}"#,
            "groups: +(1) -(2)",
        );
        check(r#"{"groups":{"clear":true}}"#, "groups: cleared");
        check(
            r#"{"key":{"new_value":"********************","previous_value":"********************"}}"#,
            "key: masked",
        );
        check(
            r#"{"key":{"new_value":"********************","previous_value":null}}"#,
            r#"key: null -> "********************""#,
        );
        check(r#"{"key":"********************"}"#, "key: masked");
        check(r#"{"x":{"add":"all"}}"#, r#"x: unclear {"add":"all"}"#);
        check(
            r#"{"x":{"clear":true,"add":[1]}}"#,
            r#"x: unclear {"clear":true,"add":[1]}"#,
        );
        check(
            r#"{"x":{}, "y":7, "z":[]}"#,
            "x: unclear {}; y: unclear 7; z: unclear []",
        );
        check(r#"{"x":{"add":[]}}"#, r#"x: unclear {"add":[]}"#);
    }
}
