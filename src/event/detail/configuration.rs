//! What is configured wrongly, and what to write in its place.

use super::{
    Section,
    body::{Body, Keys},
};
use crate::{
    event::{
        Event,
        diff::{Side, marked},
        facts::{Fact, Label, Value},
    },
    json::{Kind, Node},
    text::Untrusted,
};

pub(super) fn error(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    redirect(&mut body);
    let settings = [
        ("Setting", "deprecated_option", "replacement_option"),
        ("Environment", "deprecated_env", "replacement_env"),
    ];
    let mut rows = Vec::new();
    for (label, old, new) in settings {
        if let Some(row) = replaced(&body, label, old, new) {
            body.told.extend([old, new]);
            rows.push(row);
        }
    }
    body.fields("What to change", rows);
    body.exceptions();
    body.rest("Details")
}

pub(super) fn warning(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let rows = ["deprecation", "replacement", "cause"];
    let rows: Vec<Fact> = rows
        .into_iter()
        .filter_map(|key| {
            let text = body.context.string(&[key])?;
            let row = body.take(key)?;
            Some(match key {
                "cause" => row,
                _ => Fact {
                    value: vec![Value::Path(text.clone())],
                    ..row.copied(&text)
                },
            })
        })
        .collect();
    body.fields("What to change", rows);
    body.rest("Details")
}

/// `old → new`.
fn replaced(body: &Body<'_>, label: &'static str, old: &str, new: &str) -> Option<Fact> {
    let (old, new) = (body.context.scalar(&[old]), body.context.scalar(&[new]));
    if old.is_none() && new.is_none() {
        return None;
    }
    let value = |text: Option<Untrusted>| text.map_or(Value::Absent("not recorded"), Value::Code);
    Some(Fact {
        label: Label::Ours(label),
        value: vec![value(old), Value::Words("→".to_owned()), value(new)],
        notes: Vec::new(),
        copy: None,
    })
}

/// More addresses than this belong into the context.
const EXPECTED: usize = 12;

/// Where an application wanted its users sent back to, beside where it may.
fn redirect(body: &mut Body<'_>) {
    let context = body.context;
    let (Some(got), Some(list)) = (context.string(&["redirect_uri"]), context.at(&["expected"]))
    else {
        return;
    };
    let expected: Vec<Expected> = list.children().filter_map(Expected::read).collect();
    let all = list.kind() == Kind::Array && expected.len() == list.len();
    if !all || expected.len() > EXPECTED {
        return;
    }
    body.told.extend(["redirect_uri", "expected"]);
    // The one that is most like it tells best what is wrong.
    let nearest = expected
        .iter()
        .filter(|one| one.is_exact)
        .max_by_key(|one| shared(one.address.original(), got.original()));
    let row = |label, text: &Untrusted, value| Fact::ours(label, value).copied(text);
    let code = |text: &Untrusted| Value::Code(text.clone());
    let (near, differs) = match nearest {
        Some(one) => {
            let (before, after) = marked(&one.address.clipped(LONGEST), &got.clipped(LONGEST));
            (
                Value::Marked(before, Side::Before),
                Value::Marked(after, Side::After),
            )
        }
        None => (code(&got), code(&got)),
    };
    let mut rows: Vec<Fact> = Vec::new();
    for one in &expected {
        let is_nearest = nearest.is_some_and(|nearest| std::ptr::eq(nearest, one));
        let value = if is_nearest {
            near.clone()
        } else {
            code(&one.address)
        };
        let row = row("Expected", &one.address, value);
        rows.push(row.noted(one.how.map(|how| Value::Words(how.to_owned()))));
    }
    if rows.is_empty() {
        rows.push(Fact::ours("Expected", Value::Absent("no address at all")));
    }
    rows.push(row("Got", &got, differs));
    body.fields("Redirect URI", rows);
}

/// Addresses are compared this far.
const LONGEST: usize = 400;

struct Expected {
    address: Untrusted,
    is_exact: bool,
    how: Option<&'static str>,
}

impl Expected {
    /// Once these were texts, now they are objects.
    fn read(node: Node<'_>) -> Option<Self> {
        let address = node.untrusted().or_else(|| node.get("url")?.untrusted())?;
        let mode = node.get("matching_mode").and_then(Node::string);
        let how = match mode.as_deref() {
            Some("strict") => Some("Must match exactly"),
            Some("regex") => Some("A regular expression"),
            Some(_) | None => None,
        };
        Some(Self {
            address,
            is_exact: mode.as_deref() != Some("regex"),
            how,
        })
    }
}

/// How many bytes two texts share at their beginning.
fn shared(one: &str, other: &str) -> usize {
    let pairs = one.bytes().zip(other.bytes());
    pairs.take_while(|(one, other)| one == other).count()
}
