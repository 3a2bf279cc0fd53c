//! Events as files and as copies.
//!
//! A file holds events as the server sent them, whole: NDJSON and JSON to the last digit, CSV with
//! the context as JSON in its last column. What the file is, how it came about and what is missing
//! stands in a second file beside it (`….about.txt`), for all formats alike: a line of comment is a
//! row to most readers of CSV, a first record that is no event is counted as one, and a list that
//! is inside an object is no list.
//!
//! Nothing here keeps what it wrote: text comes in pieces, and the caller hands each on.

pub mod about;
pub mod copy;
mod csv;
mod redact;
pub mod run;
pub mod single;

use crate::{
    api::page::Row,
    event::{Event, ModelRef},
    json::JsonText,
    moment::Moment,
    range::Zone,
};

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A table for spreadsheets.
    #[default]
    Csv,
    /// One event a line.
    Ndjson,
    /// One list.
    Json,
}

impl Format {
    /// All, in the order of the dialog.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Ndjson, Self::Json];

    /// The ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
        }
    }
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
            Self::Json => "application/json",
        }
    }
    /// What the dialog calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
            Self::Json => "JSON",
        }
    }
    /// What it is good for, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Csv => {
                "A table for spreadsheets: times, the sentence, user, address, object, and the whole context in the last column."
            }
            Self::Ndjson => "One event a line, exactly as the server sent it.",
            Self::Json => "One list of events, exactly as the server sent them.",
        }
    }
}

/// Writes events in one format, piece by piece.
#[derive(Debug, Clone)]
pub struct Writer {
    format: Format,
    /// What the zone of the second time column is called.
    zone: String,
    begun: bool,
}

impl Writer {
    /// Nothing is written yet. `zone` is the name of the zone, as in `Europe/Berlin`.
    pub fn new(format: Format, zone: impl Into<String>) -> Self {
        Self {
            format,
            zone: zone.into(),
            begun: false,
        }
    }

    /// Adds a row. What is no event is written as the server sent it; CSV says why it is none.
    /// Where the server sent nothing there is nothing to write.
    pub fn row(&mut self, row: &Row, zone: Zone<'_>, out: &mut String) {
        if matches!(row, Row::LeftOut { .. }) {
            return;
        }
        let first = self.begin(out);
        match (self.format, row) {
            (Format::Csv, Row::Event(event)) => csv::event(event, zone, out),
            (Format::Csv, Row::Unreadable { raw, reason }) => {
                csv::unreadable(raw.original(), reason, out);
            }
            (_, Row::LeftOut { .. }) => {}
            (Format::Json | Format::Ndjson, row) => {
                if self.format == Format::Json && !first {
                    out.push_str(",\n");
                }
                out.push_str(&match row {
                    Row::Event(event) => one_line(&event.raw),
                    Row::Unreadable { raw, .. } => match JsonText::parse(raw.original()) {
                        Ok(json) => one_line(&json),
                        Err(_) => crate::json::quoted(raw.original()),
                    },
                    Row::LeftOut { .. } => String::new(),
                });
                if self.format == Format::Ndjson {
                    out.push('\n');
                }
            }
        }
    }

    /// Ends the file.
    pub fn end(&mut self, out: &mut String) {
        let empty = self.begin(out);
        if self.format == Format::Json {
            out.push_str(if empty { "]\n" } else { "\n]\n" });
        }
    }

    /// Writes what stands before all rows, once.
    fn begin(&mut self, out: &mut String) -> bool {
        let first = !std::mem::replace(&mut self.begun, true);
        if first {
            match self.format {
                Format::Csv => csv::head(&self.zone, out),
                Format::Json => out.push_str("[\n"),
                Format::Ndjson => {}
            }
        }
        first
    }
}

/// A value without white space between its parts, and without a character that some reader takes
/// for the end of a line; the same value otherwise, to the last digit.
pub fn one_line(json: &JsonText) -> String {
    let text = json.compact();
    if !text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return text;
    }
    text.replace('\u{85}', "\\u0085")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The object that an event is about: what was changed, or the first object that its context
/// refers to.
fn object(event: &Event) -> Option<ModelRef> {
    let context = &event.context;
    let mut referred = context
        .entries()
        .filter_map(|(_, node)| ModelRef::read(node));
    context.model(&["model"]).or_else(|| referred.next())
}

/// The name of a file: `events_id.example.com_20261115-1432_20261122-1432_UTC+1.csv`. Only letters,
/// digits and `.-_+` of `host` and `zone` get into it.
pub fn file_name(
    host: &str,
    (from, to): (Option<Moment>, Moment),
    zone_name: &str,
    zone: Zone<'_>,
    format: Format,
) -> String {
    let plain = |text: &str| -> String {
        let letters = text.chars().map(|letter| {
            let fits = letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+');
            if fits { letter } else { '-' }
        });
        letters.take(60).collect()
    };
    let time = |at: Moment| {
        let digits: String = at
            .local(zone(at))
            .chars()
            .filter(|letter| *letter != '-' && *letter != ':')
            .collect();
        digits
            .replace('T', "-")
            .chars()
            .take(13)
            .collect::<String>()
    };
    format!(
        "events_{}_{}_{}_{}.{}",
        plain(host).trim_matches('.'),
        from.map_or_else(|| "start".to_owned(), time),
        time(to),
        plain(zone_name),
        format.ending()
    )
}

#[cfg(test)]
mod tests;
