//! The state of the list of events, all of which stands in the address.
//!
//! The parameters of an address stand in one order: the chips in theirs, then the time, the
//! selection, the order, the columns, the zone. What is as on a plain `/events` is left out.

use std::fmt::Write as _;

pub use crate::filter::{Matching, NotSent};
use crate::{
    event::Event,
    filter::{Chip, Filter},
    moment::Moment,
    range::{Range, Span},
};

/// What the list shows, and how. The default is the plain `/events`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// What is looked for.
    pub filter: Filter,
    /// Which time is looked at.
    pub range: Range,
    /// A part of the time that is marked in the chart: the rows show it, the chart stays as it is.
    /// As in a range, the end is not in it.
    pub selection: Option<(Moment, Moment)>,
    /// What comes first.
    pub order: Order,
    /// Which columns are shown; `None` for those that the reader is used to.
    pub columns: Option<Columns>,
    /// In which zone times are shown; `None` for the one that the reader is used to.
    pub zone: Option<ZoneChoice>,
}

/// What the server sorts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// The fields that authentik really sorts by, and that a reader may want; others it ignores
/// without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderBy {
    /// When the event was stored.
    Created,
    /// The action's wire value.
    Action,
    /// The app.
    App,
    /// The address of the client, by value.
    ClientIp,
    /// When the server drops the event.
    Expires,
}

/// A column beside the time, which is always there and always the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// What happened, as tile and label.
    Action,
    /// The sentence.
    Event,
    /// Who did it.
    User,
    /// From where, with country and network.
    ClientIp,
    /// What wrote it.
    App,
    /// The brand.
    Brand,
    /// When the server drops it.
    Expires,
}

/// Columns from left to right, each at most once, the sentence always among them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Columns(Vec<Column>);

/// In which zone times are shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ZoneChoice {
    /// That of the browser.
    Local,
    /// UTC.
    Utc,
    /// One by its IANA name, as in `Europe/Berlin`; whether it is known only the browser can say.
    Named(ZoneName),
}

/// The name of a zone: letters, digits and `_+-/`, at most 64.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ZoneName(String);

impl Default for Order {
    fn default() -> Self {
        Self {
            by: OrderBy::Created,
            descending: true,
        }
    }
}

impl Order {
    /// The value of `ordering`. Among equals the newest come first.
    pub fn parameter(self) -> String {
        let sign = if self.descending { "-" } else { "" };
        match self.by {
            OrderBy::Created => format!("{sign}created"),
            by => format!("{sign}{},-created", by.name()),
        }
    }
}

impl Order {
    /// What lies above an event and below it, as in "Newer" and "Older".
    pub fn ways(self) -> [&'static str; 2] {
        match (self.by, self.descending) {
            (OrderBy::Created, true) => ["Newer", "Older"],
            (OrderBy::Created, false) => ["Older", "Newer"],
            _ => ["Previous", "Next"],
        }
    }
}

impl OrderBy {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::Created,
        Self::Action,
        Self::App,
        Self::ClientIp,
        Self::Expires,
    ];
    /// As authentik calls the field.
    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Action => "action",
            Self::App => "app",
            Self::ClientIp => "client_ip",
            Self::Expires => "expires",
        }
    }
}

impl Column {
    /// All, in the order of menus.
    pub const ALL: [Self; 7] = [
        Self::Action,
        Self::Event,
        Self::User,
        Self::ClientIp,
        Self::App,
        Self::Brand,
        Self::Expires,
    ];
    /// Its head.
    pub fn label(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::Event => "Event",
            Self::User => "User",
            Self::ClientIp => "Client IP",
            Self::App => "App",
            Self::Brand => "Brand",
            Self::Expires => "Expires",
        }
    }
    /// Its name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Event => "event",
            Self::User => "user",
            Self::ClientIp => "ip",
            Self::App => "app",
            Self::Brand => "brand",
            Self::Expires => "expires",
        }
    }
    /// What sorting by it asks the server for; `None` where the server cannot.
    pub fn order(self) -> Option<OrderBy> {
        match self {
            Self::Action => Some(OrderBy::Action),
            Self::ClientIp => Some(OrderBy::ClientIp),
            Self::App => Some(OrderBy::App),
            Self::Expires => Some(OrderBy::Expires),
            // Users and brands are objects, which the server sorts by their first key.
            Self::Event | Self::User | Self::Brand => None,
        }
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self(vec![
            Column::Action,
            Column::Event,
            Column::User,
            Column::ClientIp,
            Column::App,
        ])
    }
}

