//! What else happened: events that share something with this one, and the impersonation that it
//! belongs to.
//!
//! Reading an event costs one request. What stands here is asked for when it comes into sight and
//! somebody stays, at most two questions at a time, and each fails alone.

use std::collections::VecDeque;

use leptos::task::spawn_local;

use super::Page;
use crate::browser::signals::prelude::*;
use crate::{
    api::{self, Failure, Task, page::Page as Events},
    browser::{
        Client,
        client::Abort,
        clock,
        markup::Markup,
        parts::{
            icon::icon,
            related::{TabCount, TabHead, rail, rail_frame, tabs},
            sentence::sentence,
            usual::usual_table,
        },
        sight::when_seen,
    },
    count::counted,
    event::{Event, EventId},
    listing::Listing,
    related::{
        PAGE_SIZE, Relation, SPAN_PAGE_SIZE, during, impersonation, lasting, rail as around,
        related, span, target,
    },
    route::Route,
    text::{Piece, Sentence},
    usual::{self, compare},
};

/// So long somebody has to stay before anything is asked.
const STAY_MS: u32 = 300;

/// So many questions are open at a time.
const AT_ONCE: u32 = 2;

/// So many related events are shown beside the event itself.
const SHOWN: usize = 5;

/// What is known of one question.
#[derive(Debug, Clone)]
enum Found {
    Waiting,
    Ready { count: u64, events: Vec<Event> },
    Failed(Failure),
}

/// A question that waits for its turn.
#[derive(Debug, Clone)]
struct Question {
    listing: Listing,
    size: u32,
    found: RwSignal<Found>,
}

/// Asks questions one after the other; cheap to copy.
#[derive(Debug, Clone, Copy)]
struct Asker {
    page: Page,
    client: Client,
    waiting: StoredValue<VecDeque<Question>>,
    open: StoredValue<u32>,
    abort: StoredValue<Abort>,
}

impl Asker {
    fn new(page: Page) -> Self {
        let abort = StoredValue::new(Abort::new());
        on_cleanup(move || {
            abort.try_with_value(Abort::abort);
        });
        Self {
            page,
            client: expect_context::<Client>(),
            waiting: StoredValue::new(VecDeque::new()),
            open: StoredValue::new(0),
            abort,
        }
    }

    /// Asks when `place` comes into sight and somebody stays.
    fn ask_when_seen(self, place: NodeRef<leptos::html::Section>, questions: Vec<Question>) {
        let questions = StoredValue::new(questions);
        // An effect because the screen is outside.
        Effect::new(move || {
            let Some(place) = place.get() else { return };
            when_seen(&place, move || {
                spawn_local(async move {
                    clock::sleep(STAY_MS).await;
                    let questions = questions.try_update_value(std::mem::take);
                    for question in questions.unwrap_or_default() {
                        self.ask(question);
                    }
                });
            });
        });
    }

    fn ask(self, question: Question) {
        let _ = question.found.try_set(Found::Waiting);
        self.waiting
            .try_update_value(|waiting| waiting.push_back(question));
        if self.open.try_get_value().is_some_and(|open| open < AT_ONCE) {
            self.open.update_value(|open| *open += 1);
            spawn_local(self.work());
        }
    }

    /// Asks until nothing waits.
    async fn work(self) {
        while let Some((question, abort)) = self.next() {
            let matching = question.listing.request(self.page.clock.now());
            let call = api::events::list(&matching, question.listing.order, 1, question.size);
            let answer = self.client.send(call, &abort).await;
            if abort.is_aborted() {
                return;
            }
            let found = match answer {
                Ok(page) => self.read(&page, question.size),
                Err(failure) => Found::Failed(failure),
            };
            let _ = question.found.try_set(found);
        }
        self.open.try_update_value(|open| *open -= 1);
    }

    fn next(self) -> Option<(Question, Abort)> {
        let abort = self.abort.try_get_value()?;
        let question = self.waiting.try_update_value(VecDeque::pop_front);
        question.flatten().map(|question| (question, abort))
    }

