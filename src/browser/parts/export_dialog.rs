//! What to export, how far it is, and what came of it.

use std::rc::Rc;

use leptos::html;

use crate::browser::{markup::Markup, signals::prelude::*};

use super::{dialog, icon::icon};
use crate::{
    count::{counted, grouped},
    export::Format,
};

/// How an export stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Nobody wants one.
    Closed,
    /// What is to be exported is being chosen.
    Choosing,
    /// It is on its way.
    Running(Progress),
    /// It stopped and can go on.
    Stopped {
        /// Why, in a line.
        title: String,
        /// What that means.
        text: String,
        /// How far it was.
        progress: Progress,
    },
    /// The file could not be written; the browser's words.
    Broken(String),
    /// The file is there.
    Done {
        /// Its name.
        file: String,
        /// The name of the file that says what it is.
        beside: String,
        /// What came of it, in sentences.
        said: Vec<String>,
    },
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Events written.
    pub written: u64,
    /// Events there will be, once that is known.
    pub goal: Option<u64>,
    /// Events that could not be read.
    pub left_out: u64,
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice {
    /// What it is written as.
    pub format: Format,
    /// How many events at most; `None` for all.
    pub most: Option<u64>,
}

/// What a press on a button means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Go on after a failure.
    Resume,
    /// Keep what is written and end there.
    Keep,
    /// Close; what is not finished is thrown away.
    Close,
}

/// What the dialog is told, and whom it tells.
#[derive(Clone)]
pub struct ExportProperties {
    /// How it stands.
    pub stage: Rc<dyn Fn() -> Stage>,
    /// How many events match, where that is known.
    pub count: Rc<dyn Fn() -> Option<u64>>,
    /// Which time they are from, in words.
    pub range: Rc<dyn Fn() -> String>,
    /// Begin.
    pub start: Callback<Choice>,
    /// Anything else.
    pub step: Callback<Step>,
}

impl std::fmt::Debug for ExportProperties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportProperties").finish_non_exhaustive()
    }
}

/// The most events that may be asked for, beside all.
const CAPS: [u64; 3] = [1_000, 10_000, 100_000];

/// The dialog, while there is reason for it.
pub fn export_dialog(properties: ExportProperties) -> Markup {
    let properties = StoredValue::new(properties);
    let open = Memo::new(move |_| properties.with_value(|own| (own.stage)()) != Stage::Closed);
    Markup::follows(move || open.get().then(|| draw(properties)))
}

type Properties = StoredValue<ExportProperties>;

fn draw(properties: Properties) -> Markup {
    let choice = RwSignal::new(Choice {
        format: Format::default(),
        most: most(properties.with_value(|own| untrack(|| (own.count)()))),
    });
    let stage = move || properties.with_value(|own| (own.stage)());
    let head = NodeRef::<html::H2>::new();
    let said = Memo::new(move |_| title(&stage()));
    // An effect because focus is outside: the button that had it is gone with its step.
    Effect::new(move || {
        if said.get() != title(&Stage::Choosing)
            && let Some(head) = head.get_untracked()
        {
            let _ = head.focus();
        }
    });
    ui! {
        <dialog class="dialog" node_ref=dialog::opened() aria-labelledby="export-title"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                // What took minutes does not end by a slip.
                let rests = matches!(untrack(stage), Stage::Choosing | Stage::Done { .. } | Stage::Broken(_));
                if rests {
                    step(properties, Step::Close);
                }
            }>
            <div class="dialog__head"><h2 id="export-title" tabindex="-1" node_ref=head>{move || said.get()}</h2></div>
            {move || match stage() {
                Stage::Closed => Markup::Nothing,
                Stage::Choosing => choosing(properties, choice),
                Stage::Running(progress) => running(properties, progress),
                Stage::Stopped { title, text, progress } => stopped(properties, title, text, progress),
                Stage::Broken(words) => broken(properties, words),
                Stage::Done { file, beside, said } => done(properties, file, beside, said),
            }}
            <p class="sr" role="status">{move || spoken(&stage())}</p>
        </dialog>
    }
}

fn step(properties: Properties, step: Step) {
    let _ = properties.try_with_value(|own| own.step.run(step));
}

fn title(stage: &Stage) -> &'static str {
    match stage {
        Stage::Closed | Stage::Choosing => "Export events",
        Stage::Running(_) => "Exporting events",
        Stage::Stopped { .. } => "The export has stopped",
        Stage::Broken(_) => "The file could not be written",
        Stage::Done { .. } => "Export finished",
    }
}

/// What a screen reader hears: the steps of it, not each page.
fn spoken(stage: &Stage) -> &'static str {
    match stage {
        Stage::Closed | Stage::Choosing => "",
        Stage::Running(_) => "The export is running",
        Stage::Stopped { .. } => "The export has stopped",
        Stage::Broken(_) => "The file could not be written",
        Stage::Done { .. } => "The export is finished",
    }
}

/// All, unless that is more than anybody wants by accident.
fn most(count: Option<u64>) -> Option<u64> {
    let [.., largest] = CAPS;
    count.filter(|count| *count > largest).map(|_| largest)
}

