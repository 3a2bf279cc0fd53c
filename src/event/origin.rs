//! Where an event came from: what its address says by itself, and what the server looked up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Context, country};
use crate::text::Untrusted;

/// What an address says without any look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// Somewhere on the internet.
    Public,
    /// authentik writes the broadcast address where it could not find the client's.
    Undetermined,
    /// The machine itself.
    Loopback,
    /// A network of somebody's own.
    Private,
    /// A single cable or radio.
    LinkLocal,
    /// Shared by the customers of a carrier.
    Shared,
    /// Kept for examples, never on the internet.
    Documentation,
    /// No sender can have it.
    Impossible,
    /// No address at all.
    NoAddress,
}

impl AddressKind {
    /// Reads an address, of either version and without a port.
    pub fn of(address: &Untrusted) -> Self {
        match address
            .original()
            .parse::<IpAddr>()
            .map(|address| address.to_canonical())
        {
            Ok(IpAddr::V4(address)) => Self::of_v4(address),
            Ok(IpAddr::V6(address)) => Self::of_v6(address),
            Err(_) => Self::NoAddress,
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            _ if address.is_broadcast() => Self::Undetermined,
            _ if address.is_loopback() => Self::Loopback,
            _ if address.is_private() => Self::Private,
            _ if address.is_link_local() => Self::LinkLocal,
            _ if address.is_documentation() => Self::Documentation,
            [100, 64..=127, ..] => Self::Shared,
            [0, ..] | [224..=255, ..] => Self::Impossible,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            _ if address.is_loopback() => Self::Loopback,
            _ if address.is_unique_local() => Self::Private,
            _ if address.is_unicast_link_local() => Self::LinkLocal,
            [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Self::Documentation,
            _ if address.is_unspecified() || address.is_multicast() => Self::Impossible,
            _ => Self::Public,
        }
    }

    /// A few words for a row, where a network's name would stand; `None` where there is nothing to
    /// say in its place.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Undetermined => Some("Not determined"),
            Self::Loopback => Some("The server itself"),
            Self::Private => Some("Private network"),
            Self::LinkLocal => Some("Link-local"),
            Self::Shared => Some("Carrier network"),
            Self::Public | Self::Documentation | Self::Impossible | Self::NoAddress => None,
        }
    }

    /// A word or two beside the address; `None` for an ordinary one.
    pub fn badge(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Undetermined => Some("Unknown address"),
            Self::Loopback => Some("Loopback"),
            Self::Private => Some("Private"),
            Self::LinkLocal => Some("Link-local"),
            Self::Shared => Some("CGNAT"),
            Self::Documentation => Some("Documentation"),
            Self::Impossible => Some("Impossible"),
            Self::NoAddress => Some("Not an address"),
        }
    }

    /// One sentence for the facts; `None` for an ordinary address.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Undetermined => {
                Some("authentik writes this where it could not determine the address")
            }
            Self::Loopback => Some("The server itself, or a proxy beside it"),
            Self::Private => Some("From a network of somebody’s own"),
            Self::LinkLocal => Some("From the server’s own network segment"),
            Self::Shared => Some("Shared by customers of a carrier"),
            Self::Documentation => Some("Reserved for examples, not in use on the internet"),
            Self::Impossible => Some("No client can have this address"),
            Self::NoAddress => Some("Not in the form of an IP address"),
        }
    }
}

/// A place, as far as the server looked it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The flag of the country as two regional indicators; decorative.
    pub flag: Option<String>,
    /// City and country in words, as in `Porto Alegre, Brazil`.
    pub name: Untrusted,
    /// Latitude and longitude as recorded.
    pub coordinates: Option<Untrusted>,
}

impl Location {
    /// Reads `geo`; `None` when nothing is recorded.
    pub fn read(context: &Context) -> Option<Self> {
        let code = context.string(&["geo", "country"]);
        let country = code
            .as_ref()
            .map(|code| match country::name(code.original()) {
                Some(name) => Untrusted::new(name),
                None => code.clone(),
            });
        // The continent is a code of two letters; it is worth telling only alone.
        let continent = || context.string(&["geo", "continent"]);
        let name = joined(", ", [context.string(&["geo", "city"]), country]).or_else(continent);
        let coordinates = joined(
            ", ",
            [coordinate(context, "lat"), coordinate(context, "long")],
        );
        if name.is_none() && coordinates.is_none() {
            return None;
        }
        Some(Self {
            flag: code.as_ref().and_then(flag),
            name: name.unwrap_or_default(),
            coordinates,
        })
    }
}

/// A number of `geo` as the server wrote it.
fn coordinate(context: &Context, key: &str) -> Option<Untrusted> {
    Some(Untrusted::new(context.at(&["geo", key])?.number()?))
}

/// A network, as far as the server looked it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Number and owner, as in `AS64496 Nordkabel`.
    pub name: Untrusted,
    /// The block of addresses, as in `192.0.2.0/24`.
    pub block: Option<Untrusted>,
}

