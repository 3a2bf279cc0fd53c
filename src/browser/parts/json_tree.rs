//! A JSON value as a tree of rows.
//!
//! Only a window of rows is ever in the page, so a document of a million values is drawn as fast as
//! a small one. Arrow keys, Home and End move and fold; C copies the value, P its path and Q the
//! query that finds it.

use crate::browser::signals::prelude::*;
use leptos::{ev, html, task::spawn_local};

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;

use super::icon::icon;
use crate::{
    browser::clipboard,
    count::counted,
    event::context::is_masked,
    filter::Chip,
    json::{
        Kind, Node, Tree,
        edit::Edited,
        outline::{Folds, Move, Row, marked, matches, parent, path, position},
    },
    text::Untrusted,
};

/// How many rows are in the page at once.
const WINDOW: usize = 400;

/// How much of a value stands in its row; all of it once the row is opened.
const SHORT: usize = 300;

/// A string of more bytes than this may not fit its row, so its row can be opened.
const MAY_NOT_FIT: usize = 60;

/// One tree; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
pub struct TreeView {
    tree: StoredValue<Tree>,
    /// How its paths begin, as in `context`.
    root: &'static str,
    folds: RwSignal<Folds>,
    rows: Memo<Vec<usize>>,
    active: RwSignal<usize>,
    hovered: RwSignal<Option<usize>>,
    /// The first row in the page.
    first: RwSignal<usize>,
    /// Values that are written in full length.
    long: RwSignal<Vec<usize>>,
    search: RwSignal<String>,
    found: RwSignal<Vec<usize>>,
    said: RwSignal<String>,
    node: NodeRef<html::Div>,
    filter: StoredValue<Option<TreeFilter>>,
    edit: StoredValue<Option<Callback<TreeKey>>>,
}

/// What is asked for with a key, about the value of the active row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeKey {
    /// Enter, on a value without members.
    Change,
    /// Delete.
    Remove,
}

/// What the values of a tree are filtered by.
#[derive(Clone)]
pub struct TreeFilter {
    /// The chip that a value stands for, or in words why there is none.
    pub chip: ChipOf,
    /// Shows the events that a chip lets through.
    pub filter: Callback<Chip>,
}

impl std::fmt::Debug for TreeFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TreeFilter")
    }
}

