//! Which other events an event raises questions about: each question is a list that can be opened.

use crate::{
    event::{
        Acting, Actor, Event, EventAction, EventId, KnownAction, Severity, origin::AddressKind,
    },
    filter::{Chip, Filter, Test},
    listing::Listing,
    moment::Moment,
    ql::{Field, Root},
    range::Range,
    sort::sort_by_key,
    text::{Piece, Sentence, Untrusted},
};

/// Events that share something with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// What they share, in two or three words.
    pub title: &'static str,
    /// What stands behind "23 events" or "1 event", as in " from 192.0.2.146 in the 24 hours before".
    pub about: Sentence,
    /// The list of them, the event itself among them.
    pub listing: Listing,
}

/// How many events are asked for with a relation; the list has the others.
pub const PAGE_SIZE: u32 = 6;

const MINUTE: i64 = 1;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Messages longer than this are not compared: they would not fit into an address.
const LONGEST_MESSAGE: usize = 500;

/// The questions that an event raises, the most telling first. What the server cannot be asked is
/// left out.
pub fn related(event: &Event) -> Vec<Relation> {
    let offers = [
        failures_of_name(event),
        failures_of_address(event),
        same_message(event),
        same_object(event),
        same_application(event),
        same_address(event),
        same_user(event),
        same_request(event),
    ];
    let askable = |relation: &Relation| {
        let mut chips = relation.listing.filter.chips.iter();
        chips.all(|chip| chip.trouble().is_none())
    };
    offers.into_iter().flatten().filter(askable).collect()
}

fn failures_of_name(event: &Event) -> Option<Relation> {
    let name = failed_name(event)?;
    Some(Relation {
        title: "Failed for this name",
        about: told("failed for ", &name, " in the hour before"),
        listing: listing(
            [Chip::action(&event.action), Chip::user(&name)],
            before(event, HOUR)?,
        ),
    })
}

fn failures_of_address(event: &Event) -> Option<Relation> {
    failed_name(event)?;
    let address = address(event)?;
    Some(Relation {
        title: "Failed from this IP",
        about: told("failed from ", address, " in the hour before"),
        listing: listing(
            [Chip::action(&event.action), Chip::client_ip(address)],
            before(event, HOUR)?,
        ),
    })
}

/// The name that a sign-in failed with.
fn failed_name(event: &Event) -> Option<Untrusted> {
    if !is(event, KnownAction::LoginFailed) {
        return None;
    }
    let typed = event.context.string(&["username"]);
    typed.or_else(|| event.actor.username().cloned())
}

fn same_message(event: &Event) -> Option<Relation> {
    let message = event.context.string(&["message"])?;
    let fits = message.original().len() <= LONGEST_MESSAGE;
    if event.action.severity() != Severity::Error || !fits {
        return None;
    }
    let field = Field::inside(Root::Context, ["message"]).ok()?;
    let chip = Chip::of(Test::Value {
        field,
        text: message,
    });
    Some(Relation {
        title: "Same message",
        about: words("with this message in the 7 days before"),
        listing: listing([Chip::action(&event.action), chip], before(event, 7 * DAY)?),
    })
}

fn same_object(event: &Event) -> Option<Relation> {
    let model = event.context.model(&["model"])?;
    Some(Relation {
        title: "Same object",
        about: Sentence(vec![
            Piece::Words(" about ".to_owned()),
            Piece::Data(model.kind()),
            Piece::Words(" ".to_owned()),
            Piece::Data(model.title().clone()),
        ]),
        // Its whole history: what was done to it long ago counts as well.
        listing: listing([Chip::object(&model)], Range::All),
    })
}

fn same_application(event: &Event) -> Option<Relation> {
    let model = event.context.model(&["authorized_application"])?;
    Some(Relation {
        title: "Same application",
        about: told(
            "letting users into ",
            model.title(),
            " in the 24 hours before",
        ),
        listing: listing([Chip::authorized_app(&model)], before(event, DAY)?),
    })
}

fn same_address(event: &Event) -> Option<Relation> {
    let address = address(event)?;
    Some(Relation {
        title: "Same IP",
        about: told("from ", address, " in the 24 hours before"),
        listing: listing([Chip::client_ip(address)], before(event, DAY)?),
    })
}

/// The address, where it is that of one client.
fn address(event: &Event) -> Option<&Untrusted> {
    let address = event.client_ip.as_ref()?;
    (AddressKind::of(address) != AddressKind::Undetermined).then_some(address)
}

fn same_user(event: &Event) -> Option<Relation> {
    let name = event.actor.username()?;
    let created = event.created?;
    Some(Relation {
        title: "Same user",
        about: told("of ", name, " within 10 minutes"),
        listing: listing([Chip::user(name)], around(created, 10, 10)),
    })
}

fn same_request(event: &Event) -> Option<Relation> {
    let id = event.context.string(&["http_request", "request_id"])?;
    let field = Field::inside(Root::Context, ["http_request", "request_id"]).ok()?;
    let created = event.created?;
    Some(Relation {
        title: "Same request",
        about: words("of this request"),
        listing: listing(
            [Chip::of(Test::Value { field, text: id })],
            // What a request causes happens at once; the server need not look through all events.
            around(created, HOUR, HOUR),
        ),
    })
}

/// So many minutes up to an event, itself among them.
fn before(event: &Event, minutes: i64) -> Option<Range> {
    Some(around(event.created?, minutes, 0))
}

/// So many minutes before an instant and behind it, in whole seconds.
fn around(moment: Moment, before: i64, later: i64) -> Range {
    Range::Between {
        from: moment.second_begun().minutes_later(-before),
        to: behind(moment).minutes_later(later),
    }
}

