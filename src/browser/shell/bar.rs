//! The bar at the top: where one is, and as whom.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::{account_panel::account_panel, zone_menu::zone_menu};
use crate::{
    api::server::Version,
    browser::{
        Navigation, SessionHandle, ThemeHandle,
        account::Account,
        parts::{icon::icon, theme_button::theme_button},
        saved_views::ViewShelf,
    },
    route::Route,
    session::Session,
};

/// The bar.
pub fn bar() -> Markup {
    let navigation = expect_context::<Navigation>();
    let session = expect_context::<SessionHandle>();
    let shelf = expect_context::<ViewShelf>();
    let home = move || navigation.href(&Route::Events(shelf.all().beginning()));
    ui! {
        <header class="bar">
            <a class="brand" href=home>{icon("logo")}"Eventide"</a>
            {move || server(session).map(connected_to)}
            <div class="bar__end">
                {new_event()}
                {zone_menu()}
                {theme_button(expect_context::<ThemeHandle>())}
                {move || server(session).map(|_| account_panel())}
            </div>
        </header>
    }
}

fn server(session: SessionHandle) -> Option<String> {
    match session.get() {
        Session::SignedOut => None,
        Session::SignedIn(grant) => Some(grant.base.host().to_owned()),
        Session::Expired { base, .. } => Some(base.host().to_owned()),
    }
}

fn connected_to(server: String) -> Markup {
    let account = expect_context::<Account>();
    let version = move || {
        account
            .version()
            .map(|Version(version)| format!("authentik {}", version.clipped(40)))
    };
    ui! {
        <span class="bar__inst">
            <span class="dot"></span>
            <span class="sr">"Connected to "</span>
            <code class="clip">{server}</code>
            <small class="faint nowrap">{version}</small>
        </span>
    }
}

/// Only for whom the server lets create events; until that is known it may be pressed.
fn new_event() -> Markup {
    let account = expect_context::<Account>();
    let address = expect_context::<Navigation>().href(&Route::new_event());
    let session = expect_context::<SessionHandle>();
    Markup::follows(move || {
        let offered =
            server(session).is_some() && account.rights().is_none_or(|rights| rights.create);
        offered.then(|| {
            ui! {
                <a class="btn only-lg" href=address.clone() aria-keyshortcuts="N">{icon("plus")}"New event"</a>
                <a class="btn btn--ghost btn--icon only-sm" href=address.clone() aria-label="New event">
                    {icon("plus")}
                </a>
            }
        })
    })
}
