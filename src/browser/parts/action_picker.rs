//! The control that chooses an action: a button, and the searchable list that it opens.

use crate::browser::signals::prelude::*;
use leptos::{ev, html, task::spawn_local};

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    action::tile,
    form::{Form, caution, id, label, said, said_id},
    icon::{icon, small_icon},
};
use crate::event::{
    EventAction, KnownAction,
    action_menu::{ActionMenu, Step},
    draft::Field,
    effects::{effects, note},
};

/// The control; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
struct Picker {
    form: Form,
    open: RwSignal<bool>,
    search: RwSignal<String>,
    active: RwSignal<Option<EventAction>>,
    newer: NewerActions,
    anchor: NodeRef<html::Span>,
}

/// What only the server knows, and how to ask it.
#[derive(Debug, Clone, Copy)]
pub struct NewerActions {
    /// Their wire values, once known.
    pub wire: RwSignal<Vec<String>>,
    /// Asks, whenever the list is opened.
    pub ask: Callback<()>,
}

const FIELD: Field = Field::Action;
const LIST: &str = "act-list";
const POPUP: &str = "act-pop";

/// The field.
pub fn action_picker(form: Form, newer: NewerActions) -> Markup {
    let picker = Picker {
        newer,
        form,
        open: RwSignal::new(false),
        search: RwSignal::default(),
        active: RwSignal::new(None),
        anchor: NodeRef::new(),
    };
    let hint = move || match picker.chosen() {
        Some(action) => meaning(&action).into_markup(),
        None => "What happened.".into_markup(),
    };
    let told = Memo::new(move |_| told(form));
    ui! {
        <div class="field">
            {label(FIELD)}
            <span class="anchor anchor--fill" node_ref=picker.anchor
                on:focusout=move |event| picker.on_focus_left(&event)>
                <button class="combo" id=id(FIELD) type="button" role="combobox" aria-haspopup="dialog"
                    aria-controls=move || picker.open.get().then_some(POPUP)
                    aria-expanded=move || picker.open.get().to_string()
                    aria-describedby=said_id(FIELD) aria-invalid=move || form.invalid(FIELD)
                    disabled=move || form.is_sending()
                    on:click=move |_| picker.toggle()
                    on:keydown=move |press| picker.on_button_key(&press)>
                    {move || choice(picker.chosen().as_ref())}
                    {icon("updown")}
                </button>
                {move || picker.open.get().then(|| list(picker))}
            </span>
            {said(form, FIELD, hint)}
            <div role="status">{move || told.get().into_iter().map(|text| caution(text.to_owned())).collect::<Vec<_>>()}</div>
        </div>
    }
}

/// What the event will set off.
fn told(form: Form) -> Vec<&'static str> {
    form.draft.with(|draft| {
        KnownAction::from_wire(&draft.action)
            .map_or_else(Vec::new, |action| effects(action, &draft.user))
    })
}

/// What the button says.
fn choice(chosen: Option<&EventAction>) -> Markup {
    match chosen {
        Some(action) => (tile(action), names(action)).into_markup(),
        None => ui! { <span class="faint">"Choose an action"</span> },
    }
}

fn names(action: &EventAction) -> Markup {
    let note = match action {
        EventAction::Known(known) => note(*known),
        EventAction::Custom(_) | EventAction::Unknown(_) => Some("new on this server"),
    };
    ui! {
        <span>{action.label().clipped(60)}</span>
        {note.map(|note| ui! { <small class="faint">{note}</small> })}
        <code>{action.wire().clipped(60)}</code>
    }
}

fn meaning(action: &EventAction) -> &'static str {
    match action {
        EventAction::Known(known) => known.meaning(),
        EventAction::Custom(_) | EventAction::Unknown(_) => {
            "This server offers it; this build does not know what it means."
        }
    }
}

fn option_id(action: &EventAction) -> String {
    format!("act-{}", action.wire().visible())
}

