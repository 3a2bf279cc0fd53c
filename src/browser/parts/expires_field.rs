//! When the event expires: a few usual spans, the server's own, or a date.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::form::{Form, caution, id, said, said_id};
use crate::{
    browser::clock::Clock,
    event::draft::{
        Expires, Field,
        expiry::{self, Clocks},
    },
};

const FIELD: Field = Field::Expires;

/// What the control offers, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Days(u32),
    ServerDefault,
    /// A span as typed.
    In,
    /// A date as typed.
    At,
}

const CHOICES: [(Choice, &str); 6] = [
    (Choice::Days(1), "1 day"),
    (Choice::Days(30), "30 days"),
    (Choice::Days(365), "365 days"),
    (Choice::ServerDefault, "Server default"),
    (Choice::In, "In…"),
    (Choice::At, "Date…"),
];

impl Choice {
    fn of(expires: &Expires) -> Self {
        match expires {
            Expires::ServerDefault => Self::ServerDefault,
            Expires::Days(days) => Self::Days(*days),
            Expires::In(_) => Self::In,
            Expires::At(_) => Self::At,
        }
    }

    fn expires(self) -> Expires {
        match self {
            Self::Days(days) => Expires::Days(days),
            Self::ServerDefault => Expires::ServerDefault,
            Self::In => Expires::In(String::new()),
            Self::At => Expires::At(String::new()),
        }
    }
}

/// The field.
pub fn expires_field(form: Form, clock: Clock) -> Markup {
    let choice = Memo::new(move |_| form.draft.with(|draft| Choice::of(&draft.expires)));
    let choices: Vec<Markup> = CHOICES
        .into_iter()
        .map(|(this, words)| {
            ui! {
                <label>
                    <input type="radio" name="expires" prop:checked=move || choice.get() == this
                        disabled=move || form.is_sending()
                        on:change=move |_| form.set_expires(this.expires())/>
                    {words}
                </label>
            }
        })
        .collect();
    ui! {
        <fieldset class="field" id="f-exp-all">
            <legend class="label">{FIELD.label()}</legend>
            <div class="expires">
                <div class="seg" role="radiogroup" aria-label=FIELD.label() aria-describedby=said_id(FIELD)>{choices}</div>
                {move || match choice.get() {
                    Choice::In => Some(span(form)),
                    Choice::At => Some(date(form)),
                    Choice::Days(_) | Choice::ServerDefault => None,
                }}
            </div>
            {said(form, FIELD, move || hint(form, clock).into_markup())}
            {move || past(form, clock).map(|text| caution(text.to_owned()))}
        </fieldset>
    }
}

fn date(form: Form) -> Markup {
    ui! {
        <input class="input" id=id(FIELD) type="datetime-local" aria-label="Expires on"
            aria-describedby=said_id(FIELD) aria-invalid=move || form.invalid(FIELD)
            prop:readOnly=move || form.is_sending()
            prop:value=move || form.text(FIELD)
            on:input=move |event| form.set(FIELD, event_target_value(&event))/>
    }
}

fn span(form: Form) -> Markup {
    ui! {
        <input class="input" id=id(FIELD) type="text" aria-label="Expires in" placeholder="2 weeks"
            autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-describedby=said_id(FIELD) aria-invalid=move || form.invalid(FIELD)
            prop:readOnly=move || form.is_sending()
            prop:value=move || form.text(FIELD)
            on:input=move |event| form.set(FIELD, event_target_value(&event))/>
    }
}

/// What the choice comes to: when that is on the clock of the reader, and what is sent.
fn hint(form: Form, clock: Clock) -> String {
    let (at, clocks) = form.draft.with(|draft| {
        let (offset, clocks) = offset_of(&draft.expires, clock);
        (draft.expiry(clock.now().second_begun(), offset), clocks)
    });
    let Some(at) = at else {
        let usual = "authentik’s own retention, 365 days unless it was changed.";
        return match form.draft.with(|draft| Choice::of(&draft.expires)) {
            Choice::In => format!(
                "As in “30 days”, “in 2 weeks” or “12h”, in {}.",
                clock.zone()
            ),
            Choice::At => format!("In {}. Without a date: {usual}", clock.zone()),
            Choice::Days(_) | Choice::ServerDefault => format!("Server default: {usual}"),
        };
    };
    let note = match clocks {
        Clocks::Once => "",
        Clocks::Twice => " The clocks show this time twice that day; the later one is sent.",
        Clocks::Never => " The clocks skip this time that day; as much later is sent.",
    };
    format!(
        "{} {}, sent as {}.{note}",
        at.full(clock.offset_at(at)),
        clock.zone(),
        at.rfc3339()
    )
}

fn past(form: Form, clock: Clock) -> Option<&'static str> {
    form.draft.with(|draft| {
        let (offset, _) = offset_of(&draft.expires, clock);
        draft.expiry_caution(clock.now(), offset)
    })
}

/// How far the zone is from UTC at the date that is typed, or now: summer time makes a difference.
pub fn offset_of(expires: &Expires, clock: Clock) -> (i32, Clocks) {
    let typed = match expires {
        Expires::At(typed) => expiry::offset_of(typed, &|moment| clock.offset_at(moment)),
        Expires::ServerDefault | Expires::Days(_) | Expires::In(_) => None,
    };
    typed.unwrap_or_else(|| (clock.offset_at(clock.now()), Clocks::Once))
}
