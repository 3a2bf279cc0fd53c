//! An exception, what caused it, and the calls that led to it.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::{
    copy::{Look, copy_button_as},
    icon::icon,
};
use crate::event::{
    exception::{ExceptionReport, Frame, Relation},
    stack::{self, StackRow},
};

/// How much of one message is written; the raw view and the copy have all of it.
const LONGEST: usize = 4_000;

/// Which calls are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// authentik's own; those of libraries folded.
    Own,
    /// All.
    All,
    /// As Python prints them.
    Raw,
}

/// The sections of a chain of exceptions: for each its message, and its calls if any are known.
pub fn exceptions(reports: &[ExceptionReport]) -> Vec<Markup> {
    reports.iter().map(exception).collect()
}

fn exception(report: &ExceptionReport) -> Markup {
    let title = match report.relation {
        Relation::Raised => "Exception",
        Relation::Cause => "Caused by",
        Relation::Handled => "Raised while handling",
        Relation::Member => "In this group",
    };
    let notes: Vec<Markup> = report
        .notes
        .iter()
        .map(|note| ui! { <p>{note.clipped(LONGEST)}</p> })
        .collect();
    let message =
        (!report.message.is_empty()).then(|| ui! { <p>{report.message.clipped(LONGEST)}</p> });
    ui! {
        <section data-body>
            <header><h2>{title}</h2></header>
            <div class="exc"><code>{report.kind.clipped(LONGEST)}</code>{message}{notes}</div>
        </section>
        {(!report.frames.is_empty()).then(|| calls(report.clone()))}
    }
}

fn calls(report: ExceptionReport) -> Markup {
    let shown = RwSignal::new(Shown::Own);
    let count = report.frames.len();
    let button = move |this: Shown, words: &'static str, name: &'static str| {
        ui! {
            <button class="btn btn--sm" type="button" aria-label=name on:click=move |_| shown.set(this)
                aria-pressed=move || (shown.get() == this).to_string()>
                {words}
            </button>
        }
    };
    let report = StoredValue::new(report);
    ui! {
        <section data-body>
            <header>
                <h2>"Stack " <span class="num">{count}</span></h2>
                <span class="muted">
                    {move || if shown.get() == Shown::Raw { "Newest call last" } else { "Newest call first" }}
                </span>
                <div class="join">
                    {button(Shown::Own, "authentik", "authentik frames")}
                    {button(Shown::All, "All frames", "All frames")}
                    {button(Shown::Raw, "Raw", "Raw stack trace")}
                </div>
                {copy_button_as(Look::Framed, "Copy stack trace", move || text(report))}
            </header>
            {move || match shown.get() {
                Shown::Raw => raw(report),
                Shown::Own => list(report, true),
                Shown::All => list(report, false),
            }}
        </section>
    }
}

fn text(report: StoredValue<ExceptionReport>) -> crate::text::Untrusted {
    report.with_value(|report| stack::as_text(std::slice::from_ref(report)))
}

fn raw(report: StoredValue<ExceptionReport>) -> Markup {
    let text = text(report).visible_lines();
    ui! { <div class="code"><pre tabindex="0">{text}</pre></div> }
}

fn list(report: StoredValue<ExceptionReport>, folded: bool) -> Markup {
    let rows: Vec<Markup> = report.with_value(|report| {
        let row = |row: StackRow| match row {
            StackRow::Frame { index, raises } => report
                .frames
                .get(index)
                .map_or_else(|| ().into_markup(), |call| frame(call, raises)),
            StackRow::Library(range) => {
                let calls = report.frames.get(range).unwrap_or_default();
                library(calls.iter().rev().cloned().collect())
            }
        };
        stack::rows(&report.frames, folded)
            .into_iter()
            .map(row)
            .collect()
    });
    ui! { <ol class="frames">{rows}</ol> }
}

fn frame(frame: &Frame, raises: bool) -> Markup {
    let line = frame
        .line
        .map_or_else(String::new, |line| format!("line {line}"));
    ui! {
        <li class="frame" class:is-raise=raises>
            <b>{frame.function.clipped(200)}</b>
            <span>{frame.file.clipped(400)}</span>
            <small class="num">{line}</small>
        </li>
    }
}

/// Calls of libraries: one row, and theirs below it once it is opened.
fn library(calls: Vec<Frame>) -> Markup {
    let open = RwSignal::new(false);
    let count = calls.len();
    ui! {
        <li>
            <button class="frames__lib" type="button" on:click=move |_| open.update(|open| *open = !*open)
                aria-expanded=move || open.get().to_string()>
                {icon("right")}{format!("{count} library frames")}
            </button>
        </li>
        {move || open.get().then(|| {
            calls.iter().map(|call| frame(call, false)).collect::<Vec<Markup>>()
        })}
    }
}
