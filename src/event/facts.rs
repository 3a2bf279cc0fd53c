//! The facts panel: who, from where, by which request, and the record itself.

use super::Event;
use crate::{moment::Moment, safe_url::SafeUrl, text::Untrusted};

/// A headed group of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactGroup {
    /// "Who", "From", "Request", "Record".
    pub title: &'static str,
    /// Its rows.
    pub facts: Vec<Fact>,
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: Label,
    /// The value, drawn in one line.
    pub value: Vec<Value>,
    /// Smaller lines under it.
    pub notes: Vec<Value>,
    /// What the copy button copies; `None` draws no button.
    pub copy: Option<Untrusted>,
}

/// A label: ours, or a key out of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// Our word.
    Ours(&'static str),
    /// A key as the server wrote it.
    Theirs(Untrusted),
}

/// A part of a value; the drawing side has one arm for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Our own words, as in "none" or "Script, not a browser".
    Words(String),
    /// Something that is not there, in words, drawn faint.
    Absent(&'static str),
    /// Text for people.
    Text(Untrusted),
    /// Text for machines: ids, addresses, keys.
    Code(Untrusted),
    /// A path or module: code that may break after its separators.
    Path(Untrusted),
    /// A short mark, as in the request method.
    Badge(Untrusted),
    /// A country's flag as two regional indicators; decorative.
    Flag(String),
    /// An instant; drawn in the chosen zone with UTC in the tooltip.
    At(Moment),
    /// How far an instant lies from now, as in "in 365 days".
    FromNow(Moment),
    /// A link out of the data, with its host shown.
    Link(Untrusted, SafeUrl),
}

/// The facts of an event, top to bottom; empty groups are left out.
pub fn facts(event: &Event) -> Vec<FactGroup> {
    let _ = event;
    todo!()
}
