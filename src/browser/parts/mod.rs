//! Draw values. A part knows nothing of calls, sessions or what an address means.

pub mod action;
pub mod copy;
pub mod diff;
pub mod facts;
pub mod icon;
pub mod loaded;
pub mod menu;
pub mod notice;
pub mod sentence;
pub mod time;
pub mod toast;
pub mod token_field;
