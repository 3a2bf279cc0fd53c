//! What the detail page says about an event, section by section.

use crate::browser::markup::Markup;

use super::{
    copy::copy_button,
    diff::diff,
    facts::{Around, admin, fact_list, label},
    icon::{icon, small_icon},
    mail::mail,
    sentence::sentence,
    stack::exceptions,
    time::{TimeForm, time},
};
use crate::{
    browser::clock::Clock,
    event::{
        ModelRef,
        admin::AdminPath,
        change::Change,
        detail::{LogLine, Section, Tone},
        diff::as_text,
    },
    text::{Sentence, Untrusted},
};

/// How much source is written.
const LONGEST: usize = 100_000;

/// Draws all sections. An object right before its changes (or before the reason why there are
/// none) stands in their head.
pub fn sections(sections: &[Section], around: Around<'_>) -> Vec<Markup> {
    let mut drawn = Vec::new();
    let mut rest = sections.iter().peekable();
    while let Some(section) = rest.next() {
        let of = match (section, rest.peek()) {
            (
                Section::Object { model, admin, .. },
                Some(
                    Section::Changes(_)
                    | Section::Note {
                        title: "Changes", ..
                    },
                ),
            ) => Some(object(model, admin.as_ref(), around)),
            _ => None,
        };
        match of {
            Some(of) => {
                let next = rest.next().unwrap_or(section);
                drawn.extend(draw(next, Some(of), around));
            }
            None => drawn.extend(draw(section, None, around)),
        }
    }
    drawn
}

fn draw(section: &Section, of: Option<Markup>, around: Around<'_>) -> Vec<Markup> {
    vec![match section {
        Section::Fields { title, rows } => body(title, of, fact_list(rows, around)),
        Section::Object {
            title,
            model,
            admin,
        } => {
            let (title, key) = (label(title), model.pk.clone());
            ui! {
                <section data-body>
                    <header>
                        <h2>{title}</h2>
                        {object(model, admin.as_ref(), around)}
                        {copy_button("Copy key of the object", move || key.clone())}
                    </header>
                </section>
            }
        }
        Section::Changes(changes) => changed(changes, of, around),
        Section::Exceptions(reports) => return exceptions(reports),
        Section::Code {
            title,
            text,
            failing_line,
        } => body(title, of, code(text, *failing_line)),
        Section::Log { lines, more } => body("Log", of, log(lines, *more, around.clock)),
        Section::Mail(sent) => mail(sent),
        Section::Note { title, tone, text } => body(title, of, note(*tone, text)),
    }]
}

fn body(title: &'static str, of: Option<Markup>, content: Markup) -> Markup {
    ui! {
        <section data-body>
            <header><h2>{title}</h2>{of}</header>
            {content}
        </section>
    }
}

fn changed(changes: &[Change], of: Option<Markup>, around: Around<'_>) -> Markup {
    let text = as_text(changes);
    ui! {
        <section data-body>
            <header>
                <h2>"Changes " <span class="num">{changes.len()}</span></h2>
                {of}
                {copy_button("Copy changes", move || text.clone())}
            </header>
            {diff(changes, around.names)}
        </section>
    }
}

/// An object by its kind, its name and its key, and the way to its page.
fn object(model: &ModelRef, page: Option<&AdminPath>, around: Around<'_>) -> Markup {
    let page = page.filter(|_| around.server.is_some());
    let page = page.map(|page| admin(&Untrusted::new("Open in authentik"), page, around));
    ui! {
        <span class="object">
            {small_icon("cube")}
            <span>{kind(model)}" "<b>{model.title().clipped(120)}</b></span>
            <code title=model.pk.clipped(200)>{short(&model.pk)}</code>
            {page}
        </span>
    }
}

/// `application` → `Application`.
fn kind(model: &ModelRef) -> String {
    let kind = model.kind().clipped(80);
    let mut letters = kind.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// `3f9c2a71d04e4b0c9e6b5a1f7c88d2e0` → `3f9c2a71…d2e0`.
fn short(key: &Untrusted) -> String {
    let shown = key.visible();
    // Anything but plain letters has parts that must not be cut.
    if !shown.is_ascii() {
        return key.clipped(16);
    }
    let count = shown.len();
    if count <= 16 {
        return shown;
    }
    let head: String = shown.chars().take(8).collect();
    let tail: String = shown.chars().skip(count.saturating_sub(4)).collect();
    format!("{head}…{tail}")
}

fn note(tone: Tone, text: &Sentence) -> Markup {
    let (class, picture) = match tone {
        Tone::Info => ("note", "info"),
        Tone::Warning => ("note note--warn", "warn"),
    };
    ui! { <p class=class>{icon(picture)}<span>{sentence(text)}</span></p> }
}

/// What was logged: when, how serious, what.
fn log(lines: &[LogLine], more: usize, clock: Clock) -> Markup {
    let line = |line: &LogLine| {
        let at = line.at.map(|at| time(at, TimeForm::Exact, clock));
        let level = line.level.as_ref();
        let level = level.map(|level| ui! { <span class="badge">{level.clipped(20)}</span> });
        let attributes = line.attributes.as_ref().map(|attributes| {
            let text = Untrusted::new(attributes.compact()).clipped(1_000);
            ui! { <code>{text}</code> }
        });
        ui! { <li>{level}<span>{line.text.clipped(1_000)}{attributes}</span><small>{at}</small></li> }
    };
    let lines: Vec<Markup> = lines.iter().map(line).collect();
    let more =
        (more > 0).then(|| ui! { <li class="faint">{more}" more in the context below"</li> });
    ui! { <ol class="minilog">{lines}{more}</ol> }
}

/// Source with line numbers, in the frame of the editor but only to be read.
fn code(text: &Untrusted, failing_line: Option<u32>) -> Markup {
    let text = text.visible_lines();
    let lines: Vec<String> = text
        .chars()
        .take(LONGEST)
        .collect::<String>()
        .lines()
        .map(str::to_owned)
        .collect();
    let fails = |at: usize| failing_line.is_some_and(|line| usize::try_from(line) == Ok(at + 1));
    let numbers: Vec<Markup> = (0..lines.len())
        .map(|at| ui! { <span class:is-err=fails(at)>{at + 1}</span> })
        .collect();
    let lines: Vec<Markup> = lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| ui! { <span class:is-err=fails(at)>{line}</span> })
        .collect();
    let said = failing_line.map(|line| {
        ui! { <p class="editor__foot err">{small_icon("error")}<span>{format!("Failed in line {line}.")}</span></p> }
    });
    ui! {
        <div class="editor">
            <div class="editor__nums" aria-hidden="true">{numbers}</div>
            <div class="editor__area"><pre class="scrolls" tabindex="0">{lines}</pre></div>
            {said}
        </div>
    }
}
