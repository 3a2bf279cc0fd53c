//! The contract of what goes out, how often, and who hears of it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use eventide::browser::signals::prelude::*;
use eventide::{
    api::{
        ApiBase, ApiError, LARGEST_ANSWER, Manner, Method, NoAnswer, events, events::CreateOutcome,
        server, users,
    },
    browser::client::{Abort, RawRequest, over_http},
    event::draft::{EventDraft, NewEvent},
    listing::{Matching, Order},
    moment::Moment,
    session::{Session, Token},
};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Request, RequestCache, RequestCredentials, RequestMode, RequestRedirect};

use crate::support::{Held, Reply, SERVER, Stage, TOKEN, json, on_stage, settle, start, until};

pub const ME: &str = r#"{"user":{"pk":4,"username":"akadmin","name":"","is_superuser":true}}"#;
const NO: &str = r#"{"detail":"You do not have permission to perform this action."}"#;
const EMPTY: &str = r#"{"pagination":{},"results":[]}"#;

fn new_event() -> NewEvent {
    let draft = EventDraft {
        action: "login".to_owned(),
        app: "tests".to_owned(),
        ..EventDraft::default()
    };
    draft.check(Moment::from_ms(0), 0, &|_| false).unwrap()
}

fn header<'a>(request: &'a RawRequest, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(other, _)| *other == name)
        .map(|(_, value)| value.as_str())
}

