//! The smallest request that asks for a filter: the API's own parameters first, a query only for
//! what they cannot say.
//!
//! # What the server compares
//! - Text inside an event is compared as text; numbers, true, false and null are not compared.
//! - A key that an event does not have is neither equal nor unequal. What leaves out must keep such
//!   events, so it also lets through what does not hold the key with that value anywhere. An event
//!   that holds the same key and value at another place, and not at this one, is left out as well.
//! - The parameters trim what they are given, and of a repeated one the last counts.

use uuid::Uuid;

use super::{Address, Chip, Filter, ModelKey, Test, beginning};
use crate::{
    count::grouped,
    event::{EventAction, KnownAction},
    moment::Moment,
    ql::{self, Expression, Field, Operator, Root, Verdict},
    text::Untrusted,
};

/// The parameters of a request that say which events are meant; no page, no order among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    /// Names and values in the order in which they are sent.
    pub parameters: Vec<(&'static str, String)>,
}

/// Why a request is not sent: it is known what would come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSent {
    /// It asks for these actions and no others, and the server knows none of them.
    UnknownActions(Vec<KnownAction>),
    /// It is so many bytes long.
    TooLong(usize),
}

/// The longest request that is sent, in bytes of its query as it is sent. Servers in front of
/// authentik begin to refuse addresses of 8 kB; the rest of the address needs its room too.
const LONGEST: usize = 7_500;

/// A first and a first-behind-the-last instant, where they are.
pub(crate) type Bounds = (Option<Moment>, Option<Moment>);

impl Matching {
    /// Asks for the events that pass a filter within a time. The server compares whole seconds, so
    /// the ends are widened to them. Chips that cannot be asked are left out.
    pub(crate) fn of(filter: &Filter, bounds: Bounds) -> Self {
        let mut request = Request::default();
        for chip in filter.enabled() {
            if chip.asked().is_ok() {
                request.add(chip);
            }
        }
        request.sent(within(bounds))
    }

    /// The same for a server that knows only some actions: it would refuse a list that names
    /// others, and has no event of them. Without `knows` it knows all.
    ///
    /// # Errors
    /// It is not to be sent.
    pub fn for_server(mut self, knows: Option<&dyn Fn(&str) -> bool>) -> Result<Self, NotSent> {
        if let Some(knows) = knows {
            let mut unknown = Vec::new();
            self.parameters.retain(|(name, action)| {
                let keeps = *name != ACTIONS || knows(action);
                if !keeps {
                    unknown.extend(KnownAction::from_wire(action));
                }
                keeps
            });
            let none_left = self.parameters.iter().all(|(name, _)| *name != ACTIONS);
            if none_left && !unknown.is_empty() {
                return Err(NotSent::UnknownActions(unknown));
            }
        }
        match self.length() {
            length if length > LONGEST => Err(NotSent::TooLong(length)),
            _ => Ok(self),
        }
    }

    /// How long the query is, as it is sent.
    pub(super) fn length(&self) -> usize {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.parameters)
            .finish()
            .len()
    }

    /// The query or the words in it, if there are any.
    pub fn search(&self) -> Option<&str> {
        let search = self.parameters.iter().find(|(name, _)| *name == SEARCH);
        search.map(|(_, text)| text.as_str())
    }
}

impl NotSent {
    /// That, in a few words.
    pub fn title(&self) -> &'static str {
        match self {
            Self::UnknownActions(actions) if actions.len() == 1 => {
                "This server does not know this action"
            }
            Self::UnknownActions(_) => "This server does not know these actions",
            Self::TooLong(_) => "The filters are too long to be sent",
        }
    }

    /// What it means, in sentences.
    pub fn text(&self) -> String {
        match self {
            Self::UnknownActions(actions) => {
                let names = actions.iter().map(|action| action.label());
                let names: Vec<String> = names.map(|name| format!("“{name}”")).collect();
                format!(
                    "It is an authentik from before {}, so it has no such events: {}.",
                    actions
                        .iter()
                        .map(|action| action.since())
                        .min()
                        .unwrap_or("that"),
                    names.join(", ")
                )
            }
            Self::TooLong(length) => format!(
                "Together they make a request of {} bytes, and servers before authentik begin to \
                 refuse at 8,192. Remove or disable some.",
                grouped(*length as u64)
            ),
        }
    }
}

