//! What a view knows about something that it asked the server for.

use std::future::Future;

use leptos::prelude::*;

use super::client::{Abort, Wait};
use crate::api::Failure;

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

    /// The same without a value that belongs to another question.
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
    abort: StoredValue<Abort, LocalStorage>,
    again: Trigger,
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
        self.again.notify();
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
    let _ = (question, ask);
    let _ = Remote::<T>::into_value;
    todo!()
}
