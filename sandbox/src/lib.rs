//! A stand-in for authentik's events API, to develop, test and demonstrate Eventide against.
//!
//! It answers as a running authentik 2026.5 was recorded to answer: the same statuses, headers,
//! messages, the same order of checks, and where it is reasonable the same bytes.
//! `tests/recordings.rs` of the root package sends every recording to it again and compares; what
//! it does not claim stands in `tests/recordings/not-covered.txt`. It shares no code with
//! `eventide`: an oracle that reads with the reader it judges would prove nothing.
//!
//! # What it is
//! - `GET`, `POST`, `OPTIONS`, `HEAD` on `events/events/` and its siblings `actions/`, `volume/`,
//!   `stats/`, `top_per_user/`, `export/` (which wants a licence), `core/users/me/`,
//!   `core/users/` and `core/brands/`, `root/config/`, `core/brands/current/`,
//!   `admin/version/`.
//! - Filters, sorting, pages, `search=` as plain words and as DjangoQL, with its silent fall-back
//!   and its crashes ([query]).
//! - Each message of `POST` in English, and in German as far as it is known ([language]).
//! - SQLite in memory or in a file, with the same events on every machine ([seed]).
//! - The built app on the same origin under the policy it is made for ([http::app]); or a real
//!   authentik behind the same address (`--proxy`).
//! - Faults on demand ([http::faults]).
//!
//! # What it is not
//! - Not an identity provider: nobody signs in, no flow runs, no event is made but by `POST`.
//! - Not for secrets: its tokens are printed, and the same everywhere.
//! - Nothing writes beyond `POST`. Even the administrator may not change or delete events; `PUT`,
//!   `PATCH` and `DELETE` are answered as authentik answers a user without that right: 404 for what
//!   is not there, else 403.
//! - Not all of it is recorded. Concluded from orjson and PostgreSQL: an object of more than 255
//!   levels, or a number that comes back as an integer of more than 64 bits, is stored, its `POST`
//!   crashes (405), and so does every list that holds it (500). Concluded from authentik's source:
//!   `context_device`, `history_days` above 90, `OPTIONS` of the siblings.
//! - No notification rules, no clean-up: what expires is hidden and stays in the file.
//! - Not PostgreSQL: among equals the order is that of insertion; `>` and `<` compare bytes;
//!   numbers in JSON sort by their 64-bit value; what fits an index is judged by our own version of
//!   its compression ([index_row]).
//! - Not every language of authentik, not every look-up of Django ([query::ql] says which), no
//!   throttling, no sessions, no cookies.
//! - Not fast at what authentik is fast at, and the other way round: never judge times by it.
//!
//! # Releases
//! `--release 2025.10` plays an older authentik as far as actions go: it lists, stores and takes
//! only those that it knew, and names its version. Everything else stays 2026.5.
//!
//! # Callers
//! `Authorization: Bearer` and one of
//!
//! | token | may |
//! |---|---|
//! | `eventide-admin-token` | see and create events |
//! | `eventide-viewer-token` | see events |
//! | `eventide-poster-token` | create events |
//! | `eventide-one-event-token` | see a single event, by a permission on it alone |
//! | `eventide-no-permission-token` | nothing, but is somebody |
//! | `eventide-expired-token` | nothing: "Token invalid/expired", like any unknown token |
//!
//! # The program
//! `sandbox --help` lists the options. The first line on stdout is `listening http://ADDRESS:PORT`,
//! the next ones are the tokens. SIGTERM and SIGINT end it; a file given with `--data` keeps its
//! events.
//!
//! # For tests: `--faults`
//! Four endpoints ask for no token:
//!
//! - `POST /__faults` takes one fault or an array. The next `times` requests (1 unless said) whose
//!   `method` (any) and start of `path` (`/api/`) match are hit, after `skip` of them (0) passed:
//!
//!   | key | what happens |
//!   |---|---|
//!   | `delay_ms` | waits before the request is carried out |
//!   | `delay_answer_ms` | waits between carrying out and answering |
//!   | `perform` | `true`; `false`: is not carried out; `{"later_ms": n}`: is carried out n ms later, whatever is answered meanwhile. Without it a fault with a `status` or `body` does not carry out |
//!   | `status`, `body`, `content_type`, `headers` | answers this instead |
//!   | `redirect` | answers 302 (or `status`) with this location |
//!   | `length` | `"too-long"` or `"too-short"`: what `content-length` says |
//!   | `drip` | `{"bytes": n, "every_ms": n}`: the body comes so slowly |
//!   | `cut` | `"before-headers"`, `"after-headers"` or `"mid-body"`: where the connection ends |
//!
//!   So "the event is stored and no answer comes" is
//!   `{"method": "POST", "cut": "before-headers"}`, and "a proxy's page instead of JSON" is
//!   `{"status": 502, "content_type": "text/html", "body": "<h1>Bad Gateway</h1>"}`.
//!   `GET /__faults` says how many requests will still be hit; `DELETE` forgets them.
//! - `GET /__log` lists the requests of the API since the last reset, the oldest first: method,
//!   path, query, status, how it ended (`answered`, `cut`, `abandoned` by the client, `running`)
//!   and after how many ms. It never holds a header or a body, so no token.
//! - `POST /__reset` forgets faults and log and starts with the seed again; `{"events": n}` with
//!   another number of events, `{"keep_events": true}` leaves the events alone.
//! - `POST /__events` adds one event or an array as `GET` shows them. Nothing is checked, whatever
//!   is missing is filled up: this is how odd events get in.
//!
//! With `--faults` every connection carries one request, so that a browser does not send a request
//! again by itself when a kept connection breaks.

#![deny(missing_docs)]

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
