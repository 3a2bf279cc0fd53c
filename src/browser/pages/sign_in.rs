//! Server, token, and whether they work.

use crate::browser::signals::prelude::*;
use leptos::{html, task::spawn_local};

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    api::{
        self, ApiBase, ApiError, Failure, NoAnswer, Notice, Remedy, Situation, Task,
        stretch::Stretch, users::Me,
    },
    browser::{
        Client, Navigation, SessionHandle, ThemeHandle,
        account::{Account, Told},
        client::{Abort, Wait},
        clock,
        event_log::fill,
        parts::{
            copy::{Look, copy_button_as},
            icon::icon,
            loaded::seconds_until,
            notice::field_error,
            probe::{probe, probe_status},
            theme_button::theme_button,
            toast::{Toast, ToastTone, Toasts},
            token_field::{TokenEntry, token_field},
        },
        saved_views::ViewShelf,
        session::Farewell,
        typed_server::TypedServer,
    },
    configuration::{Color, Configuration},
    listing::{Matching, Order},
    route::Route,
    session::{KeepMode, Session, Token},
    sign_in::{CREATE, Findings, MayCreate, MayView, NAME_LIMIT, Outcome, VIEW, request_for_admin},
    text::Untrusted,
};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    Form,
    Connected,
    NoView,
}

/// What is wrong with the server, at its field.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Complaint {
    text: String,
    browser_words: Option<String>,
    /// Whether the server wants to be asked again, and when.
    again_s: Option<u32>,
    /// Whether a test of the connection may say more.
    testable: bool,
}

/// Why the checks did not come to their end.
enum Trouble {
    Server(Task, Failure),
    Token(Failure),
}

/// Everything of this page; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
struct Connection {
    client: Client,
    session: SessionHandle,
    account: Account,
    toasts: Toasts,
    origin: StoredValue<String>,
    typed: TypedServer,
    server: RwSignal<String>,
    server_node: NodeRef<html::Input>,
    entry: TokenEntry,
    mode: RwSignal<KeepMode>,
    screen: RwSignal<Screen>,
    busy: RwSignal<bool>,
    slow: RwSignal<bool>,
    findings: RwSignal<Findings>,
    complaint: RwSignal<Option<Complaint>>,
    waiting: RwSignal<Option<Wait>>,
    abort: StoredValue<Abort>,
    /// What the checks were made with.
    tried: StoredValue<Option<(ApiBase, Token)>>,
    configuration: &'static Configuration,
    /// Whether the session before this was left alone for too long.
    locked: bool,
}

/// The id of what takes focus on the screens after the form.
const GO_ON: &str = "go-on";

/// From here on the checks say that they take long.
const SLOW_MS: u32 = 5_000;

/// The page.
pub fn sign_in() -> Markup {
    let origin = window().location().origin().unwrap_or_default();
    let typed = expect_context::<TypedServer>();
    let session = expect_context::<SessionHandle>();
    let configuration = expect_context::<&'static Configuration>();
    let (server, mode, locked) = match session.get_untracked() {
        Session::Locked { base, mode } => (Some(base), Some(mode), true),
        Session::SignedOut | Session::Asking | Session::SignedIn(_) | Session::Expired { .. } => {
            (session.preferred(), None, false)
        }
    };
    let typed_before = typed.get().filter(|_| configuration.any_server && !locked);
    let server = typed_before
        .or_else(|| server.map(|server| server.as_str().to_owned()))
        .unwrap_or_else(|| origin.clone());
    let mode = mode.or(configuration.keep.first().copied());
    let connection = Connection {
        client: expect_context(),
        session,
        account: expect_context(),
        toasts: expect_context(),
        server: RwSignal::new(server),
        configuration,
        locked,
        origin: StoredValue::new(origin),
        typed,
        server_node: NodeRef::new(),
        entry: TokenEntry::new(),
        mode: RwSignal::new(mode.unwrap_or_default()),
        screen: RwSignal::new(Screen::Form),
        busy: RwSignal::new(false),
        slow: RwSignal::new(false),
        findings: RwSignal::new(Findings::default()),
        complaint: RwSignal::new(None),
        waiting: RwSignal::new(None),
        abort: StoredValue::new(Abort::new()),
        tried: StoredValue::new(None),
    };
    on_cleanup(move || connection.stop());
    let navigation = expect_context::<Navigation>();
    // An effect because the title is outside.
    Effect::new(move || navigation.set_title(connection.title()));
    ui! {
        <div class="sign">
            <header><span class="grow"></span>{theme_button(expect_context::<ThemeHandle>())}</header>
            <main id="main">
                <div class="sign__card">
                    <svg class="i mark" aria-hidden="true"><use href="#i-logo"/></svg>
                    {move || match connection.screen.get() {
                        Screen::Form => form(connection).into_markup(),
                        Screen::Connected => connected(connection, navigation).into_markup(),
                        Screen::NoView => no_view(connection).into_markup(),
                    }}
                </div>
            </main>
            <footer>
                <span>"Everything runs in this browser. The token goes to the server above and nowhere else."</span>
                <span class="num only-lg">{env!("CARGO_PKG_VERSION")}</span>
            </footer>
        </div>
    }
}

