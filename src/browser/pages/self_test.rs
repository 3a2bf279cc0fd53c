//! "Can this page reach the API?": each thing that may be in the way, tried one after the other.

use crate::browser::signals::prelude::*;
use leptos::task::spawn_local;

use crate::{
    api::{ApiBase, NoAnswer},
    browser::{
        Client, Navigation, SessionHandle, ThemeHandle,
        client::Abort,
        clock,
        markup::{IntoMarkup, Markup},
        parts::{
            copy::{Look, copy_button_as},
            icon::icon,
            notice::field_error,
            probe::probe,
            theme_button::theme_button,
        },
        typed_server::TypedServer,
    },
    reach::{Advice, Bearer, Fix, Front, Step, Trial, Verdict, made_up_token},
    route::Route,
    session::Session,
    text::Untrusted,
};

/// Everything of this page; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
struct SelfTest {
    client: Client,
    session: SessionHandle,
    typed: TypedServer,
    origin: StoredValue<String>,
    server: RwSignal<String>,
    /// What is wrong with the address.
    problem: RwSignal<Option<String>>,
    trial: RwSignal<Option<Trial>>,
    front: RwSignal<Front>,
    abort: StoredValue<Abort>,
}

/// The page. It begins by itself: what it asks changes nothing, and only a server that is this
/// page's own, the session's or was typed here is asked.
pub fn self_test() -> Markup {
    let origin = window().location().origin().unwrap_or_default();
    let session = expect_context::<SessionHandle>();
    let typed = expect_context::<TypedServer>();
    let address = |base: &ApiBase| base.as_str().to_owned();
    let server = session
        .get_untracked()
        .base()
        .map(address)
        .or_else(|| typed.get())
        .or_else(|| session.preferred().as_ref().map(address));
    let test = SelfTest {
        client: expect_context(),
        session,
        typed,
        server: RwSignal::new(server.unwrap_or_else(|| origin.clone())),
        origin: StoredValue::new(origin),
        problem: RwSignal::new(None),
        trial: RwSignal::new(None),
        front: RwSignal::new(Front::Nginx),
        abort: StoredValue::new(Abort::new()),
    };
    on_cleanup(move || test.stop());
    let navigation = expect_context::<Navigation>();
    navigation.set_title("Self-test");
    test.begin();
    let back = move || match session.get() {
        Session::SignedOut | Session::Asking => {
            link(navigation, &Route::SignIn { next: None }, "Sign in")
        }
        Session::SignedIn(_) | Session::Expired { .. } | Session::Locked { .. } => {
            link(navigation, &Route::events(), "Back to events")
        }
    };
    ui! {
        <div class="sign">
            <header>{back}{theme_button(expect_context::<ThemeHandle>())}</header>
            <main id="main">
                <div class="sign__card sign__card--wide">
                    <svg class="i mark" aria-hidden="true"><use href="#i-logo"/></svg>
                    <div>
                        <h1>"Can this page reach the API?"</h1>
                        <p>"Browsers do not say why a request failed. This asks in several ways and compares what comes back; nothing is changed on the server."</p>
                    </div>
                    {form(test)}
                    {move || test.trial.get().map(|trial| result(test, &trial))}
                </div>
            </main>
            <footer><span>"The token of a session goes to its own server only, and never into the report."</span></footer>
        </div>
    }
}

fn link(navigation: Navigation, route: &Route, words: &'static str) -> Markup {
    ui! { <a class="btn btn--ghost" href=navigation.href(route)>{icon("left")}{words}</a> }
}

impl SelfTest {
    /// Asks from the beginning, or says at the field why there is nothing to ask.
    fn begin(self) {
        self.stop();
        let server = self.server.get_untracked();
        self.typed.note(&server);
        self.trial.set(None);
        match ApiBase::parse(&server) {
            Err(problem) => self.problem.set(Some(problem.to_string())),
            Ok(base) => {
                self.problem.set(None);
                let abort = Abort::new();
                self.abort.set_value(abort.clone());
                let signed_in = matches!(self.session.get_untracked(), Session::SignedIn(grant) if grant.base == base);
                let origin = self.origin.get_value();
                let trial = Trial::new(&origin, base, signed_in);
                self.trial.set(Some(trial.clone()));
                spawn_local(self.ask(trial, abort));
            }
        }
    }

    fn stop(self) {
        let _ = self.abort.try_with_value(Abort::abort);
    }

