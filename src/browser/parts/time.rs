//! Instants, in the zone of the clock, with UTC one hover away.

use crate::browser::markup::Markup;

use crate::{browser::clock::Clock, moment::Moment};

/// How much of an instant is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeForm {
    /// `14:29:13`, under a head that names the day.
    Time,
    /// `Sun 22 Nov 2026, 14:29:13`
    Full,
    /// `22 Nov 2026, 14:29:13.902`
    Exact,
}

/// An instant as text, for machines in the attribute and in UTC in the tooltip. Follows the zone.
pub fn time(moment: Moment, form: TimeForm, clock: Clock) -> Markup {
    let text = move || {
        let offset = clock.offset_at(moment);
        match form {
            TimeForm::Time => moment.time(offset),
            TimeForm::Full => moment.full(offset),
            TimeForm::Exact => moment.exact(offset),
        }
    };
    ui! { <time datetime=moment.rfc3339() title=format!("{} UTC", moment.full(0))>{text}</time> }
}
