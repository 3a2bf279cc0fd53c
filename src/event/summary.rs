//! The one sentence that tells an event, in list, title, copy and export.
//!
//! It says no more than the event does. Where authentik records no actor there is none in the
//! sentence, and where its `user` is the one to whom something happened it is not made the one who
//! did it.

use super::{
    Acting, Actor, Context, Event, EventAction, KnownAction, ModelRef,
    change::{Changes, changes},
    exception::{ExceptionReport, exceptions},
    facts::numbered,
    login,
};
use crate::text::{Piece, Sentence, Untrusted};

/// Names are told this far, messages a little further; the page has them whole.
const LONGEST_NAME: usize = 80;
const LONGEST_MESSAGE: usize = 118;

/// Who did what to which object, in the past tense. Total on any event.
pub fn sentence(event: &Event) -> Sentence {
    match &event.action {
        EventAction::Known(known) => told(event, *known).unwrap_or_else(|| unnamed(event)),
        EventAction::Custom(_) => custom(event),
        EventAction::Unknown(_) => unnamed(event),
    }
}

/// The sentence of a known action; `None` where the context lacks what it is about.
fn told(event: &Event, action: KnownAction) -> Option<Sentence> {
    let context = &event.context;
    let message = || Some(Telling::new().data(&headline(context)?));
    let telling = match action {
        KnownAction::Login => logged_in(event),
        KnownAction::LoginFailed => login_failed(event),
        KnownAction::Logout => logged_out(event),
        KnownAction::UserWrite => user_written(event),
        KnownAction::SuspiciousRequest => message()?.about(context, &["provider", "application"]),
        KnownAction::PasswordSet => password_set(event),
        KnownAction::SecretView => secret_viewed(event),
        KnownAction::SecretRotate => {
            let token = Telling::new()
                .words("the secret of ")
                .object(context, &["token"])?;
            acted(event, "rotated", token, "was rotated")
        }
        KnownAction::InvitationUsed => {
            let invitation = Telling::new().words("invitation ");
            let invitation = invitation.strong(&context.scalar(&["invitation_uuid"])?);
            acted(event, "used", invitation, "was used")
        }
        KnownAction::AuthorizeApplication => {
            let application = context.model(&["authorized_application"])?;
            let application = Telling::new().strong(application.title());
            acted(event, "opened", application, "was opened")
        }
        KnownAction::SourceLinked => {
            let source = Telling::new()
                .words("source ")
                .named(&context.model(&["source"])?);
            acted(event, "linked", source, "was linked")
        }
        KnownAction::ImpersonationStarted => impersonated(event, "began acting as "),
        KnownAction::ImpersonationEnded => impersonated(event, "stopped acting as "),
        KnownAction::FlowExecution => {
            let flow = Telling::new()
                .words("flow ")
                .named(&context.model(&["flow"])?);
            acted(event, "ran", flow, "was run")
        }
        KnownAction::PolicyExecution => policy_executed(event)?,
        KnownAction::PolicyException => policy_failed(event)?,
        KnownAction::PropertyMappingException => mapping_failed(event)?,
        KnownAction::SystemTaskExecution => task(context)?.words(" ran"),
        KnownAction::SystemTaskException => task_failed(context).or_else(message)?,
        KnownAction::SystemException => system_failed(context).or_else(message)?,
        KnownAction::ConfigurationError => {
            let about = [
                "provider",
                "application",
                "source",
                "mapping",
                "stage",
                "outpost",
            ];
            message()?.about(context, &about)
        }
        KnownAction::ConfigurationWarning => deprecated(context).or_else(message)?,
        KnownAction::ModelCreated if enrolled(event) => {
            object(context).capitalised().words(" was created")
        }
        KnownAction::ModelCreated => acted(event, "created", object(context), "was created"),
        KnownAction::ModelUpdated => model_updated(event),
        KnownAction::ModelDeleted => acted(event, "deleted", object(context), "was deleted"),
        KnownAction::EmailSent => email_sent(context).or_else(message)?,
        KnownAction::UpdateAvailable => {
            let version = context.scalar(&["new_version"])?;
            Telling::new()
                .words("authentik ")
                .strong(&version)
                .words(" is available")
        }
        KnownAction::ExportReady => export_ready(context).or_else(message)?,
        KnownAction::ReviewInitiated => review(context)?.words(" is due"),
        KnownAction::ReviewOverdue => review(context)?.words(" is overdue"),
        KnownAction::ReviewAttested => {
            let access = Telling::new()
                .words("access to ")
                .object(context, &["target"])?;
            acted(event, "attested", access, "was attested")
        }
        KnownAction::ReviewCompleted => {
            let review = Telling::new()
                .words("the review of ")
                .object(context, &["target"])?;
            acted(event, "completed", review, "was completed")
        }
        KnownAction::CustomPrefix => return Some(custom(event)),
    };
    Some(telling.sentence())
}