impl Connection {
    fn title(self) -> &'static str {
        match (self.screen.get(), self.busy.get()) {
            (_, true) => "Connecting",
            (Screen::Form, false) if self.locked => "Locked",
            (Screen::Form, false) => "Sign in",
            (Screen::Connected, false) => "Connected",
            (Screen::NoView, false) => "No permission",
        }
    }

    /// Checks what the form holds, or says at the fields why it cannot be checked.
    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        let token = self.entry.read();
        match (ApiBase::parse(&self.server.get_untracked()), token) {
            (Ok(base), _) if !self.configuration.allows(&base) => self.complain(Complaint {
                text: "This deployment does not use this server.".to_owned(),
                browser_words: None,
                again_s: None,
                testable: false,
            }),
            (Ok(base), Some(token)) => self.check(base, token),
            (Ok(_), None) => {}
            (Err(problem), _) => self.complain(Complaint {
                text: problem.to_string(),
                browser_words: None,
                again_s: None,
                testable: false,
            }),
        }
    }

    fn check_again(self) {
        if let Some((base, token)) = self.tried.get_value() {
            self.check(base, token);
        }
    }

    fn check(self, base: ApiBase, token: Token) {
        self.stop();
        let abort = Abort::new();
        self.abort.set_value(abort.clone());
        self.tried.set_value(Some((base.clone(), token.clone())));
        self.complaint.set(None);
        self.findings.set(Findings::default());
        self.slow.set(false);
        self.busy.set(true);
        abort.on_wait(move |wait| {
            self.waiting.try_set(wait);
        });
        let patience = abort.clone();
        spawn_local(async move {
            clock::sleep(SLOW_MS).await;
            if !patience.is_aborted() {
                self.slow.try_set(true);
            }
        });
        spawn_local(async move {
            let result = self.run(&base, token, &abort).await;
            if !abort.is_aborted() {
                self.finish(&base, result);
            }
        });
    }

    /// Stops the checks, as if they had never begun.
    fn stop(self) {
        let _ = self.abort.try_with_value(Abort::abort);
        self.busy.try_set(false);
        self.waiting.try_set(None);
    }

    /// The checks, each after the one before it.
    async fn run(self, base: &ApiBase, token: Token, abort: &Abort) -> Result<(), Trouble> {
        let open = self.client.candidate(base.clone(), None);
        let client = self.client.candidate(base.clone(), Some(token));

        // Without the token: a wrong server must not be told it, and a bad one would be refused here
        // where everybody may ask.
        let began = clock::elapsed_ms();
        let server = |failure| Trouble::Server(Task::FindServer, failure);
        open.send(api::server::config(), abort)
            .await
            .map_err(server)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let took = (clock::elapsed_ms() - began) as u32;
        self.learn(|findings| findings.reached_ms = Some(took));

        let me = client
            .send(api::users::me(), abort)
            .await
            .map_err(|failure| match failure.error {
                ApiError::TokenRefused => Trouble::Token(failure),
                _ => Trouble::Server(Task::CheckToken, failure),
            })?;
        self.learn(|findings| findings.me = Some(me));
        self.ask_version(client, abort.clone());

        let events = |failure| Trouble::Server(Task::ReadEvents, failure);
        // Some, because the server may fail to print the newest.
        let some = Stretch::page(1, 5);
        let all = (Matching::default(), Order::default());
        let view = match fill(client, &all, some, abort, &|_| false).await {
            Ok(read) => MayView::Yes(read.into_page(0).pagination.count),
            Err(failure) if is_missing_permission(&failure) => MayView::No,
            Err(failure) => return Err(events(failure)),
        };
        self.learn(|findings| findings.view = Some(view));

        // Whatever comes of this, the events can be read.
        let create = match client.send(api::events::rights(), abort).await {
            Ok(rights) if rights.create => MayCreate::Yes,
            Ok(_) => MayCreate::No,
            Err(failure) if is_missing_permission(&failure) => MayCreate::No,
            Err(_) => MayCreate::NotKnown,
        };
        self.learn(|findings| findings.create = Some(create));
        Ok(())
    }

    /// Shown as soon as it is known; nothing waits for it and nothing depends on it.
    fn ask_version(self, client: Client, abort: Abort) {
        spawn_local(async move {
            if let Ok(version) = client.send(api::server::version(), &abort).await {
                self.learn(|findings| findings.version = Some(version));
            }
        });
    }

    fn learn(self, change: impl FnOnce(&mut Findings)) {
        let _ = self.findings.try_update(change);
    }

    fn finish(self, base: &ApiBase, result: Result<(), Trouble>) {
        self.busy.set(false);
        self.waiting.set(None);
        match result {
            Ok(()) => self.show(match self.findings.with_untracked(Findings::outcome) {
                Outcome::Usable => Screen::Connected,
                Outcome::NoView => Screen::NoView,
                Outcome::Open => Screen::Form,
            }),
            Err(Trouble::Token(failure)) => {
                self.screen.set(Screen::Form);
                let notice = failure.notice(self.situation(Task::CheckToken, base));
                self.entry.refuse(at_field(&failure, &notice));
            }
            Err(Trouble::Server(_, failure))
                if failure.error == ApiError::NoAnswer(NoAnswer::Cancelled) => {}
            Err(Trouble::Server(task, failure)) => {
                self.screen.set(Screen::Form);
                let notice = failure.notice(self.situation(task, base));
                self.complain(Complaint {
                    text: at_field(&failure, &notice),
                    browser_words: notice.browser_words,
                    again_s: notice.wait_s,
                    testable: notice.remedies.contains(&Remedy::TestConnection),
                });
            }
        }
    }

    fn situation(self, task: Task, base: &ApiBase) -> Situation<'_> {
        Situation {
            task,
            server: base.host(),
            username: None,
            shown_since: None,
        }
    }

    fn choose(self, server: &str) {
        self.server.set(server.to_owned());
        self.complaint.set(None);
        self.stop();
    }

    fn complain(self, complaint: Complaint) {
        self.server.with_untracked(|server| self.typed.note(server));
        self.complaint.set(Some(complaint));
        if let Some(input) = self.server_node.get_untracked() {
            let _ = input.focus();
        }
    }

    /// Goes on to a screen whose first button takes focus, so that Enter presses it.
    fn show(self, screen: Screen) {
        self.screen.set(screen);
        spawn_local(async move {
            leptos::task::tick().await;
            let primary = document()
                .get_element_by_id(GO_ON)
                .and_then(|element| element.dyn_into::<HtmlElement>().ok());
            if let Some(primary) = primary {
                let _ = primary.focus();
            }
        });
    }

    fn use_another_token(self) {
        self.stop();
        self.entry.clear();
        self.screen.set(Screen::Form);
        let entry = self.entry;
        spawn_local(async move {
            leptos::task::tick().await;
            entry.focus();
        });
    }

    /// Begins the session; the shell then shows the page that the address asked for.
    fn enter(self) {
        let Some((base, token)) = self.tried.get_value() else {
            return;
        };
        let findings = self.findings.get_untracked();
        self.account.tell(Told {
            me: findings.me,
            version: findings.version,
            rights: match findings.create {
                Some(MayCreate::Yes) => Some(api::events::Rights { create: true }),
                Some(MayCreate::No) => Some(api::events::Rights { create: false }),
                Some(MayCreate::NotKnown) | None => None,
            },
        });
        if !self.session.sign_in(token, base, self.mode.get_untracked()) {
            self.toasts.show(Toast {
                tone: ToastTone::Failed,
                title: "The token is not kept".to_owned(),
                text: "This browser gives the page no storage. You stay signed in until the page is left or reloaded."
                    .to_owned(),
                links: Vec::new(),
            });
        }
    }
}

