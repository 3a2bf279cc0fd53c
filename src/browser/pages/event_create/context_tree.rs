//! The context as a tree, beside the text that is typed: to find one's way, not to type.

use crate::{
    browser::{
        markup::{IntoMarkup, Markup},
        parts::{
            form::Form,
            icon::icon,
            json_tree::{TreeView, json_tree},
        },
        signals::prelude::*,
    },
    event::draft::Field,
    json::JsonText,
};

/// Drawn only while it is open.
pub(super) fn context_tree(form: Form) -> Markup {
    let is_open = RwSignal::new(false);
    let text = Memo::new(move |_| is_open.get().then(|| form.text(Field::Context)));
    let tree = move || {
        text.with(|text| match JsonText::parse(text.as_ref()?) {
            Ok(json) => {
                let view = TreeView::new(json.tree(), "context", None);
                Some(json_tree(view, "Context as a tree"))
            }
            Err(_) => {
                Some(ui! { <p class="hint">"There is a tree once the text is valid JSON."</p> })
            }
        })
        .into_markup()
    };
    ui! {
        <div>
            <button class="btn btn--sm btn--ghost" type="button" aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)>{icon("expand")}"Tree"</button>
            {tree}
        </div>
    }
}
