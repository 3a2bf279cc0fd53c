//! What changed, field by field.

use std::rc::Rc;

use crate::browser::markup::{IntoMarkup, Markup};

use crate::{
    event::{
        change::{Change, FieldChange},
        context::is_masked,
        diff::{Line, Run, Side, differing, lines, marked},
    },
    json::{JsonText, Kind},
    text::Untrusted,
};

/// How much of one value is written in a cell.
const LONGEST: usize = 2_000;

/// How much of one value is compared line by line.
const LONGEST_BLOCK: usize = 200_000;

/// What people call a member of a field, once that is known: whoever asks hears of it.
#[derive(Clone)]
pub struct NameOf(pub Rc<Naming>);

/// The field, and the member as it is recorded.
type Naming = dyn Fn(&Untrusted, &Untrusted) -> Option<Untrusted>;

impl std::fmt::Debug for NameOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameOf")
    }
}

/// The table of changed fields.
pub fn diff(changes: &[Change], names: &NameOf) -> Markup {
    let rows: Vec<Markup> = changes.iter().map(|change| row(change, names)).collect();
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

fn row(change: &Change, names: &NameOf) -> Markup {
    let members = |list: &[JsonText]| members(&change.field, list, names).ok_or("none");
    let (note, cells) = match &change.kind {
        FieldChange::Replaced { before, after } => replaced(before.as_ref(), after.as_ref()),
        FieldChange::Members { added, removed } => (
            Some(members_note(added.len(), removed.len())),
            sides(members(removed), members(added)),
        ),
        FieldChange::Cleared => (
            Some("all members removed".to_owned()),
            sides(Ok("all members".into_markup()), Err("none")),
        ),
        FieldChange::Masked => (
            Some("Redacted by authentik".to_owned()),
            sides(Ok(masked()), Ok(masked())),
        ),
        FieldChange::Unclear(value) => (
            Some("not in a form that this app knows".to_owned()),
            ui! { <div class="diff__block" role="cell" tabindex="0"><div>{shown(value)}</div></div> },
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

type Value<'a> = Option<&'a JsonText>;

fn replaced(before: Value<'_>, after: Value<'_>) -> (Option<String>, Markup) {
    let sides = || [before, after].into_iter().flatten();
    if !sides().any(is_block) {
        return (None, values(before, after));
    }
    if sides().any(|side| side.as_str().len() > LONGEST_BLOCK) {
        return (
            Some("too large to compare here".to_owned()),
            values(before, after),
        );
    }
    let lines = lines(before, after);
    let what = match sides().all(|side| side.tree().root().kind() == Kind::String) {
        true => "Text",
        false => "JSON",
    };
    let note = match (before, after, differing(&lines)) {
        (None, ..) => format!("{what}; what it was before is not recorded"),
        (_, None, _) => format!("{what}; what it is now is not recorded"),
        (.., 1) => format!("{what}, 1 line differs"),
        (.., count) => format!("{what}, {count} lines differ"),
    };
    (Some(note), one_block(&lines))
}

/// Whether a value takes several lines.
fn is_block(value: &JsonText) -> bool {
    let tree = value.tree();
    let root = tree.root();
    match root.kind() {
        Kind::Object | Kind::Array => !root.is_empty(),
        Kind::String => root.string().is_some_and(|text| text.contains('\n')),
        Kind::Number | Kind::Bool | Kind::Null => false,
    }
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
    let text = runs(line.runs.clone(), line.side);
    match line.side {
        Side::Both => ui! { <div>{text}</div> },
        Side::Before => {
            ui! { <div class="is-del"><span class="sr">"removed "</span>{text}</div> }
        }
        Side::After => {
            ui! { <div class="is-add"><span class="sr">"added "</span>{text}</div> }
        }
        Side::LeftOut => {
            ui! { <div class="faint">"… "{text}" equal lines"</div> }
        }
    }
}

fn values(before: Value<'_>, after: Value<'_>) -> Markup {
    let (before, after) = (Said::of(before), Said::of(after));
    if let (Said::Text(old), Said::Text(new)) = (&before, &after) {
        let (old, new) = marked(old, new);
        return sides(Ok(runs(old, Side::Before)), Ok(runs(new, Side::After)));
    }
    sides(before.drawn(), after.drawn())
}

/// What one side of a change says.
enum Said {
    /// A value in one line.
    Text(String),
    /// A value that authentik masked.
    Masked,
    /// Words of ours in place of a value.
    Nothing(&'static str),
}

impl Said {
    fn of(value: Value<'_>) -> Self {
        let Some(value) = value else {
            return Self::Nothing("not recorded");
        };
        let tree = value.tree();
        let root = tree.root();
        match root.kind() {
            Kind::Null => Self::Nothing("not set"),
            Kind::String if is_masked(root) => Self::Masked,
            Kind::String => match root.untrusted().filter(|text| !text.is_empty()) {
                Some(text) => Self::Text(text.clipped(LONGEST)),
                None => Self::Nothing("empty"),
            },
            Kind::Object | Kind::Array | Kind::Number | Kind::Bool => {
                Self::Text(Untrusted::new(value.compact()).clipped(LONGEST))
            }
        }
    }

    fn drawn(self) -> Result<Markup, &'static str> {
        match self {
            Self::Text(text) => Ok(text.into_markup()),
            Self::Masked => Ok(masked()),
            Self::Nothing(words) => Err(words),
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

/// Both sides of a row, each a value or the words that say why there is none.
fn sides(before: Result<Markup, &'static str>, after: Result<Markup, &'static str>) -> Markup {
    let side = |own: &'static str, none: &'static str, said: Result<Markup, &'static str>| {
        let class = if said.is_ok() { own } else { none };
        let said = said.unwrap_or_else(IntoMarkup::into_markup);
        ui! { <div class=class role="cell">{said}</div> }
    };
    (
        side("diff__old", "diff__old diff__none", before),
        side("diff__new", "diff__new diff__none", after),
    )
        .into_markup()
}

fn masked() -> Markup {
    ui! { <span class="faint"><span aria-hidden="true">"••••••••"</span><span class="sr">"masked"</span></span> }
}

fn members_note(added: usize, removed: usize) -> String {
    match (added, removed) {
        (added, 0) => format!("{added} added"),
        (0, removed) => format!("{removed} removed"),
        (added, removed) => format!("{added} added, {removed} removed"),
    }
}

/// One member a line: by its name where it has one, or else as it is, with its name once that is
/// known.
fn members(field: &Untrusted, members: &[JsonText], names: &NameOf) -> Option<Markup> {
    let line = |member: &JsonText| {
        let tree = member.tree();
        let named = tree.root().get("name").and_then(|name| name.untrusted());
        let key = tree.root().scalar().filter(|_| named.is_none());
        let shown = named
            .or_else(|| key.clone())
            .unwrap_or_else(|| Untrusted::new(member.compact()))
            .clipped(200);
        let (field, names) = (field.clone(), names.clone());
        let name = move || {
            let name = (names.0)(&field, key.as_ref()?)?;
            Some(ui! { <b>{name.clipped(200)}</b>" " })
        };
        ui! { <div>{name}{shown}</div> }
    };
    let lines: Vec<Markup> = members.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.into_markup())
}
