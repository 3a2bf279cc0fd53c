//! Comma-separated values as RFC 4180 has them, in UTF-8 with a byte order mark, because Excel
//! reads anything else as the machine's old code page.
//!
//! Every cell stands in quotes. A cell that a spreadsheet might take for a formula, a command or
//! another type gets an apostrophe in front; taking it away again gives the cell back, because a
//! cell that begins with such an apostrophe of its own gets another one.

use crate::{
    event::{Acting, Actor, Event, Severity, origin::Network, summary::sentence},
    moment::Moment,
    range::Zone,
    text::Untrusted,
};

use super::{object, one_line};

/// The columns; the second one is named after the zone.
const COLUMNS: [&str; 20] = [
    "Time (UTC)",
    "",
    "Action",
    "Label",
    "Severity",
    "Event",
    "User",
    "Acting",
    "Client IP",
    "Country",
    "Network",
    "App",
    "Object type",
    "Object",
    "Object ID",
    "Brand",
    "Event ID",
    "Expires (UTC)",
    "User (JSON)",
    "Context (JSON)",
];

pub(super) fn head(zone: &str, out: &mut String) {
    out.push('\u{feff}');
    line(
        COLUMNS.iter().map(|column| match *column {
            "" => format!("Time ({zone})"),
            column => column.to_owned(),
        }),
        out,
    );
}

pub(super) fn event(event: &Event, zone: Zone<'_>, out: &mut String) {
    let context = &event.context;
    let object = object(event);
    let text =
        |text: Option<&Untrusted>| text.map_or_else(String::new, |text| text.original().to_owned());
    let utc = |at: Option<Moment>| at.map_or_else(String::new, Moment::rfc3339);
    let of_object =
        |part: fn(&crate::event::ModelRef) -> &Untrusted| text(object.as_ref().map(part));
    let cells: [String; COLUMNS.len()] = [
        utc(event.created),
        event
            .created
            .map_or_else(String::new, |at| at.local(zone(at)).replace('T', " ")),
        event.action.wire().original().to_owned(),
        event.label().original().to_owned(),
        severity(event.action.severity()).to_owned(),
        sentence(event).visible(),
        text(event.actor.username()),
        acting(&event.actor),
        text(event.client_ip.as_ref()),
        text(context.string(&["geo", "country"]).as_ref()),
        text(Network::read(context).map(|network| network.name).as_ref()),
        event.app.original().to_owned(),
        of_object(|object| &object.model_name),
        of_object(|object| &object.name),
        of_object(|object| &object.pk),
        text(event.brand_name.as_ref()),
        event.id.to_string(),
        utc(event.expires),
        one_line(&event.user),
        one_line(context.text()),
    ];
    line(cells.into_iter(), out);
}

/// A row that is no event: the reason where the sentence would be, what was sent in the last cell.
pub(super) fn unreadable(raw: &str, reason: &str, out: &mut String) {
    let last = COLUMNS.len() - 1;
    line(
        (0..COLUMNS.len()).map(|column| match column {
            5 => format!("Could not be read: {reason}"),
            column if column == last => raw.to_owned(),
            _ => String::new(),
        }),
        out,
    );
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Routine => "routine",
        Severity::Change => "change",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// What stands beside the user: for whom, or in whose session.
fn acting(actor: &Actor) -> String {
    match actor {
        Actor::System => "no user".to_owned(),
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Unclear => "unclear".to_owned(),
        Actor::Person(person) => match &person.acting {
            Acting::AsSelf => String::new(),
            Acting::OnBehalfOf(other) => format!("as {}", other.original()),
            Acting::AuthenticatedAs(other) => format!("in the session of {}", other.original()),
            Acting::NotSignedIn => "not signed in".to_owned(),
        },
    }
}

fn line(cells: impl Iterator<Item = String>, out: &mut String) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        if may_be_formula(&cell) {
            out.push('\'');
        }
        for letter in cell.chars() {
            if letter == '"' {
                out.push('"');
            }
            out.push(letter);
        }
        out.push('"');
    }
    out.push_str("\r\n");
}

/// Whether the first character that counts is one that spreadsheets act on. What they skip before
/// it is skipped here: blanks of all kinds, quotes, and what cannot be seen.
pub(super) fn may_be_formula(cell: &str) -> bool {
    for letter in cell.chars() {
        match letter {
            '\t' | '\r' | '\n' => return true,
            // The second half are the full-width forms of the first.
            '=' | '+' | '-' | '@' | '|' | '%' => return true,
            '＝' | '＋' | '－' | '＠' | '｜' | '％' => return true,
            // Signs that are told from a minus or an equals sign by experts only.
            '\u{2212}' | '\u{fe63}' | '\u{fe62}' | '\u{fe66}' | '\u{fe6b}' | '\u{fe6a}' => {
                return true;
            }
            letter if is_skipped(letter) => {}
            _ => return false,
        }
    }
    false
}

fn is_skipped(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(
            letter,
            '"' | '\'' | '`' | '´' | '＂' | '＇'
                | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2018}'..='\u{201f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}
