//! Lists with a name: those that everybody has, and those that a reader keeps.
//!
//! A view is only a way to an address: all that it filters stands in the bar as chips.

use form_urlencoded::Serializer;

use crate::{
    event::{EventAction, KnownAction, Severity},
    filter::{Chip, Filter, Test},
    listing::Listing,
    range::{Range, Span},
    text::Untrusted,
};

/// A list with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What it is called.
    pub name: Untrusted,
    /// What it shows.
    pub listing: Listing,
}

const DAY: Span = Span(24 * 60);
const MONTH: Span = Span(30 * 24 * 60);

/// The views that everybody has, in the order of the menu.
pub fn built_in() -> Vec<View> {
    let view = |name: &str, chip: Chip, range: Range| View {
        name: Untrusted::new(name),
        listing: Listing {
            filter: Filter { chips: vec![chip] },
            range,
            ..Listing::default()
        },
    };
    let actions = |known: &[KnownAction]| {
        let known = known.iter().copied().map(EventAction::Known);
        Chip::of(Test::Actions(known.collect()))
    };
    let errors: Vec<KnownAction> = KnownAction::ALL
        .iter()
        .copied()
        .filter(|action| action.severity() == Severity::Error)
        .collect();
    vec![
        view(
            "Failed sign-ins",
            actions(&[KnownAction::LoginFailed]),
            Range::Last(DAY),
        ),
        view(
            "Administrator changes",
            actions(&[
                KnownAction::ModelCreated,
                KnownAction::ModelUpdated,
                KnownAction::ModelDeleted,
            ]),
            Range::default(),
        ),
        view(
            "Secrets viewed",
            actions(&[KnownAction::SecretView]),
            Range::Last(MONTH),
        ),
        view("Errors", actions(&errors), Range::default()),
        view(
            "Without service accounts",
            Chip::of(Test::User(Untrusted::new(SERVICE_ACCOUNTS))).inverted(),
            Range::default(),
        ),
    ]
}

/// The accounts that authentik makes for itself: `ak-outpost-…` for outposts,
/// `ak-…-client_credentials` for clients that sign in without a person. Those that administrators
/// make may be called anything, and an event does not tell them from people.
const SERVICE_ACCOUNTS: &str = "ak-*";

/// The views that a reader keeps, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SavedViews(Vec<View>);

/// Why a view is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSaved {
    /// It has no name.
    NoName,
    /// Its name is longer than [`LONGEST_NAME`].
    LongName,
    /// There are [`MOST`] already.
    TooMany,
    /// Another one has the name.
    Taken,
}

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;

/// So many views can be kept.
pub const MOST: usize = 100;

impl NotSaved {
    /// For the person at the screen.
    pub fn words(self) -> String {
        match self {
            Self::NoName => "Type a name".to_owned(),
            Self::LongName => format!("Shorten the name to {LONGEST_NAME} characters"),
            Self::TooMany => format!("There are {MOST} views. Delete one first"),
            Self::Taken => "Another view has this name. Type another one".to_owned(),
        }
    }
}

impl SavedViews {
    /// All, by name.
    pub fn all(&self) -> &[View] {
        &self.0
    }

    /// With a view under a name; one that has the name already is replaced. What is selected in
    /// the chart does not belong to a view.
    ///
    /// # Errors
    /// `NoName`, `LongName`, `TooMany`.
    pub fn with(&self, name: &str, listing: &Listing) -> Result<Self, NotSaved> {
        let name = checked(name)?;
        let mut views = self.without(&name);
        if views.0.len() >= MOST {
            return Err(NotSaved::TooMany);
        }
        views.0.push(View {
            name,
            listing: Listing {
                selection: None,
                ..listing.clone()
            },
        });
        Ok(views.sorted())
    }

    /// Without the view of a name.
    pub fn without(&self, name: &Untrusted) -> Self {
        let others = self.0.iter().filter(|view| view.name != *name);
        Self(others.cloned().collect())
    }

    /// With another name for a view.
    ///
    /// # Errors
    /// `NoName`, `LongName`, and `Taken` if another view has the new name.
    pub fn renamed(&self, old: &Untrusted, new: &str) -> Result<Self, NotSaved> {
        let new = checked(new)?;
        if new != *old && self.0.iter().any(|view| view.name == new) {
            return Err(NotSaved::Taken);
        }
        let mut views = self.clone();
        if let Some(view) = views.0.iter_mut().find(|view| view.name == *old) {
            view.name = new;
        }
        Ok(views.sorted())
    }

