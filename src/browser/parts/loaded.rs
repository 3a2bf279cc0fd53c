//! The states of something asked for, drawn one way everywhere.
//!
//! While nothing is there yet, the frame of what will come stands still; a question that takes
//! long says so and can be stopped; what was there before stays there, whatever happens next.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::icon::icon;
use crate::{
    api::Failure,
    browser::{
        clock::{self, Clock},
        remote::{Loader, Remote},
    },
    moment::Moment,
};

/// What stands in the place of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The frame of what will come.
    Frame,
    /// Why nothing comes.
    Failure,
    /// This answer, fresh or not.
    Answer(u64),
}

/// Draws what is known. `number` tells one answer from another: an answer that stays is not drawn
/// again while it is asked for anew, so focus and scroll stay too.
pub fn loaded<T: 'static>(
    loader: Loader<T>,
    number: impl Fn(&T) -> u64 + 'static,
    frame: impl Fn() -> Markup + 'static,
    failed: impl Fn(&Failure) -> Markup + 'static,
    answer: impl Fn(&T) -> Markup + 'static,
) -> Markup {
    let shown = Memo::new(move |_| {
        loader.state.with(|state| match (state.value(), state) {
            (Some(value), _) => Shown::Answer(number(value)),
            (None, Remote::Failed { .. }) => Shown::Failure,
            (None, Remote::Loading(_) | Remote::Ready(_)) => Shown::Frame,
        })
    });
    Markup::follows(move || {
        let shown = shown.get();
        loader.state.with_untracked(|state| match (shown, state) {
            (Shown::Answer(_), _) => state.value().map(&answer),
            (Shown::Failure, Remote::Failed { failure, .. }) => Some(failed(failure)),
            _ => Some(frame()),
        })
    })
}

/// Says, once a question has been open for five seconds, that it still is, with a way to stop.
pub fn patience<T: 'static>(loader: Loader<T>) -> Markup {
    let open = move || {
        loader.slow.get()
            && loader
                .state
                .with(|state| matches!(state, Remote::Loading(_)))
    };
    ui! {
        <div role="status">
            {move || open().then(|| ui! {
                <div class="banner banner--flush">
                    {icon("clock")}
                    <div><b>"Still loading…"</b><p>{waited(loader)}</p></div>
                    <div class="btns">
                        <button class="btn btn--sm" type="button" on:click=move |_| loader.cancel()>
                            "Cancel"
                        </button>
                    </div>
                </div>
            })}
        </div>
    }
}

fn waited<T: 'static>(loader: Loader<T>) -> Markup {
    let seconds = ticking(move || (clock::elapsed_ms() - loader.started_ms()) / 1_000.0);
    Markup::follows(move || format!("The server has not answered for {} s.", seconds.get()))
}

/// Whole seconds from now until a moment of [`clock::elapsed_ms`], counting down to 0.
pub fn seconds_until(until_ms: f64) -> RwSignal<u32> {
    ticking(move || ((until_ms - clock::elapsed_ms()) / 1_000.0).ceil())
}

/// Minutes until a moment of the wall clock, counting down to 0; a minute that has begun is one.
pub fn minutes_until(moment: Moment, clock: Clock) -> Memo<u32> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "nobody waits for longer than that"
    )]
    let left_ms = moment.ms().saturating_sub(clock.now().ms()) as f64;
    let seconds = seconds_until(clock::elapsed_ms() + left_ms);
    Memo::new(move |_| seconds.get().div_ceil(60))
}

/// " Trying again in 3 s.", counting down: what a notice ends with while it waits.
pub fn countdown(until_ms: f64) -> Markup {
    let seconds = seconds_until(until_ms);
    ui! { " Trying again in "<span class="num">{move || seconds.get()}</span>" s." }
}

/// A number that is read every quarter of a second, rounded down.
fn ticking(read: impl Fn() -> f64 + 'static) -> RwSignal<u32> {
    // Negative and not finite become 0: `as` saturates.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = move || read() as u32;
    let number = RwSignal::new(whole());
    clock::every(250, move || {
        let now = whole();
        if number.get_untracked() != now {
            number.set(now);
        }
    });
    number
}
