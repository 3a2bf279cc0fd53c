//! What a row of the list says beside the sentence: who, from where, which app.

use super::{
    Acting, Actor, Event,
    origin::{self, AddressKind, Location},
};
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
            flag: Location::read(&event.context).and_then(|location| location.flag),
            address: address.clone(),
            network: origin::Network::read(&event.context)
                .map(|network| Network::Known(network.name))
                .or_else(|| AddressKind::of(address).words().map(Network::Words)),
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
