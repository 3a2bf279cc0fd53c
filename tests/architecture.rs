//! Who may mention what. What the compiler cannot see is read off the source here, and each
//! failure says what to do instead. A file that does not exist breaks no rule.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the functions that tests share say what they expect"
)]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use eventide::event::KnownAction;

/// One file of the source.
struct Source {
    /// Path from the root of the repository, with forward slashes.
    path: String,
    /// Its text with comments and tests blanked out; lines keep their numbers.
    code: String,
}

impl Source {
    fn is(&self, path: &str) -> bool {
        self.path == path
    }
    fn under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
    /// Whether it belongs to the half that knows no browser.
    fn pure(&self) -> bool {
        self.under("src/")
            && !self.under("src/browser/")
            && !self.is("src/main.rs")
            && !self.is("src/lib.rs")
    }
    /// The places of a word in the code, strings included.
    fn mentions(&self, word: &str) -> Vec<usize> {
        words(&self.code, word)
    }
}

// The rules.

#[test]
fn the_pure_half_knows_no_browser() {
    let words = [
        "leptos",
        "web_sys",
        "gloo",
        "gloo_net",
        "js_sys",
        "wasm_bindgen",
        "crate::browser",
    ];
    forbid(
        sources().iter().filter(|source| source.pure()),
        &words,
        "Everything outside src/browser/ is pure. Take the value as an argument, or move the code to src/browser/.",
    );
}

#[test]
fn the_pure_half_reads_no_clock() {
    forbid(
        sources().iter().filter(|source| source.pure()),
        &["SystemTime", "Instant", "std::time"],
        "Time is an argument: take `now: Moment`, which src/browser/clock.rs reads.",
    );
}

#[test]
fn modules_only_look_down() {
    // What a module of the pure half must not know. `event` is the noun that everything else is
    // about, so it knows none of them.
    let arrows: [(&str, &[&str], &str); 14] = [
        (
            "src/event/",
            &["api", "route", "session"],
            "What a call needs from an event is read in src/api/, not here.",
        ),
        (
            "src/json/",
            &["api", "event", "route", "session", "moment", "safe_url"],
            "JSON text knows only text.rs.",
        ),
        (
            "src/text.rs",
            &[
                "api", "event", "route", "session", "json", "moment", "safe_url",
            ],
            "Text knows nothing of ours.",
        ),
        (
            "src/moment.rs",
            &["api", "event", "route", "session", "json"],
            "An instant knows nothing of ours.",
        ),
        (
            "src/safe_url.rs",
            &["api", "event", "route", "session", "json"],
            "A link knows only text.rs.",
        ),
        (
            "src/ql/",
            &["api", "route", "session", "json"],
            "A query knows events, instants and text only.",
        ),
        (
            "src/api/",
            &["route"],
            "A call does not know which page asked. Let the page pass what the call needs.",
        ),
        (
            "src/filter/",
            &["api", "listing", "range", "route", "session"],
            "A filter knows events and the query language, and no time.",
        ),
        (
            "src/range.rs",
            &["api", "event", "filter", "listing", "route", "session"],
            "A range knows instants only.",
        ),
        (
            "src/listing.rs",
            &["api", "route", "session"],
            "A listing says what is asked; src/api/ asks.",
        ),
        (
            "src/route.rs",
            &["api", "session"],
            "An address knows events only. Let the page ask the API.",
        ),
        (
            "src/configuration.rs",
            &["route", "event", "listing"],
            "A configuration knows servers and how sessions are kept, no more.",
        ),
        (
            "src/presence.rs",
            &["api", "event", "route", "session", "json"],
            "Whether somebody is there follows from times alone.",
        ),
        (
            "src/session.rs",
            &["route", "event"],
            "A session knows where the API lives and the token, no more.",
        ),
    ];
    let mut found = Findings::new();
    for source in sources() {
        for (place, nevers, instead) in arrows.iter().filter(|(place, ..)| source.under(place)) {
            for (module, at) in crate_modules(&source.code) {
                if nevers.contains(&module.as_str()) {
                    found.add(
                        &source,
                        at,
                        &format!("{place} mentions crate::{module}"),
                        instead,
                    );
                }
            }
        }
    }
    found.none();
}

