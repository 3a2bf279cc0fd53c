//! The field for a search: plain words or a query, with proposals while one types and, below it,
//! what authentik will make of it. What it refuses cannot be sent from here.
//!
//! Arrow keys go through the proposals, Tab takes one, Enter takes the one that was gone to and
//! otherwise sends, Escape closes the list first and then belongs to whatever is around.

use crate::browser::signals::prelude::*;
use leptos::{ev, html, task::spawn_local};

use crate::browser::markup::Markup;

use super::icon::small_icon;
use crate::ql::{
    Candidate, Known,
    typing::{Effect, Key, List, Tone, Typing, byte_at, units_at},
};

/// What the field needs to know of its page.
#[derive(Debug, Clone, Copy)]
pub struct QueryField {
    /// The id of the input; other ids begin with it.
    pub id: &'static str,
    /// What the field is called by those who listen.
    pub label: &'static str,
    /// What the button says that sends.
    pub send: &'static str,
    /// What can be proposed; looked at with each key.
    pub known: RwSignal<Known>,
    /// Takes the text. It is neither empty nor refused by authentik.
    pub on_send: Callback<String>,
}

/// The field at work; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
struct Field {
    own: QueryField,
    typing: RwSignal<Typing>,
    input: NodeRef<html::Input>,
}

/// Draws it with a text to go on with.
pub fn query_field(own: QueryField, text: impl Into<String>) -> Markup {
    let field = Field {
        own,
        typing: RwSignal::new(Typing::of(text)),
        input: NodeRef::new(),
    };
    let can_be_sent = Memo::new(move |_| field.typing.with(Typing::can_be_sent));
    ui! {
        <form class="query" novalidate on:submit=move |event| field.on_submit(&event)>
            <div class="anchor anchor--fill">
                {input(field)}
                {move || said(field)}
                {move || field.is_open().then(|| list(field))}
            </div>
            <button class="btn btn--primary" type="submit" disabled=move || !can_be_sent.get()>{own.send}</button>
        </form>
    }
}

fn input(field: Field) -> Markup {
    let QueryField { id, label, .. } = field.own;
    ui! {
        <input class="input input--mono" type="text" role="combobox" id=id aria-label=label
            node_ref=field.input autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-autocomplete="list" aria-controls=field.list_id() aria-describedby=field.said_id()
            aria-expanded=move || field.is_open().to_string()
            aria-activedescendant=move || field.active().map(|at| field.option_id(at))
            aria-invalid=move || field.is_wrong().then_some("true")
            prop:value=move || field.typing.with(|typing| typing.text().to_owned())
            on:input=move |event| field.on_input(event_target_value(&event))
            on:click=move |_| field.on_move()
            on:keyup=move |press| field.on_key_up(&press)
            on:keydown=move |press| field.on_key(&press)
            on:blur=move |_| field.close()/>
    }
}

fn list(field: Field) -> Markup {
    let options = move || {
        let candidates = field
            .typing
            .with(|typing| typing.completions().candidates.clone());
        let option = |(at, candidate)| option(field, at, candidate);
        candidates
            .into_iter()
            .enumerate()
            .map(option)
            .collect::<Vec<Markup>>()
    };
    ui! {
        <div class="pop pick" on:mousedown=|event| event.prevent_default()>
            <div class="pick__list" role="listbox" id=field.list_id() aria-label="Proposals">{options}</div>
        </div>
    }
}

fn option(field: Field, at: usize, candidate: Candidate) -> Markup {
    let is_active = move || field.active() == Some(at);
    ui! {
        <div class="opt-row" role="option" id=field.option_id(at)
            aria-selected=move || is_active().to_string()
            on:mousemove=move |_| field.point(at)
            on:click=move |_| field.accept(at)>
            <span class="mono clip">{candidate.label.clipped(80)}</span>
            <small class="query__hint clip">{candidate.hint}</small>
        </div>
    }
}

/// What authentik will make of the text, and the way out where there is one.
fn said(field: Field) -> Markup {
    let saying = field.typing.with(Typing::saying);
    let (class, mark) = match saying.tone {
        Tone::Plain => ("hint", None),
        Tone::Caution => ("hint caution", Some("warn")),
        Tone::Wrong => ("err", Some("error")),
    };
    let follow = saying.instead.is_some().then(|| {
        ui! {
            <button class="btn btn--sm" type="button" on:click=move |_| field.follow()>"Change it"</button>
        }
    });
    ui! {
        <div class="query__said">
            <p class=class id=field.said_id() role="status">{mark.map(small_icon)}<span>{saying.text}</span></p>
            {follow}
        </div>
    }
}

