//! The built app on the API's own origin, under the policy it is meant to run under.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::reads;

/// A directory with a built app.
#[derive(Debug)]
pub struct App {
    directory: PathBuf,
    policy: String,
    reload_script: bool,
}

/// The page for the addresses without a folder.
const INDEX: &str = "index.html";
/// The same page with its files one folder up, for the addresses below `/events/`.
const DEEP: &str = "events/deep.html";

/// The script that a reloading page loads.
const RELOAD_TAG: &str = "<script src=\"/__reload.js\"></script>";

/// The headers of every answer for the app, besides the policy. The powerful features are off, but
/// for writing to the clipboard.
const HEADERS: [(&str, &str); 9] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        // Only names that browsers know: an unknown one is an error on the console. The sign-in page
        // pastes a token when asked to, and the browser still asks the person.
        "accelerometer=(), autoplay=(), camera=(), clipboard-read=(self), clipboard-write=(self), display-capture=(), \
         encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(), \
         publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), window-management=(), \
         xr-spatial-tracking=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    (
        "strict-transport-security",
        "max-age=63072000; includeSubDomains",
    ),
    ("x-robots-tag", "noindex"),
];

impl App {
    /// The app in a directory; `connect` are further origins that it may call.
    ///
    /// # Errors
    /// A sentence, if there is no `index.html` in it or an origin cannot stand in a policy.
    pub fn in_directory(directory: &Path, connect: &[String]) -> Result<App, String> {
        if !directory.join(INDEX).is_file() {
            return Err(format!(
                "{} has no index.html: build the app first",
                directory.display()
            ));
        }
        App::of(directory, connect)
    }

    /// The same for a directory whose app is still being built.
    ///
    /// # Errors
    /// A sentence, if an origin cannot stand in a policy.
    pub fn of(directory: &Path, connect: &[String]) -> Result<App, String> {
        let is_sign =
            |sign: char| sign.is_ascii_graphic() && !matches!(sign, ';' | ',' | '\'' | '"');
        if let Some(wrong) = connect
            .iter()
            .find(|origin| origin.is_empty() || !origin.chars().all(is_sign))
        {
            return Err(format!(
                "{wrong:?} is no origin: write it like https://auth.example.com"
            ));
        }
        let connect: String = connect.iter().map(|origin| format!(" {origin}")).collect();
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; \
             connect-src 'self'{connect}; manifest-src 'self'; frame-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        );
        Ok(App {
            directory: directory.to_path_buf(),
            policy,
            reload_script: false,
        })
    }

    /// The headers of every answer, whatever it is. What is shipped for other servers
    /// (`deploy/`) sends the same.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("content-security-policy", self.policy.as_str())]
            .into_iter()
            .chain(HEADERS)
    }

    pub(super) fn with_reload_script(mut self, reload_script: bool) -> App {
        self.reload_script = reload_script;
        self
    }

    pub(super) fn directory(&self) -> PathBuf {
        self.directory.clone()
    }

    /// A file, the page for an address of the app, or 404: never the page for a missing file.
    pub(super) async fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Response {
        if !reads(method) {
            return self.text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
        }
        let asked = relative(path).filter(|file| self.directory.join(file).is_file());
        let Some(file) = asked.or_else(|| page_of(path).map(PathBuf::from)) else {
            return self.text(StatusCode::NOT_FOUND, "There is no such file.\n");
        };
        self.file(method, &file, headers)
            .await
            .unwrap_or_else(|| self.text(StatusCode::NOT_FOUND, "There is no such file.\n"))
    }

    async fn file(&self, method: &Method, file: &Path, headers: &HeaderMap) -> Option<Response> {
        let whole = self.directory.join(file);
        let is_page = [INDEX, DEEP].map(Path::new).contains(&file);
        let with_script = is_page && self.reload_script;
        let packed = if with_script {
            None
        } else {
            packed(&whole, headers)
        };
        let (encoding, stored) = match &packed {
            Some((encoding, stored)) => (Some(*encoding), stored.clone()),
            None => (None, whole),
        };
        let mut bytes = tokio::task::spawn_blocking(move || std::fs::read(stored))
            .await
            .ok()?
            .ok()?;
        if with_script {
            let page = String::from_utf8_lossy(&bytes);
            let page = match page.rsplit_once("</head>") {
                Some((head, rest)) => format!("{head}{RELOAD_TAG}</head>{rest}"),
                None => format!("{page}{RELOAD_TAG}"),
            };
            bytes = page.into_bytes();
        }
        let length = bytes.len();
        let body = if method == Method::HEAD {
            Body::empty()
        } else {
            Body::from(bytes)
        };
        let mut response = self.framed(StatusCode::OK, body, media_type(file));
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let caching = match name {
            "version.json" | "config.json" => "no-store",
            _ if is_hashed(name) => "public, max-age=31536000, immutable",
            _ => "no-cache",
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }

    fn text(&self, status: StatusCode, text: &'static str) -> Response {
        let mut response = self.framed(status, Body::from(text), "text/plain; charset=utf-8");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn framed(&self, status: StatusCode, body: Body, media_type: &'static str) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        for (name, value) in self.headers() {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// The file that a path names, if it stays inside.
fn relative(path: &str) -> Option<PathBuf> {
    let decoded = crate::api::percent_decoded(path);
    let file = Path::new(decoded.strip_prefix('/')?);
    let inside = file.components().all(
        |part| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.')),
    );
    (inside && !decoded.contains(['\0', '\\'])).then(|| file.to_path_buf())
}

/// The page for an address of the app. A name with a dot is a file, and nothing of the app lies
/// deeper than one folder.
fn page_of(path: &str) -> Option<&'static str> {
    let below = path.strip_prefix('/')?;
    match below.split_once('/') {
        None => (!below.contains('.')).then_some(INDEX),
        Some(("events", name)) => (!name.contains(['/', '.'])).then_some(DEEP),
        Some(_) => None,
    }
}

/// Whether a name changes with the content: a dash and eight or more hexadecimal digits.
fn is_hashed(name: &str) -> bool {
    name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= 8
            && part
                .as_bytes()
                .get(digits)
                .is_none_or(|next| matches!(next, b'.' | b'_'))
    })
}

