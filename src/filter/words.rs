//! Chips and filters in words.

use super::{Address, Chip, Filter, ModelKey, Test, beginning};
use crate::{
    event::{EventAction, KnownAction, ModelRef, Severity},
    text::Untrusted,
};

/// What a chip says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipWords {
    /// What is compared, as in "Action".
    pub label: String,
    /// How, as in "is any of".
    pub operator: &'static str,
    /// With what, as in "8 actions".
    pub value: Untrusted,
}

impl Chip {
    /// What it says.
    pub fn words(&self) -> ChipWords {
        let [plain, negated] = self.test.operators();
        ChipWords {
            label: match &self.test {
                Test::Value { field, .. } => field.path().to_owned(),
                _ => self.kind().label().to_owned(),
            },
            operator: if self.negated { negated } else { plain },
            value: self.test.value(),
        }
    }

    /// The same as one text that leaves nothing out.
    pub fn sentence(&self) -> String {
        let ChipWords {
            label,
            operator,
            value,
        } = self.words();
        let value = match &self.test {
            Test::Actions(actions) => {
                let labels = actions.iter().map(|action| action.label().visible());
                labels.collect::<Vec<_>>().join(", ")
            }
            _ => format!("“{}”", value.visible()),
        };
        format!("{label} {operator} {value}")
    }
}

impl Filter {
    /// What takes part, in one line that leaves nothing out, as in "User is “akadmin” and Action
    /// is not Login"; "no filter" where nothing does.
    pub fn words(&self) -> String {
        let asked = self.enabled().filter(|chip| chip.trouble().is_none());
        let sentences: Vec<String> = asked.map(Chip::sentence).collect();
        if sentences.is_empty() {
            "no filter".to_owned()
        } else {
            sentences.join(" and ")
        }
    }
}

/// The actions that are errors or warnings.
pub fn errors_and_warnings() -> Vec<EventAction> {
    let severe = KnownAction::ALL
        .iter()
        .filter(|action| action.severity() >= Severity::Warning);
    severe.map(|action| EventAction::Known(*action)).collect()
}

impl Test {
    /// The words between label and value, plain and negated.
    fn operators(&self) -> [&'static str; 2] {
        const IS: [&str; 2] = ["is", "is not"];
        const BEGINS: [&str; 2] = ["begins with", "does not begin with"];
        match self {
            Self::Actions(actions) if actions.len() == 1 => IS,
            Self::Actions(_) => ["is any of", "is none of"],
            Self::User(text) | Self::App(text) if beginning(text.original()).is_some() => BEGINS,
            Self::ClientIp(text) => match Address::read(text.original()) {
                Some(Address::Beginning(_)) => BEGINS,
                Some(Address::One(_)) | None => IS,
            },
            Self::Words(_) => ["contains", "does not contain"],
            Self::Ql(_) => ["matches", "does not match"],
            Self::User(_)
            | Self::App(_)
            | Self::Object(_)
            | Self::AuthorizedApp { .. }
            | Self::Brand(_)
            | Self::Value { .. } => IS,
        }
    }

    fn value(&self) -> Untrusted {
        match self {
            Self::Actions(actions) => match actions.as_slice() {
                [] => Untrusted::new("no action"),
                [only] => only.label(),
                several if is_same(several, &errors_and_warnings()) => {
                    Untrusted::new("errors and warnings")
                }
                several => Untrusted::new(format!("{} actions", several.len())),
            },
            Self::User(text) | Self::App(text) => {
                Untrusted::new(beginning(text.original()).unwrap_or(text.original()))
            }
            Self::ClientIp(text) => match Address::read(text.original()) {
                Some(Address::Beginning(text)) => Untrusted::new(text),
                Some(Address::One(_)) | None => text.clone(),
            },
            Self::Object(key) => key.words(),
            Self::AuthorizedApp { pk, name } if name.is_empty() => pk.clone(),
            Self::AuthorizedApp { name, .. } => name.clone(),
            Self::Brand(text) | Self::Words(text) | Self::Ql(text) | Self::Value { text, .. } => {
                text.clone()
            }
        }
    }
}

fn is_same(some: &[EventAction], others: &[EventAction]) -> bool {
    some.len() == others.len() && some.iter().all(|action| others.contains(action))
}

impl ModelKey {
    /// `application Grafana`: the kind of object in words, then its name or key.
    pub fn words(&self) -> Untrusted {
        let model = ModelRef {
            app: self.app.clone(),
            model_name: self.model_name.clone(),
            pk: self.pk.clone(),
            name: self.name.clone(),
        };
        let kind = if self.model_name.is_empty() {
            self.app.clone()
        } else {
            model.kind()
        };
        let parts = [kind, model.title().clone()];
        let parts: Vec<&str> = parts.iter().map(Untrusted::original).collect();
        Untrusted::new(parts.join(" ").trim().to_owned())
    }
}
