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

/// Keeps two letters apart without being seen.
const APART: char = '\u{200b}';

/// A text in which Markdown sees no markup, no link, no mention, no number of an issue and no end of
/// a cell.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => out.push('\\'),
            // Behind a letter or digit it belongs to an address.
            '@' if !before.is_alphanumeric() => out.push(APART),
            '/' if out.ends_with(':') => {
                out.pop();
                out.push_str("\\:");
            }
            // Chats and forges make links of words alone.
            '.' if ends_with(&out, "www") => out.push('\\'),
            ':' if ends_with(&out, "mailto") || ends_with(&out, "xmpp") => out.push('\\'),
            '-' if ends_with(&out, "gh") => out.push(APART),
            '0'..='9' if before == '#' => out.push(APART),
            _ => {}
        }
        match letter {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            // `:name:` is a picture.
            ':' if !before.is_alphanumeric() => out.extend([':', APART]),
            letter => out.push(letter),
        }
        before = letter;
    }
    out
}

/// Whether the last word is this one, in small letters or capitals.
fn ends_with(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    let parts = start.and_then(|start| text.split_at_checked(start));
    parts.is_some_and(|(before, end)| {
        end.eq_ignore_ascii_case(word) && !before.ends_with(char::is_alphanumeric)
    })
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

    #[test]
    fn words_that_forges_and_chats_act_on_are_taken_apart() {
        for (text, expected) in [
            ("Closes #12", "Closes \\#\u{200b}12"),
            ("a/b#1", "a/b\\#\u{200b}1"),
            ("GH-3 high-level", "GH\u{200b}-3 high-level"),
            ("WWW.x.example", "WWW\\.x.example"),
            ("mailto:a@b.example", "mailto\\:a@b.example"),
            (":ok: 10:20", ":\u{200b}ok: 10:20"),
            ("$x$", "\\$x\\$"),
            ("://", ":\u{200b}//"),
            ("https://x", "https\\://x"),
        ] {
            assert_eq!(markdown(text), expected, "{text}");
        }
    }
}
