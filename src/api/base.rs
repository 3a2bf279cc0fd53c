//! Where the API lives.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The address of an authentik server: an https origin (http on loopback hosts) with an optional
/// path before `/api/v3/`, without a slash at its end. Data never makes one: only the page's own
/// origin and what a person typed.
///
/// ```
/// use eventide::api::ApiBase;
///
/// let base = ApiBase::parse(" id.example.com/if/admin/ ").unwrap();
/// assert_eq!(base.as_str(), "https://id.example.com");
/// assert_eq!(base.url("core/users/me/"), "https://id.example.com/api/v3/core/users/me/");
/// assert!(ApiBase::parse("http://id.example.com").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiBase {
    text: String,
    /// Length of `https://`.
    scheme: usize,
    /// Where the host with its port ends in `text`.
    host_end: usize,
}

/// Why a text is no address of a server, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseProblem {
    /// Nothing was typed.
    Empty,
    /// Another scheme than http and https.
    Scheme,
    /// http to a host that is not this computer.
    NotSecure,
    /// A user name or password before the host.
    Credentials,
    /// A question mark or a number sign.
    Query,
    /// No host, or characters that no host has.
    Host,
    /// Not a port from 1 to 65535.
    Port,
    /// Characters that no path of a server has.
    Path,
}

impl fmt::Display for BaseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Enter the address of your authentik server, as in https://id.example.com.",
            Self::Scheme => "The address must start with https://.",
            Self::NotSecure => {
                "Use https://. Over http:// anyone on the way could read the token; it is accepted for this computer only."
            }
            Self::Credentials => "Leave out what stands before the @. The token below is all that is needed.",
            Self::Query => "Leave out everything from the ? or # on.",
            Self::Host => {
                "This is not the name of a server. Use letters, digits, hyphens and dots; write international names in their xn-- form."
            }
            Self::Port => "The port after the colon must be a number from 1 to 65535.",
            Self::Path => "The path after the server may hold letters, digits, hyphens, dots and slashes only.",
        })
    }
}

impl ApiBase {
    /// Reads an address as typed: blanks around it, a missing `https://`, upper case, slashes at
    /// the end and a copied `/api/v3/…` or `/if/…` path are forgiven.
    ///
    /// # Errors
    /// [`BaseProblem`] says what to change.
    pub fn parse(typed: &str) -> Result<Self, BaseProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(BaseProblem::Empty);
        }
        let (scheme, rest) = match typed.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some("https"), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some("http"), rest),
            Some(_) => return Err(BaseProblem::Scheme),
            None => (None, typed),
        };
        if rest.contains(['?', '#']) {
            return Err(BaseProblem::Query);
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(BaseProblem::Credentials);
        }
        let (host, port) = host_and_port(authority)?;
        let host = host.to_ascii_lowercase();
        check_host(&host)?;
        let scheme = match (scheme, is_loopback(&host)) {
            (Some("http"), false) => return Err(BaseProblem::NotSecure),
            // Development servers on this computer have no certificate as a rule.
            (None, true) => "http",
            (Some(scheme), _) => scheme,
            (None, false) => "https",
        };
        let port = match (scheme, port) {
            ("https", Some(443)) | ("http", Some(80)) | (_, None) => String::new(),
            (_, Some(port)) => format!(":{port}"),
        };
        let path = server_path(path)?;
        let scheme_end = scheme.len().saturating_add("://".len());
        let authority = format!("{host}{port}");
        Ok(Self {
            host_end: scheme_end.saturating_add(authority.len()),
            scheme: scheme_end,
            text: format!("{scheme}://{authority}{path}"),
        })
    }
    /// As in `https://id.example.com` or `https://example.com/authentik`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// As in `id.example.com:9443`: what messages call the server.
    pub fn host(&self) -> &str {
        self.text
            .get(self.scheme..self.host_end)
            .unwrap_or(&self.text)
    }
    /// As in `https://id.example.com:9443`: what a browser compares.
    pub fn origin(&self) -> &str {
        self.text.get(..self.host_end).unwrap_or(&self.text)
    }
    /// The address of a path below `/api/v3/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v3/{path}", self.text)
    }
    /// The key under which a session with this server is kept; tells servers apart, hides nothing.
    pub fn session_key(&self) -> String {
        self.key("session")
    }
    /// The key of what all tabs with a session share: see [`crate::presence::Heartbeat`].
    pub fn presence_key(&self) -> String {
        self.key("presence")
    }
    /// The key under which a tab notes whose session it was: a draft is theirs.
    pub fn user_key(&self) -> String {
        self.key("user")
    }
    /// The key under which the draft of an event for this server is kept.
    pub fn draft_key(&self) -> String {
        self.key("draft")
    }

    fn key(&self, what: &str) -> String {
        // FNV-1a, 64 bits.
        let hash = self
            .text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("eventide.{hash:016x}.{what}")
    }
}

