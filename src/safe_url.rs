//! Links out of data: only http and https survive.

use crate::text::Untrusted;

/// An address that may become a link: http or https, with a host, without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeUrl {
    href: String,
    host: String,
}

impl SafeUrl {
    /// Reads an address from data; `None` for any other scheme, for credentials, control
    /// characters, backslashes or a missing host.
    pub fn parse(text: &Untrusted) -> Option<Self> {
        let _ = text;
        todo!()
    }
    /// The address for the `href` attribute.
    pub fn href(&self) -> &str {
        &self.href
    }
    /// The host in ASCII, shown beside each link.
    pub fn host(&self) -> &str {
        &self.host
    }
}