fn choosing(properties: Properties, choice: RwSignal<Choice>) -> Markup {
    let count = move || properties.with_value(|own| (own.count)());
    let formats = Format::ALL.map(|format| {
        ui! {
            <label>
                <input type="radio" name="export-format" prop:checked=move || choice.get().format == format
                    on:change=move |_| choice.update(|choice| choice.format = format)/>
                {format.label()}
            </label>
        }
    });
    let words = move || match count() {
        Some(count) => format!("{} match the filter.", counted(count, "event", "events")),
        None => "How many events match is not known yet.".to_owned(),
    };
    let range = move || properties.with_value(|own| (own.range)());
    ui! {
        <div class="dialog__body">
            <p>{words}" Time: "{range}"."</p>
            <fieldset class="field" aria-describedby="export-meaning">
                <legend class="label">"Format"</legend>
                <div class="seg">{formats}</div>
                <p class="hint" id="export-meaning">{move || choice.get().format.meaning()}</p>
            </fieldset>
            <div class="field">
                <label class="label" for="export-most">"How many"</label>
                <span class="wrap">
                    <select class="input" id="export-most"
                        on:change=move |event| {
                            let most = event_target_value(&event).parse().ok();
                            choice.update(|choice| choice.most = most);
                        }>
                        {move || caps(count(), choice.get_untracked().most)}
                    </select>
                    {icon("down")}
                </span>
            </div>
            <p class="hint">
                "Events are exported whole. They may hold personal data, texts of emails with links that still work, and secrets that somebody wrote into them. A second file says what the export is and what is missing in it."
            </p>
        </div>
        <div class="dialog__foot">
            <button class="btn btn--ghost" type="button" on:click=move |_| step(properties, Step::Close)>"Cancel"</button>
            <button class="btn btn--primary" type="button"
                on:click=move |_| properties.with_value(|own| own.start.run(choice.get_untracked()))>
                {icon("download")}"Export"
            </button>
        </div>
    }
}

fn caps(count: Option<u64>, chosen: Option<u64>) -> Vec<Markup> {
    let fits = |cap: &u64| count.is_none_or(|count| *cap < count);
    let all = match count {
        Some(count) => format!("All {}", grouped(count)),
        None => "All".to_owned(),
    };
    let option = |value: String, words: String, chosen: bool| {
        ui! { <option value=value prop:selected=chosen>{words}</option> }
    };
    let first = option("all".to_owned(), all, chosen.is_none());
    let others = CAPS.into_iter().filter(fits).map(|cap| {
        let words = format!("The first {}", grouped(cap));
        option(cap.to_string(), words, chosen == Some(cap))
    });
    std::iter::once(first).chain(others).collect()
}

fn running(properties: Properties, progress: Progress) -> Markup {
    ui! {
        <div class="dialog__body">{bar(progress)}</div>
        <div class="dialog__foot">
            <button class="btn" type="button" on:click=move |_| step(properties, Step::Close)>"Cancel"</button>
        </div>
    }
}

fn bar(progress: Progress) -> Markup {
    let Progress {
        written,
        goal,
        left_out,
    } = progress;
    let words = match goal {
        Some(goal) => format!(
            "{} of {} written",
            grouped(written),
            counted(goal, "event", "events")
        ),
        None => "Asking for the first events…".to_owned(),
    };
    let left_out = (left_out > 0).then(|| {
        let words = counted(left_out, "event", "events");
        ui! { <p>{words}" could not be read so far: the server fails at each page that holds one."</p> }
    });
    ui! {
        <p class="num">{words}</p>
        <progress class="progress" aria-label="Events written" max=goal.map(|goal| goal.max(1)) value=goal.map(|_| written)></progress>
        {left_out}
    }
}

fn stopped(properties: Properties, title: String, text: String, progress: Progress) -> Markup {
    let kept = format!("Keep {}", counted(progress.written, "event", "events"));
    ui! {
        <div class="dialog__body">
            <div class="banner banner--danger" role="alert">{icon("error")}<div><b>{title}</b><p>{text}</p></div></div>
            {bar(progress)}
        </div>
        <div class="dialog__foot">
            <button class="btn btn--ghost" type="button" on:click=move |_| step(properties, Step::Close)>"Discard"</button>
            <button class="btn" type="button" on:click=move |_| step(properties, Step::Keep)>{kept}</button>
            <button class="btn btn--primary" type="button" on:click=move |_| step(properties, Step::Resume)>"Go on"</button>
        </div>
    }
}

fn broken(properties: Properties, words: String) -> Markup {
    ui! {
        <div class="dialog__body">
            <div class="banner banner--danger" role="alert">
                {icon("error")}
                <div><b>"Nothing was saved"</b><p>"The browser said: "<code>{words}</code></p></div>
            </div>
        </div>
        {close(properties)}
    }
}

fn done(properties: Properties, file: String, beside: String, said: Vec<String>) -> Markup {
    let said: Vec<Markup> = said
        .into_iter()
        .map(|sentence| ui! { <p>{sentence}</p> })
        .collect();
    ui! {
        <div class="dialog__body">
            {said}
            <p>"Saved as "<code>{file}</code>". What it is stands in "<code>{beside}</code>", among the downloads."</p>
        </div>
        {close(properties)}
    }
}

fn close(properties: Properties) -> Markup {
    ui! {
        <div class="dialog__foot">
            <button class="btn btn--primary" type="button" on:click=move |_| step(properties, Step::Close)>"Close"</button>
        </div>
    }
}
