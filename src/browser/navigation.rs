//! Where the app is, and how it goes elsewhere.

use leptos::prelude::*;

use crate::route::Route;

/// The address bar, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Navigation {
    route: RwSignal<Route>,
    base: StoredValue<String>,
}

impl Navigation {
    /// Reads the address, and from now on follows it: Back and Forward, and plain clicks on links
    /// into the app.
    pub fn start() -> Self {
        todo!()
    }

    /// The page that the address names.
    pub fn route(self) -> Route {
        self.route.get()
    }

    /// The same for code that must not run again when it changes.
    pub fn route_untracked(self) -> Route {
        self.route.get_untracked()
    }

    /// Goes to a page; Back returns here.
    pub fn navigate(self, route: &Route) {
        let _ = route;
        todo!()
    }

    /// Goes to a page in the place of this one; Back returns to the one before.
    pub fn replace(self, route: &Route) {
        let _ = route;
        todo!()
    }

    /// The address of a page, for `href`.
    pub fn href(self, route: &Route) -> String {
        self.base.with_value(|base| route.to_path(base))
    }

    /// The whole address of a page, for copies.
    pub fn link(self, route: &Route) -> String {
        let _ = route;
        todo!()
    }

    /// Names the page: "`title` · Eventide".
    pub fn set_title(self, title: &str) {
        document().set_title(&format!("{title} · Eventide"));
    }
}
