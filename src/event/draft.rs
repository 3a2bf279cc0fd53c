//! An event as typed, and as sent.
//!
//! The body of the request is put together as text, so every literal reaches the server as typed.
//! What the server would refuse, crash on or silently change is found before it is sent; where
//! authentik has words for it, these are its words.

pub mod expiry;
mod object;
mod secret;

pub use object::{ObjectProblem, cautions as object_cautions, problems as object_problems};

use std::net::IpAddr;

use super::{
    EventAction, KnownAction,
    intent::{INTENT_KEY, Intent},
};
use crate::{json::Tree, moment::Moment, sort::sort_by_key, text::Untrusted, text::size_name};

/// The key of the context that holds [`EventDraft::name`].
pub const NAME_KEY: &str = "event_name";

/// What authentik's index of `app` and `user` surely takes; from about 2,700 bytes on the request
/// crashes there.
const MOST_INDEXED_BYTES: usize = 2600;

/// The largest body that is sent.
const MOST_BODY_BYTES: usize = 8_000_000;

/// A body from here on is worth a word before it is sent.
const LARGE_BODY_BYTES: usize = 1_000_000;

/// An event that expires sooner may be gone before anybody has seen it.
const SHORTEST_LIFE_MS: i64 = 60_000;

const BAD_ADDRESS: &str = "Enter a valid IPv4 or IPv6 address.";
const BAD_TIME: &str = "Datetime has wrong format. Use one of these formats instead: \
                        YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
const BAD_SPAN: &str = "Type a span, as in “30 days”, “in 2 weeks” or “12h”.";
const BLANK: &str = "This field may not be blank.";
const NO_NUL: &str = "Null characters are not allowed.";
const REQUIRED: &str = "This field is required.";
/// What is said of a field with the token of the session.
pub const OWN_TOKEN: &str = "The token you signed in with is in here. Remove it: whoever reads the event \
                         could act as you.";

/// The form as typed; nothing is trimmed or checked here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventDraft {
    /// Wire value; empty while none is chosen.
    pub action: String,
    /// Whether the server itself offered the action, which this build may not know.
    pub offered: bool,
    /// For `custom_`: stored in the context as `event_name`.
    pub name: String,
    /// App.
    pub app: String,
    /// Client IP, or empty for none.
    pub client_ip: String,
    /// When it expires.
    pub expires: Expires,
    /// JSON text, or empty for none.
    pub user: String,
    /// JSON text, or empty for none.
    pub context: String,
    /// JSON text, or empty for the server's default.
    pub brand: String,
    /// The mark that is sent in the context; `None` for an event without one, which nobody can tell
    /// from others when the answer to it is lost.
    pub intent: Option<Intent>,
    /// The marks of earlier attempts with an unclear outcome, oldest first.
    pub unclear: Vec<Intent>,
}

/// The choice of the "Expires" control.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Expires {
    /// Leave it to the server (its retention, 365 days by default).
    #[default]
    ServerDefault,
    /// So many days from the moment of sending.
    Days(u32),
    /// As typed: a span from the moment of sending, as in "2 weeks".
    In(String),
    /// As typed: a date and time; read with the offset that the check is given.
    At(String),
}

/// A field of the form; [`Field::ALL`] is their order on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `action`
    Action,
    /// `context.event_name`
    Name,
    /// `app`
    App,
    /// `client_ip`
    ClientIp,
    /// `expires`
    Expires,
    /// `context`
    Context,
    /// `user`
    User,
    /// `brand`
    Brand,
}

/// What is wrong with a draft, whoever found it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// Not tied to a field.
    pub general: Vec<String>,
    /// Tied to a field, in page order.
    pub by_field: Vec<(Field, String)>,
}

/// A checked event, ready to send. Only [`EventDraft::check`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    body: String,
}

