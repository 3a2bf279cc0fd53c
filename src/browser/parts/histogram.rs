//! The chart above the list: bars by severity, and the part of the time that is selected in it.
//!
//! A press selects a bar, a drag several; both ends of the selection are sliders for keys and
//! pointers. What a pointer does counts when it is let go, what keys do when they rest, so that a
//! selection is one step back in the history of the browser.

use std::rc::Rc;

use leptos::{ev, html, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::browser::{markup::Markup, signals::prelude::*};

use super::icon::icon;
use crate::{
    browser::clock::{self, Clock},
    count::{counted, grouped},
    event::Severity,
    histogram::{Handle, Histogram, Move, STACK, label, moment_words, percent, took},
    moment::Moment,
    range::Range,
};

/// What there is to draw.
#[derive(Debug, Clone)]
pub enum Chart {
    /// Nothing yet; the frame stands already.
    Loading,
    /// Bars.
    Drawn {
        /// Which.
        histogram: Rc<Histogram>,
        /// How long the server took for them.
        took_ms: Option<u32>,
        /// Whether others are on their way.
        busy: bool,
    },
    /// No bars, and why, in words.
    Missing(String),
}

/// What the chart is told, and whom it tells.
#[derive(Clone)]
pub struct ChartProperties {
    /// What there is to draw.
    pub chart: Rc<dyn Fn() -> Chart>,
    /// What is selected.
    pub selection: Rc<dyn Fn() -> Option<(Moment, Moment)>>,
    /// Which severities the filter leaves out.
    pub left_out: Rc<dyn Fn() -> Vec<Severity>>,
    /// Time and zone.
    pub clock: Clock,
    /// Another selection is wanted, or none.
    pub select: Callback<Option<(Moment, Moment)>>,
    /// A severity is to be left out, or not any more.
    pub severity: Callback<Severity>,
    /// The bars that are missing are wanted again.
    pub retry: Callback<()>,
}

impl std::fmt::Debug for ChartProperties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChartProperties").finish_non_exhaustive()
    }
}

/// What a pointer or keys are doing; edges of steps as [`Histogram::edge`] numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Gesture {
    /// What is selected by it, not yet told.
    edges: Option<(usize, usize)>,
    drag: Drag,
    /// Counts presses of keys: only after the last one it is told.
    presses: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum Drag {
    #[default]
    No,
    /// From a share of the width.
    New(f64),
    /// One end of what is selected.
    Of(Handle),
}

/// From here on it is said how long the server took.
const TOLD_MS: u32 = 500;

/// Keys rest after so long.
const REST_MS: u32 = 500;

/// Draws the chart.
pub fn histogram(properties: ChartProperties) -> Markup {
    let view = View {
        properties: StoredValue::new(properties),
        gesture: RwSignal::new(Gesture::default()),
        plot: NodeRef::new(),
    };
    ui! { {move || match view.chart() {
        Chart::Loading => frame(&|| ui! { <span class="skel skel--3"></span> }),
        Chart::Missing(words) => frame(&|| view.missing(words.clone())),
        Chart::Drawn { histogram, took_ms, busy } => view.draw(&histogram, took_ms, busy),
    }} }
}

#[derive(Debug, Clone, Copy)]
struct View {
    properties: StoredValue<ChartProperties>,
    gesture: RwSignal<Gesture>,
    plot: NodeRef<html::Div>,
}

/// What stands there before there are bars, as tall as with them.
fn frame(head: &dyn Fn() -> Markup) -> Markup {
    const HEIGHTS: [u32; 4] = [14, 30, 44, 18];
    let bars: Vec<Markup> = (0..28_u32)
        .zip(HEIGHTS.into_iter().cycle())
        .map(|(bar, height)| {
            let x = percent(357 + bar * 100_000 / 28);
            ui! {
                <svg>
                    <rect class="b-info skel-bar" x=x width="2.857%" y=75 - height height=height></rect>
                </svg>
            }
        })
        .collect();
    ui! {
        <section class="hist" aria-label="Event volume">
            <div class="hist__head">{head()}</div>
            <div class="hist__plot"><svg aria-hidden="true">{lines()}{bars}</svg></div>
            <svg class="hist__axis" aria-hidden="true"></svg>
        </section>
    }
}

fn lines() -> Markup {
    ui! {
        <svg>
            <line class="grid-line" x1="0" x2="100%" y1="5.5" y2="5.5"></line>
            <line class="grid-line" x1="0" x2="100%" y1="40.5" y2="40.5"></line>
            <line class="grid-line" x1="0" x2="100%" y1="75.5" y2="75.5"></line>
        </svg>
    }
}

impl View {
    fn chart(self) -> Chart {
        self.properties.with_value(|own| (own.chart)())
    }

