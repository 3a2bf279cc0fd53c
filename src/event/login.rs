//! How somebody signed in, or failed to.

use super::{Actor, Context, Event};
use crate::text::Untrusted;

/// How somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// A password.
    Password,
    /// A password, and a device after it.
    PasswordAndSecondFactor,
    /// A device of the second kind alone.
    Authenticator,
    /// A passkey, without a name typed.
    Passkey,
    /// A password made for one app.
    AppPassword,
    /// A token of authentik's.
    Token,
    /// A signed token of somebody else's.
    Jwt,
    /// The secret of an OAuth client.
    ClientSecret,
    /// A TLS client certificate.
    Certificate,
    /// A device that authentik manages.
    TrustedDevice,
    /// A method that this build does not know.
    Theirs(Untrusted),
}

impl Method {
    /// Reads a `login`; `None` when no method is recorded, as after an enrollment.
    pub fn read(context: &Context) -> Option<Self> {
        let name = context.string(&["auth_method"])?;
        let devices = context.at(&["auth_method_args", "mfa_devices"]);
        let second = devices.is_some_and(|devices| !devices.is_empty());
        Some(match name.original() {
            "password" if second => Self::PasswordAndSecondFactor,
            "password" => Self::Password,
            "auth_mfa" => Self::Authenticator,
            "auth_webauthn_pwl" => Self::Passkey,
            "app_password" => Self::AppPassword,
            "token" => Self::Token,
            "jwt" => Self::Jwt,
            "oauth_client_secret" => Self::ClientSecret,
            "mtls" => Self::Certificate,
            "trusted_endpoint" => Self::TrustedDevice,
            _ => Self::Theirs(name),
        })
    }

    /// What stands behind "signed in", with a blank in front.
    pub(super) fn told(&self) -> &'static str {
        match self {
            Self::Password => " with a password",
            Self::PasswordAndSecondFactor => " with a password and a second factor",
            Self::Authenticator => " with an authenticator device",
            Self::Passkey => " with a passkey",
            Self::AppPassword => " with an app password",
            Self::Token => " with a token",
            Self::Jwt => " with a JWT",
            Self::ClientSecret => " with a client secret",
            Self::Certificate => " with a client certificate",
            Self::TrustedDevice => " from a trusted device",
            Self::Theirs(_) => "",
        }
    }

    /// What it is, for a fact; `None` for a method that this build does not know.
    pub fn words(&self) -> Option<&'static str> {
        match self {
            Self::Password => Some("Password"),
            Self::PasswordAndSecondFactor => Some("Password and second factor"),
            Self::Authenticator => Some("Authenticator device"),
            Self::Passkey => Some("Passkey"),
            Self::AppPassword => Some("App password"),
            Self::Token => Some("Token"),
            Self::Jwt => Some("JWT"),
            Self::ClientSecret => Some("Client secret"),
            Self::Certificate => Some("Client certificate"),
            Self::TrustedDevice => Some("Trusted device"),
            Self::Theirs(_) => None,
        }
    }
}

/// What was asked for when a sign-in failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Factor {
    /// A password.
    Password,
    /// A code from an app.
    Totp,
    /// A code from a printed list.
    Static,
    /// A passkey or security key.
    WebAuthn,
    /// Duo.
    Duo,
    /// A code by text message.
    Sms,
    /// A code by email.
    Email,
    /// A factor that this build does not know.
    Other(Untrusted),
}

impl Factor {
    /// Reads a `login_failed`: the device that refused, otherwise the password, which authentik
    /// records as a mask.
    pub fn read(context: &Context) -> Option<Self> {
        if let Some(class) = context.string(&["auth_method_args", "device_class"]) {
            return Some(match class.original() {
                "totp" => Self::Totp,
                "static" => Self::Static,
                "webauthn" => Self::WebAuthn,
                "duo" => Self::Duo,
                "sms" => Self::Sms,
                "email" => Self::Email,
                _ => Self::Other(class),
            });
        }
        let stage = context.model(&["stage"]);
        let password = stage.is_some_and(|stage| stage.model_name.original() == "passwordstage");
        (password || context.at(&["password"]).is_some()).then_some(Self::Password)
    }

    /// What it is, for a fact.
    pub fn words(&self) -> Option<&'static str> {
        match self {
            Self::Password => Some("Password"),
            Self::Totp => Some("One-time code (TOTP)"),
            Self::Static => Some("Recovery code (static)"),
            Self::WebAuthn => Some("Passkey or security key (WebAuthn)"),
            Self::Duo => Some("Duo"),
            Self::Sms => Some("Code by text message"),
            Self::Email => Some("Code by email"),
            Self::Other(_) => None,
        }
    }

    fn refused(&self) -> &'static str {
        match self {
            Self::Password => "wrong password",
            Self::Totp | Self::Sms | Self::Email => "wrong code",
            Self::Static => "wrong recovery code",
            Self::WebAuthn => "passkey refused",
            Self::Duo => "refused by Duo",
            Self::Other(_) => "second factor refused",
        }
    }
}

/// Whether the name that was typed belongs to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// It does.
    Exists,
    /// It does not.
    Missing,
    /// The event does not tell.
    Untold,
}

impl Account {
    /// authentik matches what was typed with an account and records it as `user`; for a name that
    /// nobody has it records the anonymous user, or one without a key.
    pub fn of(event: &Event) -> Self {
        match &event.actor {
            Actor::Person(person) if person.pk.is_some() => Self::Exists,
            Actor::Person(_) | Actor::Anonymous => Self::Missing,
            Actor::System | Actor::Unclear => Self::Untold,
        }
    }
}

/// Why a sign-in failed, in our words.
pub(super) fn failure(event: &Event) -> Option<&'static str> {
    match (Account::of(event), Factor::read(&event.context)) {
        (Account::Missing, Some(Factor::Password) | None) => Some("no such user"),
        (_, Some(factor)) => Some(factor.refused()),
        (Account::Exists | Account::Untold, None) => None,
    }
}
