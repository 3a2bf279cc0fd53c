//! The one sentence that tells an event, in list, title, copy and export.

use super::Event;
use crate::text::Sentence;

/// Who did what to which object, in the past tense. Total on any event.
pub fn sentence(event: &Event) -> Sentence {
    let _ = event;
    todo!()
}
