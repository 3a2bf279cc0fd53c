//! User and brand out of what the server has; the JSON that is chosen can be changed.

use leptos::{ev, task::spawn_local};

use super::Page;
use crate::{
    api::{
        ApiError, Call, Failure, Task,
        offered::{self, Offer},
    },
    browser::{
        client::Abort,
        markup::{IntoMarkup, Markup},
        parts::icon::icon,
        signals::prelude::*,
    },
    event::draft::Field,
};

/// What the server said.
#[derive(Debug, Clone)]
enum Offers {
    /// It was not asked.
    Closed,
    /// A name is typed.
    Asking,
    /// It has not answered yet.
    Loading,
    Here(Vec<Offer>),
    Failed(Failure),
}

/// The choices above the JSON of a user.
pub(super) fn user_choices(page: Page) -> Markup {
    let offers = RwSignal::new(Offers::Closed);
    let search = RwSignal::new(String::new());
    let find = move || {
        let words = search.get_untracked();
        if !words.trim().is_empty() {
            ask(page, offers, offered::users(words.trim()));
        }
    };
    let me = move || {
        let me = page.account.me();
        me.map(|me| {
            let json = offered::of_me(&me).json;
            ui! { <button class="btn btn--sm" type="button" on:click=move |_| fill(page, Field::User, &json)>"Me"</button> }
        })
    };
    let field = move || {
        (!matches!(offers.get(), Offers::Closed)).then(|| {
            ui! {
                <input class="input" type="search" aria-label="Find a user" placeholder="Name or email"
                    autocomplete="off" spellcheck="false" prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                    on:keydown=move |press: ev::KeyboardEvent| if press.key() == "Enter" && !press.ctrl_key() && !press.meta_key() {
                        press.prevent_default();
                        find();
                    }/>
                <button class="btn btn--sm" type="button" on:click=move |_| find()>{icon("search")}"Find"</button>
            }
        })
    };
    ui! {
        <div class="btns" role="group" aria-label="Choose a user">
            <button class="btn btn--sm" type="button" on:click=move |_| fill(page, Field::User, "")>"None"</button>
            {me}
            <button class="btn btn--sm" type="button" aria-expanded=move || (!matches!(offers.get(), Offers::Closed)).to_string()
                on:click=move |_| offers.update(|offers| *offers = match offers {
                    Offers::Closed => Offers::Asking,
                    _ => Offers::Closed,
                })>"Find…"</button>
            {field}
        </div>
        {move || listed(page, Field::User, offers)}
        <p class="hint">"Empty: nobody is recorded. authentik does not fill in who posts."</p>
    }
}

/// The choices above the JSON of a brand.
pub(super) fn brand_choices(page: Page) -> Markup {
    let offers = RwSignal::new(Offers::Closed);
    ui! {
        <div class="btns" role="group" aria-label="Choose a brand">
            <button class="btn btn--sm" type="button" on:click=move |_| fill(page, Field::Brand, "")>"Default"</button>
            <button class="btn btn--sm" type="button" on:click=move |_| ask(page, offers, offered::brands())>"Pick…"</button>
        </div>
        {move || listed(page, Field::Brand, offers)}
    }
}

fn fill(page: Page, field: Field, json: &str) {
    if !untrack(|| page.form.is_sending()) {
        page.form.set(field, json.to_owned());
    }
}

fn ask(page: Page, offers: RwSignal<Offers>, call: Call<offered::Offers>) {
    offers.set(Offers::Loading);
    spawn_local(async move {
        offers.try_set(match page.client.send(call, &Abort::new()).await {
            Ok(found) => Offers::Here(found.0),
            Err(failure) => Offers::Failed(failure),
        });
    });
}

fn listed(page: Page, field: Field, offers: RwSignal<Offers>) -> Markup {
    offers.with(|offers| match offers {
        Offers::Closed | Offers::Asking => ().into_markup(),
        Offers::Loading => ui! { <p class="hint" role="status">"Looking…"</p> },
        Offers::Here(found) if found.is_empty() => {
            ui! { <p class="hint" role="status">"Nobody is found. Write it as JSON below."</p> }
        }
        Offers::Here(found) => {
            let rows: Vec<Markup> = found.iter().map(|offer| row(page, field, offer)).collect();
            ui! { <div class="btns" role="group" aria-label="Found">{rows}</div> }
        }
        Offers::Failed(failure) => {
            let why = match failure.error {
                ApiError::Forbidden { .. } => {
                    "This token may not look it up. Write it as JSON below.".to_owned()
                }
                _ => format!(
                    "{} Write it as JSON below.",
                    page.notice(failure, Task::ReadEvent).text
                ),
            };
            ui! { <p class="hint" role="status">{why}</p> }
        }
    })
}

fn row(page: Page, field: Field, offer: &Offer) -> Markup {
    let json = offer.json.clone();
    let more = offer.more.clipped(60);
    ui! {
        <button class="btn btn--sm" type="button" on:click=move |_| fill(page, field, &json)>
            {offer.name.clipped(60)}" "<span class="faint">{more}</span>
        </button>
    }
}