#[test]
fn parts_draw_values_and_ask_nobody() {
    let instead = "A part draws the values it is given. Let the page send, navigate and read contexts, and pass the result or a callback.";
    // "Client IP" is a word on the screen, not a mention of the Client.
    let sources: Vec<Source> = sources()
        .into_iter()
        .filter(|source| source.under("src/browser/parts/"))
        .map(|source| Source {
            code: without_strings(&source.code),
            ..source
        })
        .collect();
    let parts = || sources.iter();
    forbid(
        parts(),
        &[
            "Client",
            "use_client",
            "use_remote",
            "use_session",
            "use_navigate",
            "expect_context",
            "use_context",
        ],
        instead,
    );
    forbid(
        parts(),
        &["pages", "shell"],
        "A part is used by pages and knows none of them.",
    );
}

#[test]
fn one_page_does_not_know_another() {
    let sources = sources();
    let pages: BTreeSet<String> = sources.iter().filter_map(page_of).collect();
    let mut found = Findings::new();
    for source in &sources {
        let Some(own) = page_of(source) else { continue };
        for other in pages.iter().filter(|other| **other != own) {
            let mentions = [format!("pages::{other}"), format!("super::{other}")];
            for at in mentions.iter().flat_map(|mention| source.mentions(mention)) {
                found.add(
                    source,
                    at,
                    &format!("page {own} mentions page {other}"),
                    "What two pages share is a part (src/browser/parts/) or belongs to the pure half. Pages meet through addresses (src/route.rs).",
                );
            }
        }
    }
    found.none();
}

#[test]
fn each_side_effect_has_one_home() {
    let homes: [(&str, &[&str], &str); 6] = [
        (
            "src/browser/client.rs",
            &[
                "gloo_net",
                "fetch",
                "fetch_with_request",
                "XmlHttpRequest",
                "WebSocket",
                "EventSource",
                "send_beacon",
            ],
            "Build a Call in src/api/ and send it with the Client.",
        ),
        (
            "src/browser/storage.rs",
            &[
                "local_storage",
                "session_storage",
                "localStorage",
                "sessionStorage",
                "indexed_db",
                "cookie",
            ],
            "Use src/browser/storage.rs: it is the one place that knows how storage fails.",
        ),
        (
            "src/browser/tabs.rs",
            &[
                "BroadcastChannel",
                "post_message",
                "postMessage",
                "MessagePort",
            ],
            "Say it with a Message of src/tabs.rs: it is the one place where what other tabs say is checked.",
        ),
        (
            "src/browser/clock.rs",
            &["Date", "performance"],
            "Use src/browser/clock.rs, so that a test can hold the time.",
        ),
        (
            "src/browser/clipboard.rs",
            &["clipboard"],
            "Use src/browser/clipboard.rs: it is the one place that knows how copying fails.",
        ),
        (
            "src/browser/download.rs",
            &["Blob", "create_object_url_with_blob", "set_download"],
            "Use src/browser/download.rs: it is the one place that knows how browsers write files.",
        ),
    ];
    let sources = sources();
    for (home, words, instead) in homes {
        // A name of our own module or of an icon is not the effect itself.
        let users = sources
            .iter()
            .filter(|source| source.under("src/") && !source.is(home));
        let mut found = Findings::new();
        for source in users {
            let code = without_strings(&source.code);
            for word in words {
                for at in self::words(&code, word) {
                    if !names_our_module(&code, at, word) {
                        found.add(
                            source,
                            at,
                            &format!("mentions `{word}` outside {home}"),
                            instead,
                        );
                    }
                }
            }
        }
        found.none();
    }
}

