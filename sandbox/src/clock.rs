//! The one place that reads the clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::moment::Micros;

/// What "now" is: the machine's time, or a moment that stands still.
#[derive(Debug)]
pub struct Clock {
    /// `i64::MIN` is the machine's time.
    fixed: AtomicI64,
}

impl Clock {
    /// The machine's time.
    #[must_use]
    pub fn system() -> Clock {
        Clock {
            fixed: AtomicI64::new(i64::MIN),
        }
    }

    /// A moment that stands still until [Clock::set].
    #[must_use]
    pub fn fixed(moment: Micros) -> Clock {
        Clock {
            fixed: AtomicI64::new(moment),
        }
    }

    /// Stands still at another moment from now on.
    pub fn set(&self, moment: Micros) {
        self.fixed.store(moment, Ordering::Relaxed);
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Micros {
        match self.fixed.load(Ordering::Relaxed) {
            i64::MIN => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| Micros::try_from(since.as_micros()).ok())
                .unwrap_or_default(),
            moment => moment,
        }
    }
}
