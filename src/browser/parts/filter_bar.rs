//! The filters of a list: a chip for each, and the ways to more.
//!
//! Nothing is kept here but which editor is open and what is typed into it: each change makes
//! another listing, which comes back through the address.

mod action_list;
mod chip;
mod editor;
mod sheet;

use std::rc::Rc;

use leptos::{ev, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::{
    chip::{add_button, chip},
    editor::editor,
    sheet::sheet,
};
use super::{icon::icon, menu::Menu};
use crate::{
    browser::{
        Clock,
        markup::{IntoMarkup, Markup},
        signals::prelude::*,
    },
    event::EventAction,
    filter::{Chip, Edit, Filter, Kind, Test},
    listing::Listing,
    text::lowercase,
};

/// What the bar is given.
#[derive(Debug, Clone, Copy)]
pub struct FilterBar {
    /// What is shown now.
    pub listing: Memo<Listing>,
    /// Shows something else.
    pub change: Callback<Listing>,
    /// How often each action happened in the time that is shown; empty where that is not known.
    pub counts: Memo<Vec<(EventAction, u64)>>,
    /// How many events there are, where that is known.
    pub found: Memo<Option<u64>>,
    /// What loaded events hold.
    pub suggest: Suggest,
    /// Which editor is open.
    pub editors: Editors,
    /// What time it is, for queries that are told from now.
    pub clock: Clock,
}

/// Gives what loaded events hold of a kind, the most frequent first.
#[derive(Clone, Copy)]
pub struct Suggest(StoredValue<Rc<dyn Fn(Kind) -> Vec<Test>>>);

impl std::fmt::Debug for Suggest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Suggest")
    }
}

impl Suggest {
    /// Asks `suggest`, each time an editor opens.
    pub fn new(suggest: impl Fn(Kind) -> Vec<Test> + 'static) -> Self {
        Self(StoredValue::new(Rc::new(suggest)))
    }

    fn of(self, kind: Kind) -> Vec<Test> {
        let suggest = self.0.try_get_value();
        suggest.map_or_else(Vec::new, |suggest| suggest(kind))
    }
}

/// Which editor is open: at most one.
#[derive(Debug, Clone, Copy)]
pub struct Editors {
    open: RwSignal<Option<Open>>,
    edit: RwSignal<Edit>,
    /// What the list of actions is narrowed to.
    search: RwSignal<String>,
    /// Why what is typed makes no chip, once somebody tried.
    problem: RwSignal<Option<String>>,
    /// Whether the filters lie over the page, as on small screens.
    sheet: RwSignal<bool>,
    /// Whether the editor ends where its button ends, because there is no room beside it.
    at_end: RwSignal<bool>,
}

/// What is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// The chip at a place.
    Chip(usize),
    /// A chip to come.
    New(Kind),
}

impl Default for Editors {
    fn default() -> Self {
        Self::new()
    }
}

impl Editors {
    /// None is open.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            edit: RwSignal::new(Edit::new(Kind::Action)),
            search: RwSignal::default(),
            problem: RwSignal::default(),
            sheet: RwSignal::new(false),
            at_end: RwSignal::new(false),
        }
    }

    /// Opens the editor of a new chip, for keys and for the find box.
    pub fn add(self, kind: Kind) {
        if is_narrow() {
            self.sheet.set(true);
        }
        self.start(Open::New(kind), Edit::new(kind));
    }

    /// Whether one is open.
    pub fn is_open(self) -> bool {
        self.open.get().is_some() || self.sheet.get()
    }

    fn start(self, open: Open, edit: Edit) {
        self.edit.set(edit);
        self.search.set(String::new());
        self.problem.set(None);
        self.at_end.set(has_no_room(open));
        self.open.set(Some(open));
        focus_soon("[data-editor] input:not([type=radio])".to_owned());
    }

    /// Narrows the list of actions.
    fn look_for(self, search: String) {
        self.search.set(search);
    }
}

/// Draws the chips, the buttons for more, and on small screens the one button that opens them all.
pub fn filter_bar(own: FilterBar) -> Markup {
    let bar = Bar {
        own,
        filter: Memo::new(move |_| own.listing.with(|listing| listing.filter.clone())),
    };
    ui! {
        <div class="filters__chips">
            {sheet(bar)}
            {move || bar.filter.with(|filter| chips(bar, filter))}
        </div>
    }
}

/// The bar; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
struct Bar {
    own: FilterBar,
    filter: Memo<Filter>,
}

/// Kinds with a place of their own stand in it, set or not; others come behind them.
fn chips(bar: Bar, filter: &Filter) -> Vec<Markup> {
    let of = |kind: Kind| {
        let chips = filter.chips.iter().enumerate();
        let chips = chips.filter(move |(_, own)| own.kind() == kind);
        chips.map(move |(place, own)| chip(bar, place, own))
    };
    let mut drawn = Vec::new();
    for kind in Kind::IN_BAR {
        let before = drawn.len();
        drawn.extend(of(kind));
        if drawn.len() == before {
            drawn.push(add_button(bar, kind));
        }
    }
    for kind in Kind::ADDABLE {
        if !Kind::IN_BAR.contains(&kind) {
            drawn.extend(of(kind));
        }
    }
    drawn.push(more(bar));
    if !filter.is_empty() {
        drawn.push(ui! {
            <button class="btn btn--ghost btn--sm only-lg" type="button" on:click=move |_| {
                bar.set(Filter::default());
                focus_soon(format!("#{}", add_id(Kind::Action)));
            }>"Clear all"</button>
        });
    }
    drawn
}

