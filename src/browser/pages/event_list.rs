//! The list of events.

mod beside;
mod head;
mod keys;
mod look;
mod states;
mod table;
mod tail;

use self::{
    beside::beside,
    states::{empty, pager, trouble},
    table::{Table, empty_table},
    tail::{Tail, arrived},
};
use crate::browser::signals::prelude::*;
use crate::{
    browser::{
        Clock, Navigation, SessionHandle,
        account::Account,
        event_log::EventLog,
        markup::Markup,
        parts::{
            copy::{Look, copy_button_as},
            event_row::Marks,
            filter_bar::Editors,
            icon::icon,
            loaded::{loaded, patience},
        },
        preferences::Preferences,
        remote::Remote,
        shortcuts::Shortcuts,
        trail::Trail,
    },
    event::{Event, EventId},
    filter::Chip,
    listing::{Columns, Listing},
    text::Untrusted,
};

/// Everything of this page; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
pub struct List {
    log: EventLog,
    tail: Tail,
    clock: Clock,
    navigation: Navigation,
    session: SessionHandle,
    account: Account,
    preferences: Preferences,
    columns: Memo<Columns>,
}

/// Draws an event beside the list that it was opened from, below the ways to its neighbors.
pub type DrawBeside = fn(EventId, Listing, Markup) -> Markup;

/// The page: the list, and beside it the event that is open.
pub fn event_list(draw_beside: DrawBeside) -> Markup {
    let log = expect_context::<EventLog>();
    let session = expect_context::<SessionHandle>();
    let preferences = expect_context::<Preferences>();
    let list = List {
        log,
        tail: Tail::start(log, session),
        clock: expect_context::<Clock>(),
        navigation: expect_context::<Navigation>(),
        session,
        account: expect_context(),
        preferences,
        columns: Memo::new(move |_| {
            let chosen = log.listing().columns;
            chosen.unwrap_or_else(|| preferences.columns())
        }),
    };
    let table = Table::new(list);
    list.name_the_page();
    let editors = Editors::new();
    keys::listen(list, table, editors, expect_context::<Shortcuts>());
    if expect_context::<Trail>().take_last().is_some() {
        table.come_back();
    }
    let split = move || log.open().is_some();
    ui! {
        <main class="events" id="main">
            {move || (!list.has_failed()).then(|| ui! { <h1 class="sr" tabindex="-1">"Events"</h1> })}
            {head::bar(list, editors)}
            {head::chart(list)}
            <div class="split" class:split--open=split>
                <div class="list" on:scroll=move |_| table.look()>
                    {move || trouble(list)}
                    {patience(log.rows)}
                    {arrived(list)}
                    {head::picked(list)}
                    {loaded(
                        log.rows,
                        |loaded| loaded.number,
                        move || empty_table(list),
                        move |failure| states::failure(list, failure),
                        move |loaded| if loaded.rows.shown().is_empty() {
                            empty(list, loaded)
                        } else {
                            table.draw()
                        },
                    )}
                    {move || pager(list)}
                </div>
                {move || log.open().map(|id| beside(list, table, id, draw_beside))}
            </div>
        </main>
    }
}

impl List {
    /// An effect because the title is outside.
    fn name_the_page(self) {
        Effect::new(move || {
            let waiting = self.log.with(|loaded| loaded.rows.waiting());
            if self.log.open().is_none() {
                self.navigation
                    .set_title(&match waiting.unwrap_or_default() {
                        0 => "Events".to_owned(),
                        waiting => format!("({waiting}) Events"),
                    });
            }
        });
    }

    /// Whether a question is open.
    fn is_busy(self) -> bool {
        self.log
            .rows
            .state
            .with(|state| matches!(state, Remote::Loading(_)))
    }

    /// Whether a failure stands in the place of the list, with a heading and buttons of its own.
    fn has_failed(self) -> bool {
        self.log
            .rows
            .state
            .with(|state| matches!(state, Remote::Failed { stale: None, .. }))
    }

    /// The columns that are shown.
    fn columns(self) -> Columns {
        self.columns.get()
    }

    /// Back to the newest rows.
    fn to_the_top(self) {
        if let Some(region) = document().query_selector(".list").ok().flatten() {
            region.set_scroll_top(0);
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Opens an event, with its own page or beside the list.
    fn open(self, id: EventId) {
        self.navigation.navigate(&self.log.event(id));
    }

    /// What is said of a row now.
    fn marks(self, id: EventId) -> Marks {
        untrack(|| Marks {
            href: self.navigation.href(&self.log.event(id)),
            is_open: self.log.open() == Some(id),
            is_picked: self.log.picked.with(|picked| picked.contains(&id)),
        })
    }

    /// What can be done with a row beside opening it.
    fn row_actions(self, id: EventId) -> Markup {
        let log = self.log;
        let with_event = move |read: fn(&Event) -> Option<Chip>| {
            log.with_untracked(|loaded| {
                let place = loaded.rows.position(id)?;
                read(loaded.rows.event_at(place)?)
            })
            .flatten()
        };
        let json = move || {
            let text = log.with_untracked(|loaded| {
                let place = loaded.rows.position(id)?;
                Some(loaded.rows.event_at(place)?.raw.as_str().to_owned())
            });
            Untrusted::new(text.flatten().unwrap_or_default())
        };
        let link = move || Untrusted::new(self.navigation.link(&log.event(id)));
        let pick = move |_| self.pick(id);
        ui! {
            <button class="btn btn--icon btn--sm" type="button" tabindex="-1"
                aria-label="Select this event" title="Select (X)"
                aria-pressed=move || log.picked.with(|picked| picked.contains(&id)).to_string()
                on:click=pick>{icon("check")}</button>
            {self.filter_button("user", "Filter by this user", with_event(user_chip))}
            {self.filter_button("pin", "Filter by this IP", with_event(address_chip))}
            {copy_button_as(Look::Sign("link"), "Copy link", link)}
            {copy_button_as(Look::Sign("braces"), "Copy as JSON", json)}
        }
    }

    fn filter_button(
        self,
        image: &'static str,
        label: &'static str,
        chip: Option<Chip>,
    ) -> Option<Markup> {
        let chip = chip?;
        let title = format!("{label}; with Shift leave it out");
        Some(ui! {
            <button class="btn btn--icon btn--sm" type="button" tabindex="-1" aria-label=label title=title
                on:click=move |press| self.filter(&if press.shift_key() { chip.inverted() } else { chip.clone() })>{icon(image)}</button>
        })
    }

    /// Filters for a chip, or no longer.
    fn filter(self, chip: &Chip) {
        let listing = self.log.listing_untracked();
        self.log.show(Listing {
            filter: listing.filter.toggled(chip),
            ..listing
        });
    }

    /// Picks a row, or no longer.
    fn pick(self, id: EventId) {
        self.log.picked.update(|picked| {
            let before = picked.len();
            picked.retain(|other| *other != id);
            if picked.len() == before {
                picked.push(id);
            }
        });
    }
}

fn user_chip(event: &Event) -> Option<Chip> {
    let name = event.actor.username()?;
    Some(Chip::user(name))
}

fn address_chip(event: &Event) -> Option<Chip> {
    let address = event.client_ip.as_ref()?;
    Some(Chip::client_ip(address))
}
