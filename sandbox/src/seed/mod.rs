//! The events that a sandbox starts with: the same on every machine, but for their times, which
//! end now.

pub mod cast;
mod odd;
mod random;
mod stories;
mod template;

use crate::event::{Event, FALLBACK_BRAND, RETENTION};
use crate::json::{self, Json};
use crate::moment::{self, DAY, HOUR, MINUTE, Micros, Parsed, SECOND};
use crate::query::ql::parse_uuid;
use cast::{AGENTS, APPLICATIONS, Cast, GROUPS};
use random::Random;
use template::{Actor, Scene, Template};

/// What a real authentik wrote, one event a line.
pub const RECORDED: &str = include_str!("../../seed/events.ndjson");

/// The brand of events that a request caused.
const DEFAULT_BRAND: &str = r#"{"pk": "b7877275dfa74cf98dd289863e1dd77a", "app": "authentik_brands", "name": "Default brand", "model_name": "brand"}"#;

/// How far back the events go.
const SPAN: Micros = 60 * DAY;

/// How many events there are when nothing else is said.
pub const DEFAULT_EVENTS: usize = 2000;

/// The most events that can be asked for.
pub const MOST_EVENTS: usize = 1_000_000;

/// A number of events.
#[derive(Debug, Clone, Copy)]
pub struct Seed {
    events: usize,
}

/// How often each action comes up among ten thousand, where the recordings show it.
const SHARES: [(&str, usize); 30] = [
    ("login", 2900),
    ("authorize_application", 2300),
    ("logout", 950),
    ("login_failed", 900),
    ("model_updated", 720),
    ("model_created", 420),
    ("model_deleted", 150),
    ("policy_execution", 330),
    ("email_sent", 230),
    ("user_write", 170),
    ("password_set", 150),
    ("system_task_exception", 130),
    ("configuration_error", 120),
    ("policy_exception", 80),
    ("property_mapping_exception", 70),
    ("custom_vpn_posture_checked", 70),
    ("secret_view", 60),
    ("invitation_used", 50),
    ("source_linked", 50),
    ("secret_rotate", 40),
    ("system_exception", 30),
    ("configuration_warning", 20),
    ("custom_static_authenticator_disable", 20),
    ("impersonation_started", 10),
    ("suspicious_request", 10),
    ("review_initiated", 5),
    ("review_completed", 5),
    ("review_overdue", 5),
    ("export_ready", 3),
    ("update_available", 2),
];

/// What people type where a login name is wanted.
const TYPED: [&str; 8] = [
    "root",
    "administrator",
    "admin",
    "nosuchuser",
    "test",
    "oracle",
    "alice@corp.exmaple",
    "ubuntu",
];

impl Seed {
    /// So many events, or as many as there can be.
    #[must_use]
    pub fn of(events: usize) -> Seed {
        Seed {
            events: events.min(MOST_EVENTS),
        }
    }

    /// The same seed with another number of events, if one is given.
    #[must_use]
    pub fn with_events(self, events: Option<usize>) -> Seed {
        events.map_or(self, Seed::of)
    }

    /// The events, the latest of them a moment before `now`. First everyday traffic in the order
    /// of time, then the stories and the odd ones, which are there in any seed of some hundred.
    pub fn events(self, now: Micros) -> impl Iterator<Item = Event> {
        let cast = Cast::assemble();
        let mut special = stories::events(&cast, now);
        special.extend(odd::events(now));
        special.truncate(self.events);
        let traffic = Traffic::until(now, self.events - special.len(), cast);
        traffic.chain(special)
    }
}

/// Everyday traffic.
struct Traffic {
    cast: Cast,
    random: Random,
    templates: Vec<(usize, Vec<Template>)>,
    hours: Vec<(usize, Micros)>,
    now: Micros,
    next: usize,
    count: usize,
}

impl Traffic {
    fn until(now: Micros, count: usize, cast: Cast) -> Traffic {
        let all: Vec<Template> = RECORDED.lines().filter_map(Template::of).collect();
        let templates = SHARES
            .iter()
            .scan(0, |sum, (action, share)| {
                *sum += share;
                Some((
                    *sum,
                    all.iter()
                        .filter(|template| template.action == *action)
                        .cloned()
                        .collect(),
                ))
            })
            .collect();
        Traffic {
            cast,
            random: Random::from(20_261_122),
            templates,
            hours: hours(now),
            now,
            next: 0,
            count,
        }
    }

