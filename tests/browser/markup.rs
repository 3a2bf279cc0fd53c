//! What is drawn follows the signals, and what need not change stays the same element.

use std::{cell::Cell, rc::Rc};

use eventide::browser::signals::prelude::*;
use eventide::{browser::markup::IntoMarkup, ui};
use leptos::html;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::support::{on_stage, settle};

#[wasm_bindgen_test]
async fn drawing_again_keeps_elements_focus_and_what_was_typed() {
    on_stage(async |stage| {
        let count = RwSignal::new(0_u32);
        let _shown = stage.show(move || {
            ui! {
                <div>
                    {move || {
                        let count = count.get();
                        ui! {
                            <p title=count>"count "{count}</p>
                            {(count > 0).then(|| ui! { <b>"more"</b> })}
                            <input aria-label="Name" class:odd=count % 2 == 1/>
                        }
                    }}
                </div>
            }
        });
        let find = || stage.host.query_selector("input").unwrap().unwrap();
        let before: HtmlInputElement = find().unchecked_into();
        before.focus().unwrap();
        before.set_value("typed");
        count.set(1);
        settle().await;
        assert_eq!(stage.text(), "count 1more");
        let after: HtmlInputElement = find().unchecked_into();
        assert_eq!(before, after);
        assert_eq!(after.value(), "typed");
        assert!(after.class_list().contains("odd"));
        assert_eq!(
            document().active_element().as_ref(),
            Some(after.unchecked_ref())
        );
        count.set(0);
        settle().await;
        assert_eq!(stage.text(), "count 0");
        assert!(!find().class_list().contains("odd"));
    })
    .await;
}

#[wasm_bindgen_test]
async fn lists_grow_shrink_and_stay_in_their_place() {
    on_stage(async |stage| {
        let items = RwSignal::new(vec!["a"]);
        let _shown = stage.show(move || {
            ui! {
                "["
                {move || items.get().into_iter().map(|item| ui! { <i>{item}</i>{move || ","} }).collect::<Vec<_>>()}
                "]"
            }
        });
        for (next, text) in [
            (vec![], "[]"),
            (vec!["b", "c", "d"], "[b,c,d,]"),
            (vec!["c"], "[c,]"),
            (vec!["x", "c"], "[x,c,]"),
        ] {
            items.set(next);
            settle().await;
            assert_eq!(stage.text(), text);
        }
    })
    .await;
}

#[wasm_bindgen_test]
async fn an_event_may_take_away_what_is_around_its_element() {
    on_stage(async |stage| {
        let shown = RwSignal::new(true);
        let heard = RwSignal::new(0_u32);
        let _shown = stage.show(move || {
            ui! {
                <section on:click=move |_| heard.update(|heard| *heard += 1)>
                    {move || shown.get().then(|| ui! {
                        <div on:click=move |_| heard.update(|heard| *heard += 10)>
                            <button type="button" on:click=move |_| shown.set(false)>"Go"</button>
                        </div>
                    })}
                </section>
            }
        });
        let errors = RwSignal::new(0_u32);
        let listener = window_event_listener_untyped("error", move |_| errors.set(1));
        let button = stage.by_role("button", "Go");
        let around = button.parent_element().unwrap();
        button.click();
        settle().await;
        assert!(around.parent_node().is_none(), "it is gone");
        let before = heard.get_untracked();
        around.unchecked_into::<HtmlElement>().click();
        listener.remove();
        assert_eq!((heard.get_untracked(), errors.get_untracked()), (before, 0));
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_is_gone_hears_nothing_any_more() {
    on_stage(async |stage| {
        let (open, told, heard) = (
            RwSignal::new(true),
            RwSignal::new(0_u32),
            Rc::new(Cell::new(0)),
        );
        let counter = Rc::clone(&heard);
        let shown = stage.show(move || {
            ui! {
                <div>{move || {
                    let counter = Rc::clone(&counter);
                    open.get().then(move || ui! {
                        <button type="button" on:click={ let counter = Rc::clone(&counter); move |_| counter.set(counter.get() + 10) }
                            title=move || { counter.set(counter.get() + 1); told.get() }>"Press"</button>
                    })
                }}</div>
            }
        });
        let button = stage.by_role("button", "Press");
        button.click();
        told.set(1);
        settle().await;
        assert_eq!(heard.get(), 12);
        open.set(false);
        settle().await;
        told.set(2);
        settle().await;
        assert_eq!(heard.get(), 12);
        open.set(true);
        settle().await;
        shown();
        assert_eq!(stage.text(), "");
        let before = heard.get();
        told.set(3);
        settle().await;
        assert_eq!(heard.get(), before);
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_handler_that_is_drawn_again_is_the_new_one() {
    on_stage(async |stage| {
        let (step, sum) = (RwSignal::new(1_u32), RwSignal::new(0_u32));
        let node = NodeRef::<html::Button>::new();
        let _shown = stage.show(move || {
            move || {
                let by = step.get();
                ui! {
                    <button type="button" node_ref=node disabled={by > 5}
                        on:click=move |_| sum.update(|sum| *sum += by)>{by}</button>
                }
                .into_markup()
            }
        });
        settle().await;
        let press = || node.get_untracked().unwrap().click();
        press();
        step.set(3);
        settle().await;
        press();
        assert_eq!(sum.get_untracked(), 4);
        step.set(9);
        settle().await;
        press();
        assert_eq!(sum.get_untracked(), 4, "a disabled button does nothing");
    })
    .await;
}
