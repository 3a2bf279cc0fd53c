//! Many events out of a file: one JSON object a line, or one list of objects.
//!
//! Each line is checked before anything is sent. Its mark is made of the file and the number of the
//! line, so a second run of the same file finds what the first one created, on any computer.

use uuid::Builder;

use super::{
    EventId, KnownAction,
    draft::{EventDraft, Expires, NewEvent},
    intent::{INTENT_KEY, Intent},
};
use crate::{
    json::{JsonText, Kind, Node, quoted},
    moment::Moment,
    text::Untrusted,
};

/// More lines than this are refused: whoever has more has a better tool.
pub const MOST: usize = 10_000;

/// A file that was read, and what became of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// In the order of the file.
    pub lines: Vec<Line>,
}

/// One event of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, from 1: the line, or the place in the list.
    pub number: usize,
    /// What became of it.
    pub state: State,
    intent: Intent,
    event: Option<NewEvent>,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It cannot be sent, and why.
    Faulty(Vec<String>),
    /// It can be sent.
    Ready,
    /// It was sent then, and nobody knows what became of it.
    Unclear(Moment),
    /// Created, now or by an earlier run.
    Created(EventId),
    /// The server said no, in its words.
    Refused(String),
}

/// How many lines are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Cannot be sent.
    pub faulty: usize,
    /// Still to be sent, or to be looked for.
    pub open: usize,
    /// Created.
    pub created: usize,
    /// Refused by the server.
    pub refused: usize,
}

impl Import {
    /// Reads and checks a file; `now` and the rest are as for [`EventDraft::check`].
    ///
    /// # Errors
    /// In words, when it holds no lines, too many, or is a broken list.
    pub fn read(
        text: &str,
        now: Moment,
        offset: i32,
        is_own_token: &dyn Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let seed = hashed(SEED, text.as_bytes());
        let line = |number: usize, json: Result<JsonText, String>| {
            let intent = intent(seed, number);
            let checked = json.map_err(|why| vec![why]).and_then(|json| {
                let mut draft = draft(json.tree().root())?;
                draft.intent = Some(intent);
                draft
                    .check(now, offset, is_own_token)
                    .map_err(|problems| problems.words())
            });
            let (state, event) = match checked {
                Ok(event) => (State::Ready, Some(event)),
                Err(why) => (State::Faulty(why), None),
            };
            Line {
                number,
                state,
                intent,
                event,
            }
        };
        let lines: Vec<Line> = if text.trim_start().starts_with('[') {
            let list = JsonText::parse(text)
                .map_err(|problem| format!("The list is broken: {problem}."))?;
            let tree = list.tree();
            let items = tree.root().children().take(MOST + 1).enumerate();
            items
                .map(|(at, item)| line(at + 1, Ok(item.json())))
                .collect()
        } else {
            let filled = text
                .lines()
                .enumerate()
                .filter(|(_, text)| !text.trim().is_empty());
            filled
                .take(MOST + 1)
                .map(|(at, text)| {
                    let json =
                        JsonText::parse(text).map_err(|problem| format!("No JSON: {problem}"));
                    line(at + 1, json)
                })
                .collect()
        };
        match lines.len() {
            0 => Err("The file holds no events.".to_owned()),
            count if count > MOST => {
                Err("The file holds more than 10,000 events. Split it.".to_owned())
            }
            _ => Ok(Self { lines }),
        }
    }

    /// How many lines are in which state.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for line in &self.lines {
            *match line.state {
                State::Faulty(_) => &mut counts.faulty,
                State::Ready | State::Unclear(_) => &mut counts.open,
                State::Created(_) => &mut counts.created,
                State::Refused(_) => &mut counts.refused,
            } += 1;
        }
        counts
    }

    /// The next lines that are still open, at most so many.
    pub fn open(&self, most: usize) -> Vec<&Line> {
        let open = |line: &&Line| matches!(line.state, State::Ready | State::Unclear(_));
        self.lines.iter().filter(open).take(most).collect()
    }

    /// Notes what became of the line that carries a mark.
    pub fn note(&mut self, intent: Intent, state: State) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.intent == intent) {
            line.state = state;
        }
    }

    /// One JSON object a line: its number, and its id, or what was wrong.
    pub fn result(&self) -> String {
        let line = |line: &Line| {
            let number = line.number;
            match &line.state {
                State::Created(id) => format!("{{\"line\":{number},\"pk\":\"{id}\"}}\n"),
                State::Faulty(why) => format!(
                    "{{\"line\":{number},\"error\":{}}}\n",
                    quoted(&why.join(" "))
                ),
                State::Refused(why) => format!("{{\"line\":{number},\"error\":{}}}\n", quoted(why)),
                State::Ready => format!("{{\"line\":{number},\"state\":\"not sent\"}}\n"),
                State::Unclear(_) => format!("{{\"line\":{number},\"state\":\"unclear\"}}\n"),
            }
        };
        self.lines.iter().map(line).collect()
    }
}

