//! How a sign-in compares with the last ones of the same user: as counts that a person can check,
//! never as a score.

use std::cmp::Reverse;

use crate::{
    event::{
        Event, EventAction, KnownAction, country,
        login::{Account, Factor, Method},
        origin::{self, AddressKind, Network},
        user_agent,
    },
    filter::{Chip, Filter},
    listing::Listing,
    moment::Moment,
    range::Range,
    sort::sort_by_key,
    text::Untrusted,
};

/// So many sign-ins are looked at.
pub const LAST: u32 = 50;

/// The sign-ins to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whose.
    pub user: Untrusted,
    /// Whether the event itself is a sign-in, and not an attempt that failed.
    pub succeeded: bool,
    /// Those before the event.
    pub listing: Listing,
}

/// The sign-in and the last ones, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usual {
    /// How many sign-ins it is compared with.
    pub total: usize,
    /// What is known of them.
    pub lines: Vec<Line>,
}

/// One thing in which sign-ins differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// "Country", "Network", "Device", "Method".
    pub label: &'static str,
    /// Of this sign-in; `None` if it is not recorded.
    pub own: Option<Trait>,
    /// In how many of the last ones it was the same; `None` where that says nothing.
    pub same: Option<usize>,
    /// The most frequent one of the last ones, and in how many it was so.
    pub usual: Option<(Trait, usize)>,
    /// How many others there were.
    pub others: usize,
}

/// A country, a network, a device or a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait {
    /// The flag of a country; decorative.
    pub flag: Option<String>,
    /// What it is called.
    pub name: Untrusted,
}

impl Line {
    /// Whether nothing of the last ones was like it.
    pub fn is_new(&self) -> bool {
        self.same == Some(0)
    }
}

/// What to compare an event with; `None` for what is no sign-in of an account.
pub fn question(event: &Event) -> Option<Question> {
    let (succeeded, user) = match event.action {
        EventAction::Known(KnownAction::Login) => (true, event.actor.username().cloned()?),
        EventAction::Known(KnownAction::LoginFailed) if Account::of(event) == Account::Exists => {
            (false, event.actor.username().cloned()?)
        }
        _ => return None,
    };
    let chips = [
        Chip::action(&EventAction::Known(KnownAction::Login)),
        Chip::user(&user),
    ];
    let askable = chips.iter().all(|chip| chip.trouble().is_none());
    let to = event.created.filter(|_| askable)?.second_begun();
    Some(Question {
        user,
        succeeded,
        listing: Listing {
            filter: Filter {
                chips: chips.into(),
            },
            range: Range::Between {
                from: Moment::EARLIEST,
                to,
            },
            ..Listing::default()
        },
    })
}

/// Reads something off a sign-in.
type Of = fn(&Event) -> Option<Trait>;

