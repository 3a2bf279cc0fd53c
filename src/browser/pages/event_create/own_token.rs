//! The session's own token where it must not be: in what is about to be stored for all to read.

use super::Page;
use crate::{
    browser::{
        SessionHandle,
        markup::{IntoMarkup, Markup},
        parts::icon::icon,
        signals::prelude::*,
    },
    event::draft::Field,
    session::Session,
};

/// Says which fields hold it.
pub fn own_token(page: Page) -> Markup {
    let session = expect_context::<SessionHandle>();
    let fields = Memo::new(move |_| {
        let Session::SignedIn(grant) = session.get() else {
            return None;
        };
        let is_in = |text: &str| grant.token.is_in(text);
        let fields = page.form.draft.with(|draft| draft.fields_with(&is_in));
        let names: Vec<&str> = fields.into_iter().map(Field::label).collect();
        (!names.is_empty()).then(|| names.join(", "))
    });
    (move || {
        let fields = fields.get()?;
        Some(ui! {
            <div class="banner banner--danger" role="alert">
                {icon("warn")}
                <div>
                    <b>{format!("The token you signed in with is in: {fields}")}</b>
                    <p>"Remove it. Whoever reads the event could act as you. The kept draft goes without it."</p>
                </div>
            </div>
        })
    })
    .into_markup()
}
