//! One event to take away: into a ticket, a spreadsheet, a shell, a rule of authentik.

use super::{
    copy::markdown as plain,
    csv,
    redact::{self, LEFT_OUT},
};
use crate::{
    api::ApiBase,
    event::{
        Event, EventId, ModelRef,
        detail::{LogLine, Section, detail},
        diff,
        facts::{Fact, Label, Value, facts},
        request_text, stack,
        summary::sentence,
    },
    filter::Chip,
    moment::offset_name,
    ql::{Expression, Field, Operator, Root},
    range::Zone,
    text::{Untrusted, size_name},
};

/// What a copy for people holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// Secrets and the bodies of mails are left out.
    LeftOut,
    /// Nothing is left out.
    Kept,
}

/// Contexts larger than this are named and not written, in bytes: no ticket takes them.
const LONGEST: usize = 50_000;

/// An event as Markdown: its sentence, all facts, what the page says of it, its context, and `link`
/// to come back.
pub fn markdown(event: &Event, link: &Untrusted, zone: Zone<'_>, secrets: Secrets) -> Untrusted {
    let writer = Writer { zone, secrets };
    let mut out = format!("## {}\n", writer.text(&sentence(event).visible()));
    let wire = event.action.wire();
    let mut rows = vec![(
        "Action".to_owned(),
        format!(
            "{} ({})",
            plain(&event.label().visible()),
            plain(&wire.visible())
        ),
    )];
    let groups = facts(event);
    rows.extend(
        groups
            .iter()
            .flat_map(|group| &group.facts)
            .map(|fact| writer.fact(fact)),
    );
    out.push_str(&table(&rows));
    for section in detail(event) {
        out.push_str(&writer.section(&section));
    }
    out.push_str(&writer.context(event));
    out.push_str(&format!("\n{}\n", link.visible()));
    Untrusted::new(out)
}

struct Writer<'a> {
    zone: Zone<'a>,
    secrets: Secrets,
}

