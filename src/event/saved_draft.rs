//! A draft as it is kept between two visits of the form.
//!
//! A kept draft never holds the token: nothing of the session is in it.

use std::borrow::Cow;

use super::{
    draft::{EventDraft, Expires},
    intent::Intent,
};
use crate::{
    json::{JsonText, Node, quoted},
    moment::Moment,
};

/// Raised when an older build could misread what a newer one keeps.
const VERSION: i64 = 1;

/// A draft, when it was kept, and whether it was on its way then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    saved_ms: i64,
    sent_ms: Option<i64>,
    /// The form as typed.
    pub draft: EventDraft,
}

impl SavedDraft {
    /// Keeps a draft; `sent` when a request with it is on its way or has an unknown outcome.
    pub fn new(draft: EventDraft, saved: Moment, sent: Option<Moment>) -> Self {
        Self {
            saved_ms: saved.ms(),
            sent_ms: sent.map(Moment::ms),
            draft,
        }
    }
    /// When it was kept.
    pub fn saved(&self) -> Moment {
        Moment::from_ms(self.saved_ms)
    }
    /// When it was sent, if nobody knows what became of it.
    pub fn sent(&self) -> Option<Moment> {
        self.sent_ms.map(Moment::from_ms)
    }
    /// The text to keep; `None` for a form without anything in it.
    pub fn to_text(&self) -> Option<String> {
        if self.draft.is_pristine() {
            return None;
        }
        let saved = self.saved_ms;
        let sent = self
            .sent_ms
            .map_or_else(String::new, |sent| format!("\"sent_ms\":{sent},"));
        let draft = written(&self.draft);
        Some(format!(
            "{{\"version\":{VERSION},\"saved_ms\":{saved},{sent}\"draft\":{draft}}}"
        ))
    }
    /// Reads a kept text. `None` for anything that this build did not write or cannot read.
    pub fn from_text(text: &str) -> Option<Self> {
        let tree = JsonText::parse(text).ok()?.tree();
        let kept = tree.root();
        let number = |key: &str| kept.get(key)?.integer();
        let draft = read(kept.get("draft")?);
        (number("version") == Some(VERSION) && !draft.is_pristine()).then_some(Self {
            saved_ms: number("saved_ms")?,
            sent_ms: number("sent_ms"),
            draft,
        })
    }
}

// By hand, because derived for serde this is as much program as all that reads events.

fn written(draft: &EventDraft) -> String {
    let expires = match &draft.expires {
        Expires::ServerDefault => quoted(SERVER_DEFAULT),
        Expires::Days(days) => format!("{{\"{DAYS}\":{days}}}"),
        Expires::In(typed) => format!("{{\"{IN}\":{}}}", quoted(typed)),
        Expires::At(typed) => format!("{{\"{AT}\":{}}}", quoted(typed)),
    };
    let mut json = format!("{{\"{EXPIRES}\":{expires}");
    let texts = [
        (ACTION, &draft.action),
        (NAME, &draft.name),
        (APP, &draft.app),
        (CLIENT_IP, &draft.client_ip),
        (USER, &draft.user),
        (CONTEXT, &draft.context),
        (BRAND, &draft.brand),
    ];
    for (key, text) in texts {
        json.push_str(&format!(",\"{key}\":{}", quoted(text)));
    }
    if draft.offered {
        json.push_str(&format!(",\"{OFFERED}\":true"));
    }
    if let Some(intent) = draft.intent {
        json.push_str(&format!(",\"{INTENT}\":\"{intent}\""));
    }
    let unclear: Vec<String> = draft
        .unclear
        .iter()
        .map(|intent| quoted(&intent.to_string()))
        .collect();
    json.push_str(&format!(",\"{UNCLEAR}\":[{}]}}", unclear.join(",")));
    json
}

