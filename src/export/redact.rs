//! What is left out of texts for tickets and chats: secrets, and the bodies of mails, which hold
//! links that sign people in.

use crate::{
    event::{Event, EventAction, KnownAction, ModelRef},
    json::{JsonText, Kind, Node, quoted},
};

/// What stands in the place of what was left out.
pub(super) const LEFT_OUT: &str = "(left out)";

/// Words that end the name of a secret in a sentence or an address.
const SECRETS: [&str; 10] = [
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "key",
    "code",
    "assertion",
    "signature",
    "cookie",
];

/// A sentence without what stands behind `token=`, `Bearer ` and the like.
pub(super) fn sentence(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':', ' ']) {
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (sign, value) = behind.split_at_checked(1).unwrap_or((behind, ""));
        out.push_str(before);
        out.push_str(sign);
        rest = value;
        let name = before.to_ascii_lowercase();
        let named = SECRETS.iter().any(|secret| name.ends_with(secret));
        let bearer = sign == " " && matches!(name.as_str(), "bearer" | "basic");
        let end = value
            .find(|letter: char| {
                letter.is_whitespace() || matches!(letter, '&' | '"' | '\'' | ',' | ';' | ')')
            })
            .unwrap_or(value.len());
        if (sign == "=" || sign == ":") && named && end > 0 || bearer && end > 15 {
            out.push_str(LEFT_OUT);
            rest = value.get(end..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// Whether a key names a secret: its last word does, or it speaks of one anywhere.
pub(super) fn names_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let last = key.rsplit(['_', '-', '.', ' ']).next().unwrap_or_default();
    let spoken = [
        "token",
        "secret",
        "passw",
        "cookie",
        "authorization",
        "assertion",
    ];
    SECRETS.contains(&last)
        || matches!(last, "otp" | "jwt" | "sessionid" | "credentials")
        || spoken.iter().any(|word| key.contains(word))
}

/// The context of an event without secrets: values under keys that name one, what stands behind
/// `token=` inside texts, and the body of a mail. Objects that an event refers to stay, also under
/// the key `token`: a name and a key of the database open nothing.
pub(super) fn context(event: &Event) -> JsonText {
    let is_mail = event.action == EventAction::Known(KnownAction::EmailSent);
    let tree = event.context.tree();
    let source = tree.text();
    let (mut out, mut copied, mut index) = (String::new(), 0, 0);
    while let Some(node) = tree.node(index) {
        let Some(instead) = instead_of(node, is_mail) else {
            index += 1;
            continue;
        };
        out.push_str(source.get(copied..node.start()).unwrap_or_default());
        out.push_str(&quoted(&instead));
        copied = node.start() + node.text().len();
        index = node.end();
    }
    out.push_str(source.get(copied..).unwrap_or_default());
    // Only whole values were replaced, so this is JSON again.
    JsonText::parse(&out).unwrap_or_else(|_| crate::json::Tree::of("null").root().json())
}

fn instead_of(node: Node<'_>, is_mail: bool) -> Option<String> {
    let key = node.key_text().unwrap_or_default().trim_matches('"');
    if is_mail && key == "body" && node.depth() == 1 {
        return Some(LEFT_OUT.to_owned());
    }
    let says_something = node.kind() != Kind::Null && node.kind() != Kind::Bool;
    if says_something && names_secret(key) && ModelRef::read(node).is_none() {
        return Some(LEFT_OUT.to_owned());
    }
    let text = node.string()?;
    let said = sentence(&text);
    (said != text).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_left_out_of_sentences() {
        let check = |text: &str, expected: &str| assert_eq!(sentence(text), expected);
        check(
            "GET /x?access_token=abc&y=1 failed",
            "GET /x?access_token=(left out)&y=1 failed",
        );
        check("password:hunter2", "password:(left out)");
        check("Bearer abcdefghijklmnopq rest", "Bearer (left out) rest");
        check("Bearer of news", "Bearer of news");
        check("key = value, monkey: yes", "key = value, monkey: yes");
        check("client_secret=\"x\"", "client_secret=\"x\"");
        check("a=1 b:2", "a=1 b:2");
        check("", "");
    }

    #[test]
    fn secrets_of_a_context_are_left_out_and_nothing_else() {
        let check = |action: &str, context: &str, expected: &str| {
            let event = Event::read(&format!(
                r#"{{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","action":"{action}","context":{context}}}"#
            ));
            let said = super::context(&event.unwrap());
            assert_eq!(said.as_str(), expected, "{context}");
        };
        check(
            "login",
            r#"{"a": 1E400, "password": "x", "args":{"Code":"123","cookies":{"a":"b"}, "next":"/?token=t&x"}}"#,
            r#"{"a": 1E400, "password": "(left out)", "args":{"Code":"(left out)","cookies":"(left out)", "next":"/?token=(left out)&x"}}"#,
        );
        check(
            "secret_rotate",
            r#"{"token":{"pk":"1","app":"a","name":"ak","model_name":"token"},"is_token":true,"tokens":["t"]}"#,
            r#"{"token":{"pk":"1","app":"a","name":"ak","model_name":"token"},"is_token":true,"tokens":"(left out)"}"#,
        );
        check(
            "email_sent",
            r#"{"body":"<a>"}"#,
            r#"{"body":"(left out)"}"#,
        );
        check("custom_x", r#"{"body":"<a>"}"#, r#"{"body":"<a>"}"#);
        check("login", "[]", "[]");
        check(
            "login",
            r#""Bearer abcdefghijklmnopq""#,
            r#""Bearer (left out)""#,
        );
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        check("login", &deep, &deep);
    }
}
