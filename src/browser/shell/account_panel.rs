//! What the session is and may do, how the page looks, and the way out.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use crate::{
    api::ApiBase,
    browser::{
        Clock, Navigation, SessionHandle, ThemeHandle,
        account::Account,
        parts::{
            icon::icon,
            loaded::minutes_until,
            menu::Menu,
            time::{TimeForm, time},
        },
        saved_views::ViewShelf,
        shortcuts::Shortcuts,
        storage::{self, Place},
        theme::Theme,
    },
    configuration::{Color, Configuration},
    count::counted,
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
    panel.draw_panel("Account", button, move || content(panel).into_markup())
}

fn content(panel: Menu) -> Markup {
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
                    Session::SignedOut
                    | Session::Asking
                    | Session::Expired { .. }
                    | Session::Locked { .. } => ().into_markup(),
                }}
                <dt>"May"</dt>
                <dd>{move || may(account)}</dd>
            </dl>
            {other_instances(session)}
            {theme_choice()}
            {shortcut_switch()}
            <hr/>
            {sign_out(session, panel)}
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
            {grant.token.says_it_ends().map(|ends| {
                let minutes = minutes_until(ends, clock);
                ui! {
                    <small>"It says that it ends "{time(ends, TimeForm::Full, clock)}", in "
                        <span class="num">{move || minutes.get()}</span>" min"</small>
                }
            })}
        </dd>
    }
}

/// The other servers of the deployment. The session here stays as it is kept.
fn other_instances(session: SessionHandle) -> Markup {
    let navigation = expect_context::<Navigation>();
    let configuration = expect_context::<&'static Configuration>();
    let host = session.host_untracked();
    let others: Vec<Markup> = configuration
        .instances
        .iter()
        .filter(|instance| Some(instance.server.host()) != host.as_deref())
        .map(|instance| {
            let host = instance.server.host();
            let name = instance.name.as_ref().map(Untrusted::visible);
            ui! {
                <button class="menu__item" type="button" data-color=instance.color.map(Color::name)
                    on:click=move |_| navigation.switch_to(host)>
                    {icon("right")}{format!("Switch to {}", name.unwrap_or_else(|| host.to_owned()))}
                </button>
            }
        })
        .collect();
    others.into_markup()
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

/// The way out. What stays behind is asked about first: a draft of a new event may hold what others
/// must not see, and an hour of work; filters of views may name people and addresses.
fn sign_out(session: SessionHandle, panel: Menu) -> Markup {
    let shelf = expect_context::<ViewShelf>();
    let asking = RwSignal::new(Vec::new());
    let leave = move |_| {
        let kept = left_behind(session, shelf);
        if kept.is_empty() {
            session.sign_out();
        } else {
            asking.set(kept);
            // The button that was pressed is gone, and with it the focus that keeps the panel open.
            panel.focus_panel();
        }
    };
    let forget = move |_| {
        if let Some(key) = draft_key(session) {
            storage::forget(Place::Tab, &key);
        }
        shelf.forget();
        session.sign_out();
    };
    Markup::follows(move || {
        let kept = asking.get();
        if kept.is_empty() {
            ui! {
                <button class="menu__item menu__item--danger" type="button" on:click=leave>
                    {icon("exit")}"Sign out and forget token"
                </button>
                <p class="hint">
                    "The token itself stays valid until it expires or is deleted in authentik, under Directory › Tokens and App passwords."
                </p>
            }
        } else {
            ui! {
                <p role="alert">{kept.join(" ")}</p>
                <div class="btns">
                    <button class="btn btn--danger" type="button" on:click=forget>"Forget and sign out"</button>
                    <button class="btn" type="button" on:click=move |_| session.sign_out()>"Keep and sign out"</button>
                </div>
            }
        }
    })
}

/// What is still there after signing out, in sentences.
fn left_behind(session: SessionHandle, shelf: ViewShelf) -> Vec<String> {
    let draft = draft_key(session).and_then(|key| storage::read(Place::Tab, &key));
    let draft = draft.map(|_| "A draft of a new event is kept in this tab.".to_owned());
    let views = untrack(|| shelf.all().all().len() as u64);
    let views = (views > 0).then(|| {
        format!(
            "{} kept on this device, with filters that may name people and addresses.",
            counted(views, "view is", "views are")
        )
    });
    draft.into_iter().chain(views).collect()
}

fn draft_key(session: SessionHandle) -> Option<String> {
    session.get_untracked().base().map(ApiBase::draft_key)
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