impl Chip {
    /// Why a chip cannot be asked, for the person at the screen; `None` if it can. Such a chip takes
    /// no part.
    pub fn trouble(&self) -> Option<String> {
        self.asked().err()
    }

    fn asked(&self) -> Result<(), String> {
        let expression = self.expression()?;
        match ql::lint(&expression.to_string()) {
            Verdict::Understood(_) => Ok(()),
            Verdict::Empty => Err("There is nothing to look for".to_owned()),
            Verdict::Words { why } | Verdict::Refused { why } => Err(why),
        }
    }

    /// The chip as a query.
    ///
    /// # Errors
    /// Why no query says it, for the person at the screen.
    pub fn expression(&self) -> Result<Expression, String> {
        let whole = self.test.expression()?;
        Ok(if self.negated {
            self.test.left_out().unwrap_or_else(|| left_out(&whole))
        } else {
            whole
        })
    }
}

const SEARCH: &str = "search";

/// The parameters in the order in which they are sent, each with its value if it is taken.
#[derive(Default)]
struct Request {
    typed: Vec<(&'static str, String)>,
    queries: Vec<Expression>,
    /// Words that need no query as long as nothing else does.
    words: Vec<(Vec<String>, Expression)>,
}

/// All parameters but the search, in the order in which they are sent.
const TYPED: [&str; 8] = [
    ACTIONS,
    "username",
    "client_ip",
    "brand_name",
    "context_model_app",
    "context_model_name",
    "context_model_pk",
    "context_authorized_app",
];
const ACTIONS: &str = "actions";

impl Request {
    fn add(&mut self, chip: &Chip) {
        let typed = chip.test.typed();
        let typed = typed.filter(|_| !chip.negated);
        if let Some(typed) = typed {
            let taken = |name: &str| self.typed.iter().any(|(own, _)| *own == name);
            if !typed.iter().any(|(name, _)| taken(name)) {
                self.typed.extend(typed);
                return;
            }
        }
        let Ok(expression) = chip.expression() else {
            return;
        };
        match chip.test.words() {
            Some(words) if !chip.negated && words.iter().all(|word| is_plain(word)) => {
                self.words.push((words, expression));
            }
            _ => self.queries.push(expression),
        }
    }

