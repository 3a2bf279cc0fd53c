//! The session's own token where it must not be: in what is about to be stored for all to read.

use super::{Page, focus_later};
use crate::{
    browser::{
        SessionHandle,
        markup::{IntoMarkup, Markup},
        parts::{form::id, icon::icon},
        signals::prelude::*,
    },
    event::draft::Field,
};

/// Says which fields hold it as soon as they do, and takes it out of them.
pub fn own_token(page: Page, session: SessionHandle) -> Markup {
    let fields = Memo::new(move |_| {
        let is_own = session.own_token();
        page.form.draft.with(|draft| draft.fields_with(&is_own))
    });
    let remove = move || {
        let Some(token) = untrack(|| session.token()) else {
            return;
        };
        let fields = fields.get_untracked();
        page.form
            .draft
            .update(|draft| draft.rewrite(&|text| token.removed_from(text)));
        fields.iter().for_each(|field| page.form.edited(*field));
        fields
            .first()
            .into_iter()
            .for_each(|field| focus_later(id(*field)));
    };
    (move || {
        let fields = fields.get();
        let names: Vec<&str> = fields.into_iter().map(Field::label).collect();
        (!names.is_empty()).then(|| ui! {
            <div class="banner banner--danger" role="alert">
                {icon("warn")}
                <div>
                    <b>{format!("The token you signed in with is in: {}", names.join(", "))}</b>
                    <p>"It is not sent: whoever reads the event could act as you. The kept draft goes without it."</p>
                </div>
                <div class="btns">
                    <button class="btn btn--sm" type="button" on:click=move |_| remove()>"Remove it"</button>
                </div>
            </div>
        })
    })
    .into_markup()
}