/// An event of somebody's own making speaks for itself, or has a name.
fn custom(event: &Event) -> Sentence {
    match headline(&event.context) {
        Some(message) => Telling::new().data(&message).sentence(),
        None => unnamed(event),
    }
}

/// What is known of every event: a label and an app.
fn unnamed(event: &Event) -> Sentence {
    let telling = match &event.action {
        EventAction::Unknown(wire) if wire.original().trim().is_empty() => {
            Telling::new().words("Event without an action")
        }
        EventAction::Known(_) | EventAction::Custom(_) | EventAction::Unknown(_) => {
            Telling::new().strong(&event.label())
        }
    };
    match event.app.original().trim().is_empty() {
        true => telling.sentence(),
        false => telling.words(" from ").data(&event.app).sentence(),
    }
}

fn logged_in(event: &Event) -> Telling {
    let context = &event.context;
    let mut telling = subject(event).words(" signed in");
    if let Some(application) = context.model(&["application"]) {
        telling = telling.words(" to ").named(&application);
    }
    telling = match login::Method::read(context) {
        Some(login::Method::Theirs(name)) => telling.words(" with method ").data(&name),
        Some(method) => telling.words(method.told()),
        None => telling,
    };
    match context.model(&["source"]) {
        Some(source) => telling.words(" through source ").named(&source),
        None => telling,
    }
}

fn login_failed(event: &Event) -> Telling {
    let typed = event.context.scalar(&["username"]);
    let telling = match typed.as_ref().or(event.actor.username()) {
        Some(name) => Telling::new().words("Failed sign-in for ").strong(name),
        None => Telling::new().words("Failed sign-in"),
    };
    match login::failure(event) {
        Some(reason) => telling.words(", ").words(reason),
        None => telling,
    }
}

fn logged_out(event: &Event) -> Telling {
    if event.actor == Actor::Anonymous {
        return Telling::new().words("Sign-out, though nobody was signed in");
    }
    match event.context.string(&["logout_reason"]) {
        Some(reason) => subject(event).words(" was signed out: ").data(&reason),
        None => subject(event).words(" signed out"),
    }
}

fn user_written(event: &Event) -> Telling {
    let context = &event.context;
    let created = context.flag(&["created"]) == Some(true);
    let (verb, passive) = if created {
        ("created", "was created by a flow")
    } else {
        ("wrote", "was written by a flow")
    };
    let target = context
        .scalar(&["username"])
        .or_else(|| target_of(&event.actor));
    let Some(target) = target else {
        return acted(event, verb, Telling::new().words("a user"), passive);
    };
    let user = Telling::new().words("user ").strong(&target);
    // Who enrolls, or edits the own account, is both ends of the sentence.
    match &event.actor {
        Actor::Person(person)
            if person.username != target || matches!(person.acting, Acting::OnBehalfOf(_)) =>
        {
            acted(event, verb, user, passive)
        }
        Actor::Anonymous | Actor::Person(_) | Actor::System | Actor::Unclear => Telling::new()
            .words("User ")
            .strong(&target)
            .words(" ")
            .words(passive),
    }
}

/// Whose data a flow writes when it does not name anybody.
fn target_of(actor: &Actor) -> Option<Untrusted> {
    match actor {
        Actor::Person(person) => match &person.acting {
            Acting::OnBehalfOf(other) => Some(other.clone()),
            Acting::AsSelf | Acting::AuthenticatedAs(_) | Acting::NotSignedIn => {
                Some(person.username.clone())
            }
        },
        Actor::System | Actor::Anonymous | Actor::Unclear => None,
    }
}

