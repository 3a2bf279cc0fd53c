//! The strictest policy there is, on everything that this app is drawn with.

use eventide::browser::signals::prelude::*;
use eventide::ui;
use js_sys::Reflect;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{on_stage, settle};

#[wasm_bindgen_test]
async fn markup_of_every_kind_is_drawn_without_a_string_of_html() {
    on_stage(async |stage| {
        let open = RwSignal::new(true);
        let rows = RwSignal::new(vec![1_u32, 2, 3]);
        let _shown = stage.show(move || {
            ui! {
                <section class="static">
                    <header><h1>"Wholly "<b>"static"</b></h1><p>"with a "<code class="a b">"subtree"</code></p></header>
                    <svg class="i" aria-hidden="true" viewBox="0 0 16 16"><use href="#i-x"/><path d="M4 4l8 8"/></svg>
                    <table><thead><tr><th scope="col">"Head"</th></tr></thead></table>
                    {move || if open.get() { ui! { <p><i>"open"</i></p> } } else { ui! { <p><i>"closed"</i></p> } }}
                    {move || rows.get().into_iter().map(|row| ui! { <li><span>"row "</span>{row}</li> }).collect::<Vec<_>>()}
                    <p>{"<img src=x onerror=alert(1)>"}</p>
                </section>
            }
        });
        settle().await;
        open.set(false);
        rows.set(vec![3, 1]);
        settle().await;
        assert_eq!(
            stage.text(),
            "Wholly staticwith a subtreeHeadclosedrow 3row 1<img src=x onerror=alert(1)>"
        );
        let svg = stage.host.query_selector("svg use").unwrap().unwrap();
        assert_eq!(svg.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
        assert!(stage.host.query_selector("code.a.b").unwrap().is_some());
        assert!(stage.host.query_selector("img").unwrap().is_none());
    })
    .await;
}

/// The test of the tests: if these passed unseen, no other test would prove anything.
#[wasm_bindgen_test]
async fn a_string_of_html_is_stopped_and_seen() {
    on_stage(async |stage| {
        let refused = Reflect::set(&stage.host, &"innerHTML".into(), &"<b>not text</b>".into());
        assert!(refused.is_err());
        settle().await;
        assert_eq!(stage.text(), "");
        assert_eq!(stage.faults().len(), 1, "{:?}", stage.faults());
        assert!(
            stage.faults()[0].starts_with("require-trusted-types-for"),
            "{:?}",
            stage.faults()
        );

        stage.host.set_attribute("style", "color: red").unwrap();
        settle().await;
        assert!(
            stage.faults()[1].starts_with("style-src"),
            "{:?}",
            stage.faults()
        );

        web_sys::console::error_1(&"said on the console".into());
        assert_eq!(stage.faults().len(), 3);
        stage.expect_faults(3);
    })
    .await;
}