impl Network {
    /// Reads `asn`; `None` when neither number nor owner is recorded.
    pub fn read(context: &Context) -> Option<Self> {
        let number = context
            .at(&["asn", "asn"])
            .and_then(|number| number.number());
        let number = number.map(|number| Untrusted::new(format!("AS{number}")));
        let name = joined(" ", [number, context.string(&["asn", "as_org"])])?;
        Some(Self {
            name,
            block: context.string(&["asn", "network"]),
        })
    }
}

fn joined(between: &str, parts: [Option<Untrusted>; 2]) -> Option<Untrusted> {
    let parts: Vec<&str> = parts.iter().flatten().map(Untrusted::original).collect();
    (!parts.is_empty()).then(|| Untrusted::new(parts.join(between)))
}

/// A country code of two letters as its flag; anything else has none.
pub fn flag(country: &Untrusted) -> Option<String> {
    const REGIONAL_A: u32 = 0x1F1E6;
    let code = country.original();
    let flag: String = code
        .bytes()
        .map(|letter| {
            char::from_u32(REGIONAL_A + u32::from(letter.checked_sub(b'A').filter(|at| *at < 26)?))
        })
        .collect::<Option<_>>()?;
    (code.len() == 2).then_some(flag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonText;

    #[test]
    fn a_flag_needs_two_capital_letters() {
        let check = |country: &str, expected: Option<&str>| {
            assert_eq!(
                flag(&Untrusted::new(country)).as_deref(),
                expected,
                "{country}"
            );
        };
        check("DE", Some("🇩🇪"));
        check("SG", Some("🇸🇬"));
        check("de", None);
        check("DEU", None);
        check("D", None);
        check("", None);
        check("ÄÖ", None);
    }

    #[test]
    fn addresses_say_what_they_are() {
        let check = |address: &str, kind: AddressKind| {
            assert_eq!(AddressKind::of(&Untrusted::new(address)), kind, "{address}");
        };
        check("81.2.69.142", AddressKind::Public);
        check("2a02:26f7::1", AddressKind::Public);
        check("255.255.255.255", AddressKind::Undetermined);
        check("127.8.0.1", AddressKind::Loopback);
        check("::1", AddressKind::Loopback);
        check("10.20.30.40", AddressKind::Private);
        check("172.31.0.1", AddressKind::Private);
        check("172.32.0.1", AddressKind::Public);
        check("192.168.1.1", AddressKind::Private);
        check("::ffff:192.168.1.1", AddressKind::Private);
        check("fd00::1", AddressKind::Private);
        check("169.254.1.1", AddressKind::LinkLocal);
        check("fe80::1", AddressKind::LinkLocal);
        check("100.64.0.1", AddressKind::Shared);
        check("100.128.0.1", AddressKind::Public);
        check("192.0.2.17", AddressKind::Documentation);
        check("198.51.100.77", AddressKind::Documentation);
        check("203.0.113.99", AddressKind::Documentation);
        check("2001:db8:41::7", AddressKind::Documentation);
        check("0.0.0.0", AddressKind::Impossible);
        check("::", AddressKind::Impossible);
        check("239.1.1.1", AddressKind::Impossible);
        check("ff02::1", AddressKind::Impossible);
        check("10.0.0.1:443", AddressKind::NoAddress);
        check("fe80::1%eth0", AddressKind::NoAddress);
        check("127.1", AddressKind::NoAddress);
        check("010.0.0.1", AddressKind::NoAddress);
        check("no address", AddressKind::NoAddress);
    }

    #[test]
    fn places_are_told_as_far_as_they_are_known() {
        let check = |geo: &str, name: Option<&str>, coordinates: Option<&str>| {
            let context = Context::new(JsonText::parse(&format!("{{\"geo\":{geo}}}")).unwrap());
            let location = Location::read(&context);
            let seen = location.as_ref().map(|location| location.name.original());
            assert_eq!(seen, name, "{geo}");
            let seen = location
                .as_ref()
                .and_then(|location| location.coordinates.as_ref());
            assert_eq!(seen.map(Untrusted::original), coordinates, "{geo}");
        };
        check(
            r#"{"lat":51.5142,"city":"London","long":-0.0931,"country":"GB","continent":"EU"}"#,
            Some("London, United Kingdom"),
            Some("51.5142, -0.0931"),
        );
        check(
            r#"{"lat":37.0,"city":"","long":127.5,"country":"KR"}"#,
            Some("South Korea"),
            Some("37.0, 127.5"),
        );
        check(r#"{"country":"ZZ","city":"X"}"#, Some("X, ZZ"), None);
        check(r#"{"continent":"EU","country":null}"#, Some("EU"), None);
        check(r#"{"lat":null,"country":7}"#, None, None);
        check("null", None, None);
        check("[]", None, None);
    }
}