/// `user` is whose password it is, not who set it; only an impersonation tells both.
fn password_set(event: &Event) -> Telling {
    match &event.actor {
        Actor::Person(person) => match &person.acting {
            Acting::OnBehalfOf(_) => subject(event).words(" set a new password"),
            Acting::AuthenticatedAs(other) => Telling::new()
                .words("A new password was set for ")
                .strong(&person.username)
                .words(" in the session of ")
                .data(other),
            Acting::AsSelf | Acting::NotSignedIn => Telling::new()
                .words("A new password was set for ")
                .strong(&person.username),
        },
        Actor::System | Actor::Anonymous | Actor::Unclear => {
            Telling::new().words("A new password was set")
        }
    }
}

fn secret_viewed(event: &Event) -> Telling {
    let kind = event.context.string(&["type"]);
    let what = match kind.as_ref().map(Untrusted::original) {
        Some("private_key") => "the private key of ",
        Some("certificate") => "the certificate of ",
        Some(_) | None => "the secret of ",
    };
    let secret = match event.context.model(&["secret"]) {
        // The words before the name have said what a certificate is.
        Some(secret) if kind.is_some() => Telling::new().words(what).named(&secret),
        Some(secret) => Telling::new().words(what).kind_and_name(&secret),
        None => Telling::new().words("a secret"),
    };
    acted(event, "viewed", secret, "was viewed")
}

fn impersonated(event: &Event, words: &str) -> Telling {
    match &event.actor {
        Actor::Person(person) => {
            let telling = Telling::new()
                .data(&person.username)
                .words(" ")
                .words(words);
            match &person.acting {
                Acting::OnBehalfOf(other) => telling.strong(other),
                // The end of an impersonation does not record who was impersonated.
                Acting::AsSelf | Acting::AuthenticatedAs(_) | Acting::NotSignedIn => {
                    telling.words("another user")
                }
            }
        }
        Actor::System | Actor::Anonymous | Actor::Unclear => {
            subject(event).words(" ").words(words).words("another user")
        }
    }
}

fn policy_executed(event: &Event) -> Option<Telling> {
    let telling = policy(&event.context)?;
    let telling = match event.context.flag(&["result", "passing"]) {
        Some(true) => telling.words(" passed"),
        Some(false) => telling.words(" did not pass"),
        None => telling.words(" was evaluated"),
    };
    Some(telling.concerning(event))
}

fn policy_failed(event: &Event) -> Option<Telling> {
    let report = exceptions(&event.context).into_iter().next();
    Some(
        policy(&event.context)?
            .raised(report.as_ref())
            .concerning(event),
    )
}

fn policy(context: &Context) -> Option<Telling> {
    let name = policy_name(context)?;
    Some(Telling::new().words("Policy ").strong(&name))
}

/// The name of the policy that an event is about: an expression is known by its frame, any policy
/// by its binding, which Django prints as `Binding from GitLab #1 to Policy geo-allowlist`.
fn policy_name(context: &Context) -> Option<Untrusted> {
    let expression = || {
        exceptions(context)
            .first()?
            .expression()
            .map(|(name, _)| name)
    };
    let binding = context.model(&["binding"]).map(|binding| binding.name);
    let bound = binding.as_ref().and_then(|name| {
        let mut ends = name.original().match_indices(BOUND).filter_map(|(at, _)| {
            let (before, after) = name.original().split_at_checked(at)?;
            let order = before.rsplit_once('#')?.1;
            let numbered = !order.is_empty() && order.bytes().all(|digit| digit.is_ascii_digit());
            numbered.then(|| after.strip_prefix(BOUND)).flatten()
        });
        ends.next().map(Untrusted::new)
    });
    bound
        .or_else(expression)
        .or(binding)
        .filter(|name| !name.is_empty())
}

/// What stands between the number of a policy's binding and the policy.
const BOUND: &str = " to Policy ";

fn mapping_failed(event: &Event) -> Option<Telling> {
    let reports = exceptions(&event.context);
    let report = reports.first()?;
    let mapping = report.expression().map(|(name, _)| name);
    let telling = match mapping.or_else(|| Some(event.context.model(&["mapping"])?.name)) {
        Some(name) => Telling::new().words("Mapping ").strong(&name),
        None => Telling::new().words("A property mapping"),
    };
    Some(telling.raised(Some(report)).concerning(event))
}