    /// The moment of an event: office hours are busy, nights and week-ends are not.
    fn moment(&mut self) -> Micros {
        let total = self.hours.last().map_or(1, |(sum, _)| *sum);
        let target = (total * 1000 / self.count.max(1) * self.next
            + self.random.below((total * 1000 / self.count.max(1)).max(1)))
            / 1000;
        let at = self
            .hours
            .partition_point(|(sum, _)| *sum <= target)
            .min(self.hours.len().saturating_sub(1));
        let start = self
            .hours
            .get(at)
            .map_or(self.now - SPAN, |(_, start)| *start);
        let within = i64::try_from(self.random.next() % 3_600_000_000).unwrap_or_default();
        // What would be after "now" was some minutes before it; so was the last event of all.
        let moment = start + within;
        if moment < self.now && self.next + 1 < self.count {
            moment
        } else {
            self.now - within % (20 * MINUTE) - SECOND
        }
    }
}

/// The hours of the span and the running sum of what happens in them.
fn hours(now: Micros) -> Vec<(usize, Micros)> {
    const BY_HOUR: [usize; 24] = [
        4, 3, 2, 2, 2, 4, 10, 28, 52, 60, 55, 50, 38, 50, 55, 52, 45, 32, 18, 12, 10, 9, 7, 5,
    ];
    let first = (now - SPAN).div_euclid(HOUR) * HOUR;
    let mut sum = 0;
    (0..=SPAN / HOUR)
        .map(|number| {
            let start = first + number * HOUR;
            let busy = BY_HOUR
                .get(usize::try_from(start.rem_euclid(DAY) / HOUR).unwrap_or_default())
                .copied()
                .unwrap_or(1);
            // 1970 began on a Thursday: days 2 and 3 of the week that starts there are a week-end.
            let weekend = matches!(start.div_euclid(DAY).rem_euclid(7), 2 | 3);
            sum += if weekend { busy.div_ceil(4) } else { busy };
            (sum, start)
        })
        .collect()
}

impl Iterator for Traffic {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        if self.next >= self.count {
            return None;
        }
        let created = self.moment();
        self.next += 1;
        let random = &mut self.random;
        // Now and then each action gets its turn, so that the rare ones are there as well.
        let turn = (self.count / self.templates.len().max(1)).max(1);
        let dice = random.below(self.templates.last().map_or(1, |(sum, _)| *sum));
        let at = if self.next.is_multiple_of(turn) {
            self.next / turn % self.templates.len().max(1)
        } else {
            self.templates.partition_point(|(sum, _)| *sum <= dice)
        };
        let template = self
            .templates
            .get(at)
            .and_then(|(_, templates)| random.pick(templates, false))?;
        let user = match template.actor {
            Actor::Admin => random.pick(&self.cast.admins, true)?,
            Actor::Person | Actor::Nobody => random.pick(&self.cast.people, true)?,
        };
        let other = random.pick(&self.cast.people, false)?;
        let origin = user.origin(random);
        let agent = AGENTS
            .get(user.pk % AGENTS.len())
            .filter(|_| random.percent(85))
            .or_else(|| random.pick(&AGENTS, true))?;
        let scene = Scene {
            user,
            other,
            origin: &origin,
            agent,
            application: random.pick(&APPLICATIONS, true)?,
            group: random.pick(&GROUPS, false)?,
            typed: random.pick(&TYPED, true)?,
        };
        let filled = template.fill(&scene, random);
        // Warnings are kept for 30 days only; one that is already gone would just be missing.
        let short_lived = filled.action == "configuration_warning" && created > self.now - 29 * DAY;
        let retention = if short_lived { 30 * DAY } else { RETENTION };
        Some(Event {
            pk: random.uuid(),
            user: filled.user,
            action: filled.action,
            app: filled.app,
            context: filled.context,
            client_ip: filled.client_ip,
            created,
            expires: created + retention,
            brand: if filled.default_brand {
                DEFAULT_BRAND.to_owned()
            } else {
                fallback_brand()
            },
        })
    }
}

/// The brand of events that no request caused, as a stored text.
fn fallback_brand() -> String {
    json::read_stored(FALLBACK_BRAND).map_or_else(String::new, |brand| brand.stored())
}

