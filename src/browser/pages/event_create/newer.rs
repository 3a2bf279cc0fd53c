//! Which actions the server knows and this build does not.

use leptos::task::spawn_local;

use crate::{
    api::events,
    browser::{Client, client::Abort, parts::action_picker::NewerActions, signals::prelude::*},
};

/// Asked once, when somebody is about to choose.
pub fn newer_actions(client: Client) -> NewerActions {
    let wire = RwSignal::new(Vec::new());
    let asked = StoredValue::new(false);
    let ask = move |()| {
        if asked.get_value() {
            return;
        }
        asked.set_value(true);
        spawn_local(async move {
            match client.send(events::actions(), &Abort::new()).await {
                Ok(actions) => {
                    let newer = actions.newer();
                    if !newer.is_empty() {
                        wire.try_set(newer);
                    }
                }
                // What this build knows is offered all the same.
                Err(_) => {
                    asked.try_set_value(false);
                }
            }
        });
    };
    NewerActions {
        wire,
        ask: Callback::new(ask),
    }
}