impl NewEvent {
    /// The JSON body, byte for byte as it will be sent; number literals as typed.
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl Field {
    /// All, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Action,
        Self::Name,
        Self::App,
        Self::ClientIp,
        Self::Expires,
        Self::Context,
        Self::User,
        Self::Brand,
    ];
    /// Its label on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::Name => "Name",
            Self::App => "App",
            Self::ClientIp => "Client IP",
            Self::Expires => "Expires",
            Self::Context => "Context",
            Self::User => "User",
            Self::Brand => "Brand",
        }
    }
    /// Its key on the wire; the name's is a key of the context.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Name => NAME_KEY,
            Self::App => "app",
            Self::ClientIp => "client_ip",
            Self::Expires => "expires",
            Self::Context => "context",
            Self::User => "user",
            Self::Brand => "brand",
        }
    }
    /// By key on the wire.
    pub fn from_wire(wire: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.wire() == wire)
    }
}

impl Problems {
    /// The server's messages at their fields; a message under a key that is no field of the form
    /// goes to the general ones, with the key before it. Keys without a name of their own are `""`,
    /// `detail` and `non_field_errors`.
    pub fn from_server(errors: &[(String, Vec<Untrusted>)]) -> Self {
        let mut problems = Self::default();
        for (key, messages) in errors {
            let messages = messages.iter().map(Untrusted::visible);
            match (Field::from_wire(key), key.as_str()) {
                (Some(field), _) => problems
                    .by_field
                    .extend(messages.map(|message| (field, message))),
                (None, "" | "detail" | "non_field_errors") => problems.general.extend(messages),
                (None, other) => {
                    let key = Untrusted::new(other).clipped(60);
                    problems
                        .general
                        .extend(messages.map(|message| format!("{key}: {message}")));
                }
            }
        }
        problems.sort();
        problems
    }
    /// The messages for one field.
    pub fn of(&self, field: Field) -> Vec<&str> {
        self.by_field
            .iter()
            .filter(|(at, _)| *at == field)
            .map(|(_, text)| text.as_str())
            .collect()
    }
    /// All of them, each with the key of its field in front.
    pub fn words(&self) -> Vec<String> {
        let at_fields = self.by_field.iter();
        let at_fields = at_fields.map(|(field, why)| format!("{}: {why}", field.wire()));
        self.general.iter().cloned().chain(at_fields).collect()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.general.is_empty() && self.by_field.is_empty()
    }

    /// Keeps what is wrong and hands on what is right.
    fn take<T>(&mut self, field: Field, checked: Result<T, Vec<String>>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(messages) => {
                self.by_field
                    .extend(messages.into_iter().map(|message| (field, message)));
                None
            }
        }
    }

    fn sort(&mut self) {
        let place = |field: Field| Field::ALL.iter().position(|other| *other == field);
        sort_by_key(&mut self.by_field, |(field, _)| place(*field));
    }
}

