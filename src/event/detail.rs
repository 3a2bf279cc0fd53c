//! What the detail page says about an event: decided here, drawn in the browser half.

mod body;
mod configuration;
mod policy;
mod sign_in;

use super::{
    Acting, Actor, EVENT_NAME, Event, EventAction, KnownAction, ModelRef,
    admin::AdminPath,
    change::{Change, Changes, changes},
    exception::ExceptionReport,
    facts::{Fact, Label, Mood, Value},
    mail::Mail,
};
use crate::{
    json::{JsonText, Kind, Node},
    moment::Moment,
    text::{Sentence, Untrusted},
};
use body::{Body, Keys, remark};
pub(super) use sign_in::CLIENT;

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
        /// Its page in authentik, where the event tells the address of it.
        admin: Option<AdminPath>,
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
    /// What was logged meanwhile, in order.
    Log {
        /// Its lines.
        lines: Vec<LogLine>,
        /// How many more there are.
        more: usize,
    },
    /// The text of a mail, which may hold links that still work.
    Mail(Mail),
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

/// A line of a log.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// When.
    pub at: Option<Moment>,
    /// How serious, in the server's word.
    pub level: Option<Untrusted>,
    /// What.
    pub text: Untrusted,
    /// What was logged with it.
    pub attributes: Option<JsonText>,
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
        KnownAction::Login => sign_in::login(event),
        KnownAction::LoginFailed => sign_in::login_failed(event),
        KnownAction::Logout => sign_in::logout(event),
        KnownAction::AuthorizeApplication => sign_in::authorized(event),
        KnownAction::SourceLinked => source_linked(event),
        KnownAction::UserWrite => user_write(event),
        KnownAction::PasswordSet => password_set(event),
        KnownAction::InvitationUsed => invitation_used(event),
        KnownAction::SecretView => secret_view(event),
        KnownAction::SecretRotate => secret_rotate(event),
        KnownAction::SuspiciousRequest => suspicious_request(event),
        KnownAction::ImpersonationStarted => impersonation_started(event),
        KnownAction::ImpersonationEnded => impersonation_ended(event),
        KnownAction::PolicyExecution => policy::execution(event),
        KnownAction::PolicyException => policy::exception(event),
        KnownAction::PropertyMappingException => policy::mapping_exception(event),
        KnownAction::SystemException => system_exception(event),
        KnownAction::SystemTaskException => task_exception(event),
        KnownAction::ConfigurationError => configuration::error(event),
        KnownAction::ConfigurationWarning => configuration::warning(event),
        KnownAction::ModelCreated => model(event, false),
        KnownAction::ModelDeleted => model(event, true),
        KnownAction::ModelUpdated => model_updated(event),
        KnownAction::EmailSent => email_sent(event),
        KnownAction::UpdateAvailable => update_available(event),
        KnownAction::ExportReady => export_ready(event),
        KnownAction::ReviewInitiated => review(event, Mood::Plain, "Due"),
        KnownAction::ReviewOverdue => review(event, Mood::Warning, "Overdue"),
        KnownAction::ReviewCompleted => review(event, Mood::Good, "Completed"),
        KnownAction::FlowExecution
        | KnownAction::SystemTaskExecution
        | KnownAction::ReviewAttested => never_written(event),
        KnownAction::CustomPrefix => custom(event),
    }
}

fn source_linked(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.without_message("Linked Source");
    body.rest("Details")
}

fn user_write(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Theirs);
    if let Some(created) = body.context.flag(&["created"]) {
        body.told.push("created");
        body.first.push(Fact::ours(
            "Account",
            match created {
                true => Value::Pill(Mood::Good, "Created"),
                false => Value::Pill(Mood::Plain, "Updated"),
            },
        ));
    }
    let mut sections = body.rest("Written");
    if !sections.is_empty() {
        sections.push(remark(
            "What this tells",
            Tone::Info,
            "These are the values that a flow wrote, not what differs from before.",
        ));
    }
    sections
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

fn invitation_used(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let id = body.take("invitation_uuid");
    body.first.extend(id);
    let mut sections = body.rest("Invitation");
    sections.push(remark(
        "Where the invitation is now",
        Tone::Info,
        "authentik deletes an invitation for a single use once it was used, so that this ID may lead to nothing.",
    ));
    sections
}

