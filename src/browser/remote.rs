//! What a view knows about something that it asked the server for.

use std::future::Future;

use crate::browser::signals::prelude::*;
use leptos::task::spawn_local;

use super::{
    client::{Abort, Boxed, Wait},
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
    pub state: RwSignal<Remote<T>>,
    /// Whether the present question has been open for 5 seconds.
    pub slow: RwSignal<bool>,
    /// The pause before the next attempt, while there is one.
    pub waiting: RwSignal<Option<Wait>>,
    asking: Asking,
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
        self.asking.retry();
    }

    /// Stops asking; the state becomes `Failed` with [`crate::api::NoAnswer::Cancelled`], what was
    /// shown stays.
    pub fn cancel(self) {
        self.asking.cancel();
    }

    /// Stops asking if that is going on: nobody waits for it now.
    pub fn cancel_open(self) {
        if self.asking.is_open() {
            self.asking.cancel();
        }
    }

    /// Asks again what was stopped.
    pub fn resume(self) {
        let cancelled: fn(&ApiError) -> bool =
            |error| matches!(error, ApiError::NoAnswer(NoAnswer::Cancelled));
        if self.asking.is_open() || self.asking.failed_with(cancelled) {
            self.asking.retry();
        }
    }

    /// When the present question was asked, by [`super::clock::elapsed_ms`].
    pub fn started_ms(self) -> f64 {
        self.asking.started_ms.try_get_value().unwrap_or_default()
    }

    /// Replaces the state by what it makes of what was there to show. A view that is gone has none.
    fn turn(self, next: impl FnOnce(Option<T>) -> Remote<T>) {
        let _ = self.state.try_update(|state| {
            let before = std::mem::replace(state, Remote::Loading(None));
            *state = next(before.into_value());
        });
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
    let asking = Asking::new();
    let loader = Loader {
        state: RwSignal::new(Remote::Loading(None)),
        slow: asking.slow,
        waiting: asking.waiting,
        asking,
    };
    // An effect because the server is outside.
    Effect::with_last(move |before: Option<(Option<Q>, u64)>| {
        let now = (question(), asking.again.get());
        if before.as_ref() == Some(&now) {
            return now;
        }
        let Some(question) = now.0.clone() else {
            asking.stop();
            loader.turn(|_| Remote::Loading(None));
            return now;
        };
        let (number, abort) = asking.begin();
        loader.turn(Remote::Loading);
        let answer = ask(question, abort.clone());
        asking.wait(
            number,
            abort,
            Box::pin(async move {
                let value = answer.await?;
                let show = move || loader.turn(|_| Remote::Ready(value));
                Ok(Box::new(show) as Box<dyn FnOnce()>)
            }),
            Box::new(move |failure| loader.turn(|stale| Remote::Failed { failure, stale })),
        );
        now
    });
    loader
}

/// What is the same for questions of all types.
#[derive(Debug, Clone, Copy)]
struct Asking {
    slow: RwSignal<bool>,
    waiting: RwSignal<Option<Wait>>,
    started_ms: StoredValue<f64>,
    /// Counts questions: an answer to an earlier one is dropped.
    number: StoredValue<u64>,
    standing: StoredValue<Standing>,
    abort: StoredValue<Abort>,
    again: RwSignal<u64>,
}

/// How the present question stands.
#[derive(Debug, Clone)]
enum Standing {
    Open,
    Answered,
    Failed(ApiError),
}

/// After so long a question is slow.
const SLOW_MS: u32 = 5_000;
/// So many pages must not come back to a server at once when the network does.
const SPREAD_MS: f64 = 2_000.0;

impl Asking {
    fn new() -> Self {
        let asking = Self {
            slow: RwSignal::new(false),
            waiting: RwSignal::new(None),
            started_ms: StoredValue::new(clock::elapsed_ms()),
            number: StoredValue::new(0),
            standing: StoredValue::new(Standing::Answered),
            abort: StoredValue::new(Abort::new()),
            again: RwSignal::new(0),
        };
        asking.retry_when_online();
        asking.retry_when_signed_in();
        on_cleanup(move || asking.cancel());
        asking
    }

    fn retry(self) {
        let _ = self
            .again
            .try_update(|again| *again = again.wrapping_add(1));
    }

    fn cancel(self) {
        let _ = self.abort.try_with_value(Abort::abort);
    }

    fn is_open(self) -> bool {
        self.standing
            .try_with_value(|standing| matches!(standing, Standing::Open))
            .unwrap_or(false)
    }

    /// Whatever is still on its way belongs to no question any more.
    fn stop(self) {
        let _ = self
            .number
            .try_update_value(|number| *number = number.wrapping_add(1));
        self.cancel();
        self.settle(Standing::Answered);
    }

    fn settle(self, standing: Standing) {
        let _ = self.slow.try_set(false);
        let _ = self.waiting.try_set(None);
        let _ = self.standing.try_set_value(standing);
    }

    /// A new question: its number, and what stops it.
    fn begin(self) -> (Option<u64>, Abort) {
        self.stop();
        self.settle(Standing::Open);
        let abort = Abort::new();
        abort.on_wait(move |wait| {
            let _ = self.waiting.try_set(wait);
        });
        let _ = self.started_ms.try_set_value(clock::elapsed_ms());
        let _ = self.abort.try_set_value(abort.clone());
        let number = self.number.try_get_value();
        spawn_local(async move {
            clock::sleep(SLOW_MS).await;
            let open = self
                .standing
                .try_with_value(|standing| matches!(standing, Standing::Open));
            if self.is_current(number) && open == Some(true) {
                let _ = self.slow.try_set(true);
            }
        });
        (number, abort)
    }

    /// Waits for the answer to a question, or for what stops it, and shows it or says why there is
    /// none; neither when nobody asks that any more.
    fn wait(
        self,
        number: Option<u64>,
        abort: Abort,
        answer: Boxed<Result<Box<dyn FnOnce()>, Failure>>,
        fail: Box<dyn FnOnce(Failure)>,
    ) {
        spawn_local(async move {
            let answer = abort
                .or(answer)
                .await
                .unwrap_or_else(|| Err(Failure::cancelled()));
            if self.end(number, answer.as_ref().err()) {
                match answer {
                    Ok(show) => show(),
                    Err(failure) => fail(failure),
                }
            }
        });
    }

    /// The answer to a question has come; `false` if nobody asks it any more.
    fn end(self, number: Option<u64>, failure: Option<&Failure>) -> bool {
        let current = self.is_current(number);
        if current {
            self.settle(failure.map_or(Standing::Answered, |failure| {
                Standing::Failed(failure.error.clone())
            }));
        }
        current
    }

    fn is_current(self, number: Option<u64>) -> bool {
        number.is_some() && self.number.try_get_value() == number
    }

    fn failed_with(self, is_meant: fn(&ApiError) -> bool) -> bool {
        self.standing
            .try_with_value(
                |standing| matches!(standing, Standing::Failed(error) if is_meant(error)),
            )
            .unwrap_or(false)
    }

    fn retry_when_online(self) {
        let network: fn(&ApiError) -> bool = |error| {
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
    fn retry_when_signed_in(self) {
        let Some(session) = use_context::<SessionHandle>() else {
            return;
        };
        // An effect because the server is outside.
        Effect::new(move || {
            let signed_in = matches!(session.get(), Session::SignedIn(_));
            let ended: fn(&ApiError) -> bool = |error| {
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