fn is_missing_permission(failure: &Failure) -> bool {
    matches!(
        failure.error,
        ApiError::Forbidden { .. } | ApiError::Refused
    )
}

/// A notice as it stands under a field: the text says it all, but for a server that only just starts.
fn at_field(failure: &Failure, notice: &Notice) -> String {
    match failure.error {
        ApiError::Wait { starting: true, .. } => format!("{}. {}", notice.title, notice.text),
        _ => notice.text.clone(),
    }
}

fn form(connection: Connection) -> Markup {
    let said = connection.configuration.sign_in_text.as_ref();
    ui! {
        {if connection.locked { locked(connection.session) } else { welcome(connection.session) }}
        {said.map(|said| ui! { <p class="sign__said">{said.visible_lines()}</p> })}
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            connection.submit();
        }>
            {if connection.configuration.any_server {
                server_field(connection)
            } else {
                instances(connection)
            }}
            <div on:input=move |_| connection.stop()>{token_field(connection.entry)}</div>
            {keep_choice(connection)}
            <button class="btn btn--primary" type="submit"
                aria-busy=move || connection.busy.get().then_some("true")
                aria-disabled=move || connection.busy.get().then_some("true")>
                {move || if connection.busy.get() {
                    ui! { <span class="spin"></span>"Checking…" }
                } else {
                    "Connect".into_markup()
                }}
            </button>
        </form>
        {move || connection.busy.get().then(|| checks(connection))}
        {move || connection.complaint.get().map(|complaint| reported(connection, complaint))}
    }
}

