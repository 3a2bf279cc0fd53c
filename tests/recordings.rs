//! The sandbox answers as the real authentik did.
//!
//! Every recording below `tests/recordings/` is sent again, to a sandbox that holds the events of
//! the recorded server as far as they are known and whose clock stands where it stood then; the
//! answers are compared. With `EVENTIDE_RECORDINGS=DIR` the same happens with another folder of
//! the same form: sub-folders of exchanges, an `events.ndjson`, a `not-covered.txt` if there is
//! something to say.
//!
//! What the sandbox does not claim stands in `not-covered.txt`, one line each: the recording and
//! the reason. That list may only shrink: a listed recording that would pass fails the test.
#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests may stop at what cannot be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sandbox::action::Release;
use sandbox::api::{Answer, Api, Request};
use sandbox::caller::{Rights, Token, View};
use sandbox::clock::Clock;
use sandbox::json::{self, Json};
use sandbox::moment::{self, HOUR, Micros, Parsed, SECOND};
use sandbox::query::ql::parse_uuid;
use sandbox::seed;
use sandbox::store::Store;

// ---- recordings

/// One recorded exchange.
struct Recording {
    /// Folder and file, without the ending.
    name: String,
    json: Json,
    /// The moment of the answer.
    at: Micros,
}

impl Recording {
    fn request(&self) -> &Json {
        self.json
            .member("request")
            .expect("a recording has a request")
    }

    fn response(&self) -> &Json {
        self.json
            .member("response")
            .expect("a recording has a response")
    }

    fn method(&self) -> &str {
        text(self.request(), "method")
    }

    fn path(&self) -> &str {
        text(self.request(), "path")
    }

    fn status(&self) -> i64 {
        self.response()
            .member("status")
            .and_then(Json::integer)
            .expect("a response has a status")
    }

    fn body(&self) -> &Json {
        self.response().member("body").unwrap_or(&Json::Null)
    }

    fn token(&self) -> &str {
        let header = self
            .request()
            .member("headers")
            .map_or("", |headers| text(headers, "Authorization"));
        header.split_once(' ').map_or("", |(_, token)| token)
    }
}

fn text<'json>(json: &'json Json, key: &str) -> &'json str {
    json.member(key).and_then(Json::text).unwrap_or_default()
}

/// Lone surrogates stand raw in some recordings: they are carried through as signs of plane 15.
const SURROGATES: u32 = 0xF_0000;

fn read_file(path: &Path) -> Json {
    let bytes = std::fs::read(path).unwrap();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == 0xED && bytes.get(at + 1).is_some_and(|byte| *byte >= 0xA0) {
            let code =
                0xD000 | u32::from(bytes[at + 1] & 0x3F) << 6 | u32::from(bytes[at + 2] & 0x3F);
            let sign = char::from_u32(SURROGATES + (code - 0xD800)).unwrap();
            plain.extend(sign.encode_utf8(&mut [0; 4]).as_bytes());
            at += 3;
        } else {
            plain.push(bytes[at]);
            at += 1;
        }
    }
    json::read_stored(&String::from_utf8(plain).unwrap())
        .unwrap_or_else(|| panic!("{} is JSON", path.display()))
}

fn recordings(folder: &Path) -> Vec<Recording> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = entries(folder)
        .into_iter()
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        for file in entries(&folder)
            .into_iter()
            .filter(|file| file.extension().is_some_and(|ending| ending == "json"))
        {
            let name = format!(
                "{}/{}",
                folder.file_name().unwrap().display(),
                file.file_stem().unwrap().display()
            );
            let json = read_file(&file);
            let date = json
                .member("response")
                .and_then(|response| response.member("headers"))
                .map_or("", |headers| text(headers, "date"));
            // A date has whole seconds: the answer was written some time in the second after it.
            let at = moment::parse_http_date(date).unwrap_or_else(|| panic!("{name} has a date"))
                + SECOND
                - 1;
            found.push(Recording { name, json, at });
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    entries
}

// ---- the recorded server's events

/// What is known about the events of the recorded server, and when.
#[derive(Default)]
struct World {
    /// Each event in the states in which it was seen.
    events: BTreeMap<String, Vec<(Micros, Json)>>,
    /// When an event was deleted.
    deleted: BTreeMap<String, Micros>,
}

