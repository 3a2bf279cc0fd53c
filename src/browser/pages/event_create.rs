//! A new event.

mod banners;
mod chooser;
mod keeper;
mod newer;
mod origin;
mod own_token;
mod sending;
mod start;
mod template_bar;
mod tree_editor;

use crate::browser::signals::prelude::*;
use leptos::{ev, task::spawn_local};

use crate::browser::markup::{IntoMarkup, Markup};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use self::{
    banners::{SUMMARY, no_right, outcome, restored},
    chooser::{brand_choices, user_choices},
    keeper::Keeper,
    newer::newer_actions,
    origin::origin,
    own_token::own_token,
    sending::LookUp,
    start::{Given, given},
    template_bar::template_bar,
    tree_editor::tree_editor,
};
use crate::{
    api::{
        ApiBase, events,
        submission::{Press, Submission},
    },
    browser::{
        Client, Clock, Navigation, SessionHandle,
        account::Account,
        client::{Abort, online},
        clock::{elapsed_ms, every},
        intents,
        parts::{
            action_picker::action_picker,
            expires_field::{expires_field, offset_of},
            form::{Form, caution, id, label, text_field, whole_caution},
            icon::icon,
            json_editor::{JsonEditor, json_editor},
            request_preview::{Preview, request_preview},
            toast::Toasts,
        },
        trail::Trail,
    },
    event::{
        KnownAction,
        draft::{EventDraft, Field},
        effects,
        request_text::curl,
    },
    json::JsonText,
    moment::Moment,
    route::Route,
};

/// From when on the seconds of waiting are shown.
const PATIENCE_S: u32 = 3;

/// What the page is made with; cheap to copy into its handlers.
#[derive(Debug, Clone, Copy)]
struct Page {
    form: Form,
    clock: Clock,
    client: Client,
    navigation: Navigation,
    account: Account,
    toasts: Toasts,
    trail: Trail,
    session: SessionHandle,
    base: StoredValue<Option<ApiBase>>,
    keeper: Keeper,
    /// When a restored draft was kept, until it is dismissed.
    restored: RwSignal<Option<Moment>>,
    /// Where the values come from, when nobody typed them here.
    given: RwSignal<Option<Given>>,
    look_up: RwSignal<LookUp>,
    abort: StoredValue<Abort>,
    started_ms: StoredValue<f64>,
    /// How long the answer has been waited for.
    waited_s: RwSignal<u32>,
    /// How long the server wants to be left alone.
    wait_s: RwSignal<u32>,
    /// Whether the browser thinks that it has a network.
    online: RwSignal<bool>,
}

/// The page.
pub fn event_create() -> Markup {
    let page = Page::start();
    page.navigation.set_title("New event");
    let editor = |field| JsonEditor::new(page.form, field);
    let editors = [
        editor(Field::Context),
        editor(Field::User),
        editor(Field::Brand),
    ];
    page.listen(editors);
    let back = page.navigation.href(&Route::events());
    ui! {
        <main class="make" id="main">
            <div class="make__in">
                <header class="make__head">
                    <nav class="ev__nav" aria-label="Breadcrumb">
                        <span class="crumb"><a href=back>"Events"</a>{icon("right")}<span>"New"</span></span>
                        <a class="btn btn--ghost btn--sm" href=page.navigation.href(&Route::Import)>{icon("download")}"Import many"</a>
                    </nav>
                    <h1 tabindex="-1">"New event"</h1>
                    <p>
                        "Adds one entry to the audit log. authentik sets the ID and the time; everything else is stored as you give it here, "
                        "and it does not check that the user or objects exist. "{effects::ALWAYS}
                    </p>
                </header>
                {form(page, editors)}
                {request_preview(preview(page), page.clock, move || preview_note(editors))}
            </div>
        </main>
    }
}

fn form(page: Page, editors: [JsonEditor; 3]) -> Markup {
    let form = page.form;
    let is_custom =
        Memo::new(move |_| form.text(Field::Action) == KnownAction::CustomPrefix.wire());
    ui! {
        <form class="form" novalidate aria-busy=move || form.is_sending().then_some("true")
            on:submit=move |event| {
                event.prevent_default();
                page.press(Press::Create);
            }>
            {move || page.restored.get().map(|saved| restored(page, saved))}
            {move || given(page)}
            {move || no_right(page)}
            {move || outcome(page)}
            {action_picker(form, newer_actions(page.client))}
            {move || is_custom.get().then(|| text_field(form, Field::Name, None, NAME_HINT))}
            {origin(form)}
            {expires_field(form, page.clock)}
            {json_fields(page, editors)}
            {mark(form)}
            {whole_caution(form)}
            {own_token(page, page.session)}
            {before_sending(page)}
            {foot(page)}
        </form>
    }
}