impl EventDraft {
    /// Whether nothing has been typed or chosen; a mark is neither.
    pub fn is_pristine(&self) -> bool {
        let typed = Self {
            intent: None,
            unclear: Vec::new(),
            ..self.clone()
        };
        typed == Self::default()
    }
    /// Takes an action that is offered: by this build, or by the server itself.
    pub fn choose(&mut self, action: &EventAction) {
        action.wire().original().clone_into(&mut self.action);
        self.offered = !matches!(action, EventAction::Known(_));
    }
    /// Takes another mark, if it has one at all.
    pub fn renew(&mut self, fresh: Intent) {
        if let Some(intent) = &mut self.intent {
            *intent = fresh;
        }
    }
    /// Checks everything at once, in authentik's own words where it has some.
    /// `now` and `offset` (minutes east of UTC) read the "Expires" field; `is_own_token` says
    /// whether a text holds the token of the session, which no event takes along.
    ///
    /// # Errors
    /// All problems, each at its field, in page order.
    pub fn check(
        &self,
        now: Moment,
        offset: i32,
        is_own_token: &dyn Fn(&str) -> bool,
    ) -> Result<NewEvent, Problems> {
        let (members, mut problems) = self.members(now, offset, is_own_token);
        let body = joined(&members);
        if body.len() > MOST_BODY_BYTES {
            let (size, most) = (size_name(body.len()), size_name(MOST_BODY_BYTES));
            problems
                .general
                .push(format!("The event has {size}; at most {most} can be sent."));
        }
        if problems.is_empty() {
            Ok(NewEvent { body })
        } else {
            Err(problems)
        }
    }
    /// The body as far as the draft goes, for the preview: fields with a problem are left out.
    pub fn sketch(&self, now: Moment, offset: i32, is_own_token: &dyn Fn(&str) -> bool) -> String {
        joined(&self.members(now, offset, is_own_token).0)
    }
    /// This draft with each field that is wrong taken from an earlier one, in which it may be right.
    #[must_use]
    pub fn or_earlier(&self, earlier: &Self, wrong: &Problems) -> Self {
        let mut draft = self.clone();
        for (field, _) in &wrong.by_field {
            match field {
                Field::Action => {
                    draft.action.clone_from(&earlier.action);
                    draft.offered = earlier.offered;
                }
                Field::Name => draft.name.clone_from(&earlier.name),
                Field::App => draft.app.clone_from(&earlier.app),
                Field::ClientIp => draft.client_ip.clone_from(&earlier.client_ip),
                Field::Expires => draft.expires.clone_from(&earlier.expires),
                Field::Context => draft.context.clone_from(&earlier.context),
                Field::User => draft.user.clone_from(&earlier.user),
                Field::Brand => draft.brand.clone_from(&earlier.brand),
            }
        }
        draft
    }
    /// What the body holds, in the order in which it is sent, and what keeps the rest out of it.
    fn members(
        &self,
        now: Moment,
        offset: i32,
        is_own_token: &dyn Fn(&str) -> bool,
    ) -> (Vec<(Field, String)>, Problems) {
        let mut problems = Problems::default();
        let action = problems.take(Field::Action, self.checked_action());
        let context = problems.take(Field::Context, object::checked(&self.context));
        let name = problems.take(
            Field::Name,
            self.checked_name(context.as_ref().and_then(Option::as_ref)),
        );
        if let Some(problem) = self.mark_problem(context.as_ref().and_then(Option::as_ref)) {
            problems.by_field.push((Field::Context, problem));
        }
        let app = problems.take(Field::App, self.checked_app());
        let client_ip = problems.take(Field::ClientIp, self.checked_client_ip());
        let expires = problems.take(Field::Expires, self.checked_expires(now, offset));
        let user = problems.take(Field::User, object::checked(&self.user));
        let brand = problems.take(Field::Brand, object::checked(&self.brand));
        for (field, what, value) in [
            (
                Field::Context,
                "authorized_application",
                indexed_part(&context),
            ),
            (
                Field::User,
                "The user",
                user.as_ref()
                    .and_then(Option::as_ref)
                    .map(|tree| tree.root().json()),
            ),
        ] {
            let size = value.map_or(0, |value| value.compact().len());
            if size > MOST_INDEXED_BYTES {
                problems.by_field.push((field, too_long(what, size)));
            }
        }
        let own = self.fields_with(is_own_token);
        problems
            .by_field
            .extend(own.iter().map(|field| (*field, OWN_TOKEN.to_owned())));
        problems.sort();
        let is_fit = |field: Field| !own.contains(&field);
        let object = |tree: Option<Tree>| tree.map(|tree| tree.root().text().to_owned());
        let context = context.and_then(object).filter(|_| is_fit(Field::Context));
        let context = match name.flatten().filter(|_| is_fit(Field::Name)) {
            Some(name) => Some(with_member(context, NAME_KEY, name)),
            None => context,
        };
        let context = match self.intent {
            Some(intent) => Some(with_member(context, INTENT_KEY, &intent.to_string())),
            None => context,
        };
        let client_ip = client_ip.flatten();
        let members = [
            (Field::Action, action.map(crate::json::quoted)),
            (Field::App, app.map(crate::json::quoted)),
            (
                Field::ClientIp,
                client_ip.map(|address| crate::json::quoted(&address.to_string())),
            ),
            (
                Field::Expires,
                expires
                    .flatten()
                    .map(|moment| crate::json::quoted(&moment.rfc3339())),
            ),
            (Field::Context, context),
            (Field::User, user.and_then(object)),
            (Field::Brand, brand.and_then(object)),
        ];
        let members = members
            .into_iter()
            .filter(|(field, _)| *field == Field::Context || is_fit(*field))
            .filter_map(|(field, value)| Some((field, value?)))
            .collect();
        (members, problems)
    }
    /// What is worth a second look although it can be sent, in page order: values that look like
    /// secrets, numbers that authentik rounds, a time that is past, a large body.
    pub fn cautions(&self, now: Moment, offset: i32) -> Problems {
        let mut cautions = Problems::default();
        for field in Field::ALL {
            let texts = match field {
                Field::Action | Field::Name | Field::App | Field::ClientIp => {
                    self.secret_caution(field).into_iter().collect()
                }
                Field::Expires => self
                    .expiry_caution(now, offset)
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
                Field::Context => object::cautions(&self.context),
                Field::User => object::cautions(&self.user),
                Field::Brand => object::cautions(&self.brand),
            };
            cautions
                .by_field
                .extend(texts.into_iter().map(|text| (field, text)));
        }
        cautions.general.extend(self.size_caution());
        cautions
    }
    /// That a field of one line looks like a secret, if it does.
    pub fn secret_caution(&self, field: Field) -> Option<String> {
        match field {
            Field::Name | Field::App | Field::ClientIp => secret::caution(self.text(field)),
            Field::Action | Field::Expires | Field::Context | Field::User | Field::Brand => None,
        }
    }
    /// That a field of one line, which shows a text as it is, holds something that cannot be seen.
    pub fn hidden_caution(&self, field: Field) -> Option<String> {
        let text = match field {
            Field::Name => &self.name,
            Field::App => &self.app,
            Field::ClientIp => &self.client_ip,
            Field::Action | Field::Expires | Field::Context | Field::User | Field::Brand => {
                return None;
            }
        };
        let text = Untrusted::new(text.as_str());
        text.hides_something().then(|| {
            format!(
                "It holds characters that cannot be seen: {}",
                text.clipped(120)
            )
        })
    }
    /// That the event is large, if it is.
    pub fn size_caution(&self) -> Option<String> {
        let size = self.context.len() + self.user.len() + self.brand.len();
        let text = "Everyone who opens a list with this event loads all of it";
        (LARGE_BODY_BYTES..=MOST_BODY_BYTES)
            .contains(&size)
            .then(|| format!("The event has {}. {text}.", size_name(size)))
    }
    /// What is typed into a field; nothing where one of several is chosen.
    pub fn text(&self, field: Field) -> &str {
        match (field, &self.expires) {
            (Field::Action, _) => &self.action,
            (Field::Name, _) => &self.name,
            (Field::App, _) => &self.app,
            (Field::ClientIp, _) => &self.client_ip,
            (Field::Expires, Expires::In(typed) | Expires::At(typed)) => typed,
            (Field::Expires, Expires::ServerDefault | Expires::Days(_)) => "",
            (Field::Context, _) => &self.context,
            (Field::User, _) => &self.user,
            (Field::Brand, _) => &self.brand,
        }
    }
    /// The same, to be changed; `None` where one of several is chosen.
    pub fn text_mut(&mut self, field: Field) -> Option<&mut String> {
        Some(match (field, &mut self.expires) {
            (Field::Action, _) => &mut self.action,
            (Field::Name, _) => &mut self.name,
            (Field::App, _) => &mut self.app,
            (Field::ClientIp, _) => &mut self.client_ip,
            (Field::Expires, Expires::In(typed) | Expires::At(typed)) => typed,
            (Field::Expires, Expires::ServerDefault | Expires::Days(_)) => return None,
            (Field::Context, _) => &mut self.context,
            (Field::User, _) => &mut self.user,
            (Field::Brand, _) => &mut self.brand,
        })
    }
    /// The fields with a text of which something is true.
    pub fn fields_with(&self, is: &dyn Fn(&str) -> bool) -> Vec<Field> {
        let holds = |field: &Field| is(self.text(*field));
        Field::ALL.into_iter().filter(holds).collect()
    }
    /// Rewrites the text of each field.
    pub fn rewrite(&mut self, rewritten: &dyn Fn(&str) -> String) {
        for field in Field::ALL {
            if let Some(text) = self.text_mut(field) {
                *text = rewritten(text);
            }
        }
    }