/// What can be added. One editor makes texts and queries: what is typed decides.
const OFFERED: [Kind; 9] = [
    Kind::Action,
    Kind::User,
    Kind::ClientIp,
    Kind::App,
    Kind::Object,
    Kind::Brand,
    Kind::AuthorizedApp,
    Kind::Words,
    Kind::Value,
];

fn offered(kind: Kind) -> &'static str {
    match kind {
        Kind::Words => "Text or query",
        other => other.label(),
    }
}

/// The menu of kinds without a place of their own, and of second chips of the others.
fn more(bar: Bar) -> Markup {
    let menu = Menu::new();
    let button = ui! {
        <button class="chip chip--add" id="chip-more" type="button" aria-haspopup="menu"
            aria-expanded=move || menu.is_open().to_string() on:click=move |_| menu.toggle()>
            <span>{icon("plus")}"More"</span>
        </button>
    };
    let entry = move |kind: Kind| {
        ui! {
            <button class="menu__item" type="button" role="menuitem"
                on:click=move |_| bar.own.editors.add(kind)>{offered(kind)}</button>
        }
    };
    let entries = move || {
        let others = Kind::ADDABLE
            .into_iter()
            .filter(|kind| !Kind::IN_BAR.contains(kind));
        let again = Kind::IN_BAR.into_iter().filter(|kind| bar.is_set(*kind));
        others
            .chain(again)
            .map(entry)
            .collect::<Vec<Markup>>()
            .into_markup()
    };
    ui! {
        <span class="anchor only-lg" on:focusout=move |event| bar.on_focus_left(&event)>
            {menu.draw("More filters", button, entries)}
            {move || bar.popup(|open| matches!(open, Open::New(kind) if !bar.has_place(kind)))}
        </span>
    }
}

impl Bar {
    /// Shows the same with other filters.
    fn set(self, filter: Filter) {
        let listing = self.own.listing.get_untracked();
        self.own.change.run(Listing { filter, ..listing });
    }

    /// Whether there is a chip of a kind.
    fn is_set(self, kind: Kind) -> bool {
        self.filter
            .with(|filter| filter.chips.iter().any(|chip| chip.kind() == kind))
    }

    /// Whether a new chip of a kind is edited at a button of its own.
    fn has_place(self, kind: Kind) -> bool {
        Kind::IN_BAR.contains(&kind) && !self.is_set(kind)
    }

    /// The editor, where it is open here.
    fn popup(self, here: impl Fn(Open) -> bool) -> Option<Markup> {
        let editors = self.own.editors;
        let open = editors.open.get()?;
        let class = if editors.at_end.get() {
            "pop pop--end"
        } else {
            "pop"
        };
        (!editors.sheet.get() && here(open)).then(|| editor(self, open, class))
    }

    fn edit(self, place: usize) {
        let editors = self.own.editors;
        let chip = self
            .filter
            .with_untracked(|filter| filter.chips.get(place).map(Edit::of));
        match chip {
            Some(_) if editors.open.get_untracked() == Some(Open::Chip(place)) => self.close(),
            Some(edit) => editors.start(Open::Chip(place), edit),
            None => {}
        }
    }

    fn add(self, kind: Kind) {
        let editors = self.own.editors;
        if editors.open.get_untracked() == Some(Open::New(kind)) {
            self.close();
        } else {
            editors.start(Open::New(kind), Edit::new(kind));
        }
    }

    /// Takes a chip in the place of the one that is edited, or as a new one.
    fn apply(self, chip: Chip) {
        let filter = self.filter.get_untracked();
        let open = self.own.editors.open.get_untracked();
        let (filter, place) = match open {
            Some(Open::Chip(place)) => (filter.replaced(place, chip), place),
            Some(Open::New(_)) | None => (filter.with(chip), filter.chips.len()),
        };
        let listing = Listing {
            filter: filter.clone(),
            ..self.own.listing.get_untracked()
        };
        let now = untrack(|| self.own.clock.now());
        if let Err(why) = listing.request(now).for_server(None) {
            self.own.editors.problem.set(Some(why.text()));
            return;
        }
        self.own.editors.open.set(None);
        self.set(filter);
        self.focus_back(&chip_id(place));
    }

    /// Changes what is ticked.
    fn tick(self, change: impl Fn(&mut Edit)) {
        self.own.editors.edit.update(change);
        self.own.editors.problem.set(None);
    }

