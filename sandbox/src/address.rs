//! Internet addresses as Django's serializer field and PostgreSQL's `inet` take them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest IPv6 text that Django looks at.
const LONGEST_IPV6: usize = 39;

/// Reads an address that a client sent for storing: trimmed if it is IPv4, in its shortest form,
/// without a zone, an IPv4 address in IPv6 clothes unpacked. `None` is "Enter a valid IPv4 or
/// IPv6 address."
#[must_use]
pub fn parse_sent(text: &str) -> Option<String> {
    if text.contains(':') {
        let address = ipv6(text)?;
        return Some(match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => shortest(address),
        });
    }
    Some(ipv4(text.trim_matches(crate::text::is_python_blank))?.to_string())
}

/// Reads an address that a filter compares with, as PostgreSQL's adapter does. `None` crashes the
/// request.
#[must_use]
pub fn parse_filter(text: &str) -> Option<String> {
    if text.contains(':') {
        let address = ipv6(text)?;
        return Some(match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => shortest(address),
        });
    }
    Some(ipv4(text)?.to_string())
}

/// Python's dotted quad: four decimal numbers without leading zeros.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    text.parse().ok()
}

fn ipv6(text: &str) -> Option<Ipv6Addr> {
    if text.len() > LONGEST_IPV6 {
        return None;
    }
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    if zone.is_some_and(|zone| zone.is_empty() || zone.contains('%')) {
        return None;
    }
    address.parse().ok()
}

/// Python writes every IPv6 address in hexadecimal; Rust shows an embedded IPv4 one with dots.
fn shortest(address: Ipv6Addr) -> String {
    let text = address.to_string();
    if !text.contains('.') {
        return text;
    }
    let [.., high, low] = address.segments();
    let head = text
        .rfind(':')
        .and_then(|colon| text.get(..=colon))
        .unwrap_or("::");
    if high == 0 {
        format!("{head}{low:x}")
    } else {
        format!("{head}{high:x}:{low:x}")
    }
}

/// Bytes that sort as `inet` does: IPv4 before IPv6, then by value. `None` for what is no address.
#[must_use]
pub fn sort_key(text: &str) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(17);
    match text.parse().ok()? {
        IpAddr::V4(address) => {
            key.push(4);
            key.extend(address.octets());
        }
        IpAddr::V6(address) => {
            key.push(6);
            key.extend(address.octets());
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as Django REST framework's field answered it.
    #[test]
    fn sent_addresses_are_normalised_or_refused_as_in_django() {
        let rows = [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1 ", Some("192.0.2.1")),
            ("\t192.0.2.1\n", Some("192.0.2.1")),
            ("::1", Some("::1")),
            (" ::1", None),
            ("::1 ", None),
            ("fe80::1%eth0", Some("fe80::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("::ffff:c000:201", Some("192.0.2.1")),
            ("::FFFF:0:0", Some("0.0.0.0")),
            (
                "2001:0DB8:0000:0000:0000:0000:0000:0001",
                Some("2001:db8::1"),
            ),
            ("2001:db8:0:0:1:0:0:1", Some("2001:db8::1:0:0:1")),
            ("2001:0:0:1:0:0:0:1", Some("2001:0:0:1::1")),
            ("::192.0.2.1", Some("::c000:201")),
            ("64:ff9b::192.0.2.33", Some("64:ff9b::c000:221")),
            ("0:0:0:0:0:0:0:0", Some("::")),
            ("0000:0000:0000:0000:0000:ffff:192.168.100.228", None),
            ("192.0.2.1:80", None),
            ("192.0.2.0/24", None),
            ("[2001:db8::1]", None),
            ("192.000.002.001", None),
            ("256.1.1.1", None),
            ("1.2.3", None),
            ("1::2::3", None),
            (":", None),
            ("::1%", None),
            ("fe80::1%a%b", None),
            ("not-an-ip", None),
            ("１.2.3.4", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse_sent(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(parse_filter(" 192.0.2.1"), None);
        assert!(sort_key("203.0.113.9") < sort_key("::1"));
        assert!(sort_key("9.9.9.9") < sort_key("10.0.0.1"));
    }
}