impl Writer<'_> {
    fn clean(&self, text: &str) -> String {
        match self.secrets {
            Secrets::LeftOut => redact::sentence(text),
            Secrets::Kept => text.to_owned(),
        }
    }

    fn text(&self, text: &str) -> String {
        plain(&self.clean(text))
    }

    fn fact(&self, fact: &Fact) -> (String, String) {
        let label = match &fact.label {
            Label::Ours(label) => (*label).to_owned(),
            Label::Theirs(key) => key.visible(),
        };
        let is_secret = match &fact.label {
            Label::Ours(label) => redact::names_secret(label) && holds_data(fact),
            Label::Theirs(key) => redact::names_secret(key.original()),
        };
        let value = match self.secrets {
            Secrets::LeftOut if is_secret => LEFT_OUT.to_owned(),
            Secrets::LeftOut | Secrets::Kept => self.values(fact),
        };
        (plain(&label), value)
    }

    fn values(&self, fact: &Fact) -> String {
        let line: Vec<String> = fact
            .value
            .iter()
            .filter_map(|value| self.value(value))
            .collect();
        let notes = fact.notes.iter().filter_map(|value| self.value(value));
        let mut parts = vec![line.join(" ")];
        parts.extend(notes);
        parts.retain(|part| !part.is_empty());
        parts.join("; ")
    }

    /// `None` for what is a picture, or true only while one looks at it.
    fn value(&self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Words(words) => self.text(words),
            Value::Absent(words) | Value::Pill(_, words) => (*words).to_owned(),
            Value::Text(text) | Value::Code(text) | Value::Path(text) | Value::Badge(text) => {
                self.text(&text.visible())
            }
            Value::Link(text, _) | Value::Admin(text, _) => self.text(&text.visible()),
            Value::Marked(runs, _) => {
                let text: String = runs.iter().map(|run| run.text.as_str()).collect();
                self.text(&text)
            }
            Value::At(at) => {
                let offset = (self.zone)(*at);
                let local = at.local(offset).replace('T', " ");
                format!("{local} {} ({})", offset_name(offset), at.rfc3339())
            }
            Value::Flag(_) | Value::FromNow(_) => return None,
        })
    }

    fn section(&self, section: &Section) -> String {
        match section {
            Section::Fields { title, rows } => {
                let rows: Vec<_> = rows.iter().map(|fact| self.fact(fact)).collect();
                format!("\n### {title}\n{}", table(&rows))
            }
            Section::Object { title, model, .. } => {
                let title = match title {
                    Label::Ours(label) => (*label).to_owned(),
                    Label::Theirs(key) => key.visible(),
                };
                format!("\n### {}\n\n{}\n", plain(&title), plain(&object(model)))
            }
            Section::Changes(changes) => {
                let text = self.clean(diff::as_text(changes).original());
                format!("\n### Changes\n{}", fenced("", &text))
            }
            Section::Exceptions(reports) => {
                let text = self.clean(stack::as_text(reports).original());
                format!("\n### Exception\n{}", fenced("", &text))
            }
            Section::Code { title, text, .. } => {
                format!(
                    "\n### {title}\n{}",
                    fenced("", &self.clean(text.original()))
                )
            }
            Section::Log { lines, .. } => {
                let lines: String = lines.iter().map(|line| self.log_line(line)).collect();
                format!("\n### Log\n{}", fenced("", &lines))
            }
            Section::Mail(mail) => match self.secrets {
                Secrets::LeftOut => format!("\n### Text of the email\n\n{LEFT_OUT}\n"),
                Secrets::Kept => format!(
                    "\n### Text of the email\n{}",
                    fenced("", mail.text.original())
                ),
            },
            Section::Note { text, .. } => format!("\n> {}\n", self.text(&text.visible())),
        }
    }

    fn log_line(&self, line: &LogLine) -> String {
        let at = line.at.map_or_else(String::new, |at| at.rfc3339() + " ");
        let level = line
            .level
            .as_ref()
            .map_or_else(String::new, |level| format!("{} ", level.visible()));
        let text = self.clean(&line.text.visible());
        format!("{at}{level}{text}\n")
    }

    fn context(&self, event: &Event) -> String {
        if event.context.is_empty() {
            return String::new();
        }
        let size = event.context.text().as_str().len();
        if size > LONGEST {
            let size = size_name(size);
            return format!("\n### Context\n\n{size}, not written here.\n");
        }
        let context = match self.secrets {
            Secrets::LeftOut => redact::context(event),
            Secrets::Kept => event.context.text().clone(),
        };
        format!("\n### Context\n{}", fenced("json", &context.pretty()))
    }
}

/// Whether a fact holds a text that somebody else wrote.
fn holds_data(fact: &Fact) -> bool {
    let data = |value: &Value| matches!(value, Value::Text(_) | Value::Code(_) | Value::Path(_));
    fact.value.iter().chain(&fact.notes).any(data)
}

fn object(model: &ModelRef) -> String {
    let (kind, title, key) = (model.kind(), model.title(), &model.pk);
    format!("{} {} ({})", kind.visible(), title.visible(), key.visible())
}

fn table(rows: &[(String, String)]) -> String {
    let mut out = "\n| Fact | Value |\n| --- | --- |\n".to_owned();
    for (label, value) in rows {
        out.push_str(&format!("| {label} | {value} |\n"));
    }
    out
}

/// A block of code whose fence is longer than any row of backticks in the text, so that the text
/// cannot end it.
fn fenced(language: &str, text: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    let text = Untrusted::new(text.trim_end()).visible_lines();
    format!("\n{fence}{language}\n{text}\n{fence}\n")
}

/// An event as one line for a spreadsheet, in the columns of exported files and guarded as they are.
pub fn csv_row(event: &Event, zone: Zone<'_>) -> Untrusted {
    let mut out = String::new();
    csv::event(event, zone, &mut out);
    Untrusted::new(out.trim_end())
}

/// A command that asks the server for an event; the token comes from `$AUTHENTIK_TOKEN`.
pub fn curl(base: &ApiBase, id: EventId) -> Untrusted {
    let address = base.url(&format!("events/events/{id}/"));
    Untrusted::new(request_text::as_text(&request_text::get(&address)))
}

