//! The facts panel: who, from where, by which request, and the record itself.

use super::{
    Actor, Event, EventAction, KnownAction, actor,
    admin::AdminPath,
    app_area,
    context::is_masked,
    detail::CLIENT,
    diff::{Run, Side},
    origin::{AddressKind, Location, Network},
    user_agent,
};
use crate::{
    count::grouped,
    json::{Kind, Node},
    moment::Moment,
    safe_url::SafeUrl,
    text::Untrusted,
};

/// A headed group of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactGroup {
    /// "Who", "From", "Request", "Record".
    pub title: &'static str,
    /// Its rows.
    pub facts: Vec<Fact>,
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: Label,
    /// The value, drawn in one line.
    pub value: Vec<Value>,
    /// Smaller lines under it.
    pub notes: Vec<Value>,
    /// What the copy button copies; `None` draws no button.
    pub copy: Option<Untrusted>,
}

/// A label: ours, or a key out of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// Our word.
    Ours(&'static str),
    /// A key as the server wrote it.
    Theirs(Untrusted),
}

/// A part of a value; the drawing side has one arm for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Our own words, as in "none" or "Script, not a browser".
    Words(String),
    /// Something that is not there, in words, drawn faint.
    Absent(&'static str),
    /// Text for people.
    Text(Untrusted),
    /// Text for machines: ids, addresses, keys.
    Code(Untrusted),
    /// A path or module: code that may break after its separators.
    Path(Untrusted),
    /// A short mark, as in the request method.
    Badge(Untrusted),
    /// A short mark of ours, as in "Passed" or "New device".
    Pill(Mood, &'static str),
    /// Text beside another text that it should be like, with what differs marked.
    Marked(Vec<Run>, Side),
    /// A country's flag as two regional indicators; decorative.
    Flag(String),
    /// An instant; drawn in the chosen zone with UTC in the tooltip.
    At(Moment),
    /// How far an instant lies from now, as in "in 365 days".
    FromNow(Moment),
    /// A link out of the data, with its host shown.
    Link(Untrusted, SafeUrl),
    /// A link to a page of the server's own.
    Admin(Untrusted, AdminPath),
}

/// What a short mark makes one feel; its words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Nothing.
    Plain,
    /// As it should be.
    Good,
    /// To be looked at.
    Warning,
    /// Not as it should be.
    Bad,
}

impl Fact {
    /// A fact of ours with one value.
    pub(super) fn ours(label: &'static str, value: Value) -> Self {
        Self {
            label: Label::Ours(label),
            value: vec![value],
            notes: Vec::new(),
            copy: None,
        }
    }
    /// A fact under a key of the data.
    pub(super) fn theirs(key: Untrusted, node: Node<'_>) -> Self {
        Self::of(Label::Theirs(key), node)
    }
    /// What stands in a node, told as well as its kind allows.
    pub(super) fn of(label: Label, node: Node<'_>) -> Self {
        let mut values = listed(node).into_iter();
        let copy = node
            .untrusted()
            .filter(|text| is_key(text) && !is_masked(node));
        Self {
            label,
            value: values.next().into_iter().collect(),
            notes: values.collect(),
            copy,
        }
    }
    pub(super) fn noted(mut self, note: Option<Value>) -> Self {
        self.notes.extend(note);
        self
    }
    pub(super) fn copied(mut self, text: &Untrusted) -> Self {
        self.copy = Some(text.clone());
        self
    }
}

/// Lists are told this far; the context has the rest.
const LISTED: usize = 12;

/// The values of a node, one for each line: the members of a list, otherwise one.
fn listed(node: Node<'_>) -> Vec<Value> {
    if node.kind() != Kind::Array || node.is_empty() {
        return vec![value(node)];
    }
    let mut values: Vec<Value> = node.children().take(LISTED).map(value).collect();
    let more = node.len().saturating_sub(LISTED);
    if more > 0 {
        values.push(Value::Words(format!(
            "and {} more in the context",
            numbered(more)
        )));
    }
    values
}

fn value(node: Node<'_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Absent("not set"),
        Kind::String if is_masked(node) => Value::Absent("masked by authentik"),
        Kind::String => said(node.untrusted().unwrap_or_default()),
        Kind::Number | Kind::Bool => Value::Code(Untrusted::new(node.text())),
        Kind::Array | Kind::Object if node.is_empty() => Value::Absent("empty"),
        Kind::Array | Kind::Object => {
            Value::Code(Untrusted::new(node.json().compact()).brief(LONGEST_INLINE))
        }
    }
}

