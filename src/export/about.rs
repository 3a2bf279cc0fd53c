//! The file beside an export, which says what it is.

use super::{Format, run::Run};
use crate::{
    api::ApiBase,
    moment::{Moment, offset_name},
};

use crate::range::Zone;

/// What an export was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The name of the file.
    pub file: String,
    /// What it is written as.
    pub format: Format,
    /// Where the events are from.
    pub server: ApiBase,
    /// What was looked for, in words.
    pub filter: String,
    /// Which time, in words.
    pub range: String,
    /// The question as it was sent, without page numbers: path and query.
    pub request: String,
    /// The name of the zone.
    pub zone: String,
    /// When it began.
    pub started: Moment,
}

impl About {
    /// The name of the file that holds this.
    pub fn file_name(&self) -> String {
        format!("{}.about.txt", self.file)
    }

    /// The text.
    pub fn text(&self, run: &Run, ended: Moment, zone: Zone<'_>) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let time = |at: Moment| {
            let offset = zone(at);
            format!(
                "{} ({}, {})",
                at.rfc3339(),
                at.full(offset),
                offset_name(offset)
            )
        };
        let mut text = format!("authentik events, exported with Eventide {version}\n\n");
        for (label, value) in [
            ("File", self.file.clone()),
            ("Server", self.server.as_str().to_owned()),
            ("Filter", self.filter.clone()),
            ("Range", self.range.clone()),
            ("Time zone", self.zone.clone()),
            ("Request", format!("GET {}", self.request)),
            ("Began", time(self.started)),
            ("Ended", time(ended)),
        ] {
            // What somebody typed may hold an end of a line, and must not begin a line of ours.
            let value = crate::text::Untrusted::new(value).visible();
            text.push_str(&format!("{:11}{value}\n", format!("{label}:")));
        }
        text.push('\n');
        for sentence in run.summary() {
            text.push_str(&sentence);
            text.push('\n');
        }
        text.push('\n');
        text.push_str(match self.format {
            Format::Csv => CSV,
            Format::Ndjson | Format::Json => LOSSLESS,
        });
        text.push_str(WHOLE);
        text
    }
}

const CSV: &str = "The file is CSV (RFC 4180, UTF-8 with a byte order mark).\n\
    A cell that a spreadsheet might take for a formula has an apostrophe (') in front that is not part of it.\n\
    The column “Event” and the labels are Eventide's words; everything else is the server's.\n";
const LOSSLESS: &str = "Each event is as the server sent it: numbers, key order and repeated keys are kept, \
    white space between values is not.\n";
const WHOLE: &str = "Events are whole. They may hold personal data, texts of emails with links that still work, \
    and secrets that somebody wrote into them.\n";