/// The first whole second behind an instant.
fn behind(moment: Moment) -> Moment {
    Moment::from_ms(moment.second_begun().ms().saturating_add(1_000))
}

fn listing(chips: impl IntoIterator<Item = Chip>, range: Range) -> Listing {
    Listing {
        filter: Filter {
            chips: chips.into_iter().collect(),
        },
        range,
        ..Listing::default()
    }
}

fn words(words: &str) -> Sentence {
    Sentence(vec![Piece::Words(format!(" {words}"))])
}

fn told(before: &str, data: &Untrusted, behind: &str) -> Sentence {
    Sentence(vec![
        Piece::Words(format!(" {before}")),
        Piece::Data(data.clone()),
        Piece::Words(behind.to_owned()),
    ])
}

fn is(event: &Event, action: KnownAction) -> bool {
    event.action == EventAction::Known(action)
}

/// How far one event lies from another, as in "8 s before" or "2 min later".
pub fn apart(from: Moment, other: Moment) -> String {
    match other.cmp(&from) {
        std::cmp::Ordering::Less => format!("{} before", lasting(other, from)),
        std::cmp::Ordering::Equal => "at once".to_owned(),
        std::cmp::Ordering::Greater => format!("{} later", lasting(from, other)),
    }
}

/// How long something took, rounded down, as in "31 min".
pub fn lasting(from: Moment, to: Moment) -> String {
    let seconds = to.ms().saturating_sub(from.ms()).max(0) / 1_000;
    match seconds {
        0 => "under 1 s".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => match seconds / 60 % 60 {
            0 => format!("{} h", seconds / 3_600),
            minutes => format!("{} h {minutes} min", seconds / 3_600),
        },
        _ => format!("{} days", seconds / 86_400),
    }
}

/// An event among those that are related to it, the newest first; at most so many of the others.
pub fn rail<'a>(
    own: &'a Event,
    others: impl Iterator<Item = &'a Event>,
    most: usize,
) -> Vec<&'a Event> {
    let others = others.filter(|other| other.id != own.id).take(most);
    let mut all: Vec<&Event> = others.chain([own]).collect();
    sort_by_key(&mut all, |event| std::cmp::Reverse(event.created));
    all
}

/// An impersonation, as far as its events were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The event that began it.
    pub start: Option<EventId>,
    /// The event that ended it.
    pub end: Option<EventId>,
}

/// What to ask for the beginning and the end of the impersonation that an event belongs to; `None`
/// for an event that belongs to none.
pub fn impersonation(event: &Event) -> Option<Listing> {
    let Actor::Person(person) = &event.actor else {
        return None;
    };
    let belongs = matches!(person.acting, Acting::OnBehalfOf(_))
        || is(event, KnownAction::ImpersonationStarted)
        || is(event, KnownAction::ImpersonationEnded);
    let created = event.created.filter(|_| belongs)?;
    let both = [
        KnownAction::ImpersonationStarted,
        KnownAction::ImpersonationEnded,
    ];
    let chips = [
        Chip::of(Test::Actions(both.map(EventAction::Known).into())),
        Chip::user(&person.username),
    ];
    let asked = listing(chips, around(created, DAY, DAY));
    let askable = asked
        .filter
        .chips
        .iter()
        .all(|chip| chip.trouble().is_none());
    askable.then_some(asked)
}

/// How many beginnings and ends of impersonations are asked for.
pub const SPAN_PAGE_SIZE: u32 = 50;

/// Finds the impersonation that an event belongs to among beginnings and ends of the same user.
/// authentik does not record which beginning an end belongs to: it is the last one before it.
pub fn span<'a>(event: &Event, found: impl Iterator<Item = &'a Event>) -> Span {
    let mut ends: Vec<&Event> = found.collect();
    sort_by_key(&mut ends, |other| other.created);
    let mut open: Vec<&Event> = Vec::new();
    let mut none = Span {
        start: None,
        end: None,
    };
    for other in ends {
        if is(other, KnownAction::ImpersonationStarted) {
            open.push(other);
            continue;
        }
        if !is(other, KnownAction::ImpersonationEnded) {
            continue;
        }
        let start = open.pop();
        let span = Span {
            start: start.map(|start| start.id),
            end: Some(other.id),
        };
        let begun = start.is_some_and(|start| holds(event, start));
        let own = [span.start, span.end].contains(&Some(event.id));
        if own || begun && other.created >= event.created {
            return span;
        }
    }
    none.start = open
        .iter()
        .rev()
        .find(|start| start.id == event.id || holds(event, start))
        .map(|start| start.id);
    none
}

/// Whether an event may belong to the impersonation that another began.
fn holds(event: &Event, start: &Event) -> bool {
    let target = target(event);
    target.is_some() && target == self::target(start) && start.created <= event.created
}

/// Who is impersonated, where an event says so.
pub fn target(event: &Event) -> Option<&Untrusted> {
    match &event.actor {
        Actor::Person(person) => match &person.acting {
            Acting::OnBehalfOf(target) => Some(target),
            Acting::AsSelf | Acting::AuthenticatedAs(_) | Acting::NotSignedIn => None,
        },
        Actor::System | Actor::Anonymous | Actor::Unclear => None,
    }
}

/// The list of what a user did between two instants, both among it.
pub fn during(user: &Untrusted, from: Moment, to: Moment) -> Listing {
    let range = Range::Between {
        from: from.second_begun(),
        to: behind(to),
    };
    listing([Chip::user(user)], range)
}

#[cfg(test)]
mod tests;
