//! The only code that reads a clock or a time zone.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::signals::prelude::*;
use crate::moment::Moment;

/// Where time comes from; in the context of every view. Tests fix it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The browser's clock and zone.
    Browser,
    /// Time stands still.
    Fixed {
        /// What "now" is.
        now: Moment,
        /// Minutes east of UTC, at every moment.
        offset: i32,
        /// What the zone is called.
        zone: &'static str,
    },
}

impl Clock {
    /// Now.
    pub fn now(self) -> Moment {
        match self {
            // A browser's clock counts far fewer milliseconds than an i64 holds.
            #[allow(clippy::cast_possible_truncation)]
            Self::Browser => Moment::from_ms(Date::now() as i64),
            Self::Fixed { now, .. } => now,
        }
    }

    /// How many minutes east of UTC the zone is at a moment; summer time makes it depend on it.
    pub fn offset_at(self, moment: Moment) -> i32 {
        match self {
            Self::Browser => {
                #[allow(clippy::cast_precision_loss)]
                let date = Date::new(&JsValue::from_f64(moment.ms() as f64));
                let minutes_west = date.get_timezone_offset();
                // Dates outside what JavaScript counts (±275,000 years) have no offset.
                #[allow(clippy::cast_possible_truncation)]
                if minutes_west.is_finite() {
                    -(minutes_west as i32)
                } else {
                    0
                }
            }
            Self::Fixed { offset, .. } => offset,
        }
    }

    /// The IANA name of the zone, as in "Europe/Berlin"; "UTC" where the browser tells none.
    pub fn zone(self) -> String {
        match self {
            Self::Browser => {
                let options =
                    Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
                Reflect::get(&options, &JsValue::from_str("timeZone"))
                    .ok()
                    .and_then(|name| name.as_string())
                    .unwrap_or_else(|| "UTC".to_owned())
            }
            Self::Fixed { zone, .. } => zone.to_owned(),
        }
    }
}

/// Milliseconds since the page was opened; never jumps when the wall clock is set.
pub fn elapsed_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Waits. Dropping the future before its time removes the timer.
pub async fn sleep(ms: u32) {
    let mut timer = Timer(None);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        timer.0 = web_sys::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms)
                .ok()
        });
    });
    let _ = JsFuture::from(promise).await;
    drop(timer);
}

struct Timer(Option<i32>);

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.0, web_sys::window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}

/// Calls `tick` every `ms` until the current owner is gone.
pub fn every(ms: u32, tick: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let tick = Closure::<dyn Fn()>::new(tick);
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let Ok(id) = window
        .set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), ms)
    else {
        return;
    };
    // Owner cleanups must be `Send`, which closures of the browser are not: the view keeps it.
    StoredValue::new(tick);
    on_cleanup(move || {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(id);
        }
    });
}