impl World {
    fn see(&mut self, event: &Json, at: Micros) {
        let is_event = [
            "pk", "user", "action", "app", "context", "created", "expires",
        ]
        .iter()
        .all(|key| event.member(key).is_some());
        if is_event {
            self.events
                .entry(text(event, "pk").to_owned())
                .or_default()
                .push((at, event.clone()));
        }
    }

    fn learn(&mut self, lines: &str, recordings: &[Recording]) {
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            self.see(
                &json::read_stored(line).expect("a line of events.ndjson is JSON"),
                Micros::MAX,
            );
        }
        for recording in recordings {
            let body = recording.body();
            if recording.method() == "GET" {
                self.see(body, recording.at);
                if let Some(Json::Array(rows)) = body.member("results") {
                    rows.iter().for_each(|row| self.see(row, recording.at));
                }
            }
            if let Some(after) = recording
                .json
                .member("get_after")
                .and_then(|after| after.member("body"))
            {
                self.see(after, recording.at + SECOND);
            }
            if recording.method() == "DELETE" && recording.status() == 204 {
                let id = recording
                    .path()
                    .trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or_default();
                self.deleted.insert(id.to_owned(), recording.at - SECOND);
                // It was there before, whatever it was.
                let event = format!(
                    r#"{{"pk":"{id}","created":"{}"}}"#,
                    moment::rfc3339(recording.at - HOUR)
                );
                self.events
                    .entry(id.to_owned())
                    .or_default()
                    .push((Micros::MAX, json::read_stored(&event).unwrap()));
            }
        }
        for states in self.events.values_mut() {
            states.sort_by_key(|(at, _)| *at);
        }
    }

    /// The events as they were at a moment: of each its state then.
    fn at(&self, now: Micros, only: Option<&str>) -> Vec<&Json> {
        let mut events: Vec<(Micros, &Json)> = self
            .events
            .iter()
            .filter(|(id, _)| only.is_none_or(|only| only == *id))
            .filter(|(id, _)| self.deleted.get(*id).is_none_or(|deleted| *deleted >= now))
            .map(|(_, states)| {
                &states
                    .iter()
                    .rev()
                    .find(|(at, _)| *at <= now)
                    .or(states.first())
                    .unwrap()
                    .1
            })
            .map(|event| (created(event).unwrap_or(now), event))
            .filter(|(created, _)| *created <= now)
            .collect();
        events.sort_by_key(|(created, _)| *created);
        events.into_iter().map(|(_, event)| event).collect()
    }
}

/// The callers of the recordings: each token says in words what it may do.
fn tokens(recordings: &[Recording]) -> Vec<Token> {
    let only = "token-that-may-view-one-event";
    let one = recordings
        .iter()
        .filter(|recording| recording.token() == only && recording.status() == 200)
        .find_map(|recording| parse_uuid(text(recording.body(), "pk")))
        .unwrap_or_default();
    let callers = [
        ("token-of-an-administrator", View::All, true, true),
        ("token-that-may-view-and-add", View::All, true, false),
        ("token-that-may-only-view", View::All, false, false),
        ("token-that-may-only-add", View::Nothing, true, false),
        (
            "token-without-event-permission",
            View::Nothing,
            false,
            false,
        ),
        (only, View::One(one), false, false),
    ];
    callers
        .into_iter()
        .map(|(secret, view, add, superuser)| {
            Token::new(
                secret,
                (5, secret, secret),
                Some(Rights {
                    view,
                    add,
                    superuser,
                }),
                "recorded",
            )
        })
        .collect()
}

/// Sandboxes that hold what the recorded server held. One is kept for the lists, as long as
/// nothing happened in between.
struct Sandboxes<'world> {
    world: &'world World,
    tokens: Vec<Token>,
    kept: Option<(Vec<&'world Json>, Rc<Api>)>,
}

impl<'world> Sandboxes<'world> {
    fn holding(&self, events: &[&Json], now: Micros) -> Rc<Api> {
        let store = Store::in_memory().unwrap();
        store
            .fill(
                events.iter().map(|event| seed::event_of(event, now)),
                |_| (),
            )
            .unwrap();
        Rc::new(Api {
            store,
            clock: Clock::fixed(now),
            tokens: self.tokens.clone(),
            release: Release::default(),
        })
    }

