//! One wish, one event: random sequences of what people, browsers and servers do to the form that
//! creates events, against a model of all of them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects"
)]

use std::collections::HashMap;

use eventide::{
    api::{
        ApiError, Failure,
        events::CreateOutcome,
        look_up::{Seen, is_final, searches, seen, wait_ms},
        submission::{Attempt, Press, Submission},
    },
    event::{
        Event,
        draft::EventDraft,
        intent::{Claims, INTENT_KEY, Intent},
        saved_draft::SavedDraft,
    },
    json::JsonText,
    moment::Moment,
    ql,
};
use proptest::prelude::*;
use uuid::Uuid;

const START: i64 = 1_795_000_000_000;

/// What happens next; the number names the tab.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The button, Enter, a double click.
    Create(usize),
    /// "Send again" in the warning.
    SendAgain(usize),
    /// The oldest request of the tab is stored and answered.
    Stored(usize),
    /// It is stored and its answer is lost.
    StoredAndLost(usize),
    /// It never arrives, and nobody can tell.
    Lost(usize),
    /// The server refuses it.
    Refused(usize),
    /// It surely was not sent, as when the browser is offline.
    NotSent(usize),
    /// The person stops waiting.
    Cancel(usize),
    /// The page is loaded again.
    Reload(usize),
    /// The other tab becomes a copy of this one, as "Duplicate tab" makes one.
    Duplicate(usize),
    /// The person types.
    Type(usize),
    /// The person looks for the event, and it is found if it is there.
    LookUp(usize),
    /// The person discards the draft.
    Discard(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let tab = 0..2_usize;
    prop_oneof![
        4 => tab.clone().prop_map(Step::Create),
        2 => tab.clone().prop_map(Step::SendAgain),
        2 => tab.clone().prop_map(Step::Stored),
        2 => tab.clone().prop_map(Step::StoredAndLost),
        2 => tab.clone().prop_map(Step::Lost),
        1 => tab.clone().prop_map(Step::Refused),
        1 => tab.clone().prop_map(Step::NotSent),
        1 => tab.clone().prop_map(Step::Cancel),
        2 => tab.clone().prop_map(Step::Reload),
        2 => tab.clone().prop_map(Step::Duplicate),
        1 => tab.clone().prop_map(Step::Type),
        1 => tab.clone().prop_map(Step::LookUp),
        1 => tab.prop_map(Step::Discard),
    ]
}

/// A tab: the form, and what its own storage holds.
#[derive(Debug, Clone, Default)]
struct Tab {
    draft: EventDraft,
    submission: Submission,
    kept: Option<String>,
    /// Requests of this tab that nobody has answered, oldest first.
    under_way: Vec<Attempt>,
}