#[test]
fn the_two_halves_are_told_apart_in_one_place() {
    let mut found = Findings::new();
    for source in sources().iter().filter(|source| source.under("src/")) {
        if !source.is("src/lib.rs") && !source.is("src/main.rs") {
            for at in places(&source.code, "cfg(target_arch")
                .into_iter()
                .chain(places(&source.code, "cfg(not(target_arch"))
            {
                found.add(
                    source,
                    at,
                    "asks for the target",
                    "Only src/lib.rs (for `browser`) and src/main.rs ask. What needs a browser goes into src/browser/.",
                );
            }
        }
        if source.is("src/lib.rs") {
            for at in places(&source.code, "target_arch").into_iter().skip(1) {
                found.add(
                    source,
                    at,
                    "asks for the target twice",
                    "One `cfg` on `pub mod browser` is enough.",
                );
            }
        }
    }
    found.none();
}

#[test]
fn signals_are_compiled_once() {
    forbid(
        sources().iter().filter(|source| {
            source.under("src/browser/")
                && !source.is("src/browser/signals.rs")
                && !source.under("src/browser/markup/")
        }),
        &["leptos::prelude"],
        "Each type in a signal of Leptos's is 2 KB more to load: use crate::browser::signals::prelude::*, which has the same names. There is no LocalStorage in it, nothing needs to be Send, and an effect that is given what it gave last is Effect::with_last.",
    );
}

#[test]
fn markup_is_made_by_our_macro_only() {
    let mut found = Findings::new();
    for source in sources()
        .iter()
        .filter(|source| source.under("src/") || source.under("tests/browser/"))
    {
        let inside = macro_body(&source.code, "macro_rules! ui");
        for at in words(&source.code, "view!") {
            if !inside.as_ref().is_some_and(|body| body.contains(&at)) {
                found.add(
                    source,
                    at,
                    "writes `view!`",
                    "Write `ui! { … }`: `browser::markup` says why.",
                );
            }
        }
    }
    found.none();
}

#[test]
fn nothing_turns_text_into_markup_or_code() {
    forbid(
        sources().iter().filter(|source| source.under("src/")),
        &[
            "inner_html",
            "set_inner_html",
            "outer_html",
            "set_outer_html",
            "insert_adjacent_html",
            "srcdoc",
            "set_srcdoc",
            "document.write",
            "eval",
            "new_with_args",
            "new_no_args",
            "set_timeout_with_str",
            "set_interval_with_str",
            "dangerous",
            "createContextualFragment",
            "create_contextual_fragment",
            "parse_from_string",
        ],
        "Text reaches the page as text nodes and attributes only: draw it with `ui!`.",
    );
    let mut found = Findings::new();
    for source in sources()
        .iter()
        .filter(|source| source.under("src/browser/"))
    {
        for at in places(&source.code, "set_attribute(\"on")
            .into_iter()
            .chain(places(&source.code, "attr:on"))
        {
            found.add(
                source,
                at,
                "sets an event handler as text",
                "Write `on:click=move |_| …`.",
            );
        }
        for at in places(&source.code, "style=")
            .into_iter()
            .chain(places(&source.code, "set_attribute(\"style"))
        {
            let before = source.code.get(..at).and_then(|text| text.chars().last());
            if before.is_none_or(char::is_whitespace) || source.code.get(at..at + 4) == Some("set_")
            {
                found.add(
                    source,
                    at,
                    "writes a style attribute",
                    "The policy refuses style attributes. Use a class, a data- attribute, an SVG attribute or `style:name=value`.",
                );
            }
        }
    }
    found.none();
}

#[test]
fn nothing_is_unsafe() {
    // The lint of the workspace forbids it in each member; this sees that none leaves the workspace.
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(members, _)| members.split(','))
        .expect("the workspace names its members");
    for member in members.map(|member| member.trim().trim_matches('"')) {
        assert!(
            read(&format!("{member}/Cargo.toml")).contains("[lints]\nworkspace = true"),
            "{member} does not take the lints of the workspace: add [lints] workspace = true"
        );
    }
}

