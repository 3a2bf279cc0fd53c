//! Lists with a name: those that everybody has, and those that a reader keeps.
//!
//! A view is only a way to an address: all that it filters stands in the bar as chips.

use form_urlencoded::Serializer;

use crate::{
    event::{EventAction, KnownAction, Severity},
    filter::{Chip, Filter, Test},
    listing::Listing,
    range::{Range, Span},
    text::{Untrusted, lowercase},
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
pub struct SavedViews {
    views: Vec<View>,
    /// The name of the one that the list begins with.
    first: Option<Untrusted>,
}

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
        &self.views
    }

    /// Whether the list begins with the view of a name.
    pub fn begins_with(&self, name: &Untrusted) -> bool {
        self.first.as_ref() == Some(name)
    }

    /// What the list begins with: a view that was chosen for it, or else the plain list.
    pub fn beginning(&self) -> Listing {
        let first = self.views.iter().find(|view| self.begins_with(&view.name));
        first.map(|view| view.listing.clone()).unwrap_or_default()
    }

    /// With another view to begin with, or none.
    pub fn beginning_with(&self, name: Option<&Untrusted>) -> Self {
        let known = |name: &&Untrusted| self.views.iter().any(|view| view.name == **name);
        Self {
            first: name.filter(known).cloned(),
            ..self.clone()
        }
    }

    /// With a view under a name; one that has the name already is replaced. What is selected in
    /// the chart does not belong to a view.
    ///
    /// # Errors
    /// `NoName`, `LongName`, `TooMany`.
    pub fn with(&self, name: &str, listing: &Listing) -> Result<Self, NotSaved> {
        let name = checked(name)?;
        let mut views = self.views.clone();
        views.retain(|view| view.name != name);
        if views.len() >= MOST {
            return Err(NotSaved::TooMany);
        }
        let listing = Listing {
            selection: None,
            ..listing.clone()
        };
        views.push(View { name, listing });
        Ok(Self::of(views, self.first.clone()))
    }

    /// Without the view of a name.
    pub fn without(&self, name: &Untrusted) -> Self {
        let others = self.views.iter().filter(|view| view.name != *name);
        let first = self.first.clone().filter(|first| first != name);
        Self::of(others.cloned().collect(), first)
    }

    /// With another name for a view.
    ///
    /// # Errors
    /// `NoName`, `LongName`, and `Taken` if another view has the new name.
    pub fn renamed(&self, old: &Untrusted, new: &str) -> Result<Self, NotSaved> {
        let new = checked(new)?;
        if new != *old && self.views.iter().any(|view| view.name == new) {
            return Err(NotSaved::Taken);
        }
        let first = match &self.first {
            Some(first) if first == old => Some(new.clone()),
            first => first.clone(),
        };
        let mut views = self.views.clone();
        if let Some(view) = views.iter_mut().find(|view| view.name == *old) {
            view.name = new;
        }
        Ok(Self::of(views, first))
    }

    /// Reads what [`text`](Self::text) wrote. Lines that are damaged are left out.
    pub fn read(text: &str) -> Self {
        let mut views: Vec<View> = Vec::new();
        let mut first = None;
        for line in text.lines().take(MOST) {
            // The first pair is the name, and the rest an address.
            let (name, query) = line.split_once('&').unwrap_or((line, ""));
            let Some((key, name)) = form_urlencoded::parse(name.as_bytes()).next() else {
                continue;
            };
            let name = checked(&name)
                .ok()
                .filter(|name| views.iter().all(|view| view.name != *name));
            let Some(name) = name.filter(|_| key == NAME || key == FIRST) else {
                continue;
            };
            if key == FIRST {
                first = Some(name.clone());
            }
            let listing = Listing {
                selection: None,
                ..Listing::from_query(query)
            };
            views.push(View { name, listing });
        }
        Self::of(views, first)
    }

    /// One line for each view, for storage.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for view in &self.views {
            let key = if self.begins_with(&view.name) {
                FIRST
            } else {
                NAME
            };
            let name = Serializer::new(String::new())
                .append_pair(key, view.name.original())
                .finish();
            text.push_str(&format!("{name}&{}\n", view.listing.to_query()));
        }
        text
    }

    fn of(mut views: Vec<View>, first: Option<Untrusted>) -> Self {
        crate::sort::sort_by_key(&mut views, |view| {
            (lowercase(view.name.original()), view.name.clone())
        });
        Self { views, first }
    }
}

/// What stands before the name of the view that the list begins with.
const FIRST: &str = "first";
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
    fn the_list_begins_with_a_view_that_was_chosen_for_it() {
        let [a, b] = ["a", "b"].map(Untrusted::new);
        let views = SavedViews::read("view=a&user=!x\nview=b&range=1h\n");
        assert_eq!(views.beginning(), Listing::default());
        let views = views.beginning_with(Some(&a));
        assert_eq!(views.text(), "first=a&user=!x\nview=b&range=1h\n");
        assert_eq!(SavedViews::read(&views.text()), views);
        assert_eq!(views.beginning(), listing("user=!x"));
        let renamed = views.renamed(&a, "c").unwrap();
        assert_eq!(renamed.beginning(), listing("user=!x"));
        let changed = views.with("a", &listing("user=!y")).unwrap();
        assert_eq!(changed.beginning(), listing("user=!y"));
        assert_eq!(views.without(&a).beginning(), Listing::default());
        assert_eq!(views.without(&b).beginning(), listing("user=!x"));
        assert_eq!(views.beginning_with(None).beginning(), Listing::default());
        let unknown = Untrusted::new("x");
        assert_eq!(
            views.beginning_with(Some(&unknown)).beginning(),
            Listing::default()
        );
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
