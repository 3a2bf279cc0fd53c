//! What can be taken away from the page of an event: copies, a file, paper.

use std::rc::Rc;

use leptos::task::spawn_local;

use super::Page;
use crate::{
    browser::{
        clipboard, download,
        markup::Markup,
        parts::{
            copy::{Look, copy_button_as},
            icon::icon,
            menu::Menu,
            toast::{Toast, ToastTone},
        },
        signals::prelude::*,
    },
    event::Event,
    export::single::{Secrets, csv_row, curl, markdown, rule},
    route::{Route, Start},
    session::Session,
    text::Untrusted,
};

/// A way to copy an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copy {
    Link,
    Json,
    Markdown,
    WholeMarkdown,
    CsvRow,
    Curl,
    Rule,
    Id,
}

impl Copy {
    /// The menu, but for what has a place of its own.
    const MENU: [Self; 7] = [
        Self::Json,
        Self::Markdown,
        Self::WholeMarkdown,
        Self::CsvRow,
        Self::Curl,
        Self::Rule,
        Self::Id,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Link => "Copy link",
            Self::Json => "Copy as JSON",
            Self::Markdown => "Copy as Markdown",
            Self::WholeMarkdown => "Copy as Markdown with secrets",
            Self::CsvRow => "Copy as CSV row",
            Self::Curl => "Copy as curl",
            Self::Rule => "Copy query for a rule",
            Self::Id => "Copy event ID",
        }
    }

    /// What the toast says was copied.
    fn copied(self) -> (&'static str, &'static str) {
        match self {
            Self::Link => ("Link copied", ""),
            Self::Json => ("JSON copied", ""),
            Self::Markdown => (
                "Markdown copied",
                "Secrets and texts of mails are left out.",
            ),
            Self::WholeMarkdown => ("Markdown copied", "It may hold secrets and live links."),
            Self::CsvRow => ("CSV row copied", ""),
            Self::Curl => (
                "curl command copied",
                "It reads the token from $AUTHENTIK_TOKEN.",
            ),
            Self::Rule => (
                "Query copied",
                "It fits the field “Query” of an event matcher policy in authentik.",
            ),
            Self::Id => ("Event ID copied", ""),
        }
    }

    fn picture(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Json => "braces",
            Self::Curl => "terminal",
            Self::Rule => "filter",
            Self::Markdown | Self::WholeMarkdown | Self::CsvRow | Self::Id => "copy",
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["C"],
            Self::Markdown => &["Ctrl", "Alt", "C"],
            Self::Link
            | Self::WholeMarkdown
            | Self::CsvRow
            | Self::Curl
            | Self::Rule
            | Self::Id => &[],
        }
    }
}

impl Page {
    /// The text of a copy, or why there is none.
    fn text(self, event: &Event, copy: Copy) -> Result<Untrusted, String> {
        let zone = |at| untrack(|| self.clock.offset_at(at));
        let link = || self.link();
        Ok(match copy {
            Copy::Link => link(),
            Copy::Json => json(event),
            Copy::Markdown => markdown(event, &link(), &zone, Secrets::LeftOut),
            Copy::WholeMarkdown => markdown(event, &link(), &zone, Secrets::Kept),
            Copy::CsvRow => csv_row(event, &zone),
            Copy::Rule => Untrusted::new(rule(event)?),
            Copy::Id => Untrusted::new(event.id.to_string()),
            Copy::Curl => match self.session.get_untracked().base() {
                Some(base) => curl(base, event.id),
                None => return Err("Nobody is signed in.".to_owned()),
            },
        })
    }

    /// Copies, and says so: menus and keys have no button that could.
    pub(super) fn copy(self, event: &Event, copy: Copy) {
        let text = self.text(event, copy);
        spawn_local(async move {
            let refusal = match text {
                Err(why) => Some(why),
                Ok(text) if clipboard::copy(&text).await => None,
                Ok(_) => Some("The browser refused access to the clipboard.".to_owned()),
            };
            let (title, text) = copy.copied();
            self.toasts.show(match refusal {
                None => Toast {
                    tone: ToastTone::Done,
                    title: title.to_owned(),
                    text: text.to_owned(),
                    links: Vec::new(),
                },
                Some(why) => Toast {
                    tone: ToastTone::Failed,
                    title: "Nothing was copied".to_owned(),
                    text: why,
                    links: Vec::new(),
                },
            });
        });
    }

    pub(super) fn link(self) -> Untrusted {
        // Without the list: who gets the link need not see what was looked for.
        Untrusted::new(self.navigation.link(&Route::event(self.id)))
    }
}

fn json(event: &Event) -> Untrusted {
    Untrusted::new(event.raw.as_str())
}

/// The buttons in the head of the page.
pub(super) fn buttons(page: Page, event: &Event) -> Markup {
    let event = Rc::new(event.clone());
    let menu = Menu::new();
    let more = ui! {
        <button class="btn btn--icon" type="button" aria-label="More actions" aria-haspopup="menu"
            aria-expanded=move || menu.is_open().to_string() on:click=move |_| menu.toggle()>
            {icon("more")}
        </button>
    };
    ui! {
        <div class="btns">
            {copy_button_as(Look::Words("link", "Copy link"), "Copy link", move || page.link())}
            {menu.draw("Event actions", more, move || entries(page, &event))}
        </div>
    }
}

fn entries(page: Page, event: &Rc<Event>) -> Markup {
    let copies = Copy::MENU.map(|copy| {
        let event = Rc::clone(event);
        let act = move || page.copy(&event, copy);
        entry(copy.picture(), copy.label(), copy.keys(), act)
    });
    let saved = Rc::clone(event);
    let save = move || {
        let name = format!("event-{}.json", saved.id);
        download::save(&name, "application/json", saved.raw.as_str());
    };
    let like = page.navigation.href(&Route::NewEvent(Start::Like(page.id)));
    ui! {
        <a class="menu__item" role="menuitem" tabindex="-1" href=like>
            {icon("duplicate")}"Duplicate as new event"<kbd class="kbds"><kbd class="kbd">"D"</kbd></kbd>
        </a>
        {copies}
        <hr/>
        {entry("download", "Download JSON", &[], save)}
        {entry("print", "Print", &["Ctrl", "P"], || _ = window().print())}
        {in_authentik(page)}
    }
}

fn entry(
    picture: &'static str,
    words: &'static str,
    keys: &'static [&'static str],
    act: impl Fn() + 'static,
) -> Markup {
    let keys = (!keys.is_empty()).then(|| {
        let keys: Vec<Markup> = keys
            .iter()
            .map(|key| ui! { <kbd class="kbd">{*key}</kbd> })
            .collect();
        ui! { <kbd class="kbds">{keys}</kbd> }
    });
    ui! {
        <button class="menu__item" role="menuitem" type="button" tabindex="-1" on:click=move |_| act()>
            {icon(picture)}{words}{keys}
        </button>
    }
}

/// The event in authentik's own pages.
fn in_authentik(page: Page) -> Option<Markup> {
    let Session::SignedIn(grant) = page.session.get_untracked() else {
        return None;
    };
    let address = format!("{}/if/admin/#/events/log/{}", grant.base.as_str(), page.id);
    Some(ui! {
        <a class="menu__item" role="menuitem" tabindex="-1" target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" href=address>
            {icon("external")}"Open in authentik"
        </a>
    })
}
