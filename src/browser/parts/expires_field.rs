//! When the event expires: a few usual spans, the server's own, or a date.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::form::{Form, id, said, said_id};
use crate::{
    browser::clock::Clock,
    event::draft::{Expires, Field},
    moment::Moment,
};

const FIELD: Field = Field::Expires;

/// What the control offers, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Days(u32),
    ServerDefault,
    /// A date as typed.
    Typed,
}

const CHOICES: [(Choice, &str); 5] = [
    (Choice::Days(1), "1 day"),
    (Choice::Days(30), "30 days"),
    (Choice::Days(365), "365 days"),
    (Choice::ServerDefault, "Server default"),
    (Choice::Typed, "Date…"),
];

impl Choice {
    fn of(expires: &Expires) -> Self {
        match expires {
            Expires::ServerDefault => Self::ServerDefault,
            Expires::Days(days) => Self::Days(*days),
            Expires::At(_) => Self::Typed,
        }
    }

    fn expires(self) -> Expires {
        match self {
            Self::Days(days) => Expires::Days(days),
            Self::ServerDefault => Expires::ServerDefault,
            Self::Typed => Expires::At(String::new()),
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
                {move || (choice.get() == Choice::Typed).then(|| date(form))}
            </div>
            {said(form, FIELD, move || hint(form, clock).into_markup())}
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

fn hint(form: Form, clock: Clock) -> String {
    let now = clock.now();
    let at = form.draft.with(|draft| match &draft.expires {
        Expires::ServerDefault => None,
        Expires::Days(days) => Some(now.days_later(*days)),
        Expires::At(text) => Moment::parse_at(text, offset_of(text, clock)),
    });
    let retention = "Server default follows authentik’s retention, 365 days unless it was changed.";
    match at {
        Some(at) => format!("{}. {retention}", at.full(clock.offset_at(at))),
        None => retention.to_owned(),
    }
}

/// How far the zone is from UTC at a date as typed: summer time makes it another one than now.
pub fn offset_of(typed: &str, clock: Clock) -> i32 {
    let now = clock.offset_at(clock.now());
    Moment::parse_at(typed, now).map_or(now, |moment| clock.offset_at(moment))
}
