//! One row of the audit log.

pub mod action;
pub mod action_menu;
pub mod actor;
pub mod admin;
pub mod app_area;
pub mod change;
pub mod context;
pub mod country;
pub mod detail;
pub mod diff;
pub mod doubt;
pub mod draft;
pub mod effects;
pub mod exception;
pub mod facts;
pub mod import;
pub mod intent;
pub mod login;
pub mod mail;
mod model_name;
pub mod odd;
pub mod origin;
pub mod prefill;
pub mod request_text;
pub mod row;
pub mod saved_draft;
pub mod seen;
pub mod stack;
pub mod summary;
pub mod template;
pub mod user_agent;

use uuid::Uuid;

pub use action::{EventAction, Family, KnownAction, Severity};
pub use actor::{Acting, Actor, Person};
pub use context::{Context, ModelRef};
pub use odd::{Oddity, OddityKind};

use crate::{
    json::{JsonText, Kind, Node, Tree},
    moment::Moment,
    text::Untrusted,
};

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
    pub raw: JsonText,
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
        let raw = JsonText::parse(text).map_err(|problem| NoEvent {
            reason: format!("the answer is not JSON: {problem}"),
        })?;
        Self::from_json(raw)
    }

    /// Reads one event out of a text that is known to be JSON.
    ///
    /// # Errors
    /// It is no object, or has no id.
    pub fn from_json(raw: JsonText) -> Result<Self, NoEvent> {
        let tree = raw.tree();
        let root = tree.root();
        if root.kind() != Kind::Object {
            let reason = format!("the answer is {}, not an event", kind_name(root.kind()));
            return Err(NoEvent { reason });
        }
        let mut fields = Fields {
            root,
            odd: Vec::new(),
        };
        let id = fields.take("pk", |pk| EventId::parse(&pk.string()?));
        let id = id.ok_or_else(|| NoEvent {
            reason: "the answer has no event id".to_owned(),
        })?;
        let user = fields.object("user");
        let actor = Actor::read(user.tree().root(), &mut fields.odd);
        let action = fields.text("action");
        let app = fields.text("app");
        let context = fields.object("context");
        let client_ip = fields.take("client_ip", |ip| match ip.kind() {
            Kind::Null => Some(None),
            _ => ip.untrusted().filter(|ip| !ip.is_empty()).map(Some),
        });
        let created = fields.take("created", moment);
        let expires = fields.take("expires", moment);
        let brand = fields.object("brand");
        let brand_name = fields.brand_name(&brand);
        fields.name_unknown();
        Ok(Self {
            id,
            action: EventAction::read(action.original()),
            app,
            actor,
            user,
            context: Context::new(context),
            client_ip: client_ip.flatten(),
            created,
            expires,
            brand_name,
            brand,
            odd: fields.odd,
            raw,
        })
    }

    /// What happened, in a word or two: the action's label, or for a `custom_` event the name that
    /// its context gives it.
    pub fn label(&self) -> Untrusted {
        match &self.action {
            EventAction::Known(KnownAction::CustomPrefix) => {
                let name = self.context.string(&[EVENT_NAME]);
                let name = name.filter(|name| !name.original().trim().is_empty());
                name.map_or_else(|| self.action.label(), |name| action::spaced(&name))
            }
            EventAction::Known(_) | EventAction::Custom(_) | EventAction::Unknown(_) => {
                self.action.label()
            }
        }
    }
}

/// The context key under which this app keeps the name of a `custom_` event, because the API
/// stores the action without one.
pub const EVENT_NAME: &str = "event_name";

/// The fields of the API's schema, in its order.
const FIELDS: [&str; 9] = [
    "pk",
    "user",
    "action",
    "app",
    "context",
    "client_ip",
    "created",
    "expires",
    "brand",
];

/// Takes an event's fields out of its text and notes what is odd about them.
struct Fields<'a> {
    root: Node<'a>,
    odd: Vec<Oddity>,
}

impl<'a> Fields<'a> {
    fn note(&mut self, field: &str, kind: OddityKind) {
        self.odd.push(Oddity::new(field, kind));
    }

    /// The value of a field; with duplicates the last one, as the server itself reads them. `fits`
    /// gives `None` for what the API does not promise there.
    fn take<T>(&mut self, field: &str, fits: impl FnOnce(Node<'a>) -> Option<T>) -> Option<T> {
        let mut found: Vec<Node<'a>> = self.named(field).collect();
        let last = found.pop();
        for repeated in found {
            self.note(field, OddityKind::Repeated(Oddity::found(repeated)));
        }
        let Some(node) = last else {
            self.note(field, OddityKind::Missing);
            return None;
        };
        let value = fits(node);
        if value.is_none() {
            self.note(field, OddityKind::Unexpected(Oddity::found(node)));
        }
        value
    }

    fn named(&self, field: &str) -> impl Iterator<Item = Node<'a>> {
        self.root
            .children()
            .filter(move |child| child.key().is_some_and(|key| key.original() == field))
    }

    /// A string; what else stands there reads as its literal, and nothing as no text.
    fn text(&mut self, field: &str) -> Untrusted {
        let text = self.take(field, Node::untrusted);
        let literal = || {
            self.root
                .get(field)
                .filter(|node| node.kind() != Kind::Null)?
                .scalar()
        };
        text.or_else(literal).unwrap_or_default()
    }

    /// An object; what else stands there is kept as well, and nothing reads as `null`.
    fn object(&mut self, field: &str) -> JsonText {
        self.take(field, |node| (node.kind() == Kind::Object).then_some(()));
        match self.root.get(field) {
            Some(node) => node.json(),
            None => Tree::of("null").root().json(),
        }
    }

    fn brand_name(&mut self, brand: &JsonText) -> Option<Untrusted> {
        let tree = brand.tree();
        let brand = tree.root();
        if brand.kind() != Kind::Object || brand.is_empty() {
            return None;
        }
        match brand.get("name") {
            None => self.note("brand.name", OddityKind::Missing),
            Some(name) if name.kind() != Kind::String => {
                self.note("brand.name", OddityKind::Unexpected(Oddity::found(name)));
            }
            Some(_) => {}
        }
        brand
            .get("name")
            .and_then(Node::untrusted)
            .filter(|name| !name.is_empty())
    }

    fn name_unknown(&mut self) {
        for child in self.root.children() {
            let Some(key) = child.key() else { continue };
            if !FIELDS.contains(&key.original()) {
                let kind = OddityKind::Unknown(Oddity::found(child));
                self.odd.push(Oddity { field: key, kind });
            }
        }
    }
}

fn moment(node: Node<'_>) -> Option<Moment> {
    Moment::parse(&node.string()?)
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "an object",
        Kind::Array => "a list",
        Kind::String => "a text",
        Kind::Number => "a number",
        Kind::Bool => "true or false",
        Kind::Null => "null",
    }
}