fn list(picker: Picker) -> Markup {
    let placeholder = format!("Search {} actions", KnownAction::ALL.len());
    let menu = move || picker.search.with(|search| picker.menu(search));
    ui! {
        <div class="pop pick" role="dialog" id=POPUP aria-label="Choose an action"
            on:keydown=move |press| picker.on_key(&press)>
            <div class="pick__search">
                {small_icon("search")}
                <input type="search" role="combobox" aria-expanded="true" aria-controls=LIST aria-autocomplete="list"
                    placeholder=placeholder aria-label="Search actions" autocomplete="off" spellcheck="false"
                    aria-activedescendant=move || picker.active.get().map(|action| option_id(&action))
                    prop:value=move || picker.search.get()
                    on:input=move |event| picker.look_for(event_target_value(&event))/>
            </div>
            <div class="pick__list" role="listbox" id=LIST aria-label="Actions" tabindex="0">
                {move || groups(picker, &menu())}
            </div>
            <div class="pick__foot" role="status">{move || foot(picker.active.get().as_ref())}</div>
        </div>
    }
}

fn groups(picker: Picker, menu: &ActionMenu) -> Vec<Markup> {
    let group = |(head, actions): &(&'static str, Vec<EventAction>)| {
        let options: Vec<Markup> = actions
            .iter()
            .map(|action| option(picker, action.clone()))
            .collect();
        ui! {
            <div role="group" aria-label=*head>
                <div class="menu__head" aria-hidden="true">{*head}</div>
                {options}
            </div>
        }
    };
    menu.groups.iter().map(group).collect()
}

fn option(picker: Picker, action: EventAction) -> Markup {
    let chosen = picker.chosen().as_ref() == Some(&action);
    let (id, drawn) = (option_id(&action), (tile(&action), names(&action)));
    let action = StoredValue::new(action);
    let is_active = move || {
        let is = |active: &Option<EventAction>| {
            action.with_value(|action| active.as_ref() == Some(action))
        };
        picker.active.with(is)
    };
    ui! {
        <div class="opt-row" role="option" id=id aria-selected=chosen.to_string()
            data-active=move || is_active().then_some("")
            on:mousemove=move |_| picker.point_at(&action.get_value())
            on:click=move |_| picker.choose(&action.get_value())>
            {drawn}
            {chosen.then(|| icon("check"))}
        </div>
    }
}

fn foot(active: Option<&EventAction>) -> Markup {
    match active {
        Some(action) => {
            ui! { <span><b>{action.label().clipped(60)}</b>" \u{a0}"{meaning(action)}</span> }
        }
        None => ui! { <span>"No action has this in its name."</span> },
    }
}

impl Picker {
    fn chosen(self) -> Option<EventAction> {
        self.form.draft.with(|draft| {
            let is_one = draft.offered || KnownAction::from_wire(&draft.action).is_some();
            is_one.then(|| EventAction::read(&draft.action))
        })
    }

    fn menu(self, search: &str) -> ActionMenu {
        self.newer
            .wire
            .with(|newer| ActionMenu::matching(search, newer))
    }

    fn toggle(self) {
        if self.open.get_untracked() {
            return self.close();
        }
        self.search.set(String::new());
        self.open.set(true);
        self.newer.ask.run(());
        self.activate(untrack(|| {
            self.chosen().or_else(|| self.menu("").active(None))
        }));
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

    fn choose(self, action: &EventAction) {
        self.form.choose(action);
        self.close();
    }

    fn look_for(self, search: String) {
        let menu = untrack(|| self.menu(&search));
        self.search.set(search);
        self.activate(menu.active(self.active.get_untracked().as_ref()));
    }

    /// The pointer moves the active option as arrow keys do, and scrolls nothing.
    fn point_at(self, action: &EventAction) {
        if self.active.get_untracked().as_ref() != Some(action) {
            self.active.set(Some(action.clone()));
        }
    }

    fn activate(self, action: Option<EventAction>) {
        self.active.set(action.clone());
        spawn_local(async move {
            leptos::task::tick().await;
            let row = action.and_then(|action| document().get_element_by_id(&option_id(&action)));
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
                    ("Enter", Some(action)) => self.choose(&action),
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
        let menu = untrack(|| self.search.with(|search| self.menu(search)));
        self.activate(menu.step(self.active.get_untracked().as_ref(), step));
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
