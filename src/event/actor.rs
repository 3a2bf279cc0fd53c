//! Who acted, read from an event's `user`.

use super::{
    admin::AdminPath,
    facts::Value,
    odd::{Oddity, OddityKind},
};
use crate::{
    json::{Kind, Node},
    text::Untrusted,
};

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
    /// Primary key; `None` for a name that no account has, or none yet.
    pub pk: Option<i64>,
    /// Login name, never empty.
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

impl Actor {
    /// Reads a `user`. What is not as authentik writes it is added to `odd`, except that `user`
    /// is no object: whoever took the field out of the event has said so.
    pub(super) fn read(user: Node<'_>, odd: &mut Vec<Oddity>) -> Self {
        match user.kind() {
            Kind::Null => return Self::System,
            Kind::Object if user.is_empty() => return Self::System,
            Kind::Object => {}
            Kind::Array | Kind::String | Kind::Number | Kind::Bool => return Self::Unclear,
        }
        let mut expect = |key: &str, fits: fn(Node<'_>) -> bool, optional: bool| {
            let kind = match user.get(key) {
                None if optional => return,
                None => OddityKind::Missing,
                Some(found) if fits(found) => return,
                Some(found) => OddityKind::Unexpected(Oddity::found(found)),
            };
            odd.push(Oddity::new(format!("user.{key}"), kind));
        };
        let Some(username) = named(user) else {
            let kind = OddityKind::Unexpected(Oddity::found(user));
            odd.push(Oddity::new("user", kind));
            return Self::Unclear;
        };
        expect(
            "pk",
            |pk| pk.integer().is_some() || pk.kind() == Kind::Null,
            false,
        );
        expect("username", |name| name.kind() == Kind::String, false);
        expect("email", |email| email.kind() == Kind::String, false);
        expect("is_anonymous", |flag| flag.kind() == Kind::Bool, true);
        expect("on_behalf_of", |other| named(other).is_some(), true);
        expect("authenticated_as", |other| named(other).is_some(), true);
        if anonymous(user) {
            return Self::Anonymous;
        }
        Self::Person(Person {
            pk: user.get("pk").and_then(Node::integer),
            username,
            email: user
                .get("email")
                .and_then(Node::untrusted)
                .unwrap_or_default(),
            acting: Acting::read(user),
        })
    }

    /// The login name, where there is one.
    pub fn username(&self) -> Option<&Untrusted> {
        match self {
            Self::Person(person) => Some(&person.username),
            Self::System | Self::Anonymous | Self::Unclear => None,
        }
    }
}

impl Acting {
    fn read(user: Node<'_>) -> Self {
        if let Some(other) = user.get("on_behalf_of").and_then(named) {
            return Self::OnBehalfOf(other);
        }
        match user.get("authenticated_as") {
            Some(other) if anonymous(other) => Self::NotSignedIn,
            Some(other) => named(other).map_or(Self::AsSelf, Self::AuthenticatedAs),
            None => Self::AsSelf,
        }
    }
}

/// The login name of a user object; a number or the like reads as its literal.
pub(super) fn named(user: Node<'_>) -> Option<Untrusted> {
    let username = user.get("username")?;
    let name = username
        .scalar()
        .filter(|name| !name.original().trim().is_empty())?;
    (username.kind() != Kind::Null).then_some(name)
}

/// The login name of an object that is an account and nothing else, and its page.
pub(super) fn account(node: Node<'_>) -> Option<(Untrusted, Option<Value>)> {
    let name = named(node).filter(|_| node.get("pk").is_some() && node.get("email").is_some())?;
    Some((name, node.get("pk").and_then(Node::integer).and_then(page)))
}

/// An account by its number, and the way to it.
pub(super) fn page(pk: i64) -> Option<Value> {
    let words = Untrusted::new(format!("User ID {pk} in authentik"));
    Some(Value::Admin(words, AdminPath::user(pk)?))
}

/// Whether a user object stands for somebody who is not signed in.
pub(super) fn anonymous(user: Node<'_>) -> bool {
    user.get("is_anonymous").and_then(Node::bool) == Some(true)
}