fn secret_view(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let kind = body.context.string(&["type"]);
    let kind = match kind.as_ref().map(Untrusted::original) {
        Some("private_key") => Some(Value::Pill(Mood::Warning, "Private key")),
        Some("certificate") => Some(Value::Pill(Mood::Plain, "Certificate")),
        Some(_) | None => None,
    };
    if kind == Some(Value::Pill(Mood::Warning, "Private key")) {
        body.note(
            "A private key was shown",
            Tone::Warning,
            "Whoever has it can sign and decrypt as the one it belongs to, for as long as the certificate is in use.",
        );
    }
    if let Some(kind) = kind {
        body.told.push("type");
        body.first.push(Fact::ours("Shown", kind));
    }
    body.rest("Details")
}

fn secret_rotate(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    if let Some(token) = body.context.model(&["token"]) {
        // A token is named `ci (expires=2026-…)`, and its message has the name alone.
        let name = token.name.original();
        let name = name.split(" (expires=").next().unwrap_or(name);
        body.without_message(&format!("Token {name}'s secret was rotated."));
    }
    body.rest("Details")
}

fn suspicious_request(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.exceptions();
    if body.context.model(&["token"]).is_some() {
        body.note(
            "What this may mean",
            Tone::Warning,
            "A token was used that had been revoked. Either an application kept an old one, or somebody has a copy.",
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

fn task_exception(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.exceptions();
    if let Some(task) = body.context.string(&["actor"]) {
        body.without_message(&format!("Task {} encountered an error", task.original()));
    }
    body.rest("Details")
}

fn model(event: &Event, gone: bool) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.model(gone);
    if let Changes::Fields(fields) = changes(body.context) {
        body.told.push("diff");
        body.changed(fields);
    }
    body.rest("Details")
}

fn model_updated(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.model(false);
    body.told.push("diff");
    match changes(body.context) {
        Changes::Fields(fields) => body.changed(fields),
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
    let to = body.context.at(&["to_email"]).filter(|to| to.len() == 1);
    let to = to.and_then(|to| to.children().next()?.untrusted());
    if let Some(to) = to {
        body.without_message(&format!("Email to {} sent", to.original()));
    }
    let rows = ["subject", "from_email", "to_email"]
        .into_iter()
        .filter_map(|key| body.take(key))
        .collect();
    body.fields("Email", rows);
    if let Some(text) = body.context.string(&["body"]) {
        body.told.push("body");
        body.sections.push(Section::Mail(Mail::read(&text)));
    }
    body.rest("Details")
}

fn update_available(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    if let Some(version) = body.context.string(&["new_version"]) {
        body.without_message(&format!("New version {} available!", version.original()));
    }
    let rows = ["new_version", "changelog"];
    let rows: Vec<Fact> = rows.into_iter().filter_map(|key| body.take(key)).collect();
    body.first.extend(rows);
    body.rest("Update")
}

fn export_ready(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.first.push(Fact::ours(
        "Download",
        Value::Admin(
            Untrusted::new("Data exports in authentik"),
            AdminPath::exports(),
        ),
    ));
    body.rest("Export")
}

fn review(event: &Event, mood: Mood, state: &'static str) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.first
        .push(Fact::ours("State", Value::Pill(mood, state)));
    // The head of the page says it with the same name.
    let context = body.context;
    let message = context.string(&["message"]).unwrap_or_default();
    let name = context.model(&["target"]).map(|target| target.name);
    let same = |name: &Untrusted| {
        let text = message.original();
        !name.is_empty() && text.starts_with("Access review ") && text.ends_with(name.original())
    };
    if name.is_some_and(|name| same(&name)) {
        body.told.push("message");
    }
    let page = context.string(&["hyperlink"]);
    if let Some(path) = page.as_ref().and_then(AdminPath::read) {
        let words = context.string(&["hyperlink_label"]);
        body.told.extend(["hyperlink", "hyperlink_label"]);
        let words = words.unwrap_or_else(|| Untrusted::new("Open"));
        body.first
            .push(Fact::ours("In authentik", Value::Admin(words, path)));
    }
    body.rest("Review")
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
    // authentik's own test of a notification nests its context by mistake.
    let inner = body.context.at(&["context"]);
    let inner = inner.filter(|inner| inner.children().any(|child| child.kind() != Kind::Null));
    let is_small = |inner: &Node<'_>| inner.children().all(|child| !child.is_container());
    if let Some(inner) = inner.filter(is_small) {
        body.told.push("context");
        body.nested("Context of its own", inner, &[], Keys::Theirs);
    }
    body.rest("Details")
}