    fn clock(self) -> Clock {
        self.properties.with_value(|own| own.clock)
    }

    fn selection(self) -> Option<(Moment, Moment)> {
        self.properties.with_value(|own| (own.selection)())
    }

    fn missing(self, words: String) -> Markup {
        ui! {
            <p role="status">{words}</p>
            <button class="btn btn--sm" type="button"
                on:click=move |_| self.properties.with_value(|own| own.retry.run(()))>
                {icon("refresh")}"Load the chart"
            </button>
        }
    }

    fn draw(self, histogram: &Rc<Histogram>, took_ms: Option<u32>, busy: bool) -> Markup {
        let clock = self.clock();
        let zone = move |at: Moment| clock.offset_at(at);
        let total = histogram.totals().total();
        // Nobody waited for less.
        let words = match took_ms.filter(|ms| *ms >= TOLD_MS) {
            Some(ms) => format!("{}, {}", histogram.words(), took(ms)),
            None => histogram.words(),
        };
        let chip = Rc::clone(histogram);
        ui! {
            <section class="hist" aria-label="Event volume" aria-busy=busy.then_some("true")>
                <div class="hist__head">
                    <p>
                        <b class="num">{grouped(total)}</b>
                        {if total == 1 { " event " } else { " events " }}
                        <span class="faint">{words}</span>
                    </p>
                    {move || self.chip(&chip)}
                    {self.legend(histogram)}
                </div>
                {self.plot(histogram)}
                {axis(histogram, &zone, clock.now())}
            </section>
        }
    }

    /// What is selected, and the button that ends it.
    fn chip(self, histogram: &Histogram) -> Markup {
        let selection = match self.gesture.with(|gesture| gesture.edges) {
            Some(edges) => histogram.selected(edges),
            None => self.selection(),
        };
        let clock = self.clock();
        let said = selection.map(|(from, to)| {
            let words =
                Range::Between { from, to }.words(&move |at| clock.offset_at(at), clock.now());
            let count = histogram
                .count((from, to))
                .map(|count| counted(count, "event", "events"));
            (words, count.unwrap_or_default())
        });
        let spoken = said
            .clone()
            .map(|(words, count)| format!("Selected: {words}. {count}"));
        ui! {
            {said.map(|(words, count)| ui! {
                <p class="hist__sel">
                    <b>{words}</b>" "<span class="num">"\u{a0}"{count}</span>
                    <button class="btn btn--ghost btn--sm btn--icon" type="button" aria-label="Clear selection"
                        on:click=move |_| self.tell(None)>{icon("x")}</button>
                </p>
            })}
            <span class="sr" role="status">{spoken}</span>
        }
    }

    fn legend(self, histogram: &Histogram) -> Markup {
        let totals = histogram.totals();
        let entries: Vec<Markup> = STACK
            .into_iter()
            .map(|severity| {
                ui! { {move || {
                    let left_out = self
                        .properties
                        .with_value(|own| (own.left_out)())
                        .contains(&severity);
                    let count = totals.of(severity);
                    (count > 0 || left_out).then(|| self.entry(severity, count, left_out))
                }} }
            })
            .collect();
        ui! { <ul class="legend">{entries}</ul> }
    }

    fn entry(self, severity: Severity, count: u64, left_out: bool) -> Markup {
        let swatch = match severity {
            Severity::Error => "sw sw--error",
            Severity::Warning => "sw sw--warn",
            Severity::Change => "sw sw--change",
            Severity::Routine => "sw sw--info",
        };
        ui! {
            <li>
                <button type="button" aria-pressed=(!left_out).to_string()
                    on:click=move |_| self.properties.with_value(|own| own.severity.run(severity))>
                    <span class=swatch></span>{label(severity)}" "<span class="num">{grouped(count)}</span>
                </button>
            </li>
        }
    }

    fn plot(self, histogram: &Rc<Histogram>) -> Markup {
        let clock = self.clock();
        let sentence = histogram.sentence(&move |at| clock.offset_at(at), clock.now());
        let total = histogram.totals().total();
        let scale = histogram.scale();
        let bars: Vec<Markup> = histogram
            .bars
            .iter()
            .filter(|bar| bar.counts.total() > 0)
            .map(|each| bar(histogram, each, scale))
            .collect();
        let [on_down, on_move, on_up, edges] = [(); 4].map(|()| Rc::clone(histogram));
        ui! {
            <div class="hist__plot" node_ref=self.plot
                on:pointerdown=move |event| self.on_down(&on_down, &event)
                on:pointermove=move |event| self.on_move(&on_move, &event)
                on:pointerup=move |event| self.on_up(&on_up, &event)
                on:pointercancel=move |_| self.drop_gesture()>
                <svg role="group" aria-label=sentence>
                    {self.brush(Rc::clone(&edges))}
                    {unknown(histogram)}
                    {lines()}
                    {bars}
                    {(total > 0).then(|| ui! {
                        <svg><text class="ax" x="0" y="1.5">{grouped(scale)}</text></svg>
                    })}
                    {self.veil(Rc::clone(&edges))}
                    {self.handle(Rc::clone(&edges), Handle::Start)}
                    {self.handle(edges, Handle::End)}
                </svg>
            </div>
        }
    }