const NAME_HINT: &str =
    "Kept in the context as event_name. authentik stores the action itself as custom_.";

fn json_fields(page: Page, [context, user, brand]: [JsonEditor; 3]) -> Markup {
    let form = page.form;
    ui! {
        <div class="field">{label(Field::Context)}{template_bar(form)}{json_editor(context, "Context JSON", 4)}{tree_editor(form, Field::Context, "Context as a tree")}</div>
        <div class="field">{label(Field::User)}{user_choices(page)}{json_editor(user, "User JSON", 2)}{tree_editor(form, Field::User, "User as a tree")}</div>
        <details class="fold">
            <summary>{icon("right")}<span>{Field::Brand.label()}</span><small>"Empty: authentik uses its default brand"</small></summary>
            <div>{brand_choices(page)}{json_editor(brand, "Brand JSON", 2)}{tree_editor(form, Field::Brand, "Brand as a tree")}</div>
        </details>
    }
}

/// Whether the event carries the mark by which it can be found again.
fn mark(form: Form) -> Markup {
    let is_marked = Memo::new(move |_| form.draft.with(|draft| draft.intent.is_some()));
    let switch = move |on: bool| {
        form.draft
            .update(|draft| draft.intent = on.then(intents::fresh));
        form.edited(Field::Context);
    };
    let hint = move || match is_marked.get() {
        true => {
            "Adds its ID to the context as eventide_intent. If the answer is lost, the event is found by it."
        }
        false => "If the answer is lost, nobody can tell this event from others like it.",
    };
    ui! {
        <label class="check">
            <input type="checkbox" aria-describedby="f-mark-hint" prop:checked=move || is_marked.get()
                disabled=move || form.is_settled() on:change=move |event| switch(event_target_checked(&event))/>
            <span>"Mark the event" <small class="hint" id="f-mark-hint">{hint}</small></span>
        </label>
    }
}

fn foot(page: Page) -> Markup {
    let sending = move || page.form.is_sending();
    let resting = move || sending() || page.wait_s.get() > 0 || !page.online.get();
    ui! {
        <div class="form__foot">
            <button class="btn btn--primary" type="submit" aria-describedby=BEFORE aria-busy=move || sending().then_some("true")
                aria-disabled=move || resting().then_some("true")>
                {move || sending().then(|| ui! { <span class="spin"></span> })}
                {move || if sending() { "Creating…" } else { "Create event" }}
            </button>
            <button class="btn btn--ghost" type="button"
                on:click=move |_| if page.form.submission.with_untracked(Submission::is_sending) {
                    page.cancel();
                } else {
                    page.discard();
                }>
                {move || if sending() { "Cancel" } else { "Discard" }}
            </button>
            {move || if sending() { waiting(page) } else { keys(page) }}
        </div>
    }
}

/// What one should know before pressing the button: that nothing can be sent now, or not be kept.
fn before_sending(page: Page) -> Markup {
    let lines = move || {
        let lines = [
            (
                page.online.get(),
                "This browser is offline. Nothing is sent by itself later: press the button when you are online.",
            ),
            (
                page.keeper.works.get(),
                "This browser keeps no draft of what you type, and cannot protect against sending it from two tabs.",
            ),
        ];
        let wrong = lines.into_iter().filter(|(fine, _)| !fine);
        wrong
            .map(|(_, words)| caution(words.to_owned()))
            .collect::<Vec<_>>()
    };
    ui! { <div role="status" id=BEFORE>{lines}</div> }
}

/// The id of what one should know before pressing the button.
const BEFORE: &str = "f-before";

fn waiting(page: Page) -> Markup {
    let host = page.host();
    // Said anew a few times only: those who listen would hear each second.
    let stage = Memo::new(move |_| {
        let waited = page.waited_s.get();
        STAGES.iter().filter(|(from, _)| *from <= waited).count()
    });
    let words = move || {
        let words = stage.get().checked_sub(1).and_then(|at| STAGES.get(at));
        words
            .map_or("", |(_, words)| *words)
            .replace("{host}", &host)
    };
    let seconds = move || {
        let seconds = page.waited_s.get();
        (seconds >= PATIENCE_S).then(|| format!(", {seconds} s"))
    };
    ui! { <p class="hint"><span role="status">{words}</span><span aria-hidden="true">{seconds}</span></p> }
}

