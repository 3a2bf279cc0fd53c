//! Draw values. A part knows nothing of calls, sessions or what an address means.

pub mod action;
pub mod context_section;
pub mod copy;
pub mod diff;
pub mod event_table;
pub mod facts;
pub mod icon;
pub mod json_text;
pub mod json_tree;
pub mod loaded;
pub mod menu;
pub mod notice;
pub mod oddities;
pub mod pager;
pub mod section;
pub mod probe;
pub mod sentence;
pub mod stack;
pub mod theme_button;
pub mod time;
pub mod toast;
pub mod token_field;
