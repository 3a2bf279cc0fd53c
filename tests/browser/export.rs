//! Exports: what is asked, what is written, and how they stop and go on.

use std::{cell::RefCell, rc::Rc};

use eventide::{
    api::Method,
    browser::{
        Client, Clock, SessionHandle,
        exporter::Exporter,
        parts::{
            export_dialog::{ExportProperties, export_dialog},
            selection_bar::{SelectionProperties, selection_bar},
        },
        server_actions::KnownActions,
        signals::prelude::*,
    },
    event::Event,
    listing::Listing,
};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Reply, Stage, on_stage, settle, until};

fn event(number: u32) -> String {
    format!(
        r#"{{"pk":"{number:08x}-10b9-466d-b649-8abeb23e408f","user":{{"pk":1,"username":"mia","email":""}},"action":"login","app":"x","context":{{"n":{number}}},"client_ip":null,"created":"2026-11-22T01:00:00Z","expires":"2027-11-22T01:00:00Z","brand":{{}}}}"#
    )
}

/// A page of a list of so many.
fn page(rows: std::ops::Range<u32>, count: u32) -> Reply {
    let next = if rows.end < count { 2 } else { 0 };
    let texts: Vec<String> = rows.clone().map(event).collect();
    Reply::json(
        200,
        &format!(
            r#"{{"pagination":{{"count":{count},"current":1,"total_pages":2,"next":{next},"previous":0,"start_index":{},"end_index":{}}},"results":[{}]}}"#,
            rows.start + 1,
            rows.end,
            texts.join(",")
        ),
    )
}

/// What downloads are made of: texts of blobs, by the names of their links.
struct Downloads {
    seen: Rc<RefCell<Vec<(String, web_sys::Blob)>>>,
    /// What stood where something else stands during the test.
    before: Vec<(JsValue, &'static str, JsValue)>,
}

impl Drop for Downloads {
    fn drop(&mut self) {
        for (object, name, value) in self.before.drain(..) {
            put(&object, name, &value);
        }
    }
}

/// Sets a property of a JavaScript object, and gives back what stood there.
fn put(object: &JsValue, name: &str, value: &JsValue) -> JsValue {
    let before = Reflect::get(object, &name.into()).unwrap();
    Reflect::set(object, &name.into(), value).unwrap();
    before
}

impl Downloads {
    /// Keeps links from being followed and blobs from being forgotten.
    fn watch() -> Self {
        let seen: Rc<RefCell<Vec<(String, web_sys::Blob)>>> = Rc::default();
        let picker = put(&window(), "showSaveFilePicker", &JsValue::UNDEFINED);
        let blob = Rc::new(RefCell::new(None));
        let url: JsValue = Reflect::get(&window(), &"URL".into()).unwrap();
        let made = Rc::clone(&blob);
        let create = Closure::<dyn Fn(web_sys::Blob) -> String>::new(move |blob| {
            made.replace(Some(blob));
            "blob:nothing".to_owned()
        });
        let create_before = put(&url, "createObjectURL", &create.into_js_value());
        // Links are made by this function only while a file is saved; theirs is `this`, which
        // closures do not see.
        let make = document().create_element("a").unwrap();
        let kept = Rc::clone(&seen);
        let link = make.clone();
        let click = Closure::<dyn Fn()>::new(move || {
            let name = link.get_attribute("download").unwrap();
            kept.borrow_mut()
                .push((name, blob.borrow_mut().take().unwrap()));
        });
        put(&make, "click", &click.into_js_value());
        let create = Closure::<dyn Fn(String) -> web_sys::Element>::new(move |_| make.clone());
        let element_before = put(&document(), "createElement", &create.into_js_value());
        Self {
            seen,
            before: vec![
                (window().into(), "showSaveFilePicker", picker),
                (url, "createObjectURL", create_before),
                (document().into(), "createElement", element_before),
            ],
        }
    }

    async fn text(&self, number: usize) -> (String, String) {
        let (name, blob) = self.seen.borrow()[number].clone();
        let text: Function = Reflect::get(&blob, &"text".into())
            .unwrap()
            .unchecked_into();
        let text = text.call0(&blob).unwrap().unchecked_into::<Promise>();
        let text = wasm_bindgen_futures::JsFuture::from(text).await.unwrap();
        (name, text.as_string().unwrap())
    }
}

fn show(stage: &Stage) -> Box<dyn FnOnce()> {
    let exporter = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&exporter);
    let unmount = stage.show(move || {
        let (client, session) = (
            expect_context::<Client>(),
            expect_context::<SessionHandle>(),
        );
        let known = KnownActions::new(client, session);
        let exporter = Exporter::new(client, known, session, expect_context::<Clock>());
        kept.replace(Some(exporter));
        export_dialog(ExportProperties {
            stage: Rc::new(move || exporter.stage()),
            count: Rc::new(|| Some(150)),
            range: Rc::new(|| "Last 7 days".to_owned()),
            start: Callback::new(move |choice| exporter.start(&Listing::default(), choice)),
            step: Callback::new(move |step| exporter.step(step)),
        })
    });
    exporter.borrow().unwrap().open();
    unmount
}

