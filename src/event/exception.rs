//! Exceptions in events, in both shapes that authentik has written: a list of objects since
//! 2025.8, and Python's own traceback inside `message` before that.

use super::context::Context;
use crate::{
    json::{Kind, Node},
    text::Untrusted,
};

/// One exception of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExceptionReport {
    /// `KeyError`
    pub kind: Untrusted,
    /// Its message.
    pub message: Untrusted,
    /// Notes added to it.
    pub notes: Vec<Untrusted>,
    /// How it stands to the one before it.
    pub relation: Relation,
    /// Frames, the raising one last, as Python prints them.
    pub frames: Vec<Frame>,
}

/// How an exception stands to the one before it in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relation {
    /// It is the one that was raised at the end.
    #[default]
    Raised,
    /// It was given as the cause of the one before it (`raise … from …`).
    Cause,
    /// The one before it was raised while this one was handled.
    Handled,
    /// It is a member of the nearest group before it.
    Member,
}

/// One frame of a traceback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Function.
    pub function: Untrusted,
    /// File.
    pub file: Untrusted,
    /// Line, when it is a number.
    pub line: Option<i64>,
    /// Whether it is authentik's own code (and not a library's).
    pub own: bool,
}

impl ExceptionReport {
    /// `LDAPSocketOpenError` for `ldap3.core.exceptions.LDAPSocketOpenError`.
    pub fn short_kind(&self) -> Untrusted {
        let kind = self.kind.original();
        Untrusted::new(
            kind.rsplit('.')
                .find(|part| !part.is_empty())
                .unwrap_or(kind),
        )
    }

    /// The name of the policy or mapping whose expression raised it, and the line in it, from 1.
    /// authentik compiles an expression under its name, so that the name stands where a file does.
    pub fn expression(&self) -> Option<(Untrusted, Option<i64>)> {
        let frame = self.frames.iter().rfind(|frame| frame.is_expression())?;
        let file = frame.file.original();
        let name = file
            .strip_prefix(HOME)
            .or_else(|| file.rsplit('/').next())
            .unwrap_or(file);
        // authentik puts `def handler(…):` above the expression.
        let line = frame.line.filter(|_| frame.function.original() == HANDLER);
        let line = line
            .and_then(|line| line.checked_sub(1))
            .filter(|line| *line > 0);
        Some((Untrusted::new(name), line))
    }
}

/// The function that authentik wraps an expression in.
const HANDLER: &str = "handler";

/// Where authentik lives in its container, and what a bare name becomes when Python makes it a path.
const HOME: &str = "/authentik/";

impl Frame {
    fn new(function: Untrusted, file: Untrusted, line: Option<i64>) -> Self {
        let own = is_own(file.original());
        Self {
            function,
            file,
            line,
            own,
        }
    }

    fn is_expression(&self) -> bool {
        let function = self.function.original();
        let file = self.file.original();
        self.own && matches!(function, HANDLER | "<module>") && !is_python(file) && !file.is_empty()
    }
}

/// Libraries are told by where Python keeps them; all else is authentik's or an expression.
fn is_own(file: &str) -> bool {
    let library = [
        "/site-packages/",
        "/dist-packages/",
        "/lib/python",
        "<frozen ",
    ];
    !library.iter().any(|place| file.contains(place))
}

fn is_python(file: &str) -> bool {
    file.to_ascii_lowercase().ends_with(".py")
}

/// The exceptions of an event, the raised one first and then what led to it; the members of a
/// group stand behind it. Empty when the event tells of none.
pub fn exceptions(context: &Context) -> Vec<ExceptionReport> {
    let structured = context.at(&["exception"]).map(listed).unwrap_or_default();
    if !structured.is_empty() {
        return structured;
    }
    // Policies once wrote it as `error`.
    ["message", "error", "exception"]
        .iter()
        .filter_map(|key| context.string(&[key]))
        .map(|text| traceback(text.original()))
        .find(|reports| !reports.is_empty())
        .unwrap_or_default()
}