    fn checked_action(&self) -> Result<&str, Vec<String>> {
        if self.action.is_empty() {
            return Err(vec![REQUIRED.to_owned()]);
        }
        if self.offered || KnownAction::from_wire(&self.action).is_some() {
            return Ok(&self.action);
        }
        let action = Untrusted::new(self.action.as_str()).clipped(60);
        let custom = KnownAction::CustomPrefix.wire();
        let hint = if self.action.starts_with(custom) {
            format!(" Choose {custom} and write what follows into the name.")
        } else {
            String::new()
        };
        Err(vec![format!("\"{action}\" is not a valid choice.{hint}")])
    }

    /// The name for the context; only a `custom_` event has one.
    fn checked_name(&self, context: Option<&Tree>) -> Result<Option<&str>, Vec<String>> {
        let name = trimmed(&self.name);
        if self.action != KnownAction::CustomPrefix.wire() || name.is_empty() {
            return Ok(None);
        }
        if name.contains('\0') {
            return Err(vec![NO_NUL.to_owned()]);
        }
        if context.is_some_and(|tree| tree.root().get(NAME_KEY).is_some()) {
            return Err(vec![format!(
                "The context has its own {NAME_KEY}. Remove it there or leave this empty."
            )]);
        }
        Ok(Some(name))
    }