/// What is said from how many seconds of waiting on.
const STAGES: [(u32, &str); 4] = [
    (0, "Waiting for {host}"),
    (5, "Still waiting for {host}"),
    (15, "{host} is slow; what you typed is safe. Still waiting"),
    (
        30,
        "{host} has not answered. After 65 seconds it is looked for in the log. Still waiting",
    ),
];

fn keys(page: Page) -> Markup {
    let host = page.host();
    ui! {
        <p class="hint only-lg">
            <span class="kbds"><kbd class="kbd">"Ctrl"</kbd><kbd class="kbd">"Enter"</kbd></span>
            {format!(" to create. Writes to the audit log of {host}.")}
        </p>
    }
}

/// What will be sent, as far as it is right; where it is not, as it was when it last was.
fn preview(page: Page) -> Memo<Preview> {
    let now_and_offset = move |draft: &EventDraft| (page.now(), page.offset(draft));
    let right = Memo::new(move |earlier: Option<&EventDraft>| {
        page.form.draft.with(|draft| {
            let (now, offset) = now_and_offset(draft);
            let earlier = earlier.cloned().unwrap_or_default();
            match draft.check(now, offset, &page.session.own_token()) {
                Ok(_) => draft.clone(),
                Err(problems) => draft.or_earlier(&earlier, &problems),
            }
        })
    });
    Memo::new(move |_| {
        right.with(|draft| {
            let (now, offset) = now_and_offset(draft);
            let body = draft.sketch(now, offset, &page.session.own_token());
            let body = JsonText::parse(&body).map_or(body, |json| json.pretty());
            let address = page.base.with_value(|base| {
                base.as_ref()
                    .map_or_else(String::new, |base| base.url(events::PATH))
            });
            Preview {
                path: format!("/api/v3/{}", events::PATH),
                curl: curl(&address, &body),
                body,
            }
        })
    })
}

fn preview_note(editors: [JsonEditor; 3]) -> Markup {
    let wrong = [Field::Context, Field::User, Field::Brand]
        .into_iter()
        .zip(editors)
        .find(|(_, editor)| editor.is_wrong());
    match wrong {
        Some((field, editor)) => {
            let what = field.label().to_ascii_lowercase();
            let fix = match editor.wrong_line() {
                Some(line) => format!("Fix line {line} to update it."),
                None => "Fix it to update the preview.".to_owned(),
            };
            format!("The preview shows the last valid {what}. {fix}").into_markup()
        }
        None => ui! {
            "The token is never shown or copied. Set "<code>"AUTHENTIK_TOKEN"</code>
            " in your shell before you run this."
        },
    }
}

impl Page {
    fn start() -> Self {
        let clock = expect_context::<Clock>();
        let session = expect_context::<SessionHandle>();
        let base = session.get_untracked().base().cloned();
        let form = Form {
            draft: RwSignal::new(untouched()),
            submission: RwSignal::default(),
        };
        let key = base.as_ref().map(ApiBase::draft_key).unwrap_or_default();
        let (keeper, kept) = Keeper::start(key, clock, form);
        let page = Self {
            form,
            clock,
            client: expect_context::<Client>(),
            navigation: expect_context::<Navigation>(),
            account: expect_context::<Account>(),
            toasts: expect_context::<Toasts>(),
            trail: expect_context::<Trail>(),
            session,
            base: StoredValue::new(base),
            keeper,
            restored: RwSignal::new(None),
            given: RwSignal::new(None),
            look_up: RwSignal::new(LookUp::NotYet),
            abort: StoredValue::new(Abort::new()),
            started_ms: StoredValue::new(0.0),
            waited_s: RwSignal::new(0),
            wait_s: RwSignal::new(0),
            online: RwSignal::new(online()),
        };
        if let Some(kept) = kept {
            let interrupted = kept
                .sent()
                .map(|sent| Submission::interrupted(&kept.draft, sent));
            if interrupted.is_none() {
                page.restored.set(Some(kept.saved()));
            }
            form.draft.set(kept.draft);
            form.submission.set(interrupted.unwrap_or_default());
            if page.marked().is_some() {
                page.look_for_it();
            }
        }
        page.follow_address();
        every(250, move || page.count_waited());
        every(1_000, move || {
            if page.wait_s.get_untracked() > 0 {
                page.wait_s.update(|wait| *wait -= 1);
            }
        });
        page
    }

