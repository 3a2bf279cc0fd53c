//! Instants as authentik writes them and as people read them.
//!
//! Nothing here reads a clock or a time zone: "now" and offsets are arguments.

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the epoch, as browsers count.
    pub fn from_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(1000))
    }
    /// Milliseconds since the epoch, rounded down.
    pub fn ms(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }
    /// Reads RFC 3339 (`T` or blank; fraction of any length; `Z`, offset or none = UTC).
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        todo!()
    }
    /// `2026-11-22T14:29:13.902113Z`; no fraction when it is zero.
    pub fn rfc3339(self) -> String {
        todo!()
    }
    /// `14:29:13` at `offset` minutes east of UTC.
    pub fn time(self, offset: i32) -> String {
        let _ = offset;
        todo!()
    }
    /// `Sun 22 Nov 2026, 14:29:13`.
    pub fn full(self, offset: i32) -> String {
        let _ = offset;
        todo!()
    }
    /// `22 Nov 2026, 14:29:13.902` (milliseconds only when there are any).
    pub fn exact(self, offset: i32) -> String {
        let _ = offset;
        todo!()
    }
    /// `Sunday 22 November` (with the year when `now` is in another one), for day heads; with
    /// "Today, " or "Yesterday, " before it where true.
    pub fn day(self, offset: i32, now: Moment) -> String {
        let _ = (offset, now);
        todo!()
    }
    /// A number that is equal for instants of one civil day at `offset`.
    pub fn day_number(self, offset: i32) -> i64 {
        let _ = offset;
        todo!()
    }
    /// `3 minutes ago`, `in 365 days`, `now`.
    pub fn relative(self, now: Moment) -> String {
        let _ = now;
        todo!()
    }
}

/// `UTC`, `UTC+1`, `UTC−3:30`: an offset in minutes east of UTC as people write it.
pub fn offset_name(offset: i32) -> String {
    let _ = offset;
    todo!()
}
