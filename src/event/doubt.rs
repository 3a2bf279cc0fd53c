//! Names that should not be taken for what they seem to be.

use super::{Acting, Actor, Event, EventAction, KnownAction};
use crate::text::{Piece, Sentence, Untrusted};

/// Names of accounts that are known to exist, for telling which others look like them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownNames(Vec<(Untrusted, Untrusted)>);

/// Why a name should be looked at twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It holds characters that cannot be seen.
    Hides,
    /// A word in it is written with letters of several scripts.
    Mixes,
    /// It looks like the name of an account, and is another one.
    LooksLike(Untrusted),
}

/// More names than this are not compared with.
const MOST_KNOWN: usize = 500;

impl KnownNames {
    /// Takes names of accounts, and those of `events` that come with the number of an account.
    pub fn of<'a>(
        own: impl IntoIterator<Item = Untrusted>,
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Self {
        let recorded = events.into_iter().filter_map(|event| match &event.actor {
            Actor::Person(person) => person.pk.map(|_| person.username.clone()),
            Actor::System | Actor::Anonymous | Actor::Unclear => None,
        });
        let mut known = Self::default();
        for name in own.into_iter().chain(recorded) {
            let is_there = known.0.iter().any(|(_, other)| *other == name);
            if !is_there && known.0.len() < MOST_KNOWN {
                known.0.push((name.skeleton(), name));
            }
        }
        known
    }

    /// The account that a name looks like. Of two names of which one is plain, the other imitates.
    fn like(&self, name: &Untrusted) -> Option<&Untrusted> {
        let is_plain = |name: &Untrusted| name.original().is_ascii();
        let skeleton = name.skeleton();
        let mut others = self.0.iter().filter(|(other, known)| {
            *other == skeleton && known != name && (is_plain(known) || !is_plain(name))
        });
        others.next().map(|(_, known)| known)
    }
}

impl Doubt {
    /// Everything that is doubtful about a name.
    pub fn of(name: &Untrusted, known: &KnownNames) -> Vec<Self> {
        let mut doubts = Vec::new();
        if name.hides_something() {
            doubts.push(Self::Hides);
        }
        if name.mixes_scripts() {
            doubts.push(Self::Mixes);
        }
        doubts.extend(known.like(name).cloned().map(Self::LooksLike));
        doubts
    }

    /// In a few words, as in "Looks like akadmin".
    pub fn words(&self) -> String {
        match self {
            Self::Hides => "Holds characters that cannot be seen".to_owned(),
            Self::Mixes => "Mixes letters of several scripts".to_owned(),
            Self::LooksLike(other) => {
                format!("Looks like {}, and is another name", other.clipped(80))
            }
        }
    }

    fn sentence(self, name: &Untrusted) -> Sentence {
        let words = |words: &str| Piece::Words(words.to_owned());
        let mut pieces = vec![words("The name "), Piece::Strong(name.brief(80))];
        match self {
            Self::Hides => pieces.push(words(
                " holds characters that cannot be seen, or too many marks on one letter.",
            )),
            Self::Mixes => pieces.push(words(
                " mixes letters of several scripts in one word, as names do not.",
            )),
            Self::LooksLike(other) => {
                pieces.extend([
                    words(" looks like "),
                    Piece::Strong(other.brief(80)),
                    words(", and is another name."),
                ]);
            }
        }
        Sentence(pieces)
    }
}

/// What is doubtful about the names in an event, a sentence each.
pub fn doubts(event: &Event, known: &KnownNames) -> Vec<Sentence> {
    let mut names: Vec<Untrusted> = event.actor.username().cloned().into_iter().collect();
    if let Actor::Person(person) = &event.actor
        && let Acting::OnBehalfOf(other) | Acting::AuthenticatedAs(other) = &person.acting
    {
        names.push(other.clone());
    }
    if event.action == EventAction::Known(KnownAction::LoginFailed) {
        names.extend(event.context.scalar(&["username"]));
    }
    let mut told: Vec<&Untrusted> = Vec::new();
    let mut sentences = Vec::new();
    for name in &names {
        if !told.contains(&name) {
            told.push(name);
            let doubts = Doubt::of(name, known).into_iter();
            sentences.extend(doubts.map(|doubt| doubt.sentence(name)));
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(action: &str, user: &str, context: &str) -> Event {
        Event::read(&format!(
            r#"{{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","action":"{action}","user":{user},"context":{context}}}"#
        ))
        .unwrap()
    }

    fn known() -> KnownNames {
        let events = [
            event("login", r#"{"pk":4,"username":"akadmin","email":""}"#, "{}"),
            event("login", r#"{"pk":5,"username":"Paul","email":""}"#, "{}"),
            event(
                "login_failed",
                r#"{"pk":null,"username":"rnia","email":""}"#,
                "{}",
            ),
        ];
        KnownNames::of([Untrusted::new("mia.wong")], &events)
    }

    #[test]
    fn a_name_is_doubted_for_what_hides_mixes_or_imitates() {
        let check = |name: &str, expected: &[Doubt]| {
            assert_eq!(
                Doubt::of(&Untrusted::new(name), &known()),
                expected,
                "{name:?}"
            );
        };
        let like = |name: &str| Doubt::LooksLike(Untrusted::new(name));
        check("akadmin", &[]);
        check("mia.wong", &[]);
        check("rnia", &[]);
        check("иван", &[]);
        check("akadmin\u{200b}", &[Doubt::Hides, like("akadmin")]);
        check("аkadmin", &[Doubt::Mixes, like("akadmin")]);
        check("ａｋａｄｍｉｎ", &[like("akadmin")]);
        check("𝐚𝐤𝐚𝐝𝐦𝐢𝐧", &[like("akadmin")]);
        check("akadrnin", &[like("akadmin")]);
        check("PauI", &[like("Paul")]);
        check(" akadmin ", &[like("akadmin")]);
        check("mia․wong", &[like("mia.wong")]);
        check("Akadmin", &[]);
    }

    #[test]
    fn the_plain_one_of_two_names_imitates_nobody() {
        let events = [event(
            "login",
            r#"{"pk":4,"username":"асе","email":""}"#,
            "{}",
        )];
        let known = KnownNames::of([], &events);
        assert_eq!(Doubt::of(&Untrusted::new("ace"), &known), []);
        assert_eq!(Doubt::of(&Untrusted::new("aсe"), &known).len(), 2);
    }

    #[test]
    fn an_event_tells_what_is_doubtful_about_each_of_its_names() {
        let said = |event: &Event| {
            doubts(event, &known())
                .iter()
                .map(Sentence::visible)
                .collect::<Vec<_>>()
        };
        let failed = event(
            "login_failed",
            r#"{"pk":4,"username":"akadmin","email":""}"#,
            r#"{"username":"аkadmin"}"#,
        );
        assert_eq!(
            said(&failed),
            [
                "The name аkadmin mixes letters of several scripts in one word, as names do not.",
                "The name аkadmin looks like akadmin, and is another name."
            ]
        );
        let acting = event(
            "login",
            r#"{"pk":4,"username":"akadmin","email":"","on_behalf_of":{"pk":5,"username":"a\u202eb"}}"#,
            "{}",
        );
        assert_eq!(
            said(&acting),
            [
                "The name a⟨U+202E⟩b holds characters that cannot be seen, or too many marks on one letter."
            ]
        );
        assert!(said(&event("login", "{}", "{}")).is_empty());
    }
}
