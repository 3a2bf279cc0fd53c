//! `events/events/`: list, get, create, and what one may do there.

use super::{
    Answer, ApiError, Call, Failure, FieldErrors, FromAnswer, Method, NoAnswer, not_json,
    page::Page, volume::Volume,
};
use crate::{
    event::{
        Event, EventId, KnownAction,
        draft::NewEvent,
        intent::{INTENT_KEY, Intent},
    },
    json::{JsonText, Kind, Node},
    listing::{Matching, Order},
};

/// What one needs to read events.
pub const VIEW: &str = "authentik_events.view_event";
/// What one needs to create them.
pub const ADD: &str = "authentik_events.add_event";

/// What a token may do with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Whether it may create them (`authentik_events.add_event`).
    pub create: bool,
}

/// The actions that a server knows, by their wire values. It has no events of others but custom
/// ones, and refuses lists that are filtered for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerActions(Vec<String>);

/// What became of an attempt to create an event.
#[derive(Debug, Clone)]
pub enum CreateOutcome {
    /// The server stored it and sent it back.
    Created(Box<Event>),
    /// The server refused what was typed; nothing was stored.
    Refused(FieldErrors),
    /// Surely not stored: refused before authentik looked at it, or never sent.
    NotSent(Failure),
    /// It may have been stored or not; only looking for it tells.
    Unknown(Failure),
}

/// Where events live, below `/api/v3/`.
pub const PATH: &str = "events/events/";

/// One page of the events that are meant. authentik gives at most 100 a page.
pub fn list(matching: &Matching, order: Order, page: u32, page_size: u32) -> Call<Page> {
    let mut call = Call::new(Method::Get, PATH, PATH);
    call.request.query = vec![
        ("ordering", order.parameter()),
        ("page", page.to_string()),
        ("page_size", page_size.to_string()),
    ];
    let matching = matching.parameters.iter().cloned();
    call.request.query.extend(matching);
    call.request.permission = Some(VIEW);
    call
}

/// How many of the events that are meant there were, so many days back (at most 90), by six hours
/// and action.
pub fn volume(matching: &Matching, history_days: u32) -> Call<Volume> {
    const VOLUME: &str = "events/events/volume/";
    let mut call = Call::new(Method::Get, VOLUME, VOLUME);
    call.request.query = vec![("history_days", history_days.to_string())];
    let matching = matching.parameters.iter().cloned();
    call.request.query.extend(matching);
    call.request.permission = Some(VIEW);
    call
}

/// Which actions the server knows; any account may ask.
pub fn actions() -> Call<ServerActions> {
    const ACTIONS: &str = "events/events/actions/";
    Call::new(Method::Get, ACTIONS, ACTIONS)
}

/// The newest events of an action, to look for one that was sent. authentik compares a part of the
/// name, so other actions may be among them.
pub fn newest_of(action: &str) -> Call<Page> {
    let mut call = list(&Matching::default(), Order::default(), 1, 20);
    call.request.query.push(("action", action.to_owned()));
    call
}

/// The newest events that a search finds, to look for one that was sent.
pub fn found_by(words: String, most: u32) -> Call<Page> {
    let matching = Matching {
        parameters: vec![("search", words)],
    };
    list(&matching, Order::default(), 1, most)
}

/// One event. An answer about another event is [`ApiError::Garbled`].
pub fn get(id: EventId) -> Call<Event> {
    let mut call = Call::new(Method::Get, format!("{PATH}{id}/"), "events/events/{id}/");
    call.request.permission = Some(VIEW);
    call.check = Box::new(move |event: &Event| {
        if event.id == id {
            Ok(())
        } else {
            Err(format!(
                "it is about the event {}, not the one that was asked for",
                event.id
            ))
        }
    });
    call
}

/// Creates an event; read its answer with [`outcome`], not with [`Call::read`].
pub fn create(event: &NewEvent) -> Call<Event> {
    let mut call = Call::new(Method::Post, PATH, PATH);
    let (sent, mark) = sent(event.body());
    call.request.body = Some(event.body().to_owned());
    call.request.permission = Some(ADD);
    call.check = Box::new(move |event: &Event| {
        // Something that answers everything with "created" would otherwise pass for authentik.
        let is_same = sent
            .as_deref()
            .is_none_or(|sent| event.action.wire().original() == sent);
        if is_same && mark.is_none_or(|mark| mark.marks(event)) {
            Ok(())
        } else {
            Err("it is about another event than the one that was sent".to_owned())
        }
    });
    call
}

/// What the token may do with events. authentik names the fields of a new one only to those who may
/// create it.
pub fn rights() -> Call<Rights> {
    Call::new(Method::Options, PATH, PATH)
}

