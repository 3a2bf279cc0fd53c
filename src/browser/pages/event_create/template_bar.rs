//! Fills the context as authentik itself would, and takes that back.

use crate::{
    browser::{
        markup::Markup,
        parts::{form::Form, icon::icon},
        signals::prelude::*,
    },
    event::{KnownAction, draft::Field, template::template},
};

/// The two buttons.
pub(super) fn template_bar(form: Form) -> Markup {
    let replaced = RwSignal::new(None::<String>);
    let action = Memo::new(move |_| KnownAction::from_wire(&form.text(Field::Action)));
    let fill = move |text: String| {
        replaced.set(Some(untrack(|| form.text(Field::Context))));
        form.set(Field::Context, text);
    };
    let button = move || {
        let action = action.get()?;
        let text = template(action)?;
        let label = action.label();
        Some(ui! {
            <button class="btn btn--sm" type="button" disabled=move || form.is_sending()
                title="Replaces the context by the keys that authentik writes with this action"
                on:click=move |_| fill(text.clone())>{icon("braces")}{format!("Template: {label}")}</button>
        })
    };
    let undo = move || {
        let before = replaced.get()?;
        Some(ui! {
            <button class="btn btn--sm btn--ghost" type="button" disabled=move || form.is_sending()
                on:click=move |_| {
                    replaced.set(None);
                    form.set(Field::Context, before.clone());
                }>{icon("undo")}"Undo template"</button>
        })
    };
    ui! { <div class="btns">{button}{undo}</div> }
}