    fn host(self) -> String {
        self.base.with_value(|base| {
            base.as_ref()
                .map_or_else(String::new, |base| base.host().to_owned())
        })
    }

    /// Now, in whole seconds: nobody wants to read the rest in "expires".
    fn now(self) -> Moment {
        let ms = self.clock.now().ms();
        Moment::from_ms(ms - ms.rem_euclid(1_000))
    }

    /// Minutes east of UTC at the date that is typed, or now.
    fn offset(self, draft: &EventDraft) -> i32 {
        offset_of(&draft.expires, self.clock).0
    }

    /// How many bytes would be sent.
    fn size(self) -> usize {
        let sketch = |draft: &EventDraft| draft.sketch(self.now(), 0, &|_| false);
        self.form.draft.with_untracked(sketch).len()
    }

    fn count_waited(self) {
        if !self.form.submission.with_untracked(Submission::is_sending) {
            return;
        }
        let waited = (elapsed_ms() - self.started_ms.get_value()) / 1_000.0;
        // Negative and not finite become 0: `as` saturates.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let waited = waited as u32;
        if waited != self.waited_s.get_untracked() {
            self.waited_s.set(waited);
        }
    }

    fn discard(self) {
        if self.form.submission.with_untracked(Submission::is_sending) {
            return;
        }
        self.form.submission.update(Submission::dismiss);
        self.form.draft.set(untouched());
        self.restored.set(None);
        self.given.set(None);
        self.look_up.set(LookUp::NotYet);
        self.keeper.keep();
        focus_later(id(Field::Action));
    }

    fn listen(self, editors: [JsonEditor; 3]) {
        let keys = window_event_listener(ev::keydown, move |press| {
            let command = press.ctrl_key() || press.meta_key();
            let taken = match press.key().as_str() {
                "Enter" if command => {
                    self.press(Press::Create);
                    true
                }
                "F" | "f" if command && press.shift_key() => {
                    format_focused(editors);
                    true
                }
                "F8" => go_to_error(editors),
                _ => false,
            };
            if taken {
                press.prevent_default();
            }
        });
        let leaving = window_event_listener_untyped("beforeunload", move |event| {
            // A draft ends with its tab.
            let typed = self.form.draft.with_untracked(|draft| !draft.is_pristine());
            if typed || self.form.submission.with_untracked(Submission::is_sending) {
                event.prevent_default();
            }
        });
        let network = ["online", "offline"].map(|name| {
            window_event_listener_untyped(name, move |_| {
                self.online.set(online());
                if online() {
                    self.is_back_online();
                }
            })
        });
        on_cleanup(move || {
            keys.remove();
            leaving.remove();
            network.into_iter().for_each(|listener| listener.remove());
        });
    }
}

/// A form that nobody has touched.
fn untouched() -> EventDraft {
    EventDraft {
        intent: Some(intents::fresh()),
        ..EventDraft::default()
    }
}

fn format_focused(editors: [JsonEditor; 3]) {
    let focused = editors.into_iter().find(|editor| editor.has_focus());
    match focused {
        Some(editor) => editor.format(),
        None => editors.into_iter().for_each(JsonEditor::format),
    }
}

fn go_to_error(editors: [JsonEditor; 3]) -> bool {
    let wrong = [Field::Context, Field::User, Field::Brand]
        .into_iter()
        .zip(editors)
        .find(|(_, editor)| untrack(|| editor.is_wrong()));
    wrong.is_some_and(|(field, editor)| {
        unfold(field);
        editor.go_to_error()
    })
}

/// Puts the keyboard into a field, wherever it is.
fn focus_field(field: Field) {
    unfold(field);
    let by_id = |id: &str| document().get_element_by_id(id);
    // The expiry has a field of its own only for a date.
    let found = by_id(id(field)).or_else(|| {
        document()
            .query_selector("[name=expires]:checked")
            .ok()
            .flatten()
    });
    focus(found);
}

fn unfold(field: Field) {
    let fold = document()
        .get_element_by_id(id(field))
        .and_then(|control| control.closest("details").ok().flatten());
    if let Some(fold) = fold {
        let _ = fold.set_attribute("open", "");
    }
}

fn focus_later(id: &'static str) {
    spawn_local(async move {
        // What is to be focused is drawn by then.
        leptos::task::tick().await;
        focus(document().get_element_by_id(id));
    });
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
