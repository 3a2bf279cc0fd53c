//! What looks like a secret. authentik stores what is posted as it is, for all who read events.

use crate::json::{Kind, Node};

/// What a key must hold for authentik to hide its value in events of its own, and cookies.
const HIDDEN: [&str; 8] = [
    "api",
    "auth",
    "token",
    "key",
    "secret",
    "pass",
    "signature",
    "cookie",
];

/// What it does not hide all the same.
const SHOWN: [&str; 5] = [
    "passing",
    "password_change_date",
    "auth_method",
    "cookie_banner",
    "token_type",
];

/// Whether a value is a secret by its key or by its looks. Texts of asterisks are hidden already.
pub(super) fn is_readable(node: Node<'_>) -> bool {
    let text = match node.kind() {
        Kind::String => node.string().unwrap_or_default(),
        Kind::Number => node.text().into(),
        Kind::Object | Kind::Array | Kind::Bool | Kind::Null => return false,
    };
    let is_hidden = text.trim_matches(['*', ' ']).is_empty();
    !is_hidden
        && (looks_secret(&text) || node.key().is_some_and(|key| names_secret(key.original())))
}

/// Says so of a text that looks like a secret.
pub(super) fn caution(text: &str) -> Option<String> {
    looks_secret(text.trim()).then(|| {
        "This looks like a secret. authentik stores it readable, for everyone who may read events."
            .to_owned()
    })
}

fn names_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| key.contains(word));
    holds(&HIDDEN) && !holds(&SHOWN)
}

/// Whether a text begins like a secret, is a JSON web token, or has the length and the letters of
/// a token of authentik.
fn looks_secret(text: &str) -> bool {
    let begins = ["Bearer ", "Basic ", "-----BEGIN ", "ghp_", "xoxb-"]
        .iter()
        .any(|start| text.starts_with(start));
    let is_web_token = text.starts_with("eyJ") && text.matches('.').count() == 2;
    begins || is_web_token || is_random(text)
}

fn is_random(text: &str) -> bool {
    let is = |kind: fn(&u8) -> bool| text.bytes().any(|byte| kind(&byte));
    (40..=512).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && is(u8::is_ascii_uppercase)
        && is(u8::is_ascii_lowercase)
        && is(u8::is_ascii_digit)
}