/// What became of a [`create`] call. Total: anything unclear is [`CreateOutcome::Unknown`].
pub fn outcome(call: &Call<Event>, answer: Result<&Answer, NoAnswer>) -> CreateOutcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(reason) => return unanswered(call, reason),
    };
    let failure = match call.read(answer) {
        // A 200 is no creation, whatever it holds.
        Ok(event) if answer.status == 201 => return CreateOutcome::Created(Box::new(event)),
        Ok(_) => {
            let reason = "it answered without saying that the event was created".to_owned();
            return CreateOutcome::Unknown(
                call.request
                    .failure(ApiError::Garbled { reason }, Some(answer)),
            );
        }
        Err(failure) => failure,
    };
    match &failure.error {
        ApiError::Rejected(errors) => CreateOutcome::Refused(errors.clone()),
        ApiError::Refused
        | ApiError::TokenRefused
        | ApiError::Forbidden { .. }
        | ApiError::Blocked
        | ApiError::NotFound
        // The router refused it before authentik saw it, or the limit did.
        | ApiError::Wait { starting: true, .. } => CreateOutcome::NotSent(failure),
        ApiError::Wait { starting: false, .. } if answer.status == 429 => CreateOutcome::NotSent(failure),
        ApiError::WebPage if answer.status == 404 => CreateOutcome::NotSent(failure),
        ApiError::Server if surely_refused(answer) => CreateOutcome::NotSent(failure),
        ApiError::NoAnswer(_) | ApiError::Wait { .. } | ApiError::WebPage | ApiError::Server | ApiError::Garbled { .. } => {
            CreateOutcome::Unknown(failure)
        }
    }
}

fn unanswered(call: &Call<Event>, reason: NoAnswer) -> CreateOutcome {
    let unsent = match reason {
        // The client does not send while the browser is offline; a policy stops before the network.
        NoAnswer::Offline
        | NoAnswer::Unreachable {
            by_policy: true, ..
        } => true,
        NoAnswer::Unreachable {
            by_policy: false, ..
        }
        | NoAnswer::TimedOut { .. }
        | NoAnswer::TooLarge { .. }
        | NoAnswer::Cancelled => false,
    };
    let failure = call.request.unanswered(reason);
    if unsent {
        CreateOutcome::NotSent(failure)
    } else {
        CreateOutcome::Unknown(failure)
    }
}

/// Whether an error answer rules out that the event was stored.
fn surely_refused(answer: &Answer) -> bool {
    match answer.status {
        // A create that crashes inside authentik answers 405 with an empty body; a real one has words.
        405 => answer.shape() == super::Shape::Json,
        // The server stopped reading; how much of it was used, nobody knows.
        408 => false,
        status => (400..500).contains(&status),
    }
}

/// The action in a body that is about to be sent.
/// Action and mark of an event that is sent.
fn sent(body: &str) -> (Option<String>, Option<Intent>) {
    let Ok(body) = JsonText::parse(body) else {
        return (None, None);
    };
    let tree = body.tree();
    let text = |node: Option<Node<'_>>| Some(node?.string()?.into_owned());
    let mark = tree
        .root()
        .get("context")
        .and_then(|context| context.get(INTENT_KEY));
    let mark = text(mark).and_then(|mark| Intent::parse(&mark));
    (text(tree.root().get("action")), mark)
}

impl FromAnswer for Event {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        Event::read(answer.text()).map_err(|no_event| no_event.reason)
    }
}

impl ServerActions {
    /// Whether it knows one.
    pub fn knows(&self, wire: &str) -> bool {
        self.0.iter().any(|known| known == wire)
    }
    /// Those that this build does not know.
    pub fn newer(&self) -> Vec<String> {
        let is_newer = |wire: &&String| KnownAction::from_wire(wire).is_none();
        self.0.iter().filter(is_newer).cloned().collect()
    }
}

impl FromAnswer for ServerActions {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let json = JsonText::parse(answer.text()).map_err(|problem| not_json(&problem))?;
        let tree = json.tree();
        let wire = |row: Node<'_>| Some(row.get("component")?.string()?.into_owned());
        let actions: Vec<String> = tree.root().children().filter_map(wire).collect();
        // A server that knows none is none.
        if actions.is_empty() {
            return Err("it names no action".to_owned());
        }
        Ok(Self(actions))
    }
}

impl FromAnswer for Rights {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let tree = super::object(answer)?;
        let create = tree
            .root()
            .get("actions")
            .and_then(|actions| actions.get("POST"));
        Ok(Self {
            create: create.is_some_and(|fields| fields.kind() == Kind::Object),
        })
    }
}
