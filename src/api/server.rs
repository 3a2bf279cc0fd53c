//! What kind of server answers.

use super::{Answer, Call, FromAnswer};
use crate::text::Untrusted;

/// Proof that an authentik answers at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// How the server calls itself; empty when it does not say.
    pub title: Untrusted,
}

/// The server's version, as in "2026.5.0".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub Untrusted);

/// Public configuration, asked without a token: a bad one would make it a 403.
pub fn config() -> Call<ServerConfig> {
    todo!()
}

/// The version; any account may ask.
pub fn version() -> Call<Version> {
    todo!()
}

impl FromAnswer for ServerConfig {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let _ = answer;
        todo!()
    }
}

impl FromAnswer for Version {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let _ = answer;
        todo!()
    }
}