    /// The mark must not take the place of something that is there already.
    fn mark_problem(&self, context: Option<&Tree>) -> Option<String> {
        let taken = context.is_some_and(|tree| tree.root().get(INTENT_KEY).is_some());
        (self.intent.is_some() && taken).then(|| {
            format!(
                "The context has its own {INTENT_KEY}. Rename it there, or switch the mark off."
            )
        })
    }

    fn checked_app(&self) -> Result<&str, Vec<String>> {
        let app = trimmed(&self.app);
        if app.is_empty() {
            return Err(vec![BLANK.to_owned()]);
        }
        let mut messages = Vec::new();
        if app.contains('\0') {
            messages.push(NO_NUL.to_owned());
        }
        if app.len() > MOST_INDEXED_BYTES {
            messages.push(too_long("The app", app.len()));
        }
        if messages.is_empty() {
            Ok(app)
        } else {
            Err(messages)
        }
    }

    fn checked_client_ip(&self) -> Result<Option<IpAddr>, Vec<String>> {
        let text = trimmed(&self.client_ip);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse() {
            Ok(address) => Ok(Some(address)),
            Err(_) => Err(vec![match address_hint(text) {
                Some(hint) => format!("{BAD_ADDRESS} {hint}"),
                None => BAD_ADDRESS.to_owned(),
            }]),
        }
    }

    /// The address that is meant, if what is typed is one with something too many.
    pub fn client_ip_fix(&self) -> Option<AddressFix> {
        let text = trimmed(&self.client_ip);
        if text.parse::<IpAddr>().is_ok() {
            return None;
        }
        address_fix(text)
    }

    fn checked_expires(&self, now: Moment, offset: i32) -> Result<Option<Moment>, Vec<String>> {
        let no_time = |problem: &str| vec![problem.to_owned()];
        let moment = match &self.expires {
            Expires::ServerDefault => return Ok(None),
            Expires::Days(days) => now.days_later(*days),
            Expires::In(text) | Expires::At(text) if text.trim().is_empty() => {
                return Err(no_time(BLANK));
            }
            Expires::In(text) => {
                let minutes = expiry::minutes(text).ok_or_else(|| no_time(BAD_SPAN))?;
                now.minutes_later(minutes)
            }
            Expires::At(text) => Moment::parse_at(text, offset).ok_or_else(|| no_time(BAD_TIME))?,
        };
        if moment.is_storable() {
            Ok(Some(moment))
        } else {
            Err(no_time("authentik stores no date after the year 9999."))
        }
    }
    /// When the event expires; `None` when that is the server's choice, or nobody can tell.
    pub fn expiry(&self, now: Moment, offset: i32) -> Option<Moment> {
        self.checked_expires(now, offset).ok().flatten()
    }
    /// What is worth a second look about the time when it expires.
    pub fn expiry_caution(&self, now: Moment, offset: i32) -> Option<&'static str> {
        let moment = self.expiry(now, offset)?;
        if moment <= now {
            Some(
                "This is in the past: authentik accepts the event and hides it at once. \
                 Nobody will find it in the log.",
            )
        } else if moment.ms().saturating_sub(now.ms()) < SHORTEST_LIFE_MS {
            Some("This is less than a minute ahead: the event may be gone before anybody sees it.")
        } else {
            None
        }
    }
}

