//! What is looked for: chips, all of which an event must pass.
//!
//! A chip that is disabled, or that says something that cannot be asked, takes no part. The time
//! is not in it: that is [`crate::range`].

mod address;
mod edit;
pub mod offer;
mod pick;
mod request;
mod words;

use std::net::IpAddr;

pub use edit::Edit;
pub use pick::{fact_chip, filter_for};
pub use request::{Matching, NotSent};
pub use words::{ChipWords, errors_and_warnings};

use crate::{
    event::{EventAction, ModelRef},
    ql,
    text::Untrusted,
};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// All of them must be passed; the order is that of the bar.
    pub chips: Vec<Chip>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What is compared.
    pub test: Test,
    /// Whether the events that pass the test are left out instead. An event that does not hold the
    /// value at all is then kept.
    pub negated: bool,
    /// Whether it is only remembered.
    pub disabled: bool,
}

/// What an event is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Any of these actions.
    Actions(Vec<EventAction>),
    /// The login name of who acted, or that somebody tried to sign in with. A text that ends with
    /// `*` is the beginning of one.
    User(Untrusted),
    /// The address of the client. A text that ends with `.`, `:` or `*` is the beginning of one, as
    /// in `192.0.2.`; so are `/8`, `/16` and `/24` of IPv4.
    ClientIp(Untrusted),
    /// What wrote the event. A text that ends with `*` is the beginning of it.
    App(Untrusted),
    /// The object that the event is about.
    Object(ModelKey),
    /// The application that a user was let into.
    AuthorizedApp {
        /// Its key in hexadecimal digits, with dashes or without.
        pk: Untrusted,
        /// What a person calls it; not compared.
        name: Untrusted,
    },
    /// The name of the brand.
    Brand(Untrusted),
    /// Each of these words stands somewhere in the event; quotation marks hold a phrase together.
    Words(Untrusted),
    /// The text at a place of the event.
    Value {
        /// The place.
        field: ql::Field,
        /// The whole text there.
        text: Untrusted,
    },
    /// A query in authentik's own language.
    Ql(Untrusted),
}

/// An object as events name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelKey {
    /// `authentik_core`; empty for any.
    pub app: Untrusted,
    /// `user`; empty for any.
    pub model_name: Untrusted,
    /// A uuid, an integer or another key, as text; empty for any.
    pub pk: Untrusted,
    /// What a person calls it; not compared.
    pub name: Untrusted,
}

/// What kind of condition it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// [`Test::Actions`]
    Action,
    /// [`Test::User`]
    User,
    /// [`Test::ClientIp`]
    ClientIp,
    /// [`Test::App`]
    App,
    /// [`Test::Object`]
    Object,
    /// [`Test::AuthorizedApp`]
    AuthorizedApp,
    /// [`Test::Brand`]
    Brand,
    /// [`Test::Words`]
    Words,
    /// [`Test::Value`]
    Value,
    /// [`Test::Ql`]
    Ql,
}

impl Kind {
    /// Those that the bar offers, in its order.
    pub const ADDABLE: [Self; 10] = [
        Self::Action,
        Self::User,
        Self::ClientIp,
        Self::App,
        Self::Object,
        Self::Brand,
        Self::AuthorizedApp,
        Self::Words,
        Self::Value,
        Self::Ql,
    ];

    /// Those that have a place of their own in the bar; the others are behind "More".
    pub const IN_BAR: [Self; 6] = [
        Self::Action,
        Self::User,
        Self::ClientIp,
        Self::App,
        Self::Object,
        Self::Brand,
    ];

    /// Its name on a chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::User => "User",
            Self::ClientIp => "Client IP",
            Self::App => "App",
            Self::Object => "Object",
            Self::AuthorizedApp => "Application",
            Self::Brand => "Brand",
            Self::Words => "Text",
            Self::Value => "Value",
            Self::Ql => "Query",
        }
    }

    /// Whether an event has exactly one of it, so that two chips that both want one cannot both
    /// be passed.
    fn is_single(self) -> bool {
        match self {
            Self::Action
            | Self::User
            | Self::ClientIp
            | Self::App
            | Self::Object
            | Self::AuthorizedApp
            | Self::Brand => true,
            Self::Words | Self::Value | Self::Ql => false,
        }
    }
}

impl Chip {
    /// Events that pass a test.
    pub fn of(test: Test) -> Self {
        Self {
            test,
            negated: false,
            disabled: false,
        }
    }
    /// Events of one action.
    pub fn action(action: &EventAction) -> Self {
        Self::of(Test::Actions(vec![action.clone()]))
    }
    /// The same, leaving out what it let through, and the other way round.
    pub fn inverted(&self) -> Self {
        Self {
            negated: !self.negated,
            ..self.clone()
        }
    }
    /// The same, with the state of being only remembered changed.
    pub fn switched(&self) -> Self {
        Self {
            disabled: !self.disabled,
            ..self.clone()
        }
    }
    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.test.kind()
    }
}

