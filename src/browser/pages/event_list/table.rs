//! The table of loaded rows. Only those near the screen are in the page; the room of the others is
//! kept free above and below them.

use leptos::{ev, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::List;
use crate::browser::signals::prelude::*;
use crate::{
    api::page::Row,
    browser::{
        markup::Markup,
        parts::{
            event_row::{
                RowFrame, day_head, event_row, left_out_row, skeleton_rows, unreadable_row,
            },
            icon::icon,
        },
    },
    event::EventId,
    listing::{Column, Listing, Order, OrderBy},
    moment::Moment,
    rows::{Heights, Layout, Line, Rows, Window},
};

/// So much is drawn beyond what is seen, in pixels on both sides.
const SPARE: u32 = 400;

/// Nearer to the end than this, older rows are fetched.
const NEAR_THE_END: u32 = 600;

/// As the style has them; measured once they are drawn.
const HEIGHTS: Heights = Heights { row: 36, head: 29 };

/// The table; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    list: List,
    body: NodeRef<leptos::html::Tbody>,
    laid: StoredValue<Laid>,
    /// Counts measurements that changed something.
    measured: RwSignal<u32>,
    /// The first pixel of the rows that is seen, and how many are.
    seen: RwSignal<(u32, u32)>,
    window: Memo<Window>,
}

/// A layout, and what it is a layout of.
#[derive(Debug)]
struct Laid {
    of: (u64, u64, usize, String),
    layout: Layout,
}

impl Table {
    /// An empty one; draw it once.
    pub fn new(list: List) -> Self {
        let laid = StoredValue::new(Laid {
            of: (0, 0, 0, String::new()),
            layout: Layout::new(&Rows::default(), |_| 0, HEIGHTS),
        });
        let measured = RwSignal::new(0);
        let seen = RwSignal::new((0, 1_000));
        let window = Memo::new(move |_| {
            measured.get();
            let (top, height) = seen.get();
            lay_out(list, laid);
            laid.try_with_value(|laid| laid.layout.window(top, height, SPARE))
                .unwrap_or_default()
        });
        Self {
            list,
            body: NodeRef::new(),
            laid,
            measured,
            seen,
            window,
        }
    }

    /// The table with the rows that there are.
    pub fn draw(self) -> Markup {
        self.follow_scrolling();
        self.measure_what_is_drawn();
        let list = self.list;
        let window = self.window;
        let count = move || list.log.with(|loaded| loaded.rows.count() + 1);
        ui! {
            <table class="log" role="table" aria-label="Events" aria-rowcount=count
                data-columns=move || list.columns().text()
                aria-busy=move || list.is_busy().then_some("true")>
                {heads(list)}
                <tbody role="rowgroup" node_ref=self.body>
                    <tr class="log__gap" aria-hidden="true"><td height=move || window.get().above></td></tr>
                    {Markup::keyed(move || self.items(), move |line| self.line(line))}
                    <tr class="log__gap" aria-hidden="true"><td height=move || window.get().below></td></tr>
                </tbody>
            </table>
        }
    }

    /// Brings a row into sight and gives it focus.
    pub fn focus(self, id: EventId) {
        let Some(place) = self
            .list
            .log
            .with_untracked(|loaded| loaded.rows.position(id))
            .flatten()
        else {
            return;
        };
        spawn_local(async move {
            if !focus_drawn(id) {
                let above = self.laid.try_with_value(|laid| {
                    let line = laid.layout.line_of(place).unwrap_or_default();
                    laid.layout.above(line)
                });
                self.scroll_to(above.unwrap_or_default());
                self.look();
                leptos::task::tick().await;
                focus_drawn(id);
            }
        });
    }

    /// Looks again at what is seen of the rows.
    pub fn look(self) {
        let Some(body) = self.body.try_get_untracked().flatten() else {
            return;
        };
        let top = region().map_or(0.0, |region| {
            region.get_bounding_client_rect().top().max(0.0)
        });
        let height = window_height();
        let above = (top - body.get_bounding_client_rect().top()).max(0.0);
        if self.seen.try_set((pixels(above), pixels(height))).is_some() {
            return;
        }
        if above + height + f64::from(NEAR_THE_END) > body.get_bounding_client_rect().height() {
            self.list.log.load_older();
        }
    }

