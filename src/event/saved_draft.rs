//! A draft as it is kept between two visits of the form.
//!
//! A kept draft never holds the token: nothing of the session is in it.

use serde::{Deserialize, Serialize};

use super::draft::EventDraft;
use crate::moment::Moment;

/// Raised when an older build could misread what a newer one keeps.
const VERSION: u32 = 1;

/// A draft, when it was kept, and whether it was on its way then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedDraft {
    version: u32,
    saved_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_ms: Option<i64>,
    /// The form as typed.
    pub draft: EventDraft,
}

impl SavedDraft {
    /// Keeps a draft; `sent` when a request with it is on its way or has an unknown outcome.
    pub fn new(draft: EventDraft, saved: Moment, sent: Option<Moment>) -> Self {
        Self {
            version: VERSION,
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
        (self.draft != EventDraft::default())
            .then(|| serde_json::to_string(self).ok())
            .flatten()
    }
    /// Reads a kept text. `None` for anything that this build did not write or cannot read.
    pub fn from_text(text: &str) -> Option<Self> {
        let kept: Self = serde_json::from_str(text).ok()?;
        (kept.version == VERSION && kept.draft != EventDraft::default()).then_some(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_draft_comes_back_as_typed() {
        let draft = EventDraft {
            app: " facility.doors ".into(),
            context: "{\"rack\": 18446744073709551616".into(),
            ..EventDraft::default()
        };
        let kept = SavedDraft::new(draft, Moment::from_ms(1_000), Some(Moment::from_ms(2_000)));
        assert_eq!(
            SavedDraft::from_text(&kept.to_text().unwrap()),
            Some(kept.clone())
        );
        assert_eq!(kept.sent(), Some(Moment::from_ms(2_000)));
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