    fn sent(mut self, within: Vec<Expression>) -> Matching {
        self.queries.extend(within);
        let search = if self.queries.is_empty() {
            let words: Vec<String> = self
                .words
                .into_iter()
                .flat_map(|(words, _)| words)
                .collect();
            words.join(" ")
        } else {
            let words = self.words.into_iter().map(|(_, query)| query);
            Expression::all(self.queries.into_iter().chain(words)).to_string()
        };
        let place = |name: &str| TYPED.iter().position(|own| *own == name);
        let mut parameters = self.typed;
        crate::sort::sort_by_key(&mut parameters, |(name, _)| place(name));
        if !search.is_empty() {
            parameters.push((SEARCH, search));
        }
        Matching { parameters }
    }
}

fn within((from, to): Bounds) -> Vec<Expression> {
    let bound = |operator, moment: Moment| {
        Expression::compare(Field::of(Root::Created), operator, ql::time(moment))
    };
    let from = from.map(Moment::second_begun);
    let to = to.map(Moment::second_ended);
    let storable = |moment: &Moment| moment.is_storable();
    [
        from.filter(storable)
            .map(|from| bound(Operator::AtLeast, from)),
        to.filter(storable).map(|to| bound(Operator::Less, to)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

// Tests as parameters.

impl Test {
    /// The parameters that ask exactly this; `None` where none do.
    fn typed(&self) -> Option<Vec<(&'static str, String)>> {
        let one = |name, text: &Untrusted| fit(text).map(|text| vec![(name, text)]);
        match self {
            Self::Actions(actions) => {
                // The enum of the API is closed: for another action it refuses the whole list.
                let known = |action: &EventAction| matches!(action, EventAction::Known(_));
                let each = actions
                    .iter()
                    .map(|action| (ACTIONS, action.wire().original().to_owned()));
                actions.iter().all(known).then(|| each.collect())
            }
            Self::User(text) if beginning(text.original()).is_none() => one("username", text),
            Self::ClientIp(text) => match Address::read(text.original()) {
                Some(Address::One(address)) => Some(vec![("client_ip", address.to_string())]),
                Some(Address::Beginning(_)) | None => None,
            },
            Self::Object(key) => key.typed(),
            Self::AuthorizedApp { pk, .. } => one("context_authorized_app", &hex(pk)),
            Self::Brand(text) => one("brand_name", text),
            Self::User(_) | Self::App(_) | Self::Words(_) | Self::Value { .. } | Self::Ql(_) => {
                None
            }
        }
    }

    /// The words of a test that looks for words.
    fn words(&self) -> Option<Vec<String>> {
        match self {
            Self::Words(text) => Some(ql::words(text.original())),
            Self::Ql(text) => match ql::lint(text.original()) {
                Verdict::Words { .. } => Some(ql::words(text.original())),
                Verdict::Empty | Verdict::Understood(_) | Verdict::Refused { .. } => None,
            },
            Self::Actions(_)
            | Self::User(_)
            | Self::ClientIp(_)
            | Self::App(_)
            | Self::Object(_)
            | Self::AuthorizedApp { .. }
            | Self::Brand(_)
            | Self::Value { .. } => None,
        }
    }
}

impl ModelKey {
    /// `None` if a part of it can only be asked by a query.
    fn typed(&self) -> Option<Vec<(&'static str, String)>> {
        // The parameter takes dashes away, from file names too.
        let has_key = self.pk.original().parse::<i64>().is_ok() || is_uuid(&self.pk);
        if !(self.pk.is_empty() && self.name.is_empty() || has_key) {
            return None;
        }
        let pk = hex(&self.pk);
        let parts = [
            ("context_model_app", &self.app),
            ("context_model_name", &self.model_name),
            ("context_model_pk", &pk),
        ];
        let given = parts.into_iter().filter(|(_, text)| !text.is_empty());
        given
            .map(|(name, text)| fit(text).map(|text| (name, text)))
            .collect()
    }
}

/// A text that a parameter compares as it is.
fn fit(text: &Untrusted) -> Option<String> {
    let text = text.original();
    let whole = !text.is_empty() && !text.contains('\0') && !text.starts_with(is_blank);
    (whole && !text.ends_with(is_blank)).then(|| text.to_owned())
}

/// What Python's `str.strip` takes off.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter)
}

fn is_uuid(text: &Untrusted) -> bool {
    Uuid::try_parse(text.original()).is_ok()
}

/// A uuid as events hold it; anything else as it is.
fn hex(text: &Untrusted) -> Untrusted {
    match Uuid::try_parse(text.original()) {
        Ok(uuid) => Untrusted::new(uuid.simple().to_string()),
        Err(_) => text.clone(),
    }
}

// Tests as queries.

fn field(root: Root, keys: &[&'static str]) -> Result<Field, String> {
    Field::inside(root, keys.iter().copied()).map_err(|reason| reason.words())
}

fn is(field: Field, text: &Untrusted) -> Expression {
    Expression::is_any_of(field, vec![text.original().to_owned()])
}

impl Test {
    fn expression(&self) -> Result<Expression, String> {
        let filled = |text: &Untrusted, missing: &str| match text.original() {
            "" => Err(missing.to_owned()),
            text if text.contains('\0') => Err(ql::NotMatchable::Nul.words()),
            _ => Ok(()),
        };
        match self {
            Self::Actions(actions) if actions.is_empty() => Err("No action is chosen".to_owned()),
            Self::Actions(actions) => {
                let wires = actions
                    .iter()
                    .map(|action| action.wire().original().to_owned());
                Ok(Expression::is_any_of(
                    Field::of(Root::Action),
                    wires.collect(),
                ))
            }
            Self::User(text) => {
                filled(text, "No user is named")?;
                let acted = field(Root::User, &["username"])?;
                let tried = field(Root::Context, &["username"])?;
                Ok(Expression::any([named(acted, text), named(tried, text)]))
            }
            Self::ClientIp(text) => {
                filled(text, "No address is given")?;
                address(text)
            }
            Self::App(text) => {
                filled(text, "No app is named")?;
                Ok(named(Field::of(Root::App), text))
            }
            Self::Object(key) => key.expression(),
            Self::AuthorizedApp { pk, name } => {
                let application = |key| field(Root::Context, &["authorized_application", key]);
                if pk.is_empty() {
                    filled(name, "No application is named")?;
                    return Ok(is(application("name")?, name));
                }
                Ok(is(application("pk")?, &hex(pk)))
            }
            Self::Brand(text) => {
                filled(text, "No brand is named")?;
                Ok(is(field(Root::Brand, &["name"])?, text))
            }
            Self::Words(text) => {
                filled(text, "There is nothing to look for")?;
                all_words(text.original())
            }
            Self::Value { text, .. } if text.original().contains('\0') => {
                Err(ql::NotMatchable::Nul.words())
            }
            Self::Value { field, text } => Ok(is(field.clone(), text)),
            Self::Ql(text) => match ql::lint(text.original()) {
                Verdict::Understood(expression) => Ok(expression),
                Verdict::Words { .. } => all_words(text.original()),
                Verdict::Empty => Err("There is nothing to look for".to_owned()),
                Verdict::Refused { why } => Err(why),
            },
        }
    }

    /// What is asked when the test leaves out, where that is no matter of single comparisons.
    fn left_out(&self) -> Option<Expression> {
        match self {
            Self::Object(key) => key.left_out(),
            Self::AuthorizedApp { pk, name } if pk.is_empty() => {
                let own = field(Root::Context, &["authorized_application", "name"]).ok()?;
                Some(Expression::any([
                    Expression::is_none_of(own, vec![name.original().to_owned()]),
                    lacks(Root::Context, "\"authorized_application\": {".to_owned()),
                ]))
            }
            Self::AuthorizedApp { pk, .. } => {
                let pk = written(hex(pk).original());
                Some(lacks(
                    Root::Context,
                    format!("\"authorized_application\": {{\"pk\": {pk}"),
                ))
            }
            Self::Actions(_)
            | Self::User(_)
            | Self::ClientIp(_)
            | Self::App(_)
            | Self::Brand(_)
            | Self::Words(_)
            | Self::Value { .. }
            | Self::Ql(_) => None,
        }
    }
}

/// A name, or how it begins.
fn named(field: Field, text: &Untrusted) -> Expression {
    match beginning(text.original()) {
        Some(beginning) => Expression::compare(field, Operator::StartsWith, beginning),
        None => is(field, text),
    }
}

fn address(text: &Untrusted) -> Result<Expression, String> {
    let field = Field::of(Root::ClientIp);
    match Address::read(text.original()) {
        Some(Address::One(address)) => Ok(Expression::compare(
            field,
            Operator::Is,
            address.to_string(),
        )),
        Some(Address::Beginning(text)) => {
            Ok(Expression::compare(field, Operator::StartsWith, text))
        }
        None => Err(format!(
            "“{}” is no address. Type one, or how it begins, as in “192.0.2.” or “2001:db8:”",
            text.clipped(60)
        )),
    }
}

impl ModelKey {
    fn expression(&self) -> Result<Expression, String> {
        let model = |key| field(Root::Context, &["model", key]);
        let mut parts = Vec::new();
        if !self.app.is_empty() {
            parts.push(is(model("app")?, &self.app));
        }
        if !self.model_name.is_empty() {
            parts.push(is(model("model_name")?, &self.model_name));
        }
        if !self.pk.is_empty() {
            let pk = is(model("pk")?, &hex(&self.pk));
            parts.push(match self.number() {
                // Keys are compared as text only, and this one may be a number.
                Some(number) => {
                    let text = format!("\"model\": {{\"pk\": {number}, \"");
                    Expression::any([
                        pk,
                        Expression::compare(whole(Root::Context), Operator::Contains, text),
                    ])
                }
                None => pk,
            });
        } else if !self.name.is_empty() {
            parts.push(is(model("name")?, &self.name));
        }
        if parts.is_empty() {
            return Err("No object is named".to_owned());
        }
        Ok(Expression::all(parts))
    }

    /// What leaves out. The database writes the keys of a model in the order pk, app, name,
    /// model_name, so that one piece of text tells the model of an event from all others.
    fn left_out(&self) -> Option<Expression> {
        let differs = |key, text: &Untrusted| {
            let own = field(Root::Context, &["model", key]).ok();
            let own = own.filter(|_| !text.is_empty())?;
            Some(Expression::is_none_of(
                own,
                vec![text.original().to_owned()],
            ))
        };
        let kind = differs("model_name", &self.model_name);
        if self.pk.is_empty() {
            let others = [
                differs("app", &self.app),
                kind,
                differs("name", &self.name),
                Some(lacks(Root::Context, "\"model\": {".to_owned())),
            ];
            return Some(Expression::any(others.into_iter().flatten()));
        }
        let app = match self.app.original() {
            "" => String::new(),
            app => format!("app\": {}", written(app)),
        };
        let forms = [
            Some(written(hex(&self.pk).original())),
            self.number().map(|number| number.to_string()),
        ];
        let lacking = forms
            .into_iter()
            .flatten()
            .map(|pk| lacks(Root::Context, format!("\"model\": {{\"pk\": {pk}, \"{app}")));
        Some(Expression::any(
            [Expression::all(lacking)].into_iter().chain(kind),
        ))
    }

    fn number(&self) -> Option<i64> {
        self.pk.original().parse().ok()
    }
}

// What leaves out.

/// What every event passes that does not pass an expression, as far as the server can be asked.
fn left_out(expression: &Expression) -> Expression {
    match expression {
        Expression::All(parts) => Expression::any(parts.iter().map(left_out)),
        Expression::Any(parts) => Expression::all(parts.iter().map(left_out)),
        Expression::Compare {
            field,
            operator,
            values,
        } => {
            let opposite = Expression::Compare {
                field: field.clone(),
                operator: operator.opposite(),
                values: values.clone(),
            };
            match absent(field, *operator, values) {
                Some(absent) => Expression::any([opposite, absent]),
                None => opposite,
            }
        }
    }
}

/// What events pass that do not have a field at all; `None` for fields that all have.
fn absent(field: &Field, operator: Operator, values: &[String]) -> Option<Expression> {
    let root = field.root();
    let key = field.path().rsplit('.').next()?;
    if !root.is_object() || Field::whole(root).as_ref() == Some(field) {
        return None;
    }
    let key = written(key);
    Some(match operator {
        Operator::Is | Operator::In => Expression::all(
            values
                .iter()
                .map(|value| lacks(root, format!("{key}: {}", written(value)))),
        ),
        Operator::StartsWith => Expression::all(values.iter().take(1).map(|value| {
            let value = written(value);
            let open = value.strip_suffix('"').unwrap_or(&value);
            lacks(root, format!("{key}: {open}"))
        })),
        Operator::IsNot
        | Operator::Contains
        | Operator::ContainsNot
        | Operator::StartsNotWith
        | Operator::EndsWith
        | Operator::EndsNotWith
        | Operator::Less
        | Operator::AtMost
        | Operator::More
        | Operator::AtLeast
        | Operator::NotIn => lacks(root, format!("{key}: ")),
    })
}

/// Whether a piece of text stands nowhere in an object as the database writes it.
fn lacks(root: Root, text: String) -> Expression {
    Expression::compare(whole(root), Operator::ContainsNot, text)
}

fn whole(root: Root) -> Field {
    Field::of(root)
}

/// A string as the database writes it into JSON.
fn written(text: &str) -> String {
    use std::fmt::Write as _;

    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ..' ' => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

// Words.

/// Each word somewhere in the event, as the search without a query looks for words.
fn all_words(text: &str) -> Result<Expression, String> {
    if ql::words(text).is_empty() {
        return Err("There is nothing to look for".to_owned());
    }
    Ok(Expression::words(text))
}

/// Whether a word can be sent without a query: no query of events is without quotation marks, and
/// nothing in the word has a meaning to those who take words apart.
fn is_plain(word: &str) -> bool {
    !word.contains(|letter| matches!(letter, '"' | '\'' | ',' | '\0') || is_blank(letter))
}