    /// The sandbox for a recording: a list needs every event, anything else the one it names.
    fn for_recording(&mut self, recording: &Recording, claim: Claim) -> Rc<Api> {
        let now = recording.at;
        let reads_all = !matches!(claim, Claim::Detail | Claim::Shape | Claim::Fixed)
            && recording.method() == "GET";
        if !reads_all {
            let id = recording
                .path()
                .split('/')
                .find_map(|part| parse_uuid(&part.replace("%7B", "").replace("%7D", "")));
            return self.holding(
                &self
                    .world
                    .at(now, id.map(|id| id.to_string()).as_deref().or(Some(""))),
                now,
            );
        }
        let events = self.world.at(now, None);
        let same = self.kept.as_ref().is_some_and(|(kept, _)| {
            kept.len() == events.len()
                && kept
                    .iter()
                    .zip(&events)
                    .all(|(left, right)| std::ptr::eq(*left, *right))
        });
        if !same {
            let api = self.holding(&events, now);
            self.kept = Some((events, api));
        }
        let api = Rc::clone(&self.kept.as_ref().unwrap().1);
        api.clock.set(now);
        // A page far behind needs as many events before it as there were.
        let page = recording.body().member("pagination");
        let count = page
            .and_then(|page| page.member("count"))
            .and_then(Json::integer)
            .unwrap_or(0);
        if sandbox::text::python_int(&query(recording, "page")) > Some(1) && count > 0 {
            self.kept = None;
            let missing = count - api.store.len().unwrap();
            let filler = json::read_stored(
                r#"{"created":"2001-01-01T00:00:00Z","expires":"9999-01-01T00:00:00Z"}"#,
            )
            .unwrap();
            api.store
                .fill((0..missing).map(|_| seed::event_of(&filler, now)), |_| ())
                .unwrap();
        }
        api
    }
}

// ---- what was sent

/// A text that a recording shows only the start of, where the rest can be told from it.
fn uncut(json: &Json) -> Json {
    match json {
        Json::String(text) => Json::String(uncut_text(text).unwrap_or_else(|| text.clone())),
        Json::Array(items) => Json::Array(items.iter().map(uncut).collect()),
        Json::Object(members) => Json::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), uncut(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn uncut_text(text: &str) -> Option<String> {
    let (shown, rest) = text.rsplit_once("...[")?;
    let length: usize = rest
        .strip_suffix(" chars cut in this recording]")?
        .parse()
        .ok()?;
    let first = shown.chars().next()?;
    shown
        .chars()
        .all(|sign| sign == first)
        .then(|| first.to_string().repeat(length))
}

/// JSON as the recorder sent it: Python's way, everything but ASCII escaped.
fn python_dumps(json: &Json, out: &mut String) {
    match json {
        Json::String(text) => {
            out.push('"');
            for sign in text.chars() {
                let code = u32::from(sign);
                match sign {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    ' '..='~' => out.push(sign),
                    _ if (SURROGATES..SURROGATES + 0x800).contains(&code) => {
                        write!(out, "\\u{:04x}", code - SURROGATES + 0xD800).unwrap()
                    }
                    _ => sign
                        .encode_utf16(&mut [0; 2])
                        .iter()
                        .for_each(|unit| write!(out, "\\u{unit:04x}").unwrap()),
                }
            }
            out.push('"');
        }
        Json::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                python_dumps(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (place, (key, value)) in members.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                python_dumps(&Json::String(key.clone()), out);
                out.push_str(": ");
                python_dumps(value, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.stored()),
    }
}

/// The body that was sent. `Err` if the recording does not hold it and it cannot be made again.
fn sent_body(recording: &Recording) -> Result<Vec<u8>, String> {
    let body = match recording.request().member("body") {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::String(text)) if text.starts_with("[large body, ") => {
            return large_body(recording, text);
        }
        Some(Json::String(text)) if text.contains("...[") && text.ends_with(" chars]") => {
            return cut_body(text);
        }
        // What was no JSON of the recorder's making was sent as it stands.
        Some(Json::String(text)) => return Ok(text.clone().into_bytes()),
        Some(body) => body,
    };
    let mut out = String::new();
    python_dumps(body, &mut out);
    Ok(out.into_bytes())
}

/// A body of which only the length was kept: what was answered shows what was sent, or the
/// recording's name does (`app_1M`, `user_random_50000`).
fn large_body(recording: &Recording, note: &str) -> Result<Vec<u8>, String> {
    let length: usize = note
        .trim_start_matches("[large body, ")
        .trim_end_matches(" bytes]")
        .parse()
        .unwrap();
    let name = recording.name.rsplit('/').next().unwrap_or_default();
    let answered = uncut(recording.body());
    let mut app = "lab.rec".to_owned();
    let mut members = Vec::new();
    if recording.status() == 201 {
        app = text(&answered, "app").to_owned();
        for key in ["user", "context", "brand"] {
            if let Some(value @ Json::Object(given)) = answered.member(key)
                && !given.is_empty()
                && text(value, "name") != "Brand fallback"
            {
                members.push((key.to_owned(), value.clone()));
            }
        }
    } else if name.starts_with("app_") {
        app = "a".repeat(length.saturating_sub(30));
    } else if let Some(letters) = name
        .strip_prefix("user_random_")
        .and_then(|letters| letters.parse().ok())
    {
        let username = Json::String(random_letters(letters));
        let user = vec![
            ("pk".to_owned(), Json::Integer("1".to_owned())),
            ("username".to_owned(), username),
        ];
        members.push(("user".to_owned(), Json::Object(user)));
    }
    members.insert(0, ("app".to_owned(), Json::String(app)));
    members.insert(0, ("action".to_owned(), Json::String("login".to_owned())));
    let mut out = String::new();
    python_dumps(&Json::Object(members), &mut out);
    if out.len() == length {
        Ok(out.into_bytes())
    } else {
        Err(format!("its body of {length} bytes was not recorded"))
    }
}

/// Letters that do not compress.
fn random_letters(count: usize) -> String {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                    [(state % 62) as usize],
            )
        })
        .collect()
}

