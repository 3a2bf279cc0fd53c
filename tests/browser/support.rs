//! The stage, the fake server, and how a test finds what a person would find.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::Future,
    rc::Rc,
    task::{Poll, Waker},
};

use eventide::browser::signals::prelude::*;
use eventide::{
    api::{Answer, ApiBase, Method, NoAnswer},
    browser::{
        Client, Clock, Handles, Navigation, SessionHandle, ThemeHandle,
        client::{Boxed, RawRequest, Transport},
        clock,
        markup::{self, IntoMarkup},
        storage::{self, Place},
    },
    configuration::Configuration,
    moment::Moment,
    session::{KeepMode, Token},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement, HtmlInputElement, SecurityPolicyViolationEvent};

/// The policy of the app, but for `frame-ancestors`, which a page cannot set for itself.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src blob:; base-uri 'none'; form-action 'none'; object-src 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// What "now" is: Sunday 22 November 2026, 14:32:18 in Berlin.
pub const NOW: &str = "2026-11-22T13:32:18Z";
pub const TOKEN: &str = "canary-of-the-tests-0123456789";
pub const SERVER: &str = "https://id.harbor.example";

/// A page for one test.
pub struct Stage {
    pub server: FakeServer,
    pub host: HtmlElement,
    handles: Rc<Cell<Option<Handles>>>,
    mounted: RefCell<Vec<Box<dyn std::any::Any>>>,
    expected: Cell<usize>,
}

/// Runs a test on a stage, signed in (kept in memory), at `/`.
pub async fn on_stage(test: impl AsyncFnOnce(&Stage)) {
    on_stage_at("/", test).await;
}

/// The same at another address of the app.
pub async fn on_stage_at(address: &str, test: impl AsyncFnOnce(&Stage)) {
    let stage = Stage::new(address);
    test(&stage).await;
    stage.finish().await;
}

