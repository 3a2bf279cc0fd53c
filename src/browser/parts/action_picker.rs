//! The control that chooses an action: a button, and the searchable list that it opens.

use crate::browser::signals::prelude::*;
use leptos::{ev, html, task::spawn_local};

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    action::tile,
    form::{Form, id, label, said, said_id},
    icon::{icon, small_icon},
};
use crate::event::{
    EventAction, Family, KnownAction,
    action_menu::{ActionMenu, Step},
    draft::Field,
};

/// The control; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
struct Picker {
    form: Form,
    open: RwSignal<bool>,
    search: RwSignal<String>,
    active: RwSignal<Option<KnownAction>>,
    anchor: NodeRef<html::Span>,
}

const FIELD: Field = Field::Action;
const LIST: &str = "act-list";

/// The field.
pub fn action_picker(form: Form) -> Markup {
    let picker = Picker {
        form,
        open: RwSignal::new(false),
        search: RwSignal::default(),
        active: RwSignal::new(None),
        anchor: NodeRef::new(),
    };
    let hint = move || match picker.chosen() {
        Some(action) => action.meaning().into_markup(),
        None => "What happened.".into_markup(),
    };
    ui! {
        <div class="field">
            {label(FIELD)}
            <span class="anchor anchor--fill" node_ref=picker.anchor
                on:focusout=move |event| picker.on_focus_left(&event)>
                <button class="combo" id=id(FIELD) type="button" aria-haspopup="dialog"
                    aria-expanded=move || picker.open.get().to_string()
                    aria-describedby=said_id(FIELD) aria-invalid=move || form.invalid(FIELD)
                    disabled=move || form.is_sending()
                    on:click=move |_| picker.toggle()
                    on:keydown=move |press| picker.on_button_key(&press)>
                    {move || choice(picker.chosen())}
                    {icon("updown")}
                </button>
                {move || picker.open.get().then(|| list(picker))}
            </span>
            {said(form, FIELD, hint)}
        </div>
    }
}

/// What the button says.
fn choice(chosen: Option<KnownAction>) -> Markup {
    match chosen {
        Some(action) => (tile_of(action), names(action)).into_markup(),
        None => ui! { <span class="faint">"Choose an action"</span> },
    }
}

fn tile_of(action: KnownAction) -> Markup {
    let action = EventAction::Known(action);
    tile(&action).into_markup()
}

fn names(action: KnownAction) -> Markup {
    ui! { <span>{action.label()}</span><code>{action.wire()}</code> }
}

fn option_id(action: KnownAction) -> String {
    format!("act-{}", action.wire())
}

fn list(picker: Picker) -> Markup {
    let placeholder = format!("Search {} actions", KnownAction::ALL.len());
    let menu = move || picker.search.with(|search| ActionMenu::matching(search));
    ui! {
        <div class="pop pick" role="dialog" aria-label="Choose an action"
            on:keydown=move |press| picker.on_key(&press)>
            <div class="pick__search">
                {small_icon("search")}
                <input type="search" role="combobox" aria-expanded="true" aria-controls=LIST aria-autocomplete="list"
                    placeholder=placeholder aria-label="Search actions" autocomplete="off" spellcheck="false"
                    aria-activedescendant=move || picker.active.get().map(option_id)
                    prop:value=move || picker.search.get()
                    on:input=move |event| picker.look_for(event_target_value(&event))/>
            </div>
            <div class="pick__list" role="listbox" id=LIST aria-label="Actions" tabindex="0">
                {move || groups(picker, &menu())}
            </div>
            <div class="pick__foot" role="status">{move || foot(picker.active.get())}</div>
        </div>
    }
}

fn groups(picker: Picker, menu: &ActionMenu) -> Vec<Markup> {
    let group = |(family, actions): &(Family, Vec<KnownAction>)| {
        let options: Vec<Markup> = actions
            .iter()
            .map(|action| option(picker, *action))
            .collect();
        ui! {
            <div role="group" aria-label=family.label()>
                <div class="menu__head" aria-hidden="true">{family.label()}</div>
                {options}
            </div>
        }
    };
    menu.groups.iter().map(group).collect()
}

fn option(picker: Picker, action: KnownAction) -> Markup {
    let chosen = picker.chosen() == Some(action);
    ui! {
        <div class="opt-row" role="option" id=option_id(action) aria-selected=chosen.to_string()
            data-active=move || (picker.active.get() == Some(action)).then_some("")
            on:mousemove=move |_| picker.point_at(action)
            on:click=move |_| picker.choose(action)>
            {tile_of(action)}
            {names(action)}
            {chosen.then(|| icon("check"))}
        </div>
    }
}

fn foot(active: Option<KnownAction>) -> Markup {
    match active {
        Some(action) => {
            ui! { <span><b>{action.label()}</b>" \u{a0}"{action.meaning()}</span> }
        }
        None => ui! { <span>"No action has this in its name."</span> },
    }
}

impl Picker {
    fn chosen(self) -> Option<KnownAction> {
        KnownAction::from_wire(&self.form.text(FIELD))
    }

    fn toggle(self) {
        if self.open.get_untracked() {
            return self.close();
        }
        self.search.set(String::new());
        self.open.set(true);
        self.activate(
            untrack(|| self.chosen()).or_else(|| ActionMenu::matching("").actions().next()),
        );
        spawn_local(async move {
            // The list is in the page by then.
            leptos::task::tick().await;
            self.focus("input");
        });
    }

    fn close(self) {
        self.open.set(false);
        self.focus("button");
    }

    fn choose(self, action: KnownAction) {
        self.form.set(FIELD, action.wire().to_owned());
        self.close();
    }

    fn look_for(self, search: String) {
        let menu = ActionMenu::matching(&search);
        self.search.set(search);
        self.activate(menu.active(self.active.get_untracked()));
    }

    /// The pointer moves the active option as arrow keys do, and scrolls nothing.
    fn point_at(self, action: KnownAction) {
        if self.active.get_untracked() != Some(action) {
            self.active.set(Some(action));
        }
    }

    fn activate(self, action: Option<KnownAction>) {
        self.active.set(action);
        spawn_local(async move {
            leptos::task::tick().await;
            let row = action.and_then(|action| document().get_element_by_id(&option_id(action)));
            if let Some(row) = row {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    fn on_button_key(self, press: &ev::KeyboardEvent) {
        if matches!(press.key().as_str(), "ArrowDown" | "ArrowUp") && !self.open.get_untracked() {
            press.prevent_default();
            self.toggle();
        }
    }

    fn on_key(self, press: &ev::KeyboardEvent) {
        // Ctrl and Enter create the event, here as everywhere in the form.
        if press.ctrl_key() || press.meta_key() || press.is_composing() {
            return;
        }
        let step = match press.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            key @ ("Enter" | "Escape") => {
                press.prevent_default();
                press.stop_propagation();
                return match (key, self.active.get_untracked()) {
                    ("Enter", Some(action)) => self.choose(action),
                    ("Enter", None) => {}
                    _ => self.close(),
                };
            }
            "Tab" => {
                press.prevent_default();
                return self.close();
            }
            _ => return,
        };
        press.prevent_default();
        let menu = self
            .search
            .with_untracked(|search| ActionMenu::matching(search));
        self.activate(menu.step(self.active.get_untracked(), step));
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

    fn focus(self, selector: &str) {
        let found = self
            .anchor
            .try_get_untracked()
            .flatten()
            .and_then(|anchor| anchor.query_selector(selector).ok().flatten());
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = found.focus();
        }
    }
}
