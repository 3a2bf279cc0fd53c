//! What a row of the list says beside the sentence: who, from where, which app.

use std::net::IpAddr;

use super::{Acting, Actor, Event};
use crate::text::Untrusted;

/// The cells of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCells {
    /// Who did it.
    pub user: UserCell,
    /// Where it came from; `None` for events without a request.
    pub source: Option<SourceCell>,
    /// The app without the `authentik.` that nearly all of them begin with.
    pub app: Untrusted,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserCell {
    /// Our words, as in "anonymous", where no name is recorded.
    Words(&'static str),
    /// An account.
    Account {
        /// Its login name.
        name: Untrusted,
        /// Our word and the other account, as in "as" jonas.berg.
        other: Option<(&'static str, Untrusted)>,
    },
}

/// Where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCell {
    /// The flag of the country as two regional indicators.
    pub flag: Option<String>,
    /// The address.
    pub address: Untrusted,
    /// Whose network it is.
    pub network: Option<Network>,
}

/// Whose network an address belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// As the server looked it up, as in "AS64496 Nordkabel".
    Known(Untrusted),
    /// Our words for addresses that no provider owns, as in "Private network".
    Words(&'static str),
}

/// The cells of an event's row. Total on any event.
pub fn row_cells(event: &Event) -> RowCells {
    RowCells {
        user: user_cell(&event.actor),
        source: event.client_ip.as_ref().map(|address| SourceCell {
            flag: event
                .context
                .string(&["geo", "country"])
                .and_then(|country| flag(&country)),
            address: address.clone(),
            network: provider(event).or_else(|| special(address)),
        }),
        app: short_app(&event.app),
    }
}

fn user_cell(actor: &Actor) -> UserCell {
    match actor {
        Actor::System => UserCell::Words("no user"),
        Actor::Anonymous => UserCell::Words("anonymous"),
        Actor::Unclear => UserCell::Words("unclear"),
        Actor::Person(person) => UserCell::Account {
            name: person.username.clone(),
            other: match &person.acting {
                Acting::AsSelf | Acting::NotSignedIn => None,
                Acting::OnBehalfOf(other) => Some(("as", other.clone())),
                Acting::AuthenticatedAs(other) => Some(("in the session of", other.clone())),
            },
        },
    }
}

/// `AS64496 Nordkabel`, as far as it is recorded.
fn provider(event: &Event) -> Option<Network> {
    let number = event.context.at(&["asn", "asn"])?.integer()?;
    let name = event.context.string(&["asn", "as_org"]);
    let name = name.as_ref().map_or("", |name| name.original());
    Some(Network::Known(Untrusted::new(
        format!("AS{number} {name}").trim_end(),
    )))
}

/// Addresses that say something without any look-up.
fn special(address: &Untrusted) -> Option<Network> {
    let words = match address.original().parse().ok()? {
        // authentik writes the broadcast address where it could not find the client's.
        IpAddr::V4(address) if address.is_broadcast() => "Not determined",
        IpAddr::V4(address) if address.is_loopback() => "The server itself",
        IpAddr::V4(address) if address.is_private() || address.is_link_local() => "Private network",
        IpAddr::V6(address) if address.is_loopback() => "The server itself",
        IpAddr::V6(address) if address.is_unique_local() || address.is_unicast_link_local() => {
            "Private network"
        }
        IpAddr::V4(_) | IpAddr::V6(_) => return None,
    };
    Some(Network::Words(words))
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

fn short_app(app: &Untrusted) -> Untrusted {
    match app.original().strip_prefix("authentik.") {
        Some(rest) if !rest.is_empty() => Untrusted::new(rest),
        _ => app.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_needs_two_capital_letters() {
        for (country, expected) in [
            ("DE", Some("🇩🇪")),
            ("SG", Some("🇸🇬")),
            ("de", None),
            ("DEU", None),
            ("D", None),
            ("", None),
            ("ÄÖ", None),
        ] {
            assert_eq!(
                flag(&Untrusted::new(country)).as_deref(),
                expected,
                "{country}"
            );
        }
    }

    #[test]
    fn special_addresses_are_named() {
        for (address, expected) in [
            ("10.20.0.14", Some("Private network")),
            ("192.168.1.1", Some("Private network")),
            ("fd00::1", Some("Private network")),
            ("127.0.0.1", Some("The server itself")),
            ("::1", Some("The server itself")),
            ("255.255.255.255", Some("Not determined")),
            ("203.0.113.24", None),
            ("2001:db8::1", None),
            ("no address", None),
        ] {
            assert_eq!(
                special(&Untrusted::new(address)),
                expected.map(Network::Words),
                "{address}"
            );
        }
    }

    #[test]
    fn the_common_beginning_of_apps_is_left_out() {
        for (app, expected) in [
            ("authentik.events.signals", "events.signals"),
            ("authentik.", "authentik."),
            ("authentik_core", "authentik_core"),
            ("my policy", "my policy"),
            ("", ""),
        ] {
            assert_eq!(short_app(&Untrusted::new(app)).original(), expected);
        }
    }
}