/// Two tabs of one browser, and the server.
#[derive(Debug, Default)]
struct World {
    tabs: [Tab; 2],
    claims: String,
    /// How often each intent was sent.
    posts: HashMap<Intent, usize>,
    /// How often each intent was stored.
    stored: HashMap<Intent, usize>,
    wishes: u128,
    now: i64,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            now: START,
            ..Self::default()
        };
        for tab in 0..2 {
            world.begin(tab);
        }
        world
    }

    fn now(&self) -> Moment {
        Moment::from_ms(self.now)
    }

    fn fresh(&mut self) -> Intent {
        self.wishes += 1;
        Intent(Uuid::from_u128(self.wishes))
    }

    fn begin(&mut self, tab: usize) {
        let intent = self.fresh();
        self.tabs[tab].draft = EventDraft {
            action: "login".to_owned(),
            app: "my.app".to_owned(),
            intent: Some(intent),
            ..EventDraft::default()
        };
        self.tabs[tab].submission = Submission::default();
    }

    /// As the page does before a request leaves and after each change of state.
    fn keep(&mut self, tab: usize) {
        let now = self.now();
        let tab = &mut self.tabs[tab];
        let sent = tab.submission.sent();
        tab.kept = match tab.submission {
            Submission::Created(_) => None,
            _ => SavedDraft::new(tab.draft.clone(), now, sent).to_text(),
        };
    }

    fn press(&mut self, at: usize, press: Press) {
        let (fresh, now) = (self.fresh(), self.now());
        let tab = &mut self.tabs[at];
        let event = tab
            .submission
            .press(press, &mut tab.draft, fresh, now, 0, &|_| false);
        let Some(event) = event else { return };
        self.keep(at);
        let attempt = self.tabs[at]
            .submission
            .attempt()
            .expect("it is sending")
            .clone();
        let intent = attempt.intent.expect("it is marked");
        assert!(
            event.body().contains(&intent.to_string()),
            "the mark is sent"
        );
        let mut claims = Claims::from_text(&self.claims);
        let first = claims.claim(intent);
        self.claims = claims.to_text();
        if !first {
            self.tabs[at].submission.sent_elsewhere();
            return self.keep(at);
        }
        *self.posts.entry(intent).or_default() += 1;
        self.tabs[at].under_way.push(attempt);
    }

    fn answer(&mut self, at: usize, stored: bool, outcome: impl Fn(&Attempt) -> CreateOutcome) {
        if self.tabs[at].under_way.is_empty() {
            return;
        }
        let attempt = self.tabs[at].under_way.remove(0);
        if stored {
            *self
                .stored
                .entry(attempt.intent.expect("it is marked"))
                .or_default() += 1;
        }
        let fresh = self.fresh();
        let tab = &mut self.tabs[at];
        tab.submission
            .answered(&attempt, &outcome(&attempt), &mut tab.draft, fresh);
        self.keep(at);
    }

    fn take(&mut self, step: Step) {
        self.now += 1_000;
        match step {
            Step::Create(tab) => self.press(tab, Press::Create),
            Step::SendAgain(tab) => self.press(tab, Press::SendAgain),
            Step::Stored(tab) => self.answer(tab, true, |attempt| {
                CreateOutcome::Created(Box::new(event(attempt.intent)))
            }),
            Step::StoredAndLost(tab) => {
                self.answer(tab, true, |_| CreateOutcome::Unknown(failure()));
            }
            Step::Lost(tab) => self.answer(tab, false, |_| CreateOutcome::Unknown(failure())),
            Step::Refused(tab) => self.answer(tab, false, |_| CreateOutcome::Refused(Vec::new())),
            Step::NotSent(tab) => self.answer(tab, false, |_| CreateOutcome::NotSent(failure())),
            Step::Cancel(tab) => {
                self.tabs[tab].submission.cancel();
                self.keep(tab);
            }
            Step::Reload(tab) => self.load(tab, self.tabs[tab].kept.clone()),
            Step::Duplicate(tab) => self.load(1 - tab, self.tabs[tab].kept.clone()),
            Step::Type(tab) => {
                self.tabs[tab].draft.app.push('x');
                self.keep(tab);
            }
            Step::LookUp(tab) => self.look_up(tab),
            Step::Discard(tab) => {
                if !self.tabs[tab].submission.is_sending() {
                    self.begin(tab);
                    self.keep(tab);
                }
            }
        }
    }

    /// A page that begins with what the storage holds. What the old one sent goes on by itself.
    fn load(&mut self, at: usize, kept: Option<String>) {
        for attempt in std::mem::take(&mut self.tabs[at].under_way) {
            // The worst: it is stored, and nobody hears of it.
            *self
                .stored
                .entry(attempt.intent.expect("it is marked"))
                .or_default() += 1;
        }
        self.begin(at);
        let Some(saved) = kept.as_deref().and_then(SavedDraft::from_text) else {
            return;
        };
        if let Some(sent) = saved.sent() {
            self.tabs[at].submission = Submission::interrupted(&saved.draft, sent);
        }
        self.tabs[at].draft = saved.draft;
        self.tabs[at].kept = kept;
    }

    fn look_up(&mut self, at: usize) {
        let Submission::Unknown { attempt, .. } = &self.tabs[at].submission else {
            return;
        };
        let stored: Vec<Event> = self
            .stored
            .keys()
            .map(|intent| event(Some(*intent)))
            .collect();
        if let Seen::One(event) = seen(attempt, stored, false) {
            self.tabs[at].submission.found(&event);
            self.keep(at);
        }
    }

    fn check(&self, step: Step) {
        for (intent, posts) in &self.posts {
            assert!(
                *posts <= 1,
                "{intent} was sent {posts} times, last by {step:?}"
            );
        }
        for (intent, stored) in &self.stored {
            assert!(*stored <= 1, "{intent} was stored {stored} times");
        }
        for tab in &self.tabs {
            if let Submission::Created(id) = tab.submission {
                let known = self.stored.keys().any(|intent| intent.0 == id.0);
                assert!(
                    known,
                    "a tab says created, and the server has no such event"
                );
            }
        }
    }
}

