//! The table of loaded rows. Only those near the screen are in the page; the room of the others is
//! kept free above and below them.

use std::rc::Rc;

use leptos::{ev, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement};

use super::List;
use crate::browser::signals::prelude::*;
use crate::{
    api::page::Row,
    browser::{
        event_log::known_names,
        markup::Markup,
        parts::{
            event_row::{
                RowFrame, day_head, event_row, left_out_row, mark_row, row_around, skeleton_rows,
                unreadable_row,
            },
            icon::icon,
        },
    },
    event::{EventId, doubt::KnownNames},
    listing::{Column, Listing, Order, OrderBy, ZoneChoice},
    moment::Moment,
    rows::{Heights, Layout, Line, Rows, Window},
};

/// So much is drawn beyond what is seen, in pixels on both sides.
const SPARE: u32 = 320;

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
    /// The row that the pointer or the keyboard is on.
    hot: RwSignal<Option<EventId>>,
    /// The names that others may imitate.
    known: Memo<KnownNames>,
}

/// A layout, and what it is a layout of: the rows of which question, how often some that waited were
/// shown, in which zone.
#[derive(Debug)]
struct Laid {
    of: (u64, u64, ZoneChoice),
    layout: Layout,
}

impl Table {
    /// An empty one; draw it once.
    pub fn new(list: List) -> Self {
        let laid = StoredValue::new(Laid {
            of: (0, 0, ZoneChoice::Local),
            layout: Layout::new(HEIGHTS),
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
            hot: RwSignal::new(None),
            known: Memo::new(move |_| known_names(list.account, list.log)),
        }
    }

    /// The table with the rows that there are.
    pub fn draw(self) -> Markup {
        self.follow_scrolling();
        self.measure_what_is_drawn();
        self.mark_what_is_drawn();
        let list = self.list;
        let window = self.window;
        let count = move || list.log.with(|loaded| loaded.rows.count() + 1);
        ui! {
            <table class="log" role="table" aria-label="Events" aria-rowcount=count
                data-columns=move || list.columns().text()
                aria-busy=move || list.is_busy().then_some("true")>
                {heads(list)}
                <tbody role="rowgroup" node_ref=self.body
                    on:mouseover=move |event| self.warm(row_of(&event)) on:mouseleave=move |_| self.warm(None)
                    on:focusin=move |event| self.enter(row_of(&event))
                    on:focusout=move |event| self.leave(&event)>
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

    /// Gives focus to the row of the event that was looked at last, when its page gives way to the
    /// list. The list is scrolled to where it was by then.
    pub fn come_back(self) {
        let Some(id) = self.list.log.cursor.get_untracked() else {
            return;
        };
        spawn_local(async move {
            leptos::task::tick().await;
            leptos::task::tick().await;
            self.look();
            leptos::task::tick().await;
            self.focus(id);
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

    fn warm(self, row: Option<EventId>) {
        if self.hot.try_get_untracked() != Some(row) {
            let _ = self.hot.try_set(row);
        }
    }

    fn enter(self, row: Option<EventId>) {
        self.warm(row);
        if row.is_some() {
            let _ = self.list.log.cursor.try_set(row);
        }
    }

    /// Focus leaves an element; a row that it stays in stays hot.
    fn leave(self, event: &FocusEvent) {
        let next = event.related_target().and_then(|next| next.dyn_into().ok());
        if next.and_then(|next: Element| row_around(&next)) != row_of(event) {
            self.warm(None);
        }
    }

    fn items(self) -> Vec<(u128, usize)> {
        let columns = self.list.columns();
        let more = [Column::Brand, Column::Expires].map(|column| u128::from(columns.has(column)));
        let items = |window: &Window, laid: &Laid, rows: &Rows| {
            // Rows with other cells or other numbers are drawn anew.
            let [brand, expires] = more;
            let drawn = brand | expires << 1 | u128::from(rows.shown_times()) << 2;
            let lines = window.lines.iter().filter_map(|number| {
                let line = laid.layout.line(*number)?;
                Some((line.key(rows).wrapping_add(drawn), *number))
            });
            lines.collect()
        };
        let items = self.window.with(|window| {
            self.laid.try_with_value(|laid| {
                let log = self.list.log;
                log.with_untracked(|loaded| items(window, laid, &loaded.rows))
            })
        });
        items.flatten().unwrap_or_default()
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
                        clock: list.clock,
                        columns: untrack(|| list.columns()),
                        number: place + 2,
                        is_new: loaded.rows.is_marked(event),
                        is_unseen: list.tail.is_unseen(event),
                        marks: list.marks(event.id),
                        hot: self.hot,
                        known: self.known,
                        actions: Rc::new(move |id| list.row_actions(id)),
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

    /// What is open, what is picked and the list itself may change while rows stay.
    fn mark_what_is_drawn(self) {
        let log = self.list.log;
        // An effect because the rows are told outside of what draws them.
        Effect::with_last(move |before: Option<()>| {
            let (_, _) = (log.open(), log.listing());
            log.picked.with(|_| ());
            let body = self.body.try_get_untracked().flatten();
            if let (Some(()), Some(body)) = (before, body) {
                let rows = body.children();
                for row in (0..rows.length()).filter_map(|place| rows.item(place)) {
                    mark_row(&row, |id| self.list.marks(id));
                }
            }
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
                let changed = self
                    .laid
                    .try_update_value(|laid| measure(&mut laid.layout, &body, &window));
                if changed == Some(true) {
                    let _ = self.measured.try_update(|measured| *measured += 1);
                }
            });
        });
    }
}

/// Compares what is drawn with the layout; whether something is higher or lower than was thought.
fn measure(layout: &mut Layout, body: &Element, window: &Window) -> bool {
    // Asking once costs less than asking each row, and nearly always says all.
    let thought = layout.height_of(&window.lines);
    let rows = body.children();
    let gap = |place| rows.item(place).map(|gap| gap.get_bounding_client_rect());
    if let (Some(above), Some(below)) = (gap(0), gap(rows.length().saturating_sub(1)))
        && pixels(below.top() - above.bottom()) == thought
    {
        return false;
    }
    let mut changed = false;
    for (at, number) in (1..).zip(&window.lines) {
        let Some(row) = rows.item(at) else { break };
        let height = row.get_bounding_client_rect().height();
        let height = u16::try_from(pixels(height)).unwrap_or(u16::MAX);
        changed |= layout.measured(*number, height);
    }
    changed
}

/// Lays out what has changed since; older rows are only added.
fn lay_out(list: List, laid: StoredValue<Laid>) {
    let clock = list.clock;
    list.log.with(|loaded| {
        let of = (
            loaded.number,
            loaded.rows.shown_times(),
            clock.zone_choice(),
        );
        laid.try_update_value(|laid| {
            if laid.of != of {
                laid.layout = Layout::new(laid.layout.usual());
                laid.of = of;
            }
            let day = |moment: Moment| moment.day_number(clock.offset_at(moment));
            laid.layout.extend(&loaded.rows, day);
        });
    });
}

/// The row that an event happened in.
fn row_of(event: &web_sys::Event) -> Option<EventId> {
    let element = event.target()?.dyn_into().ok()?;
    row_around(&element)
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
