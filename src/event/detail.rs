//! What the detail page says about an event: decided here, drawn in the browser half.

use super::{
    Acting, Actor, EVENT_NAME, Event, EventAction, KnownAction, actor,
    change::{Change, Changes, changes},
    context::{Context, ModelRef, is_masked},
    exception::{ExceptionReport, before_traceback, exceptions},
    facts::{Fact, Label, Value, numbered, said},
    login::{Account, Factor, Method},
    summary::sentence,
};
use crate::{
    json::{Kind, Node},
    safe_url::SafeUrl,
    text::{Piece, Sentence, Untrusted},
};

/// One section of the page.
#[derive(Debug, Clone)]
pub enum Section {
    /// Labelled values.
    Fields {
        /// Its head.
        title: &'static str,
        /// Its rows.
        rows: Vec<Fact>,
    },
    /// An object that the event is about.
    Object {
        /// What it is to the event: our word, or its key in the context.
        title: Label,
        /// The object.
        model: ModelRef,
    },
    /// A diff.
    Changes(Vec<Change>),
    /// An exception and what caused it, the raised one first.
    Exceptions(Vec<ExceptionReport>),
    /// Source or other preformatted text, with line numbers.
    Code {
        /// Its head.
        title: &'static str,
        /// The text.
        text: Untrusted,
        /// The line that failed, from 1.
        failing_line: Option<u32>,
    },
    /// A remark of ours, as in why there is no diff.
    Note {
        /// Its head.
        title: &'static str,
        /// How serious it is.
        tone: Tone,
        /// What it says.
        text: Sentence,
    },
}

/// How a note is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Plain.
    Info,
    /// To be looked at.
    Warning,
}

/// The sections between head and context, top to bottom; the page itself always adds the context.
pub fn detail(event: &Event) -> Vec<Section> {
    match &event.action {
        EventAction::Known(known) => known_detail(event, *known),
        EventAction::Custom(_) => custom(event),
        EventAction::Unknown(wire) => {
            let mut body = Body::new(event, Keys::Theirs);
            let words = match wire.original().trim().is_empty() {
                true => "This event does not say what happened.",
                false => {
                    "This version of the app does not know this action. All that was recorded stands below."
                }
            };
            body.note("Unknown action", Tone::Info, words);
            body.rest("Details")
        }
    }
}

fn known_detail(event: &Event, action: KnownAction) -> Vec<Section> {
    match action {
        KnownAction::Login => login(event),
        KnownAction::LoginFailed => login_failed(event),
        KnownAction::Logout => logout(event),
        KnownAction::UserWrite => user_write(event),
        KnownAction::PasswordSet => password_set(event),
        KnownAction::ImpersonationStarted => impersonation_started(event),
        KnownAction::ImpersonationEnded => impersonation_ended(event),
        KnownAction::PolicyExecution => policy_execution(event),
        KnownAction::PolicyException => policy_exception(event),
        KnownAction::PropertyMappingException => property_mapping_exception(event),
        KnownAction::SystemException => system_exception(event),
        KnownAction::SystemTaskException | KnownAction::SuspiciousRequest => failure(event),
        KnownAction::ModelCreated | KnownAction::ModelDeleted => model(event),
        KnownAction::ModelUpdated => model_updated(event),
        KnownAction::EmailSent => email_sent(event),
        KnownAction::FlowExecution
        | KnownAction::SystemTaskExecution
        | KnownAction::ReviewAttested => never_written(event),
        KnownAction::CustomPrefix => custom(event),
        KnownAction::SecretView
        | KnownAction::SecretRotate
        | KnownAction::InvitationUsed
        | KnownAction::AuthorizeApplication
        | KnownAction::SourceLinked
        | KnownAction::ConfigurationError
        | KnownAction::ConfigurationWarning
        | KnownAction::UpdateAvailable
        | KnownAction::ExportReady
        | KnownAction::ReviewInitiated
        | KnownAction::ReviewOverdue
        | KnownAction::ReviewCompleted => Body::new(event, Keys::Ours).rest("Details"),
    }
}