/// An event from JSON as `GET` shows one. Nothing is refused: what is missing or of another kind is
/// filled up.
#[must_use]
pub fn event_of(json: &Json, now: Micros) -> Event {
    let text = |name: &str| json.member(name).and_then(Json::text);
    let moment = |name: &str| match text(name).map(moment::parse_datetime) {
        Some(Parsed::Moment(moment)) => Some(moment),
        _ => None,
    };
    let stored = |name: &str| json.member(name).map(Json::stored);
    let created = moment("created").unwrap_or(now);
    Event {
        pk: text("pk")
            .and_then(parse_uuid)
            .unwrap_or_else(uuid::Uuid::new_v4),
        user: stored("user").unwrap_or_else(|| "{}".to_owned()),
        action: text("action").unwrap_or("login").to_owned(),
        app: text("app").unwrap_or("sandbox").to_owned(),
        context: stored("context").unwrap_or_else(|| "{}".to_owned()),
        client_ip: text("client_ip").map(str::to_owned),
        created,
        expires: moment("expires").unwrap_or(created + RETENTION),
        brand: stored("brand").unwrap_or_else(fallback_brand),
    }
}

/// An event from parts; the objects are JSON as one writes it.
fn told(
    created: Micros,
    action: &str,
    app: &str,
    user: &str,
    context: &str,
    client_ip: Option<&str>,
    random: &mut Random,
) -> Event {
    let stored = |text: &str| {
        json::read_stored(text).map_or_else(|| "{}".to_owned(), |value| value.stored())
    };
    Event {
        pk: random.uuid(),
        user: stored(user),
        action: action.to_owned(),
        app: app.to_owned(),
        context: stored(context),
        client_ip: client_ip.map(str::to_owned),
        created,
        expires: created + RETENTION,
        brand: if client_ip.is_some() {
            DEFAULT_BRAND.to_owned()
        } else {
            fallback_brand()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::ACTIONS;
    use std::collections::BTreeMap;

    const NOW: Micros = 1_795_310_000 * SECOND;

    #[test]
    fn a_seed_is_the_same_every_time_and_has_every_action() {
        let once: Vec<Event> = Seed::of(2000).events(NOW).collect();
        let again: Vec<Event> = Seed::of(2000).events(NOW).collect();
        assert_eq!(once.len(), 2000);
        assert!(once == again);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for event in &once {
            *counts.entry(event.action.as_str()).or_default() += 1;
        }
        for (action, _) in ACTIONS {
            assert!(counts.contains_key(action), "{action} is in the seed");
        }
        let unknown = counts
            .keys()
            .filter(|action| !ACTIONS.iter().any(|(known, _)| known == *action))
            .count();
        assert!(unknown >= 4, "custom and unknown actions are in the seed");
        assert!(
            once.iter()
                .all(|event| event.created < NOW && event.created > NOW - 61 * DAY)
        );
        assert!(once.iter().filter(|event| event.expires > NOW).count() > 1990);
        let shared = |event: &&Event| event.pk == crate::caller::SHARED_EVENT;
        assert_eq!(once.iter().filter(shared).count(), 1);
    }

    #[test]
    fn every_object_of_the_seed_is_a_stored_text() {
        for event in Seed::of(1500).events(NOW) {
            for text in [&event.user, &event.context, &event.brand] {
                let value = json::read_stored(text).unwrap_or_else(|| panic!("JSON: {text}"));
                assert_eq!(value.stored(), *text);
            }
            assert!(event.answered(2).is_ok());
        }
    }

    #[test]
    fn there_are_hundreds_of_users_and_addresses() {
        let events: Vec<Event> = Seed::of(2000).events(NOW).collect();
        let users: std::collections::BTreeSet<_> = events
            .iter()
            .filter_map(|event| json::find(&event.user, &["username"]))
            .collect();
        let addresses: std::collections::BTreeSet<_> = events
            .iter()
            .filter_map(|event| event.client_ip.as_deref())
            .collect();
        assert!(users.len() > 200, "{} users", users.len());
        assert!(addresses.len() > 200, "{} addresses", addresses.len());
    }

    #[test]
    fn a_small_seed_has_as_many_events_as_it_says() {
        for count in [0, 1, 50, 300] {
            assert_eq!(Seed::of(count).events(NOW).count(), count);
        }
    }
}
