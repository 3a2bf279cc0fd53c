//! The JSON of a field as a tree, beside the text that is typed: each value can be changed there.
//!
//! The text is the one truth. What is done in the tree changes one place of the text; what is typed
//! draws the tree anew.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::focus_later;
use crate::{
    browser::{
        markup::Markup,
        parts::{
            form::Form,
            icon::icon,
            json_tree::{TreeKey, TreeView, json_tree},
        },
        signals::prelude::*,
    },
    event::draft::Field,
    json::{
        JsonText, Kind, Node, Tree,
        edit::{Edited, added, free_key, removed, renamed, replaced, typed_key},
        outline::parent,
        quoted,
    },
};

/// One tree that can be changed; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
struct TreeEditor {
    form: Form,
    field: Field,
    /// The text that the tree shows.
    shown: StoredValue<String>,
    view: TreeView,
    said: RwSignal<&'static str>,
}

/// Drawn only while it is open.
pub(super) fn tree_editor(form: Form, field: Field, label: &'static str) -> Markup {
    let is_open = RwSignal::new(false);
    let shown = StoredValue::new(String::new());
    // Counts the texts that did not come from the tree itself, which goes on as it is.
    let typed = Memo::new(move |before: Option<&usize>| {
        let before = before.copied().unwrap_or_default();
        let text = |text: &str| shown.with_value(|shown| shown == text);
        match form.draft.with(|draft| text(draft.text(field))) {
            true => before,
            false => before + 1,
        }
    });
    let tree = move || {
        typed.get();
        is_open.get().then(|| {
            let text = untrack(|| form.text(field));
            shown.set_value(text.clone());
            drawn(form, field, shown, &text, label)
        })
    };
    ui! {
        <div>
            <button class="btn btn--sm btn--ghost" type="button" aria-label=label aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)>{icon("expand")}"Tree"</button>
            {tree}
        </div>
    }
}

fn drawn(
    form: Form,
    field: Field,
    shown: StoredValue<String>,
    text: &str,
    label: &'static str,
) -> Markup {
    let text = if text.trim().is_empty() { "{}" } else { text };
    if JsonText::parse(text).is_err() {
        return ui! { <p class="hint">"There is a tree once the text is valid JSON."</p> };
    }
    // Of the text as typed, so that a change is made where it stands.
    let view = TreeView::new(Tree::of(text), field.wire(), None);
    let editor = TreeEditor {
        form,
        field,
        shown,
        view,
        said: RwSignal::new(""),
    };
    view.on_edit(Callback::new(move |key| match key {
        TreeKey::Change => editor.focus_value(),
        TreeKey::Remove => editor.remove(),
    }));
    ui! {
        <div class="code">
            {json_tree(view, label)}
            <div class="tree__edit" role="group" aria-label="The chosen value">
                {inputs(editor)}
                {buttons(editor)}
                <p class="hint" role="status">{move || editor.said.get()}</p>
            </div>
        </div>
    }
}

fn inputs(editor: TreeEditor) -> Markup {
    let is_sending = move || editor.form.is_sending();
    let key = move || editor.chosen(typed_key);
    let value =
        move || editor.chosen(|node| (!node.is_container()).then(|| node.text().to_owned()));
    ui! {
        <label class="field"><span class="label">"Key"</span>
            <input class="input input--mono" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                prop:value=move || key().unwrap_or_default() disabled=move || key().is_none()
                prop:readOnly=is_sending
                on:change=move |event| editor.rename(&event_target_value(&event))
                on:keydown=move |press| editor.on_key(&press, untrack(key), |typed| editor.rename(typed))/>
        </label>
        <label class="field"><span class="label">"Value"</span>
            <input class="input input--mono" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                id=value_id(editor.field) placeholder="Members are below it"
                prop:value=move || value().unwrap_or_default() disabled=move || value().is_none()
                prop:readOnly=is_sending
                on:change=move |event| editor.replace(&event_target_value(&event))
                on:keydown=move |press| editor.on_key(&press, untrack(value), |typed| editor.replace(typed))/>
        </label>
    }
}

