//! The chip that a value of an event stands for.

use super::{Chip, ModelKey, Test, beginning};
use crate::{
    event::{
        Event, ModelRef,
        facts::{Fact, Label},
    },
    json::{Kind, Node},
    ql::{Field, NotMatchable, Root},
    text::Untrusted,
};

/// The smallest chip that an event passes because of a value. `root` is the field of the event that
/// the value stands in (`action`, `user`, `context`, …), `node` the value within its text.
///
/// # Errors
/// Why the server cannot match it.
pub fn filter_for(event: &Event, root: &str, node: Node<'_>) -> Result<Chip, NotMatchable> {
    let keys = keys(node);
    let keys: Option<Vec<&str>> = keys
        .iter()
        .map(|key| key.as_ref().map(Untrusted::original))
        .collect();
    let path = keys.as_deref();
    match (root, path) {
        ("action", _) => return Ok(Chip::action(&event.action)),
        ("pk", _) => {
            return Ok(Chip::of(Test::Value {
                field: Field::of(Root::EventUuid),
                text: Untrusted::new(event.id.to_string()),
            }));
        }
        ("app", _) => return text(node).map(|app| Chip::app(&app)),
        ("client_ip", _) => return text(node).map(|address| Chip::client_ip(&address)),
        ("user" | "context", Some(["username"])) => {
            return text(node).map(|name| Chip::user(&name));
        }
        ("brand", Some(["name"])) => return text(node).map(|name| Chip::of(Test::Brand(name))),
        ("context", Some(["model", ..])) => {
            if let Some(model) = event.context.model(&["model"]) {
                return Ok(Chip::object(&model));
            }
        }
        ("context", Some(["authorized_application", ..])) => {
            if let Some(model) = event.context.model(&["authorized_application"]) {
                return Ok(Chip::authorized_app(&model));
            }
        }
        _ => {}
    }
    let Some(path) = path else {
        return Err(NotMatchable::Item);
    };
    let unknown = || NotMatchable::Unknown(Untrusted::new(root));
    let field = Field::inside(Root::named(root).ok_or_else(unknown)?, path.iter().copied())?;
    let text = text(node)?;
    Ok(Chip::of(Test::Value { field, text }))
}

/// The chip that a fact of the facts panel stands for; `None` for facts that no filter knows.
pub fn fact_chip(event: &Event, fact: &Fact) -> Option<Chip> {
    let Label::Ours(label) = fact.label else {
        return None;
    };
    match label {
        "User" => event.actor.username().map(Chip::user),
        "Client IP" => event.client_ip.as_ref().map(Chip::client_ip),
        "App" if !event.app.is_empty() => Some(Chip::app(&event.app)),
        "Brand" => event
            .brand_name
            .clone()
            .map(|name| Chip::of(Test::Brand(name))),
        "Request ID" => Some(Chip::of(Test::Value {
            field: Field::inside(Root::Context, ["http_request", "request_id"]).ok()?,
            text: fact.copy.clone()?,
        })),
        _ => None,
    }
}

/// The keys that lead to a value; `None` for a place in a list.
fn keys(node: Node<'_>) -> Vec<Option<Untrusted>> {
    let around = node.ancestors();
    let within = around.iter().skip(1).copied();
    let itself = (!around.is_empty()).then_some(node);
    within.chain(itself).map(Node::key).collect()
}

fn text(node: Node<'_>) -> Result<Untrusted, NotMatchable> {
    match node.kind() {
        Kind::String => Ok(node.untrusted().unwrap_or_default()),
        Kind::Number => Err(NotMatchable::Number),
        Kind::Bool => Err(NotMatchable::Truth),
        Kind::Null => Err(NotMatchable::Null),
        Kind::Array | Kind::Object => Err(NotMatchable::Container),
    }
    .and_then(|text: Untrusted| {
        if text.original().contains('\0') {
            Err(NotMatchable::Nul)
        } else {
            Ok(text)
        }
    })
}

impl Chip {
    /// Events of a login name, exactly as written.
    pub fn user(name: &Untrusted) -> Self {
        match Field::inside(Root::User, ["username"]) {
            // The chip itself would take it for a beginning.
            Ok(field) if beginning(name.original()).is_some() => Self::of(Test::Value {
                field,
                text: name.clone(),
            }),
            _ => Self::of(Test::User(name.clone())),
        }
    }
    /// Events of an app, exactly as written.
    pub fn app(app: &Untrusted) -> Self {
        if beginning(app.original()).is_some() {
            return Self::of(Test::Value {
                field: Field::of(Root::App),
                text: app.clone(),
            });
        }
        Self::of(Test::App(app.clone()))
    }
    /// Events from an address.
    pub fn client_ip(address: &Untrusted) -> Self {
        Self::of(Test::ClientIp(address.clone()))
    }
    /// Events about an object.
    pub fn object(model: &ModelRef) -> Self {
        Self::of(Test::Object(ModelKey::from(model)))
    }
    /// Events in which a user was let into an application.
    pub fn authorized_app(model: &ModelRef) -> Self {
        Self::of(Test::AuthorizedApp {
            pk: model.pk.clone(),
            name: model.name.clone(),
        })
    }
}
