//! Two events side by side, value by value.

use crate::browser::{
    markup::{IntoMarkup, Markup},
    signals::prelude::*,
};

use super::{
    copy::{Look, copy_button_as},
    dialog,
    diff::runs,
    icon::icon,
    sentence::sentence,
    time::{TimeForm, time},
};
use crate::{
    browser::clock::Clock,
    compare::{Leaf, Sides, as_text, compared, differs},
    count::counted,
    event::{
        Event,
        diff::{Side, marked},
        summary,
    },
    text::Untrusted,
};

/// How much of one value is written; the pages of the events have all of it.
const LONGEST: usize = 400;

/// How many rows are drawn; a copy has all.
const MOST_ROWS: usize = 1_000;

/// A dialog with both. `close` is called when the reader has seen enough.
pub fn comparison(left: &Event, right: &Event, clock: Clock, close: Callback<()>) -> Markup {
    let leaves = StoredValue::new(compared(left, right));
    let everything = RwSignal::new(false);
    let differing = leaves.with_value(|leaves| leaves.iter().filter(|leaf| differs(leaf)).count());
    let said = match differing {
        0 => "These events do not differ in anything.".to_owned(),
        count => counted(
            u64::try_from(count).unwrap_or(u64::MAX),
            "value differs.",
            "values differ.",
        ),
    };
    ui! {
        <dialog class="dialog dialog--wide dialog--compare" node_ref=dialog::opened() aria-labelledby="compare-title"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close.run(());
            }>
            <div class="dialog__head">
                <h2 id="compare-title">"Compare two events"</h2>
                <button class="btn btn--ghost btn--icon" type="button" aria-label="Close"
                    on:click=move |_| close.run(())>{icon("x")}</button>
            </div>
            <div class="dialog__body">
                <dl class="dl">
                    <dt>"First"</dt><dd>{head(left, clock)}</dd>
                    <dt>"Second"</dt><dd>{head(right, clock)}</dd>
                </dl>
                <p role="status">{said}</p>
                <label class="check">
                    <input type="checkbox" prop:checked=move || everything.get()
                        on:change=move |event| everything.set(event_target_checked(&event))/>
                    "Show equal values too"
                </label>
                <div class="diff" role="table" aria-label="Both events">
                    <div class="diff__row diff__row--head" role="row">
                        <div role="columnheader">"Value"</div>
                        <div role="columnheader">"First"</div>
                        <div role="columnheader">"Second"</div>
                    </div>
                    {move || leaves.with_value(|leaves| rows(leaves, everything.get()))}
                </div>
            </div>
            <div class="dialog__foot">
                {copy_button_as(
                    Look::Words("copy", "Copy differences"),
                    "Copy differences",
                    move || leaves.with_value(|leaves| as_text(leaves)),
                )}
                <button class="btn btn--primary" type="button" on:click=move |_| close.run(())>"Close"</button>
            </div>
        </dialog>
    }
}

fn head(event: &Event, clock: Clock) -> Markup {
    ui! {
        <span>{sentence(&summary::sentence(event))}</span>
        " "
        {event.created.map(|created| time(created, TimeForm::Full, clock))}
    }
}

fn rows(leaves: &[Leaf], everything: bool) -> Markup {
    let wanted = || leaves.iter().filter(|leaf| everything || differs(leaf));
    let rows: Vec<Markup> = wanted().take(MOST_ROWS).map(row).collect();
    let more = wanted().count().saturating_sub(MOST_ROWS);
    let more = (more > 0).then(|| {
        ui! {
            <div class="diff__row" role="row">
                <div class="diff__field faint" role="rowheader">{more}" more; a copy has all"</div>
            </div>
        }
    });
    (rows, more).into_markup()
}

fn row(leaf: &Leaf) -> Markup {
    let shown = |value: &Untrusted| value.clipped(LONGEST);
    let old = |content: Markup| ui! { <div class="diff__old" role="cell">{content}</div> };
    let new = |content: Markup| ui! { <div class="diff__new" role="cell">{content}</div> };
    let none = || ui! { <div class="diff__new diff__none" role="cell">"not there"</div> };
    let cells = match &leaf.sides {
        Sides::Same(value) => {
            let same = |value| ui! { <div class="diff__same" role="cell">{value}</div> };
            (same(shown(value)), same(shown(value)))
        }
        Sides::Changed { left, right } => {
            let (before, after) = marked(&shown(left), &shown(right));
            (
                old(runs(before, Side::Before)),
                new(runs(after, Side::After)),
            )
        }
        Sides::LeftOnly(value) => (old(shown(value).into_markup()), none()),
        Sides::RightOnly(value) => (none(), new(shown(value).into_markup())),
    };
    ui! {
        <div class="diff__row" role="row">
            <div class="diff__field" role="rowheader">{leaf.path.clipped(LONGEST)}</div>
            {cells}
        </div>
    }
}
