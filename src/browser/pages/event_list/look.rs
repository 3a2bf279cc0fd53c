//! How the list looks: which columns, how dense. And the link that shows the same rows next year.

use super::List;
use crate::{
    browser::{
        clipboard,
        markup::Markup,
        parts::{
            icon::icon,
            menu::Menu,
            toast::{Toast, ToastTone, Toasts},
        },
        signals::prelude::*,
    },
    listing::{Column, Columns, Listing},
    route::Route,
    text::Untrusted,
};

/// The menu of columns and density.
pub fn look_menu(list: List, menu: Menu) -> Markup {
    let button = ui! {
        <button class="btn btn--icon btn--ghost only-lg" type="button" aria-label="Columns and density"
            title="Columns and density" aria-haspopup="menu"
            aria-expanded=move || menu.is_open().to_string() on:click=move |_| menu.toggle()>
            {icon("sliders")}
        </button>
    };
    menu.draw("Columns and density", button, move || {
        let columns: Vec<Markup> = Column::ALL
            .into_iter()
            // An event without its sentence is not one.
            .filter(|column| *column != Column::Event)
            .map(|column| column_entry(list, column))
            .collect();
        let compact = list.preferences;
        ui! {
            {columns}
            <hr/>
            <button class="menu__item" class:menu__item--in=move || !compact.is_compact()
                role="menuitemcheckbox" type="button" tabindex="-1"
                aria-checked=move || compact.is_compact().to_string()
                on:click=move |_| compact.set_compact(!compact.is_compact())>
                {move || compact.is_compact().then(|| icon("check"))}"Compact rows"
            </button>
        }
    })
}

fn column_entry(list: List, column: Column) -> Markup {
    let shown = move || list.columns().has(column);
    ui! {
        <button class="menu__item" class:menu__item--in=move || !shown()
            role="menuitemcheckbox" type="button" tabindex="-1"
            aria-checked=move || shown().to_string() on:click=move |_| toggle(list, column)>
            {move || shown().then(|| icon("check"))}{column.label()}
        </button>
    }
}

/// Columns keep the order of the menu, whatever order they were chosen in.
fn toggle(list: List, column: Column) {
    let now = untrack(|| list.columns());
    let columns = Columns::new(
        Column::ALL
            .into_iter()
            .filter(|other| now.has(*other) != (*other == column)),
    );
    list.preferences.choose_columns(&columns);
    let listing = list.log.listing_untracked();
    if listing.columns.is_some() {
        // What the address says makes way for what was chosen.
        list.navigation.replace(&Route::Events(Listing {
            columns: None,
            ..listing
        }));
    }
}

/// Copies the address of exactly these rows: the time as it was asked for, the columns and the zone
/// as they are.
pub fn copy_link(list: List, toasts: Toasts) {
    let asked = list
        .log
        .with_untracked(|loaded| loaded.asked)
        .unwrap_or_else(|| list.clock.now());
    let listing = list.log.listing_untracked();
    let zone = listing
        .zone
        .clone()
        .unwrap_or_else(|| list.preferences.zone());
    let exact = Listing {
        columns: Some(untrack(|| list.columns())),
        zone: Some(zone.named(&list.clock.zone())),
        ..listing.absolute(asked)
    };
    let link = Untrusted::new(list.navigation.link(&Route::Events(exact)));
    leptos::task::spawn_local(async move {
        let done = clipboard::copy(&link).await;
        toasts.show(Toast {
            tone: if done {
                ToastTone::Done
            } else {
                ToastTone::Failed
            },
            title: if done {
                "Link copied".to_owned()
            } else {
                "Nothing was copied".to_owned()
            },
            text: if done {
                "It shows the same rows at any time.".to_owned()
            } else {
                "The browser refused access to the clipboard.".to_owned()
            },
            links: Vec::new(),
        });
    });
}
