//! One row of the log.
//!
//! The roles are written out because the rows are grids, and a browser that sees `display: grid`
//! no longer calls a row a row. The link in the event cell is the only tab stop of a row; it covers
//! the whole row, so that a new tab by the middle button works. What else can be done with a row is
//! drawn only while the pointer or the keyboard is on it.
//!
//! Rows come and go by the dozen with each frame of scrolling. So they listen to nothing but what is
//! hot; the table hears their events, and tells them what is open and picked.

use std::rc::Rc;

use web_sys::Element;

use super::{
    action::action,
    copy::copy_button,
    icon::{icon, small_icon},
    sentence::sentence,
    time::{TimeForm, time},
};
use crate::browser::signals::prelude::*;
use crate::{
    browser::{
        clock::Clock,
        markup::{IntoMarkup, Markup},
    },
    event::{
        Event, EventId, Severity,
        doubt::{Doubt, KnownNames},
        row::{Network, SourceCell, UserCell, row_cells},
        summary,
    },
    listing::{Column, Columns},
    moment::Moment,
    text::Untrusted,
};

/// How much of one cell is written; the page of the event has all of it.
const CELL_LIMIT: usize = 120;

/// Where a row keeps which event it is of.
const ID: &str = "data-id";

/// What a row knows of the list that it stands in.
#[derive(Clone)]
pub struct RowFrame {
    /// Time and zone.
    pub clock: Clock,
    /// Which columns there are.
    pub columns: Columns,
    /// Its number for screen readers, from 2: the heads are 1.
    pub number: usize,
    /// Whether it came while the list was open.
    pub is_new: bool,
    /// Whether it is newer than what was seen on the last visit.
    pub is_unseen: bool,
    /// What the list says of it, when it is drawn.
    pub marks: Marks,
    /// The row that the pointer or the keyboard is on.
    pub hot: RwSignal<Option<EventId>>,
    /// The names that others may imitate.
    pub known: Memo<KnownNames>,
    /// What can be done with it.
    pub actions: Rc<dyn Fn(EventId) -> Markup>,
}

/// What a list says of one of its rows, and may say otherwise later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// The address of the event.
    pub href: String,
    /// Whether it is the event that is open beside the list.
    pub is_open: bool,
    /// Whether it is picked.
    pub is_picked: bool,
}

impl std::fmt::Debug for RowFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowFrame").finish_non_exhaustive()
    }
}

/// The row of an event.
pub fn event_row(event: &Event, frame: RowFrame) -> Markup {
    let id = event.id;
    let cells = row_cells(event);
    let edge = match event.action.severity() {
        Severity::Error => Some("error"),
        Severity::Warning => Some("warn"),
        Severity::Routine | Severity::Change => None,
    };
    // Narrow lists have no column for the address; the style shows it behind the user.
    let source = cells.source.as_ref().map(|source| {
        format!(
            "{} {}",
            source.flag.as_deref().unwrap_or_default(),
            source.address.clipped(CELL_LIMIT)
        )
    });
    let more = more_cells(event, &frame);
    let RowFrame {
        marks,
        hot,
        known,
        actions,
        ..
    } = frame;
    ui! {
        <tr class="log__row row-fx" class:is-new=frame.is_new role="row" data-sev=edge
            data-id=id.to_string() data-unseen=frame.is_unseen aria-rowindex=frame.number
            aria-selected=marks.is_picked.then_some("true")>
            <td class="log__t" role="cell">{event.created.map_or_else(missing, |created| time(created, TimeForm::Time, frame.clock).into_markup())}{unseen(frame.is_unseen)}</td>
            <td class="c-act" role="cell">{action(&event.action)}</td>
            <td class="log__sum" role="cell"><a href=marks.href
                aria-current=marks.is_open.then_some("true")>{sentence(&summary::sentence(event))}</a></td>
            <td class="log__user c-user" role="cell" data-src=source>{known.with_untracked(|known| doubt(&cells.user, known))}{user(&cells.user)}</td>
            <td class="c-src" role="cell"><span class="log__src">{source_cell(cells.source.as_ref())}</span></td>
            <td class="log__app c-app" role="cell" title=event.app.clipped(CELL_LIMIT)>{cells.app.clipped(CELL_LIMIT)}</td>
            {more}
            {move || (hot.get() == Some(id)).then(|| ui! { <td class="log__acts" role="cell">{actions(id)}</td> })}
        </tr>
    }
}