    fn items(self) -> Vec<(u128, usize)> {
        let drawn = self.list.columns().text().len() as u128;
        self.window.with(|window| {
            let lines = self.laid.try_with_value(|laid| {
                let lines = window.lines.iter().filter_map(|number| {
                    let line = laid.layout.line(*number)?;
                    let key = self.list.log.with_untracked(|loaded| {
                        line.key(&loaded.rows) ^ u128::from(loaded.rows.shown_times())
                    })?;
                    Some((key.wrapping_add(drawn), *number))
                });
                lines.collect()
            });
            lines.unwrap_or_default()
        })
    }

    fn line(self, number: usize) -> Markup {
        let line = self
            .laid
            .try_with_value(|laid| laid.layout.line(number))
            .flatten();
        let list = self.list;
        let drawn = list.log.with_untracked(|loaded| match line {
            None => Markup::Nothing,
            Some(Line::Head { first, rows, .. }) => loaded
                .rows
                .event_at(first)
                .and_then(|event| event.created)
                .map_or(Markup::Nothing, |day| day_head(day, rows, list.clock)),
            Some(Line::Row(place)) => match loaded.rows.shown().get(place) {
                Some(Row::Event(event)) => {
                    let frame = RowFrame {
                        number: place + 2,
                        is_new: loaded.rows.is_marked(event),
                        is_unseen: list.tail.is_unseen(event),
                        ..list.row_frame()
                    };
                    event_row(event, frame)
                }
                Some(Row::Unreadable { raw, reason }) => unreadable_row(raw, reason, place + 2),
                Some(Row::LeftOut { .. }) => left_out_row(place + 2),
                None => Markup::Nothing,
            },
        });
        drawn.unwrap_or_default()
    }

    fn scroll_to(self, above: u32) {
        let Some(body) = self.body.try_get_untracked().flatten() else {
            return;
        };
        let Some(region) = region() else {
            return;
        };
        // A third of the way down, so that what is before and behind it is seen as well.
        let wanted = f64::from(above) - window_height() / 3.0;
        if scrolls(&region) {
            let offset = body.get_bounding_client_rect().top()
                - region.get_bounding_client_rect().top()
                + f64::from(region.scroll_top());
            region.set_scroll_top(i32::try_from(pixels(wanted + offset)).unwrap_or(i32::MAX));
        } else {
            let offset =
                body.get_bounding_client_rect().top() + window().scroll_y().unwrap_or_default();
            window().scroll_to_with_x_and_y(0.0, (wanted + offset).max(0.0));
        }
    }

    fn follow_scrolling(self) {
        // Small screens scroll the page; the list tells by itself when it scrolls.
        let scrolled = window_event_listener(ev::scroll, move |_| self.look());
        let resized = window_event_listener(ev::resize, move |_| self.look());
        on_cleanup(move || {
            scrolled.remove();
            resized.remove();
        });
        // An effect because the size of the window is outside.
        Effect::new(move || {
            self.body.get();
            self.look();
        });
    }

    /// Rows whose height is another than was thought move those below, so it is looked at.
    fn measure_what_is_drawn(self) {
        // An effect because heights are outside.
        Effect::new(move || {
            let window = self.window.get();
            spawn_local(async move {
                leptos::task::tick().await;
                let Some(body) = self.body.try_get_untracked().flatten() else {
                    return;
                };
                let rows = body.children();
                let changed = self.laid.try_update_value(|laid| {
                    let mut changed = false;
                    for (at, number) in (1..).zip(&window.lines) {
                        let Some(row) = rows.item(at) else { break };
                        let height = row.get_bounding_client_rect().height();
                        let height = u16::try_from(pixels(height)).unwrap_or(u16::MAX);
                        changed |= laid.layout.measured(*number, height);
                    }
                    changed
                });
                if changed == Some(true) {
                    let _ = self.measured.try_update(|measured| *measured += 1);
                }
            });
        });
    }
}