fn login(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let mut rows = Vec::new();
    if let Some(method) = Method::read(body.context) {
        let wire = body.context.scalar(&["auth_method"]);
        body.told.push("auth_method");
        rows.push(match method.words() {
            Some(words) => {
                Fact::ours("Method", Value::Words(words.to_owned())).noted(wire.map(Value::Code))
            }
            None => Fact::ours(
                "Method",
                wire.map_or(Value::Absent("not recorded"), Value::Code),
            ),
        });
    }
    if let Some(arguments) = body
        .context
        .at(&["auth_method_args"])
        .filter(|node| node.kind() == Kind::Object)
    {
        body.told.extend(["auth_method_args"]);
        let second: Vec<ModelRef> = arguments
            .get("mfa_devices")
            .into_iter()
            .flat_map(Node::children)
            .filter_map(ModelRef::read)
            .collect();
        let told: &[&str] = if second.is_empty() {
            &[]
        } else {
            &["mfa_devices"]
        };
        let (more, objects) = described(arguments, told, Keys::Ours);
        rows.extend(more);
        body.fields("Sign-in", rows);
        body.objects.extend(
            second
                .into_iter()
                .map(|model| (Label::Ours("Second factor"), model)),
        );
        body.objects.extend(objects);
    } else {
        body.fields("Sign-in", rows);
    }
    body.rest("Details")
}

fn login_failed(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    let mut rows = Vec::new();
    let typed = context.scalar(&["username"]);
    body.told.push("username");
    rows.push(match &typed {
        Some(name) => Fact::ours("Typed name", Value::Text(name.clone())).copied(name),
        None => Fact::ours("Typed name", Value::Absent("not recorded")),
    });
    rows.push(account(event, typed.as_ref()));
    rows.push(match Factor::read(context) {
        Some(Factor::Other(class)) => Fact::ours("Factor", Value::Text(class)),
        Some(factor) => Fact::ours(
            "Factor",
            Value::Words(factor.words().unwrap_or_default().to_owned()),
        ),
        None => Fact::ours("Factor", Value::Absent("not recorded")),
    });
    if let Some(password) = context.at(&["password"]) {
        body.told.push("password");
        rows.push(match is_masked(password) {
            true => Fact::ours("Password", Value::Absent("masked by authentik")),
            // authentik masks what it writes itself, so this one came through the API.
            false => Fact::ours("Password", Value::Absent("readable in the context below")),
        });
    }
    if let Some(arguments) = context
        .at(&["auth_method_args"])
        .filter(|node| node.kind() == Kind::Object)
    {
        body.told.push("auth_method_args");
        let mut told = vec!["device_class"];
        if let Some(answer) = context.scalar(&["auth_method_args", "duo_response", "status_msg"]) {
            told.push("duo_response");
            rows.push(Fact::ours("Duo’s answer", Value::Text(answer)));
        }
        let (more, objects) = described(arguments, &told, Keys::Ours);
        rows.extend(more);
        body.objects.extend(objects);
    }
    body.fields("Attempt", rows);
    if context
        .at(&["password"])
        .is_some_and(|password| !is_masked(password) && password.kind() != Kind::Null)
    {
        body.note(
            "Readable password",
            Tone::Warning,
            "This event holds a password that is not masked. authentik masks those that it records itself, so the event was sent through the API.",
        );
    }
    body.rest("Details")
}

/// Whether the typed name belongs to an account, and to which when it is called otherwise.
fn account(event: &Event, typed: Option<&Untrusted>) -> Fact {
    match Account::of(event) {
        Account::Missing => Fact::ours(
            "Account",
            Value::Words("No account has this name".to_owned()),
        ),
        Account::Untold => Fact::ours("Account", Value::Absent("not recorded")),
        Account::Exists => {
            let other = event.actor.username().filter(|name| Some(*name) != typed);
            let fact = Fact::ours("Account", Value::Words("The account exists".to_owned()));
            fact.noted(other.map(|name| Value::Text(name.clone())))
        }
    }
}