#[allow(dead_code, reason = "the tests of pages find by more than these do")]
impl Stage {
    fn new(address: &str) -> Self {
        enforce_policy();
        go_to(address);
        clear_storage();
        FAULTS.with(|faults| faults.borrow_mut().clear());
        let host: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&host).unwrap();
        let stage = Self {
            server: FakeServer::default(),
            host,
            handles: Rc::default(),
            mounted: RefCell::default(),
            expected: Cell::new(0),
        };
        stage.start_app();
        stage.handles().session.sign_in(
            Token::parse(TOKEN).unwrap(),
            ApiBase::parse(SERVER).unwrap(),
            KeepMode::Memory,
        );
        stage
    }

    /// Builds the handles as `mount` does, with the fake server and a clock that stands still.
    fn start_app(&self) {
        let place = self.handles.clone();
        let transport = self.server.transport();
        self.mount(move || {
            let clock = Clock::Fixed {
                now: Moment::parse(NOW).unwrap(),
                offset: 60,
                zone: "Europe/Berlin",
            };
            let configuration: &'static Configuration =
                Box::leak(Box::new(Configuration::default_at(SERVER)));
            let session = SessionHandle::load(clock, configuration, None);
            place.set(Some(Handles {
                configuration,
                clock,
                session,
                client: Client::new(session, transport),
                navigation: Navigation::start(None),
                theme: ThemeHandle::load(),
            }));
        });
    }

    /// What a reload does: everything in memory is gone, storage and address stay.
    pub fn reload(&self) {
        self.mounted.borrow_mut().clear();
        self.start_app();
    }

    pub fn handles(&self) -> Handles {
        self.handles.get().unwrap()
    }

    /// Shows a view with all handles in its context; gives back how to remove it.
    pub fn show<V: IntoMarkup>(&self, view: impl FnOnce() -> V + 'static) -> Box<dyn FnOnce()> {
        let handles = self.handles();
        mounted(&self.host, move || {
            handles.provide();
            view()
        })
    }

    fn mount<V: IntoMarkup>(&self, view: impl FnOnce() -> V + 'static) {
        let unmount = mounted(&self.host, view);
        self.mounted
            .borrow_mut()
            .push(Box::new(OnDrop(Some(unmount))));
    }

    /// So many violations or console errors are what the test is about.
    pub fn expect_faults(&self, count: usize) {
        self.expected.set(count);
    }

    /// What went wrong so far.
    pub fn faults(&self) -> Vec<String> {
        FAULTS.with(|faults| faults.borrow().clone())
    }

    async fn finish(self) {
        settle().await;
        self.mounted.borrow_mut().clear();
        self.host.remove();
        go_to("/");
        clear_storage();
        let faults = self.faults();
        assert_eq!(
            faults.len(),
            self.expected.get(),
            "violations and console errors: {faults:#?}"
        );
    }

    pub fn text(&self) -> String {
        self.host.text_content().unwrap_or_default()
    }

    /// The one element with this role and name.
    pub fn by_role(&self, role: &str, name: &str) -> HtmlElement {
        let found = self.all_by_role(role, name);
        assert_eq!(
            found.len(),
            1,
            "{role} “{name}” in {}",
            self.host.outer_html()
        );
        found[0].clone()
    }

    pub fn has(&self, role: &str, name: &str) -> bool {
        !self.all_by_role(role, name).is_empty()
    }

    pub fn button(&self, name: &str) -> HtmlElement {
        self.by_role("button", name)
    }

    /// The field with this label.
    pub fn by_label(&self, label: &str) -> HtmlInputElement {
        let found: Vec<HtmlElement> = elements(&self.host, "input, textarea, select")
            .into_iter()
            .filter(|field| name_of(field) == label)
            .collect();
        assert_eq!(
            found.len(),
            1,
            "field “{label}” in {}",
            self.host.outer_html()
        );
        found[0].clone().unchecked_into()
    }

    /// Types as a person does: the field hears of it.
    pub fn fill(&self, label: &str, text: &str) {
        let field = self.by_label(label);
        field.set_value(text);
        for event in ["input", "change"] {
            let init = web_sys::EventInit::new();
            init.set_bubbles(true);
            field
                .dispatch_event(&web_sys::Event::new_with_event_init_dict(event, &init).unwrap())
                .unwrap();
        }
    }

    /// The elements that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<HtmlElement> {
        elements(&self.host, selector)
    }

    fn all_by_role(&self, role: &str, name: &str) -> Vec<HtmlElement> {
        elements(&self.host, "*")
            .into_iter()
            .filter(|element| {
                role_of(element) == role && (name.is_empty() || name_of(element) == name)
            })
            .collect()
    }
}

fn mounted<V: IntoMarkup>(
    host: &HtmlElement,
    view: impl FnOnce() -> V + 'static,
) -> Box<dyn FnOnce()> {
    let mounted = markup::mount(host, || view().into_markup());
    Box::new(move || drop(mounted))
}

struct OnDrop<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            work();
        }
    }
}

fn elements(host: &HtmlElement, selector: &str) -> Vec<HtmlElement> {
    let found = host.query_selector_all(selector).unwrap();
    (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into::<HtmlElement>().ok())
        .collect()
}

fn role_of(element: &Element) -> String {
    if let Some(role) = element.get_attribute("role") {
        return role;
    }
    match element.tag_name().to_ascii_lowercase().as_str() {
        "a" if element.has_attribute("href") => "link",
        "button" => "button",
        "h1" | "h2" | "h3" | "h4" => "heading",
        "dialog" => "dialog",
        "table" => "table",
        "tr" => "row",
        "li" => "listitem",
        "main" => "main",
        "select" => "combobox",
        "textarea" => "textbox",
        "input" => match element.get_attribute("type").as_deref() {
            Some("checkbox") => "checkbox",
            Some("radio") => "radio",
            _ => "textbox",
        },
        _ => "",
    }
    .to_owned()
}

/// The accessible name, as far as this app needs it.
fn name_of(element: &Element) -> String {
    let text = |element: &Element| {
        element
            .text_content()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let by_id = |id: &str| {
        document()
            .get_element_by_id(id)
            .map(|element| text(&element))
            .unwrap_or_default()
    };
    if let Some(ids) = element.get_attribute("aria-labelledby") {
        return ids
            .split_whitespace()
            .map(by_id)
            .collect::<Vec<_>>()
            .join(" ");
    }
    if let Some(label) = element.get_attribute("aria-label") {
        return label;
    }
    if matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") {
        let outer = element
            .closest("label")
            .ok()
            .flatten()
            .map(|label| text(&label));
        let tied = || {
            let id = element.get_attribute("id")?;
            let label = document()
                .query_selector(&format!("label[for='{id}']"))
                .ok()
                .flatten()?;
            Some(text(&label))
        };
        return outer.or_else(tied).unwrap_or_default();
    }
    text(element)
}

