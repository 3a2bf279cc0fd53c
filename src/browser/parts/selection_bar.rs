//! What may be done with the rows that are ticked: copied, or compared when there are two.

use std::rc::Rc;

use leptos::task::spawn_local;

use crate::browser::{markup::Markup, signals::prelude::*};

use super::{comparison::comparison, icon::icon, menu::Menu};
use crate::{
    browser::{
        clipboard,
        clock::{self, Clock},
    },
    count::counted,
    event::Event,
    export::copy::{Form, copied},
};

/// What the bar is told, and whom it tells.
#[derive(Clone)]
pub struct SelectionProperties {
    /// How many rows are ticked.
    pub count: Rc<dyn Fn() -> usize>,
    /// Their events, in the order of the list; asked for at a press.
    pub events: Rc<dyn Fn() -> Vec<Event>>,
    /// Time and zone.
    pub clock: Clock,
    /// No row is to be ticked any more.
    pub clear: Callback<()>,
}

impl std::fmt::Debug for SelectionProperties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SelectionProperties")
            .finish_non_exhaustive()
    }
}

/// How long it is said what became of a copy.
const SAID_MS: u32 = 4_000;

#[derive(Debug, Clone, Copy)]
struct Bar {
    properties: StoredValue<SelectionProperties>,
    /// What became of the last press.
    said: RwSignal<String>,
    /// The two events that are compared.
    compared: RwSignal<Option<(Event, Event)>>,
}

/// The bar, while something is ticked.
pub fn selection_bar(properties: SelectionProperties) -> Markup {
    let bar = Bar {
        properties: StoredValue::new(properties),
        said: RwSignal::new(String::new()),
        compared: RwSignal::new(None),
    };
    let any = Memo::new(move |_| bar.count() > 0);
    ui! {
        {move || any.get().then(|| bar.draw())}
        {move || bar.compared.with(|compared| compared.as_ref().map(|(left, right)| {
            let close = Callback::new(move |()| bar.compared.set(None));
            comparison(left, right, bar.clock(), close)
        }))}
    }
}

impl Bar {
    fn count(self) -> usize {
        self.properties.with_value(|own| (own.count)())
    }

    fn clock(self) -> Clock {
        self.properties.with_value(|own| own.clock)
    }

    fn events(self) -> Vec<Event> {
        self.properties.with_value(|own| untrack(|| (own.events)()))
    }

    fn draw(self) -> Markup {
        let menu = Menu::new();
        let button = ui! {
            <button class="btn btn--sm" type="button" aria-haspopup="menu"
                aria-expanded=move || menu.is_open().to_string() on:click=move |_| menu.toggle()>
                {icon("copy")}"Copy as"{icon("down")}
            </button>
        };
        let forms = move || {
            let forms = Form::ALL.map(|form| {
                ui! {
                    <button class="menu__item" role="menuitem" type="button" tabindex="-1"
                        on:click=move |_| self.copy(form)>{form.label()}</button>
                }
            });
            ui! { {forms} }
        };
        let words = move || {
            let count = u64::try_from(self.count()).unwrap_or(u64::MAX);
            counted(count, "event selected", "events selected")
        };
        let two = move || self.count() == 2;
        ui! {
            <div class="selbar" role="region" aria-label="Selected events">
                <p class="num">{words}</p>
                {menu.draw("Copy selected events as", button, forms)}
                <button class="btn btn--sm" type="button" disabled=move || !two()
                    title=move || (!two()).then_some("Select two events to compare them")
                    on:click=move |_| self.compare()>"Compare"</button>
                <p class="selbar__said" role="status">{move || self.said.get()}</p>
                <button class="btn btn--sm btn--ghost btn--icon" type="button" aria-label="Clear selection"
                    on:click=move |_| self.properties.with_value(|own| own.clear.run(()))>{icon("x")}</button>
            </div>
        }
    }

    fn compare(self) {
        let mut events = self.events().into_iter();
        if let (Some(left), Some(right)) = (events.next(), events.next()) {
            self.compared.set(Some((left, right)));
        }
    }

    fn copy(self, form: Form) {
        let events = self.events();
        let (clock, events): (_, Vec<&Event>) = (self.clock(), events.iter().collect());
        let text = copied(&events, form, &|at| untrack(|| clock.offset_at(at)));
        let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
        let done = format!(
            "{} copied as {}",
            counted(count, "event", "events"),
            form.label()
        );
        spawn_local(async move {
            let words = match clipboard::copy(&text).await {
                true => done,
                false => "The browser refused access to the clipboard".to_owned(),
            };
            // The bar may be gone by now.
            if self.said.try_set(words.clone()).is_none() {
                clock::sleep(SAID_MS).await;
                if self.said.try_with_untracked(|said| *said == words) == Some(true) {
                    let _ = self.said.try_set(String::new());
                }
            }
        });
    }
}