fn logout(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    let mut rows: Vec<Fact> = body.take("logout_reason").into_iter().collect();
    let change = |label, before: &[&str], after: &[&str]| {
        let value = |path: &[&str]| {
            context
                .scalar(path)
                .map_or(Value::Absent("not recorded"), said)
        };
        let known = context.at(before).or(context.at(after)).is_some();
        known.then(|| Fact {
            label: Label::Ours(label),
            value: vec![value(before), Value::Words("→".to_owned()), value(after)],
            notes: Vec::new(),
            copy: None,
        })
    };
    if let Some(reason) = context.scalar(&["binding", "reason"]) {
        rows.push(Fact::ours("What changed", said(reason)));
    }
    rows.extend(change(
        "From and to",
        &["binding", "previous_value"],
        &["binding", "new_value"],
    ));
    rows.extend(change("Client IP", &["ip", "previous"], &["ip", "new"]));
    if !rows.is_empty() {
        body.told.extend(["binding", "ip"]);
    }
    body.fields("Ended session", rows);
    body.rest("Details")
}

fn user_write(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Theirs);
    if let Some(created) = body.context.flag(&["created"]) {
        body.told.push("created");
        let words = if created {
            "Created"
        } else {
            "Updated, it existed before"
        };
        body.first
            .push(Fact::ours("Account", Value::Words(words.to_owned())));
    }
    body.rest("Written")
}

fn password_set(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    // While somebody impersonates, the user is whoever does.
    let impersonated = matches!(&event.actor, Actor::Person(person) if matches!(person.acting, Acting::OnBehalfOf(_)));
    if !impersonated {
        body.note(
            "Whose password",
            Tone::Info,
            "The user of this event is the one whose password was set. authentik does not record who set it: client IP and request are those of whoever did.",
        );
    }
    body.rest("Details")
}

fn impersonation_started(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let reason = body.take("reason");
    let reason = reason.filter(|_| body.context.string(&["reason"]).is_some());
    body.first
        .push(reason.unwrap_or_else(|| Fact::ours("Reason", Value::Absent("none given"))));
    body.rest("Impersonation")
}

fn impersonation_ended(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.note(
        "Impersonation",
        Tone::Info,
        "authentik does not record here who was impersonated. The event with which the impersonation began does.",
    );
    body.rest("Details")
}

fn policy_execution(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    let asked = body.asked();
    let Some(result) = context
        .at(&["result"])
        .filter(|node| node.kind() == Kind::Object)
    else {
        body.first.extend(asked);
        return body.rest("Details");
    };
    body.told.push("result");
    let outcome = match result.get("passing").and_then(Node::bool) {
        Some(true) => Value::Words("Passed".to_owned()),
        Some(false) => Value::Words("Did not pass".to_owned()),
        None => Value::Absent("not recorded"),
    };
    let mut rows = vec![Fact::ours("Outcome", outcome)];
    rows.extend(asked);
    let messages = result
        .get("messages")
        .filter(|messages| !messages.is_empty());
    rows.extend(messages.map(|messages| Fact::of(Label::Ours("Messages"), messages)));
    rows.extend(
        result
            .get("raw_result")
            .map(|raw| Fact::of(Label::Ours("Raw result"), raw)),
    );
    body.fields("Result", rows);
    let log = result
        .get("log_messages")
        .into_iter()
        .flat_map(Node::children);
    let log = log.take(ROWS).filter_map(|entry| {
        let level = entry.get("log_level").and_then(Node::untrusted);
        let label = level.map_or(Label::Ours("Log"), Label::Theirs);
        Some(Fact::of(label, entry.get("event")?))
    });
    body.fields("Log", log.collect());
    body.rest("Details")
}

fn policy_exception(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let asked = body.asked();
    body.first.extend(asked);
    body.exceptions();
    body.rest("Details")
}