#[test]
fn nothing_here_changes_or_deletes_what_is_on_a_server() {
    // `xtask/src/seal/shipped.rs` looks for the same in the built program.
    let mut found = Findings::new();
    for source in sources().iter().filter(|source| source.under("src/")) {
        for (literal, at) in strings(&source.code) {
            for method in ["PUT", "PATCH", "DELETE"] {
                if !words(&literal, method).is_empty() {
                    found.add(
                        source,
                        at,
                        &format!("names the method {method}"),
                        "The app reads and adds events; it never changes or deletes one.",
                    );
                }
            }
        }
    }
    found.none();
}

#[test]
fn every_test_in_a_browser_is_watched() {
    // The watch of support/test.mjs fails each test for a violation of the policy, an error, a
    // request to another host.
    for path in files("tests/e2e", "mjs") {
        let is_spec = path.ends_with(".spec.mjs") || path.ends_with(".soak.mjs");
        if is_spec && !path.contains("node_modules/") {
            let text = read(&path);
            assert!(
                text.contains("from './support/test.mjs'")
                    && !text.contains("import { test } from '@playwright/test'")
                    && !text.contains("import { expect, test } from '@playwright/test'"),
                "{path} takes its test functions from elsewhere: import them from ./support/test.mjs"
            );
        }
    }
}

#[test]
fn everything_is_built_from_the_lock_files() {
    let mut trouble = String::new();
    for path in files("xtask/src", "rs") {
        let code = without_comments(&read(&path));
        for at in words(&code, "cargo(") {
            let rest = code.get(at + "cargo(".len()..).unwrap_or_default();
            let Some(literal) = rest.trim_start().strip_prefix('"') else {
                continue;
            };
            let words = literal.split('"').next().unwrap_or_default();
            // rustfmt builds nothing.
            if !words.contains("--locked") && !words.starts_with("fmt") {
                let _ = writeln!(trouble, "{path}: cargo {words}");
            }
        }
    }
    assert!(
        trouble.is_empty(),
        "\n{trouble}Add --locked: what is built must be what was looked at."
    );
    // Packages of npm drive the tests and make the app smaller; none is a part of it.
    for folder in ["tests/e2e", "xtask/binaryen"] {
        let manifest = read(&format!("{folder}/package.json"));
        assert!(
            !manifest.contains("\"dependencies\""),
            "{folder}/package.json has dependencies of a program. Nothing of npm may reach a user; tools are devDependencies."
        );
        let lock = read(&format!("{folder}/package-lock.json"));
        // All but the entry of the folder itself.
        assert_eq!(
            places(&lock, "\"version\"").len(),
            places(&lock, "\"integrity\"").len(),
            "{folder}/package-lock.json has a package without its integrity"
        );
    }
}

#[test]
fn the_page_loads_nothing_from_elsewhere() {
    for path in ["index.html", "boot.js"]
        .into_iter()
        .map(str::to_owned)
        .chain(files("style", "css"))
    {
        let text = read(&path);
        for address in ["http://", "https://", "url(//", "src=\"//"] {
            assert!(
                !text.contains(address),
                "{path} names an address elsewhere ({address}). Everything comes from the page's own origin."
            );
        }
    }
}

/// Where the browser half may take data as it came, and why.
const TAKES_ORIGINALS: &[(&str, &str)] = &[
    ("src/browser/client.rs", "requests carry what was asked for"),
    ("src/browser/clipboard.rs", "a copy is what the server sent"),
    (
        "src/browser/parts/copy.rs",
        "a copy is what the server sent",
    ),
    (
        "src/browser/download.rs",
        "a mail in a frame of its own is what was sent",
    ),
];