/// The event of the row that an element stands in.
pub fn row_around(element: &Element) -> Option<EventId> {
    let row = element.closest(".log__row").ok().flatten()?;
    EventId::parse(&row.get_attribute(ID)?)
}

/// Tells a drawn row what the list says of it now.
pub fn mark_row(row: &Element, marks: impl Fn(EventId) -> Marks) {
    let id = row.get_attribute(ID).and_then(|id| EventId::parse(&id));
    let (Some(id), Ok(Some(link))) = (id, row.query_selector(".log__sum > a")) else {
        return;
    };
    let marks = marks(id);
    let flag = |element: &Element, name, on| {
        let _ = if on {
            element.set_attribute(name, "true")
        } else {
            element.remove_attribute(name)
        };
    };
    let _ = link.set_attribute("href", &marks.href);
    flag(&link, "aria-current", marks.is_open);
    flag(row, "aria-selected", marks.is_picked);
}

fn unseen(is_unseen: bool) -> Option<Markup> {
    is_unseen.then(|| ui! { <span class="sr">" new since your last visit"</span> })
}

/// Cells that only those see who asked for them.
fn more_cells(event: &Event, frame: &RowFrame) -> Vec<Markup> {
    let mut cells = Vec::new();
    if frame.columns.has(Column::Brand) {
        let brand = event.brand_name.as_ref();
        let brand = brand.map_or_else(missing, |name| name.clipped(CELL_LIMIT).into_markup());
        cells.push(ui! { <td class="log__app c-brand" role="cell">{brand}</td> });
    }
    if frame.columns.has(Column::Expires) {
        let expires = event.expires.map_or_else(missing, |expires| {
            time(expires, TimeForm::Full, frame.clock).into_markup()
        });
        cells.push(ui! { <td class="log__app c-expires" role="cell">{expires}</td> });
    }
    cells
}

fn missing() -> Markup {
    ui! { <span class="faint" title="not set">"–"</span> }
}

fn user(cell: &UserCell) -> Markup {
    match cell {
        UserCell::Words(words) => ui! { <span class="sys">{*words}</span> },
        UserCell::Account { name, other } => {
            let other = other
                .as_ref()
                .map(|(word, name)| ui! { " "<small>{*word}" "{name.clipped(CELL_LIMIT)}</small> });
            ui! { {name.clipped(CELL_LIMIT)}{other} }
        }
    }
}

/// That a name should be looked at twice; the page of the event says why in sentences.
fn doubt(cell: &UserCell, known: &KnownNames) -> Option<Markup> {
    let UserCell::Account { name, other } = cell else {
        return None;
    };
    let names = std::iter::once(name).chain(other.as_ref().map(|(_, other)| other));
    let doubts: Vec<String> = names
        .flat_map(|name| Doubt::of(name, known))
        .map(|doubt| doubt.words())
        .collect();
    (!doubts.is_empty()).then(|| {
        let words = doubts.join(". ");
        ui! {
            <span class="doubt" title=words.clone()>{small_icon("warn")}<span class="sr">{words}</span></span>
        }
    })
}

fn source_cell(cell: Option<&SourceCell>) -> Markup {
    let Some(cell) = cell else {
        return ui! { <span class="faint" aria-hidden="true">"–"</span><span class="sr">"No client IP"</span> };
    };
    let network = cell.network.as_ref().map(|network| match network {
        Network::Known(name) => name.clipped(CELL_LIMIT),
        Network::Words(words) => (*words).to_owned(),
    });
    ui! {
        {cell.flag.clone().map(|flag| ui! { <span class="flag">{flag}</span> })}
        <code>{cell.address.clipped(CELL_LIMIT)}</code>
        {network.map(|network| ui! { <span>{network}</span> })}
    }
}

