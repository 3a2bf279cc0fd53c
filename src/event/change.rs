//! What a `model_updated` diff says, field by field.

use crate::{json::JsonText, text::Untrusted};

/// One changed field.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its name.
    pub field: Untrusted,
    /// How it changed.
    pub kind: FieldChange,
}

/// The shapes that authentik's audit middleware writes, and what else may stand there.
#[derive(Debug, Clone)]
pub enum FieldChange {
    /// One value took the place of another.
    Replaced {
        /// Before.
        before: JsonText,
        /// After.
        after: JsonText,
    },
    /// Members of a relation came and went; ids or whole objects.
    Members {
        /// Came.
        added: Vec<JsonText>,
        /// Went.
        removed: Vec<JsonText>,
    },
    /// All members went.
    Cleared,
    /// authentik masked the values before it compared them.
    Masked,
    /// Anything else, as text.
    Unclear(JsonText),
}