#[test]
fn a_screen_shows_only_what_can_be_seen() {
    let mut found = Findings::new();
    for source in sources()
        .iter()
        .filter(|source| source.under("src/browser/"))
    {
        if TAKES_ORIGINALS.iter().any(|(path, _)| source.is(path)) {
            continue;
        }
        for at in places(&source.code, ".original()") {
            found.add(
                source,
                at,
                "takes data as it came",
                "For a screen use visible(), visible_lines() or clipped(). For a copy or a request pass the Untrusted on to a file of TAKES_ORIGINALS in tests/architecture.rs, or add this file there with its reason.",
            );
        }
    }
    found.none();
}

#[test]
fn an_action_is_written_in_one_place() {
    let mut found = Findings::new();
    for source in sources()
        .iter()
        .filter(|source| source.under("src/") && !source.is("src/event/action.rs"))
    {
        for (literal, at) in strings(&source.code) {
            for known in KnownAction::ALL {
                let wire = known.wire();
                let compound = wire.trim_matches('_').contains('_');
                if literal == wire || (compound && !words(&literal, wire).is_empty()) {
                    found.add(
                        source,
                        at,
                        &format!("spells the action `{wire}`"),
                        &format!("Write KnownAction::{known:?}, and .wire() or .icon() where text is needed."),
                    );
                }
            }
        }
    }
    found.none();
}

#[test]
fn modules_are_named_after_what_they_hold() {
    let empty = [
        "utils", "util", "helpers", "helper", "common", "types", "misc", "prelude",
    ];
    let mut found = Findings::new();
    for source in sources() {
        let name = source
            .path
            .trim_end_matches("/mod.rs")
            .trim_end_matches(".rs")
            .rsplit('/')
            .next()
            .unwrap_or_default();
        if empty.contains(&name) {
            found.add(
                &source,
                0,
                "has a name that says nothing",
                "Name the module after the type it grows around.",
            );
        }
    }
    found.none();
}

#[test]
fn tests_are_neither_skipped_nor_expected_to_panic() {
    let sources: Vec<Source> = rust_files()
        .into_iter()
        .map(|path| Source {
            code: without_comments(&read(&path)),
            path,
        })
        .collect();
    let mut found = Findings::new();
    for source in &sources {
        for attribute in ["ignore", "should_panic"] {
            for at in places(&source.code, &format!("#[{attribute}")) {
                found.add(
                    source,
                    at,
                    "is skipped or expects a panic",
                    "Fix the test or delete it; assert the error instead of the panic.",
                );
            }
        }
    }
    found.none();
}

/// Colours that the style sheets hold outside tokens.css. The numbers may only shrink.
const COLOURS_OUTSIDE_TOKENS: &[(&str, usize)] = &[("style/components.css", 15)];

#[test]
fn colours_are_named_once() {
    let mut trouble = String::new();
    for path in files("style", "css")
        .into_iter()
        .filter(|path| path != "style/tokens.css")
    {
        let allowed = COLOURS_OUTSIDE_TOKENS
            .iter()
            .find(|(file, _)| *file == path)
            .map_or(0, |(_, count)| *count);
        let found = colours(&read(&path));
        if found.len() > allowed {
            let _ = writeln!(
                trouble,
                "{path}: {} colours, {allowed} allowed: {found:?}",
                found.len()
            );
        }
    }
    assert!(
        trouble.is_empty(),
        "\n{trouble}Name the colour in style/tokens.css as a pair for light and dark, and use var(--name)."
    );
}

#[test]
fn every_style_sheet_is_linked_and_the_page_holds_nothing_inline() {
    if !root().join("index.html").exists() {
        return;
    }
    let page = without_html_comments(&read("index.html"));
    for path in files("style", "css") {
        assert!(
            page.contains(&format!("\"{path}\"")),
            "index.html does not link {path}. Add <link data-trunk rel=\"css\" href=\"{path}\">."
        );
    }
    for inline in [
        " style=",
        "<style",
        " onload=",
        " onclick=",
        " onerror=",
        "javascript:",
    ] {
        assert!(
            !page.contains(inline),
            "index.html holds {inline:?}, which the policy refuses. Put it into a file of its own."
        );
    }
}

