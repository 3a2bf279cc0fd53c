//! The frame around every page: who may see which, the bar, the page itself, and what lies over it.

mod account_panel;
mod bar;
mod idle_warning;
mod reentry;
mod strangers_draft;
mod zone_menu;

use crate::browser::signals::prelude::*;
use leptos::task::spawn_local;

use crate::browser::markup::Markup;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

use self::{
    bar::bar,
    idle_warning::idle_warning,
    reentry::reentry,
    strangers_draft::{StrangersDraft, strangers_draft},
    zone_menu::toggle_utc,
};
use super::{
    Client, Clock, Navigation, SessionHandle, ThemeHandle,
    account::Account,
    event_log::EventLog,
    names::Names,
    pages::{
        event_create::event_create,
        event_detail::{event_beside, event_detail},
        event_import::event_import,
        event_list::event_list,
        not_found::not_found,
        self_test::self_test,
        sign_in::sign_in,
    },
    parts::toast::{Toasts, toast_region},
    preferences::Preferences,
    saved_views::ViewShelf,
    shortcuts::Shortcuts,
    trail::Trail,
    typed_server::TypedServer,
};
use crate::{event::EventId, listing::ZoneChoice, route::Route, session::Session, text::Untrusted};

/// What is shown. What a list shows is not in it: the list follows that by itself and keeps its rows
/// meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Screen {
    SignIn,
    /// The same, and the address stays.
    Locked,
    /// Somebody else left a draft here.
    StrangersDraft,
    /// The address is about to change, or other tabs are asked.
    Nothing,
    /// With an event beside it or without.
    Events,
    Event(EventId),
    NoSuchEvent(Untrusted),
    NewEvent,
    Import,
    SelfTest,
    NotFound,
}

impl Screen {
    fn of(session: &Session, strangers: bool, route: Route, beside: bool) -> Self {
        match (session, route) {
            (Session::SignedIn(_), _) if strangers => Self::StrangersDraft,
            (_, Route::NotFound) => Self::NotFound,
            (_, Route::SelfTest) => Self::SelfTest,
            (Session::SignedOut, _) => Self::SignIn,
            (Session::Asking, _) => Self::Nothing,
            (Session::Locked { .. }, _) => Self::Locked,
            (Session::SignedIn(_) | Session::Expired { .. }, route) => match route {
                Route::SignIn { .. } => Self::Nothing,
                Route::Events(_) => Self::Events,
                Route::Event { .. } if beside => Self::Events,
                Route::Event { id, .. } => Self::Event(id),
                Route::NoSuchEvent(typed) => Self::NoSuchEvent(typed),
                Route::NewEvent(_) => Self::NewEvent,
                Route::Import => Self::Import,
                Route::SelfTest => Self::SelfTest,
                Route::NotFound => Self::NotFound,
            },
        }
    }

    fn has_frame(&self) -> bool {
        !matches!(
            self,
            Self::SignIn | Self::SelfTest | Self::Locked | Self::StrangersDraft | Self::Nothing
        )
    }
}

/// The frame.
pub fn shell() -> Markup {
    let session = expect_context::<SessionHandle>();
    let navigation = expect_context::<Navigation>();
    let toasts = Toasts::new();
    let shortcuts = Shortcuts::load();
    provide_context(toasts);
    provide_context(shortcuts);
    let account = Account::load(session, expect_context::<Client>());
    provide_context(account);
    let strangers = StrangersDraft::watch(session, account);
    provide_context(strangers);
    provide_context(TypedServer::new());
    let preferences = Preferences::load();
    provide_context(preferences);
    let shelf = ViewShelf::load();
    provide_context(shelf);
    if navigation.route_untracked() == Route::events() {
        navigation.replace(&Route::Events(shelf.beginning()));
    }
    let log = EventLog::follow(session, expect_context::<Client>(), navigation);
    provide_context(log);
    let clock = expect_context::<Clock>();
    let trail = Trail::start(session, expect_context::<Client>(), clock, log);
    provide_context(trail);
    provide_context(Names::start(session, expect_context::<Client>()));
    show_times_in_zone(clock, log, preferences);

    guard(session, navigation, shelf);
    // An effect because the messages are no part of a page, and would stay.
    Effect::new(move || {
        if session.get().base().is_none() {
            toasts.clear();
        }
    });
    let screen = Memo::new(move |_| {
        Screen::of(
            &session.get(),
            strangers.is_there(),
            navigation.route(),
            log.is_beside(),
        )
    });
    focus_new_pages(screen, trail);
    listen(
        shortcuts,
        session,
        navigation,
        expect_context::<ThemeHandle>(),
    );

    // The self-test shows nothing of the session, and says itself what became of its token.
    let asks_again = Memo::new(move |_| screen.with(|screen| *screen != Screen::SelfTest));
    let framed = Memo::new(move |_| screen.with(Screen::has_frame));
    ui! {
        <a class="skip" href="#main">"Skip to content"</a>
        {move || {
            if framed.get() {
                ui! { <div class="app">{bar()}{move || page(screen.get())}</div> }
            } else {
                Markup::follows(move || unframed(screen.get()))
            }
        }}
        {toast_region(toasts)}
        {move || asks_again.get().then(reentry)}
        {idle_warning()}
    }
}

