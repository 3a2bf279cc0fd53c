//! The field for searches: the keyboard alone is enough, and what is refused is never sent.

use eventide::browser::signals::prelude::*;
use eventide::{
    browser::parts::query_field::{QueryField, query_field},
    ql::Known,
    text::Untrusted,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlButtonElement, KeyboardEvent, KeyboardEventInit};

use crate::support::{Stage, on_stage, settle};

const LABEL: &str = "Text or query";

fn field(sent: RwSignal<Vec<String>>) -> QueryField {
    let known = Known {
        users: vec![Untrusted::new("akadmin"), Untrusted::new("ak\u{202e}b")],
        ..Known::default()
    };
    QueryField {
        id: "q",
        label: LABEL,
        send: "Search",
        known: RwSignal::new(known),
        on_send: Callback::new(move |text| sent.update(|sent| sent.push(text))),
    }
}

/// Types a text as a person does, and lets the field answer.
async fn type_in(stage: &Stage, text: &str) {
    stage.by_label(LABEL).focus().unwrap();
    stage.fill(LABEL, text);
    settle().await;
}

/// Presses a key in the field; whether the field kept it from the browser.
async fn press(stage: &Stage, key: &str) -> bool {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    let passed = stage.by_label(LABEL).dispatch_event(&event).unwrap();
    settle().await;
    !passed
}

fn attribute(stage: &Stage, name: &str) -> Option<String> {
    stage.by_label(LABEL).get_attribute(name)
}

/// What is said below the field.
fn said(stage: &Stage) -> String {
    let said = stage.host.query_selector("#q-said").unwrap().unwrap();
    said.text_content().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn a_query_is_proposed_step_by_step_and_sent() {
    on_stage(async |stage| {
        let sent = RwSignal::new(Vec::new());
        let _shown = stage.show(move || query_field(field(sent), ""));
        settle().await;
        assert_eq!(attribute(stage, "aria-expanded").as_deref(), Some("false"));

        type_in(stage, "user.u").await;
        assert_eq!(attribute(stage, "aria-expanded").as_deref(), Some("true"));
        assert_eq!(attribute(stage, "aria-activedescendant"), None);
        assert!(press(stage, "Tab").await);
        assert!(press(stage, "Tab").await);
        let input = stage.by_label(LABEL);
        assert_eq!(input.value(), "user.username = ");
        assert_eq!(input.selection_end().unwrap(), Some(16));
        assert_eq!(
            document().active_element().as_ref(),
            Some(input.unchecked_ref())
        );

        assert!(press(stage, "ArrowDown").await);
        assert_eq!(
            attribute(stage, "aria-activedescendant").as_deref(),
            Some("q-option-0")
        );
        assert!(stage.text().contains("ak⟨U+202E⟩b"), "{}", stage.text());
        assert!(press(stage, "Enter").await);
        assert_eq!(stage.by_label(LABEL).value(), "user.username = \"akadmin\"");
        assert_eq!(said(stage), "Understood as a query.");
        assert_eq!(attribute(stage, "aria-expanded").as_deref(), Some("false"));

        // The browser turns this into a press on the button.
        assert!(!press(stage, "Enter").await);
        stage.button("Search").click();
        assert_eq!(sent.get_untracked(), ["user.username = \"akadmin\""]);
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_authentik_cannot_answer_is_not_sent_and_can_be_changed_by_a_press() {
    on_stage(async |stage| {
        let sent = RwSignal::new(Vec::new());
        let _shown = stage.show(move || query_field(field(sent), "context ~ \"x\""));
        settle().await;
        let is_off = || {
            let button: HtmlButtonElement = stage.button("Search").unchecked_into();
            button.disabled()
        };
        assert!(is_off());
        assert_eq!(attribute(stage, "aria-invalid").as_deref(), Some("true"));
        assert!(said(stage).starts_with("authentik cannot answer this: "));
        let form: web_sys::HtmlElement = stage
            .host
            .query_selector("form")
            .unwrap()
            .unwrap()
            .unchecked_into();
        let init = web_sys::EventInit::new();
        init.set_cancelable(true);
        let submit = web_sys::Event::new_with_event_init_dict("submit", &init).unwrap();
        assert!(!form.dispatch_event(&submit).unwrap());
        assert!(sent.get_untracked().is_empty());

        stage.button("Change it").click();
        settle().await;
        assert_eq!(stage.by_label(LABEL).value(), "context.context ~ \"x\"");
        assert_eq!(attribute(stage, "aria-invalid"), None);
        assert!(!is_off());

        type_in(stage, "action = login").await;
        assert!(said(stage).starts_with("Will be searched as plain words, because "));
        type_in(stage, "  ").await;
        assert!(is_off());
    })
    .await;
}

#[wasm_bindgen_test]
async fn escape_closes_the_list_before_anything_around_it() {
    on_stage(async |stage| {
        let sent = RwSignal::new(Vec::new());
        let _shown = stage.show(move || query_field(field(sent), ""));
        settle().await;
        type_in(stage, "act").await;
        assert!(press(stage, "Escape").await);
        assert_eq!(attribute(stage, "aria-expanded").as_deref(), Some("false"));
        assert!(!press(stage, "Escape").await);
        assert!(!press(stage, "Tab").await);
        assert!(press(stage, "ArrowDown").await);
        assert_eq!(attribute(stage, "aria-expanded").as_deref(), Some("true"));
        stage.by_label(LABEL).blur().unwrap();
        settle().await;
        assert_eq!(attribute(stage, "aria-expanded").as_deref(), Some("false"));
    })
    .await;
}
