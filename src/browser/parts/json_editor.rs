//! A field for a JSON object: line numbers, colours, and where it stops being JSON, in words.
//!
//! The colours are a layer of text under a field whose own letters are transparent; both have the
//! same metrics, and the layer follows the field when it scrolls.

use crate::browser::signals::prelude::*;
use leptos::html;

use crate::browser::markup::Markup;

use super::{
    form::{Form, caution, id, said_id},
    icon::{icon, small_icon},
    json_text::typed_lines,
};
use crate::{
    count::counted,
    event::draft::{Field, ObjectProblem, object_cautions, object_problems},
    json::{JsonText, syntax::tokens},
    text::Untrusted,
};

/// A longer text scrolls inside the field.
const MOST_ROWS: usize = 24;

/// A longer text is shown plain: colours would cost more at each key than they say.
const LONGEST_COLOURED: usize = 64 * 1024;

/// What is known of the text, once for each change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    lines: usize,
    empty: bool,
    plain: bool,
    problems: Vec<ObjectProblem>,
    cautions: Vec<String>,
}

/// One editor; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
pub struct JsonEditor {
    form: Form,
    field: Field,
    look: Memo<Look>,
    area: NodeRef<html::Textarea>,
    layer: NodeRef<html::Pre>,
    numbers: NodeRef<html::Div>,
}

impl JsonEditor {
    /// The editor of a field.
    pub fn new(form: Form, field: Field) -> Self {
        let look = Memo::new(move |_| look_at(&form.text(field)));
        Self {
            form,
            field,
            look,
            area: NodeRef::new(),
            layer: NodeRef::new(),
            numbers: NodeRef::new(),
        }
    }

    /// Whether the text can be sent, as far as the editor knows.
    pub fn is_wrong(self) -> bool {
        self.look.with(|look| !look.problems.is_empty())
    }

    /// Where the text stops being JSON, for the words beside the preview.
    pub fn wrong_line(self) -> Option<u32> {
        self.look.with(|look| Some(look.problems.first()?.place?.0))
    }

    /// Whether the keyboard is in it.
    pub fn has_focus(self) -> bool {
        let area = self.area.get_untracked();
        area.is_some_and(|area| document().active_element().as_ref() == Some(area.as_ref()))
    }

    /// Writes the text anew, indented. Does nothing while it is no JSON.
    pub fn format(self) {
        let text = untrack(|| self.form.text(self.field));
        if let Ok(json) = JsonText::parse(&text) {
            let pretty = Untrusted::new(json.pretty()).spelled_as_json();
            if pretty != text {
                self.form.set(self.field, pretty);
            }
        }
    }

    /// Puts the cursor where the first problem is. `false` when there is none.
    pub fn go_to_error(self) -> bool {
        let Some(problem) = self
            .look
            .with_untracked(|look| look.problems.first().cloned())
        else {
            return false;
        };
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
            if let Some(at) = problem.utf16_offset(&area.value()) {
                let _ = area.set_selection_range(at, at);
            }
        }
        true
    }

    /// What is wrong: what the editor sees by itself, or else what the last press found.
    fn said(self) -> Option<String> {
        let seen = self.look.with(|look| {
            look.problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        });
        if seen.is_empty() {
            self.form.problem(self.field)
        } else {
            Some(seen)
        }
    }

    fn follow_scroll(self) {
        let Some(area) = self.area.get_untracked() else {
            return;
        };
        if let Some(layer) = self.layer.get_untracked() {
            layer.set_scroll_left(area.scroll_left());
            layer.set_scroll_top(area.scroll_top());
        }
        if let Some(numbers) = self.numbers.get_untracked() {
            numbers.set_scroll_top(area.scroll_top());
        }
    }
}

fn look_at(text: &str) -> Look {
    let mut cautions = object_cautions(text);
    // The layer would have to hold what hides as it is, to lie under the letters of the field.
    let hides = Untrusted::new(text).hides_something();
    if hides {
        cautions.push("It holds characters that cannot be seen. “Format” writes them as escapes, as in \\u200b, which is the same value.".to_owned());
    }
    Look {
        lines: text.split('\n').count(),
        empty: text.trim().is_empty(),
        plain: hides || text.len() > LONGEST_COLOURED,
        problems: object_problems(text),
        cautions,
    }
}