/// Compares an event with sign-ins before it.
pub fn compare<'a>(event: &Event, before: impl Iterator<Item = &'a Event>) -> Usual {
    let before: Vec<&Event> = before.filter(|other| other.id != event.id).collect();
    let aspects: [(&'static str, Of); 4] = [
        ("Country", country),
        ("Network", network),
        ("Device", device),
        ("Method", method),
    ];
    let failed = event.action == EventAction::Known(KnownAction::LoginFailed);
    let lines = aspects.into_iter().filter_map(|(label, of)| {
        let line = line(
            label,
            of(event),
            before.iter().filter_map(|event| of(event)),
        );
        // What failed is one factor, and a method may have several.
        let same = line.same.filter(|_| !(failed && label == "Method"));
        let known = line.own.is_some() || line.usual.is_some();
        known.then_some(Line { same, ..line })
    });
    Usual {
        total: before.len(),
        lines: lines.collect(),
    }
}

fn line(label: &'static str, own: Option<Trait>, before: impl Iterator<Item = Trait>) -> Line {
    let mut found: Vec<(Trait, usize)> = Vec::new();
    for one in before {
        match found.iter_mut().find(|(other, _)| *other == one) {
            Some((_, count)) => *count += 1,
            None => found.push((one, 1)),
        }
    }
    sort_by_key(&mut found, |(_, count)| Reverse(*count));
    let of = |own: &Trait| found.iter().find(|(other, _)| other == own);
    let same = own
        .as_ref()
        .filter(|_| !found.is_empty())
        .map(|own| of(own).map_or(0, |(_, count)| *count));
    Line {
        label,
        own,
        same,
        others: found.len().saturating_sub(1),
        usual: found.into_iter().next(),
    }
}

fn country(event: &Event) -> Option<Trait> {
    let code = event.context.string(&["geo", "country"])?;
    let name = country::name(code.original()).map_or_else(|| code.clone(), Untrusted::new);
    Some(Trait {
        flag: origin::flag(&code),
        name,
    })
}

fn network(event: &Event) -> Option<Trait> {
    let known = Network::read(&event.context).map(|network| network.name);
    let name = known.or_else(|| {
        let words = AddressKind::of(event.client_ip.as_ref()?).words()?;
        Some(Untrusted::new(words))
    })?;
    Some(Trait { flag: None, name })
}

/// Browser and system without their versions: those change by themselves.
fn device(event: &Event) -> Option<Trait> {
    let agent = event.context.string(&["http_request", "user_agent"])?;
    let name = match user_agent::words(&agent) {
        Some(words) => {
            let words = words.split(", version").next().unwrap_or_default();
            let named = words
                .split(' ')
                .filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
            Untrusted::new(named.collect::<Vec<_>>().join(" "))
        }
        None => Untrusted::new(agent.original().split('/').next().unwrap_or_default()),
    };
    Some(Trait { flag: None, name })
}

fn method(event: &Event) -> Option<Trait> {
    let words = |words: &'static str| Untrusted::new(words);
    let name = if event.action == EventAction::Known(KnownAction::LoginFailed) {
        match Factor::read(&event.context)? {
            Factor::Other(name) => name,
            factor => words(factor.words()?),
        }
    } else {
        match Method::read(&event.context)? {
            Method::Theirs(name) => name,
            method => words(method.words()?),
        }
    };
    Some(Trait { flag: None, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";

    fn event(number: u8, action: &str, country: &str, agent: &str, more: &str) -> Event {
        Event::read(&format!(
            r#"{{"pk":"f6e33af7-10b9-466d-b649-{number:012}","action":"{action}","created":"2026-11-20T10:00:05.5Z","user":{{"pk":7,"username":"mia"}},"client_ip":"10.0.0.1","context":{{"geo":{{"country":"{country}"}},"http_request":{{"user_agent":"{agent}"}}{more}}}}}"#
        ))
        .unwrap()
    }

    /// Each line as a person reads it.
    fn told(usual: &Usual) -> Vec<String> {
        let name = |own: &Option<Trait>| {
            let own = own.as_ref().map(|own| own.name.original().to_owned());
            own.unwrap_or_else(|| "–".to_owned())
        };
        let line = |line: &Line| {
            let usual = line.usual.as_ref().map(|(usual, count)| {
                format!("{} {count}, others {}", usual.name.original(), line.others)
            });
            format!(
                "{}: {} {:?} | {}",
                line.label,
                name(&line.own),
                line.same,
                usual.unwrap_or_default()
            )
        };
        usual.lines.iter().map(line).collect()
    }

    #[test]
    fn what_is_new_is_counted_and_versions_are_no_difference() {
        let password = r#","auth_method":"password""#;
        let passkey = r#","auth_method":"auth_webauthn_pwl""#;
        let newer = FIREFOX.replace("127", "128");
        let own = event(1, "login", "BR", &newer, password);
        let before = [
            event(2, "login", "DE", FIREFOX, passkey),
            event(3, "login", "DE", FIREFOX, passkey),
            event(4, "login", "FR", "curl/8.8.0", password),
            // The event itself never counts.
            own.clone(),
        ];
        let usual = compare(&own, before.iter());
        assert_eq!(usual.total, 3);
        assert_eq!(
            told(&usual),
            [
                "Country: Brazil Some(0) | Germany 2, others 1",
                "Network: Private network Some(3) | Private network 3, others 0",
                "Device: Firefox on Linux Some(2) | Firefox on Linux 2, others 1",
                "Method: Password Some(1) | Passkey 2, others 1",
            ]
        );
        let new: Vec<bool> = usual.lines.iter().map(Line::is_new).collect();
        assert_eq!(new, [true, false, false, false]);
    }

    #[test]
    fn a_failed_factor_is_shown_and_not_counted() {
        let own = event(
            1,
            "login_failed",
            "DE",
            "Go-http-client/2.0",
            r#","password":"********************""#,
        );
        let before = [event(
            2,
            "login",
            "DE",
            FIREFOX,
            r#","auth_method":"password""#,
        )];
        let lines = told(&compare(&own, before.iter()));
        assert_eq!(
            lines.last().unwrap(),
            "Method: Password None | Password 1, others 0"
        );
    }

    #[test]
    fn what_is_recorded_nowhere_has_no_line_and_nothing_before_is_no_novelty() {
        let bare = |number: u8| {
            Event::read(&format!(
                r#"{{"pk":"f6e33af7-10b9-466d-b649-{number:012}","action":"login"}}"#
            ))
            .unwrap()
        };
        assert_eq!(compare(&bare(1), [bare(2)].iter()).lines, []);
        let alone = compare(&event(1, "login", "DE", "x", ""), [].iter());
        assert_eq!(alone.total, 0);
        assert!(alone.lines.iter().all(|line| !line.is_new()));
    }

    #[test]
    fn only_sign_ins_of_accounts_are_compared() {
        let asked = |event: &Event| {
            question(event).map(|question| (question.succeeded, question.listing.to_query()))
        };
        let query = "action=login&user=mia&to=2026-11-20T10:00:05Z".to_owned();
        assert_eq!(
            asked(&event(1, "login", "DE", "x", "")),
            Some((true, query.clone()))
        );
        assert_eq!(
            asked(&event(1, "login_failed", "DE", "x", "")),
            Some((false, query))
        );
        assert_eq!(asked(&event(1, "logout", "DE", "x", "")), None);
        let unknown = Event::read(
            r#"{"pk":"f6e33af7-10b9-466d-b649-000000000001","action":"login_failed","created":"2026-11-20T10:00:05Z","user":{"pk":null,"username":"oracle"}}"#,
        );
        assert_eq!(asked(&unknown.unwrap()), None);
    }
}
