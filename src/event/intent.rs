//! What makes one wish to create an event one event.
//!
//! An intent is an id that a draft carries from its first key on. It is sent in the context, so an
//! event whose answer was lost can be told from every other; and it is claimed on this device before
//! it is sent, so that two tabs with the same draft send it once.

use uuid::Uuid;

use crate::text::Untrusted;

/// The key of the context under which an intent is sent. Letters and one underscore: it has to be
/// part of a query, and authentik's database layer takes two underscores for a comparison.
pub const INTENT_KEY: &str = "eventide_intent";

/// The id of one wish to create an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Intent(pub Uuid);

impl Intent {
    /// Reads an id as [`Display`](std::fmt::Display) writes it.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
    /// Whether an event carries it.
    pub fn marks(self, event: &super::Event) -> bool {
        let mark = event.context.string(&[INTENT_KEY]);
        mark.as_ref().map(Untrusted::original) == Some(self.to_string().as_str())
    }
}

impl std::fmt::Display for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The intents that were sent from this device, newest last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims(Vec<Intent>);

/// So many are remembered: more drafts than anybody has open.
const REMEMBERED: usize = 64;

impl Claims {
    /// Reads what [`to_text`](Self::to_text) wrote; what is no id is skipped.
    pub fn from_text(text: &str) -> Self {
        Self(text.lines().filter_map(Intent::parse).collect())
    }
    /// One id a line.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|intent| format!("{intent}\n")).collect()
    }
    /// Claims an intent: `true` for the first who asks.
    pub fn claim(&mut self, intent: Intent) -> bool {
        if self.0.contains(&intent) {
            return false;
        }
        self.0.push(intent);
        let old = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..old);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(number: u128) -> Intent {
        Intent(Uuid::from_u128(number))
    }

    #[test]
    fn an_intent_is_claimed_once_also_after_a_reload() {
        let mut claims = Claims::default();
        assert!(claims.claim(intent(1)));
        assert!(!claims.claim(intent(1)));
        let mut other = Claims::from_text(&format!("rubbish\n\n{}", claims.to_text()));
        assert!(!other.claim(intent(1)));
        assert!(other.claim(intent(2)));
    }

    #[test]
    fn old_claims_make_room() {
        let mut claims = Claims::default();
        for number in 0..1_000 {
            assert!(claims.claim(intent(number)));
        }
        assert_eq!(claims.to_text().lines().count(), REMEMBERED);
        assert!(!claims.claim(intent(999)));
    }

    #[test]
    fn an_event_is_known_by_its_mark() {
        let event = |context: &str| {
            let id = "f6e33af7-10b9-466d-b649-8abeb23e408f";
            super::super::Event::read(&format!(r#"{{"pk":"{id}","context":{context}}}"#)).unwrap()
        };
        let mark = intent(7);
        assert!(mark.marks(&event(&format!(r#"{{"{INTENT_KEY}":"{mark}"}}"#))));
        for context in [
            "{}",
            "[]",
            r#"{"eventide_intent":7}"#,
            r#"{"eventide_intent":""}"#,
        ] {
            assert!(!mark.marks(&event(context)), "{context}");
        }
    }
}