/// A query that events of this kind match: the same action, app and type of object. For the field
/// "Query" of an event matcher policy, which notification rules of authentik use.
///
/// # Errors
/// Why no query can say it.
pub fn rule(event: &Event) -> Result<String, String> {
    let mut parts = vec![Chip::action(&event.action).expression()?];
    if !event.app.is_empty() {
        parts.push(Chip::app(&event.app).expression()?);
    }
    if let Some(model) = event.context.model(&["model"]) {
        for (key, value) in [("app", &model.app), ("model_name", &model.model_name)] {
            let field = Field::inside(Root::Context, ["model", key]).map_err(|why| why.words())?;
            parts.push(Expression::compare(field, Operator::Is, value.original()));
        }
    }
    Ok(Expression::all(parts).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(fields: &str) -> Event {
        let id = r#""pk":"f6e33af7-10b9-466d-b649-8abeb23e408f""#;
        Event::read(&format!("{{{id},{fields}}}")).unwrap()
    }

    fn failed() -> Event {
        event(
            r#""user":{"pk":7,"username":"mia|wong","email":""},"action":"login_failed","app":"authentik.events.signals",
            "context":{"username":"mia","password":"hunter2","http_request":{"path":"/?token=abc","args":{"code":"xyz"},"method":"GET","request_id":"8f1"}},
            "client_ip":"10.0.0.1","created":"2026-11-22T01:00:00.5Z","expires":"2027-11-22T01:00:00Z","brand":{}"#,
        )
    }

    #[test]
    fn markdown_says_everything_but_secrets() {
        let said = |secrets| {
            let text = markdown(
                &failed(),
                &Untrusted::new("https://e.example/events/1"),
                &|_| 60,
                secrets,
            );
            text.original().to_owned()
        };
        let text = said(Secrets::LeftOut);
        assert!(text.starts_with("## "), "{text}");
        for part in [
            "| Action | Login failed (login\\_failed) |",
            "| User | mia\\|wong",
            "2026-11-22 02:00:00 UTC+1 (2026-11-22T01:00:00.5",
            "| code | (left out) |",
            "\"password\": \"(left out)\"",
            "### Context",
            "\nhttps://e.example/events/1\n",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        for secret in ["hunter2", "abc", "xyz"] {
            assert!(!text.contains(secret), "{secret}\n{text}");
            assert!(said(Secrets::Kept).contains(secret), "{secret}");
        }
    }

    #[test]
    fn nothing_ends_a_block_of_code_early() {
        let event = event(
            r#""action":"property_mapping_exception","context":{"expression":"````\n# no head"}"#,
        );
        let text = markdown(&event, &Untrusted::default(), &|_| 0, Secrets::LeftOut);
        let block = "\n`````\n````\n# no head\n`````\n";
        assert!(text.original().contains(block), "{}", text.original());
    }

    #[test]
    fn large_contexts_are_named_and_not_written() {
        let long = "x".repeat(60_000);
        let event = event(&format!(
            r#""action":"custom_x","context":{{"a":"{long}"}}"#
        ));
        let text = markdown(&event, &Untrusted::default(), &|_| 0, Secrets::LeftOut);
        assert!(text.original().contains("not written here"));
    }

    #[test]
    fn a_row_is_one_line_and_the_command_holds_no_token() {
        let row = csv_row(&failed(), &|_| 0);
        assert_eq!(row.original().lines().count(), 1);
        let base = ApiBase::parse("https://id.example").unwrap();
        assert_eq!(
            curl(&base, failed().id).original(),
            "curl \\\n  'https://id.example/api/v3/events/events/f6e33af7-10b9-466d-b649-8abeb23e408f/' \\\n  -H \"Authorization: Bearer $AUTHENTIK_TOKEN\""
        );
    }

    #[test]
    fn a_rule_matches_events_of_the_kind() {
        assert_eq!(
            rule(&failed()).unwrap(),
            r#"action = "login_failed" and app = "authentik.events.signals""#
        );
        let updated = event(
            r#""action":"model_updated","app":"authentik.events.middleware","context":{"model":{"pk":"1","name":"G","app":"authentik_core","model_name":"application"}}"#,
        );
        assert_eq!(
            rule(&updated).unwrap(),
            r#"action = "model_updated" and app = "authentik.events.middleware" and context.model.app = "authentik_core" and context.model.model_name = "application""#
        );
        let quoting = event(r#""action":"x\" or \"","app":"""#);
        let query = rule(&quoting);
        assert!(query.is_err() || !query.unwrap().contains("\" or \""));
    }
}
