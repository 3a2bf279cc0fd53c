//! Events that share something with the one that is shown: a tab for each question, and below it
//! the latest of its events on a line of time.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::{
    action::tile,
    sentence::sentence,
    time::{TimeForm, time},
};
use crate::browser::signals::prelude::*;
use crate::{
    browser::{
        clock::Clock,
        markup::{IntoMarkup, Markup},
    },
    count::grouped,
    event::{Event, EventId, summary},
    related::apart,
};

/// The head of a tab: its title, and what stands behind it.
#[derive(Clone)]
pub struct TabHead {
    /// What its events share.
    pub title: &'static str,
    /// How many there are.
    pub count: Rc<dyn Fn() -> TabCount>,
}

/// What is known of how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabCount {
    /// Not yet.
    Unknown,
    /// So many.
    Known(u64),
    /// Nothing, because the server did not say.
    Failed,
}

impl std::fmt::Debug for TabHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title)
    }
}

/// The tabs, and the panel of the one that is chosen. Arrow keys, Home and End choose another.
pub fn tabs(heads: &[TabHead], panel: impl Fn(usize) -> Markup + 'static) -> Markup {
    let chosen = RwSignal::new(0);
    let last = heads.len().saturating_sub(1);
    let buttons: Vec<Markup> = heads
        .iter()
        .cloned()
        .enumerate()
        .map(|(at, head)| tab(at, head, chosen))
        .collect();
    let press = move |press: KeyboardEvent| {
        let Some(at) = chosen.try_get_untracked() else {
            return;
        };
        let to = match press.key().as_str() {
            "ArrowRight" if at == last => 0,
            "ArrowRight" => at + 1,
            "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        press.prevent_default();
        chosen.set(to);
        focus(to);
    };
    ui! {
        <div class="tabs" role="tablist" aria-label="Related by" on:keydown=press>{buttons}</div>
        <div class="rel-panel" role="tabpanel" id="rel-panel" aria-labelledby=move || id(chosen.get())>
            {move || panel(chosen.get())}
        </div>
    }
}

fn tab(at: usize, head: TabHead, chosen: RwSignal<usize>) -> Markup {
    let count = head.count;
    let count = move || match count() {
        TabCount::Unknown => Markup::Nothing,
        TabCount::Known(count) => ui! { <span class="num">{grouped(count)}</span> },
        TabCount::Failed => {
            ui! { <span class="num" title="Could not be counted">"?"</span> }
        }
    };
    ui! {
        <button role="tab" type="button" id=id(at) aria-controls="rel-panel"
            aria-selected=move || (chosen.get() == at).to_string()
            tabindex=move || (chosen.get() != at).then_some("-1")
            on:click=move |_| chosen.set(at)>{head.title}" "{count}</button>
    }
}

fn id(at: usize) -> String {
    format!("rel-{at}")
}

fn focus(at: usize) {
    let tab = document().get_element_by_id(&id(at));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}

/// Events on a line of time, in their order; `own` is the one that is shown, `href` leads to others.
pub fn rail(
    events: &[&Event],
    own: &Event,
    clock: Clock,
    href: &dyn Fn(EventId) -> String,
) -> Markup {
    let rows: Vec<Markup> = events
        .iter()
        .map(|event| row(event, own, clock, href))
        .collect();
    ui! { <ol class="rail">{rows}</ol> }
}

fn row(event: &Event, own: &Event, clock: Clock, href: &dyn Fn(EventId) -> String) -> Markup {
    let at = event.created.map_or_else(
        || ().into_markup(),
        |at| time(at, TimeForm::Time, clock).into_markup(),
    );
    let said = sentence(&summary::sentence(event));
    if event.id == own.id {
        return ui! {
            <li aria-current="true">
                {at}{tile(&event.action)}<span class="clip">{said}</span><small>"this event"</small>
            </li>
        };
    }
    let distance = own
        .created
        .zip(event.created)
        .map(|(own, other)| apart(own, other));
    ui! {
        <li>
            {at}{tile(&event.action)}<a class="clip" href=href(event.id)>{said}</a>
            <small>{distance}</small>
        </li>
    }
}

/// The frame of a line of time, before anything is there.
pub fn rail_frame() -> Markup {
    let row = |_| {
        ui! { <li><time class="skel skel--3"></time><span class="skel skel--tile"></span><span class="skel skel--5"></span></li> }
    };
    let rows: Vec<Markup> = (0..3).map(row).collect();
    ui! { <ol class="rail" aria-hidden="true">{rows}</ol> }
}
