//! The time that is looked at: what the button says, and the menu that changes it.

use leptos::{ev, html};

use super::{icon::icon, menu::Menu, notice::field_error};
use crate::{
    browser::{Clock, markup::Markup, signals::prelude::*},
    moment::Moment,
    range::Range,
};

/// What the menu is given.
#[derive(Debug, Clone, Copy)]
pub struct RangeMenu {
    /// What is shown now.
    pub range: Memo<Range>,
    /// Shows another time.
    pub change: Callback<Range>,
    /// In which zone times are read.
    pub clock: Clock,
}

/// The menu at work; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
struct Ranges {
    own: RangeMenu,
    menu: Menu,
    problem: RwSignal<Option<Problem>>,
    typed: NodeRef<html::Input>,
    from: NodeRef<html::Input>,
    to: NodeRef<html::Input>,
}

/// Which form is not understood, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Typed(String),
    Between(String),
}

const TYPED_SAID: &str = "range-typed-said";
const BETWEEN_SAID: &str = "range-between-said";

/// Draws the button, and below it the menu while it is open.
pub fn range_menu(own: RangeMenu) -> Markup {
    let ranges = Ranges {
        own,
        menu: Menu::new(),
        problem: RwSignal::default(),
        typed: NodeRef::new(),
        from: NodeRef::new(),
        to: NodeRef::new(),
    };
    let words = move || {
        own.range
            .get()
            .words(&|at| own.clock.offset_at(at), own.clock.now())
    };
    let button = ui! {
        <button class="btn range-btn" type="button" aria-haspopup="dialog" title="Time range"
            aria-expanded=move || ranges.menu.is_open().to_string()
            on:click=move |_| {
                ranges.problem.set(None);
                ranges.menu.toggle();
            }>
            {icon("calendar")}<span class="sr">"Time range: "</span><span class="clip">{words}</span>
        </button>
    };
    ranges
        .menu
        .draw_panel("Time range", button, move || content(ranges))
}

fn content(ranges: Ranges) -> Markup {
    let presets = Range::PRESETS.into_iter().enumerate();
    let presets: Vec<Markup> = presets
        .map(|(at, range)| preset(ranges, range, Some(at + 1)))
        .collect();
    ui! {
        <div class="menu menu--range">
            {presets}
            {preset(ranges, Range::All, None)}
            {typed(ranges)}
            {between(ranges)}
        </div>
    }
}

fn preset(ranges: Ranges, range: Range, key: Option<usize>) -> Markup {
    let chosen = ranges.own.range.get_untracked() == range;
    let words = range.words(&|_| 0, ranges.own.clock.now());
    ui! {
        <button class="menu__item" class:menu__item--in=!chosen type="button" aria-pressed=chosen.to_string()
            on:click=move |_| ranges.choose(range)>
            {chosen.then(|| icon("check"))}{words}
            {key.map(|key| ui! { <kbd class="kbds"><kbd class="kbd">{key}</kbd></kbd> })}
        </button>
    }
}

/// A time in words, as in "3d".
fn typed(ranges: Ranges) -> Markup {
    let problem = move || match ranges.problem.get() {
        Some(Problem::Typed(why)) => Some(why),
        Some(Problem::Between(_)) | None => None,
    };
    ui! {
        <form class="range" novalidate on:submit=move |event| ranges.submit_typed(&event)>
            <div class="field">
                <label class="label" for="range-typed">"Time"</label>
                <input class="input" id="range-typed" type="text" node_ref=ranges.typed autocomplete="off"
                    autocapitalize="off" spellcheck="false" placeholder="3d, yesterday, 10:00 to 12:00"
                    aria-describedby=TYPED_SAID aria-invalid=move || problem().map(|_| "true")/>
            </div>
            {move || problem().map(|why| field_error(TYPED_SAID, why))}
        </form>
    }
}

/// Two times.
fn between(ranges: Ranges) -> Markup {
    let RangeMenu { range, clock, .. } = ranges.own;
    let (from, to) = range.get_untracked().bounds(clock.now());
    let local = |moment: Option<Moment>| moment.map(|moment| field_value(moment, clock));
    let problem = move || match ranges.problem.get() {
        Some(Problem::Between(why)) => Some(why),
        Some(Problem::Typed(_)) | None => None,
    };
    let field = move |label: &'static str, id: &'static str, node, value: Option<String>| {
        ui! {
            <div class="field">
                <label class="label" for=id>{label}</label>
                <input class="input" id=id type="datetime-local" step="1" node_ref=node aria-describedby=BETWEEN_SAID
                    prop:value=value.unwrap_or_default()/>
            </div>
        }
    };
    ui! {
        <form class="range" novalidate on:submit=move |event| ranges.submit_between(&event)>
            {field("From", "range-from", ranges.from, local(from))}
            {field("To", "range-to", ranges.to, local(to))}
            {move || problem().map(|why| field_error(BETWEEN_SAID, why))}
            <p class="hint" id=BETWEEN_SAID>{zone_name(clock)}" time, up to and without the end. The chart goes back 90 days at most."</p>
            <div class="btns"><button class="btn btn--sm btn--primary" type="submit">"Apply"</button></div>
        </form>
    }
}

/// What a field for date and time takes; browsers leave out seconds that are zero.
fn field_value(moment: Moment, clock: Clock) -> String {
    let local = moment.local(clock.offset_at(moment));
    local.strip_suffix(":00").unwrap_or(&local).to_owned()
}

/// `Berlin` for `Europe/Berlin`.
fn zone_name(clock: Clock) -> String {
    let zone = clock.zone();
    zone.rsplit('/')
        .next()
        .unwrap_or_default()
        .replace('_', " ")
}

impl Ranges {
    fn choose(self, range: Range) {
        self.menu.close();
        self.own.change.run(range);
    }

    fn submit_typed(self, event: &ev::SubmitEvent) {
        event.prevent_default();
        let text = value(self.typed);
        match self.read(&text) {
            Ok(range) => self.choose(range),
            Err(why) => self.problem.set(Some(Problem::Typed(why))),
        }
    }

    fn submit_between(self, event: &ev::SubmitEvent) {
        event.prevent_default();
        let (from, to) = (value(self.from), value(self.to));
        let text = match (from.is_empty(), to.is_empty()) {
            (false, false) => format!("{from} to {to}"),
            (false, true) => format!("since {from}"),
            (true, false) => format!("until {to}"),
            (true, true) => "all".to_owned(),
        };
        match self.read(&text) {
            Ok(range) => self.choose(range),
            Err(why) => self.problem.set(Some(Problem::Between(why))),
        }
    }

    fn read(self, text: &str) -> Result<Range, String> {
        let clock = self.own.clock;
        untrack(|| Range::typed(text, &|at| clock.offset_at(at), clock.now()))
    }
}

fn value(field: NodeRef<html::Input>) -> String {
    let field = field.get_untracked();
    field.map_or_else(String::new, |field| field.value().trim().to_owned())
}