/// A body of which only the start was kept: objects in objects, which go on to the given length.
fn cut_body(note: &str) -> Result<Vec<u8>, String> {
    let (shown, rest) = note.rsplit_once("...[").unwrap();
    let length: usize = rest.trim_end_matches(" chars]").parse().unwrap();
    let step = "{\"d\":";
    let start = shown.find(step).ok_or("its body was not recorded")?;
    let head = &shown[..start];
    // Each level costs one step and one closing brace; the innermost value is one sign.
    for bottom in ["1", "{}", "null"] {
        let rest = length - head.len() - bottom.len() - head.matches('{').count();
        if rest.is_multiple_of(step.len() + 1) {
            let levels = rest / (step.len() + 1);
            let body = format!(
                "{head}{}{bottom}{}",
                step.repeat(levels),
                "}".repeat(levels + head.matches('{').count())
            );
            if body.starts_with(shown) && body.len() == length {
                return Ok(body.into_bytes());
            }
        }
    }
    Err("its body was not recorded".to_owned())
}

fn request(recording: &Recording) -> Result<Request, String> {
    let body = sent_body(recording)?;
    let (path, query) = recording
        .path()
        .split_once('?')
        .unwrap_or((recording.path(), ""));
    let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
    if let Some(Json::Object(sent)) = recording.request().member("headers") {
        headers.extend(sent.iter().map(|(name, value)| {
            (
                name.to_ascii_lowercase(),
                value.text().unwrap_or_default().as_bytes().to_vec(),
            )
        }));
    }
    if !body.is_empty() && !headers.iter().any(|(name, _)| name == "content-length") {
        headers.push((
            "content-length".to_owned(),
            body.len().to_string().into_bytes(),
        ));
    }
    Ok(Request {
        method: recording.method().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body,
    })
}

// ---- comparing

/// What an exchange is about, as far as the sandbox claims to answer it.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Claim {
    List,
    Detail,
    Volume,
    Stats,
    TopPerUser,
    /// Beside events: the shape matters, the values are another server's.
    Shape,
    /// Fixed answers.
    Fixed,
}

