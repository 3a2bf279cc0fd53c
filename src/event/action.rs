//! What can happen: the one table of actions.
//!
//! An action is written nowhere else: not its wire value, not its name, not its colour. A new one
//! is one row of `known_actions!`; the compiler then stops at each place that must decide.

use crate::text::Untrusted;

/// What authentik puts before an action of its administrators' own making; on its own it is the
/// one such action that the API lets a client write.
const CUSTOM_PREFIX: &str = "custom_";

/// Which part of authentik an action belongs to; decides the tile's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Signing in and out.
    Auth,
    /// Access to secrets, applications and other accounts.
    Access,
    /// Changed objects.
    Change,
    /// Flows, policies, reviews.
    Policy,
    /// The server itself.
    System,
    /// Something broke.
    Error,
    /// Written by an administrator's own code, or by a newer server.
    Custom,
}

/// How much an action wants to be seen; decides the row's edge and the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Expected every day.
    Routine,
    /// Something is different now.
    Change,
    /// Worth a look.
    Warning,
    /// Broken or hostile.
    Error,
}

/// What happened. Reading never fails: a name that this build does not know is kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventAction {
    /// One of the server's own.
    Known(KnownAction),
    /// `custom_<name>`, prefix removed; the name is never empty.
    Custom(Untrusted),
    /// A newer server's.
    Unknown(Untrusted),
}

