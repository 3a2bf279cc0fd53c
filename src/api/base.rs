//! Where the API lives.

use std::fmt;

/// The address of an authentik server: an https origin (http on loopback hosts) with an optional
/// path before `/api/v3/`, without a slash at its end. Data never makes one: only the page's own
/// origin and what a person typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiBase(String);

/// Why a text is no address of a server, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaseProblem(&'static str);

impl fmt::Display for BaseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl ApiBase {
    /// Reads an address as typed: blanks around it, a missing `https://`, upper case, slashes at
    /// the end and a copied `/api/v3/…` or `/if/…` path are forgiven.
    ///
    /// # Errors
    /// [`BaseProblem`] says what to change.
    pub fn parse(typed: &str) -> Result<Self, BaseProblem> {
        let _ = typed;
        todo!()
    }
    /// As in `https://id.example.com` or `https://example.com/authentik`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// As in `id.example.com:9443`: what messages call the server.
    pub fn host(&self) -> &str {
        todo!()
    }
    /// The address of a path below `/api/v3/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v3/{path}", self.0)
    }
    /// The key under which a session with this server is kept; tells servers apart, hides nothing.
    pub fn session_key(&self) -> String {
        todo!()
    }
}