/// What the sandbox claims about an exchange. `Err` is why not.
fn claim(recording: &Recording) -> Result<Claim, String> {
    let path = recording.path().split('?').next().unwrap_or_default();
    let language = recording
        .response()
        .member("headers")
        .map_or("", |headers| text(headers, "content-language"));
    if !matches!(language, "" | "en" | "de") {
        return Err(format!(
            "the sandbox speaks English and German, not {language}"
        ));
    }
    let writes = matches!(recording.method(), "PUT" | "PATCH" | "DELETE");
    if writes && (recording.status() < 300 || recording.status() == 400) {
        return Err(
            "the sandbox writes nothing beyond POST: nobody has the right to change or delete"
                .to_owned(),
        );
    }
    if recording.method() == "OPTIONS"
        && path.contains("/events/events/")
        && recording
            .body()
            .member("actions")
            .is_some_and(|actions| actions.member("PUT").is_some())
    {
        return Err(
            "the sandbox gives nobody the right to change events, so OPTIONS shows no PUT"
                .to_owned(),
        );
    }
    let unserved = [
        "/api/v3/schema/",
        "/api/v3/events/notifications/",
        "/api/v3/events/rules/",
        "/api/v3/events/transports/",
        "/api/v3/rbac/",
        "/api/v3/admin/settings/",
        "/api/v3/admin/system/",
        "/api/v3/enterprise/",
        "/api/v3/core/tokens/",
    ];
    if unserved.iter().any(|prefix| path.starts_with(prefix)) {
        return Err("not an endpoint of the events API: the sandbox does not have it".to_owned());
    }
    Ok(match path {
        "/api/v3/events/events/" => Claim::List,
        "/api/v3/events/events/volume/" => Claim::Volume,
        "/api/v3/events/events/stats/" => Claim::Stats,
        "/api/v3/events/events/top_per_user/" => Claim::TopPerUser,
        "/api/v3/"
        | "/-/health/live/"
        | "/-/health/ready/"
        | "/api/v3/events/events/actions/"
        | "/api/v3/events/events/export/"
        | "/api/v3/admin/version/" => Claim::Fixed,
        "/api/v3/core/users/me/" | "/api/v3/root/config/" | "/api/v3/core/brands/current/" => {
            Claim::Shape
        }
        _ => Claim::Detail,
    })
}

type Check = Result<(), String>;

fn same<Value: PartialEq + std::fmt::Debug>(what: &str, ours: Value, theirs: Value) -> Check {
    if ours == theirs {
        Ok(())
    } else {
        Err(format!(
            "{what}: {} instead of {}",
            clipped(&ours),
            clipped(&theirs)
        ))
    }
}

fn clipped(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    if text.len() < 300 {
        text
    } else {
        format!("{}…", text.chars().take(300).collect::<String>())
    }
}

/// Headers that must be as recorded, absence included.
const HEADERS: [&str; 12] = [
    "content-type",
    "allow",
    "vary",
    "content-language",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "cache-control",
    "etag",
    "last-modified",
    "www-authenticate",
    "access-control-allow-origin",
];

fn compare_headers(answer: &Answer, recorded: &Json) -> Check {
    for name in HEADERS {
        let theirs = recorded.member(name).and_then(Json::text);
        same(name, answer.header(name), theirs)?;
    }
    let id = answer.header("x-authentik-id").unwrap_or_default();
    let is_id = id.len() == 32
        && id
            .bytes()
            .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
    same("x-authentik-id", is_id, true)
}

/// Both have the same form: the same keys in the same order, the same kinds. What may be null in
/// either says nothing.
fn same_shape(at: &str, ours: &Json, theirs: &Json) -> Check {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let keys = |members: &[(String, Json)]| {
                members
                    .iter()
                    .map(|(key, _)| key.clone())
                    .collect::<Vec<_>>()
            };
            same(&format!("keys of {at}"), keys(ours), keys(theirs))?;
            ours.iter()
                .zip(theirs)
                .try_for_each(|((key, ours), (_, theirs))| {
                    same_shape(&format!("{at}.{key}"), ours, theirs)
                })
        }
        (Json::Array(ours), Json::Array(theirs)) => match theirs.first() {
            Some(first) => ours
                .iter()
                .try_for_each(|ours| same_shape(&format!("{at}[]"), ours, first)),
            None => Ok(()),
        },
        _ => same(
            &format!("kind of {at}"),
            ours.python_type(),
            theirs.python_type(),
        ),
    }
}

/// Two texts that may differ: ids, moments of now, the key of the fallback brand.
fn is_id(json: &Json) -> bool {
    json.text().is_some_and(|text| parse_uuid(text).is_some())
}

