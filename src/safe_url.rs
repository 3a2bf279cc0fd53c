//! Links out of data: only http and https survive.
//!
//! What a link shows as its host must be where the browser goes. So every address that a browser
//! would repair, map or read in its own way is refused here instead: backslashes, blanks, missing
//! slashes, percent signs or other scripts in the host, numbers that stand for an IPv4 address.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::text::Untrusted;

/// Longer addresses are no links.
const LONGEST: usize = 4096;

/// An address that may become a link: http or https, with a host, without credentials.
///
/// ```
/// use eventide::{safe_url::SafeUrl, text::Untrusted};
///
/// let url = SafeUrl::parse(&Untrusted::new("HTTPS://Docs.Example:8443/a?b#c")).unwrap();
/// assert_eq!(url.href(), "https://docs.example:8443/a?b#c");
/// assert_eq!(url.host(), "docs.example:8443");
/// assert!(SafeUrl::parse(&Untrusted::new("https://bank.example@evil.example/")).is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeUrl {
    href: String,
    host: String,
}

impl SafeUrl {
    /// Reads an address from data; `None` for any other scheme, for credentials, control
    /// characters, white space, characters that cannot be seen, backslashes, a missing host and a
    /// host that is not in ASCII (`xn--…` is: its readable form could imitate another one).
    pub fn parse(text: &Untrusted) -> Option<Self> {
        let address = text.original();
        let odd = |character: char| {
            character.is_whitespace() || character.is_control() || character == '\\'
        };
        if address.len() > LONGEST || address.contains(odd) || text.hides_something() {
            return None;
        }
        let (scheme, rest) = address.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => "http",
            "https" => "https",
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let host = host(authority)?;
        Some(Self {
            href: format!("{scheme}://{host}{path}"),
            host,
        })
    }
    /// The address for the `href` attribute.
    pub fn href(&self) -> &str {
        &self.href
    }
    /// The host in ASCII, with its port if it names one; shown beside each link.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Host and port in the one form that every browser reads alike.
fn host(authority: &str) -> Option<String> {
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let port = match port {
        None => String::new(),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!(":{}", digits.parse::<u16>().ok()?)
        }
        Some(_) => return None,
    };
    if let Some(inner) = name.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]{port}"));
    }
    let name = name.to_ascii_lowercase();
    let mut labels = name.strip_suffix('.').unwrap_or(&name).split('.');
    let fits = |label: &str| {
        let letters = label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        !label.is_empty() && label.len() <= 63 && letters
    };
    let last = labels.clone().next_back()?;
    // Browsers read a host that ends in a number as an IPv4 address, even `0x7f.1`.
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
    let fine =
        labels.all(fits) && name.len() <= 253 && (!numeric || name.parse::<Ipv4Addr>().is_ok());
    fine.then(|| format!("{name}{port}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        SafeUrl::parse(&Untrusted::new(text)).map(|url| (url.href, url.host))
    }

    #[test]
    fn plain_addresses_become_links() {
        let table = [
            (
                "https://goauthentik.io",
                "https://goauthentik.io",
                "goauthentik.io",
            ),
            ("http://a.example/x", "http://a.example/x", "a.example"),
            (
                "HTTPS://A.Example:443/Path?Q=1#F",
                "https://a.example:443/Path?Q=1#F",
                "a.example:443",
            ),
            (
                "https://xn--80ak6aa92e.com/",
                "https://xn--80ak6aa92e.com/",
                "xn--80ak6aa92e.com",
            ),
            (
                "https://192.0.2.1:9443/",
                "https://192.0.2.1:9443/",
                "192.0.2.1:9443",
            ),
            (
                "https://[2001:DB8::1]:80/x",
                "https://[2001:db8::1]:80/x",
                "[2001:db8::1]:80",
            ),
            ("https://[::1]", "https://[::1]", "[::1]"),
            ("https://localhost?x", "https://localhost?x", "localhost"),
            (
                "https://example.com./",
                "https://example.com./",
                "example.com.",
            ),
            (
                "https://under_score.example/",
                "https://under_score.example/",
                "under_score.example",
            ),
            (
                "https://a.example/@b/c:d",
                "https://a.example/@b/c:d",
                "a.example",
            ),
            (
                "https://a.example/größe",
                "https://a.example/größe",
                "a.example",
            ),
            (
                "https://a.example?next=https://b@c",
                "https://a.example?next=https://b@c",
                "a.example",
            ),
            ("https://3com.com", "https://3com.com", "3com.com"),
        ];
        for (text, href, host) in table {
            assert_eq!(
                read(text),
                Some((href.to_owned(), host.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_stays_text() {
        let table = [
            "",
            "example.com",
            "/if/admin/#/x",
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https:/evil.example",
            "https:///evil.example",
            "https://",
            "https://?x",
            "https://#x",
            "https://:80/",
            "https://a.example:/",
            "https://a.example:x/",
            "https://a.example:65536/",
            "https://a.example:80:80/",
            "javascript:alert(1)",
            "javascript://a.example/%0aalert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "blob:https://a.example/x",
            "file:///etc/passwd",
            "ftp://a.example/",
            "https+x://a.example/",
            " https://a.example",
            "https://a.example ",
            "https://a.example/a b",
            "https://a.example/a\nb",
            "https://a.example/\u{202e}gpj.exe",
            "https://a.example/\u{a0}",
            "https://bank.example@evil.example/",
            "https://user:pass@evil.example/",
            "https://@evil.example/",
            "https://bank.example\\@evil.example/",
            "https://evil.example\\.bank.example/",
            "https://аpple.com/",
            "https://ａ.example/",
            "https://evil.example／bank.example",
            "https://evil.example。com/",
            "https://evil%2eexample/",
            "https://%65vil.example/",
            "https://a..example/",
            "https://.example/",
            "https://a.example../",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://192.168.010.1/",
            "https://1.2.3.4./",
            "https://256.1.1.1/",
            "https://[::1/",
            "https://[::1%25eth0]/",
            "https://[x]/",
            "https://<b>/",
            "https://a.example<script>/",
        ];
        for text in table {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(
            read(&format!("https://a.example/{}", "x".repeat(LONGEST))),
            None
        );
        assert_eq!(read(&format!("https://{}.example/", "x".repeat(64))), None);
    }

    proptest! {
        #[test]
        fn a_link_leads_where_its_host_says(text in any::<String>(), shaped in "[htpsHTPS:/]{0,3}(https?://)?[a-z0-9.:@\\[\\]\\\\%/?# é\u{202e}-]{0,30}") {
            for text in [text, shaped] {
                if let Some((href, host)) = read(&text) {
                    let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"));
                    let rest = rest.and_then(|rest| rest.strip_prefix(host.as_str()));
                    prop_assert!(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])));
                    prop_assert!(host.is_ascii() && !host.is_empty() && !host.contains(['@', '/', '\\', '%']));
                    prop_assert_eq!(read(&href), Some((href.clone(), host)));
                }
            }
        }
    }
}
