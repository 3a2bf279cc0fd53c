//! The program on a real socket: the app, the faults, the files, the end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ADMIN: &str = "authorization: Bearer eventide-admin-token\r\n";
const LIST: &str = "/api/v3/events/events/";

/// A running sandbox; it ends with the test.
struct Running {
    child: Child,
    address: String,
    /// What it printed besides the address.
    tokens: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sandbox"))
            .args(["--listen", "127.0.0.1:0", "--events", "60"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first
            .strip_prefix("listening http://")
            .expect("the first line says where it listens")
            .to_owned();
        let count = if arguments
            .iter()
            .any(|argument| argument.starts_with("--proxy"))
        {
            1
        } else {
            6
        };
        let tokens = lines
            .take(count)
            .map(Result::unwrap)
            .collect::<Vec<_>>()
            .join("\n");
        Running {
            child,
            address,
            tokens,
        }
    }

    /// Sends a request and gives what comes back until the connection ends.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let length = if body.is_empty() {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}{length}\r\n{body}",
            self.address
        );
        Answer::of(&self.raw(&request))
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, ADMIN, "")
    }

    fn create(&self, body: &str) -> Answer {
        self.send(
            "POST",
            LIST,
            &format!("{ADMIN}content-type: application/json\r\n"),
            body,
        )
    }

    fn arm(&self, fault: &str) {
        let answer = self.send("POST", "/__faults", "", fault);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    fn count(&self) -> i64 {
        let body = self.get(&format!("{LIST}?page_size=1")).body;
        let after = body.split("\"count\":").nth(1).unwrap();
        after[..after.find(',').unwrap()].parse().unwrap()
    }

    /// Asks it to end, and waits.
    fn stop(mut self) -> Option<i32> {
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it ends within ten seconds");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back, taken apart.
struct Answer {
    /// 0 when nothing came.
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn of(raw: &str) -> Answer {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Answer {
            status,
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// A directory of its own, with some files in it.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    for (file, content) in files {
        let file = directory.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    directory
}

#[test]
fn the_tokens_are_printed_and_each_is_what_it_says() {
    let sandbox = Running::start(&[]);
    let rows = [
        ("eventide-admin-token", 200, 201),
        ("eventide-viewer-token", 200, 403),
        ("eventide-poster-token", 403, 201),
        // The list of one event.
        ("eventide-one-event-token", 200, 403),
        ("eventide-no-permission-token", 403, 403),
        ("eventide-expired-token", 403, 403),
    ];
    for (token, view, add) in rows {
        assert!(sandbox.tokens.contains(token));
        let headers =
            format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
        assert_eq!(
            sandbox.send("GET", LIST, &headers, "").status,
            view,
            "{token} views"
        );
        let created = sandbox.send("POST", LIST, &headers, r#"{"action":"login","app":"test"}"#);
        assert_eq!(created.status, add, "{token} adds: {}", created.body);
    }
    assert_eq!(
        sandbox.send("GET", "/__log", "", "").status,
        404,
        "no control without --faults"
    );
    assert_eq!(sandbox.stop(), Some(0));
}

#[test]
fn a_file_keeps_its_events_over_a_restart_until_it_is_reset() {
    let file = directory("data", &[]).join("events.db");
    let data = ["--data", file.to_str().unwrap()];
    let sandbox = Running::start(&data);
    let before = sandbox.count();
    assert_eq!(
        sandbox.create(r#"{"action":"login","app":"kept"}"#).status,
        201
    );
    assert_eq!(sandbox.stop(), Some(0));
    let sandbox = Running::start(&data);
    assert_eq!(sandbox.count(), before + 1);
    assert!(
        sandbox
            .get(&format!("{LIST}?search=kept"))
            .body
            .contains("\"app\":\"kept\"")
    );
    assert_eq!(sandbox.stop(), Some(0));
    let sandbox = Running::start(&["--data", file.to_str().unwrap(), "--reset"]);
    assert_eq!(sandbox.count(), before);
}

#[test]
fn a_taken_port_or_a_wrong_option_is_one_clear_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sandbox"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = run(&["--listen", &address]);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains(&format!(
            "port {} is taken",
            taken.local_addr().unwrap().port()
        )),
        "{said}"
    );
    assert!(run(&["--events", "many"]).contains("--events takes a number"));
    assert!(run(&["--colour"]).contains("--colour is no option"));
    assert!(run(&["--app", "/nowhere"]).contains("has no index.html"));
    let file = directory(
        "foreign",
        &[(
            "file.db",
            "this is no database, and it is long enough to be read as one",
        )],
    )
    .join("file.db");
    assert!(run(&["--data", file.to_str().unwrap()]).contains("is not a sandbox's file"));
}

#[test]
fn the_app_is_served_under_its_policy_and_missing_files_are_missing() {
    let app = directory(
        "app",
        &[
            (
                "index.html",
                "<!doctype html><html><head></head><body>app</body></html>",
            ),
            (
                "events/deep.html",
                "<!doctype html><html><head></head><body>deep</body></html>",
            ),
            ("app-0123456789abcdef.js", "export {};"),
            ("app-0123456789abcdef_bg.wasm", "\0asm"),
            ("app-0123456789abcdef_bg.wasm.br", "packed"),
            ("boot.js", "boot();"),
        ],
    );
    let sandbox = Running::start(&[
        "--app",
        app.to_str().unwrap(),
        "--connect-src",
        "https://auth.example.com",
    ]);
    let page = |path: &str| {
        sandbox.send(
            "GET",
            path,
            "accept: text/html\r\nsec-fetch-mode: navigate\r\n",
            "",
        )
    };
    for (path, body) in [
        ("/", "<body>app</body>"),
        ("/events", "<body>app</body>"),
        (
            "/events/f6e33af7-10b9-466d-b649-8abeb23e408f",
            "<body>deep</body>",
        ),
        ("/events/", "<body>deep</body>"),
    ] {
        let answer = page(path);
        assert_eq!(
            (
                answer.status,
                answer.header("content-type"),
                answer.header("cache-control")
            ),
            (200, Some("text/html; charset=utf-8"), Some("no-cache")),
            "{path}"
        );
        assert!(answer.body.contains(body), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("connect-src 'self' https://auth.example.com;")
                && policy.contains("trusted-types 'none'"),
            "{policy}"
        );
        for name in [
            "x-content-type-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "strict-transport-security",
        ] {
            assert!(answer.header(name).is_some(), "{name}");
        }
    }
    let script = sandbox.send("GET", "/app-0123456789abcdef.js", "", "");
    assert_eq!(
        script.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        sandbox
            .send("GET", "/boot.js", "", "")
            .header("cache-control"),
        Some("no-cache")
    );
    let wasm = sandbox.send(
        "GET",
        "/app-0123456789abcdef_bg.wasm",
        "accept-encoding: gzip, br\r\n",
        "",
    );
    assert_eq!(
        (
            wasm.header("content-encoding"),
            wasm.header("content-type"),
            wasm.body.as_str()
        ),
        (Some("br"), Some("application/wasm"), "packed")
    );
    let wasm = sandbox.send("GET", "/app-0123456789abcdef_bg.wasm", "", "");
    assert_eq!(
        (wasm.header("content-encoding"), wasm.body.as_str()),
        (None, "\0asm")
    );
    for path in [
        "/app-fedcba9876543210.js",
        "/app-fedcba9876543210_bg.wasm",
        "/favicon.ico",
        "/events/new/more",
        "/../Cargo.toml",
    ] {
        assert_eq!(page(path).status, 404, "{path}");
    }
    assert_eq!(
        page("/api/v3/nope/").header("content-security-policy"),
        None,
        "the API keeps authentik's headers"
    );
}

#[test]
fn a_changed_app_is_told_to_the_page() {
    let app = directory(
        "reload",
        &[(
            "index.html",
            "<!doctype html><html><head></head><body>one</body></html>",
        )],
    );
    let sandbox = Running::start(&["--app", app.to_str().unwrap(), "--live-reload"]);
    let page = sandbox.send("GET", "/", "accept: text/html\r\n", "");
    assert!(
        page.body
            .contains("<script src=\"/__reload.js\"></script></head>"),
        "{}",
        page.body
    );
    assert!(page.header("content-security-policy").is_some());
    assert!(
        sandbox
            .send("GET", "/__reload.js", "", "")
            .body
            .contains("EventSource")
    );
    let mut stream = TcpStream::connect(&sandbox.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
        .write_all(b"GET /__reload HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut lines = BufReader::new(stream).lines();
    lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains(": here"))
        .expect("the stream starts");
    // A file system may keep times by the second only: the size changes as well.
    std::fs::write(
        app.join("index.html"),
        "<!doctype html><html><head></head><body>number two</body></html>",
    )
    .unwrap();
    lines
        .map(Result::unwrap)
        .find(|line| line.contains("event: changed"))
        .expect("the change is told");
}

#[test]
fn each_fault_does_what_it_says() {
    let sandbox = Running::start(&["--faults"]);
    let me = "/api/v3/core/users/me/";
    let whole = sandbox.get(me);
    assert_eq!(whole.header("connection"), Some("close"));

    sandbox.arm(r#"{"status":503,"body":"{\"error\":\"authentik starting\"}","headers":{"retry-after":"5"}}"#);
    let answer = sandbox.get(me);
    assert_eq!(
        (
            answer.status,
            answer.header("retry-after"),
            answer.body.as_str()
        ),
        (503, Some("5"), r#"{"error":"authentik starting"}"#)
    );
    assert_eq!(sandbox.get(me).status, 200, "only the next one is hit");

    sandbox.arm(r#"{"path":"/api/v3/core/","status":502,"content_type":"text/html","body":"<h1>Bad Gateway</h1>"}"#);
    assert_eq!(sandbox.get(LIST).status, 200, "another path is not hit");
    let answer = sandbox.get(me);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (502, Some("text/html"))
    );

    sandbox.arm(r#"{"redirect":"https://elsewhere.example/"}"#);
    let answer = sandbox.get(me);
    assert_eq!(
        (answer.status, answer.header("location")),
        (302, Some("https://elsewhere.example/"))
    );

    sandbox.arm(r#"{"cut":"before-headers"}"#);
    assert_eq!(sandbox.get(me).status, 0);
    sandbox.arm(r#"{"cut":"after-headers"}"#);
    let answer = sandbox.get(me);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    sandbox.arm(r#"{"cut":"mid-body"}"#);
    let answer = sandbox.get(me);
    assert_eq!(
        (answer.status, answer.body.len()),
        (200, whole.body.len() / 2)
    );

    let length = |answer: &Answer| {
        answer
            .header("content-length")
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    sandbox.arm(r#"{"length":"too-long"}"#);
    let answer = sandbox.get(me);
    assert_eq!(
        (answer.body.len(), length(&answer)),
        (whole.body.len(), whole.body.len() + 100)
    );
    sandbox.arm(r#"{"length":"too-short"}"#);
    let answer = sandbox.get(me);
    assert_eq!(
        (answer.body.len(), length(&answer)),
        (whole.body.len() / 2, whole.body.len() / 2)
    );

    let start = Instant::now();
    sandbox.arm(r#"{"delay_ms":120,"delay_answer_ms":130}"#);
    assert_eq!(sandbox.get(me).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(250));
    let start = Instant::now();
    sandbox.arm(r#"{"status":200,"body":"0123456789","drip":{"bytes":2,"every_ms":40}}"#);
    assert_eq!(sandbox.get(me).body, "0123456789");
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert_eq!(
        sandbox
            .send("POST", "/__faults", "", r#"{"cut":"sideways"}"#)
            .status,
        400
    );
}

#[test]
fn an_event_may_be_stored_without_an_answer_at_once_or_later() {
    let sandbox = Running::start(&["--faults"]);
    let before = sandbox.count();
    let body = r#"{"action":"login","app":"ambiguous"}"#;
    sandbox.arm(r#"{"method":"POST","cut":"before-headers"}"#);
    assert_eq!(sandbox.create(body).status, 0);
    assert_eq!(sandbox.count(), before + 1, "stored, not answered");
    sandbox.arm(r#"{"method":"POST","perform":false,"cut":"before-headers"}"#);
    assert_eq!(sandbox.create(body).status, 0);
    assert_eq!(sandbox.count(), before + 1, "neither stored nor answered");
    sandbox.arm(r#"{"method":"POST","perform":{"later_ms":300},"cut":"before-headers"}"#);
    assert_eq!(sandbox.create(body).status, 0);
    assert_eq!(sandbox.count(), before + 1, "not yet stored");
    let deadline = Instant::now() + Duration::from_secs(10);
    while sandbox.count() < before + 2 {
        assert!(Instant::now() < deadline, "it is stored later");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_log_tells_what_was_asked_and_never_a_token() {
    let sandbox = Running::start(&["--faults"]);
    sandbox.get(&format!("{LIST}?page_size=1"));
    sandbox.arm(r#"{"cut":"before-headers"}"#);
    sandbox.get(LIST);
    let log = sandbox.send("GET", "/__log", "", "").body;
    assert!(log.contains(r#"{"method":"GET","path":"/api/v3/events/events/","query":"page_size=1","status":200,"ended":"answered""#), "{log}");
    assert!(log.contains(r#""status":null,"ended":"cut""#), "{log}");
    assert!(!log.contains("eventide-admin-token"));
    // A client that goes away is seen.
    sandbox.arm(r#"{"delay_ms":5000}"#);
    let mut stream = TcpStream::connect(&sandbox.address).unwrap();
    stream
        .write_all(format!("GET {LIST} HTTP/1.1\r\nhost: x\r\n{ADMIN}\r\n").as_bytes())
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    drop(stream);
    let deadline = Instant::now() + Duration::from_secs(4);
    while !sandbox
        .send("GET", "/__log", "", "")
        .body
        .contains("abandoned")
    {
        assert!(
            Instant::now() < deadline,
            "the log says that the client went away"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let reset = sandbox.send("POST", "/__reset", "", r#"{"events":12}"#);
    assert_eq!(reset.body, r#"{"events":12}"#);
    assert_eq!(sandbox.send("GET", "/__log", "", "").body, "[]");
}

#[test]
fn odd_events_get_in_by_the_back_door() {
    let sandbox = Running::start(&["--faults"]);
    let id = "11111111-2222-4333-8444-555555555555";
    let answer = sandbox.send(
        "POST",
        "/__events",
        "",
        &format!(r#"[{{"pk":"{id}","action":"custom_anything","user":"text","context":[1,{{"b":null}}],"client_ip":"255.255.255.255","created":"2026-01-02T03:04:05Z","expires":"2099-01-01T00:00:00Z","brand":7}},{{}}]"#),
    );
    assert_eq!(answer.status, 201, "{}", answer.body);
    let event = sandbox.get(&format!("{LIST}{id}/")).body;
    assert_eq!(
        event,
        format!(
            r#"{{"pk":"{id}","user":"text","action":"custom_anything","app":"sandbox","context":[1,{{"b":null}}],"client_ip":"255.255.255.255","created":"2026-01-02T03:04:05Z","expires":"2099-01-01T00:00:00Z","brand":7}}"#
        )
    );
}

/// All counts of a volume together.
fn volume(sandbox: &Running, question: &str) -> i64 {
    let answer = sandbox.get(&format!("{LIST}volume/?history_days=90{question}"));
    assert_eq!(answer.status, 200, "{question}: {}", answer.body);
    let counts = answer.body.split("\"count\":").skip(1);
    counts
        .map(|rest| rest[..rest.find('}').unwrap()].parse::<i64>().unwrap())
        .sum()
}

#[test]
fn the_volume_counts_what_the_list_lists_whatever_is_asked() {
    let sandbox = Running::start(&["--faults"]);
    let since = "search=created+%3E%3D+%222000-01-01%22";
    for filter in [
        "",
        "&action=login",
        "&actions=login&actions=logout",
        "&username=akadmin",
        "&client_ip=198.51.100.77",
        "&brand_name=Default+brand",
        "&context_model_app=authentik_core",
        "&context_model_name=user",
        "&context_authorized_app=00000000000000000000000000000000",
        "&search=action+%3D+%22login_failed%22",
        "&search=action+not+in+(%22login%22)+and+context.context+~+%22a%22",
        "&search=user",
        &format!("&{since}"),
        "&search=created+%3E%3D+%222999-01-01%22",
    ] {
        let listed = sandbox.get(&format!("{LIST}?page_size=1{filter}")).body;
        let after = listed.split("\"count\":").nth(1).unwrap();
        let count: i64 = after[..after.find(',').unwrap()].parse().unwrap();
        assert_eq!(volume(&sandbox, filter), count, "{filter}");
    }
    assert!(volume(&sandbox, "") > 0);
}

#[test]
fn an_event_that_cannot_be_printed_breaks_each_page_that_holds_it_and_no_other() {
    let sandbox = Running::start(&["--faults"]);
    let before = sandbox.count();
    let nested = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let id = "11111111-2222-4333-8444-555555555555";
    let event =
        format!(r#"{{"pk":"{id}","context":{{"a":{nested}}},"created":"2999-01-01T00:00:00Z"}}"#);
    assert_eq!(sandbox.send("POST", "/__events", "", &event).status, 201);
    let status = |question: &str| sandbox.get(&format!("{LIST}{question}")).status;
    assert_eq!(status("?page=1&page_size=20"), 500);
    assert_eq!(status("?page=1&page_size=1"), 500);
    assert_eq!(status("?page=2&page_size=1"), 200);
    assert_eq!(status("?page=2&page_size=20"), 200);
    assert_eq!(status("?page=1&page_size=20&action=logout"), 200);
    assert_eq!(status(&format!("{id}/")), 500);
    assert_eq!(status("volume/?history_days=90"), 200);
    let listed = sandbox.get(&format!("{LIST}?page=2&page_size=1")).body;
    assert!(listed.contains(&format!("\"count\":{}", before + 1)));
}

#[test]
fn events_arrive_while_one_reads() {
    let sandbox = Running::start(&["--faults"]);
    let before = sandbox.count();
    sandbox.arm(r#"{"method":"GET","query":"page=2&","arrive":3,"times":2}"#);
    assert_eq!(sandbox.count(), before);
    let second = sandbox.get(&format!("{LIST}?page=2&page_size=20"));
    assert_eq!(second.status, 200);
    assert!(second.body.contains(&format!("\"count\":{}", before + 3)));
    assert_eq!(sandbox.count(), before + 3);
}

#[test]
fn a_proxy_hands_on_the_token_and_no_cookie() {
    let behind = Running::start(&["--faults"]);
    let target = format!("http://{}", behind.address);
    let sandbox = Running::start(&["--proxy", &target]);
    let answer = sandbox.send(
        "GET",
        &format!("{LIST}?page_size=1"),
        &format!("{ADMIN}cookie: a=b\r\n"),
        "",
    );
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, Some("no-store"))
    );
    let created = sandbox.create(r#"{"action":"login","app":"through the proxy"}"#);
    assert_eq!(created.status, 201, "{}", created.body);
    assert!(
        behind
            .send("GET", "/__log", "", "")
            .body
            .contains("page_size=1")
    );
    behind.arm(r#"{"status":200,"body":"{}","headers":{"set-cookie":"session=1"}}"#);
    assert_eq!(sandbox.get(LIST).header("set-cookie"), None);
    drop(behind);
    let answer = sandbox.get(LIST);
    assert_eq!(answer.status, 502);
    assert!(
        answer
            .body
            .starts_with(r#"{"error":"failed to connect to authentik backend"#),
        "{}",
        answer.body
    );
}