impl Columns {
    /// Takes columns in their order. One that comes again is left out; the sentence comes last if
    /// it is missing.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        let mut kept: Vec<Column> = Vec::new();
        for column in columns.into_iter().chain([Column::Event]) {
            if !kept.contains(&column) {
                kept.push(column);
            }
        }
        Self(kept)
    }
    /// From left to right.
    pub fn all(&self) -> &[Column] {
        &self.0
    }
    /// Whether it is shown.
    pub fn has(&self, column: Column) -> bool {
        self.0.contains(&column)
    }
    /// Reads `action,event,user`; names that are none are left out.
    pub fn parse(text: &str) -> Self {
        let known = |name: &str| Column::ALL.into_iter().find(|column| column.name() == name);
        Self::new(text.split(',').filter_map(known))
    }
    /// What [`parse`](Self::parse) reads.
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|column| column.name()).collect();
        names.join(",")
    }
}

impl ZoneName {
    /// Takes a name; `None` for what no zone is called.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"_+-/".contains(&letter);
        let is_other = ["", "local", "utc"].contains(&text.to_ascii_lowercase().as_str());
        (text.len() <= 64 && !is_other && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }
    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl ZoneChoice {
    /// Reads `local`, `utc` or a name.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "local" => Some(Self::Local),
            "utc" => Some(Self::Utc),
            _ => ZoneName::parse(text).map(Self::Named),
        }
    }
    /// The same for readers elsewhere: the browser's own zone, `local`, by its name.
    pub fn named(&self, local: &str) -> Self {
        match self {
            Self::Local => ZoneName::parse(local).map_or(Self::Utc, Self::Named),
            Self::Utc | Self::Named(_) => self.clone(),
        }
    }
    /// What [`parse`](Self::parse) reads.
    pub fn text(&self) -> &str {
        match self {
            Self::Local => "local",
            Self::Utc => "utc",
            Self::Named(zone) => zone.name(),
        }
    }
}

// The address.

impl Listing {
    /// The query of its address, without the question mark; empty for the default. Read back with
    /// [`from_query`](Self::from_query) it is the same listing.
    pub fn to_query(&self) -> String {
        let mut parameters = self.filter.parameters();
        match self.range {
            range if range == Range::default() => {}
            Range::Last(span) => parameters.push(("range", span.text())),
            Range::All => parameters.push(("range", ALL.to_owned())),
            Range::Between { from, to } => {
                // A range that is open on both sides would be no range at all.
                if from > Moment::EARLIEST || to >= Moment::LATEST {
                    parameters.push(("from", from.rfc3339()));
                }
                if to < Moment::LATEST {
                    parameters.push(("to", to.rfc3339()));
                }
            }
        }
        if let Some((from, to)) = self.selection {
            let selection = format!("{}/{}", from.rfc3339(), to.rfc3339());
            parameters.push(("selection", selection));
        }
        if self.order != Order::default() {
            let sign = if self.order.descending { "-" } else { "" };
            parameters.push(("order", format!("{sign}{}", self.order.by.name())));
        }
        if let Some(columns) = &self.columns {
            parameters.push(("columns", columns.text()));
        }
        if let Some(zone) = &self.zone {
            parameters.push(("zone", zone.text().to_owned()));
        }
        written(&parameters)
    }

    /// Reads the query of an address, with or without its question mark. Total: what is not
    /// understood is left out, so that an address edited by hand still shows a list.
    pub fn from_query(query: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        let mut listing = Self::default();
        let (mut from, mut to) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if listing.filter.chips.len() < MOST_CHIPS
                && let Some(chip) = Chip::from_parameter(&name, &value)
            {
                listing.filter.chips.push(chip);
                continue;
            }
            match name.as_ref() {
                "range" if value == ALL => listing.range = Range::All,
                "range" => listing.range = Span::parse(&value).map_or(listing.range, Range::Last),
                "from" => from = Moment::parse(&value),
                "to" => to = Moment::parse(&value),
                "selection" => listing.selection = selection(&value),
                "order" => listing.order = order(&value).unwrap_or(listing.order),
                "columns" => listing.columns = Some(Columns::parse(&value)),
                "zone" => listing.zone = ZoneChoice::parse(&value),
                _ => {}
            }
        }
        let (from, to) = match (from, to) {
            (None, None) => return listing,
            (from, to) => (
                from.unwrap_or(Moment::EARLIEST),
                to.unwrap_or(Moment::LATEST),
            ),
        };
        listing.range = Range::Between {
            from: from.min(to),
            to: from.max(to),
        };
        listing
    }

    /// The same rows for whoever opens it at any time: a range that goes with the clock ends now.
    pub fn absolute(&self, now: Moment) -> Self {
        Self {
            range: self.range.absolute(now),
            ..self.clone()
        }
    }
}