/// The event that a body would make, as far as the server would tell it. Its id is made of zeros.
pub fn imagined(body: &str) -> String {
    let members = body.trim().strip_prefix('{').unwrap_or("}").trim_start();
    let comma = if members == "}" { "" } else { "," };
    format!("{{\"pk\":\"{}\"{comma}{members}", uuid::Uuid::nil())
}

/// The part of the context that authentik has an index on.
fn indexed_part(context: &Option<Option<Tree>>) -> Option<crate::json::JsonText> {
    let tree = context.as_ref()?.as_ref()?;
    Some(tree.root().get("authorized_application")?.json())
}

fn too_long(what: &str, size: usize) -> String {
    let (most, size) = (grouped(MOST_INDEXED_BYTES), grouped(size));
    format!("{what} may have {most} bytes and has {size}; authentik cannot store much more here.")
}

/// A number with separators, as in 12,345.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A text as a JSON string.
fn joined(members: &[(Field, String)]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(field, value)| format!("\"{}\":{value}", field.wire()))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// The context with one more member at its end.
fn with_member(context: Option<String>, key: &str, text: &str) -> String {
    let member = format!("\"{key}\":{}", crate::json::quoted(text));
    let context = context.unwrap_or_else(|| "{}".to_owned());
    let start = context.strip_suffix('}').unwrap_or(&context).trim_end();
    let comma = if start == "{" { "" } else { "," };
    format!("{start}{comma}{member}}}")
}

/// Without the white space around it, as Python sees white space.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| {
        character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
    })
}

/// How to make an address of a text that nearly is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressFix {
    /// What a button that does it says.
    pub words: &'static str,
    /// The address.
    pub address: IpAddr,
}

fn address_fix(text: &str) -> Option<AddressFix> {
    let fix = |words: &'static str, address: &str| {
        let address = address.parse().ok()?;
        Some(AddressFix { words, address })
    };
    if let Some((inner, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        let words = match rest {
            "" => "Remove the brackets",
            _ => "Remove the brackets and the port",
        };
        return fix(words, inner).filter(|fix| fix.address.is_ipv6());
    }
    if let Some((address, _)) = text.split_once('/') {
        return fix("Remove the network", address);
    }
    if let Some((address, _)) = text.split_once('%') {
        return fix("Remove the zone", address).filter(|fix| fix.address.is_ipv6());
    }
    if let Some((address, _)) = text.rsplit_once(':') {
        return fix("Remove the port", address).filter(|fix| fix.address.is_ipv4());
    }
    fix("Remove the leading zeros", &without_leading_zeros(text))
}

fn without_leading_zeros(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('.').enumerate() {
        if at > 0 {
            out.push('.');
        }
        out.push_str(match part.trim_start_matches('0') {
            "" => "0",
            number => number,
        });
    }
    out
}

/// What to do about a text that is nearly an address.
fn address_hint(text: &str) -> Option<String> {
    let shown = |text: &str| Untrusted::new(text).clipped(40);
    let addresses = text
        .split([',', ' '])
        .filter(|part| part.parse::<IpAddr>().is_ok());
    if addresses.count() > 1 {
        return Some("Enter one address only.".to_owned());
    }
    address_fix(text)?;
    if let Some((_, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        let port = if rest.is_empty() { "" } else { " and the port" };
        return Some(format!("Leave out the brackets{port}."));
    }
    if let Some((_, prefix)) = text.split_once('/') {
        return Some(format!(
            "Enter one address, without the network /{}.",
            shown(prefix)
        ));
    }
    if let Some((_, zone)) = text.split_once('%') {
        return Some(format!(
            "Leave out the zone %{}; authentik drops it.",
            shown(zone)
        ));
    }
    if let Some((_, port)) = text.rsplit_once(':') {
        return Some(format!("Leave out the port :{}.", shown(port)));
    }
    Some("Write its numbers without leading zeros.".to_owned())
}

#[cfg(test)]
mod tests;
