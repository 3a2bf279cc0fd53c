//! What people call what a change names by its key only, as far as the token may know.

use std::collections::VecDeque;

use leptos::task::spawn_local;

use super::{Client, SessionHandle, client::Abort, clock};
use crate::browser::signals::prelude::*;
use crate::{
    api::{
        ApiError,
        names::{NameKey, Named},
    },
    text::Untrusted,
};

/// Names that were asked for in this session; in the context of every view inside the shell. A name
/// that does not come changes nothing: the key stays what is shown.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    client: Client,
    known: RwSignal<Vec<(NameKey, Untrusted)>>,
    waiting: StoredValue<VecDeque<NameKey>>,
    asked: StoredValue<Vec<NameKey>>,
    /// Kinds that the token may not look up.
    refused: StoredValue<Vec<Named>>,
    open: StoredValue<u32>,
}

/// So long somebody has to stay before anything is asked.
const STAY_MS: u32 = 300;

/// So many questions are open at a time.
const AT_ONCE: u32 = 2;

/// So many names are asked for in one session; a change may have thousands of members.
const MOST: usize = 200;

impl Names {
    /// Nothing is known yet; what is known ends with the session.
    pub fn start(session: SessionHandle, client: Client) -> Self {
        let names = Self {
            client,
            known: RwSignal::new(Vec::new()),
            waiting: StoredValue::new(VecDeque::new()),
            asked: StoredValue::new(Vec::new()),
            refused: StoredValue::new(Vec::new()),
            open: StoredValue::new(0),
        };
        // An effect because the session ends outside.
        Effect::with_last(move |before: Option<u64>| {
            session.get();
            let now = session.generation();
            if before.is_some_and(|before| before != now) {
                names.known.set(Vec::new());
                names.waiting.set_value(VecDeque::new());
                names.asked.set_value(Vec::new());
                names.refused.set_value(Vec::new());
            }
            now
        });
        names
    }

    /// The name of a member of a field, once it is known; asks for it if nobody has.
    pub fn of(self, field: &Untrusted, member: &Untrusted) -> Option<Untrusted> {
        let key = NameKey::of(field, member)?;
        let known = self.known.with(|known| {
            let found = known.iter().find(|(other, _)| *other == key);
            found.map(|(_, name)| name.clone())
        });
        if known.is_none() {
            self.ask(key);
        }
        known
    }

    fn ask(self, key: NameKey) {
        let is_new = self.asked.try_update_value(|asked| {
            let is_new = asked.len() < MOST && !asked.contains(&key);
            if is_new {
                asked.push(key.clone());
            }
            is_new
        });
        if is_new != Some(true) {
            return;
        }
        self.waiting.update_value(|waiting| waiting.push_back(key));
        if self.open.try_get_value().is_some_and(|open| open < AT_ONCE) {
            self.open.update_value(|open| *open += 1);
            spawn_local(self.work());
        }
    }

    /// Asks until nothing waits.
    async fn work(self) {
        clock::sleep(STAY_MS).await;
        while let Some(key) = self.waiting.try_update_value(VecDeque::pop_front).flatten() {
            let refused = self
                .refused
                .try_with_value(|refused| refused.contains(&key.kind));
            if refused != Some(false) {
                continue;
            }
            match self.client.send(key.call(), &Abort::new()).await {
                Ok(name) => {
                    self.known.try_update(|known| known.push((key, name.0)));
                }
                Err(failure) => {
                    if matches!(failure.error, ApiError::Forbidden { .. }) {
                        self.refused
                            .try_update_value(|refused| refused.push(key.kind));
                    }
                }
            }
        }
        self.open.try_update_value(|open| *open -= 1);
    }
}