const ALL: &str = "all";

/// An address from outside makes no more chips than this.
const MOST_CHIPS: usize = 100;

fn selection(text: &str) -> Option<(Moment, Moment)> {
    let (from, to) = text.split_once('/')?;
    let (from, to) = (Moment::parse(from)?, Moment::parse(to)?);
    (from < to).then_some((from, to))
}

fn order(text: &str) -> Option<Order> {
    let name = text.strip_prefix('-');
    let by = OrderBy::ALL
        .into_iter()
        .find(|by| by.name() == name.unwrap_or(text))?;
    Some(Order {
        by,
        descending: name.is_some(),
    })
}

/// Parameters as a query that people can read: what an address may hold stays as it is.
fn written(parameters: &[(&'static str, String)]) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            // Browsers leave these as they are in a query, so that the address reads back the same.
            if byte.is_ascii_alphanumeric() || b"-._~!*,:/@".contains(&byte) {
                query.push(char::from(byte));
            } else if byte == b' ' {
                query.push('+');
            } else {
                // Writing to a string does not fail.
                let _ = write!(query, "%{byte:02X}");
            }
        }
    }
    query
}

// The request.

impl Listing {
    /// Every event there is.
    pub fn everything() -> Self {
        Self {
            range: Range::All,
            ..Self::default()
        }
    }

    /// What of it changes which rows there are, and not only how they look.
    pub fn question(&self) -> Self {
        Self {
            columns: None,
            zone: None,
            ..self.clone()
        }
    }

    /// Whether an event that happens now would be among the rows.
    pub fn reaches_now(&self) -> bool {
        match (self.selection, self.range) {
            (Some(_), _) => false,
            (None, Range::Between { to, .. }) => to >= Moment::LATEST,
            (None, Range::Last(_) | Range::All) => true,
        }
    }

    /// What is asked for the rows: the filter and the time, the selection where there is one. Ask
    /// all pages of one list with the same `now`.
    pub fn request(&self, now: Moment) -> Matching {
        Matching::of(&self.filter, self.shown(now))
    }

    /// What is asked for the chart, and how many days back it goes (at most 90): the filter and
    /// the whole range, whatever is selected.
    pub fn volume_request(&self, now: Moment) -> (Matching, u32) {
        let (from, to) = self.range.bounds(now);
        let history = from.map_or(i64::MAX, |from| now.ms().saturating_sub(from.ms()));
        let days = history.saturating_add(DAY_MS - 1).div_euclid(DAY_MS);
        let days = u32::try_from(days.clamp(1, i64::from(LONGEST_HISTORY_DAYS)))
            .unwrap_or(LONGEST_HISTORY_DAYS);
        // Whole days up to now need no bounds: the server counts back from now by itself.
        let whole = to.is_none() && history.rem_euclid(DAY_MS) == 0;
        // Otherwise a day more, because the server's clock may be ahead of ours.
        let days = if whole { days } else { days + 1 }.min(LONGEST_HISTORY_DAYS);
        let bounds = if whole { (None, None) } else { (from, to) };
        (Matching::of(&self.filter, bounds), days)
    }

    /// Whether an event lies in the time that the rows show. The server compares whole seconds, so
    /// that it may answer a little more at the ends. An event without a time is never left out.
    pub fn holds(&self, event: &Event, now: Moment) -> bool {
        let (from, to) = self.shown(now);
        event.created.is_none_or(|created| {
            from.is_none_or(|from| from <= created) && to.is_none_or(|to| created < to)
        })
    }

    fn shown(&self, now: Moment) -> (Option<Moment>, Option<Moment>) {
        match self.selection {
            Some((from, to)) => (Some(from), Some(to)),
            None => self.range.bounds(now),
        }
    }
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The volume goes no further back.
const LONGEST_HISTORY_DAYS: u32 = 90;

#[cfg(test)]
mod tests;