    async fn ask(self, mut trial: Trial, abort: Abort) {
        while let Ok(step) = trial.next() {
            let client = self.client_for(step, &trial.base);
            let began = clock::elapsed_ms();
            let answer = client.once(&step.request(), &abort).await;
            if abort.is_aborted() {
                return;
            }
            // The session began or ended meanwhile, which stops everything once.
            if answer == Err(NoAnswer::Cancelled) && step != Step::Token {
                continue;
            }
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let took = (clock::elapsed_ms() - began) as u32;
            trial.hear(step, answer, took);
            self.trial.try_set(Some(trial.clone()));
        }
    }

    fn client_for(self, step: Step, base: &ApiBase) -> Client {
        match step.bearer() {
            Bearer::Session => self.client,
            Bearer::Nobody => self.client.candidate(base.clone(), None),
            Bearer::MadeUp => self.client.candidate(base.clone(), made_up_token()),
        }
    }
}

fn form(test: SelfTest) -> Markup {
    let wrong = move || test.problem.with(Option::is_some);
    ui! {
        <form novalidate on:submit=move |event| {
            event.prevent_default();
            test.begin();
        }>
            <div class="field">
                <label class="label" for="server">"Server"</label>
                <div class="group">
                    <input class="input input--mono" id="server" type="url" spellcheck="false" autocomplete="url"
                        autocapitalize="off" aria-invalid=move || wrong().then_some("true")
                        aria-describedby=move || wrong().then_some("server-error")
                        prop:value=move || test.server.get()
                        on:input=move |event| test.server.set(event_target_value(&event))/>
                    <button class="btn btn--ghost" type="submit">{icon("refresh")}"Test again"</button>
                </div>
                {move || test.problem.get().map(|text| field_error("server-error", text))}
            </div>
        </form>
    }
}

/// What was asked so far; at the end, what the matter is.
fn result(test: SelfTest, trial: &Trial) -> Markup {
    let lines = trial.lines();
    let verdict = trial.next().err();
    let said = lines
        .last()
        .map(|line| format!("{} {}", line.title, line.note));
    let said = match &verdict {
        None => said,
        Some(verdict) => Some(trial.advice(verdict).title),
    };
    ui! {
        {probe(&lines, None)}
        <p class="sr" role="status">{said}</p>
        {verdict.map(|verdict| told(test, trial, &verdict))}
    }
}

fn told(test: SelfTest, trial: &Trial, verdict: &Verdict) -> Markup {
    let Advice {
        title,
        text,
        concluded,
        fixes,
    } = trial.advice(verdict);
    let browser = window().navigator().user_agent().unwrap_or_default();
    let report = trial.report(verdict, &browser, env!("CARGO_PKG_VERSION"));
    let choice = fixes
        .iter()
        .any(|fix| fix.has_fronts())
        .then(|| choice(test));
    let boxes: Vec<Markup> = fixes.iter().map(|fix| code(test, *fix, trial)).collect();
    ui! {
        <section class="reach">
            <h2>{title}</h2>
            <p>{text}</p>
            {concluded.map(|words| ui! { <p class="hint">{words}</p> })}
            {choice}
            {boxes}
            <div class="btns">
                {copy_button_as(Look::Words("copy", "Copy report"), "Copy report", move || Untrusted::new(report.clone()))}
            </div>
        </section>
    }
}

fn choice(test: SelfTest) -> Markup {
    let choices = Front::ALL.map(|front| {
        ui! {
            <label>
                <input type="radio" name="front" prop:checked=move || test.front.get() == front
                    on:change=move |_| test.front.set(front)/>
                {front.name()}
            </label>
        }
    });
    ui! { <fieldset class="field"><legend class="label">"Written for"</legend><div class="seg">{choices}</div></fieldset> }
}

/// What is to be written, and where.
fn code(test: SelfTest, fix: Fix, trial: &Trial) -> Markup {
    let place = fix.place(trial);
    let trial = trial.clone();
    let text = move |front| fix.text(front, &trial);
    let shown = text.clone();
    ui! {
        <div class="code">
            <header>
                <span>{place}</span>
                {copy_button_as(Look::SmallWords("copy", "Copy"), "Copy", move || Untrusted::new(text(test.front.get_untracked())))}
            </header>
            <pre tabindex="0">{move || shown(test.front.get()).into_markup()}</pre>
        </div>
    }
}