const LIST: &str = "events/events/";

#[wasm_bindgen_test]
async fn an_export_asks_for_all_pages_and_says_what_it_is() {
    on_stage(async |stage| {
        let downloads = Downloads::watch();
        stage
            .server
            .on(Method::Get, LIST, [page(0..100, 150), page(100..150, 150)]);
        let _shown = show(stage);
        settle().await;
        assert!(
            stage
                .text()
                .contains("150 events match the filter. Time: Last 7 days.")
        );
        stage.by_label("NDJSON").click();
        stage.button("Export").click();
        until("it is done", || stage.text().contains("Export finished")).await;
        let (name, text) = downloads.text(0).await;
        assert_eq!(
            name,
            "events_id.harbor.example_20261115-1432_20261122-1432_Europe-Berlin.ndjson"
        );
        let expected: String = (0..150).map(|number| event(number) + "\n").collect();
        assert!(text == expected, "{}", text.len());
        let (name, text) = downloads.text(1).await;
        assert!(name.ends_with(".ndjson.about.txt"));
        assert!(text.contains("150 events written. The server counted 150 at the start.\n"));
        assert!(
            text.contains(
                "Range:     Last 7 days: from 2026-11-15T13:32:18Z to before 2026-11-22T13:32:18Z\n"
            ),
            "{text}"
        );
        let requests = stage.server.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests[0].contains("ordering=-created&page=1&page_size=100&search=created"));
        stage.button("Close").click();
        settle().await;
        assert!(!stage.has("dialog", ""));
    })
    .await;
}