fn task(context: &Context) -> Option<Telling> {
    let actor = context.string(&["actor"])?;
    // `authentik.stages.email.tasks.send_mail` is known as `send_mail`.
    let name = actor.original().rsplit('.').find(|part| !part.is_empty())?;
    Some(Telling::new().words("Task ").strong(&Untrusted::new(name)))
}

fn task_failed(context: &Context) -> Option<Telling> {
    let reports = exceptions(context);
    let report = reports.first()?;
    Some(
        task(context)
            .unwrap_or_else(|| Telling::new().words("A task"))
            .raised(Some(report))
            .because(report),
    )
}

fn system_failed(context: &Context) -> Option<Telling> {
    let reports = exceptions(context);
    let report = reports.first()?;
    let kind = report.short_kind();
    (!kind.is_empty()).then(|| Telling::new().strong(&kind).because(report))
}

fn deprecated(context: &Context) -> Option<Telling> {
    let old = context.string(&["deprecation"])?;
    let telling = Telling::new().strong(&old).words(" is deprecated");
    Some(match context.string(&["replacement"]) {
        Some(new) => telling.words(", use ").data(&new),
        None => telling,
    })
}

fn model_updated(event: &Event) -> Telling {
    let count = match changes(&event.context) {
        Changes::Fields(fields) => fields.len(),
        Changes::NotRecorded | Changes::NothingLeft | Changes::Unclear(_) => 0,
    };
    let verb = match count {
        0 => "changed".to_owned(),
        1 => "changed 1 field of".to_owned(),
        count => format!("changed {} fields of", numbered(count)),
    };
    acted(event, &verb, object(&event.context), "was changed")
}

fn email_sent(context: &Context) -> Option<Telling> {
    let recipients = context.at(&["to_email"])?;
    let mut names = recipients
        .children()
        .filter_map(|recipient| recipient.untrusted());
    let first = recipients
        .untrusted()
        .or_else(|| names.next())
        .filter(|name| !name.is_empty())?;
    let telling = match context.string(&["subject"]) {
        Some(subject) => Telling::new()
            .words("Email “")
            .data(&headline_of(&subject)?)
            .words("” sent to "),
        None => Telling::new().words("Email sent to "),
    };
    let telling = telling.strong(&first);
    Some(match names.count() {
        0 => telling,
        1 => telling.words(" and 1 other"),
        others => telling.words(&format!(" and {} others", numbered(others))),
    })
}

fn export_ready(context: &Context) -> Option<Telling> {
    let export = context
        .model(&["export"])
        .filter(|export| !export.is_nameless())?;
    Some(
        Telling::new()
            .words("Export ")
            .named(&export)
            .words(" is ready"),
    )
}

fn review(context: &Context) -> Option<Telling> {
    Telling::new()
        .words("Review of ")
        .object(context, &["target"])
}

/// Whether the account that was created is the one that acted: a flow did it for whom it enrolled.
fn enrolled(event: &Event) -> bool {
    let user = event
        .context
        .model(&["model"])
        .filter(|model| model.model_name.original() == "user");
    let own = match &event.actor {
        Actor::Person(person) => person.pk,
        Actor::System | Actor::Anonymous | Actor::Unclear => None,
    };
    user.zip(own)
        .is_some_and(|(user, own)| user.pk.original() == own.to_string())
}

fn object(context: &Context) -> Telling {
    Telling::new()
        .object(context, &["model"])
        .unwrap_or_else(|| Telling::new().words("an object"))
}

/// The first line of `message`, without the full stop that titles do not have.
fn headline(context: &Context) -> Option<Untrusted> {
    headline_of(&context.string(&["message"])?)
}

fn headline_of(text: &Untrusted) -> Option<Untrusted> {
    let line = text
        .original()
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())?;
    let line = line
        .strip_suffix('.')
        .filter(|line| !line.ends_with('.'))
        .unwrap_or(line);
    Some(Untrusted::new(line))
}

/// `subject verb object`, or `object passive` where nobody is recorded as the one who acted.
fn acted(event: &Event, verb: &str, object: Telling, passive: &str) -> Telling {
    match event.actor {
        Actor::System => object.capitalised().words(" ").words(passive),
        Actor::Anonymous | Actor::Person(_) | Actor::Unclear => {
            subject(event).words(" ").words(verb).words(" ").and(object)
        }
    }
}