impl Line {
    /// Its mark.
    pub fn intent(&self) -> Intent {
        self.intent
    }
    /// What is to be sent; `None` for a faulty line.
    pub fn event(&self) -> Option<&NewEvent> {
        self.event.as_ref()
    }
}

/// The form that a line would fill.
fn draft(item: Node<'_>) -> Result<EventDraft, Vec<String>> {
    if item.kind() != Kind::Object {
        return Err(vec!["Not an object.".to_owned()]);
    }
    let mut draft = EventDraft::default();
    let mut wrong = Vec::new();
    let mut taken: Vec<Untrusted> = Vec::new();
    for member in item.children() {
        let Some(key) = member.key() else { continue };
        if let Err(why) = take(&mut draft, key.original(), member) {
            wrong.push(format!("{}: {why}", key.clipped(40)));
        }
        if taken.contains(&key) {
            wrong.push(format!("{} stands there twice.", key.clipped(40)));
        }
        taken.push(key);
    }
    let custom = KnownAction::CustomPrefix.wire();
    if let Some(name) = draft
        .action
        .strip_prefix(custom)
        .filter(|name| !name.is_empty())
    {
        draft.name = name.to_owned();
        custom.clone_into(&mut draft.action);
    }
    if wrong.is_empty() {
        Ok(draft)
    } else {
        Err(wrong)
    }
}