/// Draws it. `name` is what the field is called by those who listen, `rows` its least height.
pub fn json_editor(editor: JsonEditor, name: &'static str, rows: usize) -> Markup {
    let JsonEditor {
        form, field, look, ..
    } = editor;
    let wrong = move || editor.said().is_some();
    ui! {
        <div class="editor" data-plain=move || look.with(|look| look.plain).then_some("")
            data-tall=move || look.with(|look| look.lines > MOST_ROWS).then_some("")>
            {bar(editor)}
            <div class="editor__nums" aria-hidden="true" node_ref=editor.numbers>{move || numbers(editor, rows)}</div>
            <div class="editor__area">
                <pre aria-hidden="true" node_ref=editor.layer>{move || layer(editor)}</pre>
                <textarea id=id(field) aria-label=name node_ref=editor.area
                    rows=move || look.with(|look| look.lines).clamp(rows, MOST_ROWS)
                    spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || wrong().then_some(said_id(field))
                    prop:readOnly=move || form.is_sending()
                    prop:value=move || form.text(field)
                    on:scroll=move |_| editor.follow_scroll()
                    on:input=move |event| form.set(field, event_target_value(&event))></textarea>
            </div>
            {move || editor.said().map(|problem| ui! {
                <p class="editor__foot err" id=said_id(field)>{small_icon("error")}<span>{problem}</span></p>
            })}
        </div>
        {move || cautions(editor)}
    }
}

fn bar(editor: JsonEditor) -> Markup {
    let JsonEditor {
        form, field, look, ..
    } = editor;
    let status = move || look.with(|look| status(look, form.problem(field).is_some()));
    ui! {
        <div class="editor__bar">
            {status}
            {move || editor.is_wrong().then(|| ui! {
                <button class="btn btn--ghost btn--sm" type="button" on:click=move |_| _ = editor.go_to_error()>
                    {icon("arrow-down")}"Go to error"
                </button>
            })}
            <button class="btn btn--ghost btn--sm" type="button" on:click=move |_| editor.format()
                disabled=move || form.is_sending() || look.with(|look| look.empty || look.problems.iter().any(|problem| problem.place.is_some()))>
                {icon("braces")}"Format"
            </button>
        </div>
    }
}

fn status(look: &Look, refused: bool) -> Markup {
    let count = look.problems.len().max(usize::from(refused));
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    if count > 0 {
        let words = counted(number(count), "error", "errors");
        return ui! { <span class="badge badge--danger">{words}</span> };
    }
    let words = match look.empty {
        true => "Empty".to_owned(),
        false => format!(
            "Valid JSON, {}",
            counted(number(look.lines), "line", "lines")
        ),
    };
    ui! { <span class="faint">{words}</span> }
}

fn numbers(editor: JsonEditor, rows: usize) -> Vec<Markup> {
    editor.look.with(|look| {
        if look.plain {
            return Vec::new();
        }
        let wrong = |line: usize| {
            look.problems.iter().any(|problem| {
                problem
                    .place
                    .is_some_and(|(at, _)| usize::try_from(at) == Ok(line))
            })
        };
        let number = |line: usize| ui! { <span class:is-err=wrong(line)>{line}</span> };
        let blank = (look.lines..rows).map(|_| ui! { <span>"\u{a0}"</span> });
        (1..=look.lines).map(number).chain(blank).collect()
    })
}

/// The coloured text; the line of the first problem stands out instead.
fn layer(editor: JsonEditor) -> Vec<Markup> {
    let place = editor.look.with(|look| {
        if look.plain {
            None
        } else {
            Some(look.problems.first().and_then(|problem| problem.place))
        }
    });
    let Some(place) = place else {
        return Vec::new();
    };
    let text = editor.form.text(editor.field);
    let wrong = place.and_then(|(line, column)| {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        Some((at, text.split('\n').nth(at)?, usize::try_from(column).ok()?))
    });
    let line = |(at, pieces): (usize, Vec<Markup>)| match wrong {
        Some((wrong_at, line, column)) if wrong_at == at => wrong_line(line, column),
        _ => ui! { <span>{pieces}</span> },
    };
    typed_lines(&text)
        .into_iter()
        .enumerate()
        .map(line)
        .collect()
}

/// The word at the column is underlined; behind the end of a line, one blank.
fn wrong_line(line: &str, column: usize) -> Markup {
    let before: String = line.chars().take(column.saturating_sub(1)).collect();
    let rest = line.get(before.len()..).unwrap_or_default();
    let length = tokens(rest)
        .first()
        .filter(|token| token.range.start == 0)
        .map(|token| token.range.end);
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let (word, after) = rest
        .split_at_checked(length.unwrap_or(first))
        .unwrap_or((rest, ""));
    let word = if word.is_empty() { " " } else { word };
    ui! { <span class="is-err">{before}<u>{word.to_owned()}</u>{after.to_owned()}</span> }
}

fn cautions(editor: JsonEditor) -> Vec<Markup> {
    let cautions = editor.look.with(|look| look.cautions.clone());
    cautions.into_iter().map(caution).collect()
}