/// The head of a day.
pub fn day_head(day: Moment, rows: usize, clock: Clock) -> Markup {
    let day = day.day(clock.offset_at(day), clock.now());
    ui! {
        <tr class="log__day" role="row">
            <th role="rowheader" scope="rowgroup">{day}" "<span class="num">{rows}" shown"</span></th>
        </tr>
    }
}

/// A row that is no event: says why, and what the server sent is one press away.
pub fn unreadable_row(raw: &Untrusted, reason: &str, number: usize) -> Markup {
    let open = RwSignal::new(false);
    let raw = StoredValue::new(raw.clone());
    let reason = reason.to_owned();
    let words = ui! {
                <button class="btn btn--link" type="button" aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)>
                    {move || if open.get() { "Hide what was sent" } else { "Show what was sent" }}
                </button>
                " Eventide cannot read this row: "{reason}
    };
    let sent = move || open.get().then(|| sent(raw));
    no_event_row(number, words, Markup::follows(sent))
}

/// A row that the server fails to print: it is not even known which event it is.
pub fn left_out_row(number: usize) -> Markup {
    let words = "The server fails to print the event that stands here.".into_markup();
    no_event_row(number, words, Markup::Nothing)
}

fn no_event_row(number: usize, words: Markup, more: Markup) -> Markup {
    ui! {
        <tr class="log__row" role="row" data-sev="warn" aria-rowindex=number>
            <td class="log__t" role="cell">{missing()}</td>
            <td class="c-act" role="cell">
                <span class="action">
                    <span class="tile" data-family="custom">{icon("warn")}</span>
                    <span>"Unreadable"</span>
                </span>
            </td>
            <td class="log__sum" role="cell">{words}</td>
            <td class="log__user" role="cell"></td>
            <td class="c-src" role="cell"></td>
            <td class="log__app c-app" role="cell"></td>
            {more}
        </tr>
    }
}

/// How much of an unreadable row is drawn; the copy has all of it.
const RAW_LIMIT: usize = 4_000;

fn sent(raw: StoredValue<Untrusted>) -> Markup {
    ui! {
        <td class="log__raw" role="cell">
            <div class="code">
                <header>"As the server sent it"{copy_button("Copy what was sent", move || raw.get_value())}</header>
                <pre tabindex="0">{raw.with_value(|raw| raw.clipped(RAW_LIMIT))}</pre>
            </div>
        </td>
    }
}

/// Rows before anything is there. Lengths that look like a page of events and are the same each
/// time.
pub fn skeleton_rows() -> Vec<Markup> {
    const SENTENCES: [&str; 8] = [
        "skel skel--5",
        "skel skel--4",
        "skel skel--5",
        "skel skel--5",
        "skel skel--5",
        "skel skel--3",
        "skel skel--5",
        "skel skel--4",
    ];
    SENTENCES
        .iter()
        .cycle()
        .take(20)
        .map(|sentence| skeleton_row(sentence))
        .collect()
}

fn skeleton_row(sentence: &'static str) -> Markup {
    ui! {
        <tr class="log__row" role="row">
            <td class="log__t" role="cell"><span class="skel skel--1"></span></td>
            <td class="c-act" role="cell">
                <span class="action"><span class="skel skel--tile"></span><span class="skel skel--2"></span></span>
            </td>
            <td class="log__sum" role="cell"><span class=sentence></span></td>
            <td class="log__user" role="cell"><span class="skel skel--2"></span></td>
            <td class="c-src" role="cell"><span class="skel skel--3"></span></td>
            <td class="log__app c-app" role="cell"><span class="skel skel--2"></span></td>
        </tr>
    }
}
