//! The server: sockets, and what stands around the API on them.

pub mod app;
mod body;
mod control;
pub mod faults;
mod proxy;
mod reload;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::api::{Answer, Api, Request};
use crate::seed::Seed;
use app::App;
use faults::{Faults, Log};
pub use proxy::Proxy;
use reload::Reload;

/// The largest body that is read: what authentik's front server lets through.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Everything that answers on one address.
#[derive(Debug)]
pub struct Sandbox {
    api: Arc<Api>,
    seed: Seed,
    app: Option<App>,
    proxy: Option<Proxy>,
    reload: Option<Reload>,
    faults: Option<Faults>,
    log: Log,
}

impl Sandbox {
    /// An API on its own. The seed is what a reset goes back to.
    #[must_use]
    pub fn new(api: Api, seed: Seed) -> Sandbox {
        Sandbox {
            api: Arc::new(api),
            seed,
            app: None,
            proxy: None,
            reload: None,
            faults: None,
            log: Log::default(),
        }
    }

    /// Serves a built app beside the API, and says when it changes if it shall.
    #[must_use]
    pub fn with_app(mut self, app: App, live_reload: bool) -> Sandbox {
        self.reload = live_reload.then(|| Reload::of(app.directory()));
        self.app = Some(app.with_reload_script(live_reload));
        self
    }

    /// Hands the API's requests on to a real authentik.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Proxy) -> Sandbox {
        self.proxy = Some(proxy);
        self
    }

    /// Opens the control endpoints for tests.
    #[must_use]
    pub fn with_faults(mut self) -> Sandbox {
        self.faults = Some(Faults::default());
        self
    }

    /// Answers on a socket until `until` ends.
    pub async fn serve(self, listener: TcpListener, until: impl Future<Output = ()>) {
        let shared = Arc::new(self);
        if let Some(reload) = &shared.reload {
            tokio::spawn(reload.watch());
        }
        let router = routes(Arc::clone(&shared));
        let mut until = std::pin::pin!(until);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut until => return,
            };
            let Ok((stream, _)) = accepted else {
                // Out of file handles, most likely: wait for some to come back.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            // Small answers must not wait for the next one.
            let _ = stream.set_nodelay(true);
            let router = router.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| respond(router.clone(), request));
                // A cut connection is the client's business, or a fault that was asked for.
                let _ = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    }
}

/// The connection ends without an answer.
#[derive(Debug, Clone, Copy)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the connection was cut as a fault asked for")
    }
}

impl std::error::Error for Cut {}

async fn respond(
    router: Router,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<Response, Cut> {
    let response = match router.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(impossible) => match impossible {},
    };
    if response.extensions().get::<Cut>().is_some() {
        Err(Cut)
    } else {
        Ok(response)
    }
}

fn routes(shared: Arc<Sandbox>) -> Router {
    let mut router = Router::new();
    if shared.faults.is_some() {
        router = router
            .route(
                "/__faults",
                post(control::arm)
                    .get(control::armed)
                    .delete(control::disarm),
            )
            .route("/__log", get(control::log))
            .route("/__reset", post(control::reset))
            .route("/__events", post(control::add_events));
    }
    if shared.reload.is_some() {
        router = router
            .route("/__reload.js", get(reload::script))
            .route("/__reload", get(reload::stream));
    }
    router.fallback(anything).with_state(shared)
}

/// The API, the app, or nothing.
async fn anything(State(shared): State<Arc<Sandbox>>, request: axum::extract::Request) -> Response {
    let path = request.uri().path();
    let closes = shared.faults.is_some();
    let mut response = if path.starts_with("/api/") || path.starts_with("/-/") {
        faults::around_api(shared, request).await
    } else {
        match &shared.app {
            Some(app) => app.answer(request.method(), path, request.headers()).await,
            None => nothing_here(),
        }
    };
    if closes {
        // A browser sends a request again by itself when a kept connection breaks: with faults
        // every request gets its own.
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn nothing_here() -> Response {
    let text = "The sandbox serves the API below /api/v3/. Start it with --app DIR to serve the app as well.\n";
    (
        StatusCode::NOT_FOUND,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        text,
    )
        .into_response()
}

impl Sandbox {
    /// The API's own answer, from here or from behind the proxy.
    async fn api_answer(self: Arc<Self>, request: axum::extract::Request) -> Response {
        if let Some(proxy) = &self.proxy {
            return proxy.forward(request).await;
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let request = Request {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: body.to_vec(),
        };
        let api = Arc::clone(&self.api);
        let answer = tokio::task::spawn_blocking(move || api.answer(&request)).await;
        answer.map_or_else(
            |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            into_response,
        )
    }
}

fn into_response(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Binds an address, or says in one sentence why not.
///
/// # Errors
/// The sentence.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("port {} is taken by another program: stop it, or choose another with --listen {}:0", address.port(), address.ip())
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("port {} needs more rights than this program has: choose one above 1023", address.port())
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}

/// Whether a method only reads.
fn reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}
