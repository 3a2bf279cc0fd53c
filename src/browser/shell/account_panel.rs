//! What the session is and may do, how the page looks, and the way out.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use crate::{
    browser::{
        Clock, SessionHandle, ThemeHandle,
        account::Account,
        parts::{
            icon::icon,
            menu::Menu,
            time::{TimeForm, time},
        },
        shortcuts::Shortcuts,
        storage::{self, Place},
        theme::Theme,
    },
    session::{Grant, KeepMode, Session},
    text::Untrusted,
};

/// The round button at the end of the bar, and what it opens.
pub fn account_panel() -> Markup {
    let account = expect_context::<Account>();
    let panel = Menu::new();
    let label = move || match account.username() {
        Some(name) => format!("{}, account of {}", initials(&name), name.clipped(60)),
        None => "Account".to_owned(),
    };
    let button = ui! {
        <button class="btn btn--ghost btn--icon" type="button" aria-haspopup="dialog"
            aria-expanded=move || panel.is_open().to_string() aria-label=label on:click=move |_| panel.toggle()>
            <span class="avatar" aria-hidden="true">
                {move || account.username().map_or_else(
                    || icon("user").into_markup(),
                    |name| initials(&name).into_markup(),
                )}
            </span>
        </button>
    };
    panel.draw_panel("Account", button, move || content().into_markup())
}

fn content() -> Markup {
    let session = expect_context::<SessionHandle>();
    let account = expect_context::<Account>();
    let who = move || account.username().map(|name| name.clipped(60));
    let superuser = move || account.me().is_some_and(|me| me.is_superuser);
    ui! {
        <div class="account">
            <h2><span class="clip">{who}</span>
                {move || superuser().then(|| ui! { <span class="badge">"Superuser"</span> })}
            </h2>
            <dl class="dl">
                {move || match session.get() {
                    Session::SignedIn(grant) => grant_rows(&grant).into_markup(),
                    Session::SignedOut | Session::Expired { .. } => ().into_markup(),
                }}
                <dt>"May"</dt>
                <dd>{move || may(account)}</dd>
            </dl>
            {theme_choice()}
            {shortcut_switch()}
            <hr/>
            {sign_out(session)}
        </div>
    }
}

fn grant_rows(grant: &Grant) -> Markup {
    let clock = expect_context::<Clock>();
    let kept = match grant.mode {
        KeepMode::Tab => "in this tab, at most until ",
        KeepMode::Device => "on this device, at most until ",
        KeepMode::Memory => "until this page is left",
    };
    let until = (grant.mode != KeepMode::Memory).then(|| time(grant.ends, TimeForm::Full, clock));
    ui! {
        <dt>"Server"</dt>
        <dd>{grant.base.as_str().to_owned()}</dd>
        <dt>"Token"</dt>
        <dd>
            <code>{format!("••••{}", grant.token.ending())}</code>
            <small>"Kept "{kept}{until}</small>
        </dd>
    }
}

fn may(account: Account) -> &'static str {
    match account.rights().map(|rights| rights.create) {
        Some(true) => "view and create events",
        Some(false) => "view events, not create them",
        None => "view events",
    }
}

fn theme_choice() -> Markup {
    let theme = expect_context::<ThemeHandle>();
    let choices = [
        (Theme::System, "System"),
        (Theme::Light, "Light"),
        (Theme::Dark, "Dark"),
    ]
    .map(|(choice, label)| {
        ui! {
            <label>
                <input type="radio" name="theme" prop:checked=move || theme.get() == choice
                    on:change=move |_| theme.choose(choice)/>
                {label}
            </label>
        }
    });
    ui! { <fieldset><legend class="sr">"Theme"</legend><div class="seg">{choices}</div></fieldset> }
}

fn shortcut_switch() -> Markup {
    let shortcuts = expect_context::<Shortcuts>();
    ui! {
        <label class="switch">
            <input type="checkbox" role="switch" prop:checked=move || shortcuts.are_on()
                on:change=move |event| shortcuts.switch(event_target_checked(&event))/>
            "Single-key shortcuts"
        </label>
    }
}

/// The way out. A draft of a new event is asked about first: it may hold what others must not see,
/// and it may hold an hour of work.
fn sign_out(session: SessionHandle) -> Markup {
    let asking = RwSignal::new(false);
    let leave = move |_| {
        if draft_key(session).is_some_and(|key| storage::read(Place::Tab, &key).is_some()) {
            asking.set(true);
        } else {
            session.sign_out();
        }
    };
    let discard = move |_| {
        if let Some(key) = draft_key(session) {
            storage::forget(Place::Tab, &key);
        }
        session.sign_out();
    };
    Markup::follows(move || {
        if asking.get() {
            ui! {
                <p role="alert">"A draft of a new event is kept in this tab."</p>
                <div class="btns">
                    <button class="btn btn--danger" type="button" on:click=discard>"Discard it and sign out"</button>
                    <button class="btn" type="button" on:click=move |_| session.sign_out()>"Keep it and sign out"</button>
                </div>
            }
        } else {
            ui! {
                <button class="menu__item menu__item--danger" type="button" on:click=leave>
                    {icon("exit")}"Sign out and forget token"
                </button>
                <p class="hint">
                    "The token itself stays valid until it expires or is deleted in authentik, under Directory › Tokens and App passwords."
                </p>
            }
        }
    })
}

fn draft_key(session: SessionHandle) -> Option<String> {
    match session.get_untracked() {
        Session::SignedIn(grant) => Some(grant.base.draft_key()),
        Session::Expired { base, .. } => Some(base.draft_key()),
        Session::SignedOut => None,
    }
}

/// The first two letters or digits of a name.
fn initials(name: &Untrusted) -> String {
    name.visible()
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}