    /// The edges of what is selected, as it looks now.
    fn edges(self, histogram: &Histogram) -> (usize, usize) {
        match self.gesture.with(|gesture| gesture.edges) {
            Some(edges) => edges,
            None => histogram.edges(self.selection()),
        }
    }

    /// Left and right end of what is selected; `None` while that is everything.
    fn ends(self, histogram: &Histogram) -> Option<(u32, u32)> {
        let (start, end) = self.edges(histogram);
        (start > 0 || end < histogram.bars.len()).then(|| {
            (
                histogram.x(histogram.edge(start)),
                histogram.x(histogram.edge(end)),
            )
        })
    }

    fn brush(self, histogram: Rc<Histogram>) -> Markup {
        ui! { {move || self.ends(&histogram).map(|(left, right)| ui! {
            <svg><rect class="brush" x=percent(left) width=percent(right.saturating_sub(left)) y="0" height="76"></rect></svg>
        })} }
    }

    /// What is not selected fades.
    fn veil(self, histogram: Rc<Histogram>) -> Markup {
        ui! { {move || self.ends(&histogram).map(|(left, right)| ui! {
            <svg>
                <rect class="veil" x="0" width=percent(left) y="5" height="70"></rect>
                <rect class="veil" x=percent(right) width=percent(100_000_u32.saturating_sub(right)) y="5" height="70"></rect>
            </svg>
        })} }
    }

    /// One end of the selection. While nothing is selected it is there for keys only.
    fn handle(self, histogram: Rc<Histogram>, handle: Handle) -> Markup {
        let clock = self.clock();
        let (name, data) = match handle {
            Handle::Start => ("Selection start", "start"),
            Handle::End => ("Selection end", "end"),
        };
        let all = histogram.bars.len();
        let [place, value, words, rest, keys] = [(); 5].map(|()| Rc::clone(&histogram));
        let edge = move |histogram: &Histogram| {
            let (start, end) = self.edges(histogram);
            match handle {
                Handle::Start => start,
                Handle::End => end,
            }
        };
        ui! {
            <svg overflow="visible" x=move || percent(place.x(place.edge(edge(&place))))>
                <g class="brush-h" role="slider" tabindex="0" aria-label=name data-end=data
                    aria-valuemin="0" aria-valuemax=all aria-valuenow=move || edge(&value)
                    aria-valuetext=move || moment_words(words.edge(edge(&words)), &move |at| clock.offset_at(at))
                    class:brush-h--rest=move || self.ends(&rest).is_none()
                    on:keydown=move |event| self.on_key(&keys, handle, &event)
                    on:blur=move |_| self.tell_gesture(&histogram)>
                    <rect class="brush-hit" x="-12" width="24" y="0" height="76"></rect>
                    <rect class="brush-edge" x="-.75" width="1.5" y="0" height="76"></rect>
                    <rect class="brush-edge" x="-3" y="29" width="6" height="18" rx="3"></rect>
                </g>
            </svg>
        }
    }

    /// The share of the width that a pointer is at.
    fn share(self, event: &ev::PointerEvent) -> Option<f64> {
        let plot = self.plot.get_untracked()?.get_bounding_client_rect();
        let behind = f64::from(event.client_x()) - plot.left();
        (plot.width() > 0.0).then(|| behind / plot.width())
    }

    fn on_down(self, histogram: &Histogram, event: &ev::PointerEvent) {
        let Some(share) = self.share(event).filter(|_| event.button() == 0) else {
            return;
        };
        let on_handle = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[data-end]").ok().flatten())
            .and_then(|handle| handle.get_attribute("data-end"));
        let drag = match on_handle.as_deref() {
            Some("start") => Drag::Of(Handle::Start),
            Some(_) => Drag::Of(Handle::End),
            None => Drag::New(share),
        };
        if let Some(plot) = self.plot.get_untracked() {
            let _ = plot.set_pointer_capture(event.pointer_id());
        }
        let edges = match drag {
            Drag::Of(_) => untrack(|| self.edges(histogram)),
            Drag::New(_) | Drag::No => histogram.dragged(share, share),
        };
        self.gesture.update(|gesture| {
            gesture.drag = drag;
            gesture.edges = Some(edges);
        });
    }

