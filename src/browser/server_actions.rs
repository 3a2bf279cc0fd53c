//! Which actions the server knows. It is asked only once it has refused one: an authentik of the
//! last year knows all that this app knows.

use super::{Client, SessionHandle, client::Abort, signals::prelude::*};
use crate::{
    api::{
        Failure,
        events::{self, ServerActions},
    },
    listing::{Matching, NotSent},
};

/// What the server said of its actions, as long as the session lasts; cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct KnownActions {
    client: Client,
    session: SessionHandle,
    /// With the session that it is about.
    said: StoredValue<Option<(u64, ServerActions)>>,
}

impl KnownActions {
    /// Nothing is known yet.
    pub fn new(client: Client, session: SessionHandle) -> Self {
        Self {
            client,
            session,
            said: StoredValue::new(None),
        }
    }

    /// The request as this server takes it.
    ///
    /// # Errors
    /// It is not to be sent.
    pub fn fit(self, matching: Matching) -> Result<Matching, NotSent> {
        let session = self.session.generation();
        self.said
            .try_with_value(|said| match said {
                Some((about, said)) if *about == session => matching
                    .clone()
                    .for_server(Some(&|action| said.knows(action))),
                _ => matching.clone().for_server(None),
            })
            .unwrap_or(Ok(matching))
    }

    /// Whether a request that failed is worth another try, [`fit`](Self::fit) anew: the server
    /// refused an action, and has said by now which it knows.
    pub async fn learn(self, failure: &Failure, abort: &Abort) -> bool {
        let session = self.session.generation();
        let is_known = |said: &Option<(u64, ServerActions)>| {
            said.as_ref().is_some_and(|(about, _)| *about == session)
        };
        if !failure.rejects("actions") || self.said.try_with_value(is_known) != Some(false) {
            return false;
        }
        let Ok(said) = self.client.send(events::actions(), abort).await else {
            return false;
        };
        self.said.try_set_value(Some((session, said))).is_none()
    }
}