/// The event of an intent; for the model its id is the intent's.
fn event(intent: Option<Intent>) -> Event {
    let intent = intent.expect("it is marked");
    Event::read(&format!(
        r#"{{"pk":"{intent}","action":"login","app":"my.app","context":{{"{INTENT_KEY}":"{intent}"}}}}"#
    ))
    .expect("it is an event")
}

fn failure() -> Failure {
    Failure {
        error: ApiError::Server,
        status: Some(502),
        request_id: None,
        server_text: None,
        call: "POST events/events/".to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_intent_is_sent_twice(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
            world.check(step);
        }
    }

    /// The server writes an event so many milliseconds after it was sent, or never, and its answer
    /// is lost. Looking as the schedule says either finds it or is right that it is not there.
    #[test]
    fn a_lost_answer_is_cleared_up(written in prop::option::of(0_i64..80_000), took in 0_i64..3_000, begun in 0_i64..200_000) {
        let sent = Moment::from_ms(START);
        let intent = Intent(Uuid::from_u128(5));
        let mut draft = EventDraft {
            action: "login".to_owned(),
            app: "my.app".to_owned(),
            intent: Some(intent),
            ..EventDraft::default()
        };
        let mut submission = Submission::default();
        prop_assert!(submission.press(Press::Create, &mut draft, intent, sent, 0, &|_| false).is_some());
        let attempt = submission.attempt().expect("it is sending").clone();
        // The page may have been away in between.
        let mut now = START + begun;
        for nth in 0..20 {
            let wait = wait_ms(sent, Moment::from_ms(now), nth);
            prop_assert!((0..=30_000).contains(&wait), "{wait}");
            now += wait;
            let last = is_final(sent, Moment::from_ms(now));
            let there = written.is_some_and(|at| START + at <= now);
            match seen(&attempt, there.then(|| event(Some(intent))), last) {
                Seen::One(found) => {
                    submission.cancel();
                    submission.found(&found);
                    prop_assert!(matches!(submission, Submission::Created(_)));
                    prop_assert!(written.is_some());
                    return Ok(());
                }
                Seen::None => {
                    prop_assert!(written.is_none(), "given up although it was written after {written:?}");
                    return Ok(());
                }
                Seen::NotYet => {}
                other => prop_assert!(false, "{other:?}"),
            }
            now += took;
        }
        prop_assert!(false, "the search never ended");
    }
}

/// A wish with whatever befalls it on the way, by a clock of its own: each attempt is written after
/// some time or never, and its answer is lost. Gives how many events there are in the end.
fn outlived(chance: &mut Chance, latest_ms: u64) -> usize {
    let mut now = START;
    let mut log: Vec<(i64, Intent)> = Vec::new();
    let mut wishes = 0_u128;
    let mut fresh = || {
        wishes += 1;
        Intent(Uuid::from_u128(wishes))
    };
    let mut draft = EventDraft {
        action: "login".to_owned(),
        app: "my.app".to_owned(),
        intent: Some(fresh()),
        ..EventDraft::default()
    };
    let mut submission = Submission::default();
    let mut press = Press::Create;
    // Somebody who is told that it was not created sends it again, in the end over a whole network.
    for attempt in 0.. {
        let at = Moment::from_ms(now);
        let sent = submission.press(press, &mut draft, fresh(), at, 0, &|_| false);
        assert!(sent.is_some(), "{submission:?}");
        let attempt_sent = submission.attempt().expect("it is sending").clone();
        let intent = attempt_sent.intent.expect("it is marked");
        let is_written = attempt == 4 || chance.below(3) > 0;
        if is_written {
            log.push((now + chance.up_to(latest_ms), intent));
        }
        // The answer is lost after a while; sometimes the page is loaded again meanwhile.
        now += chance.up_to(65_000);
        if chance.below(4) == 0 {
            let kept = SavedDraft::new(draft.clone(), Moment::from_ms(now), submission.sent());
            let kept = kept.to_text().and_then(|text| SavedDraft::from_text(&text));
            let kept = kept.expect("it is kept");
            now += chance.up_to(30_000);
            submission = Submission::interrupted(&kept.draft, kept.sent().expect("it was sent"));
            draft = kept.draft;
        } else {
            let lost = CreateOutcome::Unknown(failure());
            submission.answered(&attempt_sent, &lost, &mut draft, fresh());
        }
        if looked_for(&mut submission, &log, &mut now, chance) {
            return log.len();
        }
        press = Press::SendAgain;
    }
    panic!("the last attempt is written")
}

