//! Events on the clipboard.
//!
//! JSON and NDJSON are as the server sent them, to the last digit. Markdown and text are for
//! tickets and chats: they hold a line an event, no context and so no text of a mail, and what
//! looks like a secret in a sentence is left out.

use crate::{
    event::{
        Event,
        row::{RowCells, UserCell, row_cells},
        summary::sentence,
    },
    moment::offset_name,
    range::Zone,
    text::Untrusted,
};

use super::{one_line, redact};

/// What events are copied as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One list, indented.
    Json,
    /// One event a line.
    Ndjson,
    /// A table.
    Markdown,
    /// A line an event.
    Text,
}

impl Form {
    /// All, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Json, Self::Ndjson, Self::Markdown, Self::Text];

    /// What the menu calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Markdown => "Markdown",
            Self::Text => "Plain text",
        }
    }
}

/// Events in a form, in their order.
pub fn copied(events: &[&Event], form: Form, zone: Zone<'_>) -> Untrusted {
    Untrusted::new(match form {
        Form::Json => {
            let all: Vec<String> = events.iter().map(|event| event.raw.pretty()).collect();
            format!("[\n{}\n]\n", all.join(",\n"))
        }
        Form::Ndjson => events
            .iter()
            .map(|event| one_line(&event.raw) + "\n")
            .collect(),
        Form::Markdown => {
            let head = "| Time | Action | Event | User | Client IP | App |\n| --- | --- | --- | --- | --- | --- |\n";
            let rows = events.iter().map(|event| {
                let cells = Line::of(event, zone).cells().map(|cell| markdown(&cell));
                format!("| {} |\n", cells.join(" | "))
            });
            head.to_owned() + &rows.collect::<String>()
        }
        Form::Text => events
            .iter()
            .map(|event| {
                let line = Line::of(event, zone);
                let beside = [&line.user, &line.address].map(String::as_str);
                let beside: Vec<&str> =
                    beside.into_iter().filter(|text| !text.is_empty()).collect();
                format!("{}  {} ({})\n", line.time, line.sentence, beside.join(", "))
                    .replace(" ()\n", "\n")
            })
            .collect(),
    })
}

/// What is told of one event, as it would stand on a screen.
struct Line {
    time: String,
    action: String,
    sentence: String,
    user: String,
    address: String,
    app: String,
}

impl Line {
    fn of(event: &Event, zone: Zone<'_>) -> Self {
        let RowCells { user, source, app } = row_cells(event);
        let time = event.created.map(|at| {
            let offset = zone(at);
            format!(
                "{} {}",
                at.local(offset).replace('T', " "),
                offset_name(offset)
            )
        });
        Self {
            time: time.unwrap_or_else(|| "no time".to_owned()),
            action: event.label().visible(),
            sentence: redact::sentence(&sentence(event).visible()),
            user: match user {
                UserCell::Words(words) => words.to_owned(),
                UserCell::Account { name, other: None } => name.visible(),
                UserCell::Account {
                    name,
                    other: Some((word, other)),
                } => format!("{} {word} {}", name.visible(), other.visible()),
            },
            address: source.map_or_else(String::new, |source| source.address.visible()),
            app: app.visible(),
        }
    }

    fn cells(self) -> [String; 6] {
        [
            self.time,
            self.action,
            self.sentence,
            self.user,
            self.address,
            self.app,
        ]
    }
}

/// A text in which Markdown sees no markup, no link, no mention and no end of a cell.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => out.push('\\'),
            // Behind a letter or digit it belongs to an address.
            '@' if !before.is_alphanumeric() => {
                out.push('\u{200b}');
            }
            '/' if before == ':' => {
                out.pop();
                out.push_str("\\:");
            }
            _ => {}
        }
        match letter {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            letter => out.push(letter),
        }
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Event {
        Event::read(text).unwrap()
    }

    const LOGIN: &str = r#"{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","user":{"pk":7,"username":"mia|wong","email":""},"action":"login","app":"authentik.events.signals","context":{"n":1E400},"client_ip":"10.0.0.1","created":"2026-11-22T01:00:00.5Z","expires":"2027-11-22T01:00:00Z","brand":{}}"#;
    const MAIL: &str = r#"{"pk":"f6e33af7-10b9-466d-b649-8abeb23e4080","user":{},"action":"email_sent","app":"authentik.stages.email","context":{"message":"x","subject":"Reset","body":"<a href=https://id/?token=T0PSECRET>","to_email":["a@b.example"]},"client_ip":null,"created":"2026-11-22T02:00:00Z","expires":"2027-11-22T01:00:00Z","brand":{}}"#;

    fn copy(form: Form) -> String {
        let (login, mail) = (event(LOGIN), event(MAIL));
        copied(&[&login, &mail], form, &|_| 60)
            .original()
            .to_owned()
    }

    #[test]
    fn json_and_lines_keep_every_digit() {
        assert_eq!(copy(Form::Ndjson), format!("{LOGIN}\n{MAIL}\n"));
        let json = crate::json::JsonText::parse(&copy(Form::Json)).unwrap();
        assert_eq!(json.compact(), format!("[{LOGIN},{MAIL}]"));
    }

    #[test]
    fn a_table_is_one_line_an_event_and_holds_no_mail() {
        assert_eq!(
            copy(Form::Markdown),
            "| Time | Action | Event | User | Client IP | App |\n| --- | --- | --- | --- | --- | --- |\n\
             | 2026-11-22 02:00:00 UTC+1 | Login | mia\\|wong signed in | mia\\|wong | 10.0.0.1 | events.signals |\n\
             | 2026-11-22 03:00:00 UTC+1 | Email sent | Email “Reset” sent to a@b.example | no user |  | stages.email |\n"
        );
    }

    #[test]
    fn a_text_is_a_line_an_event() {
        assert_eq!(
            copy(Form::Text),
            "2026-11-22 02:00:00 UTC+1  mia|wong signed in (mia|wong, 10.0.0.1)\n\
             2026-11-22 03:00:00 UTC+1  Email “Reset” sent to a@b.example (no user)\n"
        );
    }

    #[test]
    fn markup_and_line_ends_of_others_do_nothing() {
        let hostile = LOGIN.replace("mia|wong", "x\\n| a | [b](https://c) `d` <img> @all");
        let event = event(&hostile);
        let table = copied(&[&event], Form::Markdown, &|_| 0);
        assert_eq!(table.original().lines().count(), 3);
        let row = table.original().lines().last().unwrap();
        assert!(!row.contains("[b](") && !row.contains("<img") && !row.contains(" @all"));
        assert!(!row.contains("https://"));
    }
}
