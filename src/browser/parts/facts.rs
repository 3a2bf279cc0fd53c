//! Labelled values: the facts panel, and lists of the same form.

use crate::browser::markup::{IntoMarkup, Markup};

use super::{
    copy::copy_button,
    diff::NameOf,
    diff::runs,
    icon::small_icon,
    outside::outside,
    time::{TimeForm, time},
};
use crate::{
    browser::clock::Clock,
    event::{
        admin::AdminPath,
        facts::{Fact, FactGroup, Label, Mood, Value},
    },
    text::Untrusted,
};

/// How much of one value is written; the copy button has all of it.
const LONGEST: usize = 400;

/// What values are drawn with.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// For times.
    pub clock: Clock,
    /// The address of the server, for links to its own pages; `None` while nobody is signed in.
    pub server: Option<&'a str>,
    /// For members of a change that it names by their keys only.
    pub names: &'a NameOf,
}

/// What can be done with a fact beside copying it.
pub type Actions<'a> = &'a dyn Fn(&Fact) -> Option<Markup>;

/// The facts panel.
pub fn facts(groups: &[FactGroup], around: Around<'_>, actions: Actions<'_>) -> Markup {
    let groups: Vec<Markup> = groups
        .iter()
        .map(|group| {
            let rows: Vec<Markup> = group
                .facts
                .iter()
                .map(|fact| row(fact, around, actions))
                .collect();
            ui! { <section><h3>{group.title}</h3><dl class="dl">{rows}</dl></section> }
        })
        .collect();
    ui! { <div class="facts">{groups}</div> }
}

/// One list of labelled values.
pub fn fact_list(facts: &[Fact], around: Around<'_>) -> Markup {
    let rows: Vec<Markup> = facts
        .iter()
        .map(|fact| row(fact, around, &|_| None))
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

fn row(fact: &Fact, around: Around<'_>, actions: Actions<'_>) -> Markup {
    let more = actions(fact);
    let has_buttons = fact.copy.is_some() || more.is_some();
    let one_line = has_buttons && fact.notes.is_empty();
    let values = drawn(&fact.value, one_line, around);
    let notes: Vec<Markup> = fact.notes.iter().map(|note| small(note, around)).collect();
    let said: Markup = match (has_buttons, notes.is_empty()) {
        // The button stands beside the value and its notes, so both are one thing.
        (true, false) => ui! { <div class="dl__said">{values}{notes}</div> },
        _ => (values, notes).into_markup(),
    };
    let copy = fact.copy.clone().map(|text| copy_of(&fact.label, text));
    ui! { <dt>{label(&fact.label)}</dt><dd>{said}{more}{copy}</dd> }
}

/// Values with a blank between them; a flag has its own room behind it.
fn drawn(values: &[Value], one_line: bool, around: Around<'_>) -> Vec<Markup> {
    let mut drawn = Vec::new();
    let mut before: Option<&Value> = None;
    for part in values {
        if before.is_some_and(|before| !matches!(before, Value::Flag(_))) {
            drawn.push(" ".into_markup());
        }
        drawn.push(value(part, one_line, around));
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

fn small(note: &Value, around: Around<'_>) -> Markup {
    ui! { <small>{value(note, false, around)}</small> }
}

fn value(value: &Value, one_line: bool, around: Around<'_>) -> Markup {
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
        Value::At(moment) => time(*moment, TimeForm::Exact, around.clock).into_markup(),
        Value::FromNow(moment) => moment.relative(around.clock.now()).into_markup(),
        Value::Pill(mood, words) => {
            let class = match mood {
                Mood::Plain => "badge",
                Mood::Good => "badge badge--ok",
                Mood::Warning => "badge badge--warn",
                Mood::Bad => "badge badge--danger",
            };
            ui! { <span class=class>{*words}</span> }
        }
        Value::Marked(marked, side) => {
            ui! { <code class="marked">{runs(marked.clone(), *side)}</code> }
        }
        Value::Link(text, url) => outside(text, url),
        Value::Admin(words, path) => admin(words, path, around),
    }
}

/// A link to a page of the server's own; its words alone where the server is not known.
pub fn admin(words: &Untrusted, path: &AdminPath, around: Around<'_>) -> Markup {
    let words = words.clipped(LONGEST);
    let Some(server) = around.server else {
        return words.into_markup();
    };
    let address = format!("{server}{}", path.as_str());
    ui! {
        <a class="link" href=address target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer"
            title="Opens authentik in a new tab">
            {words}{small_icon("external")}
        </a>
    }
}

/// A path that may break behind each of its slashes and dots.
fn breakable(path: &str) -> Vec<Markup> {
    path.split_inclusive(['/', '.'])
        .flat_map(|part| [part.to_owned().into_markup(), ui! { <wbr/> }])
        .collect()
}
