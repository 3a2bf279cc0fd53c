//! Telling the browser that the app was built anew.
//!
//! A script of our own and an event stream: both are allowed by the app's policy, so that it is on
//! while developing.

use std::collections::hash_map::DefaultHasher;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use super::Sandbox;

/// How often the directory is looked at.
const LOOK: Duration = Duration::from_millis(300);

/// How often an idle stream says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);

/// A directory that is looked at, and who waits for it to change.
#[derive(Debug)]
pub struct Reload {
    directory: PathBuf,
    changes: watch::Sender<u64>,
}

impl Reload {
    pub(super) fn of(directory: PathBuf) -> Reload {
        Reload {
            directory,
            changes: watch::Sender::new(0),
        }
    }

    /// Looks at the directory for ever. A change counts once it has held still for one look and
    /// there is a page again.
    pub(super) fn watch(&self) -> impl Future<Output = ()> + Send + 'static {
        let (directory, changes) = (self.directory.clone(), self.changes.clone());
        async move {
            let look =
                |directory: PathBuf| tokio::task::spawn_blocking(move || fingerprint(&directory));
            let mut known = look(directory.clone()).await.unwrap_or_default();
            let mut seen = known;
            loop {
                tokio::time::sleep(LOOK).await;
                let now = look(directory.clone()).await.unwrap_or_default();
                if now == seen && now != known && now.is_some() {
                    known = now;
                    changes.send_modify(|count| *count += 1);
                }
                seen = now;
            }
        }
    }
}

/// Names, sizes and times of everything in a directory. `None` while there is no page.
fn fingerprint(directory: &Path) -> Option<u64> {
    if !directory.join("index.html").is_file() {
        return None;
    }
    let mut files: Vec<(PathBuf, u64, Option<std::time::SystemTime>)> = Vec::new();
    let mut directories = vec![directory.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let Ok(about) = entry.metadata() else {
                continue;
            };
            if about.is_dir() {
                directories.push(entry.path());
            } else {
                files.push((entry.path(), about.len(), about.modified().ok()));
            }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    Some(hasher.finish())
}

/// `/__reload.js`.
pub(super) async fn script() -> Response {
    let script = "\"use strict\";\nnew EventSource(\"/__reload\").addEventListener(\"changed\", () => location.reload());\n";
    (
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/javascript; charset=utf-8"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        script,
    )
        .into_response()
}

/// `/__reload`: an event whenever the app was built anew.
pub(super) async fn stream(State(shared): State<Arc<Sandbox>>) -> Response {
    let (pieces, body) = super::body::piped();
    if let Some(reload) = &shared.reload {
        let mut changes = reload.changes.subscribe();
        tokio::spawn(async move {
            let mut message = ": here\n\n";
            while pieces
                .send(Ok(Bytes::from_static(message.as_bytes())))
                .await
                .is_ok()
            {
                message = match tokio::time::timeout(ALIVE, changes.changed()).await {
                    Ok(Ok(())) => "event: changed\ndata: \n\n",
                    Ok(Err(_)) => return,
                    Err(_) => ": here\n\n",
                };
            }
        });
    }
    let mut response = Response::new(Body::new(body));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