/// What is missing is as in an untouched form.
fn read(draft: Node<'_>) -> EventDraft {
    let text = |key: &str| {
        let text = draft.get(key).and_then(Node::string);
        text.map(Cow::into_owned).unwrap_or_default()
    };
    let expires = |expires: Node<'_>| {
        let days = expires.get(DAYS).and_then(Node::integer);
        let typed = |key: &str| Some(expires.get(key)?.string()?.into_owned());
        match days.and_then(|days| u32::try_from(days).ok()) {
            Some(days) => Some(Expires::Days(days)),
            None => typed(IN)
                .map(Expires::In)
                .or_else(|| typed(AT).map(Expires::At)),
        }
    };
    EventDraft {
        action: text(ACTION),
        offered: draft.get(OFFERED).and_then(Node::bool).unwrap_or(false),
        name: text(NAME),
        app: text(APP),
        client_ip: text(CLIENT_IP),
        expires: draft.get(EXPIRES).and_then(expires).unwrap_or_default(),
        user: text(USER),
        context: text(CONTEXT),
        brand: text(BRAND),
        intent: draft.get(INTENT).and_then(intent),
        unclear: draft
            .get(UNCLEAR)
            .into_iter()
            .flat_map(Node::children)
            .filter_map(intent)
            .collect(),
    }
}

fn intent(node: Node<'_>) -> Option<Intent> {
    Intent::parse(&node.string()?)
}

const ACTION: &str = "action";
const OFFERED: &str = "offered";
const NAME: &str = "name";
const APP: &str = "app";
const CLIENT_IP: &str = "client_ip";
const EXPIRES: &str = "expires";
const USER: &str = "user";
const CONTEXT: &str = "context";
const BRAND: &str = "brand";
const INTENT: &str = "intent";
const UNCLEAR: &str = "unclear";
const SERVER_DEFAULT: &str = "ServerDefault";
const DAYS: &str = "Days";
const IN: &str = "In";
const AT: &str = "At";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_draft_comes_back_as_typed() {
        for expires in [
            Expires::ServerDefault,
            Expires::Days(30),
            Expires::In("2 weeks".into()),
            Expires::At("2027-01-01 \"noon\"".into()),
        ] {
            let draft = EventDraft {
                action: "custom_".into(),
                offered: true,
                name: "\u{0}\u{1f}\u{7f}\u{2028}\\ü".into(),
                app: " facility.doors ".into(),
                client_ip: "::1".into(),
                expires,
                user: "{\"pk\":\n\t1}".into(),
                context: "{\"rack\": 18446744073709551616".into(),
                brand: "{".into(),
                intent: Some(Intent(uuid::Uuid::from_u128(7))),
                unclear: vec![
                    Intent(uuid::Uuid::from_u128(8)),
                    Intent(uuid::Uuid::from_u128(9)),
                ],
            };
            let kept = SavedDraft::new(draft, Moment::from_ms(1_000), Some(Moment::from_ms(2_000)));
            assert_eq!(
                SavedDraft::from_text(&kept.to_text().unwrap()),
                Some(kept.clone())
            );
            assert_eq!(kept.sent(), Some(Moment::from_ms(2_000)));
        }
    }

    #[test]
    fn what_earlier_builds_kept_is_read() {
        let text = r#"{"version":1,"saved_ms":7,"draft":{"action":"login","name":"","app":"a","client_ip":"","expires":{"Days":3},"user":"","context":"","brand":""}}"#;
        let kept = SavedDraft::from_text(text).unwrap();
        assert_eq!(kept.saved(), Moment::from_ms(7));
        assert_eq!(kept.sent(), None);
        assert_eq!(kept.draft.action, "login");
        assert_eq!(kept.draft.expires, Expires::Days(3));
    }

    #[test]
    fn an_untouched_form_is_not_kept() {
        assert_eq!(
            SavedDraft::new(EventDraft::default(), Moment::from_ms(0), None).to_text(),
            None
        );
    }

    #[test]
    fn anything_else_in_the_storage_is_no_draft() {
        for text in [
            "",
            "null",
            "{}",
            "[]",
            r#"{"version":2,"saved_ms":0,"draft":{"app":"x"}}"#,
            r#"{"version":1,"saved_ms":0,"draft":{}}"#,
        ] {
            assert_eq!(SavedDraft::from_text(text), None, "{text}");
        }
        let newer = r#"{"version":1,"saved_ms":0,"more":true,"draft":{"app":"x","colour":"red"}}"#;
        assert!(SavedDraft::from_text(newer).is_some());
    }
}
