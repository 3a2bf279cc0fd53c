//! What recorded the event, and whence: app and client IP, with what is known to stand there.

use std::net::IpAddr;

use crate::{
    browser::{
        account::Account,
        event_log::EventLog,
        markup::Markup,
        parts::form::{Form, address_fix, text_field},
        signals::prelude::*,
    },
    event::{Actor, Event, draft::Field},
    text::Untrusted,
};

/// What authentik itself writes most; anything may be typed.
const APPS: [&str; 8] = [
    "authentik.events.middleware",
    "authentik.events.signals",
    "authentik.policies.process",
    "authentik.tasks.middleware",
    "authentik.core.api.tokens",
    "authentik.core.models",
    "authentik.stages.email.tasks",
    "authentik.providers.oauth2.views.authorize",
];

/// Nobody reads more suggestions.
const MOST_APPS: usize = 40;

/// The two fields.
pub fn origin(form: Form) -> Markup {
    let log = expect_context::<EventLog>();
    let account = expect_context::<Account>();
    let mine = Memo::new(move |_| {
        let me = account.username()?;
        log.rows.state.with(|state| {
            let mut events = state.value()?.rows.events();
            events.find_map(|event| of_person(event, &me))
        })
    });
    ui! {
        <div class="row2">
            {text_field(form, Field::App, Some("apps"), "What recorded the event, as a dotted name.")}
            <div>
                {text_field(form, Field::ClientIp, None, "IPv4 or IPv6. Leave empty if there is none.")}
                <div class="btns">{address_fix(form)}{move || mine.get().and_then(|address| use_mine(form, &address))}</div>
            </div>
        </div>
        <datalist id="apps">{move || apps(log)}</datalist>
    }
}

fn of_person(event: &Event, username: &Untrusted) -> Option<Untrusted> {
    match &event.actor {
        Actor::Person(person) if person.username == *username => event.client_ip.clone(),
        Actor::Person(_) | Actor::System | Actor::Anonymous | Actor::Unclear => None,
    }
}

/// authentik tells nobody their address, but it is in what they did last.
fn use_mine(form: Form, address: &Untrusted) -> Option<Markup> {
    let address: IpAddr = address.visible().parse().ok()?;
    let is_empty = form.draft.with(|draft| draft.client_ip.is_empty());
    is_empty.then(|| {
        ui! {
            <button class="btn btn--sm" type="button" disabled=move || form.is_sending()
                title="The address of your newest event in the list"
                on:click=move |_| form.set(Field::ClientIp, address.to_string())>{format!("Use mine, {address}")}</button>
        }
    })
}

/// Those of authentik, and those of the events in the list.
fn apps(log: EventLog) -> Vec<Markup> {
    let mut apps: Vec<Untrusted> = APPS.map(Untrusted::new).into();
    log.rows.state.with(|state| {
        let events = state.value().map(|loaded| loaded.rows.events());
        for event in events.into_iter().flatten() {
            // What is chosen is written into the field as it is shown here.
            let is_plain = !event.app.hides_something();
            if apps.len() < MOST_APPS && is_plain && !apps.contains(&event.app) {
                apps.push(event.app.clone());
            }
        }
    });
    apps.iter()
        .map(|app| ui! { <option value=app.visible()></option> })
        .collect()
}
