//! The create form's state, as its fields see it.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::{icon::small_icon, notice::field_error};
use crate::{
    api::submission::Submission,
    event::{
        EventAction,
        draft::{AddressFix, EventDraft, Expires, Field},
    },
};

/// One draft and where it stands; cheap to copy into each field.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// What is typed.
    pub draft: RwSignal<EventDraft>,
    /// Where it stands.
    pub submission: RwSignal<Submission>,
}

impl Form {
    /// What is typed into a field.
    pub fn text(self, field: Field) -> String {
        self.draft.with(|draft| draft.text(field).to_owned())
    }

    /// Takes what is typed into a field.
    pub fn set(self, field: Field, text: String) {
        self.draft.update(|draft| {
            if let Some(typed) = draft.text_mut(field) {
                *typed = text;
            }
        });
        self.edited(field);
    }

    /// Takes an action that is offered.
    pub fn choose(self, action: &EventAction) {
        self.draft.update(|draft| draft.choose(action));
        self.edited(Field::Action);
    }

    /// Takes another expiry.
    pub fn set_expires(self, expires: Expires) {
        self.draft.update(|draft| draft.expires = expires);
        self.edited(Field::Expires);
    }

    /// Whether an attempt with this draft was sent: its mark is what it was sent with.
    pub fn is_settled(self) -> bool {
        self.submission
            .with(|submission| submission.attempt().is_some())
    }

    /// What is wrong with a field, in one line; `None` for nothing.
    pub fn problem(self, field: Field) -> Option<String> {
        let problems = self
            .submission
            .with(|submission| submission.problems_of(field));
        (!problems.is_empty()).then(|| problems.join(" "))
    }

    /// `true` for `aria-invalid` of a field with a problem.
    pub fn invalid(self, field: Field) -> Option<&'static str> {
        self.problem(field).is_some().then_some("true")
    }

    /// Whether it is on its way; then nothing can be changed.
    pub fn is_sending(self) -> bool {
        self.submission.with(Submission::is_sending)
    }

    /// A name of `custom_` is one with the context: what is wrong with either may be put right in
    /// the other.
    pub fn edited(self, field: Field) {
        let untouched = self
            .submission
            .with_untracked(|submission| !matches!(submission, Submission::Faulty { .. }));
        if untouched {
            return;
        }
        self.submission.update(|submission| {
            submission.edited(field);
            if matches!(field, Field::Context | Field::Action) {
                submission.edited(Field::Name);
            }
        });
    }
}

/// The id of a field's control: where links of the summary lead.
pub fn id(field: Field) -> &'static str {
    match field {
        Field::Action => "f-act",
        Field::Name => "f-name",
        Field::App => "f-app",
        Field::ClientIp => "f-ip",
        Field::Expires => "f-exp",
        Field::Context => "f-ctx",
        Field::User => "f-user",
        Field::Brand => "f-brand",
    }
}

/// The id of what is said below a field: its hint, or what is wrong with it.
pub fn said_id(field: Field) -> &'static str {
    match field {
        Field::Action => "f-act-said",
        Field::Name => "f-name-said",
        Field::App => "f-app-said",
        Field::ClientIp => "f-ip-said",
        Field::Expires => "f-exp-said",
        Field::Context => "f-ctx-said",
        Field::User => "f-user-said",
        Field::Brand => "f-brand-said",
    }
}

/// What stands below a field: what is wrong with it, or else its hint.
pub fn said(form: Form, field: Field, hint: impl Fn() -> Markup + 'static) -> Markup {
    (move || match form.problem(field) {
        Some(problem) => field_error(said_id(field), problem).into_markup(),
        None => ui! { <p class="hint" id=said_id(field)>{hint()}</p> },
    })
    .into_markup()
}

/// The name of a field above it. "Optional" stands beside the label and is no part of the name.
pub fn label(field: Field) -> Markup {
    let optional = match field {
        Field::Action | Field::App | Field::Expires => None,
        Field::Name | Field::ClientIp | Field::Context | Field::User | Field::Brand => {
            Some(ui! { <span class="opt">"Optional"</span> })
        }
    };
    ui! { <span class="label"><label for=id(field)>{field.label()}</label>{optional}</span> }
}

/// A field of one line. `list` is the id of its suggestions.
pub fn text_field(
    form: Form,
    field: Field,
    list: Option<&'static str>,
    hint: &'static str,
) -> Markup {
    ui! {
        <div class="field">
            {label(field)}
            <input class="input input--mono" id=id(field) type="text" list=list
                autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby=said_id(field) aria-invalid=move || form.invalid(field)
                prop:readOnly=move || form.is_sending()
                prop:value=move || form.text(field)
                on:input=move |event| form.set(field, event_target_value(&event))/>
            {said(form, field, move || hint.into_markup())}
            {move || form.draft.with(|draft| draft.secret_caution(field)).map(caution)}
            {move || form.draft.with(|draft| draft.hidden_caution(field)).map(caution)}
        </div>
    }
}

/// An address with something too many is put right at a press.
pub fn address_fix(form: Form) -> Markup {
    let fix = Memo::new(move |_| form.draft.with(EventDraft::client_ip_fix));
    (move || {
        let AddressFix { words, address } = fix.get()?;
        Some(ui! {
            <button class="btn btn--sm" type="button" disabled=move || form.is_sending()
                on:click=move |_| form.set(Field::ClientIp, address.to_string())>{words}</button>
        })
    })
    .into_markup()
}

/// What is worth a second look about the event as a whole.
pub fn whole_caution(form: Form) -> Markup {
    let text = Memo::new(move |_| form.draft.with(EventDraft::size_caution));
    (move || text.get().map(caution)).into_markup()
}

/// Something worth a second look that does not keep the event from being sent.
pub fn caution(text: String) -> Markup {
    ui! { <p class="hint caution">{small_icon("warn")}<span>{text}</span></p> }
}
