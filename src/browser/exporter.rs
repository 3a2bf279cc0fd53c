//! Runs an export: asks page by page, writes what comes, and tells how it stands.

use form_urlencoded::Serializer;
use leptos::task::spawn_local;

use super::{
    Client, Clock, SessionHandle,
    client::Abort,
    download::{self, File, Opening},
    parts::export_dialog::{Choice, Progress, Stage, Step},
    server_actions::KnownActions,
};
use crate::browser::signals::prelude::*;
use crate::{
    api::{Situation, Task, events},
    export::{
        about::About,
        file_name,
        run::{Run, State},
    },
    listing::{Listing, Matching, Order},
    moment::Moment,
    range::Range,
    session::Session,
};

/// Exports of one page; cheap to copy. An export ends with the page that it was begun on.
#[derive(Debug, Clone, Copy)]
pub struct Exporter {
    stage: RwSignal<Stage>,
    /// What goes on after a failure.
    stopped: StoredValue<Option<Work>>,
    abort: StoredValue<Abort>,
    client: Client,
    known: KnownActions,
    session: SessionHandle,
    clock: Clock,
}

/// An export with everything that it needs.
#[derive(Debug)]
struct Work {
    run: Run,
    file: File,
    about: About,
    matching: Matching,
    order: Order,
}

impl Exporter {
    /// None is on its way.
    pub fn new(client: Client, known: KnownActions, session: SessionHandle, clock: Clock) -> Self {
        let exporter = Self {
            stage: RwSignal::new(Stage::Closed),
            stopped: StoredValue::new(None),
            abort: StoredValue::new(Abort::new()),
            client,
            known,
            session,
            clock,
        };
        on_cleanup(move || exporter.discard());
        exporter
    }

    /// How it stands.
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Opens the dialog.
    pub fn open(self) {
        if self
            .stage
            .with_untracked(|stage| matches!(stage, Stage::Closed))
        {
            self.stage.set(Stage::Choosing);
        }
    }

    /// Begins. Must be called in answer to a press: the browser may ask where to write.
    pub fn start(self, listing: &Listing, choice: Choice) {
        let now = self.clock.now();
        let Some((about, matching)) = self.about(listing, choice, now) else {
            return;
        };
        let order = listing.order;
        let zone = untrack(|| self.clock.zone());
        let run = Run::new(choice.format, zone, choice.most);
        self.tell(Stage::Running(Progress::default()));
        spawn_local(async move {
            let format = choice.format;
            match File::open(&about.file, format.media_type(), format.ending()).await {
                Opening::Dismissed => self.tell(Stage::Choosing),
                Opening::Opened(file) => {
                    let work = Work {
                        run,
                        file,
                        about,
                        matching,
                        order,
                    };
                    self.go_on(work).await;
                }
            }
        });
    }

    /// What the buttons of the dialog do.
    pub fn step(self, step: Step) {
        let stopped = || self.stopped.try_update_value(Option::take).flatten();
        match step {
            Step::Resume => {
                if let Some(mut work) = stopped() {
                    work.run.resume();
                    spawn_local(self.go_on(work));
                }
            }
            Step::Keep => {
                if let Some(work) = stopped() {
                    spawn_local(self.finish(work));
                }
            }
            Step::Close => {
                self.discard();
                self.tell(Stage::Closed);
            }
        }
    }

    fn discard(self) {
        let _ = self.abort.try_with_value(Abort::abort);
        if let Some(work) = self.stopped.try_update_value(Option::take).flatten() {
            spawn_local(work.file.discard());
        }
    }

    /// Asks and writes until nothing more is to be asked.
    async fn go_on(self, mut work: Work) {
        let abort = Abort::new();
        if self.abort.try_set_value(abort.clone()).is_some() {
            // The page is gone.
            return work.file.discard().await;
        }
        self.tell_progress(&work.run);
        while let Some((page, size)) = work.run.ask() {
            let call = events::list(&work.matching, work.order, page, size);
            let answer = self.client.send(call, &abort).await;
            if abort.is_aborted() {
                return work.file.discard().await;
            }
            match answer {
                Ok(page) => {
                    let text = work.run.answered(&page, &self.zone());
                    if let Err(words) = work.file.write(&text).await {
                        return self.broken(work.file, &words).await;
                    }
                }
                Err(failure) => work.run.failed(failure),
            }
            self.tell_progress(&work.run);
        }
        if matches!(work.run.state(), State::Failed(_)) {
            self.stop(work);
        } else {
            self.finish(work).await;
        }
    }