#[test]
fn the_page_about_security_names_what_there_is() {
    let page = read("docs/security.md");
    let folders = [
        "src/", "tests/", "xtask/", "sandbox/", "docs/", "deploy/", "style/",
    ];
    let named: BTreeSet<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| folders.iter().any(|folder| word.starts_with(folder)))
        .collect();
    assert!(named.len() > 20, "it names the tests: {named:?}");
    for path in &named {
        assert!(
            root().join(path).exists(),
            "docs/security.md names {path}, which is not there. Name the file that shows it now."
        );
    }
    // Functions of this file that it calls by name.
    let own = read("tests/architecture.rs");
    for name in page.split('`').skip(1).step_by(2).filter(|word| {
        word.contains('_')
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    }) {
        assert!(
            own.contains(&format!("fn {name}()")) || name.starts_with("serde_"),
            "docs/security.md names the rule {name}, which is not in tests/architecture.rs"
        );
    }
}

// Reading the source.

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files with an ending below a folder, from the root, sorted.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == ending) {
                found.push(from_root(&path));
            }
        }
    }
    found.sort();
    found
}

fn from_root(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    inside
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn rust_files() -> Vec<String> {
    let mut all = files("src", "rs");
    // This file names what it forbids.
    all.extend(
        files("tests", "rs")
            .into_iter()
            .filter(|path| path != "tests/architecture.rs"),
    );
    all
}

fn sources() -> Vec<Source> {
    rust_files()
        .into_iter()
        .filter(|path| !path.ends_with("/tests.rs"))
        .map(|path| {
            let code = without_comments(&read(&path));
            let code = if path.starts_with("src/") {
                without_tests(code)
            } else {
                code
            };
            Source { path, code }
        })
        .filter(|source| source.under("src/") || source.under("tests/browser/"))
        .collect()
}

/// The page that a file belongs to: `event_list` for `src/browser/pages/event_list.rs`.
fn page_of(source: &Source) -> Option<String> {
    let inside = source.path.strip_prefix("src/browser/pages/")?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    (name != "mod").then(|| name.to_owned())
}

/// What a scan of Rust source is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    Line,
    Block(usize),
    Text,
    Raw(usize),
}

/// Calls `keep` with each character, its place and what it stands in; puts back what `keep` gives.
fn scan(text: &str, mut keep: impl FnMut(char, usize, Inside) -> char) -> String {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let at = |index: usize| letters.get(index).map_or('\0', |(_, letter)| *letter);
    let (mut inside, mut index, mut out) = (Inside::Code, 0, String::with_capacity(text.len()));
    while index < letters.len() {
        let mut length = 1;
        let mut next = inside;
        let mut here = inside;
        match inside {
            Inside::Code if at(index) == '/' && at(index + 1) == '/' => {
                (here, next) = (Inside::Line, Inside::Line)
            }
            Inside::Code if at(index) == '/' && at(index + 1) == '*' => {
                (here, next, length) = (Inside::Block(1), Inside::Block(1), 2)
            }
            Inside::Code if at(index) == '"' => next = Inside::Text,
            Inside::Code
                if at(index) == 'r'
                    && matches!(at(index + 1), '"' | '#')
                    && !at(index.wrapping_sub(1)).is_alphanumeric() =>
            {
                let hashes = (index + 1..).take_while(|place| at(*place) == '#').count();
                if at(index + 1 + hashes) == '"' {
                    (next, length) = (Inside::Raw(hashes), hashes + 2);
                }
            }
            // A character literal, so that '"' opens no string; a lifetime has no closing quote here.
            Inside::Code if at(index) == '\'' && at(index + 1) == '\\' => {
                length = 2
                    + (index + 2..letters.len())
                        .take_while(|place| at(*place) != '\'')
                        .count()
                    + 1;
            }
            Inside::Code if at(index) == '\'' && at(index + 2) == '\'' => length = 3,
            Inside::Line if at(index) == '\n' => (here, next) = (Inside::Code, Inside::Code),
            Inside::Block(depth) if at(index) == '*' && at(index + 1) == '/' => {
                length = 2;
                next = if depth == 1 {
                    Inside::Code
                } else {
                    Inside::Block(depth - 1)
                };
            }
            Inside::Block(depth) if at(index) == '/' && at(index + 1) == '*' => {
                (next, length) = (Inside::Block(depth + 1), 2)
            }
            Inside::Text if at(index) == '\\' => length = 2,
            Inside::Text if at(index) == '"' => (here, next) = (Inside::Code, Inside::Code),
            Inside::Raw(hashes)
                if at(index) == '"' && (1..=hashes).all(|place| at(index + place) == '#') =>
            {
                (here, next, length) = (Inside::Code, Inside::Code, hashes + 1);
            }
            _ => {}
        }
        for (place, letter) in letters.iter().skip(index).take(length) {
            out.push(keep(*letter, *place, here));
        }
        (inside, index) = (next, index + length);
    }
    out
}