/// Lets everything happen that is about to.
pub async fn settle() {
    for _ in 0..4 {
        leptos::task::tick().await;
        clock::sleep(0).await;
    }
}

/// Waits until something is so, two seconds at most.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..100 {
        if is_so() {
            return;
        }
        clock::sleep(20).await;
    }
    panic!("not within two seconds: {what}");
}

pub fn go_to(address: &str) {
    window()
        .history()
        .unwrap()
        .replace_state_with_url(&JsValue::NULL, "", Some(address))
        .unwrap();
}

pub fn address() -> String {
    let location = window().location();
    format!(
        "{}{}",
        location.pathname().unwrap(),
        location.search().unwrap()
    )
}

/// The keys of ours that are kept.
pub fn kept(place: Place) -> Vec<String> {
    let mut keys: Vec<String> = storage::keys(place)
        .into_iter()
        .filter(|key| key.starts_with("eventide"))
        .collect();
    keys.sort();
    keys
}

fn clear_storage() {
    for place in [Place::Tab, Place::Device] {
        kept(place)
            .iter()
            .for_each(|key| storage::forget(place, key));
    }
}

thread_local! {
    static FAULTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static ENFORCED: Cell<bool> = const { Cell::new(false) };
}

fn fault(words: String) {
    FAULTS.with(|faults| faults.borrow_mut().push(words));
}

/// Once for all tests: a policy cannot be taken back.
fn enforce_policy() {
    if ENFORCED.replace(true) {
        return;
    }
    let seen = Closure::<dyn Fn(SecurityPolicyViolationEvent)>::new(
        |event: SecurityPolicyViolationEvent| {
            fault(format!(
                "{} {} {}",
                event.effective_directive(),
                event.blocked_uri(),
                event.sample()
            ));
        },
    );
    document()
        .add_event_listener_with_callback("securitypolicyviolation", seen.as_ref().unchecked_ref())
        .unwrap();
    seen.forget();

    // Only the first argument counts; the harness still prints it.
    let console = js_sys::Reflect::get(&window(), &"console".into()).unwrap();
    let original: js_sys::Function = js_sys::Reflect::get(&console, &"error".into())
        .unwrap()
        .unchecked_into();
    let listener = Closure::<dyn Fn(JsValue)>::new(move |words: JsValue| {
        fault(format!("console: {words:?}"));
        let _ = original.call1(&JsValue::NULL, &words);
    });
    js_sys::Reflect::set(&console, &"error".into(), listener.as_ref()).unwrap();
    listener.forget();

    let meta = document().create_element("meta").unwrap();
    meta.set_attribute("http-equiv", "Content-Security-Policy")
        .unwrap();
    meta.set_attribute("content", POLICY).unwrap();
    document().head().unwrap().append_child(&meta).unwrap();
}

/// Answers instead of a server, and remembers what it was asked.
#[derive(Clone, Default)]
pub struct FakeServer(Rc<ServerState>);

#[derive(Default)]
struct ServerState {
    rules: RefCell<Vec<Rule>>,
    requests: RefCell<Vec<RawRequest>>,
    dropped: Cell<usize>,
}

struct Rule {
    method: Method,
    path: String,
    replies: VecDeque<Reply>,
}

/// What the server does.
#[derive(Clone)]
pub enum Reply {
    /// Answers.
    Answer(Answer),
    /// Does not.
    Nothing(NoAnswer),
    /// Waits for the test to say.
    Held(Held),
}

impl Reply {
    pub fn json(status: u16, body: &str) -> Self {
        Self::Answer(json(status, body))
    }

    pub fn html(status: u16) -> Self {
        let body = "<!doctype html><title>Sign in</title>".to_owned();
        Self::Answer(Answer {
            status,
            content_type: "text/html".to_owned(),
            body,
            ..Answer::default()
        })
    }