/// Splits `host:port`. An IPv6 address has colons of its own and stands in brackets.
fn host_and_port(authority: &str) -> Result<(&str, Option<u16>), BaseProblem> {
    let host_end = match authority.rfind(']') {
        Some(bracket) => bracket.saturating_add(1),
        None if authority.starts_with('[') => return Err(BaseProblem::Host),
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority
        .split_at_checked(host_end)
        .ok_or(BaseProblem::Host)?;
    if port.is_empty() {
        return Ok((host, None));
    }
    let digits = port.strip_prefix(':').ok_or(BaseProblem::Host)?;
    // `parse` alone would take "+443".
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BaseProblem::Port);
    }
    match digits.parse::<u16>() {
        Ok(0) | Err(_) => Err(BaseProblem::Port),
        Ok(port) => Ok((host, Some(port))),
    }
}

fn check_host(host: &str) -> Result<(), BaseProblem> {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return address
            .parse::<Ipv6Addr>()
            .map(|_| ())
            .map_err(|_| BaseProblem::Host);
    }
    let named = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    // Browsers read a last label of digits as an IPv4 address, in notations that nobody means.
    let numeric = host.rsplit('.').next().is_some_and(|last| {
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.strip_prefix("0x").is_some()
    });
    let good = host.len() <= 253
        && host.split('.').all(named)
        && (!numeric || host.parse::<Ipv4Addr>().is_ok());
    if good { Ok(()) } else { Err(BaseProblem::Host) }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || host == "[::1]"
}

