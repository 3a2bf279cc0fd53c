//! The endpoints with which a test runs the sandbox. They are there only with `--faults`, and ask
//! for no token.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Sandbox;
use super::faults::Fault;
use crate::json::{self, Json};
use crate::seed;

fn json_response(status: StatusCode, body: String) -> Response {
    (
        status,
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        body,
    )
        .into_response()
}

fn refused(message: &str) -> Response {
    json_response(
        StatusCode::BAD_REQUEST,
        format!("{{\"error\":{}}}", json::quoted(message)),
    )
}

/// A body as one or several things.
fn things(body: &[u8]) -> Result<Vec<Json>, String> {
    match json::read(body) {
        Ok(Json::Array(things)) => Ok(things),
        Ok(thing) => Ok(vec![thing]),
        Err(error) => Err(error.to_string()),
    }
}

/// `POST /__faults`: one fault, or an array of them.
pub(super) async fn arm(State(shared): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let things = match things(&body) {
        Ok(things) => things,
        Err(message) => return refused(&message),
    };
    let read: Result<Vec<Fault>, String> = things.iter().map(Fault::read).collect();
    match (read, &shared.faults) {
        (Err(message), _) => refused(&message),
        (Ok(read), Some(faults)) => {
            read.into_iter().for_each(|fault| faults.arm(fault));
            armed(State(Arc::clone(&shared))).await
        }
        (Ok(_), None) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /__faults`: how many requests will still be hit.
pub(super) async fn armed(State(shared): State<Arc<Sandbox>>) -> Response {
    let remaining = shared
        .faults
        .as_ref()
        .map_or(0, super::faults::Faults::remaining);
    json_response(StatusCode::OK, format!("{{\"remaining\":{remaining}}}"))
}

/// `DELETE /__faults`: no fault waits any more.
pub(super) async fn disarm(State(shared): State<Arc<Sandbox>>) -> Response {
    if let Some(faults) = &shared.faults {
        faults.disarm();
    }
    armed(State(shared)).await
}

/// `GET /__log`: what was asked of the API since the last reset.
pub(super) async fn log(State(shared): State<Arc<Sandbox>>) -> Response {
    json_response(StatusCode::OK, shared.log.json())
}

/// `POST /__reset`: no faults, an empty log, the seed's events; `{"events": N}` for another number
/// of them, `{"keep_events": true}` to leave them alone.
pub(super) async fn reset(State(shared): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let wish = if body.is_empty() {
        Json::Null
    } else {
        json::read(&body).unwrap_or(Json::Null)
    };
    if let Some(faults) = &shared.faults {
        faults.disarm();
    }
    shared.log.clear();
    if wish.member("keep_events") != Some(&Json::Bool(true)) {
        let events = wish
            .member("events")
            .and_then(Json::integer)
            .and_then(|events| usize::try_from(events).ok());
        let again = Arc::clone(&shared);
        let sown = tokio::task::spawn_blocking(move || {
            let seed = again.seed.with_events(events);
            again.api.store.clear()?;
            again.api.store.fill(
                seed.events(again.api.clock.now())
                    .filter(|event| again.api.release.writes(&event.action)),
                |_| (),
            )
        })
        .await;
        match sown {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return refused(&format!("the store failed: {error}")),
            Err(_) => return refused("the seed failed"),
        }
    }
    let events = shared.api.store.len().unwrap_or_default();
    json_response(StatusCode::OK, format!("{{\"events\":{events}}}"))
}

/// `POST /__events`: one event as `GET` shows it, or an array; nothing is checked, whatever is
/// missing is filled up.
pub(super) async fn add_events(State(shared): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let things = match things(&body) {
        Ok(things) => things,
        Err(message) => return refused(&message),
    };
    let mut added = Vec::new();
    for thing in &things {
        let event = seed::event_of(thing, shared.api.clock.now());
        if let Err(error) = shared.api.store.add(&event) {
            return refused(&format!("the store failed: {error}"));
        }
        added.push(json::quoted(&event.pk.to_string()));
    }
    json_response(
        StatusCode::CREATED,
        format!("{{\"added\":[{}]}}", added.join(",")),
    )
}
