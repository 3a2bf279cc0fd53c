//! The three fields that hold a JSON object.

use super::secret;
use crate::json::{Flaw, FlawKind, JsonText, Kind, Tree};

/// authentik takes more, but a list with an event of more than 250 levels cannot be read any more.
const MOST_LEVELS: usize = 100;

const NO_OBJECT: &str = "Value must be a dictionary, and not have any duplicate keys.";
const NULL: &str = "This field may not be null.";

/// What keeps the text of a field from being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectProblem {
    /// Line and column from 1, columns in characters; `None` when it is about the whole.
    pub place: Option<(u32, u32)>,
    /// In words.
    pub message: String,
}

impl ObjectProblem {
    /// Where its place lies in the text, counted as browsers count: in units of UTF-16. The end
    /// of the text for a place behind it.
    pub fn utf16_offset(&self, text: &str) -> Option<u32> {
        let (line, column) = self.place?;
        let before_line = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1) as usize);
        let line_text = text
            .split_inclusive('\n')
            .nth(line.saturating_sub(1) as usize);
        let in_line = line_text
            .unwrap_or_default()
            .chars()
            .take(column.saturating_sub(1) as usize);
        let units = before_line
            .flat_map(str::chars)
            .chain(in_line)
            .map(char::len_utf16)
            .sum::<usize>();
        u32::try_from(units).ok()
    }
}

impl std::fmt::Display for ObjectProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "Line {line}, column {column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Reads a field: `None` when nothing is typed.
pub(super) fn checked(text: &str) -> Result<Option<Tree>, Vec<String>> {
    let problems = problems(text);
    if !problems.is_empty() {
        return Err(problems.iter().map(ToString::to_string).collect());
    }
    let json = JsonText::parse(text)
        .ok()
        .filter(|_| !text.trim().is_empty());
    Ok(json.map(|json| json.tree()))
}

/// Everything that keeps the text of a context, user or brand from being sent. Nothing typed is
/// nothing wrong.
pub fn problems(text: &str) -> Vec<ObjectProblem> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    if let Err(problem) = JsonText::parse(text) {
        return vec![ObjectProblem {
            place: Some((problem.line, problem.column)),
            message: problem.message,
        }];
    }
    // Of the text as typed, so that lines and columns are those of the field.
    let tree = Tree::of(text);
    let whole = |message: String| ObjectProblem {
        place: None,
        message,
    };
    match tree.root().kind() {
        Kind::Object => {}
        Kind::Null => return vec![whole(NULL.to_owned())],
        Kind::Array | Kind::String | Kind::Number | Kind::Bool => {
            return vec![whole(NO_OBJECT.to_owned())];
        }
    }
    let levels = tree.depth();
    let deep = (levels > MOST_LEVELS).then(|| {
        let why = "authentik cannot show an event of more than about 250";
        whole(format!(
            "This is {levels} levels deep; keep it within {MOST_LEVELS}, {why}."
        ))
    });
    let flaws = tree.flaws();
    deep.into_iter()
        .chain(flaws.iter().filter_map(problem))
        .collect()
}

/// What keeps a flaw from being sent; `None` for one that is only worth a caution.
fn problem(flaw: &Flaw) -> Option<ObjectProblem> {
    let message = match &flaw.kind {
        FlawKind::Nul => "Null characters are not allowed.".to_owned(),
        FlawKind::LoneSurrogate => {
            "this is half of a character (a lone surrogate), authentik refuses it".to_owned()
        }
        FlawKind::DuplicateKey(key) => {
            format!(
                "the key \"{}\" is here twice, authentik would keep only the last one",
                key.clipped(60)
            )
        }
        FlawKind::Infinite(number) => {
            format!("{} is too large, authentik refuses it", number.clipped(60))
        }
        FlawKind::Rounded(_) => return None,
    };
    Some(ObjectProblem {
        place: Some((flaw.line, flaw.column)),
        message,
    })
}

/// No more keys are named at once.
const MOST_NAMED: usize = 3;

/// What is worth a second look in the text of a context, user or brand.
pub fn cautions(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let tree = Tree::of(text);
    let rounded = tree.flaws().into_iter().filter_map(|flaw| match flaw.kind {
        FlawKind::Rounded(number) => {
            let number = number.clipped(60);
            Some(format!(
                "Line {}, column {}: authentik stores {number} rounded",
                flaw.line, flaw.column
            ))
        }
        FlawKind::Nul
        | FlawKind::LoneSurrogate
        | FlawKind::DuplicateKey(_)
        | FlawKind::Infinite(_) => None,
    });
    let mut keys: Vec<String> = Vec::new();
    for node in tree.nodes().filter(|node| secret::is_readable(*node)) {
        let key = node.key().map_or_else(
            || "a value".to_owned(),
            |key| format!("\"{}\"", key.clipped(60)),
        );
        if !keys.contains(&key) {
            keys.push(key);
        }
        if keys.len() > MOST_NAMED {
            break;
        }
    }
    let more = if keys.len() > MOST_NAMED {
        " and more"
    } else {
        ""
    };
    keys.truncate(MOST_NAMED);
    let readable = (!keys.is_empty()).then(|| {
        let why = "authentik hides such values in events of its own and not in what is posted";
        format!("Will be stored readable: {}{more}; {why}", keys.join(", "))
    });
    readable.into_iter().chain(rounded).collect()
}