fn is_moment(json: &Json) -> bool {
    json.text().is_some_and(|text| {
        text.ends_with('Z') && matches!(moment::parse_datetime(text), Parsed::Moment(_))
    })
}

/// An event that a POST made: as recorded but for what the server chooses.
fn same_new_event(recording: &Recording, ours: &Json, theirs: &Json) -> Check {
    same_shape_keys("event", ours, theirs)?;
    let sent = sent_body(recording)
        .ok()
        .and_then(|body| json::read(&body).ok())
        .unwrap_or(Json::Null);
    let (Json::Object(ours), Json::Object(theirs)) = (ours, theirs) else {
        return Err("an event is an object".to_owned());
    };
    for ((key, ours), (_, theirs)) in ours.iter().zip(theirs) {
        match key.as_str() {
            "pk" => same("pk is an id", is_id(ours), is_id(theirs))?,
            "created" => same("created is a moment", is_moment(ours), is_moment(theirs))?,
            "expires" if sent.member("expires").is_none() => {
                same("expires is a moment", is_moment(ours), is_moment(theirs))?
            }
            "brand" if sent.member("brand").is_none() => same_shape("brand", ours, theirs)?,
            _ => same(key, ours.clone(), uncut(theirs))?,
        }
    }
    Ok(())
}

