//! What is shipped for other servers sends what the sandbox sends, byte for byte: everything is
//! tested under these headers, and a header that one of them lacks is a promise not kept.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the functions that tests share say what they expect"
)]

use std::path::{Path, PathBuf};

use sandbox::http::app::App;
use sandbox::json::Json;

/// The origin that the files name where the API is elsewhere.
const ELSEWHERE: &str = " https://auth.example.com";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

type Header = (String, String);

fn header(name: &str, value: &str) -> Header {
    (name.to_ascii_lowercase(), value.to_owned())
}

/// What the sandbox sends with every answer.
fn expected() -> Vec<Header> {
    let app = App::of(Path::new("nowhere"), &[]).unwrap();
    app.headers()
        .map(|(name, value)| header(name, value))
        .collect()
}

fn value_of(name: &str) -> String {
    let (_, value) = expected().into_iter().find(|(own, _)| own == name).unwrap();
    value
}

/// The lines of a text between two that are as given, trimmed.
fn between(text: &str, first: &str, last: &str) -> Vec<String> {
    text.lines()
        .skip_while(|line| line.trim() != first)
        .skip(1)
        .take_while(|line| line.trim() != last)
        .map(|line| line.trim().to_owned())
        .collect()
}

/// `Name "value"`
fn quoted(line: &str) -> Header {
    let (name, value) = line
        .split_once(' ')
        .unwrap_or_else(|| panic!("{line} is no header"));
    header(name, value.trim_matches('"'))
}

#[test]
fn nginx_sends_the_headers_of_the_sandbox() {
    let text = read("deploy/nginx/eventide/headers.conf").replace("$eventide_connect", "");
    let headers: Vec<Header> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let inside = line.strip_prefix("add_header ");
            quoted(
                inside
                    .and_then(|line| line.strip_suffix(" always;"))
                    .unwrap_or_else(|| panic!("{line}")),
            )
        })
        .collect();
    assert_eq!(headers, expected());
}

#[test]
fn nginx_repeats_the_headers_wherever_it_adds_one() {
    let mut files = vec!["same-origin.conf".to_owned(), "own-origin.conf".to_owned()];
    files.extend(
        [
            "app.conf",
            "at-root.conf",
            "below-path.conf",
            "api.conf",
            "cors.conf",
        ]
        .map(|name| format!("eventide/{name}")),
    );
    for file in files {
        let text = read(&format!("deploy/nginx/{file}"));
        // The smallest piece between two braces that adds a header has to bring the others along.
        for piece in text.split(['{', '}']) {
            let adds = piece
                .lines()
                .filter(|line| line.trim().starts_with("add_header"));
            let adds: Vec<&str> = adds.collect();
            assert!(
                adds.iter().all(|line| line.ends_with(" always;")),
                "{file}: an error goes out without {adds:?}"
            );
            let is_of_the_api = file.ends_with("api.conf") || file.ends_with("cors.conf");
            assert!(
                adds.is_empty()
                    || is_of_the_api
                    || piece.contains("include /etc/nginx/eventide/headers.conf;"),
                "{file}: {adds:?} drops the headers from further out"
            );
        }
    }
}

#[test]
fn caddy_sends_the_headers_of_the_sandbox() {
    let text = read("deploy/caddy/eventide.caddy").replace("{$EVENTIDE_CONNECT:'self'}", "'self'");
    let snippet = text.split_once("(eventide_headers) {").unwrap().1;
    let headers: Vec<Header> = between(snippet, "header {", "}")
        .iter()
        .map(|line| quoted(line))
        .collect();
    assert_eq!(headers, expected());
}

#[test]
fn a_proxied_api_is_kept_by_no_cache_and_stays_on_https() {
    let https = value_of("strict-transport-security");
    for (file, before) in [
        ("deploy/nginx/eventide/api.conf", "add_header"),
        ("deploy/caddy/Caddyfile", "header_down"),
    ] {
        let text = read(file);
        assert!(
            text.contains(&format!("{before} Strict-Transport-Security \"{https}\"")),
            "{file}"
        );
        assert!(
            text.contains(&format!("{before} Cache-Control \"no-store\"")),
            "{file}"
        );
    }
}