#[wasm_bindgen_test]
async fn an_event_that_breaks_its_page_is_left_out_and_counted() {
    on_stage(async |stage| {
        let downloads = Downloads::watch();
        stage.server.on(
            Method::Get,
            LIST,
            // Each size twice: the client itself asks again once.
            std::iter::once(page(0..100, 101)).chain(vec![Reply::html(500); 10]),
        );
        let _shown = show(stage);
        settle().await;
        stage.button("Export").click();
        until("it is done", || stage.text().contains("Export finished")).await;
        assert!(
            stage
                .text()
                .contains("1 event could not be read and left out")
        );
        let (_, text) = downloads.text(0).await;
        assert_eq!(text.lines().count(), 101);
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_stopped_is_kept_or_goes_on_at_a_press() {
    on_stage(async |stage| {
        let downloads = Downloads::watch();
        let odd = Reply::json(418, "{}");
        stage.server.on(
            Method::Get,
            LIST,
            [page(0..100, 150), odd.clone(), odd, page(100..150, 150)],
        );
        let _shown = show(stage);
        settle().await;
        stage.button("Export").click();
        until("it has stopped", || stage.has("button", "Go on")).await;
        assert!(stage.text().contains("100 of 150 events written"));
        stage.button("Go on").click();
        settle().await;
        until("it stopped again", || {
            stage.has("button", "Keep 100 events")
        })
        .await;
        assert_eq!(stage.server.requests().len(), 3);
        assert!(downloads.seen.borrow().is_empty());
        stage.button("Go on").click();
        until("it is done", || stage.text().contains("Export finished")).await;
        let (_, text) = downloads.text(0).await;
        assert_eq!(text.lines().count(), 151);
        assert!(
            stage
                .text()
                .contains("150 events written. The server counted 150 at the start.")
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_file_that_the_browser_offers_is_written_as_it_comes() {
    on_stage(async |stage| {
        let downloads = Downloads::watch();
        let written: Rc<RefCell<Vec<String>>> = Rc::default();
        let note = Rc::clone(&written);
        let write = Closure::<dyn Fn(JsValue) -> Promise>::new(move |text: JsValue| {
            note.borrow_mut().push(text.as_string().unwrap());
            Promise::resolve(&JsValue::UNDEFINED)
        });
        let note = Rc::clone(&written);
        let close = Closure::<dyn Fn(JsValue) -> Promise>::new(move |_| {
            note.borrow_mut().push("closed".to_owned());
            Promise::resolve(&JsValue::UNDEFINED)
        });
        let stream: JsValue = Object::new().into();
        put(&stream, "write", write.as_ref());
        put(&stream, "close", close.as_ref());
        let create = Closure::<dyn Fn(JsValue) -> Promise>::new(move |_| Promise::resolve(&stream));
        let handle: JsValue = Object::new().into();
        put(&handle, "createWritable", create.as_ref());
        let asked: Rc<RefCell<Vec<String>>> = Rc::default();
        let note = Rc::clone(&asked);
        let picker = Closure::<dyn Fn(JsValue) -> Promise>::new(move |options: JsValue| {
            let name = Reflect::get(&options, &"suggestedName".into()).unwrap();
            note.borrow_mut().push(name.as_string().unwrap());
            if note.borrow().len() == 1 {
                let dismissed = js_sys::Error::new("dismissed");
                dismissed.set_name("AbortError");
                return Promise::reject(&dismissed);
            }
            Promise::resolve(&handle)
        });
        put(&window(), "showSaveFilePicker", picker.as_ref());
        stage.server.on(Method::Get, LIST, [page(0..2, 2)]);
        let _shown = show(stage);
        settle().await;
        stage.button("Export").click();
        until("it was asked where to", || asked.borrow().len() == 1).await;
        settle().await;
        // Whoever closes the browser's dialog is back at the choice, and nothing was asked for.
        assert!(stage.server.requests().is_empty());
        stage.by_label("JSON").click();
        stage.button("Export").click();
        until("it is done", || stage.text().contains("Export finished")).await;
        assert!(asked.borrow()[1].ends_with(".json"));
        assert_eq!(
            written.borrow().concat(),
            format!("[\n{},\n{}\n]\nclosed", event(0), event(1))
        );
        assert_eq!(downloads.seen.borrow().len(), 1);
        put(&window(), "showSaveFilePicker", &JsValue::UNDEFINED);
        for kept in [write, close, create, picker] {
            kept.forget();
        }
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_cancelled_export_leaves_nothing() {
    on_stage(async |stage| {
        let downloads = Downloads::watch();
        let held = crate::support::Held::default();
        stage
            .server
            .on(Method::Get, LIST, [page(0..100, 150), Reply::Held(held)]);
        let _shown = show(stage);
        settle().await;
        stage.button("Export").click();
        until("it runs", || stage.text().contains("100 of 150")).await;
        stage.button("Cancel").click();
        settle().await;
        assert!(!stage.has("dialog", ""));
        assert_eq!(stage.server.given_up(), 1);
        assert!(downloads.seen.borrow().is_empty());
    })
    .await;
}

#[wasm_bindgen_test]
async fn ticked_rows_are_copied_and_compared() {
    on_stage(async |stage| {
        let copied: Rc<RefCell<Vec<String>>> = Rc::default();
        let note = Rc::clone(&copied);
        let write = Closure::<dyn Fn(String) -> Promise>::new(move |text: String| {
            note.borrow_mut().push(text);
            Promise::resolve(&JsValue::UNDEFINED)
        });
        let clipboard = window().navigator().clipboard();
        put(&clipboard, "writeText", write.as_ref());
        let cleared = Rc::new(RefCell::new(0));
        let note = Rc::clone(&cleared);
        let count = Rc::new(RefCell::new(None));
        let kept = Rc::clone(&count);
        let unmount = stage.show(move || {
            let count = RwSignal::new(0_usize);
            kept.replace(Some(count));
            selection_bar(SelectionProperties {
                count: Rc::new(move || count.get()),
                events: Rc::new(move || {
                    let numbers = 0..u32::try_from(count.get()).unwrap();
                    numbers
                        .map(|number| Event::read(&event(number)).unwrap())
                        .collect()
                }),
                clock: expect_context::<Clock>(),
                clear: Callback::new(move |()| *note.borrow_mut() += 1),
            })
        });
        settle().await;
        assert!(!stage.has("region", "Selected events"));
        let count = count.borrow().unwrap();
        count.set(3);
        settle().await;
        assert!(stage.text().contains("3 events selected"));
        assert!(stage.button("Compare").has_attribute("disabled"));
        count.set(2);
        settle().await;
        stage.button("Copy as").click();
        settle().await;
        stage.by_role("menuitem", "NDJSON").click();
        settle().await;
        assert_eq!(copied.borrow()[0], format!("{}\n{}\n", event(0), event(1)));
        assert!(stage.text().contains("2 events copied as NDJSON"));
        stage.button("Compare").click();
        settle().await;
        let text = stage.text();
        assert!(text.contains("2 values differ."), "{text}");
        assert!(text.contains("context.n") && !text.contains("user.username"));
        stage.by_label("Show equal values too").click();
        settle().await;
        assert!(stage.text().contains("user.username"));
        stage.button("Copy differences").click();
        settle().await;
        assert!(copied.borrow()[1].ends_with("- context.n: 0\n+ context.n: 1\n"));
        stage.all("dialog button[aria-label=Close]")[0].click();
        settle().await;
        assert!(!stage.has("dialog", ""));
        stage.button("Clear selection").click();
        assert_eq!(*cleared.borrow(), 1);
        unmount();
        write.forget();
    })
    .await;
}