fn property_mapping_exception(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    if let Some(text) = body.context.string(&["expression"]) {
        body.told.push("expression");
        let failed = exceptions(body.context)
            .first()
            .and_then(|report| report.expression()?.1);
        let lines = text.original().lines().count();
        let failing_line = failed.and_then(|line| u32::try_from(line).ok());
        let failing_line =
            failing_line.filter(|line| usize::try_from(*line).is_ok_and(|line| line <= lines));
        body.sections.push(Section::Code {
            title: "Expression",
            text,
            failing_line,
        });
    }
    body.exceptions();
    body.rest("Details")
}

fn system_exception(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.exceptions();
    let silent = body.sections.is_empty() && body.context.string(&["message"]).is_none();
    if silent {
        body.note(
            "Exception",
            Tone::Info,
            "This event does not tell which exception was raised.",
        );
    }
    body.rest("Details")
}

fn failure(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.exceptions();
    body.rest("Details")
}

fn model(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.model();
    if let Changes::Fields(fields) = changes(body.context) {
        body.told.push("diff");
        body.sections.push(Section::Changes(fields));
    }
    body.rest("Details")
}

fn model_updated(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.model();
    body.told.push("diff");
    match changes(body.context) {
        Changes::Fields(fields) => body.sections.push(Section::Changes(fields)),
        Changes::NotRecorded => body.note(
            CHANGES,
            Tone::Info,
            "This server did not record which fields changed. authentik does so with an Enterprise license. The context below holds all that was recorded.",
        ),
        Changes::NothingLeft => body.note(
            CHANGES,
            Tone::Info,
            "authentik recorded a change, but no field that differs. It masks fields whose names suggest a secret, such as key, token, password or auth, before it compares them, so a change of such a field leaves no trace here.",
        ),
        Changes::Unclear(_) => body.note(
            CHANGES,
            Tone::Warning,
            "The changes are not in a form that authentik writes. They stand in the context below as they came.",
        ),
    }
    body.rest("Details")
}

/// The head of the diff, and of the reason why there is none.
const CHANGES: &str = "Changes";

fn email_sent(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let rows = ["subject", "from_email", "to_email"]
        .into_iter()
        .filter_map(|key| body.take(key))
        .collect();
    body.fields("Email", rows);
    if body.context.string(&["body"]).is_some() {
        body.told.push("body");
        body.note(
            "Text of the email",
            Tone::Info,
            "It stands in the context below, as “body”. It may hold links that still work, such as one that sets a new password.",
        );
    }
    body.rest("Details")
}

fn never_written(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.note(
        "Not from authentik itself",
        Tone::Info,
        "authentik knows this action and does not write it. The event was sent through the API, or is from an old release.",
    );
    body.rest("Details")
}

fn custom(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Theirs);
    // It is the label of the event.
    body.told.push(EVENT_NAME);
    body.rest("Details")
}

/// Whose words label the entries of a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Ours, where there are some: authentik wrote the context and its keys are known.
    Ours,
    /// Those of the context: anybody may have written it.
    Theirs,
}

impl Keys {
    fn label(self, key: &Untrusted) -> Label {
        let ours = NAMES
            .iter()
            .filter(|_| self == Self::Ours)
            .find(|(own, _)| *own == key.original());
        match ours {
            Some((_, words)) => Label::Ours(words),
            None if key.original() == "message" => Label::Ours("Message"),
            None => Label::Theirs(key.clone()),
        }
    }
}