/// An effect because every view hears of the zone from the clock.
fn show_times_in_zone(clock: Clock, log: EventLog, preferences: Preferences) {
    Effect::new(move || {
        let zone = log.listing().zone.unwrap_or_else(|| preferences.zone());
        if !clock.choose_zone(&zone) {
            clock.choose_zone(&ZoneChoice::Local);
        }
    });
}

/// A page that has no frame; the others are drawn in theirs.
fn unframed(screen: Screen) -> Markup {
    if screen.has_frame() {
        Markup::Nothing
    } else {
        page(screen)
    }
}

fn page(screen: Screen) -> Markup {
    match screen {
        Screen::SignIn | Screen::Locked => sign_in(),
        Screen::StrangersDraft => strangers_draft(expect_context::<StrangersDraft>()),
        Screen::Nothing => Markup::Nothing,
        Screen::Events => event_list(event_beside),
        Screen::Event(id) => event_detail(id, expect_context::<EventLog>().listing_untracked()),
        Screen::NoSuchEvent(typed) => not_found(Some(typed)),
        Screen::NewEvent => event_create(),
        Screen::Import => event_import(),
        Screen::SelfTest => self_test(),
        Screen::NotFound => not_found(None),
    }
}

/// Keeps the address and the session in step: nobody signed in sees only the sign-in page, which
/// remembers where a link led; whoever is signed in never sees it.
fn guard(session: SessionHandle, navigation: Navigation, shelf: ViewShelf) {
    // An effect because the address bar is outside.
    Effect::with_last(move |was_signed_in: Option<bool>| {
        let signed_in = match session.get() {
            Session::SignedOut => false,
            Session::SignedIn(_) | Session::Expired { .. } => true,
            // The address stays: it says where to go on.
            Session::Asking | Session::Locked { .. } => return was_signed_in.unwrap_or(false),
        };
        match (signed_in, navigation.route()) {
            (true, Route::SignIn { next }) => {
                navigation
                    .replace(&next.map_or_else(|| Route::Events(shelf.beginning()), |next| *next));
            }
            (false, Route::SignIn { .. } | Route::SelfTest | Route::NotFound) | (true, _) => {}
            (false, route) => {
                // After signing out the address says nothing of what was read.
                let next = (was_signed_in != Some(true)).then(|| Box::new(route));
                navigation.replace(&Route::SignIn { next });
            }
        }
        signed_in
    });
}

/// A new page is read out from its heading, and the keyboard goes on from there. The list that comes
/// back from an event gives focus to its row itself.
fn focus_new_pages(screen: Memo<Screen>, trail: Trail) {
    // An effect because focus is outside.
    Effect::with_last(move |before: Option<Screen>| {
        let now = screen.get();
        let comes_back = matches!(
            (&before, &now),
            (Some(Screen::Event(_)), Screen::Events) if trail.leads_to_a_row()
        );
        if before.is_some() && !comes_back {
            spawn_local(async {
                leptos::task::tick().await;
                focus_heading();
            });
        }
        now
    });
}

fn focus_heading() {
    let found = ["#main h1", "#main"]
        .into_iter()
        .find_map(|selector| document().query_selector(selector).ok().flatten());
    let Some(target) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    // A heading takes focus only by script, never by Tab.
    let _ = target.set_attribute("tabindex", "-1");
    // Where the page is scrolled to is the navigation's.
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = target.focus_with_options(&options);
}

fn listen(
    shortcuts: Shortcuts,
    session: SessionHandle,
    navigation: Navigation,
    theme: ThemeHandle,
) {
    let log = expect_context::<EventLog>();
    let preferences = expect_context::<Preferences>();
    shortcuts.listen(move |key| match key {
        "t" => {
            theme.toggle();
            true
        }
        "u" => {
            toggle_utc(log, preferences, navigation);
            true
        }
        "n" if matches!(session.get_untracked(), Session::SignedIn(_)) => {
            navigation.navigate(&Route::new_event());
            true
        }
        _ => false,
    });
}
