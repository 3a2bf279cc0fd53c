//! Many events out of a file: read, checked, created one after the other.

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

use crate::{
    api::{
        Failure, Notice, Situation, Task,
        events::{self, CreateOutcome},
        look_up,
    },
    browser::{
        Client, Clock, Navigation, SessionHandle,
        account::Account,
        client::Abort,
        clock::sleep,
        download,
        markup::{IntoMarkup, Markup},
        parts::icon::icon,
        signals::prelude::*,
    },
    count::counted,
    event::{
        draft::{NewEvent, Problems},
        import::{Import, State},
        intent::Intent,
    },
    moment::Moment,
    route::Route,
};

/// So many lines are looked for at once before they are sent.
const AT_ONCE: usize = 20;

/// So many faulty or refused lines are listed; the result file has all.
const LISTED: usize = 100;

/// What the page is made with; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
struct Page {
    client: Client,
    clock: Clock,
    session: SessionHandle,
    account: Account,
    import: RwSignal<Option<Import>>,
    /// Its name.
    file: RwSignal<String>,
    running: RwSignal<bool>,
    /// Whether anything was sent already.
    begun: RwSignal<bool>,
    /// What keeps it from going on, or how it ended.
    said: RwSignal<String>,
    trouble: RwSignal<Option<String>>,
}

/// Why a run ended before its end.
enum End {
    /// Somebody stopped it, or the page is gone.
    Stopped,
    Trouble(String),
}

/// The page.
pub fn event_import() -> Markup {
    let page = Page {
        client: expect_context(),
        clock: expect_context(),
        session: expect_context(),
        account: expect_context(),
        import: RwSignal::new(None),
        file: RwSignal::default(),
        running: RwSignal::new(false),
        begun: RwSignal::new(false),
        said: RwSignal::default(),
        trouble: RwSignal::new(None),
    };
    let navigation = expect_context::<Navigation>();
    navigation.set_title("Import events");
    page.ask_before_leaving();
    let (list, form) = (
        navigation.href(&Route::events()),
        navigation.href(&Route::new_event()),
    );
    ui! {
        <main class="make" id="main">
            <div class="make__in">
                <header class="make__head">
                    <nav class="ev__nav" aria-label="Breadcrumb">
                        <span class="crumb">
                            <a href=list>"Events"</a>{icon("right")}<a href=form>"New"</a>{icon("right")}<span>"Import"</span>
                        </span>
                    </nav>
                    <h1 tabindex="-1">"Import events"</h1>
                    <p>
                        "Creates an event for each line of a file (NDJSON), or for each item of a JSON list. All are checked before the first is sent. "
                        "authentik gives each a new ID and the time of now; run the same file again to go on where it stopped, nothing is created twice."
                    </p>
                </header>
                <div class="form">
                    {chooser(page)}
                    {move || page.trouble.get().map(|text| trouble(&text))}
                    {move || page.import.with(Option::is_some).then(|| summary(page))}
                </div>
            </div>
        </main>
    }
}

fn chooser(page: Page) -> Markup {
    ui! {
        <div class="field">
            <label for="import-file">"File"</label>
            <input class="input" type="file" id="import-file" accept=".ndjson,.jsonl,.json,application/json"
                disabled=move || page.running.get() on:change=move |event| page.choose(event_target(&event))/>
            <p class="hint">"Fields: action, app, client_ip, expires, context, user, brand. Exports of events fit as they are."</p>
        </div>
    }
}

fn trouble(text: &str) -> Markup {
    ui! {
        <div class="banner banner--danger" role="alert">{icon("error")}<div><b>"The import has stopped"</b><p>{text.to_owned()}</p></div></div>
    }
}