/// Keys that authentik writes, as people call what stands there.
const NAMES: &[(&str, &str)] = &[
    ("actor", "Task"),
    ("application", "Application"),
    ("auth_method", "Method"),
    ("authorized_application", "Application"),
    ("binding", "Binding"),
    ("cause", "Cause"),
    ("changelog", "Changelog"),
    ("deprecation", "Deprecated"),
    ("device", "Device"),
    ("endpoint", "Endpoint"),
    ("error", "Error"),
    ("expected", "Expected"),
    ("export", "Export"),
    ("flow", "Flow"),
    ("from_email", "From"),
    ("hyperlink", "Link in authentik"),
    ("hyperlink_label", "Link text"),
    ("invitation_uuid", "Invitation ID"),
    ("known_device", "Known device"),
    ("lifecycle_iteration", "Review ID"),
    ("logout_reason", "Reason"),
    ("mapping", "Mapping"),
    ("model", "Object"),
    ("new_version", "New version"),
    ("outpost", "Outpost"),
    ("policy_uuid", "Policy ID"),
    ("provider", "Provider"),
    ("raw_profile", "Profile as received"),
    ("reason", "Reason"),
    ("redirect_uri", "Redirect URI"),
    ("rel_obj", "Belongs to"),
    ("replacement", "Use instead"),
    ("scopes", "Scopes"),
    ("secret", "Secret"),
    ("source", "Source"),
    ("stage", "Stage"),
    ("subject", "Subject"),
    ("target", "Target"),
    ("to_email", "To"),
    ("token", "Token"),
    ("type", "Type"),
];

/// More rows than this belong into the tree of the context.
const ROWS: usize = 24;

/// Objects and lists that take more room than this belong there too.
const LONGEST_INLINE: usize = 300;

/// The facts panel tells these, when they are objects.
const TOLD_AS_FACTS: [&str; 3] = ["http_request", "geo", "asn"];

/// The sections of a page as they grow.
#[derive(Debug)]
struct Body<'a> {
    context: &'a Context,
    /// The head of the page, which is not repeated below it.
    sentence: Sentence,
    keys: Keys,
    /// Keys of the context that some section tells already.
    told: Vec<&'static str>,
    sections: Vec<Section>,
    /// Rows that stand before the remaining ones.
    first: Vec<Fact>,
    /// Objects that stand before the remaining ones.
    objects: Vec<(Label, ModelRef)>,
}

impl<'a> Body<'a> {
    fn new(event: &'a Event, keys: Keys) -> Self {
        Self {
            context: &event.context,
            sentence: sentence(event),
            keys,
            told: Vec::new(),
            sections: Vec::new(),
            first: Vec::new(),
            objects: Vec::new(),
        }
    }

    fn note(&mut self, title: &'static str, tone: Tone, words: &str) {
        let text = Sentence(vec![Piece::Words(words.to_owned())]);
        self.sections.push(Section::Note { title, tone, text });
    }

    fn fields(&mut self, title: &'static str, rows: Vec<Fact>) {
        if !rows.is_empty() {
            self.sections.push(Section::Fields { title, rows });
        }
    }

    /// The row of one key, which is told with it.
    fn take(&mut self, key: &'static str) -> Option<Fact> {
        let node = self.context.at(&[key])?;
        self.told.push(key);
        Some(row(self.keys.label(&Untrusted::new(key)), key, node))
    }

    /// The object that was created, changed or deleted, first of all.
    fn model(&mut self) {
        if let Some(model) = self.context.model(&["model"]) {
            self.told.push("model");
            self.sections.push(Section::Object {
                title: Label::Ours("Object"),
                model,
            });
        }
    }

    /// Exceptions, and what stands in the message beside them.
    fn exceptions(&mut self) {
        let reports = exceptions(self.context);
        let Some(report) = reports.first() else {
            return;
        };
        if let Some(message) = self.context.string(&["message"]) {
            let before = before_traceback(&message);
            if before.is_some() || message == report.message {
                self.told.push("message");
            }
            let before = before.filter(|before| !before.is_empty());
            self.first
                .extend(before.map(|before| Fact::ours("Message", Value::Text(before))));
        }
        self.told.push("exception");
        self.sections.push(Section::Exceptions(reports));
    }