/// JSON inside a line is told this far.
const LONGEST_INLINE: usize = 300;

/// A text as a value. Addresses stay text: whoever was refused a redirect wrote one here.
pub(super) fn said(text: Untrusted) -> Value {
    if text.is_empty() {
        return Value::Absent("empty");
    }
    if is_key(&text) {
        Value::Code(text)
    } else {
        Value::Text(text)
    }
}

/// Whether a text is a uuid or another key in hexadecimal digits, for machines and not for people.
fn is_key(text: &Untrusted) -> bool {
    let text = text.original();
    (24..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The facts of an event, top to bottom; empty groups are left out.
pub fn facts(event: &Event) -> Vec<FactGroup> {
    let groups = [
        ("Who", who(event)),
        ("From", from(event)),
        ("Request", request(event)),
        ("Record", record(event)),
    ];
    let groups = groups.into_iter().filter(|(_, facts)| !facts.is_empty());
    groups
        .map(|(title, facts)| FactGroup { title, facts })
        .collect()
}

/// The same without the record itself, for an event that is not recorded yet.
pub fn imagined(event: &Event) -> Vec<FactGroup> {
    let mut groups = facts(event);
    groups.pop();
    groups
}

fn who(event: &Event) -> Vec<Fact> {
    let tree = event.user.tree();
    let user = tree.root();
    let mut facts = vec![match &event.actor {
        Actor::System => Fact::ours("User", Value::Words("System".to_owned())).noted(words(
            "No user is recorded: a task of authentik, or an API client that named nobody",
        )),
        Actor::Anonymous => {
            Fact::ours("User", Value::Words("Anonymous".to_owned())).noted(words("Not signed in"))
        }
        Actor::Unclear => {
            Fact::ours("User", value(user)).noted(words("No account can be read from this"))
        }
        Actor::Person(_) => account("User", user),
    }];
    if let Some(other) = user.get("on_behalf_of") {
        let mut fact = account("Acting as", other);
        fact.value
            .push(Value::Badge(Untrusted::new("Impersonated")));
        facts.push(fact);
    }
    match user.get("authenticated_as") {
        Some(other) if actor::anonymous(other) => facts.push(
            Fact::ours("Signed in as", Value::Absent("nobody")).noted(words(
                "The user comes from a flow in progress; nobody was signed in",
            )),
        ),
        Some(other) => facts.push(account("Signed in as", other).noted(words(
            "The session’s own user; the user above comes from a flow in progress",
        ))),
        None => {}
    }
    let known = [
        "pk",
        "username",
        "email",
        "is_anonymous",
        "on_behalf_of",
        "authenticated_as",
    ];
    if matches!(event.actor, Actor::Person(_) | Actor::Anonymous) {
        facts.extend(extras(user, &known));
    }
    facts
}

/// One account of `user`, with what identifies it.
fn account(label: &'static str, user: Node<'_>) -> Fact {
    let Some(username) = actor::named(user) else {
        return Fact::ours(label, value(user)).noted(words("No account can be read from this"));
    };
    let email = user
        .get("email")
        .and_then(Node::untrusted)
        .filter(|email| !email.is_empty());
    let pk = user.get("pk").filter(|pk| pk.kind() != Kind::Null);
    let id = match pk.and_then(Node::integer) {
        // authentik's own command line acts under this name.
        Some(0) => words("authentik’s shell, not an account"),
        Some(id) => actor::page(id).or_else(|| words(&format!("User ID {id}"))),
        None if pk.is_some() => None,
        None => words("Not an account, at least not yet"),
    };
    let same = email.as_ref() == Some(&username);
    Fact::ours(label, Value::Text(username.clone()))
        .noted(email.filter(|_| !same).map(Value::Text))
        .noted(id)
        .copied(&username)
}

fn from(event: &Event) -> Vec<Fact> {
    let ip = match &event.client_ip {
        Some(ip) => {
            let kind = AddressKind::of(ip);
            let mut fact = Fact::ours("Client IP", Value::Code(ip.clone())).copied(ip);
            let pill = kind.badge().map(|badge| Value::Pill(Mood::Plain, badge));
            fact.value.extend(pill);
            fact.noted(kind.note().and_then(words))
        }
        None => Fact::ours("Client IP", Value::Absent("none")),
    };
    let mut facts = vec![ip];
    facts.extend(Location::read(&event.context).map(|location| {
        Fact {
            label: Label::Ours("Location"),
            value: location
                .flag
                .into_iter()
                .map(Value::Flag)
                .chain((!location.name.is_empty()).then_some(Value::Text(location.name)))
                .collect(),
            notes: location.coordinates.into_iter().map(Value::Text).collect(),
            copy: None,
        }
    }));
    facts.extend(Network::read(&event.context).map(|network| {
        Fact::ours("Network", Value::Text(network.name)).noted(network.block.map(Value::Code))
    }));
    facts
}

fn request(event: &Event) -> Vec<Fact> {
    let context = &event.context;
    let at = |key: &str| context.scalar(&["http_request", key]);
    let mut facts = Vec::new();
    let (method, path) = (at("method"), at("path"));
    if method.is_some() || path.is_some() {
        let method = method.map(Value::Badge);
        let path = path.map(Value::Path);
        facts.push(Fact {
            label: Label::Ours("Call"),
            value: method.into_iter().chain(path).collect(),
            notes: Vec::new(),
            copy: None,
        });
    }
    if let Some(arguments) = context.at(&["http_request", "args"]) {
        let told = match event.action {
            EventAction::Known(KnownAction::AuthorizeApplication) => {
                &CLIENT.map(|(_, key)| key)[..]
            }
            _ => &[],
        };
        facts.extend(extras(arguments, told));
    }
    if let Some(agent) = at("user_agent") {
        let raw = Value::Text(agent.clone());
        let fact = match user_agent::words(&agent) {
            Some(words) => Fact::ours("User agent", Value::Words(words)).noted(Some(raw)),
            None => Fact::ours("User agent", raw),
        };
        facts.push(fact.copied(&agent));
    }
    if let Some(id) = at("request_id") {
        facts.push(Fact::ours("Request ID", Value::Code(id.clone())).copied(&id));
    }
    facts
}

fn record(event: &Event) -> Vec<Fact> {
    let id = Untrusted::new(event.id.to_string());
    let app = match event.app.is_empty() {
        true => Fact::ours("App", Value::Absent("not set")),
        false => Fact::ours("App", Value::Path(event.app.clone())).noted(area(event)),
    };
    let created = match event.created {
        Some(created) => Fact::ours("Created", Value::At(created)),
        None => Fact::ours("Created", Value::Absent("unknown")),
    };
    let expires = match event.expires {
        Some(expires) => {
            Fact::ours("Expires", Value::At(expires)).noted(Some(Value::FromNow(expires)))
        }
        None => Fact::ours("Expires", Value::Absent("unknown")),
    };
    vec![
        Fact::ours("Event ID", Value::Code(id.clone())).copied(&id),
        app,
        brand(event),
        created,
        expires,
    ]
}

/// Which part of authentik the app is, or what else it may be.
fn area(event: &Event) -> Option<Value> {
    let theirs = || match event.action {
        EventAction::Custom(_) => words(
            "No part of authentik: the name of a policy or mapping, or what an API client sent",
        ),
        EventAction::Known(_) | EventAction::Unknown(_) => None,
    };
    app_area::words(&event.app).map(Value::Words).or_else(|| {
        let own = event.app.original().starts_with("authentik");
        theirs().filter(|_| !own)
    })
}

fn brand(event: &Event) -> Fact {
    let tree = event.brand.tree();
    let brand = tree.root();
    match &event.brand_name {
        Some(name) => Fact::ours("Brand", Value::Text(name.clone())),
        None if brand.kind() == Kind::Null || (brand.is_container() && brand.is_empty()) => {
            Fact::ours("Brand", Value::Absent("none"))
        }
        None => Fact::ours("Brand", value(brand)).noted(words("No name can be read from this")),
    }
}

/// The entries of an object but those under `known` keys, under their own keys.
fn extras(node: Node<'_>, known: &[&str]) -> Vec<Fact> {
    let extra = |child: &Node<'_>| {
        child
            .key()
            .is_some_and(|key| !known.contains(&key.original()))
    };
    let all = || node.children().filter(extra);
    let mut facts: Vec<Fact> = all()
        .take(LISTED)
        .filter_map(|child| Some(Fact::theirs(child.key()?, child)))
        .collect();
    let more = all().count().saturating_sub(LISTED);
    if more > 0 {
        facts.push(Fact::ours(
            "More",
            Value::Words(format!("{} more in the event’s JSON", numbered(more))),
        ));
    }
    facts
}

/// A number of things, as people write it.
pub(super) fn numbered(number: usize) -> String {
    grouped(u64::try_from(number).unwrap_or(u64::MAX))
}

fn words(words: &str) -> Option<Value> {
    Some(Value::Words(words.to_owned()))
}
