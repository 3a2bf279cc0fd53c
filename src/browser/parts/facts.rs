//! Labelled values: the facts panel, and lists of the same form.

use crate::browser::markup::{IntoMarkup, Markup};

use super::{
    copy::copy_button,
    time::{TimeForm, time},
};
use crate::{
    browser::clock::Clock,
    event::facts::{Fact, FactGroup, Label, Value},
    text::Untrusted,
};

/// How much of one value is written; the copy button has all of it.
const LONGEST: usize = 400;

/// What can be done with a fact beside copying it.
pub type Actions<'a> = &'a dyn Fn(&Fact) -> Option<Markup>;

/// The facts panel.
pub fn facts(groups: &[FactGroup], clock: Clock, actions: Actions<'_>) -> Markup {
    let groups: Vec<Markup> = groups
        .iter()
        .map(|group| {
            let rows: Vec<Markup> = group
                .facts
                .iter()
                .map(|fact| row(fact, clock, actions))
                .collect();
            ui! { <section><h3>{group.title}</h3><dl class="dl">{rows}</dl></section> }
        })
        .collect();
    ui! { <div class="facts">{groups}</div> }
}

/// One list of labelled values.
pub fn fact_list(facts: &[Fact], clock: Clock) -> Markup {
    let rows: Vec<Markup> = facts
        .iter()
        .map(|fact| row(fact, clock, &|_| None))
        .collect();
    ui! { <dl class="dl">{rows}</dl> }
}

/// A label as a screen shows it.
pub fn label(label: &Label) -> String {
    match label {
        Label::Ours(words) => (*words).to_owned(),
        Label::Theirs(key) => key.clipped(80),
    }
}

fn row(fact: &Fact, clock: Clock, actions: Actions<'_>) -> Markup {
    let more = actions(fact);
    let has_buttons = fact.copy.is_some() || more.is_some();
    let one_line = has_buttons && fact.notes.is_empty();
    let values = drawn(&fact.value, one_line, clock);
    let notes: Vec<Markup> = fact.notes.iter().map(|note| small(note, clock)).collect();
    let said: Markup = match (has_buttons, notes.is_empty()) {
        // The button stands beside the value and its notes, so both are one thing.
        (true, false) => ui! { <div class="dl__said">{values}{notes}</div> },
        _ => (values, notes).into_markup(),
    };
    let copy = fact.copy.clone().map(|text| copy_of(&fact.label, text));
    ui! { <dt>{label(&fact.label)}</dt><dd>{said}{more}{copy}</dd> }
}

/// Values with a blank between them; a flag has its own room behind it.
fn drawn(values: &[Value], one_line: bool, clock: Clock) -> Vec<Markup> {
    let mut drawn = Vec::new();
    let mut before: Option<&Value> = None;
    for part in values {
        if before.is_some_and(|before| !matches!(before, Value::Flag(_))) {
            drawn.push(" ".into_markup());
        }
        drawn.push(value(part, one_line, clock));
        before = Some(part);
    }
    drawn
}

fn copy_of(of: &Label, text: Untrusted) -> Markup {
    let what = match of {
        // "Client IP" stays as it is, "Path" becomes "path".
        Label::Ours(words) => lower_first(words),
        Label::Theirs(key) => key.clipped(80),
    };
    copy_button(format!("Copy {what}"), move || text.clone()).into_markup()
}

fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

fn small(note: &Value, clock: Clock) -> Markup {
    ui! { <small>{value(note, false, clock)}</small> }
}

fn value(value: &Value, one_line: bool, clock: Clock) -> Markup {
    match value {
        Value::Words(words) => words.clone().into_markup(),
        Value::Absent(words) => ui! { <span class="faint">{*words}</span> },
        Value::Text(text) => text.clipped(LONGEST).into_markup(),
        Value::Code(text) if one_line => {
            ui! { <code class="clip">{text.clipped(LONGEST)}</code> }
        }
        Value::Code(text) => ui! { <code>{text.clipped(LONGEST)}</code> },
        Value::Path(text) => ui! { <code>{breakable(&text.clipped(LONGEST))}</code> },
        Value::Badge(text) => ui! { <span class="badge">{text.clipped(LONGEST)}</span> },
        Value::Flag(flag) => {
            ui! { <span class="flag" aria-hidden="true">{flag.clone()}</span> }
        }
        Value::At(moment) => time(*moment, TimeForm::Exact, clock).into_markup(),
        Value::FromNow(moment) => moment.relative(clock.now()).into_markup(),
        Value::Link(text, url) => link(text, url.href(), url.host()),
    }
}

/// A link out of the data. Its host is part of it, so that the words cannot lie about it.
fn link(text: &Untrusted, href: &str, host: &str) -> Markup {
    ui! {
        <a class="link" href=href.to_owned() target="_blank" rel="noopener noreferrer">
            {text.clipped(LONGEST)}
        </a>
        <small>{host.to_owned()}</small>
    }
}

/// A path that may break behind each of its slashes.
fn breakable(path: &str) -> Vec<Markup> {
    path.split_inclusive('/')
        .flat_map(|part| [part.to_owned().into_markup(), ui! { <wbr/> }])
        .collect()
}
