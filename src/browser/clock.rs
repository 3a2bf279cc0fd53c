//! The only code that reads a clock or a time zone.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::{
    browser::signals::prelude::*,
    listing::ZoneChoice,
    moment::{Moment, offset_named},
};

/// Where time comes from; in the context of every view. Tests fix it.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The browser's clock, and the zone that was chosen.
    Browser(Zone),
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
            Self::Browser(_) => Moment::from_ms(Date::now() as i64),
            Self::Fixed { now, .. } => now,
        }
    }

    /// How many minutes east of UTC the zone is at a moment; summer time makes it depend on it.
    /// Heard of by who asks when another zone is chosen.
    pub fn offset_at(self, moment: Moment) -> i32 {
        match self {
            Self::Browser(zone) => zone.chosen.with(|chosen| match &chosen.named {
                Some(format) => offset_in(format, moment),
                None if chosen.zone == ZoneChoice::Utc => 0,
                None => local_offset(moment),
            }),
            Self::Fixed { offset, .. } => offset,
        }
    }

    /// The name of the zone, as in "Europe/Berlin" or "UTC".
    pub fn zone(self) -> String {
        match self {
            Self::Browser(zone) => zone.chosen.with(|chosen| match &chosen.zone {
                ZoneChoice::Local => local_zone(),
                ZoneChoice::Utc => "UTC".to_owned(),
                ZoneChoice::Named(zone) => zone.name().to_owned(),
            }),
            Self::Fixed { zone, .. } => zone.to_owned(),
        }
    }

    /// Which zone was chosen.
    pub fn zone_choice(self) -> ZoneChoice {
        match self {
            Self::Browser(zone) => zone.chosen.with(|chosen| chosen.zone.clone()),
            Self::Fixed { .. } => ZoneChoice::Local,
        }
    }

    /// Shows times in another zone; `false` when the browser does not know it, and nothing changes.
    pub fn choose_zone(self, choice: &ZoneChoice) -> bool {
        let Self::Browser(zone) = self else {
            return false;
        };
        let named = match choice {
            ZoneChoice::Local | ZoneChoice::Utc => None,
            ZoneChoice::Named(name) => match format_in(name.name()) {
                Some(format) => Some(format),
                None => return false,
            },
        };
        if zone.chosen.with_untracked(|chosen| chosen.zone != *choice) {
            zone.chosen.set(Chosen {
                zone: choice.clone(),
                named,
            });
        }
        true
    }
}

/// In which zone times are shown; cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Zone {
    chosen: RwSignal<Chosen>,
}

#[derive(Debug)]
struct Chosen {
    zone: ZoneChoice,
    /// What tells the offset of a zone that is neither the browser's nor UTC.
    named: Option<Function>,
}

impl Zone {
    /// The browser's, until another is chosen.
    pub fn new() -> Self {
        Self {
            chosen: RwSignal::new(Chosen {
                zone: ZoneChoice::Local,
                named: None,
            }),
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::new()
    }
}

fn local_offset(moment: Moment) -> i32 {
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

/// The IANA name of the browser's zone; "UTC" where it tells none.
fn local_zone() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

/// Writes dates with the offset of a zone, as in "11/23/2026, GMT+05:30"; `None` for zones that the
/// browser does not know, which it tells by throwing.
fn format_in(zone: &str) -> Option<Function> {
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let format = Reflect::construct(&class, &Array::of2(&"en-US".into(), &options)).ok()?;
    Reflect::get(&format, &"format".into())
        .ok()?
        .dyn_into()
        .ok()
}

fn offset_in(format: &Function, moment: Moment) -> i32 {
    #[allow(clippy::cast_precision_loss)]
    let written = format.call1(&JsValue::NULL, &JsValue::from_f64(moment.ms() as f64));
    written
        .ok()
        .and_then(|text| text.as_string())
        .and_then(|text| offset_named(text.rsplit(' ').next()?))
        .unwrap_or_default()
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
