//! What changed, field by field.

use crate::browser::markup::{IntoMarkup, Markup};

use crate::{
    event::{
        change::{Change, FieldChange},
        diff::{Line, Run, Side, differing, lines, marked},
    },
    json::{JsonText, Kind},
    text::Untrusted,
};

/// How much of one value is written in a cell.
const LONGEST: usize = 2_000;

/// How much of one value is compared line by line.
const LONGEST_BLOCK: usize = 200_000;

/// The table of changed fields.
pub fn diff(changes: &[Change]) -> Markup {
    let rows: Vec<Markup> = changes.iter().map(row).collect();
    ui! {
        <div class="diff" role="table" aria-label="Changed fields">
            <div class="diff__row diff__row--head" role="row">
                <div role="columnheader">"Field"</div>
                <div role="columnheader">"Before"</div>
                <div role="columnheader">"After"</div>
            </div>
            {rows}
        </div>
    }
}

fn row(change: &Change) -> Markup {
    let (note, cells) = match &change.kind {
        FieldChange::Replaced { before, after } if is_block(before) || is_block(after) => {
            block(before, after)
        }
        FieldChange::Replaced { before, after } => (None, values(before, after)),
        FieldChange::Members { added, removed } => (
            Some(members_note(added.len(), removed.len())),
            sides(members(removed), members(added)),
        ),
        FieldChange::Cleared => (
            Some("all members removed".to_owned()),
            sides(Some("all members".into_markup()), None),
        ),
        FieldChange::Masked => (
            Some("Redacted by authentik".to_owned()),
            sides(Some(masked()), Some(masked())),
        ),
        FieldChange::Unclear(value) => (
            Some("not in a form that this app knows".to_owned()),
            one_block(&[Line {
                side: Side::Both,
                text: value.pretty(),
            }]),
        ),
    };
    ui! {
        <div class="diff__row" role="row">
            <div class="diff__field" role="rowheader">
                {change.field.clipped(LONGEST)}
                {note.map(|note| ui! { <small>{note}</small> })}
            </div>
            {cells}
        </div>
    }
}

fn is_block(value: &JsonText) -> bool {
    let tree = value.tree();
    let root = tree.root();
    matches!(root.kind(), Kind::Object | Kind::Array) && !root.is_empty()
}

fn block(before: &JsonText, after: &JsonText) -> (Option<String>, Markup) {
    if before.as_str().len().max(after.as_str().len()) > LONGEST_BLOCK {
        return (
            Some("too large to compare here".to_owned()),
            values(before, after),
        );
    }
    let lines = lines(&shown(before), &shown(after));
    let note = match differing(&lines) {
        1 => "JSON, 1 line differs".to_owned(),
        count => format!("JSON, {count} lines differ"),
    };
    (Some(note), one_block(&lines))
}

/// A value in several lines, nothing hidden in it.
fn shown(value: &JsonText) -> String {
    Untrusted::new(value.pretty()).visible_lines()
}

fn one_block(lines: &[Line]) -> Markup {
    let lines: Vec<Markup> = lines.iter().map(line).collect();
    ui! { <div class="diff__block" role="cell" tabindex="0">{lines}</div> }
}

fn line(line: &Line) -> Markup {
    let text = line.text.clone();
    match line.side {
        Side::Both => ui! { <div>{text}</div> },
        Side::Before => {
            ui! { <div class="is-del"><span class="sr">"removed "</span>{text}</div> }
        }
        Side::After => {
            ui! { <div class="is-add"><span class="sr">"added "</span>{text}</div> }
        }
        Side::LeftOut => {
            ui! { <div class="faint">{format!("… {text} equal lines")}</div> }
        }
    }
}

fn values(before: &JsonText, after: &JsonText) -> Markup {
    match (plain(before), plain(after)) {
        (Some(old), Some(new)) => {
            let (old, new) = marked(&old, &new);
            sides(Some(runs(old, Side::Before)), Some(runs(new, Side::After)))
        }
        (old, new) => sides(
            old.map(IntoMarkup::into_markup),
            new.map(IntoMarkup::into_markup),
        ),
    }
}

/// A value in one line; `None` for null and the empty text, which both say "not set".
fn plain(value: &JsonText) -> Option<String> {
    let tree = value.tree();
    let root = tree.root();
    match root.kind() {
        Kind::Null => None,
        Kind::String => root
            .untrusted()
            .filter(|text| !text.is_empty())
            .map(|text| text.clipped(LONGEST)),
        Kind::Object | Kind::Array | Kind::Number | Kind::Bool => {
            Some(Untrusted::new(value.compact()).clipped(LONGEST))
        }
    }
}

/// The runs of a side, with what differs marked.
pub(super) fn runs(runs: Vec<Run>, side: Side) -> Markup {
    let run = |run: Run| match (run.differs, side) {
        (false, _) => run.text.into_markup(),
        (true, Side::Before) => ui! { <del>{run.text}</del> },
        (true, Side::After | Side::Both | Side::LeftOut) => {
            ui! { <ins>{run.text}</ins> }
        }
    };
    runs.into_iter()
        .map(run)
        .collect::<Vec<Markup>>()
        .into_markup()
}

fn sides(before: Option<Markup>, after: Option<Markup>) -> Markup {
    let before = match before {
        Some(before) => ui! { <div class="diff__old" role="cell">{before}</div> },
        None => ui! { <div class="diff__old diff__none" role="cell">"not set"</div> },
    };
    let after = match after {
        Some(after) => ui! { <div class="diff__new" role="cell">{after}</div> },
        None => ui! { <div class="diff__new diff__none" role="cell">"not set"</div> },
    };
    (before, after).into_markup()
}

fn masked() -> Markup {
    ui! { <span class="faint">"••••••••"</span> }
}

fn members_note(added: usize, removed: usize) -> String {
    match (added, removed) {
        (added, 0) => format!("{added} added"),
        (0, removed) => format!("{removed} removed"),
        (added, removed) => format!("{added} added, {removed} removed"),
    }
}

/// One member a line: by its name where it has one, or else as it is.
fn members(members: &[JsonText]) -> Option<Markup> {
    let name = |member: &JsonText| {
        let tree = member.tree();
        let named = tree.root().get("name").and_then(|name| name.untrusted());
        named
            .or_else(|| tree.root().scalar())
            .unwrap_or_else(|| Untrusted::new(member.compact()))
            .clipped(200)
    };
    let lines: Vec<Markup> = members
        .iter()
        .map(|member| ui! { <div>{name(member)}</div> })
        .collect();
    (!lines.is_empty()).then(|| lines.into_markup())
}
