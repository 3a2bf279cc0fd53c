//! The list of events.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    api::{self, ApiError, Failure, Remedy, Situation, Task, page::Page},
    browser::{
        Client, Clock, Navigation, SessionHandle,
        account::Account,
        client::Abort,
        parts::{
            event_table::{empty_table, event_table},
            icon::icon,
            loaded::{countdown, loaded, patience},
            notice::{Ways, notice_banner, notice_page},
            pager::pager,
        },
        remote::{Loader, Remote, use_remote},
        shortcuts::Shortcuts,
    },
    count::{counted, grouped},
    listing::{Matching, Order},
    moment::Moment,
    route::Route,
    session::Session,
};

/// How many events a page has.
const PAGE_SIZE: u32 = 50;

/// A page and when it was read.
#[derive(Debug, Clone)]
struct Shown {
    page: Page,
    read: Moment,
    /// Tells one answer from another.
    number: u64,
    /// The page that was asked for, where the server has none of that number.
    beyond: Option<u32>,
}

/// Everything of this page; cheap to copy into handlers.
#[derive(Clone, Copy)]
struct List {
    clock: Clock,
    navigation: Navigation,
    session: SessionHandle,
    account: Account,
    page: RwSignal<u32>,
    loader: Loader<Shown>,
    /// Whether a failure stands in the place of the list, with a heading and buttons of its own.
    failed: Memo<bool>,
}

/// The page.
pub fn event_list() -> Markup {
    let client = expect_context::<Client>();
    let clock = expect_context::<Clock>();
    let navigation = expect_context::<Navigation>();
    let session = expect_context::<SessionHandle>();
    let answers = StoredValue::new(0);
    let page = RwSignal::new(1);
    // Another token may see other events. While there is none, the rows of the last one stay.
    let token = Memo::new(move |before: Option<&u64>| match session.get() {
        Session::SignedIn(_) => session.generation(),
        Session::Expired { .. } | Session::SignedOut => before.copied().unwrap_or_default(),
    });
    let loader = use_remote(
        move || Some((page.get(), token.get())),
        move |(page, _), abort| async move { read(client, clock, answers, page, abort).await },
    );
    let failed = Memo::new(move |_| {
        loader
            .state
            .with(|state| matches!(state, Remote::Failed { stale: None, .. }))
    });
    let list = List {
        clock,
        navigation,
        session,
        account: expect_context(),
        page,
        loader,
        failed,
    };
    // An effect because the title is outside.
    Effect::new(move || match page.get() {
        1 => navigation.set_title("Events"),
        page => navigation.set_title(&format!("Events, page {}", grouped(u64::from(page)))),
    });
    move_by_keys(expect_context::<Shortcuts>());
    ui! {
        <main class="events" id="main">
            {move || (!list.failed.get()).then(|| ui! { <h1 class="sr" tabindex="-1">"Events"</h1> })}
            {list.head()}
            <div class="split"><div class="list">
                {move || list.trouble()}
                {patience(loader)}
                {loaded(loader, |shown| shown.number, empty_table, move |failure| list.failure(failure), move |shown| list.answer(shown))}
            </div></div>
        </main>
    }
}

/// Reads a page. Behind the last page the server says 404; then the last page is read instead.
async fn read(
    client: Client,
    clock: Clock,
    answers: StoredValue<u64>,
    page: u32,
    abort: Abort,
) -> Result<Shown, Failure> {
    let (everything, newest) = (Matching::default(), Order::default());
    let (read, beyond) = match client
        .send(
            api::events::list(&everything, newest, page, PAGE_SIZE),
            &abort,
        )
        .await
    {
        Err(Failure {
            error: ApiError::NotFound,
            ..
        }) if page > 1 => {
            let first = client
                .send(api::events::list(&everything, newest, 1, PAGE_SIZE), &abort)
                .await?;
            let last = first.pagination.total_pages;
            let read = if last > 1 {
                client
                    .send(
                        api::events::list(&everything, newest, last, PAGE_SIZE),
                        &abort,
                    )
                    .await?
            } else {
                first
            };
            (read, Some(page))
        }
        answer => (answer?, None),
    };
    let number = answers.try_update_value(|answers| {
        *answers += 1;
        *answers
    });
    Ok(Shown {
        page: read,
        read: clock.now(),
        number: number.unwrap_or_default(),
        beyond,
    })
}

impl List {
    /// How many there are, since when that is known, and the button that asks again.
    fn head(self) -> Markup {
        let loader = self.loader;
        let summary = move || {
            loader.state.with(|state| {
                state.value().map(|shown| {
                    let read = shown.read.time(self.clock.offset_at(shown.read));
                    (
                        counted(shown.page.pagination.count, "event", "events"),
                        read,
                    )
                })
            })
        };
        let busy = move || {
            loader
                .state
                .with(|state| matches!(state, Remote::Loading(_)))
        };
        ui! {
            <div class="filters">
                <p>{move || summary().map(|(count, read)| ui! {
                    <b class="num">{count}</b>" "<span class="faint">"as of "<span class="num">{read}</span></span>
                })}</p>
                <div class="filters__end">{move || (!self.failed.get()).then(|| ui! {
                    <button class="btn" type="button" aria-busy=move || busy().then_some("true")
                        on:click=move |_| if !busy() { loader.retry() }>
                        {move || if busy() {
                            ui! { <span class="spin"></span> }
                        } else {
                            icon("refresh").into_markup()
                        }}
                        "Refresh"
                    </button>
                })}</div>
            </div>
        }
    }

