//! Draw values. A part knows nothing of calls, sessions or what an address means.

pub mod action;
pub mod copy;
pub mod icon;
pub mod loaded;
pub mod menu;
pub mod notice;
pub mod time;
pub mod toast;
