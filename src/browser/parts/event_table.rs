//! The log: rows of events under a head for each day.
//!
//! The roles are written out because the rows are grids, and a browser that sees `display: grid`
//! no longer calls a row a row. The link in the event cell is the only tab stop of a row; it covers
//! the whole row, so that a new tab by the middle button works.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::{
    action::action,
    copy::copy_button,
    icon::icon,
    sentence::sentence,
    time::{TimeForm, time},
};
use crate::{
    api::page::Row,
    browser::clock::Clock,
    event::{
        Event, Severity,
        row::{Network, SourceCell, UserCell, row_cells},
        summary,
    },
    moment::Moment,
    text::Untrusted,
};

/// How much of one cell is written; the page of the event has all of it.
const CELL_LIMIT: usize = 120;

/// Draws a page of rows. `address` gives the address of an event.
pub fn event_table(
    rows: &[Row],
    busy: Memo<bool>,
    clock: Clock,
    address: &dyn Fn(&Event) -> String,
) -> Markup {
    let now = clock.now();
    let mut drawn: Vec<Markup> = Vec::with_capacity(rows.len() + 8);
    let mut day = None;
    for (at, row) in rows.iter().enumerate() {
        if let Some(created) = created(row) {
            let number = day_number(created, clock);
            if day != Some(number) {
                day = Some(number);
                drawn.push(day_head(
                    created,
                    count_of_day(rows, at, number, clock),
                    now,
                    clock,
                ));
            }
        }
        drawn.push(match row {
            Row::Event(event) => event_row(event, clock, address(event)),
            Row::Unreadable { raw, reason } => unreadable_row(raw.clone(), reason),
        });
    }
    table(busy, drawn)
}

/// The frame of the table, before anything is there.
pub fn empty_table() -> Markup {
    // Lengths that look like a page of events and are the same each time.
    const SENTENCES: [Bar; 8] = [
        Bar::Five,
        Bar::Four,
        Bar::Five,
        Bar::Five,
        Bar::Five,
        Bar::Three,
        Bar::Five,
        Bar::Four,
    ];
    let rows = SENTENCES
        .iter()
        .cycle()
        .take(20)
        .map(|sentence| skeleton_row(*sentence))
        .collect();
    ui! {
        <p class="sr" role="status">"Loading events"</p>
        {table(Memo::new(|_| true), rows)}
    }
}

fn table(busy: Memo<bool>, rows: Vec<Markup>) -> Markup {
    ui! {
        <table class="log" role="table" aria-label="Events" aria-busy=move || busy.get().then_some("true")>
            <thead role="rowgroup">
                <tr role="row">
                    <th class="c-time" role="columnheader" scope="col" aria-sort="descending">
                        <span>"Time"{icon("arrow-down")}</span>
                    </th>
                    <th class="c-act" role="columnheader" scope="col"><span>"Action"</span></th>
                    <th role="columnheader" scope="col"><span>"Event"</span></th>
                    <th role="columnheader" scope="col"><span>"User"</span></th>
                    <th class="c-src" role="columnheader" scope="col"><span>"Client IP"</span></th>
                    <th class="c-app" role="columnheader" scope="col"><span>"App"</span></th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn created(row: &Row) -> Option<Moment> {
    match row {
        Row::Event(event) => event.created,
        Row::Unreadable { .. } => None,
    }
}

fn day_number(moment: Moment, clock: Clock) -> i64 {
    moment.day_number(clock.offset_at(moment))
}

/// How many rows from `first` on lie in one day. Rows without a time belong to the day around them.
fn count_of_day(rows: &[Row], first: usize, day: i64, clock: Clock) -> usize {
    rows.iter()
        .skip(first)
        .take_while(|row| created(row).is_none_or(|created| day_number(created, clock) == day))
        .count()
}

fn day_head(created: Moment, count: usize, now: Moment, clock: Clock) -> Markup {
    let day = created.day(clock.offset_at(created), now);
    ui! {
        <tr class="log__day" role="row">
            <th role="rowheader" scope="rowgroup">{day}" "<span class="num">{count}" shown"</span></th>
        </tr>
    }
}

fn event_row(event: &Event, clock: Clock, address: String) -> Markup {
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
    ui! {
        <tr class="log__row row-fx" role="row" data-sev=edge>
            <td class="log__t" role="cell">{event.created.map_or_else(missing, |created| time(created, TimeForm::Time, clock).into_markup())}</td>
            <td class="c-act" role="cell">{action(&event.action)}</td>
            <td class="log__sum" role="cell"><a href=address>{sentence(&summary::sentence(event))}</a></td>
            <td class="log__user" role="cell" data-src=source>{user(&cells.user)}</td>
            <td class="c-src" role="cell"><span class="log__src">{source_cell(cells.source.as_ref())}</span></td>
            <td class="log__app c-app" role="cell" title=event.app.clipped(CELL_LIMIT)>{cells.app.clipped(CELL_LIMIT)}</td>
        </tr>
    }
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

/// A row that is no event: says why, and what the server sent is one press away.
fn unreadable_row(raw: Untrusted, reason: &str) -> Markup {
    let open = RwSignal::new(false);
    let shown = raw.clone();
    let reason = reason.to_owned();
    ui! {
        <tr class="log__row" role="row" data-sev="warn">
            <td class="log__t" role="cell">{missing()}</td>
            <td class="c-act" role="cell">
                <span class="action">
                    <span class="tile" data-family="custom">{icon("warn")}</span>
                    <span>"Unreadable"</span>
                </span>
            </td>
            <td class="log__sum" role="cell">
                <button class="btn btn--link" type="button" aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)>
                    {move || if open.get() { "Hide what was sent" } else { "Show what was sent" }}
                </button>
                " Eventide cannot read this row: "{reason}
            </td>
            <td class="log__user" role="cell"></td>
            <td class="c-src" role="cell"></td>
            <td class="log__app c-app" role="cell"></td>
        </tr>
        {move || open.get().then(|| {
            let raw = raw.clone();
            ui! {
                <tr class="log__raw" role="row">
                    <td role="cell">
                        <div class="code">
                            <header>"As the server sent it"{copy_button("Copy what was sent", move || raw.clone())}</header>
                            <pre tabindex="0">{shown.clipped(RAW_LIMIT)}</pre>
                        </div>
                    </td>
                </tr>
            }
        })}
    }
}

/// How much of an unreadable row is drawn; the copy has all of it.
const RAW_LIMIT: usize = 4_000;

/// Length of a grey bar.
#[derive(Debug, Clone, Copy)]
enum Bar {
    Three,
    Four,
    Five,
}

fn skeleton_row(sentence: Bar) -> Markup {
    let (three, four, five) = match sentence {
        Bar::Three => (true, false, false),
        Bar::Four => (false, true, false),
        Bar::Five => (false, false, true),
    };
    ui! {
        <tr class="log__row" role="row">
            <td class="log__t" role="cell"><span class="skel skel--1"></span></td>
            <td class="c-act" role="cell">
                <span class="action"><span class="skel skel--tile"></span><span class="skel skel--2"></span></span>
            </td>
            <td class="log__sum" role="cell">
                <span class="skel" class:skel--3=three class:skel--4=four class:skel--5=five></span>
            </td>
            <td class="log__user" role="cell"><span class="skel skel--2"></span></td>
            <td class="c-src" role="cell"><span class="skel skel--3"></span></td>
            <td class="log__app c-app" role="cell"><span class="skel skel--2"></span></td>
        </tr>
    }
}