    /// The few that links lead to are kept: whoever goes there need not wait.
    fn read(self, page: &Events, size: u32) -> Found {
        if size == PAGE_SIZE {
            self.page.trail.keep_all(page);
        }
        Found::Ready {
            count: page.pagination.count,
            events: page.events().cloned().collect(),
        }
    }
}

impl Page {
    fn address_of(self, id: EventId) -> String {
        let from = self.list.try_get_value().unwrap_or_default();
        self.navigation.href(&Route::Event { id, from })
    }

    fn list_of(self, listing: &Listing) -> String {
        self.navigation.href(&Route::Events(listing.clone()))
    }
}

/// The events that share something with this one; nothing where the event raises no question.
pub fn related_section(page: Page, event: &Event) -> Option<Markup> {
    let relations = related(event);
    if relations.is_empty() {
        return None;
    }
    let asker = Asker::new(page);
    let questions: Vec<Question> = relations
        .iter()
        .map(|relation| Question {
            listing: relation.listing.clone(),
            size: PAGE_SIZE,
            found: RwSignal::new(Found::Waiting),
        })
        .collect();
    let heads: Vec<TabHead> = relations
        .iter()
        .zip(&questions)
        .map(|(relation, question)| TabHead {
            title: relation.title,
            count: std::rc::Rc::new({
                let found = question.found;
                move || found.with(counted_by)
            }),
        })
        .collect();
    let place = NodeRef::new();
    asker.ask_when_seen(place, questions.clone());
    let event = StoredValue::new(event.clone());
    let panel = move |at: usize| {
        let (Some(relation), Some(question)) = (relations.get(at), questions.get(at)) else {
            return Markup::Nothing;
        };
        let (relation, question) = (relation.clone(), question.clone());
        Markup::follows(move || event.with_value(|event| drawn(asker, event, &relation, &question)))
    };
    Some(ui! {
        <section data-screen node_ref=place>
            <header><h2>"Related"</h2></header>
            {tabs(&heads, panel)}
        </section>
    })
}

fn counted_by(found: &Found) -> TabCount {
    match found {
        Found::Waiting => TabCount::Unknown,
        Found::Ready { count, .. } => TabCount::Known(*count),
        Found::Failed(_) => TabCount::Failed,
    }
}

fn drawn(asker: Asker, event: &Event, relation: &Relation, question: &Question) -> Markup {
    let page = asker.page;
    question.found.with(|found| match found {
        Found::Waiting => rail_frame(),
        Found::Failed(failure) => failed(asker, failure, question),
        Found::Ready { count, events } => {
            let others = events.iter().any(|other| other.id != event.id);
            let shown = around(event, events.iter(), SHOWN);
            let content = if others {
                rail(&shown, event, page.clock, &|id| page.address_of(id))
            } else {
                ui! { <p class="note">{icon("info")}<span>"No other event"{sentence(&relation.about)}"."</span></p> }
            };
            let all = others.then(|| {
                let words = counted(*count, "event", "events");
                ui! {
                    <a class="link rel-all" href=page.list_of(&relation.listing)>
                        {format!("See all {words}")}{sentence(&relation.about)}
                    </a>
                }
            });
            ui! { {content}{all} }
        }
    })
}

/// A question without an answer, and the way to ask it again.
fn failed(asker: Asker, failure: &Failure, question: &Question) -> Markup {
    let notice = asker.page.notice_of(Task::ReadEvents, failure, false);
    let question = question.clone();
    ui! {
        <p class="note" role="status">
            {icon("warn")}
            <span>{notice.title}". "{notice.text}" "
                <button class="btn btn--link" type="button" on:click=move |_| asker.ask(question.clone())>"Retry"</button>
            </span>
        </p>
    }
}