/// The reports of a list of exceptions, groups taken apart without recursion.
fn listed(list: Node<'_>) -> Vec<ExceptionReport> {
    let mut reports = Vec::new();
    let mut waiting = vec![(list, Relation::Raised)];
    while let Some((node, first)) = waiting.pop() {
        match node.kind() {
            Kind::Array => {
                let chain = node.children().enumerate();
                push(
                    &mut waiting,
                    chain.map(|(index, item)| (item, relation(item, index, first))),
                );
            }
            Kind::Object => {
                // A group holds chains: lists of exceptions, or objects that hold such a list.
                if let Some(stacks) = node.get("stacks") {
                    waiting.push((stacks, first));
                    continue;
                }
                let members = node.get("exceptions").into_iter().flat_map(Node::children);
                push(
                    &mut waiting,
                    members.map(|member| (member, Relation::Member)),
                );
                reports.extend(report(node, first));
            }
            Kind::String | Kind::Number | Kind::Bool | Kind::Null => {}
        }
    }
    reports
}

/// Puts items where they are taken from the end, so that the first one is taken first.
fn push<T>(waiting: &mut Vec<T>, items: impl Iterator<Item = T>) {
    let at = waiting.len();
    waiting.extend(items);
    if let Some(added) = waiting.get_mut(at..) {
        added.reverse();
    }
}

/// How an exception at a place of its chain stands to the one before it.
fn relation(node: Node<'_>, index: usize, first: Relation) -> Relation {
    match (index, node.get("is_cause").and_then(Node::bool)) {
        // A chain inside a list of members begins with its member.
        (0, _) => first,
        (_, Some(true)) => Relation::Cause,
        (_, Some(false) | None) => Relation::Handled,
    }
}

fn report(node: Node<'_>, relation: Relation) -> Option<ExceptionReport> {
    let text = |key: &str| {
        let value = node.get(key).filter(|value| value.kind() != Kind::Null);
        value.and_then(Node::scalar).unwrap_or_default()
    };
    let children = |key: &str| node.get(key).into_iter().flat_map(Node::children);
    let report = ExceptionReport {
        kind: text("exc_type"),
        message: text("exc_value"),
        notes: children("exc_notes").filter_map(Node::scalar).collect(),
        relation,
        frames: children("frames").filter_map(frame).collect(),
    };
    let says_something =
        !report.kind.is_empty() || !report.message.is_empty() || !report.frames.is_empty();
    says_something.then_some(report)
}

fn frame(node: Node<'_>) -> Option<Frame> {
    let text = |key: &str| node.get(key).and_then(Node::untrusted).unwrap_or_default();
    let frame = Frame::new(
        text("name"),
        text("filename"),
        node.get("lineno").and_then(Node::integer),
    );
    (!frame.function.is_empty() || !frame.file.is_empty()).then_some(frame)
}

/// What Python prints above each traceback.
const HEAD: &str = "Traceback (most recent call last):";
/// What it prints between an exception and the one that it caused.
const CAUSED: &str = "The above exception was the direct cause of the following exception:";

/// The reports of a text that holds Python tracebacks; none when it holds none.
fn traceback(text: &str) -> Vec<ExceptionReport> {
    let mut reports: Vec<ExceptionReport> = Vec::new();
    let mut parts = text.split(HEAD);
    // What stands above the first traceback is the headline, or the words between two.
    let mut above = parts.next().unwrap_or_default();
    for part in parts {
        // Python prints what led to an exception above it.
        let relation = if above.contains(CAUSED) {
            Relation::Cause
        } else {
            Relation::Handled
        };
        if let Some(last) = reports.last_mut() {
            last.relation = relation;
        }
        reports.push(one_traceback(part));
        above = part;
    }
    reports.reverse();
    reports
}

/// What stands in a message before the first traceback, empty when nothing does; `None` when there
/// is no traceback in it.
pub fn before_traceback(message: &Untrusted) -> Option<Untrusted> {
    let (before, _) = message.original().split_once(HEAD)?;
    Some(Untrusted::new(before.trim().trim_end_matches(':')))
}

fn one_traceback(text: &str) -> ExceptionReport {
    let mut frames = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for line in text.lines() {
        let indented = line.starts_with(char::is_whitespace);
        let between =
            line.ends_with("following exception:") || line.ends_with("exception occurred:");
        if said.is_empty() && (indented || line.is_empty()) {
            frames.extend(printed_frame(line));
        } else if between {
            break;
        } else {
            said.push(line);
        }
    }
    let said = said.join("\n");
    let said = said.trim_end();
    let (kind, message) = said.split_once(": ").unwrap_or((said, ""));
    ExceptionReport {
        kind: Untrusted::new(kind.trim_end_matches(':')),
        message: Untrusted::new(message),
        notes: Vec::new(),
        relation: Relation::Raised,
        frames,
    }
}

