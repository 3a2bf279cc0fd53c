//! A search that is being typed: the text, the list below it, and what is said of it.

use std::ops::Range;

use super::{Completions, Flaw, Known, Outcome, complete, parse, remark};

/// The state of a field for searches. Places are bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typing {
    text: String,
    completions: Completions,
    list: List,
}

/// The list of candidates below the field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum List {
    /// Not shown.
    #[default]
    Closed,
    /// Shown; at this candidate, if at one. Nothing is chosen by itself, so that Enter means the
    /// text as it stands.
    Open(Option<usize>),
}

/// A key that means something to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Arrow down.
    Next,
    /// Arrow up.
    Previous,
    /// Takes the candidate, or the first of them.
    Tab,
    /// Takes the candidate, if one was gone to.
    Enter,
    /// Closes the list.
    Escape,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it is the browser's.
    None,
    /// Something in the list.
    Moved,
    /// The text is another one, with the cursor at this byte.
    Written(usize),
}

/// What is said below the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// How it is meant.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// What to put in which place to follow it, where that is known.
    pub instead: Option<(Range<usize>, String)>,
}

/// How something is said of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Plain,
    /// It may not be what was meant.
    Caution,
    /// It cannot be sent.
    Wrong,
}

impl Typing {
    /// A text to go on with; the list is closed.
    pub fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// What the list offers.
    pub fn completions(&self) -> &Completions {
        &self.completions
    }
    /// The list; closed when there is nothing to offer.
    pub fn list(&self) -> List {
        if self.completions.candidates.is_empty() {
            List::Closed
        } else {
            self.list
        }
    }
    /// Takes what was typed, and opens the list.
    pub fn write(&mut self, text: String, cursor: usize, known: &Known) {
        self.text = text;
        self.list = List::Open(None);
        self.look(cursor, known);
    }
    /// The cursor went elsewhere. The list stays as open as it was.
    pub fn go(&mut self, cursor: usize, known: &Known) {
        if matches!(self.list, List::Open(_)) {
            self.list = List::Open(None);
            self.look(cursor, known);
        }
    }
    /// Closes the list.
    pub fn close(&mut self) {
        self.list = List::Closed;
    }
    /// Goes to a candidate, as a pointer does.
    pub fn point(&mut self, at: usize) {
        if matches!(self.list, List::Open(_)) {
            self.list = List::Open(Some(at));
        }
    }
    /// A key with the cursor there.
    pub fn press(&mut self, key: Key, cursor: usize, known: &Known) -> Effect {
        match (key, self.list()) {
            (Key::Next | Key::Previous, List::Closed) => {
                self.look(cursor, known);
                self.list = List::Open(None);
                self.step(key)
            }
            (Key::Next | Key::Previous, List::Open(_)) => self.step(key),
            (Key::Tab, List::Open(at)) => self.accept(at.unwrap_or(0), known),
            (Key::Enter, List::Open(Some(at))) => self.accept(at, known),
            (Key::Escape, List::Open(_)) => {
                self.close();
                Effect::Moved
            }
            (Key::Tab | Key::Enter | Key::Escape, _) => Effect::None,
        }
    }
    /// Puts a candidate into the text and goes on with what may follow it.
    pub fn accept(&mut self, at: usize, known: &Known) -> Effect {
        let Some(candidate) = self.completions.candidates.get(at) else {
            return Effect::None;
        };
        let (text, cursor) = self.completions.accepted(&self.text, candidate);
        self.write(text, cursor, known);
        Effect::Written(cursor)
    }
    /// Follows the advice of [`saying`](Self::saying); the list closes.
    pub fn follow(&mut self) -> Effect {
        let Some((at, instead)) = self.saying().instead else {
            return Effect::None;
        };
        let (Some(before), Some(behind)) = (self.text.get(..at.start), self.text.get(at.end..))
        else {
            return Effect::None;
        };
        let cursor = at.start + instead.len();
        self.text = format!("{before}{instead}{behind}");
        self.close();
        Effect::Written(cursor)
    }
    /// Whether it can be sent: there is something to look for, and authentik can answer.
    pub fn can_be_sent(&self) -> bool {
        !self.text.trim().is_empty() && self.saying().tone != Tone::Wrong
    }
    /// What authentik will make of the text.
    pub fn saying(&self) -> Saying {
        let plain = |text: &str| Saying {
            tone: Tone::Plain,
            text: text.to_owned(),
            instead: None,
        };
        if self.text.trim().is_empty() {
            return plain("Words to look for, or a query as in user.username = \"akadmin\".");
        }
        match parse(&self.text) {
            Ok(expression) => match remark(&self.text, &expression) {
                None => plain("Understood as a query."),
                Some(remark) => Saying {
                    tone: Tone::Caution,
                    ..plain(&format!("Understood as a query, but {remark}."))
                },
            },
            Err(Flaw {
                why,
                instead,
                outcome,
                ..
            }) => {
                let (tone, before) = match outcome {
                    Outcome::PlainWords => (Tone::Plain, "Searched as plain words: "),
                    Outcome::Words => (Tone::Caution, "Will be searched as plain words, because "),
                    Outcome::Refused => (Tone::Wrong, "authentik cannot answer this: "),
                };
                Saying {
                    tone,
                    text: format!("{before}{why}."),
                    instead,
                }
            }
        }
    }