    /// Keeps what is needed to go on, and says why it does not.
    fn stop(self, work: Work) {
        if let State::Failed(failure) = work.run.state() {
            let notice = failure.notice(Situation {
                task: Task::ReadEvents,
                server: work.about.server.host(),
                username: None,
                shown_since: None,
            });
            self.tell(Stage::Stopped {
                title: notice.title,
                text: notice.text,
                progress: progress(&work.run),
            });
        }
        let _ = self.stopped.try_set_value(Some(work));
    }

    async fn finish(self, mut work: Work) {
        let ended = work.file.write(&work.run.end()).await;
        if let Err(words) = ended {
            return self.broken(work.file, &words).await;
        }
        if let Err(words) = work.file.finish().await {
            return self.tell(Stage::Broken(words));
        }
        let text = work.about.text(&work.run, self.clock.now(), &self.zone());
        download::save(&work.about.file_name(), "text/plain", &text);
        self.tell(Stage::Done {
            file: work.about.file.clone(),
            beside: work.about.file_name(),
            said: work.run.summary(),
        });
    }

    async fn broken(self, file: File, words: &str) {
        file.discard().await;
        self.tell(Stage::Broken(words.to_owned()));
    }

    fn tell_progress(self, run: &Run) {
        self.tell(Stage::Running(progress(run)));
    }

    /// The zone as it is chosen now; an export does not run again when it changes.
    fn zone(self) -> impl Fn(Moment) -> i32 {
        move |at| untrack(|| self.clock.offset_at(at))
    }

    /// The page may be gone.
    fn tell(self, stage: Stage) {
        let _ = self.stage.try_set(stage);
    }

    /// What is asked for, ended now, so that what happens meanwhile moves no page.
    fn about(self, listing: &Listing, choice: Choice, now: Moment) -> Option<(About, Matching)> {
        let Session::SignedIn(grant) = self.session.get_untracked() else {
            return None;
        };
        let zone = self.zone();
        let mut asked = listing.absolute(now);
        asked.selection = asked
            .selection
            .map(|(from, to)| (from, to.min(now.max(from))));
        let range = match asked.selection {
            Some((from, to)) => Range::Between { from, to },
            None => asked.range,
        };
        let (from, to) = range.bounds(now);
        let matching = self.known.fit(asked.request(now)).ok()?;
        let utc =
            |at: Option<Moment>, open: &str| at.map_or_else(|| open.to_owned(), Moment::rfc3339);
        let spoken = listing.selection.map_or(listing.range, |_| range);
        let name = untrack(|| self.clock.zone());
        let about = About {
            file: file_name(
                grant.base.host(),
                (from, to.unwrap_or(now)),
                &name,
                &zone,
                choice.format,
            ),
            format: choice.format,
            server: grant.base.clone(),
            filter: listing.filter.words(),
            range: format!(
                "{}: from {} to before {}",
                spoken.words(&zone, now),
                utc(from, "the first event"),
                utc(to, "now")
            ),
            request: request(&matching, listing.order),
            zone: name,
            started: now,
        };
        Some((about, matching))
    }
}

fn progress(run: &Run) -> Progress {
    Progress {
        written: run.written(),
        goal: run.goal(),
        left_out: run.left_out(),
    }
}

/// The question as it is sent, but for the page.
fn request(matching: &Matching, order: Order) -> String {
    let call = events::list(matching, order, 1, 1);
    let query = call
        .request
        .query
        .iter()
        .filter(|(name, _)| !name.starts_with("page"));
    let query = Serializer::new(String::new())
        .extend_pairs(query.map(|(name, value)| (*name, value)))
        .finish();
    format!("/api/v3/{}?{query}", call.request.path)
}
