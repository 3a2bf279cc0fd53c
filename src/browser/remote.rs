//! What a view knows about something that it asked the server for.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use super::{
    client::{Abort, Wait},
    clock,
    session::SessionHandle,
};
use crate::{
    api::{ApiError, Failure, NoAnswer},
    session::Session,
};

/// The state of one question.
#[derive(Debug, Clone, PartialEq)]
pub enum Remote<T> {
    /// Asked; with what was shown before, if anything.
    Loading(Option<T>),
    /// Answered.
    Ready(T),
    /// Not answered; with what was shown before, if anything.
    Failed {
        /// Why.
        failure: Failure,
        /// What was shown before.
        stale: Option<T>,
    },
}

impl<T> Remote<T> {
    /// What there is to show, fresh or not.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value)
            | Self::Loading(Some(value))
            | Self::Failed {
                stale: Some(value), ..
            } => Some(value),
            Self::Loading(None) | Self::Failed { stale: None, .. } => None,
        }
    }

    /// The same, taken out.
    fn into_value(self) -> Option<T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading(value) | Self::Failed { stale: value, .. } => value,
        }
    }
}

/// One question to the server, asked again whenever it changes.
pub struct Loader<T: 'static> {
    /// What is known.
    pub state: RwSignal<Remote<T>, LocalStorage>,
    /// Whether the present question has been open for 5 seconds.
    pub slow: RwSignal<bool>,
    /// The pause before the next attempt, while there is one.
    pub waiting: RwSignal<Option<Wait>, LocalStorage>,
    started_ms: StoredValue<f64>,
    /// Counts questions: an answer to an earlier one is dropped.
    asked: StoredValue<u64>,
    abort: StoredValue<Abort, LocalStorage>,
    again: RwSignal<u64>,
}

impl<T> std::fmt::Debug for Loader<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loader").finish_non_exhaustive()
    }
}

// Derived, both would demand the same of `T`.
impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Loader<T> {}

impl<T: 'static> Loader<T> {
    /// Asks the same again.
    pub fn retry(self) {
        let _ = self
            .again
            .try_update(|again| *again = again.wrapping_add(1));
    }

    /// Stops asking; the state becomes `Failed` with [`crate::api::NoAnswer::Cancelled`], what was
    /// shown stays.
    pub fn cancel(self) {
        let _ = self.abort.try_with_value(Abort::abort);
    }

    /// When the present question was asked, by [`super::clock::elapsed_ms`].
    pub fn started_ms(self) -> f64 {
        self.started_ms.try_get_value().unwrap_or_default()
    }
}

/// Asks `question` with `ask` now and whenever it changes; `None` asks nothing. Only the answer to
/// the last question is ever shown. Leaving the view stops the asking.
pub fn use_remote<Q, T, F>(
    question: impl Fn() -> Option<Q> + 'static,
    ask: impl Fn(Q, Abort) -> F + 'static,
) -> Loader<T>
where
    Q: Clone + PartialEq + 'static,
    T: 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
{
    let loader = Loader {
        state: RwSignal::new_local(Remote::Loading(None)),
        slow: RwSignal::new(false),
        waiting: RwSignal::new_local(None),
        started_ms: StoredValue::new(clock::elapsed_ms()),
        asked: StoredValue::new(0),
        abort: StoredValue::new_local(Abort::new()),
        again: RwSignal::new(0),
    };
    // An effect because the server is outside.
    Effect::new(move |before: Option<(Option<Q>, u64)>| {
        let now = (question(), loader.again.get());
        if before.as_ref() != Some(&now) {
            loader.stop();
            match now.0.clone() {
                Some(question) => loader.ask(|abort| ask(question, abort)),
                None => loader.state.set(Remote::Loading(None)),
            }
        }
        now
    });
    loader.ask_again_when_online();
    loader.ask_again_when_signed_in();
    on_cleanup(move || loader.cancel());
    loader
}

/// After so long a question is slow.
const SLOW_MS: u32 = 5_000;
/// So many pages must not come back to a server at once when the network does.
const SPREAD_MS: f64 = 2_000.0;

impl<T: 'static> Loader<T> {
    /// Whatever is still on its way belongs to no question any more.
    fn stop(self) {
        let _ = self
            .asked
            .try_update_value(|asked| *asked = asked.wrapping_add(1));
        self.cancel();
        let _ = self.slow.try_set(false);
        let _ = self.waiting.try_set(None);
    }

    fn ask<F>(self, ask: impl FnOnce(Abort) -> F)
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let abort = Abort::new();
        abort.on_wait(move |wait| {
            let _ = self.waiting.try_set(wait);
        });
        let number = self.asked.try_get_value();
        let is_current = move || number.is_some() && self.asked.try_get_value() == number;
        let _ = self.started_ms.try_set_value(clock::elapsed_ms());
        let _ = self.abort.try_set_value(abort.clone());
        let _ = self.state.try_update(|state| {
            let before = std::mem::replace(state, Remote::Loading(None));
            *state = Remote::Loading(before.into_value());
        });
        let answer = ask(abort.clone());
        spawn_local(async move {
            let answer = abort
                .or(answer)
                .await
                .unwrap_or_else(|| Err(Failure::cancelled()));
            if !is_current() {
                return;
            }
            let _ = self.slow.try_set(false);
            let _ = self.waiting.try_set(None);
            let _ = self.state.try_update(|state| {
                let before = std::mem::replace(state, Remote::Loading(None));
                *state = match answer {
                    Ok(value) => Remote::Ready(value),
                    Err(failure) => Remote::Failed {
                        failure,
                        stale: before.into_value(),
                    },
                };
            });
        });
        spawn_local(async move {
            clock::sleep(SLOW_MS).await;
            let open = self
                .state
                .try_with_untracked(|state| matches!(state, Remote::Loading(_)));
            if is_current() && open == Some(true) {
                let _ = self.slow.try_set(true);
            }
        });
    }

    fn failed_with(self, is_meant: impl Fn(&ApiError) -> bool) -> bool {
        self.state
            .try_with_untracked(
                |state| matches!(state, Remote::Failed { failure, .. } if is_meant(&failure.error)),
            )
            .unwrap_or(false)
    }

    fn ask_again_when_online(self) {
        let network = |error: &ApiError| {
            matches!(
                error,
                ApiError::NoAnswer(
                    NoAnswer::Offline
                        | NoAnswer::Unreachable {
                            by_policy: false,
                            ..
                        }
                )
            )
        };
        let listener = window_event_listener_untyped("online", move |_| {
            if self.failed_with(network) {
                spawn_local(async move {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "0 to 2,000"
                    )]
                    clock::sleep((js_sys::Math::random() * SPREAD_MS) as u32).await;
                    if self.failed_with(network) {
                        self.retry();
                    }
                });
            }
        });
        on_cleanup(move || listener.remove());
    }

    /// The page stays when a token expires; a new one continues where the old one stopped.
    fn ask_again_when_signed_in(self) {
        let Some(session) = use_context::<SessionHandle>() else {
            return;
        };
        // An effect because the server is outside.
        Effect::new(move |_| {
            let signed_in = matches!(session.get(), Session::SignedIn(_));
            let ended = |error: &ApiError| {
                matches!(
                    error,
                    ApiError::TokenRefused | ApiError::NoAnswer(NoAnswer::Cancelled)
                )
            };
            if signed_in && self.failed_with(ended) {
                self.retry();
            }
        });
    }
}