#[test]
fn static_hosts_send_the_headers_of_the_sandbox() {
    for file in [
        "deploy/netlify/_headers",
        "deploy/cloudflare-pages/_headers",
    ] {
        let headers: Vec<Header> = between(&read(file), "/*", "")
            .iter()
            .map(|line| {
                let (name, value) = line.split_once(": ").unwrap();
                header(name, &value.replace(ELSEWHERE, ""))
            })
            .collect();
        assert_eq!(headers, expected(), "{file}");
    }
}

#[test]
fn static_hosts_know_every_page_without_a_folder() {
    let routes = read("src/route.rs");
    let pages: Vec<&str> = routes
        .split("format!(\"{base}/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '?', '/', '{']).next())
        .chain(["events"])
        .filter(|name| !name.is_empty())
        .collect();
    assert!(pages.contains(&"sign-in"), "{pages:?}");
    for host in ["netlify", "cloudflare-pages"] {
        for (file, what) in [("_redirects", " "), ("_headers", "\n")] {
            let text = read(&format!("deploy/{host}/{file}"));
            for page in &pages {
                assert!(
                    text.contains(&format!("\n/{page}{what}")),
                    "deploy/{host}/{file} does not have /{page}, which src/route.rs has"
                );
            }
        }
    }
}

#[test]
fn cloudfront_sends_the_headers_of_the_sandbox() {
    let text = read("deploy/cloudfront/response-headers-policy.json").replace(ELSEWHERE, "");
    let policy = sandbox::json::read(text.as_bytes()).unwrap();
    let security = policy.member("SecurityHeadersConfig").unwrap();
    let of = |group: &str, name: &str| {
        security
            .member(group)
            .unwrap()
            .member(name)
            .unwrap()
            .clone()
    };
    let text_of = |group: &str, name: &str| of(group, name).text().unwrap().to_owned();
    let https = format!(
        "max-age={}; includeSubDomains",
        of("StrictTransportSecurity", "AccessControlMaxAgeSec")
            .integer()
            .unwrap()
    );
    assert_eq!(
        of("StrictTransportSecurity", "IncludeSubdomains"),
        Json::Bool(true)
    );
    // Its presence is the header.
    assert!(security.member("ContentTypeOptions").is_some());
    let mut headers = vec![
        header(
            "content-security-policy",
            &text_of("ContentSecurityPolicy", "ContentSecurityPolicy"),
        ),
        header("x-content-type-options", "nosniff"),
        header("x-frame-options", &text_of("FrameOptions", "FrameOption")),
        header(
            "referrer-policy",
            &text_of("ReferrerPolicy", "ReferrerPolicy"),
        ),
        header("strict-transport-security", &https),
    ];
    let custom = policy.member("CustomHeadersConfig").unwrap();
    let Some(Json::Array(items)) = custom.member("Items") else {
        panic!("{custom:?}")
    };
    assert_eq!(
        custom.member("Quantity").unwrap().integer(),
        i64::try_from(items.len()).ok()
    );
    headers.extend(items.iter().map(|item| {
        let text = |name| item.member(name).unwrap().text().unwrap();
        header(text("Header"), text("Value"))
    }));
    headers.sort();
    let mut expected = expected();
    expected.sort();
    assert_eq!(headers, expected);
}

#[test]
fn the_documentation_quotes_the_headers_that_are_sent() {
    let text = read("docs/deploy.md");
    for (name, value) in expected() {
        let line = format!("{name}: {value}");
        assert!(
            text.lines().any(|own| own.eq_ignore_ascii_case(&line)),
            "docs/deploy.md does not have the line\n{line}"
        );
    }
}
