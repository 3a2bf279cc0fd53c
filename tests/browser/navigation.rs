//! Addresses, and who follows them.

use eventide::browser::signals::prelude::*;
use eventide::{event::EventId, listing::Listing, route::Route, ui};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, MouseEvent, MouseEventInit};

use crate::support::{address, on_stage_at, settle, until};

const ID: &str = "f6e33af7-10b9-466d-b649-8abeb23e408f";

fn event() -> Route {
    Route::event(EventId::parse(ID).unwrap())
}

fn listing(range: &str) -> Route {
    Route::Events(Listing::from_query(&format!("range={range}")))
}

/// Clicks, and says whether the browser was left to follow the link. It never does here.
fn left_to_browser(link: &HtmlElement, prepare: impl FnOnce(&MouseEventInit)) -> bool {
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    prepare(&init);
    let click = MouseEvent::new_with_mouse_event_init_dict("click", &init).unwrap();
    let stop = window_event_listener(leptos::ev::click, |click| {
        if !click.default_prevented() {
            click.prevent_default();
            click.stop_immediate_propagation();
            document().set_title("left to the browser");
        }
    });
    document().set_title("");
    link.dispatch_event(&click).unwrap();
    stop.remove();
    document().title() == "left to the browser"
}

#[wasm_bindgen_test]
async fn a_plain_click_on_a_link_into_the_app_loads_nothing() {
    on_stage_at("/events?range=24h", async |stage| {
        let navigation = stage.handles().navigation;
        assert_eq!(navigation.route_untracked(), listing("24h"));
        let href = navigation.href(&event());
        let _shown = stage.show(move || {
            ui! {
                <p>
                    <a href=href.clone()><svg><use href="#i-x"/></svg><b>"inside"</b></a>
                    <a href="https://evil.example/events">"outside"</a>
                    <a href=href.clone() target="_blank">"new tab"</a>
                    <a href="/other">"not of the app"</a>
                    <a href="#main">"skip"</a>
                    <a href=href download="x">"file"</a>
                </p>
            }
        });
        settle().await;
        for name in ["outside", "new tab", "not of the app", "skip", "file"] {
            assert!(
                left_to_browser(&stage.by_role("link", name), |_| ()),
                "{name}"
            );
        }
        let inside = stage.by_role("link", "inside");
        assert!(left_to_browser(&inside, |init| init.set_ctrl_key(true)));
        assert!(left_to_browser(&inside, |init| init.set_meta_key(true)));
        assert!(left_to_browser(&inside, |init| init.set_shift_key(true)));
        assert!(left_to_browser(&inside, |init| init.set_button(1)));
        assert_eq!(address(), "/events?range=24h");

        let drawn: HtmlElement = inside
            .query_selector("use")
            .unwrap()
            .unwrap()
            .unchecked_into();
        assert!(
            !left_to_browser(&drawn, |_| ()),
            "a click on what the link holds"
        );
        assert_eq!(
            (address(), navigation.route_untracked()),
            (format!("/events/{ID}"), event())
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn back_and_forward_lead_through_the_app() {
    on_stage_at("/events", async |stage| {
        let navigation = stage.handles().navigation;
        let history = window().history().unwrap();
        let before = history.length().unwrap();
        navigation.navigate(&Route::new_event());
        navigation.navigate(&event());
        navigation.navigate(&event());
        assert_eq!(
            history.length().unwrap(),
            before + 2,
            "the same address is no new entry"
        );
        navigation.back();
        until("Back", || {
            navigation.route_untracked() == Route::new_event()
        })
        .await;
        navigation.back();
        until("Back again", || {
            navigation.route_untracked() == Route::events()
        })
        .await;
        history.forward().unwrap();
        until("Forward", || {
            navigation.route_untracked() == Route::new_event()
        })
        .await;
        navigation.replace(&listing("30d"));
        assert_eq!(address(), "/events?range=30d");
        assert_eq!(history.length().unwrap(), before + 2);
        history.back().unwrap();
        until("the entry before", || {
            navigation.route_untracked() == Route::events()
        })
        .await;
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_app_lives_below_the_path_that_it_was_loaded_from() {
    let root = document().document_element().unwrap();
    root.set_attribute("data-base", "/console/").unwrap();
    on_stage_at(&format!("/console/events/{ID}"), async |stage| {
        let navigation = stage.handles().navigation;
        assert_eq!(navigation.route_untracked(), event());
        assert_eq!(navigation.href(&Route::events()), "/console/events");
        let origin = window().location().origin().unwrap();
        assert_eq!(
            navigation.link(&event()),
            format!("{origin}/console/events/{ID}")
        );
        navigation.navigate(&Route::new_event());
        assert_eq!(address(), "/console/events/new");
        navigation.set_title("New event");
        assert_eq!(document().title(), "New event · Eventide");
    })
    .await;
    document()
        .document_element()
        .unwrap()
        .remove_attribute("data-base")
        .unwrap();
}
