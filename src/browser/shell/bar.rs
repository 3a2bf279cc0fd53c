//! The bar at the top: where one is, and as whom.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::{account_panel::account_panel, zone_menu::zone_menu};
use crate::{
    api::server::Version,
    browser::{
        Clock, Navigation, SessionHandle, ThemeHandle,
        account::Account,
        parts::{icon::icon, loaded::minutes_until, theme_button::theme_button},
        saved_views::ViewShelf,
    },
    configuration::{Configuration, Instance},
    route::Route,
    session::Session,
};

/// The bar.
pub fn bar() -> Markup {
    let navigation = expect_context::<Navigation>();
    let session = expect_context::<SessionHandle>();
    let shelf = expect_context::<ViewShelf>();
    let home = move || navigation.href(&Route::Events(shelf.all().beginning()));
    let color = move || Some(instance(session)?.color?.name());
    ui! {
        <header class="bar" data-color=color>
            <a class="brand" href=home>{icon("logo")}"Eventide"</a>
            {move || server(session).map(|server| connected_to(server, instance(session)))}
            <div class="bar__end">
                {token_ends(session)}
                {new_event()}
                {zone_menu()}
                {theme_button(expect_context::<ThemeHandle>())}
                {move || server(session).map(|_| account_panel())}
            </div>
        </header>
    }
}

fn server(session: SessionHandle) -> Option<String> {
    session.get().base().map(|base| base.host().to_owned())
}

/// What the deployment says of the server.
fn instance(session: SessionHandle) -> Option<&'static Instance> {
    let configuration = expect_context::<&'static Configuration>();
    configuration.instance(session.get().base()?)
}

/// A token that says when it ends is counted down from ten minutes before.
fn token_ends(session: SessionHandle) -> Markup {
    let clock = expect_context::<Clock>();
    Markup::follows(move || {
        let Session::SignedIn(grant) = session.get() else {
            return Markup::Nothing;
        };
        let Some(ends) = grant.token.says_it_ends() else {
            return Markup::Nothing;
        };
        let minutes = minutes_until(ends, clock);
        Markup::follows(move || {
            let minutes = minutes.get();
            (minutes <= 10).then(|| {
                ui! { <span class="badge" role="status">{format!("Token ends in {minutes} min")}</span> }
            })
        })
    })
}

fn connected_to(server: String, instance: Option<&'static Instance>) -> Markup {
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
            {instance.and_then(|instance| instance.name.as_ref()).map(|name| ui! {
                <b class="clip">{name.visible()}</b>
            })}
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