fn welcome(session: SessionHandle) -> Markup {
    ui! {
        <div>
            <h1>"Eventide"</h1>
            <p>"Connect to authentik to read and write its event log."</p>
        </div>
        {move || session.farewell().map(|farewell| {
            let how = match farewell {
                Farewell::Here => "Signed out in all tabs of this browser.",
                Farewell::Elsewhere => "You signed out in another tab, so this one has forgotten the token too.",
            };
            ui! {
                <p class="hint" role="status">
                    {how}" The token itself stays valid until it expires or is deleted in authentik, under Directory › Tokens and App passwords."
                    {draft_stays(session)}
                </p>
            }
        })}
    }
}

fn locked(session: SessionHandle) -> Markup {
    ui! {
        <div>
            <h1>"Locked"</h1>
            <p>"This session was left alone, so the token was removed from this browser. Enter it again to go on where you were."</p>
        </div>
        {draft_stays(session).map(|words| ui! { <p class="hint">{words}</p> })}
    }
}

/// What was being written is not lost.
fn draft_stays(session: SessionHandle) -> Option<&'static str> {
    session
        .has_draft()
        .then_some(" A draft of a new event is kept in this tab and comes back with you.")
}

/// The servers that are offered, where no other may be typed.
fn instances(connection: Connection) -> Markup {
    let configuration = connection.configuration;
    if !configuration.has_several() {
        return only_server(connection);
    }
    let choices: Vec<Markup> = configuration
        .instances
        .iter()
        .map(|instance| {
            let address = instance.server.as_str();
            ui! {
                <label class="check" data-color=instance.color.map(Color::name)>
                    <input type="radio" name="instance" prop:checked=move || connection.server.get() == address
                        on:change=move |_| connection.choose(address)/>
                    <span>{instance.name.as_ref().map(|name| name.clipped(NAME_LIMIT))}
                        <small class="hint">{instance.server.host()}</small></span>
                </label>
            }
        })
        .collect();
    ui! {
        <fieldset class="field instances">
            <legend class="label">"Server"</legend>
            {choices}
            {server_error(connection)}
        </fieldset>
    }
}

/// The one server there is, as a field that cannot be changed.
fn only_server(connection: Connection) -> Markup {
    let wrong = move || connection.complaint.with(Option::is_some);
    ui! {
        <div class="field">
            <label class="label" for="server">"Server"</label>
            <div class="group">
                <input class="input input--mono" id="server" readonly node_ref=connection.server_node
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || wrong().then_some("server-error")
                    prop:value=move || connection.server.get()/>
            </div>
            {server_error(connection)}
        </div>
    }
}

fn server_error(connection: Connection) -> Markup {
    Markup::follows(move || {
        let complaint = connection.complaint.get();
        complaint.map(|complaint| field_error("server-error", complaint.text))
    })
}