/// Looks as the page does; whether it is found in the end.
fn looked_for(
    submission: &mut Submission,
    log: &[(i64, Intent)],
    now: &mut i64,
    chance: &mut Chance,
) -> bool {
    let attempt = submission.attempt().expect("it is unclear").clone();
    for nth in 0.. {
        *now += wait_ms(attempt.sent, Moment::from_ms(*now), nth);
        let is_last = is_final(attempt.sent, Moment::from_ms(*now));
        let there = log.iter().filter(|(at, _)| *at <= *now);
        let found: Vec<Event> = there.map(|(_, intent)| event(Some(*intent))).collect();
        *now += chance.up_to(2_000);
        match seen(&attempt, found, is_last) {
            Seen::One(event) => {
                submission.found(&event);
                return true;
            }
            Seen::NotYet => {}
            Seen::None => return false,
            // The end of the story as well: the person is shown all of them.
            Seen::Other(..) | Seen::Many(_) => return true,
        }
    }
    panic!("a look is final")
}

/// Numbers by chance, the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        // The generator of Knuth's MMIX; its low digits are poor.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
    fn up_to(&mut self, most: u64) -> i64 {
        i64::try_from(self.below(most + 1)).unwrap_or_default()
    }
}

#[test]
fn of_five_hundred_lost_answers_none_makes_two_events_and_none_is_lost() {
    let mut chance = Chance(2026);
    let events: Vec<usize> = (0..500).map(|_| outlived(&mut chance, 80_000)).collect();
    assert_eq!(events, vec![1; 500]);
}

/// That the test above can fail: a server that writes later than its router lets it would make two.
#[test]
fn a_server_without_a_limit_could_not_be_trusted() {
    let mut chance = Chance(2026);
    assert!((0..500).any(|_| outlived(&mut chance, 400_000) > 1));
}

#[test]
fn the_mark_is_a_key_that_queries_can_name() {
    let attempt = Attempt {
        sent: Moment::from_ms(START),
        action: "login".to_owned(),
        app: "my.app".to_owned(),
        body: JsonText::parse("{}").expect("it is JSON"),
        intent: Some(Intent(Uuid::from_u128(2))),
        unclear: vec![Intent(Uuid::from_u128(1))],
    };
    let asked = searches(&attempt, true);
    assert!(matches!(ql::lint(&asked[0]), ql::Verdict::Understood(_)));
    assert!(matches!(ql::lint(&asked[1]), ql::Verdict::Words { .. }));
    assert_eq!(searches(&attempt, false).len(), 1);
}

#[test]
fn a_mark_never_takes_the_place_of_a_value() {
    let intent = Some(Intent(Uuid::from_u128(1)));
    let draft = |context: &str| EventDraft {
        action: "login".to_owned(),
        app: "a".to_owned(),
        context: context.to_owned(),
        intent,
        ..EventDraft::default()
    };
    let now = Moment::from_ms(START);
    assert!(
        draft(r#"{"eventide_intent":"mine"}"#)
            .check(now, 0, &|_| false)
            .is_err()
    );
    let sent = draft(r#"{"a": 1.50}"#)
        .check(now, 0, &|_| false)
        .expect("it is right");
    let body = JsonText::parse(sent.body()).expect("it is JSON").tree();
    let context = body.root().get("context").expect("it is sent");
    assert_eq!(
        context
            .get("a")
            .map(|node| node.text().to_owned())
            .as_deref(),
        Some("1.50")
    );
    assert_eq!(context.len(), 2);
}