/// Blanks out, byte by byte, so that places stay true.
fn blank(letter: char, keep: bool) -> char {
    if keep || letter == '\n' { letter } else { ' ' }
}

fn without_comments(text: &str) -> String {
    // Only plain letters survive, so that one character is one byte and places are lines.
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_ascii() { letter } else { '?' })
        .collect();
    scan(&plain, |letter, _, inside| {
        blank(letter, !matches!(inside, Inside::Line | Inside::Block(_)))
    })
}

fn without_strings(code: &str) -> String {
    scan(code, |letter, _, inside| {
        blank(letter, !matches!(inside, Inside::Text | Inside::Raw(_)))
    })
}

/// Each string literal with its place.
fn strings(code: &str) -> Vec<(String, usize)> {
    let mut all: Vec<(String, usize)> = Vec::new();
    let mut open = false;
    scan(code, |letter, at, inside| {
        let text = matches!(inside, Inside::Text | Inside::Raw(_));
        if text && !open {
            all.push((String::new(), at));
        }
        if text && let Some((literal, _)) = all.last_mut() {
            literal.push(letter);
        }
        open = text;
        letter
    });
    all
}

/// Tests stand last in a file.
fn without_tests(code: String) -> String {
    match code.find("#[cfg(test)]") {
        Some(at) => code.get(..at).unwrap_or_default().to_owned(),
        None => code,
    }
}

fn without_html_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    out + rest
}

fn places(text: &str, part: &str) -> Vec<usize> {
    text.match_indices(part).map(|(at, _)| at).collect()
}

/// The places of a word that stands alone.
fn words(text: &str, word: &str) -> Vec<usize> {
    let part = |letter: Option<char>| {
        letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    };
    text.match_indices(word)
        .filter(|(at, _)| {
            let before = text.get(..*at).and_then(|text| text.chars().last());
            let after = text
                .get(at + word.len()..)
                .and_then(|text| text.chars().next());
            !(part(before) || part(word.chars().last()) && part(after))
        })
        .map(|(at, _)| at)
        .collect()
}

/// Whether a word names a module or function of ours: `clipboard::copy`, `mod clipboard`.
fn names_our_module(code: &str, at: usize, word: &str) -> bool {
    let before = code.get(..at).unwrap_or_default().trim_end();
    let after = code.get(at + word.len()..).unwrap_or_default();
    before.ends_with("mod")
        || (after.starts_with("::") && !before.ends_with("js_sys::") && word != "Date")
        || {
            // One item of `use crate::browser::{clipboard, clock}`.
            let statement = before.rsplit(';').next().unwrap_or_default();
            statement.trim_start().starts_with("use crate")
                || statement.trim_start().starts_with("use super")
        }
}