    /// Takes what is typed, or says why not.
    fn submit(self) {
        let editors = self.own.editors;
        match editors.edit.with_untracked(Edit::chip) {
            Ok(chip) => self.apply(chip),
            Err(why) => editors.problem.set(Some(why)),
        }
    }

    fn change_chip(self, place: usize, change: impl Fn(&Chip) -> Chip) {
        let filter = self.filter.get_untracked();
        if let Some(chip) = filter.chips.get(place) {
            self.set(filter.replaced(place, change(chip)));
        }
    }

    /// Removes a chip; the keyboard goes on from the one that takes its place in the filter.
    fn remove(self, place: usize) {
        let filter = self.filter.get_untracked();
        let kind = filter.chips.get(place).map(Chip::kind);
        self.own.editors.open.set(None);
        self.set(filter.without(place));
        let next = match (filter.chips.len(), kind) {
            (2.., _) => chip_id(place.min(filter.chips.len() - 2)),
            (_, Some(kind)) if Kind::IN_BAR.contains(&kind) => add_id(kind),
            _ => "chip-more".to_owned(),
        };
        self.focus_back(&next);
    }

    /// Closes the editor and gives focus back to what opened it.
    fn close(self) {
        let open = self.own.editors.open.get_untracked();
        self.own.editors.open.set(None);
        let opener = match open {
            Some(Open::Chip(place)) => chip_id(place),
            Some(Open::New(kind)) if untrack(|| self.has_place(kind)) => add_id(kind),
            Some(Open::New(_)) => "chip-more".to_owned(),
            None => return,
        };
        self.focus_back(&opener);
    }

    /// Gives focus to a control of the bar, or to the list of the sheet that covers it.
    fn focus_back(self, id: &str) {
        focus_soon(if self.own.editors.sheet.get_untracked() {
            "dialog.sheet .menu__item".to_owned()
        } else {
            format!("#{id}")
        });
    }

    /// Closes when focus goes elsewhere: by a press outside, or by a screen reader's own cursor.
    fn on_focus_left(self, event: &ev::FocusEvent) {
        let target = event.related_target();
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let anchor = event.current_target();
        let anchor = anchor.and_then(|anchor| anchor.dyn_into::<web_sys::Node>().ok());
        let stays = target
            .zip(anchor)
            .is_some_and(|(target, anchor)| anchor.contains(Some(&target)));
        if !stays {
            self.own.editors.open.try_set(None);
        }
    }
}

/// The id of the button that opens a chip.
fn chip_id(place: usize) -> String {
    format!("chip-{place}")
}

/// The id of the button that adds a chip of a kind.
fn add_id(kind: Kind) -> String {
    let name = lowercase(kind.label()).replace(' ', "-");
    format!("chip-add-{name}")
}

/// Gives focus to what is drawn by then.
fn focus_soon(selector: String) {
    spawn_local(async move {
        leptos::task::tick().await;
        let found = document().query_selector_all(&selector).ok();
        let found = found.into_iter().flat_map(|found| {
            (0..found.length()).filter_map(move |at| found.item(at)?.dyn_into::<HtmlElement>().ok())
        });
        // What is not shown, as chips on small screens, takes no focus.
        for element in found {
            let _ = element.focus();
            if document().active_element().as_ref() == Some(element.as_ref()) {
                return;
            }
        }
    });
}

/// Moves focus among the controls of an editor; `false` at its ends.
fn step_focus(press: &ev::KeyboardEvent, step: isize) -> bool {
    let editor = press.current_target();
    let editor = editor.and_then(|editor| editor.dyn_into::<web_sys::Element>().ok());
    let found = editor.and_then(|editor| {
        const STOPS: &str = "input:not([type=radio]), .pick__list button";
        editor.query_selector_all(STOPS).ok()
    });
    let Some(found) = found else { return false };
    let stops: Vec<HtmlElement> = (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let at = stops
        .iter()
        .position(|stop| focused.as_ref() == Some(stop.as_ref()));
    let to = at.and_then(|at| at.checked_add_signed(step));
    match to.and_then(|to| stops.get(to)) {
        Some(stop) => stop.focus().is_ok(),
        None => false,
    }
}

/// Whether an editor that begins where its button begins would leave the page.
fn has_no_room(open: Open) -> bool {
    /// The width of an editor and the edge of the page.
    const WIDTH: i32 = 352 + 20;
    let id = match open {
        Open::Chip(place) => chip_id(place),
        Open::New(kind) => add_id(kind),
    };
    let button = document()
        .get_element_by_id(&id)
        .or_else(|| document().get_element_by_id("chip-more"));
    let place = button
        .and_then(|button| button.closest(".filters__chips > .anchor").ok().flatten())
        .and_then(|anchor| anchor.dyn_into::<HtmlElement>().ok())
        .map(|anchor| anchor.offset_left());
    let width = document()
        .document_element()
        .map(|page| page.client_width());
    place
        .zip(width)
        .is_some_and(|(place, width)| place + WIDTH > width)
}

/// Whether the screen is too small for chips.
fn is_narrow() -> bool {
    window()
        .match_media("(width < 48rem)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
