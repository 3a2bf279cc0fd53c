//! What only paper shows: the whole event as JSON, and where and when it was read.
//!
//! It is drawn right before the browser prints, so an event of megabytes costs nothing until then.

use super::Page;
use crate::{
    browser::{
        markup::Markup,
        parts::time::{TimeForm, time},
        signals::prelude::*,
    },
    event::Event,
    moment::Moment,
    text::Untrusted,
};

/// The sheet; nothing on a screen.
pub(super) fn paper(page: Page, event: &Event) -> Markup {
    let printing = RwSignal::new(false);
    for (name, now) in [("beforeprint", true), ("afterprint", false)] {
        let listener = window_event_listener_untyped(name, move |_| _ = printing.try_set(now));
        on_cleanup(move || listener.remove());
    }
    let raw = event.raw.clone();
    ui! { {move || printing.get().then(|| sheet(page, page.read.get(), &raw.pretty()))} }
}

fn sheet(page: Page, read: Moment, json: &str) -> Markup {
    let address = page.link().visible();
    ui! {
        <section class="paper">
            <h2>"The event as the server sent it"</h2>
            <pre>{Untrusted::new(json).visible_lines()}</pre>
        </section>
        <footer class="paper__foot">{address}" · read "{time(read, TimeForm::Full, page.clock)}</footer>
    }
}