fn same_shape_keys(at: &str, ours: &Json, theirs: &Json) -> Check {
    let keys = |json: &Json| match json {
        Json::Object(members) => members
            .iter()
            .map(|(key, _)| key.clone())
            .collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    same(&format!("keys of {at}"), keys(ours), keys(theirs))
}

/// A list. The recorded server held more events than are known, so what is equal depends: a list
/// that fits on its page is equal throughout, a first page has the same rows.
fn same_list(recording: &Recording, ours: &Json, theirs: &Json) -> Check {
    same_shape_keys("list", ours, theirs)?;
    let number = |list: &Json, key: &str| {
        list.member("pagination")
            .and_then(|page| page.member(key))
            .and_then(Json::integer)
    };
    let (Some(our_page), Some(their_page)) =
        (ours.member("pagination"), theirs.member("pagination"))
    else {
        return Err("a list has a pagination".to_owned());
    };
    same_shape("pagination", our_page, their_page)?;
    let (Some(Json::Array(our_rows)), Some(Json::Array(their_rows))) =
        (ours.member("results"), theirs.member("results"))
    else {
        return Err("a list has results".to_owned());
    };
    let first_page = number(theirs, "previous") == Some(0);
    let whole = first_page && number(theirs, "next") == Some(0);
    if whole {
        same("pagination", our_page, their_page)?;
    } else if first_page {
        for key in ["current", "previous", "start_index"] {
            same(key, number(ours, key), number(theirs, key))?;
        }
    }
    if first_page {
        let ordering = query(recording, "ordering");
        // Equals may come in any order from a real database: then only what is sorted by is compared.
        let sorted_by = ["action", "app", "client_ip", "user", "context", "brand"]
            .into_iter()
            .find(|field| ordering.trim_start_matches('-') == *field);
        same("rows", our_rows.len(), their_rows.len())?;
        for (place, (ours, theirs)) in our_rows.iter().zip(their_rows).enumerate() {
            match sorted_by {
                Some(field) => same(
                    &format!("{field} of row {place}"),
                    ours.member(field),
                    theirs.member(field),
                )?,
                None => same(&format!("row {place}"), ours, theirs)?,
            }
        }
    } else {
        our_rows
            .iter()
            .try_for_each(|row| same_shape_keys("row", row, &their_rows[0]))?;
    }
    let without_apps = |list: &Json| {
        list.member("autocomplete")
            .map(|autocomplete| forgetting(autocomplete, "app"))
    };
    same("autocomplete", without_apps(ours), without_apps(theirs))
}

/// The value without the options of a field.
fn forgetting(json: &Json, field: &str) -> Json {
    match json {
        Json::Object(members) => Json::Object(
            members
                .iter()
                .map(|(key, value)| {
                    let value = match value.member("options") {
                        Some(Json::Array(_)) if key == field => Json::Null,
                        _ => forgetting(value, field),
                    };
                    (key.clone(), value)
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

fn query(recording: &Recording, name: &str) -> String {
    let query = recording
        .path()
        .split_once('?')
        .map_or("", |(_, query)| query);
    sandbox::query::filter::Parameters::read(query)
        .last(name)
        .unwrap_or_default()
        .to_owned()
}

/// Bars of 6 hours, without a zone, in order.
fn same_volume(ours: &Json, theirs: &Json) -> Check {
    same_shape("volume", ours, theirs)?;
    let Json::Array(bars) = ours else {
        return Err("a volume is an array".to_owned());
    };
    let mut keys: Vec<(String, String)> = bars
        .iter()
        .map(|bar| (text(bar, "time").to_owned(), text(bar, "action").to_owned()))
        .collect();
    for (time, _) in &keys {
        let whole = time.len() == 19
            && ["00:00:00", "06:00:00", "12:00:00", "18:00:00"]
                .iter()
                .any(|hour| time.ends_with(hour));
        same(
            "a bar starts at a quarter of a day, without a zone",
            whole,
            true,
        )?;
    }
    let sorted = keys.clone();
    keys.sort();
    same("bars are in order", sorted, keys)
}

fn compare(recording: &Recording, claim: Claim, api: &Api, answer: &Answer) -> Check {
    same("status", i64::from(answer.status), recording.status())?;
    let recorded_headers = recording
        .response()
        .member("headers")
        .expect("a response has headers");
    compare_headers(answer, recorded_headers)?;
    let body = std::str::from_utf8(&answer.body).map_err(|_| "the body is text")?;
    if recording.method() != "HEAD" {
        same(
            "content-length",
            answer.header("content-length"),
            Some(body.len().to_string().as_str()),
        )?;
    }
    let theirs = recording.body();
    if let Json::String(recorded) = theirs {
        if recorded.contains("<!DOCTYPE html>") {
            let head = |page: &str| page.split("<head>").next().unwrap_or_default().to_owned();
            return same("the head of the page", head(body), head(recorded));
        }
        return same("body", body, recorded.as_str());
    }
    if *theirs == Json::Null {
        return same("body", body, "");
    }
    let ours = json::read_stored(body).ok_or("the body is JSON")?;
    if recording.status() >= 400 {
        return same("body", &ours, theirs);
    }
    match claim {
        _ if recording.method() == "OPTIONS" => same("body", &ours, theirs),
        Claim::List if recording.status() == 201 => {
            same_new_event(recording, &ours, theirs)?;
            compare_after(recording, api, &ours)
        }
        Claim::List => same_list(recording, &ours, theirs),
        Claim::Detail => {
            same("body", &ours, theirs)?;
            // The same value in the same bytes: no blanks, numbers as orjson writes them. The
            // recorder shortened the paths of the server's own files.
            let recorded = recorded_headers
                .member("content-length")
                .and_then(Json::text);
            let shortened = body.contains("/ak-root/") || body.contains("\"/authentik/");
            if shortened {
                Ok(())
            } else {
                same("content-length", answer.header("content-length"), recorded)
            }
        }
        Claim::Volume => same_volume(&ours, theirs),
        Claim::Stats | Claim::TopPerUser | Claim::Shape => same_shape("body", &ours, theirs),
        Claim::Fixed => same("body", &ours, theirs),
    }
}

/// The event that was made is read again as it was read again then.
fn compare_after(recording: &Recording, api: &Api, made: &Json) -> Check {
    let Some(after) = recording.json.member("get_after") else {
        return Ok(());
    };
    let answer = api.answer(&Request {
        method: "GET".to_owned(),
        path: format!("/api/v3/events/events/{}/", text(made, "pk")),
        headers: vec![(
            "authorization".to_owned(),
            b"Bearer token-of-an-administrator".to_vec(),
        )],
        ..Request::default()
    });
    same(
        "status afterwards",
        Some(i64::from(answer.status)),
        after.member("status").and_then(Json::integer),
    )?;
    let ours = std::str::from_utf8(&answer.body)
        .ok()
        .and_then(json::read_stored)
        .ok_or("the body afterwards is JSON")?;
    let theirs = after.member("body").unwrap_or(&Json::Null);
    let outcome = if answer.status == 200 {
        same_new_event(recording, &ours, theirs)
    } else {
        same("body", &ours, theirs)
    };
    outcome.map_err(|difference| format!("afterwards: {difference}"))
}

/// Sends a recording again. `Err` is the first difference, or why it cannot be sent.
fn replay(recording: &Recording, sandboxes: &mut Sandboxes) -> Check {
    let claim = claim(recording)?;
    let request = request(recording)?;
    let api = sandboxes.for_recording(recording, claim);
    let answer = api.answer(&request);
    compare(recording, claim, &api, &answer)
}

// ---- the tests

/// The folder of recordings, and whether it is our own.
fn folder() -> (PathBuf, bool) {
    match std::env::var_os("EVENTIDE_RECORDINGS") {
        Some(folder) => (PathBuf::from(folder), false),
        None => (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings"),
            true,
        ),
    }
}

/// Every event that a real server wrote, one a line.
fn event_lines(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("events.ndjson"))
        .unwrap_or_else(|_| seed::RECORDED.to_owned())
}

fn not_covered(folder: &Path) -> BTreeMap<String, String> {
    let list = std::fs::read_to_string(folder.join("not-covered.txt")).unwrap_or_default();
    list.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, reason) = line
                .split_once(' ')
                .unwrap_or_else(|| panic!("{line:?} has a reason"));
            (name.to_owned(), reason.trim().to_owned())
        })
        .collect()
}

#[test]
fn every_recording_is_answered_again_or_stands_in_the_list() {
    let (folder, is_ours) = folder();
    let recordings = recordings(&folder);
    assert!(
        !recordings.is_empty(),
        "there are recordings in {}",
        folder.display()
    );
    let mut world = World::default();
    world.learn(&event_lines(&folder), &recordings);
    let mut sandboxes = Sandboxes {
        world: &world,
        tokens: tokens(&recordings),
        kept: None,
    };
    let listed = not_covered(&folder);
    let (mut passed, mut unclaimed) = (0, 0);
    let mut wrong = String::new();
    for recording in &recordings {
        let outcome = replay(recording, &mut sandboxes);
        match (outcome, listed.get(&recording.name)) {
            (Ok(()), None) => passed += 1,
            (Ok(()), Some(_)) => writeln!(
                wrong,
                "{} passes: take it off not-covered.txt",
                recording.name
            )
            .unwrap(),
            (Err(_), Some(_)) => {}
            (Err(_), None) if !is_ours && claim(recording).is_err() => unclaimed += 1,
            (Err(difference), None) => writeln!(wrong, "{}: {difference}", recording.name).unwrap(),
        }
    }
    let known: BTreeSet<&str> = recordings
        .iter()
        .map(|recording| recording.name.as_str())
        .collect();
    for (name, reason) in &listed {
        // What is too large for the repository is listed without being there.
        if !known.contains(name.as_str()) && !reason.starts_with("left out") {
            writeln!(wrong, "{name} is in not-covered.txt and nowhere else").unwrap();
        }
    }
    println!(
        "{passed} recordings pass, {} are listed as not covered, {unclaimed} are about something else",
        listed.len()
    );
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_event_of_a_real_server_is_answered_byte_for_byte() {
    let (folder, _) = folder();
    let lines = event_lines(&folder);
    let events: Vec<Json> = lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| json::read_stored(line).unwrap())
        .collect();
    let store = Store::in_memory().unwrap();
    let now = events
        .iter()
        .filter_map(created)
        .max()
        .expect("there are events");
    store
        .fill(
            events.iter().map(|event| seed::event_of(event, now)),
            |_| (),
        )
        .unwrap();
    let api = Api {
        store,
        clock: Clock::fixed(now),
        tokens: tokens(&[]),
        release: Release::default(),
    };
    for event in &events {
        let answer = api.answer(&Request {
            method: "GET".to_owned(),
            path: format!("/api/v3/events/events/{}/", text(event, "pk")),
            headers: vec![(
                "authorization".to_owned(),
                b"Bearer token-of-an-administrator".to_vec(),
            )],
            ..Request::default()
        });
        assert_eq!(answer.status, 200, "{}", text(event, "pk"));
        assert_eq!(
            String::from_utf8(answer.body).unwrap(),
            event.answered(0).unwrap()
        );
    }
}

fn created(event: &Json) -> Option<Micros> {
    match moment::parse_datetime(text(event, "created")) {
        Parsed::Moment(moment) => Some(moment),
        _ => None,
    }
}