/// Makes [`KnownAction`] and its readings out of the table below.
macro_rules! known_actions {
    ($($variant:ident = $wire:literal, $label:literal, $family:ident, $severity:ident, since $since:literal,
        $meaning:literal;)*) => {
        /// An action of the server's `EventActions` list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum KnownAction {
            $(#[doc = $meaning] $variant,)*
        }

        impl KnownAction {
            /// All, in the order of the server's schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The value on the wire.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }
            /// Our name for it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
            /// Its family.
            pub fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)* }
            }
            /// Its severity.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
            /// What it means, in one sentence, for the create form.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
            /// First authentik release that knows it, as in "2023.1", the oldest one looked at.
            pub fn since(self) -> &'static str {
                match self { $(Self::$variant => $since,)* }
            }
            /// By wire value, exactly as written; `None` for anything else.
            pub fn from_wire(wire: &str) -> Option<Self> {
                match wire { $($wire => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

// One row an action, in the order of the server's schema (`EventActions`):
// variant = wire value, label, family, severity, first release, meaning.
known_actions! {
    Login = "login", "Login", Auth, Routine, since "2023.1",
        "A person or a client signed in.";
    LoginFailed = "login_failed", "Login failed", Auth, Warning, since "2023.1",
        "A sign-in was refused, for a wrong password or another failed factor.";
    Logout = "logout", "Logout", Auth, Routine, since "2023.1",
        "A user signed out, or authentik ended a session that moved to another place.";
    UserWrite = "user_write", "User written", Change, Change, since "2023.1",
        "A flow wrote the data of a user, new or existing.";
    SuspiciousRequest = "suspicious_request", "Suspicious request", Access, Error, since "2023.1",
        "A request was refused as malformed or hostile, or used a revoked token.";
    PasswordSet = "password_set", "Password set", Auth, Change, since "2023.1",
        "The password of a user was set.";
    SecretView = "secret_view", "Secret viewed", Access, Warning, since "2023.1",
        "Somebody looked at a token, a certificate or a private key.";
    SecretRotate = "secret_rotate", "Secret rotated", Access, Change, since "2023.1",
        "authentik gave an expired token a new key.";
    InvitationUsed = "invitation_used", "Invitation used", Auth, Change, since "2023.1",
        "Somebody used an invitation to enroll.";
    AuthorizeApplication = "authorize_application", "Application authorized", Access, Routine, since "2023.1",
        "A user was let into an application.";
    SourceLinked = "source_linked", "Source linked", Auth, Change, since "2023.1",
        "A user linked their account to an external source.";
    ImpersonationStarted = "impersonation_started", "Impersonation started", Access, Warning, since "2023.1",
        "An administrator began acting as another user.";
    ImpersonationEnded = "impersonation_ended", "Impersonation ended", Access, Warning, since "2023.1",
        "An administrator stopped acting as another user.";
    FlowExecution = "flow_execution", "Flow executed", Policy, Routine, since "2023.1",
        "A flow was run. authentik itself never writes this one.";
    PolicyExecution = "policy_execution", "Policy executed", Policy, Routine, since "2023.1",
        "A policy with execution logging was evaluated.";
    PolicyException = "policy_exception", "Policy exception", Error, Error, since "2023.1",
        "A policy raised an error while it was evaluated.";
    PropertyMappingException = "property_mapping_exception", "Mapping exception", Error, Error, since "2023.1",
        "A property mapping raised an error while it was evaluated.";
    SystemTaskExecution = "system_task_execution", "Task executed", System, Routine, since "2023.1",
        "A background task ran. authentik itself never writes this one.";
    SystemTaskException = "system_task_exception", "Task exception", Error, Error, since "2023.1",
        "A background task raised an error.";
    SystemException = "system_exception", "System exception", Error, Error, since "2023.1",
        "authentik raised an error of its own.";
    ConfigurationError = "configuration_error", "Configuration error", Error, Error, since "2023.1",
        "Something is set up wrongly, in authentik or in what talks to it.";
    ConfigurationWarning = "configuration_warning", "Configuration warning", System, Warning, since "2026.2",
        "Something in use is deprecated and will stop working.";
    ModelCreated = "model_created", "Model created", Change, Change, since "2023.1",
        "An object, such as a user or an application, was created.";
    ModelUpdated = "model_updated", "Model updated", Change, Change, since "2023.1",
        "An object, such as a user or an application, was changed.";
    ModelDeleted = "model_deleted", "Model deleted", Change, Change, since "2023.1",
        "An object, such as a user or an application, was deleted.";
    EmailSent = "email_sent", "Email sent", System, Routine, since "2023.1",
        "authentik sent an email.";
    UpdateAvailable = "update_available", "Update available", System, Routine, since "2023.1",
        "A newer release of authentik can be installed.";
    ExportReady = "export_ready", "Export ready", System, Routine, since "2025.12",
        "A data export can be downloaded.";
    ReviewInitiated = "review_initiated", "Review started", Policy, Routine, since "2026.2",
        "An object came up for review.";
    ReviewOverdue = "review_overdue", "Review overdue", Policy, Warning, since "2026.2",
        "A review was not finished in time.";
    ReviewAttested = "review_attested", "Review attested", Policy, Change, since "2026.2",
        "A reviewer confirmed an object. authentik itself never writes this one.";
    ReviewCompleted = "review_completed", "Review completed", Policy, Change, since "2026.2",
        "The review of an object was finished.";
    CustomPrefix = "custom_", "Custom action", Custom, Routine, since "2023.1",
        "An event of your own. The API stores the action literally as “custom_”.";
}

impl KnownAction {
    /// The id of its icon in the sprite, without `#i-`: its wire value, and `custom` for the prefix.
    pub fn icon(self) -> &'static str {
        match self {
            Self::CustomPrefix => Family::Custom.name(),
            known => known.wire(),
        }
    }
}

impl Family {
    /// All, in the order of menus.
    pub const ALL: [Self; 7] = [
        Self::Auth,
        Self::Access,
        Self::Change,
        Self::Policy,
        Self::System,
        Self::Error,
        Self::Custom,
    ];
    /// The value of `data-family`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Access => "access",
            Self::Change => "change",
            Self::Policy => "policy",
            Self::System => "system",
            Self::Error => "error",
            Self::Custom => "custom",
        }
    }
    /// The head of its group in menus.
    pub fn label(self) -> &'static str {
        match self {
            Self::Auth => "Authentication",
            Self::Access => "Access",
            Self::Change => "Model changes",
            Self::Policy => "Policy and flow",
            Self::System => "System",
            Self::Error => "Errors",
            Self::Custom => "Custom",
        }
    }
}