/// The modules of this crate that a text names, directly after `crate::` or inside `crate::{…}`.
fn crate_modules(code: &str) -> Vec<(String, usize)> {
    let name = |text: &str| {
        text.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect::<String>()
    };
    let mut all = Vec::new();
    for at in places(code, "crate::") {
        let Some(rest) = code.get(at + "crate::".len()..) else {
            continue;
        };
        let Some(group) = rest.strip_prefix('{') else {
            all.push((name(rest), at));
            continue;
        };
        let (mut depth, mut first) = (0_usize, true);
        for (place, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => first = true,
                letter if depth == 0 && first && letter.is_alphanumeric() => {
                    all.push((name(group.get(place..).unwrap_or_default()), at));
                    first = false;
                }
                _ => {}
            }
        }
    }
    all
}

/// The range of a macro's definition, by its brackets.
fn macro_body(code: &str, head: &str) -> Option<std::ops::Range<usize>> {
    let start = code.find(head)?;
    let mut depth = 0_usize;
    for (place, letter) in code.get(start..)?.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(start..start + place),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The colours that a style sheet spells.
fn colours(css: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let mut found = Vec::new();
    for function in [
        "oklch(", "oklab(", "rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lch(", "lab(",
    ] {
        for at in words(&plain, function) {
            let spelled = plain
                .get(at..)
                .unwrap_or_default()
                .split_inclusive(')')
                .next()
                .unwrap_or_default();
            // `oklch(from var(--x) …)` takes its colour from a token.
            if !spelled.contains("var(--") {
                found.push(spelled.to_owned());
            }
        }
    }
    for at in places(&plain, "#") {
        let digits: String = plain
            .get(at + 1..)
            .unwrap_or_default()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '-')
            .collect();
        if matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.chars().all(|digit| digit.is_ascii_hexdigit())
        {
            found.push(format!("#{digits}"));
        }
    }
    found
}

// Saying what was found.

/// What breaks a rule, and what to do instead.
struct Findings(Vec<String>);

impl Findings {
    fn new() -> Self {
        Self(Vec::new())
    }
    fn add(&mut self, source: &Source, at: usize, what: &str, instead: &str) {
        let line = source
            .code
            .get(..at)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1;
        self.0
            .push(format!("{}:{line}: {what}\n    {instead}", source.path));
    }
    fn none(self) {
        assert!(self.0.is_empty(), "\n{}\n", self.0.join("\n"));
    }
}

fn forbid<'a>(sources: impl Iterator<Item = &'a Source>, words: &[&str], instead: &str) {
    let mut found = Findings::new();
    for source in sources {
        for word in words {
            for at in source.mentions(word) {
                found.add(source, at, &format!("mentions `{word}`"), instead);
            }
        }
    }
    found.none();
}

// The reader itself.

#[test]
fn the_reader_knows_code_from_comments_and_strings() {
    let code = without_comments(
        "let a = \"// no\"; // yes \"\n/* b /* c */ d */ let e = '\"'; let f = r#\"g \" h\"#; // i",
    );
    assert_eq!(
        code,
        "let a = \"// no\";         \n                  let e = '\"'; let f = r#\"g \" h\"#;     "
    );
    let literals: Vec<String> = strings(&code)
        .into_iter()
        .map(|(literal, _)| literal)
        .collect();
    assert_eq!(literals, ["// no", "g \" h"]);
    assert_eq!(words("view! preview! a.view!{", "view!").len(), 2);
    let modules: Vec<String> =
        crate_modules("use crate::{api::{Call, x}, event}; crate::json::Tree")
            .into_iter()
            .map(|(name, _)| name)
            .collect();
    assert_eq!(modules, ["api", "event", "json"]);
    assert_eq!(colours("a { color: #fff; b: oklch(1 0 0); c: url(#i-x); d: oklch(from var(--x) l c h) } /* #000 */").len(), 2);
}