/// See [`TreeFilter::chip`].
pub type ChipOf = std::rc::Rc<dyn Fn(Node<'_>) -> Result<Chip, String>>;

impl TreeView {
    /// A tree as it is first seen.
    pub fn new(tree: Tree, root: &'static str, filter: Option<TreeFilter>) -> Self {
        let folds = RwSignal::new(Folds::initial(&tree));
        let first = folds.with_untracked(|folds| folds.rows(&tree));
        let tree = StoredValue::new(tree);
        let rows = Memo::new(move |_| folds.with(|folds| tree.with_value(|tree| folds.rows(tree))));
        Self {
            tree,
            root,
            folds,
            rows,
            active: RwSignal::new(first.first().copied().unwrap_or_default()),
            hovered: RwSignal::new(None),
            first: RwSignal::new(0),
            long: RwSignal::default(),
            search: RwSignal::default(),
            found: RwSignal::default(),
            said: RwSignal::new(String::new()),
            node: NodeRef::new(),
            filter: StoredValue::new(filter),
            edit: StoredValue::new(None),
        }
    }

    /// Lets the values be changed: hears of the keys that ask for it.
    pub fn on_edit(self, hear: Callback<TreeKey>) {
        self.edit.set_value(Some(hear));
    }

    /// Changes the text of the tree; what is open stays open. `change` is given the active value and
    /// gives `None` to change nothing.
    pub fn edit(self, change: impl FnOnce(&Tree, usize) -> Option<Edited>) -> Option<Edited> {
        let active = self.active.get_untracked();
        let (edited, before) = self
            .tree
            .with_value(|tree| Some((change(tree, active)?, tree.len())))?;
        let tree = Tree::of(&edited.text);
        let came = (tree.len() + edited.gone).saturating_sub(before);
        self.tree.set_value(tree);
        self.long.set(Vec::new());
        self.found.set(Vec::new());
        self.active.set(edited.place);
        self.folds.update(|folds| {
            folds.shift(edited.at, edited.gone, came);
            self.tree
                .with_value(|tree| folds.reveal(tree, &[edited.place]));
        });
        self.activate(edited.place, false);
        Some(edited)
    }

    /// The place of the active value.
    pub fn active(self) -> usize {
        self.active.get()
    }

    /// Looks at the active value, and again when it is another or was changed.
    pub fn with_active<T>(self, look: impl FnOnce(Node<'_>) -> Option<T>) -> Option<T> {
        self.folds.with(|_| ());
        let active = self.active.get();
        self.tree.with_value(|tree| look(tree.node(active)?))
    }

    /// The object or list that the active value is a member of.
    pub fn parent_of_active(self) -> Option<usize> {
        let active = self.active.get_untracked();
        self.tree.with_value(|tree| parent(tree, active))
    }

    /// Puts the keyboard on the active row.
    pub fn focus(self) {
        self.activate(self.active.get_untracked(), true);
    }

    /// What is searched for.
    pub fn search(self) -> String {
        self.search.get()
    }

    /// Searches keys and values, and opens what is around them.
    pub fn look_for(self, search: String) {
        let found = self.tree.with_value(|tree| matches(tree, &search));
        if !found.is_empty() {
            self.folds
                .update(|folds| self.tree.with_value(|tree| folds.reveal(tree, &found)));
        }
        self.search.set(search);
        self.found.set(found);
    }

    /// How many values match the search; `None` while nothing is searched for.
    pub fn found(self) -> Option<usize> {
        let searching = self.search.with(|search| !search.trim().is_empty());
        searching.then(|| self.found.with(Vec::len))
    }

    /// Makes the next match (or the one before) the active row, and brings it into sight.
    pub fn next_match(self, back: bool) {
        let active = self.active.get_untracked();
        let next = self.found.with_untracked(|found| {
            let (after, before) = (
                found
                    .iter()
                    .find(|value| **value > active)
                    .or(found.first()),
                found
                    .iter()
                    .rfind(|value| **value < active)
                    .or(found.last()),
            );
            if back { before } else { after }.copied()
        });
        if let Some(next) = next {
            self.activate(next, false);
        }
    }

    /// What the last press came to, for a live region.
    pub fn said(self) -> String {
        self.said.get()
    }

    fn activate(self, value: usize, focus: bool) {
        self.active.set(value);
        let at = self
            .rows
            .with_untracked(|rows| rows.partition_point(|row| *row < value));
        let first = self.first.get_untracked();
        if at < first || at >= first + WINDOW {
            self.first.set(at.saturating_sub(WINDOW / 4));
        }
        spawn_local(async move {
            // The row is in the page by then.
            leptos::task::tick().await;
            let tree = self.node.try_get_untracked().flatten();
            let row = tree.and_then(|tree| {
                let row = tree.query_selector(&format!("[data-value='{value}']"));
                row.ok().flatten()
            });
            let Some(row) = row else { return };
            if focus && let Some(row) = row.dyn_ref::<web_sys::HtmlElement>() {
                let _ = row.focus();
            } else {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    fn on_key(self, press: &ev::KeyboardEvent) {
        if press.ctrl_key() || press.meta_key() || press.alt_key() {
            return;
        }
        let active = self.active.get_untracked();
        let step = match press.key().as_str() {
            "ArrowUp" => Some(Move::Up),
            "ArrowDown" => Some(Move::Down),
            "ArrowLeft" => Some(Move::Out),
            "ArrowRight" => Some(Move::In),
            "Home" => Some(Move::First),
            "End" => Some(Move::Last),
            "Enter" if self.asks_for(TreeKey::Change) => None,
            "Delete" if self.asks_for(TreeKey::Remove) => None,
            "Enter" | " " => {
                self.press(active);
                None
            }
            "c" => {
                self.copy(Part::Value, active);
                None
            }
            "p" => {
                self.copy(Part::Path, active);
                None
            }
            "q" => {
                self.copy(Part::Query, active);
                None
            }
            "f" | "F" => {
                self.filter(active, press.shift_key());
                None
            }
            _ => return,
        };
        press.prevent_default();
        // The page has keys of its own for the whole event.
        press.stop_propagation();
        if let Some(step) = step {
            let mut folds = self.folds.get_untracked();
            let next = self.tree.with_value(|tree| folds.press(tree, active, step));
            if self.folds.with_untracked(|before| *before != folds) {
                self.folds.set(folds);
            }
            self.activate(next, true);
        }
    }

    /// Whether somebody hears of a key.
    fn asks_for(self, key: TreeKey) -> bool {
        let is_leaf = untrack(|| self.with_active(|node| node.is_empty().then_some(()))).is_some();
        let Some(hear) = self
            .edit
            .get_value()
            .filter(|_| is_leaf || key == TreeKey::Remove)
        else {
            return false;
        };
        hear.run(key);
        true
    }

    fn on_click(self, event: &ev::MouseEvent) {
        let Some((value, part)) = place(event) else {
            return;
        };
        self.active.set(value);
        match part.as_deref() {
            Some("value") => self.copy(Part::Value, value),
            Some("path") => self.copy(Part::Path, value),
            Some("query") => self.copy(Part::Query, value),
            Some("for") => self.filter(value, false),
            Some("out") => self.filter(value, true),
            _ => self.press(value),
        }
    }

    /// Opens or closes: a branch its members, a leaf the rest of its value.
    fn press(self, value: usize) {
        self.tree.with_value(|tree| {
            let Some(node) = tree.node(value) else { return };
            match self.folds.with_untracked(|folds| folds.row(node)) {
                Row::Branch { .. } => self.folds.update(|folds| folds.toggle(node)),
                Row::TooDeep => {}
                Row::Leaf if is_long(node) => self.long.update(|long| {
                    if !long.contains(&value) {
                        return long.push(value);
                    }
                    long.retain(|other| *other != value);
                }),
                Row::Leaf => {}
            }
        });
    }

    /// Filters for a value or leaves it out, or says why the server cannot match it.
    fn filter(self, value: usize, out: bool) {
        let Some(Some(filter)) = self.filter.try_get_value() else {
            return;
        };
        match self.chip(value) {
            Ok(chip) => filter.filter.run(if out { chip.inverted() } else { chip }),
            Err(why) => _ = self.said.try_set(why),
        }
    }

    fn chip(self, value: usize) -> Result<Chip, String> {
        let nothing = || "This value cannot be filtered by".to_owned();
        let filter = self.filter.try_get_value().flatten();
        let filter = filter.ok_or_else(nothing)?;
        self.tree
            .with_value(|tree| (filter.chip)(tree.node(value).ok_or_else(nothing)?))
    }

    fn text(self, part: Part, value: usize) -> Result<Untrusted, String> {
        self.tree.with_value(|tree| match part {
            Part::Path => Ok(Untrusted::new(path(tree, value, self.root))),
            Part::Value => Ok(tree.node(value).map(content).unwrap_or_default()),
            Part::Query => Ok(Untrusted::new(self.chip(value)?.expression()?.to_string())),
        })
    }

    fn copy(self, part: Part, value: usize) {
        let text = match self.text(part, value) {
            Ok(text) => text,
            Err(why) => {
                self.said.try_set(why);
                return;
            }
        };
        let said = self.said;
        spawn_local(async move {
            let done = clipboard::copy(&text).await;
            let words = match (done, part) {
                (false, _) => "The browser refused access to the clipboard",
                (true, Part::Value) => "Value copied",
                (true, Part::Path) => "Path copied",
                (true, Part::Query) => "Query copied",
            };
            // The tree may be gone by now.
            said.try_set(words.to_owned());
            crate::browser::clock::sleep(2_000).await;
            said.try_set(String::new());
        });
    }
}

/// What is copied of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Value,
    Path,
    /// The value's test in the server's query language.
    Query,
}

/// The tree, and the buttons that move its window where it has more rows than one window.
pub fn json_tree(view: TreeView, label: &'static str) -> Markup {
    ui! {
        <div class="tree" role="tree" aria-label=label node_ref=view.node
            on:keydown=move |press| view.on_key(&press)
            on:click=move |event| view.on_click(&event)
            on:mouseover=move |event| _ = view.hovered.try_set(place(&event).map(|(value, _)| value))
            on:mouseleave=move |_| _ = view.hovered.try_set(None)>
            {move || window(view)}
        </div>
        {move || pager(view)}
    }
}

fn window(view: TreeView) -> Vec<Markup> {
    let search = view.search.get();
    let long = view.long.get();
    let folds = view.folds.get();
    let rows = view.rows.get();
    view.tree.with_value(|tree| {
        let window = rows.iter().skip(view.first.get()).take(WINDOW);
        let nodes = window.filter_map(|value| tree.node(*value));
        let mut members = Members::default();
        nodes
            .map(|node| {
                row(
                    view,
                    node,
                    folds.row(node),
                    &members.name(tree, node),
                    long.contains(&node.index()),
                    &search,
                )
            })
            .collect()
    })
}

/// Tells what each row is called, in reading order: a key, or a number that counts on.
#[derive(Default)]
struct Members {
    /// Behind which value the last array member ended, its parent and its number.
    last: Option<(usize, usize, usize)>,
}

impl Members {
    fn name(&mut self, tree: &Tree, node: Node<'_>) -> String {
        if let Some(key) = node.key() {
            return key.clipped(SHORT);
        }
        let number = match self.last {
            Some((end, depth, number)) if end == node.index() && depth == node.depth() => {
                number + 1
            }
            _ => parent(tree, node.index())
                .and_then(|parent| tree.node(parent))
                .map_or(0, |parent| position(parent, node)),
        };
        self.last = Some((node.end(), node.depth(), number));
        number.to_string()
    }
}

fn row(view: TreeView, node: Node<'_>, row: Row, name: &str, long: bool, search: &str) -> Markup {
    let value = node.index();
    let expanded = match row {
        Row::Branch { open } => Some(open.to_string()),
        Row::Leaf | Row::TooDeep => None,
    };
    let is_leaf = node.kind() != Kind::Object && node.kind() != Kind::Array;
    let level = node.depth().max(1);
    let is_active = move || view.active.get() == value;
    // While the keyboard is in the search field, no focus shows where the search has come to.
    let is_found = !search.trim().is_empty();
    let long_button = match (is_long(node), long) {
        (false, _) => None,
        (true, false) => Some(("Show all of it", "down")),
        (true, true) => Some(("Show one line", "up")),
    };
    let key = (node.depth() > 0).then(|| {
        ui! { <span class="k">{marks(name, search)}</span><span class="p">":"</span> }
    });
    ui! {
        <div aria-level=level class="tree__row" role="treeitem" data-value=value
            aria-expanded=expanded.clone()
            data-deep=(level > 12).then_some("") data-long=long.then_some("")
            data-active=move || (is_found && is_active()).then_some("")
            tabindex=move || if is_active() { "0" } else { "-1" }>
            {expanded.is_some().then(|| icon("right"))}
            {key}
            {said(node, row, long, search)}
            {move || (view.hovered.get() == Some(value) || (is_active() && view.hovered.get().is_none()))
                .then(|| actions(long_button, is_leaf && view.filter.with_value(Option::is_some)))}
        </div>
    }
}

/// The buttons of a row; which was pressed is read from `data-part`.
fn actions(long: Option<(&'static str, &'static str)>, filters: bool) -> Markup {
    let button = |part: &'static str, words: &'static str, picture: &'static str| {
        ui! {
            <button class="btn btn--icon btn--ghost btn--sm" type="button" tabindex="-1"
                aria-label=words title=words data-part=part>{icon(picture)}</button>
        }
    };
    ui! {
        <span class="tree__acts">
            {long.map(|(words, picture)| button("rest", words, picture))}
            {filters.then(|| [
                button("for", "Filter for this value (F)", "filter"),
                button("out", "Leave out this value (Shift F)", "eye-off"),
                button("query", "Copy as query (Q)", "terminal"),
            ])}
            {button("value", "Copy value", "copy")}
            {button("path", "Copy path", "link")}
        </span>
    }
}

/// What a row says behind its key.
fn said(node: Node<'_>, row: Row, long: bool, search: &str) -> Markup {
    let count = u64::try_from(node.len()).unwrap_or(u64::MAX);
    match (node.kind(), row) {
        (Kind::Object, Row::Leaf) => ui! { <span class="tree__v">"{ }"</span> },
        (Kind::Array, Row::Leaf) => ui! { <span class="tree__v">"[ ]"</span> },
        (_, Row::TooDeep) => {
            ui! { <span class="tree__n">"deeper levels: open raw"</span> }
        }
        (Kind::Object, _) => {
            ui! { <span class="tree__n">{counted(count, "key", "keys")}</span> }
        }
        (Kind::Array, _) => {
            ui! { <span class="tree__n">{counted(count, "item", "items")}</span> }
        }
        (Kind::String, _) => string(node, long, search),
        (Kind::Number, _) => {
            ui! { <span class="tree__v n">{literal(node, search)}</span> }
        }
        (Kind::Bool | Kind::Null, _) => {
            ui! { <span class="tree__v l">{literal(node, search)}</span> }
        }
    }
}

fn literal(node: Node<'_>, search: &str) -> Markup {
    marks(&Untrusted::new(node.text()).clipped(SHORT), search)
}

fn string(node: Node<'_>, long: bool, search: &str) -> Markup {
    let text = node.untrusted().unwrap_or_default();
    let shown = match long {
        true => text.visible_lines(),
        false => text.clipped(SHORT),
    };
    let shown = marks(&format!("\"{shown}\""), search);
    if is_masked(node) {
        return ui! { <span class="tree__v l" title="Redacted by authentik">{shown}</span> };
    }
    ui! { <span class="tree__v s">{shown}</span> }
}

fn marks(text: &str, search: &str) -> Markup {
    if search.trim().is_empty() {
        return text.to_owned().into_markup();
    }
    let part = |(part, hit): (String, bool)| match hit {
        true => ui! { <mark>{part}</mark> },
        false => part.into_markup(),
    };
    marked(text, search)
        .into_iter()
        .map(part)
        .collect::<Vec<Markup>>()
        .into_markup()
}

fn pager(view: TreeView) -> Option<Markup> {
    let count = view.rows.with(Vec::len);
    let first = view.first.get().min(count.saturating_sub(1));
    if count <= WINDOW && first == 0 {
        return None;
    }
    let last = (first + WINDOW).min(count);
    let go = move |to: usize| move |_| view.first.set(to);
    Some(ui! {
        <div class="pager tree__pager">
            <span>{format!("Rows {} to {last} of {count}", first + 1)}</span>
            <button class="btn btn--sm" type="button" disabled=first == 0
                on:click=go(first.saturating_sub(WINDOW))>"Earlier rows"</button>
            <button class="btn btn--sm" type="button" disabled=last == count
                on:click=go(last)>"Later rows"</button>
        </div>
    })
}

/// The content of a string, the text of anything else.
fn content(node: Node<'_>) -> Untrusted {
    node.untrusted()
        .unwrap_or_else(|| Untrusted::new(node.text()))
}

fn is_long(node: Node<'_>) -> bool {
    node.kind() == Kind::String && node.text().len() > MAY_NOT_FIT
}

/// Which row an event is about, and which of its buttons.
fn place(event: &ev::MouseEvent) -> Option<(usize, Option<String>)> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let row = target.closest("[data-value]").ok()??;
    let value = row.get_attribute("data-value")?.parse().ok()?;
    let part = target.closest("[data-part]").ok().flatten();
    Some((value, part.and_then(|part| part.get_attribute("data-part"))))
}