impl Severity {
    /// The value of `data-sev`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Routine => "info",
            Self::Change => "change",
            Self::Warning => "warn",
            Self::Error => "error",
        }
    }
    /// Words for those who do not see the colour; `None` where the colour says nothing either.
    pub fn spoken(self) -> Option<&'static str> {
        match self {
            Self::Routine | Self::Change => None,
            Self::Warning => Some("warning"),
            Self::Error => Some("error"),
        }
    }
}

impl EventAction {
    /// Reads a wire value.
    pub fn read(wire: &str) -> Self {
        if let Some(known) = KnownAction::from_wire(wire) {
            return Self::Known(known);
        }
        match wire.strip_prefix(CUSTOM_PREFIX) {
            Some(name) => Self::Custom(Untrusted::new(name)),
            None => Self::Unknown(Untrusted::new(wire)),
        }
    }
    /// The wire value, as it came.
    pub fn wire(&self) -> Untrusted {
        match self {
            Self::Known(known) => Untrusted::new(known.wire()),
            Self::Custom(name) => Untrusted::new(format!("{CUSTOM_PREFIX}{}", name.original())),
            Self::Unknown(wire) => wire.clone(),
        }
    }
    /// Its name: ours, or the custom name with blanks for underscores and a capital, or the raw name;
    /// "No action" where there is none.
    pub fn label(&self) -> Untrusted {
        match self {
            Self::Known(known) => Untrusted::new(known.label()),
            Self::Custom(name) => spaced(name),
            Self::Unknown(wire) if wire.original().trim().is_empty() => Untrusted::new("No action"),
            Self::Unknown(wire) => wire.clone(),
        }
    }
    /// Its family; custom for what this build does not know.
    pub fn family(&self) -> Family {
        match self {
            Self::Known(known) => known.family(),
            Self::Custom(_) | Self::Unknown(_) => Family::Custom,
        }
    }
    /// Its severity; routine for what this build does not know.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Known(known) => known.severity(),
            Self::Custom(_) | Self::Unknown(_) => Severity::Routine,
        }
    }
    /// The id of its icon in the sprite, without `#i-`.
    pub fn icon(&self) -> &'static str {
        match self {
            Self::Known(known) => known.icon(),
            Self::Custom(_) | Self::Unknown(_) => Family::Custom.name(),
        }
    }
}

/// `door_opened` → `Door opened`; a name of underscores alone stays as it is.
pub(super) fn spaced(name: &Untrusted) -> Untrusted {
    let words = name.original().replace('_', " ");
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => Untrusted::new(first.to_uppercase().chain(letters).collect::<String>()),
        None => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_action_reads_back() {
        for known in KnownAction::ALL {
            assert_eq!(EventAction::read(known.wire()), EventAction::Known(*known));
            assert_eq!(EventAction::Known(*known).wire().original(), known.wire());
            assert!(
                known.meaning().ends_with('.'),
                "{known:?} says no whole sentence"
            );
        }
        assert_eq!(KnownAction::ALL.len(), 33);
    }

    #[test]
    fn names_keep_their_text_and_read_well() {
        let check = |wire: &str, label: &str, family: Family| {
            let action = EventAction::read(wire);
            assert_eq!(action.label().original(), label);
            assert_eq!(action.family(), family);
            assert_eq!(action.wire().original(), wire);
        };
        check("login_failed", "Login failed", Family::Auth);
        check("custom_", "Custom action", Family::Custom);
        check("custom_door_opened", "Door opened", Family::Custom);
        check(
            "custom_static_authenticator_disable",
            "Static authenticator disable",
            Family::Custom,
        );
        check("custom_éclair", "Éclair", Family::Custom);
        check("custom____", "___", Family::Custom);
        check("Login", "Login", Family::Custom);
        check("zzz_new", "zzz_new", Family::Custom);
        check("", "No action", Family::Custom);
    }
}