/// The impersonation that an event belongs to: who, how long, from which event to which.
pub fn impersonation_section(page: Page, event: &Event) -> Option<Markup> {
    let listing = impersonation(event)?;
    let asker = Asker::new(page);
    let question = Question {
        listing,
        size: SPAN_PAGE_SIZE,
        found: RwSignal::new(Found::Waiting),
    };
    let place = NodeRef::new();
    asker.ask_when_seen(place, vec![question.clone()]);
    let event = StoredValue::new(event.clone());
    let content = move || {
        question.found.with(|found| match found {
            Found::Waiting => rail_frame(),
            Found::Failed(failure) => failed(asker, failure, &question),
            Found::Ready { events, .. } => {
                event.with_value(|event| impersonated(page, event, events))
            }
        })
    };
    Some(ui! {
        <section data-body data-screen node_ref=place>
            <header><h2>"This impersonation"</h2></header>
            {content}
        </section>
    })
}

fn impersonated(page: Page, event: &Event, found: &[Event]) -> Markup {
    let span = span(event, found.iter());
    let of = |id: Option<EventId>| found.iter().find(|other| Some(other.id) == id);
    let (start, end) = (of(span.start), of(span.end));
    let ends = start.into_iter().chain(end);
    let shown = around(event, ends, SHOWN);
    let times = start
        .and_then(|start| start.created)
        .zip(end.and_then(|end| end.created));
    let whom = start.and_then(target).or_else(|| target(event));
    let words = |words: &str| Piece::Words(words.to_owned());
    let mut said = vec![];
    said.extend(event.actor.username().cloned().map(Piece::Data));
    said.push(words(" acted as "));
    said.push(whom.map_or_else(|| words("somebody"), |whom| Piece::Strong(whom.clone())));
    said.push(match (times, start, end) {
        (Some((from, to)), ..) => Piece::Words(format!(" for {}.", lasting(from, to))),
        (None, None, _) => words(". No beginning is recorded in the 24 hours before."),
        (None, Some(_), None) => words(". No end is recorded in the 24 hours after."),
        (None, Some(_), Some(_)) => words("."),
    });
    let all = times.zip(event.actor.username()).map(|((from, to), user)| {
        let address = page.list_of(&during(user, from, to));
        ui! { <a class="link rel-all" href=address>"See all events of this impersonation"</a> }
    });
    ui! {
        <p class="note">{icon("info")}<span>{sentence(&Sentence(said))}" "
            <span class="faint">"authentik does not record which end belongs to which beginning; these are next to each other."</span>
        </span></p>
        {rail(&shown, event, page.clock, &|id| page.address_of(id))}
        {all}
    }
}

/// How a sign-in compares with the last ones of the same user.
pub fn usual_section(page: Page, event: &Event) -> Option<Markup> {
    let usual::Question {
        user,
        succeeded,
        listing,
    } = usual::question(event)?;
    let asker = Asker::new(page);
    let all = page.list_of(&listing);
    let question = Question {
        listing,
        size: usual::LAST,
        found: RwSignal::new(Found::Waiting),
    };
    let place = NodeRef::new();
    asker.ask_when_seen(place, vec![question.clone()]);
    let event = StoredValue::new(event.clone());
    let found = question.found;
    let has_some = move || matches!(found.with(counted_by), TabCount::Known(1..));
    let own = if succeeded {
        "This sign-in"
    } else {
        "This attempt"
    };
    let name = user.clipped(80);
    let content = move || {
        question.found.with(|found| match found {
            Found::Waiting => rail_frame(),
            Found::Failed(failure) => failed(asker, failure, &question),
            Found::Ready { events, .. } => {
                let usual = event.with_value(|event| compare(event, events.iter()));
                match usual.total {
                    0 => ui! {
                        <p class="note">{icon("info")}<span>{format!("No earlier sign-in of {name} is recorded.")}</span></p>
                    },
                    total => {
                        let last = match total {
                            1 => format!("The one sign-in of {name} before"),
                            total => format!("Last {total} sign-ins of {name}"),
                        };
                        usual_table(&usual, own, last)
                    }
                }
            }
        })
    };
    Some(ui! {
        <section data-body node_ref=place>
            <header>
                <h2>"Against the usual"</h2>
                {move || has_some().then(|| ui! { <a class="link" href=all.clone()>"See these sign-ins"</a> })}
            </header>
            {content}
        </section>
    })
}