fn take(draft: &mut EventDraft, key: &str, member: Node<'_>) -> Result<(), &'static str> {
    let text = || match member.kind() {
        Kind::String => Ok(member.string().unwrap_or_default().into_owned()),
        Kind::Null => Ok(String::new()),
        _ => Err("must be a text."),
    };
    let object = || match member.kind() {
        Kind::Object => Ok(member.text().to_owned()),
        Kind::Null => Ok(String::new()),
        _ => Err("must be an object."),
    };
    match key {
        "action" => draft.action = text()?,
        "app" => draft.app = text()?,
        "client_ip" => draft.client_ip = text()?,
        "expires" => {
            draft.expires = match text()? {
                text if text.is_empty() => Expires::ServerDefault,
                text => Expires::At(text),
            }
        }
        "user" => draft.user = object()?,
        "brand" => draft.brand = object()?,
        "context" => {
            object()?;
            draft.context = without_mark(member);
        }
        // The server sets them; exports hold them.
        "pk" | "created" => {}
        _ => return Err("no field of an event."),
    }
    Ok(())
}

/// The context of an exported event may hold the mark that it was created with.
fn without_mark(context: Node<'_>) -> String {
    if context.get(INTENT_KEY).is_none() {
        return match context.kind() {
            Kind::Object => context.text().to_owned(),
            _ => String::new(),
        };
    }
    let members = context.children().filter_map(|member| {
        let key = member.key()?;
        (key.original() != INTENT_KEY)
            .then(|| format!("{}:{}", quoted(key.original()), member.text()))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn intent(seed: u128, number: usize) -> Intent {
    let bytes = hashed(seed, number.to_string().as_bytes()).to_be_bytes();
    Intent(Builder::from_custom_bytes(bytes).into_uuid())
}

/// Where FNV-1a of 128 bits begins, and what it multiplies by.
const SEED: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// FNV-1a: nobody gains anything by two files with the same marks but himself a lost event.
fn hashed(seed: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(seed, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Import {
        Import::read(text, Moment::from_ms(1_795_000_000_000), 0, &|text| {
            text.contains("tok-en")
        })
        .unwrap()
    }

    #[test]
    fn each_line_is_checked_before_anything_is_sent() {
        let import = read(concat!(
            "\u{feff}{\"action\":\"login\",\"app\":\"a\",\"context\":{\"n\":1.50}}\n",
            "\n",
            "{\"action\":\"login\"}\r\n",
            "{\"action\":\"zzz\",\"app\":\"a\"}\n",
            "{\"action\":\"login\",\"app\":\"a\",\"user\":[],\"colour\":1,\"app\":\"b\"}\n",
            "nonsense\n7\n",
        ));
        let states: Vec<(usize, bool)> = import
            .lines
            .iter()
            .map(|line| (line.number, line.state == State::Ready))
            .collect();
        assert_eq!(
            states,
            [
                (1, true),
                (3, false),
                (4, false),
                (5, false),
                (6, false),
                (7, false)
            ]
        );
        let body = import
            .lines
            .first()
            .unwrap()
            .event()
            .unwrap()
            .body()
            .to_owned();
        assert!(body.contains("\"n\":1.50"), "{body}");
        let State::Faulty(why) = &import.lines.get(3).unwrap().state else {
            panic!("ready");
        };
        assert_eq!(
            why,
            &[
                "user: must be an object.",
                "colour: no field of an event.",
                "app stands there twice."
            ]
        );
        assert_eq!(
            import.counts(),
            Counts {
                faulty: 5,
                open: 1,
                ..Counts::default()
            }
        );
    }

    #[test]
    fn a_list_is_read_as_lines_are_and_exports_come_back() {
        let import = read(
            r#" [{"pk":"1","created":"x","action":"custom_door","app":"a","user":{},"client_ip":null,"context":{"eventide_intent":"old","x":1},"brand":{},"expires":null}] "#,
        );
        let line = import.lines.first().unwrap();
        assert_eq!(line.state, State::Ready);
        let body = line.event().unwrap().body();
        assert!(
            body.contains("\"action\":\"custom_\"") && body.contains("\"event_name\":\"door\""),
            "{body}"
        );
        assert!(
            !body.contains("old") && body.contains(&line.intent().to_string()),
            "{body}"
        );
    }

    #[test]
    fn a_line_with_the_token_of_the_session_is_not_sent() {
        let import = read(concat!(
            "{\"action\":\"login\",\"app\":\"a\"}\n",
            "{\"action\":\"login\",\"app\":\"a\",\"context\":{\"note\":\"mine is tok-en\"}}\n",
        ));
        assert_eq!(import.lines.first().unwrap().state, State::Ready);
        let line = import.lines.last().unwrap();
        let State::Faulty(why) = &line.state else {
            panic!("ready");
        };
        assert!(
            why.concat()
                .starts_with("context: The token you signed in with is in here."),
            "{why:?}"
        );
        assert!(line.event().is_none());
    }

    #[test]
    fn marks_are_of_the_file_and_the_line() {
        let twice = "{\"action\":\"login\",\"app\":\"a\"}\n".repeat(2);
        let marks = |import: &Import| import.lines.iter().map(Line::intent).collect::<Vec<_>>();
        let first = read(&twice);
        assert_eq!(marks(&first), marks(&read(&twice)));
        let [one, two] = marks(&first).try_into().unwrap();
        assert_ne!(one, two);
        let other = read(&format!("{twice}{twice}"));
        assert!(
            marks(&other)
                .iter()
                .all(|mark| *mark != one && *mark != two)
        );
    }

    #[test]
    fn files_without_lines_or_with_too_many_are_refused() {
        let check = |text: &str, expected: &str| {
            let error = Import::read(text, Moment::from_ms(0), 0, &|_| false).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        };
        check("", "The file holds no events");
        check(" \n\n", "The file holds no events");
        check("[]", "The file holds no events");
        check("[{]", "The list is broken");
        check(&"{}\n".repeat(MOST + 1), "The file holds more than");
    }

    #[test]
    fn the_result_says_what_became_of_each_line() {
        let mut import = read(
            "{\"action\":\"login\",\"app\":\"a\"}\n{}\n{\"action\":\"login\",\"app\":\"\\\"b\"}\n",
        );
        let marks: Vec<Intent> = import.open(10).iter().map(|line| line.intent()).collect();
        let id = EventId::parse("f6e33af7-10b9-466d-b649-8abeb23e408f").unwrap();
        import.note(*marks.first().unwrap(), State::Created(id));
        import.note(
            *marks.last().unwrap(),
            State::Refused("no \"b\"".to_owned()),
        );
        assert_eq!(import.open(10).len(), 0);
        let result = import.result();
        let lines: Vec<&str> = result.lines().collect();
        assert_eq!(
            lines.first(),
            Some(&"{\"line\":1,\"pk\":\"f6e33af7-10b9-466d-b649-8abeb23e408f\"}")
        );
        assert_eq!(
            lines.last(),
            Some(&"{\"line\":3,\"error\":\"no \\\"b\\\"\"}")
        );
        assert!(lines.iter().all(|line| JsonText::parse(line).is_ok()));
    }
}
