//! The API of a real authentik, as if it were here.

use axum::body::Body;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::json::quoted;

/// A server that requests are handed on to.
#[derive(Debug)]
pub struct Proxy {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    scheme: Scheme,
    authority: Authority,
}

/// Headers that belong to one connection, and the cookies: a token is all that goes through.
const LEFT_OUT: [HeaderName; 11] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::COOKIE,
    header::SET_COOKIE,
    header::HOST,
    HeaderName::from_static("keep-alive"),
];

impl Proxy {
    /// A proxy to an address like `https://auth.example.com`.
    ///
    /// # Errors
    /// A sentence, if it is no such address or the machine's certificates cannot be read.
    pub fn to(url: &str) -> Result<Proxy, String> {
        let uri: Uri = url
            .trim_end_matches('/')
            .parse()
            .map_err(|_| format!("{url} is no address"))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(format!(
                "{url} is no full address: write it like https://auth.example.com"
            ));
        };
        if parts.path_and_query.is_some_and(|path| path != "/") {
            return Err(format!(
                "{url} has a path: give only the server's own address"
            ));
        }
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| format!("the machine's certificates cannot be read: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Proxy {
            client: Client::builder(TokioExecutor::new()).build(connector),
            scheme,
            authority,
        })
    }

    pub(super) async fn forward(&self, request: axum::extract::Request) -> Response {
        let (mut parts, body) = request.into_parts();
        let path = parts
            .uri
            .path_and_query()
            .cloned()
            .unwrap_or_else(|| PathAndQuery::from_static("/"));
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build();
        let Ok(uri) = uri else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        parts.uri = uri;
        leave_out(&mut parts.headers);
        match self
            .client
            .request(axum::extract::Request::from_parts(parts, body))
            .await
        {
            Ok(response) => {
                let (mut parts, body) = response.into_parts();
                leave_out(&mut parts.headers);
                parts
                    .headers
                    .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                Response::from_parts(parts, Body::new(body))
            }
            Err(error) => {
                let mut causes = error.to_string();
                let mut cause = std::error::Error::source(&error);
                while let Some(deeper) = cause {
                    causes = format!("{causes}: {deeper}");
                    cause = deeper.source();
                }
                let body = format!(
                    "{{\"error\":{}}}",
                    quoted(&format!("failed to connect to authentik backend: {causes}"))
                );
                (
                    StatusCode::BAD_GATEWAY,
                    [(header::CONTENT_TYPE, "application/json")],
                    body,
                )
                    .into_response()
            }
        }
    }
}

fn leave_out(headers: &mut HeaderMap) {
    for name in LEFT_OUT {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_servers_own_address_can_be_proxied_to() {
        assert!(Proxy::to("http://127.0.0.1:9000").is_ok());
        assert!(Proxy::to("https://auth.example.com/").is_ok());
        for url in [
            "auth.example.com",
            "/api",
            "https://auth.example.com/api/v3",
            "",
        ] {
            assert!(Proxy::to(url).is_err(), "{url}");
        }
    }
}