/// `File "/authentik/x.py", line 3, in handler`
fn printed_frame(line: &str) -> Option<Frame> {
    let (file, rest) = line
        .trim_start()
        .strip_prefix("File \"")?
        .rsplit_once("\", line ")?;
    let (number, function) = rest.split_once(", in ").unwrap_or((rest, ""));
    Some(Frame::new(
        Untrusted::new(function),
        Untrusted::new(file),
        number.trim().parse().ok(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonText;

    fn seen(context: &str) -> String {
        let context = Context::new(JsonText::parse(context).unwrap());
        let reports = exceptions(&context);
        let lines = reports.iter().map(|report| {
            let frames: Vec<String> = report
                .frames
                .iter()
                .map(|frame| {
                    let line = frame.line.map_or("?".to_owned(), |line| line.to_string());
                    let own = if frame.own { "" } else { "~" };
                    format!(
                        "{own}{}@{}:{line}",
                        frame.function.visible(),
                        frame.file.visible()
                    )
                })
                .collect();
            let (kind, message) = (report.kind.visible(), report.message.visible());
            format!(
                "{:?} {kind}|{message}|{}|{}",
                report.relation,
                report.notes.len(),
                frames.join(",")
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn chains_and_groups_keep_their_order() {
        assert_eq!(
            seen(
                r#"{"exception":[
                    {"exc_type":"A","exc_value":"a","is_cause":false,"exc_notes":["n"],"frames":[
                        {"name":"f","filename":"/authentik/x.py","lineno":3},
                        {"name":"g","filename":"/v/site-packages/y.py","lineno":"4"}]},
                    {"exc_type":"B","exc_value":"b","is_cause":true,"is_group":true,"exceptions":[
                        [{"exc_type":"C"},{"exc_type":"D","is_cause":false}],
                        {"stacks":[{"exc_type":"E"}]}, {"exc_type":"F"}, 7, null]},
                    {"exc_type":"G","is_cause":false}]}"#
            ),
            "Raised A|a|1|f@/authentik/x.py:3,~g@/v/site-packages/y.py:?\n\
             Cause B|b|0|\nMember C||0|\nHandled D||0|\nMember E||0|\nMember F||0|\nHandled G||0|"
        );
    }

    #[test]
    fn old_tracebacks_are_read_out_of_the_message() {
        assert_eq!(
            seen(
                r#"{"message":"Task x encountered an error: Traceback (most recent call last):\n  File \"/authentik/a.py\", line 3, in run\n    go()\n    ^^^^\n\n  File \"/usr/lib/python3.12/b.py\", line 9, in go\n    raise K\nbuiltins.KeyError: 'two\nlines'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"c.py\", line 1, in <module>\nTypeError: no\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"d.py\", line 2, in h\nKeyboardInterrupt\n"}"#
            ),
            "Raised KeyboardInterrupt||0|h@d.py:2\n\
             Handled TypeError|no|0|<module>@c.py:1\n\
             Cause builtins.KeyError|'two⟨U+000A⟩lines'|0|run@/authentik/a.py:3,~go@/usr/lib/python3.12/b.py:9"
        );
    }

    #[test]
    fn what_is_no_exception_gives_none() {
        for context in [
            "{}",
            "[]",
            "null",
            r#"{"message":"plain"}"#,
            r#"{"message":{"not":"a string"}}"#,
            r#"{"exception":null}"#,
            r#"{"exception":[]}"#,
            r#"{"exception":[null,7,"x",[],{}]}"#,
            r#"{"exception":{"frames":7,"exceptions":"x"}}"#,
        ] {
            assert_eq!(seen(context), "", "{context}");
        }
    }

    #[test]
    fn the_expression_that_failed_is_found_by_its_frame() {
        let check = |file: &str, function: &str, expected: Option<&str>| {
            let frame = Frame::new(Untrusted::new(function), Untrusted::new(file), Some(2));
            let report = ExceptionReport {
                frames: vec![frame],
                ..ExceptionReport::default()
            };
            let name = report.expression().map(|(name, _)| name);
            assert_eq!(name.as_ref().map(Untrusted::original), expected, "{file}");
        };
        check(
            "/authentik/lab broken 3779",
            "handler",
            Some("lab broken 3779"),
        );
        check("/authentik/groups: a/b", "<module>", Some("groups: a/b"));
        check("geo-allowlist", "handler", Some("geo-allowlist"));
        check("/srv/geo-allowlist", "handler", Some("geo-allowlist"));
        check("/authentik/authentik/policies/process.py", "handler", None);
        check("/v/site-packages/x", "handler", None);
        check("geo-allowlist", "helper", None);
    }
}