fn buttons(editor: TreeEditor) -> Markup {
    let is_sending = move || editor.form.is_sending();
    let has_members = move || {
        editor
            .chosen(|node| node.is_container().then_some(()))
            .is_some()
    };
    let is_member = move || {
        editor
            .chosen(|node| (node.index() > 0).then_some(()))
            .is_some()
    };
    ui! {
        <div class="btns">
            <button class="btn btn--sm" type="button" disabled=move || is_sending() || !has_members()
                on:click=move |_| editor.add(untrack(|| editor.view.active()))>{icon("plus")}"Add inside"</button>
            <button class="btn btn--sm" type="button" disabled=move || is_sending() || !is_member()
                on:click=move |_| editor.add_beside()>{icon("plus")}"Add beside"</button>
            <button class="btn btn--sm" type="button" disabled=move || is_sending() || !is_member()
                on:click=move |_| editor.remove()>{icon("x")}"Remove"</button>
            <span class="hint">"Enter in the tree goes to the value, Delete removes it. What is no JSON is taken as text."</span>
        </div>
    }
}

fn value_id(field: Field) -> &'static str {
    match field {
        Field::Context => "f-ctx-value",
        Field::User => "f-user-value",
        _ => "f-brand-value",
    }
}

impl TreeEditor {
    /// Something about the value of the active row.
    fn chosen<T>(self, look: impl FnOnce(Node<'_>) -> Option<T>) -> Option<T> {
        self.view.with_active(look)
    }

    /// Enter takes what is typed and Escape leaves it; both go back into the tree. Neither creates
    /// the event.
    fn on_key(self, press: &ev::KeyboardEvent, before: Option<String>, take: impl FnOnce(&str)) {
        if press.ctrl_key() || press.meta_key() {
            return;
        }
        match press.key().as_str() {
            "Enter" => take(&event_target_value(press)),
            "Escape" => {
                // Leaving the field would take what stands in it.
                let field = press
                    .target()
                    .and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
                if let Some(field) = field {
                    field.set_value(&before.unwrap_or_default());
                }
            }
            _ => return,
        }
        press.prevent_default();
        self.view.focus();
    }

    fn focus_value(self) {
        focus_later(value_id(self.field));
    }

    fn replace(self, typed: &str) {
        let is_json = JsonText::parse(typed).is_ok();
        let json = if is_json {
            typed.trim().to_owned()
        } else {
            quoted(typed)
        };
        self.edit(|tree, value| {
            // Leaving the field tells of it once more, when what became an object has no text there.
            tree.node(value)
                .filter(|node| !node.is_container() && node.text() != json)?;
            replaced(tree, value, &json)
        });
    }

    fn rename(self, key: &str) {
        let is_taken = |tree: &Tree, value| {
            let around = tree.node(parent(tree, value)?)?;
            around.get(key).map(|other| other.index() != value)
        };
        let mut taken = false;
        self.edit(|tree, value| {
            taken = is_taken(tree, value) == Some(true);
            (!taken).then(|| renamed(tree, value, key))?
        });
        if taken {
            self.said
                .set("There is such a key already; it keeps its name.");
        }
    }

    fn remove(self) {
        self.edit(removed);
        self.view.focus();
    }

    fn add_beside(self) {
        if let Some(around) = self.view.parent_of_active() {
            self.add(around);
        }
    }

    fn add(self, container: usize) {
        self.edit(|tree, _| {
            let around = tree.node(container)?;
            let key = match around.kind() {
                Kind::Object => free_key(around),
                _ => String::new(),
            };
            added(tree, container, &key, "\"\"")
        });
        self.focus_value();
    }

    /// Changes the text; the tree goes on with what was open.
    fn edit(self, change: impl FnOnce(&Tree, usize) -> Option<Edited>) {
        if untrack(|| self.form.is_sending()) {
            return;
        }
        self.said.set("");
        if let Some(edited) = self.view.edit(change) {
            self.shown.set_value(edited.text.clone());
            self.form.set(self.field, edited.text);
        }
    }
}
