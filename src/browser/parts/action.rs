//! What an event's action looks like: the coloured tile, and its name.

use crate::browser::markup::Markup;

use super::icon::icon;
use crate::event::{EventAction, Severity};

/// The tile of 20 pixels, for rows.
pub fn tile(action: &EventAction) -> Markup {
    ui! { <span class="tile" data-family=action.family().name()>{icon(action.icon())}</span> }
}

/// The tile of 32 pixels, for heads.
pub fn large_tile(action: &EventAction) -> Markup {
    ui! { <span class="tile tile--lg" data-family=action.family().name()>{icon(action.icon())}</span> }
}

/// Tile and name. What the edge of a row says by colour stands here in words for those who listen.
pub fn action(action: &EventAction) -> Markup {
    ui! {
        <span class="action">
            {tile(action)}
            <span>{action.label().clipped(LABEL_LIMIT)}{spoken(action.severity())}</span>
        </span>
    }
}

/// Names of known actions are short; a custom one may be anything.
const LABEL_LIMIT: usize = 120;

fn spoken(severity: Severity) -> Option<Markup> {
    let word = match severity {
        Severity::Routine | Severity::Change => return None,
        Severity::Warning => " (warning)",
        Severity::Error => " (error)",
    };
    Some(ui! { <span class="sr">{word}</span> })
}