    fn look(&mut self, cursor: usize, known: &Known) {
        self.completions = complete(&self.text, cursor, known);
    }

    /// Round the list, with the text itself between its end and its beginning.
    fn step(&mut self, key: Key) -> Effect {
        let List::Open(at) = self.list() else {
            return Effect::None;
        };
        let count = self.completions.candidates.len();
        let last = count.checked_sub(1);
        self.list = List::Open(if key == Key::Next {
            match at {
                None => Some(0),
                Some(at) => Some(at + 1).filter(|next| *next < count),
            }
        } else {
            match at {
                None => last,
                Some(at) => at.checked_sub(1),
            }
        });
        Effect::Moved
    }
}

/// The byte at a place that browsers count in UTF-16 units; the end for a place behind it.
pub fn byte_at(text: &str, units: u32) -> usize {
    let units = usize::try_from(units).unwrap_or(usize::MAX);
    let mut seen = 0;
    let found = text.char_indices().find(|(_, letter)| {
        let is_here = seen >= units;
        seen += letter.len_utf16();
        is_here
    });
    found.map_or(text.len(), |(at, _)| at)
}

/// The place that browsers call a byte; the end for one behind it or inside a letter.
pub fn units_at(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Untrusted;

    fn known() -> Known {
        Known {
            users: vec![Untrusted::new("akadmin")],
            ..Known::default()
        }
    }

    /// What `keys` make of a text with its cursor at the end.
    fn typed(text: &str, keys: &[Key]) -> (Typing, Effect) {
        let known = known();
        let mut typing = Typing::default();
        typing.write(text.to_owned(), text.len(), &known);
        let mut effect = Effect::None;
        let mut cursor = text.len();
        for key in keys {
            effect = typing.press(*key, cursor, &known);
            if let Effect::Written(at) = effect {
                cursor = at;
            }
        }
        (typing, effect)
    }

    #[test]
    fn a_query_is_written_with_the_keyboard_alone() {
        let (typing, _) = typed("user.u", &[Key::Tab]);
        assert_eq!(typing.text(), "user.username ");
        let (typing, _) = typed("user.u", &[Key::Tab, Key::Tab]);
        assert_eq!(typing.text(), "user.username = ");
        let (typing, effect) = typed("user.u", &[Key::Tab, Key::Tab, Key::Next, Key::Enter]);
        assert_eq!(typing.text(), "user.username = \"akadmin\"");
        assert_eq!(effect, Effect::Written(typing.text().len()));
        // Nothing more to offer: Enter sends, Tab leaves.
        let (_, effect) = typed("user.username = \"akadmin\"", &[Key::Enter]);
        assert_eq!(effect, Effect::None);
        let (_, effect) = typed("user.username = \"akadmin\"", &[Key::Tab]);
        assert_eq!(effect, Effect::None);
    }

    #[test]
    fn enter_means_the_text_until_a_candidate_was_gone_to() {
        assert_eq!(typed("app", &[Key::Enter]).1, Effect::None);
        assert_eq!(typed("app", &[Key::Next, Key::Enter]).0.text(), "app ");
        // Past the last one the text is meant again.
        let steps = vec![Key::Next; typed("app", &[]).0.completions().candidates.len() + 1];
        let (typing, _) = typed("app", &steps);
        assert_eq!(typing.list(), List::Open(None));
    }

    #[test]
    fn the_list_opens_with_typing_and_with_the_arrows_and_closes_with_escape() {
        let (typing, effect) = typed("app", &[Key::Escape]);
        assert_eq!((typing.list(), effect), (List::Closed, Effect::Moved));
        assert_eq!(typed("app", &[Key::Escape, Key::Escape]).1, Effect::None);
        assert_eq!(typed("app", &[Key::Escape, Key::Tab]).1, Effect::None);
        let (typing, _) = typed("app", &[Key::Escape, Key::Next]);
        assert_eq!(typing.list(), List::Open(Some(0)));
        let (typing, _) = typed("app", &[Key::Previous]);
        let last = typing.completions().candidates.len() - 1;
        assert_eq!(typing.list(), List::Open(Some(last)));
        assert_eq!(typed("zzz zzz", &[Key::Next]).0.list(), List::Closed);
        assert_eq!(Typing::of("app").list(), List::Closed);
    }

    #[test]
    fn it_is_said_what_authentik_will_make_of_it() {
        let table = [
            (
                "",
                Tone::Plain,
                "Words to look for, or a query as in user.username = \"akadmin\".",
            ),
            ("action = \"login\"", Tone::Plain, "Understood as a query."),
            (
                "akadmin",
                Tone::Plain,
                "Searched as plain words: each word is looked for in the whole event.",
            ),
            (
                "action = \"logn\"",
                Tone::Caution,
                "Understood as a query, but no action is called “logn”.",
            ),
            (
                "action = login",
                Tone::Caution,
                "Will be searched as plain words, because values need double quotes: write “\"login\"”.",
            ),
            (
                "user = \"x\"",
                Tone::Wrong,
                "authentik cannot answer this: “user” is a whole object: to look in all of it write “user.user ~ \"x\"”.",
            ),
        ];
        for (text, tone, said) in table {
            let typing = Typing::of(text);
            let saying = typing.saying();
            assert_eq!((saying.tone, saying.text.as_str()), (tone, said));
            assert_eq!(
                typing.can_be_sent(),
                !text.is_empty() && tone != Tone::Wrong
            );
        }
        let mut typing = Typing::of("action = login and app ~ \"x\"");
        assert_eq!(typing.follow(), Effect::Written("action = \"login\"".len()));
        assert_eq!(typing.text(), "action = \"login\" and app ~ \"x\"");
        assert_eq!(typing.follow(), Effect::None);
    }

    #[test]
    fn bytes_and_the_units_of_browsers_lead_to_each_other() {
        let text = "aä😀b";
        for (byte, units) in [(0, 0), (1, 1), (3, 2), (7, 4), (8, 5)] {
            assert_eq!(units_at(text, byte), units);
            assert_eq!(byte_at(text, units), byte);
        }
        assert_eq!(byte_at(text, 99), text.len());
        // Inside a pair: behind it.
        assert_eq!(byte_at(text, 3), 7);
        assert_eq!(units_at(text, 99), 5);
    }
}