    /// What went wrong above rows that stay, or what is waited for.
    fn trouble(self) -> Option<Markup> {
        let waiting = self.loader.waiting.get();
        self.loader.state.with(|state| match (state, waiting) {
            (
                Remote::Failed {
                    failure,
                    stale: Some(stale),
                },
                _,
            ) => Some(self.banner(failure, stale.read, None)),
            (Remote::Loading(Some(stale)), Some(wait)) => {
                Some(self.banner(&wait.failure, stale.read, Some(countdown(wait.until_ms))))
            }
            (
                Remote::Ready(Shown {
                    beyond: Some(asked),
                    page,
                    ..
                }),
                _,
            ) => Some(beyond(*asked, page.pagination.total_pages)),
            (Remote::Failed { stale: None, .. } | Remote::Loading(_) | Remote::Ready(_), _) => None,
        })
    }

    fn banner(self, failure: &Failure, read: Moment, countdown: Option<Markup>) -> Markup {
        let since = read.time(self.clock.offset_at(read));
        self.notice(failure, Some(&since), |notice| {
            notice_banner(notice, failure, &self.ways(), self.clock, countdown)
        })
    }

    fn failure(self, failure: &Failure) -> Markup {
        self.notice(failure, None, |notice| {
            notice_page(notice, failure, &self.ways(), self.clock)
        })
    }

    fn notice(
        self,
        failure: &Failure,
        since: Option<&str>,
        draw: impl FnOnce(api::Notice) -> Markup,
    ) -> Markup {
        let server = match self.session.get_untracked() {
            Session::SignedIn(grant) => grant.base.host().to_owned(),
            Session::Expired { base, .. } => base.host().to_owned(),
            Session::SignedOut => String::new(),
        };
        let username = untrack(|| self.account.username());
        draw(failure.notice(Situation {
            task: Task::ReadEvents,
            server: &server,
            username: username.as_ref(),
            shown_since: since,
        }))
    }

    fn ways(self) -> Ways {
        Ways {
            act: Callback::new(move |remedy| match remedy {
                Remedy::TryAgain => self.loader.retry(),
                Remedy::SignIn => self.session.sign_out(),
                // Nothing was typed, nothing sent, and this is where one would go back to.
                Remedy::ChangeInput | Remedy::LookForIt | Remedy::GoBack => {}
            }),
            back: self.navigation.href(&Route::events()),
        }
    }

    fn answer(self, shown: &Shown) -> Markup {
        let (navigation, page) = (self.navigation, self.page);
        let Page { pagination, rows } = &shown.page;
        if rows.is_empty() {
            return self.empty();
        }
        let busy = Memo::new(move |_| {
            self.loader
                .state
                .with(|state| matches!(state, Remote::Loading(_)))
        });
        let said = format!(
            "Events {} to {} of {}",
            grouped(pagination.start_index),
            grouped(pagination.end_index),
            grouped(pagination.count)
        );
        ui! {
            <p class="sr" role="status">{said}</p>
            {event_table(rows, busy, self.clock, &|event| navigation.href(&Route::event(event.id)))}
            {pager(*pagination, Callback::new(move |number| page.set(number)))}
        }
    }

    fn empty(self) -> Markup {
        let create = self.navigation.href(&Route::NewEvent);
        let account = self.account;
        ui! {
            <div class="empty">
                {icon("search")}
                <h2>"No events yet"</h2>
                <p>"The server has none that this token may see. authentik writes one at the next sign-in, change or error."</p>
                <div class="btns">
                    {move || account.rights().is_none_or(|rights| rights.create).then(|| ui! {
                        <a class="btn" href=create.clone()>{icon("plus")}"New event"</a>
                    })}
                </div>
            </div>
        }
    }
}

fn beyond(asked: u32, last: u32) -> Markup {
    let asked = grouped(u64::from(asked));
    let last = grouped(u64::from(last));
    ui! {
        <div class="banner banner--info banner--flush" role="status">
            {icon("info")}
            <div><b>"There is no page "{asked}</b><p>"These are the oldest events, on page "{last}"."</p></div>
        </div>
    }
}

/// J and K move through the rows.
fn move_by_keys(shortcuts: Shortcuts) {
    shortcuts.listen(|key| match key {
        "j" => focus_row(1),
        "k" => focus_row(-1),
        _ => false,
    });
}

/// Gives focus to the row so many below the one that has it, or to the first.
fn focus_row(step: isize) -> bool {
    let Ok(found) = document().query_selector_all(".log__row > td > a") else {
        return false;
    };
    let links: Vec<HtmlElement> = (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let at = links
        .iter()
        .position(|link| focused.as_ref() == Some(link.as_ref()));
    let to = at.map_or(Some(0), |at| at.checked_add_signed(step));
    let Some(link) = to.and_then(|to| links.get(to)) else {
        return false;
    };
    let _ = link.focus();
    true
}