impl Test {
    /// What somebody typed who may mean words or a query: a query if authentik reads it as one.
    pub fn of_typed(text: &str) -> Self {
        match ql::lint(text) {
            ql::Verdict::Understood(_) | ql::Verdict::Refused { .. } => {
                Self::Ql(Untrusted::new(text))
            }
            ql::Verdict::Words { .. } | ql::Verdict::Empty => Self::Words(Untrusted::new(text)),
        }
    }
    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Actions(_) => Kind::Action,
            Self::User(_) => Kind::User,
            Self::ClientIp(_) => Kind::ClientIp,
            Self::App(_) => Kind::App,
            Self::Object(_) => Kind::Object,
            Self::AuthorizedApp { .. } => Kind::AuthorizedApp,
            Self::Brand(_) => Kind::Brand,
            Self::Words(_) => Kind::Words,
            Self::Value { .. } => Kind::Value,
            Self::Ql(_) => Kind::Ql,
        }
    }
}

impl From<&ModelRef> for ModelKey {
    fn from(model: &ModelRef) -> Self {
        Self {
            app: model.app.clone(),
            model_name: model.model_name.clone(),
            pk: model.pk.clone(),
            name: model.name.clone(),
        }
    }
}

impl Filter {
    /// Whether nothing is looked for, not even by chips that are disabled.
    pub fn is_empty(&self) -> bool {
        self.chips.is_empty()
    }
    /// The chips that take part.
    pub fn enabled(&self) -> impl Iterator<Item = &Chip> {
        self.chips.iter().filter(|chip| !chip.disabled)
    }
    /// Whether such a chip is there and takes part, alone or as one of several actions that are
    /// left out.
    pub fn has(&self, chip: &Chip) -> bool {
        self.enabled().any(|own| match (&own.test, &chip.test) {
            (Test::Actions(all), Test::Actions(some)) if own.negated && chip.negated => {
                some.iter().all(|action| all.contains(action))
            }
            _ => own == chip,
        })
    }
    /// With one more chip.
    pub fn with(&self, chip: Chip) -> Self {
        let mut chips = self.chips.clone();
        chips.push(chip);
        Self { chips }
    }
    /// Without the chip at a place.
    pub fn without(&self, place: usize) -> Self {
        let others = self.chips.iter().enumerate();
        let others = others.filter(|(at, _)| *at != place);
        Self {
            chips: others.map(|(_, chip)| chip.clone()).collect(),
        }
    }
    /// With another chip at a place.
    pub fn replaced(&self, place: usize, chip: Chip) -> Self {
        let mut chips = self.chips.clone();
        if let Some(old) = chips.get_mut(place) {
            *old = chip;
        }
        Self { chips }
    }
    /// What "filter for" and "filter out" do: the chip goes if it is there, its opposite makes way
    /// for it, and so does a chip that wants another value where an event has one only. Actions
    /// that are left out share a chip.
    pub fn toggled(&self, chip: &Chip) -> Self {
        let at = |fits: &dyn Fn(&Chip) -> bool| self.chips.iter().position(fits);
        if let Some(place) = at(&|own| own == chip) {
            return self.without(place);
        }
        let same_test = |own: &Chip| own.test == chip.test;
        let rival = |own: &Chip| {
            !own.disabled && !own.negated && !chip.negated && own.kind() == chip.kind()
        };
        let place = at(&same_test).or_else(|| {
            let single = chip.kind().is_single();
            single.then(|| at(&rival)).flatten()
        });
        if let Some(place) = place {
            return self.replaced(place, chip.clone());
        }
        self.with_left_out(chip)
            .unwrap_or_else(|| self.with(chip.clone()))
    }

    /// With the actions of a chip that leaves out in the chip that does so already.
    fn with_left_out(&self, chip: &Chip) -> Option<Self> {
        let Test::Actions(more) = &chip.test else {
            return None;
        };
        if !chip.negated || chip.disabled {
            return None;
        }
        let (place, old) = self.chips.iter().enumerate().find_map(|(place, own)| {
            let Test::Actions(old) = &own.test else {
                return None;
            };
            (own.negated && !own.disabled).then_some((place, old))
        })?;
        let mut actions: Vec<EventAction> = old.clone();
        if more.iter().all(|action| old.contains(action)) {
            actions.retain(|action| !more.contains(action));
        } else {
            actions.extend(more.iter().filter(|action| !old.contains(action)).cloned());
        }
        let chip = Chip {
            test: Test::Actions(actions),
            ..chip.clone()
        };
        Some(self.replaced(place, chip))
    }
}

/// What an address typed into a chip means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Address {
    /// One address.
    One(IpAddr),
    /// All that begin so.
    Beginning(String),
}

impl Address {
    /// Reads an address, its beginning, or an IPv4 network that ends at a dot.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(address) = text.parse() {
            return Some(Self::One(address));
        }
        let beginning = match text.split_once('/') {
            Some((network, bits)) => {
                let network: std::net::Ipv4Addr = network.parse().ok()?;
                let kept = match bits {
                    "8" => 1,
                    "16" => 2,
                    "24" => 3,
                    _ => return None,
                };
                let parts = network.octets();
                let kept = parts.iter().take(kept).map(u8::to_string);
                kept.collect::<Vec<_>>().join(".") + "."
            }
            None => {
                let open = text.strip_suffix('*');
                let beginning = open.unwrap_or(text).to_ascii_lowercase();
                let ends_open = open.is_some() || beginning.ends_with(['.', ':']);
                let fits = |letter: char| letter.is_ascii_hexdigit() || ".:".contains(letter);
                (ends_open && !beginning.is_empty() && beginning.chars().all(fits))
                    .then_some(beginning)?
            }
        };
        Some(Self::Beginning(beginning))
    }
}

/// The beginning that a text ending with `*` stands for.
fn beginning(text: &str) -> Option<&str> {
    text.strip_suffix('*').filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