fn summary(page: Page) -> Markup {
    let counts = Memo::new(move |_| {
        page.import
            .with(|import| import.as_ref().map(Import::counts).unwrap_or_default())
    });
    let words = move || {
        let counts = counts.get();
        let parts = [
            (counts.created, "created"),
            (counts.open, "ready"),
            (counts.refused, "refused"),
            (counts.faulty, "with errors"),
        ];
        let told = parts.into_iter().filter(|(count, _)| *count > 0);
        told.map(|(count, what)| format!("{} {what}", crate::count::grouped(number(count))))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let goal = move || {
        let counts = counts.get();
        number(counts.created + counts.open + counts.refused)
    };
    let start = move || {
        let open = counted(number(counts.get().open), "event", "events");
        if page.begun.get() {
            format!("Go on with {open}")
        } else {
            format!("Create {open}")
        }
    };
    ui! {
        <p role="status"><b>{move || page.file.get()}</b>": "{words}". "{move || page.said.get()}</p>
        <progress class="progress" aria-label="Events created" max=move || goal().max(1) value=move || number(counts.get().created)></progress>
        <div class="form__foot">
            {move || if page.running.get() {
                ui! { <button class="btn" type="button" on:click=move |_| page.running.set(false)>"Stop"</button> }
            } else {
                ui! {
                    <button class="btn btn--primary" type="button" disabled=move || counts.get().open == 0
                        on:click=move |_| page.run()>{start}</button>
                }
            }}
            <button class="btn" type="button" disabled=move || page.running.get() on:click=move |_| page.save()>
                {icon("download")}"Result of each line"
            </button>
        </div>
        {move || lines_with_trouble(page)}
    }
}

fn lines_with_trouble(page: Page) -> Markup {
    page.import.with(|import| {
        let lines = import.iter().flat_map(|import| &import.lines);
        let wrong = lines.filter_map(|line| match &line.state {
            State::Faulty(why) => Some((line.number, why.join(" "))),
            State::Refused(why) => Some((line.number, format!("Refused: {why}"))),
            State::Unclear(_) => Some((
                line.number,
                "Nobody knows yet whether it was created.".to_owned(),
            )),
            State::Ready | State::Created(_) => None,
        });
        let rows: Vec<Markup> = wrong
            .take(LISTED)
            .map(|(number, why)| ui! { <li><b>{format!("Line {number}: ")}</b>{why}</li> })
            .collect();
        if rows.is_empty() {
            return ().into_markup();
        }
        ui! { <ul class="odd" aria-label="Lines that were not created">{rows}</ul> }
    })
}

impl Page {
    fn choose(self, input: Option<HtmlInputElement>) {
        let Some(file) = input
            .and_then(|input| input.files())
            .and_then(|files| files.get(0))
        else {
            return;
        };
        self.file
            .set(crate::text::Untrusted::new(file.name()).clipped(80));
        self.begun.set(false);
        self.trouble.set(None);
        self.said.set(String::new());
        spawn_local(async move {
            let text = JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|text| text.as_string());
            let now = self.clock.now();
            let (offset, is_own_token) =
                untrack(|| (self.clock.offset_at(now), self.session.own_token()));
            let read = match text {
                Some(text) => Import::read(&text, now, offset, &is_own_token),
                None => Err("The browser could not read the file.".to_owned()),
            };
            let (import, trouble) = match read {
                Ok(import) => (Some(import), None),
                Err(why) => (None, Some(why)),
            };
            let _ = self.import.try_set(import);
            let _ = self.trouble.try_set(trouble);
        });
    }

    fn run(self) {
        self.running.set(true);
        self.begun.set(true);
        self.trouble.set(None);
        self.said.set(String::new());
        spawn_local(async move {
            let end = self.create_all().await;
            let (said, trouble) = match end {
                Ok(()) => ("Done.", None),
                Err(End::Stopped) => ("Stopped.", None),
                Err(End::Trouble(why)) => ("", Some(why)),
            };
            let _ = self.running.try_set(false);
            let _ = self.said.try_set(said.to_owned());
            let _ = self.trouble.try_set(trouble);
        });
    }

    fn check_running(self) -> Result<(), End> {
        match self.running.try_get_untracked() {
            Some(true) => Ok(()),
            Some(false) | None => Err(End::Stopped),
        }
    }

    async fn create_all(self) -> Result<(), End> {
        loop {
            self.check_running()?;
            let open = self.open();
            if open.is_empty() {
                return Ok(());
            }
            self.find(&open).await?;
            self.wait_for_unclear().await?;
            // Only what was looked for is sent.
            let still = self.open();
            for (intent, event) in open.into_iter().filter(|line| still.contains(line)) {
                self.check_running()?;
                self.create(intent, &event).await?;
            }
        }
    }

    fn open(self) -> Vec<(Intent, NewEvent)> {
        let open = self.import.try_with_untracked(|import| {
            let lines = import.iter().flat_map(|import| import.open(AT_ONCE));
            lines
                .filter_map(|line| Some((line.intent(), line.event()?.clone())))
                .collect()
        });
        open.unwrap_or_default()
    }

    fn note(self, intent: Intent, state: State) {
        let _ = self.import.try_update(|import| {
            if let Some(import) = import {
                import.note(intent, state);
            }
        });
    }

    /// What an earlier run created is there already.
    async fn find(self, open: &[(Intent, NewEvent)]) -> Result<(), End> {
        let marks: Vec<Intent> = open.iter().map(|(intent, _)| *intent).collect();
        let call = events::found_by(look_up::query(&marks), 100);
        let page = self.client.send(call, &Abort::new()).await;
        let page = page.map_err(|failure| self.trouble(&failure, Task::ReadEvents))?;
        for event in page.events() {
            let mark = marks.iter().find(|mark| mark.marks(event));
            if let Some(mark) = mark {
                self.note(*mark, State::Created(event.id));
            }
        }
        Ok(())
    }

    /// A line with a lost answer is sent again only when it surely was not written.
    async fn wait_for_unclear(self) -> Result<(), End> {
        while let Some((number, sent)) = self.unclear() {
            let _ = self.said.try_set(format!(
                "Waiting until it is sure what became of line {number}."
            ));
            while !look_up::is_final(sent, self.clock.now()) {
                self.check_running()?;
                sleep(1_000).await;
            }
            self.find(&self.open()).await?;
            if self.unclear() == Some((number, sent)) {
                self.settle(number);
            }
            let _ = self.said.try_set(String::new());
        }
        Ok(())
    }

    fn unclear(self) -> Option<(usize, Moment)> {
        self.import.try_with_untracked(|import| {
            import
                .iter()
                .flat_map(|import| &import.lines)
                .find_map(|line| match line.state {
                    State::Unclear(sent) => Some((line.number, sent)),
                    State::Faulty(_) | State::Ready | State::Created(_) | State::Refused(_) => None,
                })
        })?
    }

    /// It was not created.
    fn settle(self, number: usize) {
        let _ = self.import.try_update(|import| {
            let lines = import.iter_mut().flat_map(|import| &mut import.lines);
            for line in lines.filter(|line| line.number == number) {
                line.state = State::Ready;
            }
        });
    }

    async fn create(self, intent: Intent, event: &NewEvent) -> Result<(), End> {
        self.note(intent, State::Unclear(self.clock.now()));
        match self.client.create(event, &Abort::new()).await {
            CreateOutcome::Created(event) => self.note(intent, State::Created(event.id)),
            CreateOutcome::Refused(errors) => {
                self.note(
                    intent,
                    State::Refused(Problems::from_server(&errors).words().join(" ")),
                );
            }
            CreateOutcome::NotSent(failure) => {
                self.note(intent, State::Ready);
                return Err(self.trouble(&failure, Task::CreateEvent));
            }
            CreateOutcome::Unknown(failure) => {
                return Err(self.trouble(&failure, Task::CreateUnclear));
            }
        }
        Ok(())
    }

    fn trouble(self, failure: &Failure, task: Task) -> End {
        let server = self.session.host_untracked().unwrap_or_default();
        let username = untrack(|| self.account.username());
        let Notice { title, text, .. } = failure.notice(Situation {
            task,
            server: &server,
            username: username.as_ref(),
            shown_since: None,
        });
        End::Trouble(format!("{title}. {text}"))
    }

    fn save(self) {
        let result = self
            .import
            .with_untracked(|import| import.as_ref().map(Import::result));
        if let Some(result) = result {
            download::save("import-result.ndjson", "application/x-ndjson", &result);
        }
    }

    fn ask_before_leaving(self) {
        let leaving = window_event_listener_untyped("beforeunload", move |event| {
            if self.running.try_get_untracked() == Some(true) {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
    }
}

fn event_target(event: &web_sys::Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