impl Field {
    fn list_id(self) -> String {
        format!("{}-list", self.own.id)
    }
    fn said_id(self) -> String {
        format!("{}-said", self.own.id)
    }
    fn option_id(self, at: usize) -> String {
        format!("{}-option-{at}", self.own.id)
    }
    fn is_open(self) -> bool {
        self.typing.with(|typing| typing.list() != List::Closed)
    }
    fn active(self) -> Option<usize> {
        match self.typing.with(Typing::list) {
            List::Closed => None,
            List::Open(at) => at,
        }
    }
    fn is_wrong(self) -> bool {
        self.typing
            .with(|typing| typing.saying().tone == Tone::Wrong)
    }
    /// Where the cursor is, in bytes of what is typed.
    fn cursor(self) -> usize {
        let input = self.input.try_get_untracked().flatten();
        let units = input.and_then(|input| input.selection_end().ok().flatten());
        self.typing
            .with_untracked(|typing| byte_at(typing.text(), units.unwrap_or(u32::MAX)))
    }

    fn on_input(self, text: String) {
        let units = self
            .input
            .get_untracked()
            .and_then(|input| input.selection_end().ok().flatten());
        let cursor = byte_at(&text, units.unwrap_or(u32::MAX));
        let known = self.own.known;
        self.typing
            .update(|typing| known.with_untracked(|known| typing.write(text, cursor, known)));
    }

    /// The cursor may be elsewhere now.
    fn on_move(self) {
        let (cursor, known) = (self.cursor(), self.own.known);
        self.typing
            .update(|typing| known.with_untracked(|known| typing.go(cursor, known)));
    }

    fn on_key_up(self, press: &ev::KeyboardEvent) {
        if matches!(
            press.key().as_str(),
            "ArrowLeft" | "ArrowRight" | "Home" | "End"
        ) {
            self.on_move();
        }
    }

    fn on_key(self, press: &ev::KeyboardEvent) {
        let other = press.ctrl_key() || press.meta_key() || press.alt_key() || press.shift_key();
        if other || press.is_composing() {
            return;
        }
        let key = match press.key().as_str() {
            "ArrowDown" => Key::Next,
            "ArrowUp" => Key::Previous,
            "Tab" => Key::Tab,
            "Enter" => Key::Enter,
            "Escape" => Key::Escape,
            _ => return,
        };
        let (cursor, known) = (self.cursor(), self.own.known);
        let effect = self
            .typing
            .try_update(|typing| known.with_untracked(|known| typing.press(key, cursor, known)));
        if self.show(effect.unwrap_or(Effect::None)) {
            press.prevent_default();
            press.stop_propagation();
        }
    }

    fn accept(self, at: usize) {
        let known = self.own.known;
        let effect = self
            .typing
            .try_update(|typing| known.with_untracked(|known| typing.accept(at, known)));
        self.show(effect.unwrap_or(Effect::None));
    }

    /// The pointer moves the active option as arrow keys do, and scrolls nothing.
    fn point(self, at: usize) {
        if untrack(|| self.active()) != Some(at) {
            self.typing.update(|typing| typing.point(at));
        }
    }

    fn follow(self) {
        let effect = self.typing.try_update(Typing::follow);
        self.show(effect.unwrap_or(Effect::None));
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }

    /// Brings the page to where the text is; whether anything happened.
    fn show(self, effect: Effect) -> bool {
        spawn_local(async move {
            // The list and the text are in the page by then.
            leptos::task::tick().await;
            if let Effect::Written(cursor) = effect {
                self.place_cursor(cursor);
            }
            self.scroll_to_active();
        });
        effect != Effect::None
    }

    fn place_cursor(self, cursor: usize) {
        let Some(input) = self.input.try_get_untracked().flatten() else {
            return;
        };
        let units = units_at(&input.value(), cursor);
        let _ = input.set_selection_range(units, units);
    }

    fn scroll_to_active(self) {
        let Some(List::Open(Some(at))) = self.typing.try_with_untracked(Typing::list) else {
            return;
        };
        if let Some(row) = document().get_element_by_id(&self.option_id(at)) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// A field that is removed with the focus in it hears of it when its signals are gone.
    fn close(self) {
        self.typing.try_update(Typing::close);
    }

    fn on_submit(self, event: &ev::SubmitEvent) {
        event.prevent_default();
        if self.typing.with_untracked(Typing::can_be_sent) {
            self.close();
            self.own.on_send.run(
                self.typing
                    .with_untracked(|typing| typing.text().trim().to_owned()),
            );
        }
    }
}
