//! One row of the audit log.

pub mod action;
pub mod action_menu;
pub mod change;
pub mod context;
pub mod detail;
pub mod diff;
pub mod draft;
pub mod exception;
pub mod facts;
pub mod request_text;
pub mod row;
pub mod saved_draft;
pub mod stack;
pub mod summary;

use std::sync::Arc;

use uuid::Uuid;

pub use action::{EventAction, Family, KnownAction, Severity};
pub use context::{Context, ModelRef};

use crate::{json::JsonText, moment::Moment, text::Untrusted};

/// The id of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub Uuid);

impl EventId {
    /// Reads an id in any form that authentik accepts (dashes or none, any case, braces).
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text.trim()).ok().map(Self)
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// One event as the server told it. Reading never loses anything: `raw` is the whole text, and
/// what was not as the API promises is named in `odd`.
#[derive(Debug, Clone)]
pub struct Event {
    /// `pk`.
    pub id: EventId,
    /// What happened.
    pub action: EventAction,
    /// Django app, Python module, or the name of a policy or mapping.
    pub app: Untrusted,
    /// Who did it, read from `user`.
    pub actor: Actor,
    /// The `user` object as text.
    pub user: JsonText,
    /// The `context` object.
    pub context: Context,
    /// Address of the client; `None` for events without a request.
    pub client_ip: Option<Untrusted>,
    /// When the server stored it.
    pub created: Option<Moment>,
    /// When the server will drop it.
    pub expires: Option<Moment>,
    /// Name of the brand.
    pub brand_name: Option<Untrusted>,
    /// The `brand` object as text.
    pub brand: JsonText,
    /// What was missing, of the wrong type or unknown, in the order of the schema.
    pub odd: Vec<Oddity>,
    /// The whole event as the server sent it.
    pub raw: Arc<JsonText>,
}

/// A field that is not as the API promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// Its key, with the keys around it, as in `user.pk`.
    pub field: Untrusted,
    /// What is odd about it.
    pub kind: OddityKind,
}

/// What is odd about a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OddityKind {
    /// It is not there.
    Missing,
    /// It is there, and this stands in it instead of what the API promises.
    Unexpected(Untrusted),
    /// The API promises no such field; this stands in it.
    Unknown(Untrusted),
    /// It is there more than once; this stands in one of those that do not count.
    Repeated(Untrusted),
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// No user is recorded (`user` is empty): a task of the server, or a client of the API that
    /// named nobody.
    System,
    /// Somebody who was not signed in.
    Anonymous,
    /// A person or service account.
    Person(Person),
    /// Something is recorded that names no account.
    Unclear,
}

/// One account, as the event recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Primary key; `None` for a name that no account has.
    pub pk: Option<i64>,
    /// Login name.
    pub username: Untrusted,
    /// E-mail address, often empty.
    pub email: Untrusted,
    /// Under whose name, or in whose session, the person acted.
    pub acting: Acting,
}

/// How a person stands to the session the event came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acting {
    /// As themselves.
    AsSelf,
    /// Impersonating: the person is the real administrator, this is the impersonated account.
    OnBehalfOf(Untrusted),
    /// In a flow: the person is pending, this account is really signed in.
    AuthenticatedAs(Untrusted),
    /// In a flow: the person is pending, and nobody is signed in yet.
    NotSignedIn,
}

/// Why a text is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoEvent {
    /// In words, as in "the answer is a list, not an event".
    pub reason: String,
}

impl Event {
    /// Reads one event. Total over every JSON object that has a readable `pk`.
    ///
    /// # Errors
    /// The text is no JSON, no object, or has no id.
    pub fn read(text: &str) -> Result<Self, NoEvent> {
        let _ = text;
        todo!()
    }
}
