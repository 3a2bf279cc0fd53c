//! One file per address: joins the address, the calls and the parts.

pub mod event_create;
pub mod event_detail;
pub mod event_import;
pub mod event_list;
pub mod not_found;
pub mod self_test;
pub mod sign_in;
