//! No such page, or no such event.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use crate::{
    browser::{Navigation, parts::icon::icon},
    route::Route,
    text::Untrusted,
};

/// The page; with what stood where the id of an event should, if that is what is wrong.
pub fn not_found(event: Option<Untrusted>) -> Markup {
    let navigation = expect_context::<Navigation>();
    navigation.set_title("Not found");
    let back = navigation.href(&Route::events());
    let (title, text) = match event {
        Some(typed) => (
            "This event isn’t here",
            ui! {
                <p>
                    "The address holds "<code>{typed.clipped(80)}</code>
                    ", which is no ID of an event: an ID has 32 digits and letters from a to f. The server was not asked."
                </p>
            },
        ),
        None => (
            "This page isn’t here",
            ui! { <p>"Eventide has no page at this address. The link may be cut off or from another version."</p> },
        ),
    };
    ui! {
        <main class="scroll" id="main">
            <div class="ev">
                <nav class="ev__nav" aria-label="Event">
                    <span class="crumb"><a href=back.clone()>"Events"</a>{icon("right")}<span>"Not found"</span></span>
                </nav>
                <div class="empty">
                    {icon("search")}
                    <h1>{title}</h1>
                    {text}
                    <div class="btns"><a class="btn" href=back>"Back to events"</a></div>
                </div>
            </div>
        </main>
    }
}