    /// Whom and what a policy was asked about.
    fn asked(&mut self) -> Option<Fact> {
        let context = self.context;
        let request = context
            .at(&["request"])
            .filter(|request| request.kind() == Kind::Object)?;
        self.told.push("request");
        if let Some(target) = context.model(&["request", "obj"]) {
            self.objects.push((Label::Ours("Access to"), target));
        }
        let user = request.get("user")?;
        if actor::anonymous(user) {
            return Some(Fact::ours(
                "Asked about",
                Value::Words("An anonymous user".to_owned()),
            ));
        }
        let name = actor::named(user)?;
        Some(Fact::ours("Asked about", Value::Text(name.clone())).copied(&name))
    }

    /// Whether the head of the page says the whole of a text.
    fn in_head(&self, text: &Untrusted) -> bool {
        let text = text.original().trim_end_matches('.');
        self.sentence.0.iter().any(|piece| match piece {
            Piece::Words(_) => false,
            Piece::Data(data) | Piece::Strong(data) => data.original() == text,
        })
    }

    /// All sections, with what no section told yet behind them: simple values in a list under
    /// `title`, then the objects.
    fn rest(mut self, title: &'static str) -> Vec<Section> {
        let root = self.context.tree().root();
        let message = self.context.string(&["message"]);
        if message
            .as_ref()
            .is_some_and(|message| self.in_head(message))
        {
            self.told.push("message");
        }
        // A message of several lines is read better as it was written.
        let message = message.filter(|message| message.original().contains('\n'));
        if let Some(text) = message.filter(|_| !self.told.contains(&"message")) {
            self.told.push("message");
            self.sections.push(Section::Code {
                title: "Message",
                text,
                failing_line: None,
            });
        }
        let (rows, objects) = described(root, &self.told, self.keys);
        self.first.extend(rows);
        let rows = std::mem::take(&mut self.first);
        self.fields(title, rows);
        self.objects.extend(objects);
        let objects = self.objects.into_iter().take(ROWS);
        self.sections
            .extend(objects.map(|(title, model)| Section::Object { title, model }));
        self.sections
    }
}

/// The entries of an object: those that fit into a row, and those that refer to an object. The
/// message comes first.
fn described(node: Node<'_>, told: &[&str], keys: Keys) -> (Vec<Fact>, Vec<(Label, ModelRef)>) {
    let (mut rows, mut objects, mut left_out) = (Vec::new(), Vec::new(), 0_usize);
    let is_message = |child: &Node<'_>| child.key().is_some_and(|key| key.original() == "message");
    let first = node.children().filter(is_message);
    for child in first.chain(node.children().filter(|child| !is_message(child))) {
        let Some(key) = child.key() else { continue };
        let as_fact = TOLD_AS_FACTS.contains(&key.original()) && child.kind() == Kind::Object;
        if as_fact || told.contains(&key.original()) {
            continue;
        }
        if let Some(model) = ModelRef::read(child) {
            objects.push((keys.label(&key), model));
        } else if !fits(child) {
            continue;
        } else if rows.len() < ROWS {
            rows.push(row(keys.label(&key), key.original(), child));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        rows.push(Fact::ours(
            "More",
            Value::Words(format!("{} more in the context below", numbered(left_out))),
        ));
    }
    (rows, objects)
}

fn row(label: Label, key: &str, node: Node<'_>) -> Fact {
    let mut fact = Fact::of(label, node);
    match (key, node.bool(), node.untrusted()) {
        // Only what authentik itself means as a link is one. A path leads to a page of authentik's
        // own, under an origin that the event does not name.
        ("hyperlink" | "changelog", _, Some(address)) => {
            fact.value = vec![match SafeUrl::parse(&address) {
                Some(url) => Value::Link(address, url),
                None => Value::Path(address),
            }];
        }
        ("known_device", Some(known), _) => {
            fact.value = vec![Value::Words(if known { "Yes" } else { "No" }.to_owned())];
        }
        _ => {}
    }
    fact
}

/// Whether a value can stand in a row.
fn fits(node: Node<'_>) -> bool {
    !node.is_container() || node.text().len() <= LONGEST_INLINE
}