/// The best packed sibling of a file that the client takes.
fn packed(file: &Path, headers: &HeaderMap) -> Option<(&'static str, PathBuf)> {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |coding: &str| {
        accepted.split(',').any(|part| {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            name.trim() == coding
                && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
    };
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .find_map(|(coding, ending)| {
            let mut name = file.as_os_str().to_owned();
            name.push(".");
            name.push(ending);
            let sibling = PathBuf::from(name);
            (takes(coding) && sibling.is_file()).then_some((coding, sibling))
        })
}

fn media_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_the_directory() {
        for path in [
            "/../secret",
            "/a/../../b",
            "/%2e%2e/secret",
            "/.git/config",
            "//etc/passwd",
            "/a/%00",
            "/a\\..\\b",
        ] {
            assert_eq!(relative(path), None, "{path}");
        }
        assert_eq!(
            relative("/assets/app.js"),
            Some(PathBuf::from("assets/app.js"))
        );
    }

    #[test]
    fn only_names_that_change_with_the_content_are_kept_for_ever() {
        for name in [
            "eventide-4f1c0a9be2d37788_bg.wasm",
            "eventide-4f1c0a9be2d37788.js",
            "tokens-0123abcd.css",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "boot.js",
            "icon-32.png",
            "feed-back.js",
            "a-deadbeefx.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn an_address_has_its_page_and_a_missing_file_has_none() {
        for (path, page) in [
            ("/", Some(INDEX)),
            ("/events", Some(INDEX)),
            ("/sign-in", Some(INDEX)),
            ("/nowhere", Some(INDEX)),
            ("/events/", Some(DEEP)),
            ("/events/new", Some(DEEP)),
            ("/events/f6e33af7-10b9-466d-b649-8abeb23e408f", Some(DEEP)),
            ("/events/%3Cscript%3E", Some(DEEP)),
            ("/eventide-4f1c0a9be2d37788_bg.wasm", None),
            ("/events/eventide-4f1c0a9be2d37788.js", None),
            ("/favicon.ico", None),
            ("/events/new/more", None),
            ("/elsewhere/new", None),
            ("//", None),
            ("", None),
        ] {
            assert_eq!(page_of(path), page, "{path}");
        }
    }

    #[test]
    fn an_origin_cannot_smuggle_in_another_directive() {
        let directory = Path::new("/nowhere");
        assert!(App::of(directory, &["https://auth.example.com".to_owned()]).is_ok());
        for origin in ["https://x; script-src *", "", "'unsafe-inline'", "a b"] {
            assert!(
                App::of(directory, &[origin.to_owned()]).is_err(),
                "{origin}"
            );
        }
    }
}