/// The path before `/api/v3/`, with a slash before it and none behind.
fn server_path(typed: &str) -> Result<String, BaseProblem> {
    let mut path = String::new();
    for segment in typed.split('/').filter(|segment| !segment.is_empty()) {
        // Where a page of authentik or its API starts, the server's own path is over.
        if matches!(segment, "api" | "if") {
            break;
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if segment.starts_with('.') || !segment.bytes().all(plain) {
            return Err(BaseProblem::Path);
        }
        path.push('/');
        path.push_str(segment);
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_type_it() {
        let check = |typed: &str, expected: &str| {
            assert_eq!(
                ApiBase::parse(typed).unwrap().as_str(),
                expected,
                "{typed:?}"
            )
        };
        check("https://id.example.com", "https://id.example.com");
        check("  https://id.example.com/ \n", "https://id.example.com");
        check("id.example.com", "https://id.example.com");
        check("HTTPS://ID.Example.COM:443/", "https://id.example.com");
        check("https://id.example.com:9443", "https://id.example.com:9443");
        check(
            "https://id.example.com/authentik//",
            "https://id.example.com/authentik",
        );
        check(
            "https://id.example.com/api/v3/events/events/",
            "https://id.example.com",
        );
        check(
            "https://id.example.com/sso/api/v3/",
            "https://id.example.com/sso",
        );
        check("https://id.example.com/if/admin/", "https://id.example.com");
        check("xn--bcher-kva.example", "https://xn--bcher-kva.example");
        check("10.0.0.1", "https://10.0.0.1");
        check(
            "https://[2001:DB8::1]:9443/x",
            "https://[2001:db8::1]:9443/x",
        );
        check("localhost:9000", "http://localhost:9000");
        check("https://localhost:9443", "https://localhost:9443");
        check("http://127.0.0.1:80", "http://127.0.0.1");
        check("http://[::1]:9000", "http://[::1]:9000");
        check("auth.localhost", "http://auth.localhost");
    }

    #[test]
    fn an_address_that_could_leak_or_mislead_is_refused() {
        let check = |typed: &str, expected: BaseProblem| {
            assert_eq!(ApiBase::parse(typed), Err(expected), "{typed:?}")
        };
        check("", BaseProblem::Empty);
        check("   ", BaseProblem::Empty);
        check("ftp://id.example.com", BaseProblem::Scheme);
        check("javascript://%0aalert(1)", BaseProblem::Scheme);
        check("http://id.example.com", BaseProblem::NotSecure);
        check("http://localhost.example.com", BaseProblem::NotSecure);
        check("http://127.0.0.1.example.com", BaseProblem::NotSecure);
        check("http://192.168.1.2:9000", BaseProblem::NotSecure);
        check(
            "https://admin:secret@id.example.com",
            BaseProblem::Credentials,
        );
        check(
            "https://bank.example@evil.example",
            BaseProblem::Credentials,
        );
        check("https://id.example.com?token=x", BaseProblem::Query);
        check("https://id.example.com/#/if", BaseProblem::Query);
        check("https://", BaseProblem::Host);
        check("https:///path", BaseProblem::Host);
        check("https://id .example.com", BaseProblem::Host);
        check(
            "https://id.example.com\\@evil.example",
            BaseProblem::Credentials,
        );
        check("https://id.example.com\\evil", BaseProblem::Host);
        check("https://idé.example", BaseProblem::Host);
        check("https://id\u{200b}.example", BaseProblem::Host);
        check("https://id..example", BaseProblem::Host);
        check("http://0x7f.1", BaseProblem::Host);
        check("http://127.1", BaseProblem::Host);
        check("http://2130706433", BaseProblem::Host);
        check("https://[::1", BaseProblem::Host);
        check("https://[nonsense]", BaseProblem::Host);
        check("https://[::1]x", BaseProblem::Host);
        check("https://id.example.com:", BaseProblem::Port);
        check("https://id.example.com:0", BaseProblem::Port);
        check("https://id.example.com:65536", BaseProblem::Port);
        check("https://id.example.com:+443", BaseProblem::Port);
        check("https://id.example.com/../x", BaseProblem::Path);
        check("https://id.example.com/a b", BaseProblem::Path);
        check("https://id.example.com/%2e%2e/", BaseProblem::Path);
    }

    #[test]
    fn every_problem_says_what_to_change() {
        use BaseProblem as P;
        for problem in [
            P::Empty,
            P::Scheme,
            P::NotSecure,
            P::Credentials,
            P::Query,
            P::Host,
            P::Port,
            P::Path,
        ] {
            assert!(problem.to_string().ends_with('.'), "{problem:?}");
        }
    }

    #[test]
    fn what_is_accepted_is_accepted_again_unchanged() {
        for typed in [
            "id.example.com/a/b",
            "http://localhost:9000",
            "https://[::1]:9443/x",
        ] {
            let base = ApiBase::parse(typed).unwrap();
            assert_eq!(ApiBase::parse(base.as_str()), Ok(base));
        }
    }

    #[test]
    fn servers_have_keys_of_their_own() {
        let key = |typed: &str| ApiBase::parse(typed).unwrap().session_key();
        assert_eq!(key("id.example.com"), key("https://ID.example.com/"));
        assert_ne!(key("id.example.com"), key("id.example.com/other"));
        assert_eq!(
            key("id.example.com").len(),
            "eventide.0123456789abcdef.session".len()
        );
    }

    #[test]
    fn messages_name_the_host_and_browsers_compare_the_origin() {
        let base = ApiBase::parse("https://id.example.com:9443/sso").unwrap();
        assert_eq!(base.host(), "id.example.com:9443");
        assert_eq!(base.origin(), "https://id.example.com:9443");
        assert_eq!(
            base.url("root/config/"),
            "https://id.example.com:9443/sso/api/v3/root/config/"
        );
    }
}