    fn on_move(self, histogram: &Histogram, event: &ev::PointerEvent) {
        let gesture = self.gesture.get_untracked();
        let (Some(share), Some((start, end))) = (self.share(event), gesture.edges) else {
            return;
        };
        let edges = match gesture.drag {
            Drag::No => return,
            Drag::New(from) => histogram.dragged(from, share),
            Drag::Of(handle) => {
                let bar = histogram.bar_at(share);
                match handle {
                    Handle::Start => (bar.min(end.saturating_sub(1)), end),
                    Handle::End => (start, (bar + 1).max(start + 1)),
                }
            }
        };
        if gesture.edges != Some(edges) {
            self.gesture.update(|gesture| gesture.edges = Some(edges));
        }
    }

    fn on_up(self, histogram: &Histogram, event: &ev::PointerEvent) {
        if self
            .gesture
            .with_untracked(|gesture| gesture.drag == Drag::No)
        {
            return;
        }
        self.on_move(histogram, event);
        // Keys go on where the pointer left off.
        let end = self
            .plot
            .get_untracked()
            .and_then(|plot| plot.query_selector("[data-end=end]").ok().flatten());
        self.tell_gesture(histogram);
        if let Some(end) = end {
            let _ = end.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn on_key(self, histogram: &Rc<Histogram>, handle: Handle, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => Move::Earlier,
            "ArrowRight" | "ArrowUp" => Move::Later,
            "PageDown" => Move::MuchEarlier,
            "PageUp" => Move::MuchLater,
            "Home" => Move::First,
            "End" => Move::Last,
            "Enter" => return self.tell_gesture(histogram),
            "Escape" if untrack(|| self.ends(histogram)).is_some() => {
                event.prevent_default();
                event.stop_propagation();
                return match self.gesture.with_untracked(|gesture| gesture.drag) {
                    Drag::No => self.tell(None),
                    Drag::New(_) | Drag::Of(_) => self.drop_gesture(),
                };
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let edges = histogram.moved(handle, to, untrack(|| self.edges(histogram)));
        let press = self.gesture.try_update(|gesture| {
            gesture.edges = Some(edges);
            gesture.presses = gesture.presses.wrapping_add(1);
            gesture.presses
        });
        let histogram = Rc::clone(histogram);
        spawn_local(async move {
            clock::sleep(REST_MS).await;
            // The chart may be gone by now.
            if self.gesture.try_with_untracked(|gesture| gesture.presses) == press {
                self.tell_gesture(&histogram);
            }
        });
    }

    fn drop_gesture(self) {
        let _ = self.gesture.try_set(Gesture::default());
    }

    /// Tells what was selected by pointer or keys, once.
    fn tell_gesture(self, histogram: &Histogram) {
        let edges = self.gesture.try_with_untracked(|gesture| gesture.edges);
        if let Some(edges) = edges.flatten() {
            self.tell(histogram.selected(edges));
        }
    }

    fn tell(self, selection: Option<(Moment, Moment)>) {
        if untrack(|| self.selection()) != selection {
            let _ = self
                .properties
                .try_with_value(|own| own.select.run(selection));
        }
        self.drop_gesture();
    }
}

fn bar(histogram: &Histogram, bar: &crate::histogram::Bar, scale: u64) -> Markup {
    let (x, width) = histogram.place(bar);
    let [error, warning, change, routine, cap] = histogram.parts(bar, scale);
    ui! {
        <svg class="bar-g" x=percent(x) width=percent(width)>
            <rect class="b-error" width="100%" y=error.y height=error.height></rect>
            <rect class="b-warn" width="100%" y=warning.y height=warning.height></rect>
            <rect class="b-change" width="100%" y=change.y height=change.height></rect>
            <rect class="b-info" width="100%" y=routine.y height=routine.height></rect>
            <rect class="b-cap" width="100%" y=cap.y height=cap.height></rect>
        </svg>
    }
}

/// The part of the time of which no row is loaded.
fn unknown(histogram: &Histogram) -> Option<Markup> {
    let known = histogram.known_from?;
    Some(ui! {
        <svg><rect class="unknown" x="0" width=percent(histogram.x(known)) y="5" height="70"></rect></svg>
    })
}

fn axis(histogram: &Histogram, zone: crate::range::Zone<'_>, now: Moment) -> Markup {
    let ticks: Vec<Markup> = histogram
        .axis(zone, now)
        .into_iter()
        .map(|tick| {
            let inset = if tick.x == 0 { "0" } else { "6" };
            ui! {
                <svg overflow="visible" x=percent(tick.x)>
                    <line class="grid-line" x1=".5" x2=".5" y1="0" y2="16"></line>
                    <text class="ax" x=inset y="13">{tick.label}</text>
                </svg>
            }
        })
        .collect();
    ui! { <svg class="hist__axis" aria-hidden="true">{ticks}</svg> }
}
