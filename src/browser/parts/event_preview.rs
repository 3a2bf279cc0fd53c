//! An event that is not there yet, drawn as its page will draw it.

use std::rc::Rc;

use super::{
    action::large_tile,
    diff::NameOf,
    facts::{Around, facts},
    section::sections,
    sentence::sentence,
};
use crate::{
    browser::{
        clock::Clock,
        markup::{IntoMarkup, Markup},
    },
    event::{Event, detail, draft, facts::imagined, summary},
};

/// Sentence, sections and facts of what a body would make.
pub fn event_preview(body: &str, clock: Clock) -> Markup {
    let Ok(event) = Event::read(&draft::imagined(body)) else {
        return ().into_markup();
    };
    let names = NameOf(Rc::new(|_, _| None));
    let around = Around {
        clock,
        server: None,
        names: &names,
    };
    ui! {
        <header class="ev__head">
            {large_tile(&event.action)}
            <div class="ev__title"><h2>{sentence(&summary::sentence(&event))}</h2></div>
        </header>
        {sections(&detail::detail(&event), around)}
        {facts(&imagined(&event), around, &|_| None)}
    }
}