/// Lays out again what has changed since.
fn lay_out(list: List, laid: StoredValue<Laid>) {
    let clock = list.clock;
    list.log.with(|loaded| {
        let of = (
            loaded.number,
            loaded.rows.shown_times(),
            loaded.rows.shown().len(),
            clock.zone(),
        );
        laid.try_update_value(|laid| {
            if laid.of != of {
                let day = |moment: Moment| moment.day_number(clock.offset_at(moment));
                laid.layout = Layout::new(&loaded.rows, day, laid.layout.usual());
                laid.of = of;
            }
        });
    });
}

/// The frame of the table, before anything is there.
pub fn empty_table(list: List) -> Markup {
    ui! {
        <p class="sr" role="status">"Loading events"</p>
        <table class="log" role="table" aria-label="Events" aria-busy="true">
            {heads(list)}
            <tbody role="rowgroup">{skeleton_rows()}</tbody>
        </table>
    }
}

fn heads(list: List) -> Markup {
    let more = move || {
        let columns = list.columns();
        [Column::Brand, Column::Expires]
            .into_iter()
            .filter(|column| columns.has(*column))
            .map(|column| head(list, column.label(), column_class(column), column.order()))
            .collect::<Vec<_>>()
    };
    ui! {
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                {head(list, "Time", "c-time", Some(OrderBy::Created))}
                {head(list, "Action", "c-act", Some(OrderBy::Action))}
                {head(list, "Event", "", None)}
                {head(list, "User", "c-user", None)}
                {head(list, "Client IP", "c-src", Some(OrderBy::ClientIp))}
                {head(list, "App", "c-app", Some(OrderBy::App))}
                {more}
            </tr>
        </thead>
    }
}

fn column_class(column: Column) -> &'static str {
    match column {
        Column::Action => "c-act",
        Column::Event => "",
        Column::User => "c-user",
        Column::ClientIp => "c-src",
        Column::App => "c-app",
        Column::Brand => "c-brand",
        Column::Expires => "c-expires",
    }
}

/// The head of a column; a button where the server can sort by it.
fn head(list: List, label: &'static str, class: &'static str, by: Option<OrderBy>) -> Markup {
    let Some(by) = by else {
        return ui! { <th class=class role="columnheader" scope="col"><span>{label}</span></th> };
    };
    let sorted = move || {
        let order = list.log.listing().order;
        (order.by == by).then_some(order.descending)
    };
    let direction = move || match sorted() {
        Some(true) => Some("descending"),
        Some(false) => Some("ascending"),
        None => None,
    };
    let arrow =
        move || sorted().map(|descending| icon(if descending { "arrow-down" } else { "up" }));
    let sort = move |_| {
        let listing = list.log.listing_untracked();
        // Times and ends are read from the newest on, names from their first letter.
        let from_the_top = matches!(by, OrderBy::Created | OrderBy::Expires);
        let descending = if listing.order.by == by {
            !listing.order.descending
        } else {
            from_the_top
        };
        list.log.show(Listing {
            order: Order { by, descending },
            ..listing
        });
    };
    ui! {
        <th class=class role="columnheader" scope="col" aria-sort=direction>
            <button type="button" on:click=sort><span>{label}</span>{arrow}</button>
        </th>
    }
}

/// The part of the page that scrolls on large screens.
fn region() -> Option<Element> {
    document().query_selector(".list").ok().flatten()
}

fn scrolls(region: &Element) -> bool {
    window()
        .get_computed_style(region)
        .ok()
        .flatten()
        .and_then(|style| style.get_property_value("overflow-y").ok())
        .is_some_and(|overflow| overflow == "auto")
}

fn window_height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(1_000.0)
}

fn pixels(length: f64) -> u32 {
    // Negative and not finite become 0: `as` saturates.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    let pixels = length.round() as u32;
    pixels
}

/// Gives focus to the link of a row that is in the page.
fn focus_drawn(id: EventId) -> bool {
    let selector = format!(".log__row[data-id=\"{id}\"] > .log__sum > a");
    document()
        .query_selector(&selector)
        .ok()
        .flatten()
        .and_then(|link| link.dyn_into::<HtmlElement>().ok())
        .is_some_and(|link| link.focus().is_ok())
}