#[wasm_bindgen_test]
async fn the_token_goes_to_its_own_server_with_calls_that_need_it_and_nowhere_else() {
    on_stage(async |stage| {
        let client = stage.handles().client;
        stage
            .server
            .on(Method::Get, "core/users/me/", [Reply::json(200, ME)]);
        stage
            .server
            .on(Method::Post, "events/events/", [Reply::json(500, "{}")]);
        let abort = Abort::new();
        client.send(users::me(), &abort).await.unwrap();
        let _ = client.send(server::config(), &abort).await;
        let _ = client.create(&new_event(), &abort).await;
        let requests = stage.server.raw_requests();
        assert_eq!(requests.len(), 3);
        for request in &requests {
            assert!(
                request.url.starts_with(&format!("{SERVER}/api/v3/")) && request.url.ends_with('/'),
                "{}",
                request.url
            );
            assert!(
                !request.url.contains(TOKEN)
                    && !format!("{:?}{:?}", request.query, request.body).contains(TOKEN)
            );
            assert_eq!(header(request, "Accept"), Some("application/json"));
            assert_eq!(header(request, "Accept-Language"), Some("en"));
            assert!(
                request
                    .headers
                    .iter()
                    .all(|(name, _)| !name.to_ascii_lowercase().starts_with("x-"))
            );
        }
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(header(&requests[0], "Authorization"), Some(bearer.as_str()));
        assert_eq!(header(&requests[1], "Authorization"), None, "a public call");
        assert_eq!(header(&requests[2], "Authorization"), Some(bearer.as_str()));
        assert_eq!(header(&requests[0], "Content-Type"), None);
        assert_eq!(
            header(&requests[2], "Content-Type"),
            Some("application/json")
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_body_with_the_token_is_never_sent_whoever_checked_it() {
    on_stage(async |stage| {
        for app in [TOKEN.to_owned(), TOKEN.replace('-', "%2D")] {
            let draft = EventDraft {
                action: "login".to_owned(),
                app,
                ..EventDraft::default()
            };
            let event = draft.check(Moment::from_ms(0), 0, &|_| false).unwrap();
            let outcome = stage.handles().client.create(&event, &Abort::new()).await;
            let CreateOutcome::Refused(why) = outcome else {
                panic!("{outcome:?}");
            };
            let said = why[0].1[0].visible();
            assert!(said.starts_with("The token you signed in with"), "{said}");
        }
        assert!(stage.server.requests().is_empty());
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_read_is_repeated_until_it_comes_and_a_create_never() {
    on_stage(async |stage| {
        let client = stage.handles().client;
        let abort = Abort::new();
        stage.server.on(
            Method::Get,
            "events/events/",
            [
                Reply::unreachable(),
                Reply::html(502),
                Reply::json(200, EMPTY),
            ],
        );
        client
            .send(
                events::list(&Matching::default(), Order::default(), 1, 50),
                &abort,
            )
            .await
            .unwrap();
        assert_eq!(
            stage.server.requests(),
            vec!["GET events/events/?ordering=-created&page=1&page_size=50"; 3]
        );

        for (number, reply) in [
            Reply::unreachable(),
            Reply::html(502),
            Reply::json(500, "{}"),
            Reply::json(405, ""),
        ]
        .into_iter()
        .enumerate()
        {
            stage.server.on(Method::Post, "events/events/", [reply]);
            assert!(matches!(
                client.create(&new_event(), &abort).await,
                CreateOutcome::Unknown(_)
            ));
            assert_eq!(stage.server.requests().len(), 4 + number);
        }
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_server_that_starts_is_waited_for_and_the_wait_is_told() {
    on_stage(async |stage| {
        let client = stage.handles().client;
        let mut starting = json(503, r#"{"error":"authentik starting"}"#);
        starting.retry_after = Some("1".to_owned());
        stage.server.on(
            Method::Get,
            "core/users/me/",
            [Reply::Answer(starting), Reply::json(200, ME)],
        );
        let told = Rc::new(RefCell::new(Vec::new()));
        let abort = Abort::new();
        let hear = told.clone();
        abort.on_wait(move |wait| hear.borrow_mut().push(wait.map(|wait| wait.failure.error)));
        client.send(users::me(), &abort).await.unwrap();
        assert_eq!(
            *told.borrow(),
            [
                Some(ApiError::Wait {
                    seconds: Some(1),
                    starting: true
                }),
                None
            ]
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_refusal_is_settled_by_one_probe() {
    on_stage(async |stage| {
        let client = stage.handles().client;
        let abort = Abort::new();
        stage
            .server
            .on(Method::Get, "events/events/", [Reply::json(403, NO)]);
        stage
            .server
            .on(Method::Get, "core/users/me/", [Reply::json(200, ME)]);
        let failure = client
            .send(
                events::list(&Matching::default(), Order::default(), 1, 50),
                &abort,
            )
            .await
            .unwrap_err();
        assert_eq!(
            failure.error,
            ApiError::Forbidden {
                permission: "authentik_events.view_event"
            }
        );
        assert_eq!(stage.server.requests().len(), 2);
        assert!(matches!(
            stage.handles().session.get_untracked(),
            Session::SignedIn(_)
        ));

        stage
            .server
            .on(Method::Post, "events/events/", [Reply::json(403, NO)]);
        let CreateOutcome::NotSent(failure) = client.create(&new_event(), &abort).await else {
            panic!()
        };
        assert_eq!(
            failure.error,
            ApiError::Forbidden {
                permission: "authentik_events.add_event"
            }
        );

        stage.server.on(
            Method::Get,
            "core/users/me/",
            [Reply::json(403, r#"{"detail":"Token invalid/expired"}"#)],
        );
        let failure = client
            .send(
                events::list(&Matching::default(), Order::default(), 1, 50),
                &abort,
            )
            .await
            .unwrap_err();
        assert_eq!(failure.error, ApiError::TokenRefused);
        assert!(matches!(
            stage.handles().session.get_untracked(),
            Session::Expired { .. }
        ));

        // Nothing is sent any more without a new token.
        let before = stage.server.requests().len();
        let failure = client
            .send(
                events::list(&Matching::default(), Order::default(), 1, 50),
                &abort,
            )
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error, stage.server.requests().len()),
            (ApiError::TokenRefused, before)
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_is_tried_on_the_sign_in_page_does_not_end_the_session() {
    on_stage(async |stage| {
        let handles = stage.handles();
        stage
            .server
            .on(Method::Get, "core/users/me/", [Reply::json(403, NO)]);
        let other = ApiBase::parse("https://other.example").unwrap();
        let candidate = handles
            .client
            .candidate(other, Some(Token::parse("another-token").unwrap()));
        let failure = candidate
            .send(users::me(), &Abort::new())
            .await
            .unwrap_err();
        assert_eq!(failure.error, ApiError::TokenRefused);
        let request = &stage.server.raw_requests()[0];
        assert_eq!(request.url, "https://other.example/api/v3/core/users/me/");
        assert_eq!(
            header(request, "Authorization"),
            Some("Bearer another-token")
        );
        assert!(matches!(
            handles.session.get_untracked(),
            Session::SignedIn(_)
        ));

        handles.session.sign_out();
        let failure = candidate
            .send(users::me(), &Abort::new())
            .await
            .unwrap_err();
        assert_eq!(
            failure.error,
            ApiError::NoAnswer(NoAnswer::Cancelled),
            "its token is forgotten"
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn signing_out_stops_what_is_on_its_way_and_drops_late_answers() {
    on_stage(async |stage| {
        let handles = stage.handles();
        let held = Held::default();
        stage
            .server
            .on(Method::Get, "core/users/me/", [Reply::Held(held.clone())]);
        let result = start(async move { handles.client.send(users::me(), &Abort::new()).await });
        until("the request is out", || stage.server.requests().len() == 1).await;
        handles.session.sign_out();
        held.release(json(200, ME));
        until("it ended", || result.borrow().is_some()).await;
        let failure = result.borrow_mut().take().unwrap().unwrap_err();
        assert_eq!(failure.error, ApiError::NoAnswer(NoAnswer::Cancelled));
        assert_eq!(stage.server.given_up(), 1);
    })
    .await;
}

#[wasm_bindgen_test]
async fn nothing_is_created_twice_by_a_person_who_stops_waiting() {
    on_stage(async |stage| {
        let handles = stage.handles();
        stage.server.on(
            Method::Post,
            "events/events/",
            [Reply::Held(Held::default())],
        );
        let abort = Abort::new();
        let stop = abort.clone();
        let result = start(async move { handles.client.create(&new_event(), &abort).await });
        until("the request is out", || stage.server.requests().len() == 1).await;
        stop.abort();
        until("it ended", || result.borrow().is_some()).await;
        assert!(matches!(*result.borrow(), Some(CreateOutcome::Unknown(_))));
        assert_eq!(stage.server.requests().len(), 1);
    })
    .await;
}

/// Stands in for the browser's `fetch`, and puts it back.
struct FakeFetch {
    original: JsValue,
    _listener: Closure<dyn FnMut(Request) -> Promise>,
    requests: Rc<RefCell<Vec<Request>>>,
}

impl FakeFetch {
    fn answering(answer: impl FnMut(&Request) -> Promise + 'static) -> Self {
        let requests = Rc::new(RefCell::new(Vec::new()));
        let seen = requests.clone();
        let mut answer = answer;
        let listener = Closure::<dyn FnMut(Request) -> Promise>::new(move |request: Request| {
            let promise = answer(&request);
            seen.borrow_mut().push(request);
            promise
        });
        let original = Reflect::get(&window(), &"fetch".into()).unwrap();
        Reflect::set(&window(), &"fetch".into(), listener.as_ref()).unwrap();
        Self {
            original,
            _listener: listener,
            requests,
        }
    }
}

impl Drop for FakeFetch {
    fn drop(&mut self) {
        Reflect::set(&window(), &"fetch".into(), &self.original).unwrap();
    }
}

fn response(body: &str) -> Promise {
    let headers = web_sys::Headers::new().unwrap();
    headers.set("Content-Type", "Application/JSON").unwrap();
    headers.set("X-authentik-id", "0123abc").unwrap();
    let init = web_sys::ResponseInit::new();
    init.set_headers(&headers);
    Promise::resolve(&JsValue::from(
        web_sys::Response::new_with_opt_str_and_init(Some(body), &init).unwrap(),
    ))
}

fn raw(method: Method, body: Option<&str>) -> RawRequest {
    RawRequest {
        method,
        url: format!("{SERVER}/api/v3/events/events/"),
        query: vec![
            ("search", "a b&c=d?#é".to_owned()),
            ("page", "2".to_owned()),
        ],
        headers: vec![
            ("Accept", "application/json".to_owned()),
            ("Authorization", format!("Bearer {TOKEN}")),
        ],
        body: body.map(str::to_owned),
        manner: Manner::Usual,
    }
}

#[wasm_bindgen_test]
async fn a_request_leaves_the_browser_with_nothing_that_could_leak() {
    on_stage(async |stage| {
        let _shown = stage.show(|| ());
        let fetch = FakeFetch::answering(|_| response("\u{feff}{\"a\":\"é\"}"));
        let transport = over_http();
        let answer = transport(raw(Method::Get, None)).await.unwrap();
        assert_eq!(
            (
                answer.status,
                answer.content_type.as_str(),
                answer.request_id.as_deref()
            ),
            (200, "application/json", Some("0123abc"))
        );
        assert_eq!(answer.text(), "{\"a\":\"é\"}");
        transport(raw(Method::Post, Some("{\"n\":1E400}")))
            .await
            .unwrap();
        transport(raw(Method::Options, None)).await.unwrap();

        let requests = fetch.requests.borrow().clone();
        let methods: Vec<String> = requests.iter().map(Request::method).collect();
        assert_eq!(methods, ["GET", "POST", "OPTIONS"]);
        for request in requests.iter() {
            assert_eq!(
                request.url(),
                format!("{SERVER}/api/v3/events/events/?search=a+b%26c%3Dd%3F%23%C3%A9&page=2")
            );
            assert_eq!(request.mode(), RequestMode::Cors);
            assert_eq!(request.credentials(), RequestCredentials::Omit);
            assert_eq!(request.cache(), RequestCache::NoStore);
            assert_eq!(request.redirect(), RequestRedirect::Error);
            assert_eq!(
                Reflect::get(request, &"referrerPolicy".into()).unwrap(),
                JsValue::from("no-referrer")
            );
            assert_eq!(
                request.headers().get("authorization").unwrap().unwrap(),
                format!("Bearer {TOKEN}")
            );
        }
        let body = JsFuture::from(requests[1].text().unwrap()).await.unwrap();
        assert_eq!(
            body.as_string().as_deref(),
            Some("{\"n\":1E400}"),
            "numbers as typed"
        );
    })
    .await;
}

/// A body without an end, in pieces of a megabyte.
fn endless(sent: Rc<Cell<u64>>) -> Promise {
    let piece = Uint8Array::new_with_length(1024 * 1024);
    piece.fill(b' ', 0, piece.length());
    let pull = Closure::<dyn FnMut(JsValue)>::new(move |controller: JsValue| {
        sent.set(sent.get() + u64::from(piece.length()));
        let enqueue: js_sys::Function = Reflect::get(&controller, &"enqueue".into())
            .unwrap()
            .unchecked_into();
        enqueue
            .call1(&controller, &piece.slice(0, piece.length()))
            .unwrap();
    });
    let source = js_sys::Object::new();
    Reflect::set(&source, &"pull".into(), pull.as_ref()).unwrap();
    pull.forget();
    let stream = web_sys::ReadableStream::new_with_underlying_source(&source).unwrap();
    Promise::resolve(&JsValue::from(
        web_sys::Response::new_with_opt_readable_stream(Some(&stream)).unwrap(),
    ))
}

#[wasm_bindgen_test]
async fn a_body_without_an_end_is_cut_and_the_connection_closed() {
    on_stage(async |stage| {
        let _shown = stage.show(|| ());
        let sent = Rc::new(Cell::new(0));
        let count = sent.clone();
        let fetch = FakeFetch::answering(move |_| endless(count.clone()));
        let answer = over_http()(raw(Method::Get, None)).await;
        assert_eq!(
            answer.unwrap_err(),
            NoAnswer::TooLarge {
                limit: LARGEST_ANSWER
            }
        );
        assert!(
            sent.get() < LARGEST_ANSWER + 4 * 1024 * 1024,
            "{}",
            sent.get()
        );
        assert!(fetch.requests.borrow()[0].signal().aborted());
    })
    .await;
}

#[wasm_bindgen_test]
async fn whoever_stops_waiting_closes_the_connection_at_once() {
    on_stage(async |stage| {
        let _shown = stage.show(|| ());
        let fetch = FakeFetch::answering(|_| Promise::new(&mut |_, _| ()));
        let transport = over_http();
        let abort = Abort::new();
        let stop = abort.clone();
        let result = start(async move { abort.or(transport(raw(Method::Get, None))).await });
        until("the request is out", || fetch.requests.borrow().len() == 1).await;
        assert!(!fetch.requests.borrow()[0].signal().aborted());
        stop.abort();
        settle().await;
        assert!(matches!(*result.borrow(), Some(None)));
        assert!(fetch.requests.borrow()[0].signal().aborted());
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_call_that_the_policy_stops_says_so() {
    on_stage(async |stage: &Stage| {
        let _shown = stage.show(|| ());
        let answer = over_http()(raw(Method::Get, None)).await;
        assert!(
            matches!(
                answer,
                Err(NoAnswer::Unreachable {
                    by_policy: true,
                    ..
                })
            ),
            "{answer:?}"
        );
        let faults = stage.faults();
        assert!(
            faults.iter().any(|fault| fault.starts_with("connect-src")),
            "{faults:?}"
        );
        stage.expect_faults(faults.len());
    })
    .await;
}
