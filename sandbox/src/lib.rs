//! A stand-in for authentik's events API, to develop, test and demonstrate Eventide against.

pub mod action;
pub mod address;
pub mod api;
pub mod caller;
pub mod clock;
pub mod event;
pub mod http;
pub mod index_row;
pub mod json;
pub mod language;
pub mod moment;
pub mod query;
pub mod seed;
pub mod store;
pub mod text;