    /// Reads what [`text`](Self::text) wrote. Lines that are damaged are left out.
    pub fn read(text: &str) -> Self {
        let mut views: Vec<View> = Vec::new();
        for line in text.lines().take(MOST) {
            // The first pair is the name, and the rest an address.
            let (name, query) = line.split_once('&').unwrap_or((line, ""));
            let name = form_urlencoded::parse(name.as_bytes())
                .find(|(key, _)| key == NAME)
                .and_then(|(_, name)| checked(&name).ok());
            if let Some(name) = name.filter(|name| views.iter().all(|view| view.name != *name)) {
                let listing = Listing {
                    selection: None,
                    ..Listing::from_query(query)
                };
                views.push(View { name, listing });
            }
        }
        Self(views).sorted()
    }

    /// One line for each view, for storage.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for view in &self.0 {
            let name = Serializer::new(String::new())
                .append_pair(NAME, view.name.original())
                .finish();
            text.push_str(&format!("{name}&{}\n", view.listing.to_query()));
        }
        text
    }

    fn sorted(mut self) -> Self {
        let by = |view: &View| (view.name.original().to_lowercase(), view.name.clone());
        self.0.sort_by_key(by);
        self
    }
}

const NAME: &str = "view";

fn checked(name: &str) -> Result<Untrusted, NotSaved> {
    let name = name.trim();
    if name.is_empty() {
        Err(NotSaved::NoName)
    } else if name.chars().count() > LONGEST_NAME {
        Err(NotSaved::LongName)
    } else {
        Ok(Untrusted::new(name))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listing(query: &str) -> Listing {
        Listing::from_query(query)
    }

    #[test]
    fn the_views_that_everybody_has_are_plain_addresses() {
        let views: Vec<String> = built_in()
            .iter()
            .map(|view| format!("{}: {}", view.name.original(), view.listing.to_query()))
            .collect();
        assert_eq!(
            views,
            [
                "Failed sign-ins: action=login_failed&range=24h",
                "Administrator changes: action=model_created,model_updated,model_deleted",
                "Secrets viewed: action=secret_view&range=30d",
                "Errors: action=suspicious_request,policy_exception,property_mapping_exception,system_task_exception,system_exception,configuration_error",
                "Without service accounts: user=!ak-*",
            ]
        );
        for view in built_in() {
            assert!(
                view.listing
                    .filter
                    .chips
                    .iter()
                    .all(|chip| chip.trouble().is_none())
            );
        }
    }

    #[test]
    fn views_are_kept_by_name() {
        let views = SavedViews::default();
        let views = views
            .with(" b ", &listing("user=a&selection=2026-11-20/2026-11-21"))
            .unwrap();
        let views = views.with("A", &listing("range=1h")).unwrap();
        assert_eq!(views.text(), "view=A&range=1h\nview=b&user=a\n");
        let views = views.with("b", &listing("user=b")).unwrap();
        assert_eq!(views.text(), "view=A&range=1h\nview=b&user=b\n");
        let old = Untrusted::new("A");
        assert_eq!(views.renamed(&old, "b"), Err(NotSaved::Taken));
        assert_eq!(views.renamed(&old, "A"), Ok(views.clone()));
        let views = views.renamed(&old, "x&y").unwrap();
        assert_eq!(views.text(), "view=b&user=b\nview=x%26y&range=1h\n");
        let views = views.without(&Untrusted::new("b"));
        assert_eq!(views.all().len(), 1);
        assert_eq!(views.with(" ", &listing("")), Err(NotSaved::NoName));
        let long = "é".repeat(LONGEST_NAME + 1);
        assert_eq!(views.with(&long, &listing("")), Err(NotSaved::LongName));
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut views = SavedViews::default();
        for number in 0..MOST {
            views = views.with(&number.to_string(), &listing("")).unwrap();
        }
        assert_eq!(views.with("one more", &listing("")), Err(NotSaved::TooMany));
        assert!(views.with("7", &listing("user=a")).is_ok());
        assert_eq!(SavedViews::read(&views.text()), views);
    }

    #[test]
    fn damaged_lines_cost_only_themselves() {
        let check = |text: &str, expected: &str| {
            assert_eq!(SavedViews::read(text).text(), expected, "{text}");
        };
        check("", "");
        check("view=a", "view=a&\n");
        check(
            "view=a&user=b\n\u{0}\nview=\nrange=1h\nview=c&range=1h",
            "view=a&user=b\nview=c&range=1h\n",
        );
        check("view=a&user=1\nview=a&user=2\n", "view=a&user=1\n");
        check("view=a&user=1&view=b", "view=a&user=1\n");
        check("{\"not\": \"ours\"}", "");
    }

    proptest! {
        #[test]
        fn any_names_come_back(names in prop::collection::vec(any::<String>(), 0..5)) {
            let mut views = SavedViews::default();
            for name in &names {
                if let Ok(more) = views.with(name, &listing("user=!a%26b")) {
                    views = more;
                }
            }
            prop_assert_eq!(SavedViews::read(&views.text()), views);
        }

        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let views = SavedViews::read(&text);
            prop_assert_eq!(SavedViews::read(&views.text()), views);
        }
    }
}
