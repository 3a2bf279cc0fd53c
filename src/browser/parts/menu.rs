//! Menus: a button, and the list that it opens.
//!
//! Arrow keys, Home and End move within the list, Escape and Tab close it, and focus returns to
//! the button. A press outside closes it too.
//!
//! A menu that is removed with focus inside hears that focus left when its signals are gone already:
//! what handles events here asks for them with `try_`.

use crate::browser::signals::prelude::*;
use leptos::{ev, html};

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// One menu; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
pub struct Menu {
    open: RwSignal<bool>,
    anchor: NodeRef<html::Span>,
    /// What focus goes back to, where another menu opened this one.
    opener: StoredValue<Option<NodeRef<html::Span>>>,
}

/// Which entry takes focus.
#[derive(Debug, Clone, Copy)]
enum Move {
    First,
    Last,
    Next,
    Previous,
}

impl Menu {
    /// A closed one.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            anchor: NodeRef::new(),
            opener: StoredValue::new(None),
        }
    }

    /// Whether it is open, for `aria-expanded` of the button.
    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Opens it from an entry of another menu, whose button takes focus when it closes.
    pub fn open_from(self, other: Self) {
        self.toggle();
        self.opener.set_value(Some(other.anchor));
    }

    /// Opens or closes it: what a press of the button does.
    pub fn toggle(self) {
        self.opener.set_value(None);
        self.open.update(|open| *open = !*open);
        if self.open.get_untracked() {
            // The list is drawn by then.
            leptos::task::spawn_local(async move {
                leptos::task::tick().await;
                if let Some(panel) = find(self.anchor, "[role=dialog]") {
                    let _ = panel.focus();
                }
                self.focus(Move::First);
            });
        }
    }

    /// Gives focus to the panel itself, when what had it inside is about to go.
    pub fn focus_panel(self) {
        if let Some(panel) = find(self.anchor, "[role=dialog]") {
            let _ = panel.focus();
        }
    }

    /// Closes it and gives focus back to the button.
    pub fn close(self) {
        self.open.try_set(false);
        let opener = self.opener.try_get_value().flatten();
        if let Some(button) = find(opener.unwrap_or(self.anchor), "button") {
            let _ = button.focus();
        }
    }

    /// The button, and below it the list while the menu is open. The button calls
    /// [`toggle`](Self::toggle); entries are `.menu__item` elements with a `menuitem` role, and a
    /// press on one closes the menu.
    pub fn draw(
        self,
        label: &'static str,
        button: impl IntoMarkup + 'static,
        entries: impl Fn() -> Markup + 'static,
    ) -> Markup {
        ui! {
            <span class="anchor" node_ref=self.anchor
                on:keydown=move |press| self.on_key(&press)
                on:focusout=move |event| self.on_focus_left(&event)>
                {button}
                {move || self.open.get().then(|| ui! {
                    <div class="pop pop--end menu" role="menu" aria-label=label
                        on:click=move |event| self.on_press(&event)>
                        {entries()}
                    </div>
                })}
            </span>
        }
    }

    /// The button, and below it a panel of controls while it is open: no menu, so Tab walks through
    /// it, and only Escape and leaving it close it.
    pub fn draw_panel(
        self,
        label: &'static str,
        button: impl IntoMarkup + 'static,
        content: impl Fn() -> Markup + 'static,
    ) -> Markup {
        ui! {
            <span class="anchor" node_ref=self.anchor
                on:keydown=move |press| self.on_escape(&press)
                on:focusout=move |event| self.on_focus_left(&event)>
                {button}
                {move || self.open.get().then(|| ui! {
                    <div class="pop pop--end" role="dialog" aria-label=label tabindex="-1">{content()}</div>
                })}
            </span>
        }
    }

    fn on_escape(self, press: &ev::KeyboardEvent) {
        if self.open.try_get_untracked() == Some(true) && press.key() == "Escape" {
            self.close();
            press.stop_propagation();
        }
    }

    fn on_key(self, press: &ev::KeyboardEvent) {
        if self.open.try_get_untracked() != Some(true) {
            return;
        }
        match press.key().as_str() {
            "ArrowDown" => self.focus(Move::Next),
            "ArrowUp" => self.focus(Move::Previous),
            "Home" => self.focus(Move::First),
            "End" => self.focus(Move::Last),
            "Escape" => self.close(),
            "Tab" => {
                self.open.try_set(false);
                return;
            }
            _ => return,
        }
        press.prevent_default();
        // Escape means this menu and nothing behind it.
        press.stop_propagation();
    }

    /// A press on an entry does what the entry says, and closes.
    fn on_press(self, event: &ev::MouseEvent) {
        let on_entry = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("[role^=menuitem]").ok().flatten());
        // The entry may have closed it already, and given focus to something else.
        if on_entry.is_some() && self.open.try_get_untracked() == Some(true) {
            self.close();
        }
    }

    /// Closes when focus goes elsewhere: by a press outside, or by a screen reader's own cursor.
    fn on_focus_left(self, event: &ev::FocusEvent) {
        let stays = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .zip(self.anchor.try_get_untracked().flatten())
            .is_some_and(|(target, anchor)| anchor.contains(Some(&target)));
        if !stays {
            self.open.try_set(false);
        }
    }

    fn focus(self, to: Move) {
        let Some(anchor) = self.anchor.try_get_untracked().flatten() else {
            return;
        };
        let Ok(found) = anchor.query_selector_all("[role^=menuitem]") else {
            return;
        };
        let entries: Vec<HtmlElement> = (0..found.length())
            .filter_map(|at| found.item(at)?.dyn_into().ok())
            .collect();
        let focused = document().active_element();
        let at = entries
            .iter()
            .position(|entry| focused.as_ref() == Some(entry.as_ref()));
        let last = entries.len().saturating_sub(1);
        let to = match (to, at) {
            (Move::First, _) | (Move::Next, None) => 0,
            (Move::Last, _) | (Move::Previous, None | Some(0)) => last,
            (Move::Next, Some(at)) if at == last => 0,
            (Move::Next, Some(at)) => at + 1,
            (Move::Previous, Some(at)) => at - 1,
        };
        if let Some(entry) = entries.get(to) {
            let _ = entry.focus();
        }
    }
}

fn find(anchor: NodeRef<html::Span>, selector: &str) -> Option<HtmlElement> {
    anchor
        .get_untracked()?
        .query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

impl Default for Menu {
    fn default() -> Self {
        Self::new()
    }
}