fn server_field(connection: Connection) -> Markup {
    let wrong = move || connection.complaint.with(Option::is_some);
    ui! {
        <div class="field">
            <label class="label" for="server">"Server"</label>
            <div class="group">
                <input class="input input--mono" id="server" type="url" spellcheck="false" autocomplete="url"
                    autocapitalize="off" node_ref=connection.server_node
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || if wrong() { "server-error" } else { "server-hint" }
                    prop:value=move || connection.server.get()
                    on:input=move |event| connection.choose(&event_target_value(&event))/>
            </div>
            {move || match connection.complaint.get() {
                Some(complaint) => field_error("server-error", complaint.text).into_markup(),
                None => ui! { <p class="hint" id="server-hint">{move || server_hint(connection)}</p> },
            }}
        </div>
    }
}

fn server_hint(connection: Connection) -> String {
    let origin = connection.origin.get_value();
    match ApiBase::parse(&connection.server.get()) {
        Ok(base) if !is_own(&base, &origin) => {
            format!("Not this page’s own server: it has to allow {origin} by CORS.")
        }
        Ok(_) | Err(_) => "This page’s own server. Change it to use another.".to_owned(),
    }
}

fn is_own(base: &ApiBase, origin: &str) -> bool {
    base.as_str() == origin
        || base
            .as_str()
            .strip_prefix(origin)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn keep_choice(connection: Connection) -> Markup {
    let mode = connection.mode;
    let limits = connection.configuration.limits;
    let hint =
        ui! { <p class="hint" id="keep-hint">"Kept "{move || mode.get().meaning(limits)}</p> };
    let modes = &connection.configuration.keep;
    if modes.len() < 2 {
        return hint;
    }
    let choices: Vec<Markup> = modes
        .iter()
        .map(|choice| {
            let choice = *choice;
            ui! {
                <label>
                    <input type="radio" name="keep" prop:checked=move || mode.get() == choice
                        on:change=move |_| mode.set(choice)/>
                    {choice.label()}
                </label>
            }
        })
        .collect();
    ui! {
        <fieldset class="field" aria-describedby="keep-hint">
            <legend class="label">"Keep the token"</legend>
            <div class="seg">{choices}</div>
            {hint}
        </fieldset>
    }
}

/// The checks so far, and what they wait for.
fn checks(connection: Connection) -> Markup {
    ui! {
        {move || probe(&connection.findings.get().lines(), None)}
        {probe_status(connection.findings)}
        {move || connection.waiting.get().map(|wait| pause(&wait))}
        {move || connection.slow.get().then(|| ui! {
            <div class="btns">
                <span class="hint grow">"This takes longer than usual."</span>
                <button class="btn btn--ghost btn--sm" type="button" on:click=move |_| connection.stop()>"Cancel"</button>
            </div>
        })}
    }
}

/// Why nothing happens at the moment, and until when.
fn pause(wait: &Wait) -> Markup {
    let seconds = seconds_until(wait.until_ms);
    let why = match &wait.failure {
        Failure {
            error: ApiError::Wait { starting: true, .. },
            ..
        } => "authentik is starting".to_owned(),
        Failure {
            error: ApiError::Wait { .. },
            ..
        } => "The server asks to wait".to_owned(),
        Failure {
            status: Some(status),
            ..
        } => format!("The server answered {status}"),
        Failure { status: None, .. } => "No answer".to_owned(),
    };
    ui! { <p class="hint" role="status">{why}". Trying again in "<span class="num">{move || seconds.get()}</span>" s."</p> }
}

/// What the browser said of it, what CORS has to do with it, and when it is tried again.
fn reported(connection: Connection, complaint: Complaint) -> Markup {
    let origin = connection.origin.get_value();
    let foreign = ApiBase::parse(&connection.server.get_untracked())
        .is_ok_and(|base| !is_own(&base, &origin));
    ui! {
        {complaint.again_s.map(|seconds| again(connection, seconds))}
        {complaint.testable.then(|| {
            let test = expect_context::<Navigation>().href(&Route::SelfTest);
            ui! { <a class="btn" href=test>"Find out why: test the connection"</a> }
        })}
        {complaint.browser_words.map(|words| ui! {
            <details class="fold">
                <summary>{icon("right")}"What the browser reported"</summary>
                <div>
                    <code>{words}</code>
                    {foreign.then(|| cors(origin))}
                </div>
            </details>
        })}
    }
}

fn cors(origin: String) -> Markup {
    ui! {
        <p class="hint">
            "For another origin than this page, that server must allow "<code>{origin}</code>
            " by CORS, with the headers authorization and content-type. authentik itself cannot: its reverse proxy has to. \
             Browsers do not tell a CORS refusal from an unreachable host."
        </p>
    }
}

/// Counts down and then connects by itself.
fn again(connection: Connection, seconds: u32) -> Markup {
    let left = seconds_until(clock::elapsed_ms() + f64::from(seconds) * 1_000.0);
    // An effect because connecting is outside.
    Effect::new(move || {
        if left.get() == 0 {
            connection.check_again();
        }
    });
    ui! {
        <p class="hint" role="status">
            "Trying again in "<span class="num">{move || left.get()}</span>" s. "
            <button class="btn btn--link" type="button" on:click=move |_| {
                connection.complaint.update(|complaint| {
                    if let Some(complaint) = complaint {
                        complaint.again_s = None;
                    }
                });
            }>"Stop"</button>
        </p>
    }
}

fn connected(connection: Connection, navigation: Navigation) -> Markup {
    let findings = connection.findings;
    let me = findings.with_untracked(|findings| findings.me.clone());
    let server = connection
        .tried
        .with_value(|tried| tried.as_ref().map(|(base, _)| base.host().to_owned()));
    let next = match navigation.route_untracked() {
        Route::SignIn { next: Some(next) } => *next,
        route if connection.locked => route,
        _ => Route::Events(expect_context::<ViewShelf>().beginning()),
    };
    let open = match next {
        Route::Event { .. } | Route::NoSuchEvent(_) => "Open the event",
        Route::NewEvent(_) | Route::Import => "Open the form",
        Route::Events(_) | Route::SignIn { .. } | Route::SelfTest | Route::NotFound => {
            "Open events"
        }
    };
    ui! {
        <div>
            <h1>"Connected as "{me.as_ref().map(|me| me.username.clipped(NAME_LIMIT))}</h1>
            <p>{me.as_ref().map(role)}<code>{server}</code></p>
        </div>
        {move || probe(&findings.get().lines(), None)}
        <a class="btn btn--primary" id=GO_ON href=navigation.href(&next) on:click=move |_| connection.enter()>{open}</a>
        <p class="hint">"The token is kept "{connection.mode.get_untracked().meaning(connection.configuration.limits)}</p>
        {me.filter(|me| me.is_superuser).map(|_| ui! {
            <p class="hint">
                "This account may do everything. A service account with only "<code>{VIEW}</code>" and "
                <code>{CREATE}</code>" is the safer owner of a token."
            </p>
        })}
    }
}

fn role(me: &Me) -> String {
    let name = me.name.clipped(NAME_LIMIT);
    let role = if me.is_superuser {
        "superuser at "
    } else {
        "at "
    };
    if name.is_empty() {
        role.to_owned()
    } else {
        format!("{name}, {role}")
    }
}

fn no_view(connection: Connection) -> Markup {
    let findings = connection.findings;
    let username = findings
        .with_untracked(|findings| findings.me.as_ref().map(|me| me.username.clone()))
        .unwrap_or_default();
    let server = connection
        .tried
        .with_value(|tried| tried.as_ref().map(|(base, _)| base.host().to_owned()))
        .unwrap_or_default();
    let fix = username.clipped(NAME_LIMIT);
    ui! {
        <div>
            <h1>"This token can’t view events"</h1>
            <p>"It is valid, but it belongs to a user without the permission Eventide needs."</p>
        </div>
        {move || probe(&findings.get().lines(), Some(fix.clone()))}
        <div class="btns">
            <button class="btn btn--primary" type="button" id=GO_ON
                aria-busy=move || connection.busy.get().then_some("true")
                on:click=move |_| if !connection.busy.get_untracked() { connection.check_again() }>
                {move || if connection.busy.get() {
                    ui! { <span class="spin"></span> }
                } else {
                    icon("refresh").into_markup()
                }}
                "Check again"
            </button>
        </div>
        <div class="btns">
            <button class="btn btn--ghost" type="button" on:click=move |_| connection.use_another_token()>
                "Use another token"
            </button>
            {copy_button_as(
                Look::QuietWords("copy", "Copy request for an admin"),
                "Copy request for an admin",
                move || Untrusted::new(request_for_admin(&username, &server)),
            )}
        </div>
    }
}