    pub fn unreachable() -> Self {
        Self::Nothing(NoAnswer::Unreachable {
            reason: "TypeError: Failed to fetch".to_owned(),
            by_policy: false,
        })
    }
}

pub fn json(status: u16, body: &str) -> Answer {
    Answer {
        status,
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
        ..Answer::default()
    }
}

/// An answer that comes when the test wants it.
#[derive(Clone, Default)]
pub struct Held(Rc<RefCell<Waiting>>);

/// What it will be, once the test has said, and who waits for it.
type Waiting = (Option<Result<Answer, NoAnswer>>, Vec<Waker>);

impl Held {
    pub fn release(&self, answer: Answer) {
        let mut inner = self.0.borrow_mut();
        inner.0 = Some(Ok(answer));
        inner.1.drain(..).for_each(Waker::wake);
    }

    async fn wait(self) -> Result<Answer, NoAnswer> {
        std::future::poll_fn(|context| {
            let mut inner = self.0.borrow_mut();
            match inner.0.clone() {
                Some(answer) => Poll::Ready(answer),
                None => {
                    inner.1.push(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl FakeServer {
    /// Answers calls of a path below `/api/v3/` with these replies in order, the last one again and
    /// again. A rule that is given later comes first.
    pub fn on(&self, method: Method, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let rule = Rule {
            method,
            path: path.to_owned(),
            replies: replies.into_iter().collect(),
        };
        self.0.rules.borrow_mut().insert(0, rule);
    }

    /// The requests so far, as in "GET events/events/?page=1".
    pub fn requests(&self) -> Vec<String> {
        self.0.requests.borrow().iter().map(line).collect()
    }

    /// The same with everything in them.
    pub fn raw_requests(&self) -> Vec<RawRequest> {
        self.0.requests.borrow().clone()
    }

    /// How many requests were given up before they were answered.
    pub fn given_up(&self) -> usize {
        self.0.dropped.get()
    }

    pub fn transport(&self) -> Transport {
        let state = self.0.clone();
        Rc::new(move |request| {
            let reply = state.reply(&request);
            state.requests.borrow_mut().push(request);
            let state = state.clone();
            let answered = Rc::new(Cell::new(false));
            let watch = OnDrop(Some({
                let answered = answered.clone();
                move || {
                    if !answered.get() {
                        state.dropped.set(state.dropped.get() + 1);
                    }
                }
            }));
            let answer: Boxed<Result<Answer, NoAnswer>> = Box::pin(async move {
                let _watch = watch;
                // Never at once: a network takes its time.
                leptos::task::tick().await;
                let answer = match reply {
                    Reply::Answer(answer) => Ok(answer),
                    Reply::Nothing(reason) => Err(reason),
                    Reply::Held(held) => held.wait().await,
                };
                answered.set(true);
                answer
            });
            answer
        })
    }
}

impl ServerState {
    fn reply(&self, request: &RawRequest) -> Reply {
        let path = path(request);
        let mut rules = self.rules.borrow_mut();
        let rule = rules
            .iter_mut()
            .find(|rule| rule.method == request.method && rule.path == path);
        match rule {
            Some(rule) if rule.replies.len() > 1 => rule.replies.pop_front().unwrap(),
            Some(rule) => rule.replies.front().cloned().unwrap(),
            None => Reply::html(404),
        }
    }
}

fn path(request: &RawRequest) -> String {
    request
        .url
        .split_once("/api/v3/")
        .map_or(request.url.as_str(), |(_, path)| path)
        .to_owned()
}

fn line(request: &RawRequest) -> String {
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let question = if query.is_empty() { "" } else { "?" };
    format!(
        "{} {}{question}{}",
        request.method.name(),
        path(request),
        query.join("&")
    )
}

/// Runs something beside the test.
pub fn start<T: 'static>(work: impl Future<Output = T> + 'static) -> Rc<RefCell<Option<T>>> {
    let result = Rc::new(RefCell::new(None));
    let place = result.clone();
    leptos::task::spawn_local(async move {
        let value = work.await;
        place.replace(Some(value));
    });
    result
}