/// Who acted, at the beginning of a sentence.
fn subject(event: &Event) -> Telling {
    match &event.actor {
        Actor::System | Actor::Unclear => Telling::new().words("Somebody"),
        Actor::Anonymous => Telling::new().words("An anonymous user"),
        Actor::Person(person) => {
            let telling = Telling::new().data(&person.username);
            match &person.acting {
                Acting::AsSelf | Acting::NotSignedIn => telling,
                Acting::OnBehalfOf(other) => telling.words(", as ").data(other).words(","),
                Acting::AuthenticatedAs(other) => {
                    telling.words(", in the session of ").data(other).words(",")
                }
            }
        }
    }
}

/// A sentence as it grows.
#[derive(Debug, Clone, Default)]
struct Telling(Vec<Piece>);

impl Telling {
    fn new() -> Self {
        Self::default()
    }
    fn words(mut self, words: &str) -> Self {
        match self.0.last_mut() {
            Some(Piece::Words(last)) => last.push_str(words),
            Some(Piece::Data(_) | Piece::Strong(_)) | None => {
                self.0.push(Piece::Words(words.to_owned()))
            }
        }
        self
    }
    fn data(mut self, data: &Untrusted) -> Self {
        self.0.push(Piece::Data(data.brief(LONGEST_MESSAGE)));
        self
    }
    fn strong(mut self, data: &Untrusted) -> Self {
        self.0.push(Piece::Strong(data.brief(LONGEST_NAME)));
        self
    }
    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
    /// The name of an object.
    fn named(self, model: &ModelRef) -> Self {
        self.strong(model.title())
    }
    /// `application Grafana`
    fn kind_and_name(self, model: &ModelRef) -> Self {
        self.data(&model.kind().brief(LONGEST_NAME))
            .words(" ")
            .named(model)
    }
    fn object(self, context: &Context, path: &[&str]) -> Option<Self> {
        Some(self.kind_and_name(&context.model(path)?))
    }
    /// `…, provider Grafana OIDC`, for the first of the keys whose object is not named already.
    fn about(self, context: &Context, keys: &[&str]) -> Self {
        let said = self.clone().sentence();
        let named = |model: &ModelRef| {
            said.0.iter().any(|piece| match piece {
                Piece::Words(_) => false,
                Piece::Data(text) | Piece::Strong(text) => {
                    text.original().contains(model.title().original())
                }
            })
        };
        let models = keys
            .iter()
            .filter_map(|key| Some((*key, context.model(&[key])?)));
        match models.into_iter().find(|(_, model)| !named(model)) {
            // "… used by provider" goes on with its name.
            Some((key, model)) if said.visible().ends_with(&format!(" {key}")) => {
                self.words(" ").named(&model)
            }
            Some((_, model)) => self.words(", ").kind_and_name(&model),
            None => self,
        }
    }
    fn raised(self, report: Option<&ExceptionReport>) -> Self {
        match report
            .map(ExceptionReport::short_kind)
            .filter(|kind| !kind.is_empty())
        {
            Some(kind) => self.words(" raised ").data(&kind.brief(LONGEST_NAME)),
            None => self.words(" failed"),
        }
    }
    fn because(self, report: &ExceptionReport) -> Self {
        match headline_of(&report.message) {
            Some(message) => self.words(": ").data(&message),
            None => self,
        }
    }
    /// `… for lena.kraus`: the user whom a policy was asked about.
    fn concerning(self, event: &Event) -> Self {
        let asked = event.context.scalar(&["request", "user", "username"]);
        let anonymous = event.context.flag(&["request", "user", "is_anonymous"]) == Some(true);
        match asked
            .as_ref()
            .filter(|_| !anonymous)
            .or(event.actor.username())
        {
            Some(name) => self.words(" for ").data(name),
            None if anonymous || event.actor == Actor::Anonymous => {
                self.words(" for an anonymous user")
            }
            None => self,
        }
    }
    fn capitalised(mut self) -> Self {
        match self.0.first_mut() {
            Some(Piece::Words(words)) => *words = with_capital(words),
            // A kind of object, which stands before its name.
            Some(Piece::Data(data)) => *data = Untrusted::new(with_capital(data.original())),
            Some(Piece::Strong(_)) | None => {}
        }
        self
    }
    fn sentence(self) -> Sentence {
        Sentence(self.0)
    }
}

fn with_capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
