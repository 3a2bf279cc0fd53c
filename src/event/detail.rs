//! What the detail page says about an event: decided here, drawn in the browser half.

use super::{
    Event,
    change::Change,
    context::ModelRef,
    exception::ExceptionReport,
    facts::{Fact, Label},
};
use crate::text::{Sentence, Untrusted};

/// One section of the page.
#[derive(Debug, Clone)]
pub enum Section {
    /// Labelled values.
    Fields {
        /// Its head.
        title: &'static str,
        /// Its rows.
        rows: Vec<Fact>,
    },
    /// An object that the event is about.
    Object {
        /// What it is to the event: our word, or its key in the context.
        title: Label,
        /// The object.
        model: ModelRef,
    },
    /// A diff.
    Changes(Vec<Change>),
    /// An exception and what caused it, the raised one first.
    Exceptions(Vec<ExceptionReport>),
    /// Source or other preformatted text, with line numbers.
    Code {
        /// Its head.
        title: &'static str,
        /// The text.
        text: Untrusted,
        /// The line that failed, from 1.
        failing_line: Option<u32>,
    },
    /// A remark of ours, as in why there is no diff.
    Note {
        /// Its head.
        title: &'static str,
        /// How serious it is.
        tone: Tone,
        /// What it says.
        text: Sentence,
    },
}

/// How a note is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Plain.
    Info,
    /// To be looked at.
    Warning,
}

/// The sections between head and context, top to bottom; the page itself always adds the context.
pub fn detail(event: &Event) -> Vec<Section> {
    let _ = event;
    todo!()
}
