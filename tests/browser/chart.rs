//! The chart: what it draws, and what presses, drags and keys select in it.

use std::{cell::RefCell, rc::Rc};

use eventide::{
    api::{Answer, FromAnswer, volume::Volume},
    browser::{
        Clock,
        parts::histogram::{Chart, ChartProperties, histogram},
        signals::prelude::*,
    },
    event::Severity,
    histogram::Plan,
    moment::Moment,
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, KeyboardEvent, KeyboardEventInit, PointerEvent, PointerEventInit};

use crate::support::{NOW, Stage, on_stage, settle, until};

type Selection = Option<(Moment, Moment)>;

/// What the chart has told, in order.
type Told<T> = Rc<RefCell<Vec<T>>>;

/// The chart is there for as long as this is.
type Shown = Box<dyn FnOnce()>;

/// What the page around the chart knows.
#[derive(Clone, Copy)]
struct Page {
    chart: RwSignal<Chart>,
    selection: RwSignal<Selection>,
    left_out: RwSignal<Vec<Severity>>,
}

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

/// The week before now, by six hours.
fn week() -> Chart {
    let body = r#"[
        {"time":"2026-11-20T06:00:00","action":"login","count":100},
        {"time":"2026-11-20T06:00:00","action":"login_failed","count":8},
        {"time":"2026-11-20T12:00:00","action":"login","count":37},
        {"time":"2026-11-22T12:00:00","action":"system_exception","count":1}]"#;
    let volume = Volume::from_answer(&Answer {
        status: 200,
        body: body.to_owned(),
        ..Answer::default()
    });
    let plan = Plan::new((Some(at("2026-11-16")), None), at(NOW));
    let drawn = plan.draw(Some(&volume.unwrap()), &[], 146, &|_| 60);
    Chart::Drawn {
        histogram: Rc::new(drawn.unwrap()),
        took_ms: Some(3_061),
        busy: false,
    }
}

/// A chart; what it selects becomes the selection, as on the page of the list.
fn show(stage: &Stage) -> (Page, Told<Selection>, Told<Severity>, Shown) {
    let page = Rc::new(RefCell::new(None));
    let (selected, pressed) = (Told::<Selection>::default(), Told::<Severity>::default());
    let kept = Rc::clone(&page);
    let (selections, severities) = (Rc::clone(&selected), Rc::clone(&pressed));
    let unmount = stage.show(move || {
        let page = Page {
            chart: RwSignal::new(Chart::Loading),
            selection: RwSignal::new(None),
            left_out: RwSignal::new(Vec::new()),
        };
        kept.replace(Some(page));
        histogram(ChartProperties {
            chart: Rc::new(move || page.chart.get()),
            selection: Rc::new(move || page.selection.get()),
            left_out: Rc::new(move || page.left_out.get()),
            clock: expect_context::<Clock>(),
            select: Callback::new(move |selection: Selection| {
                selections.borrow_mut().push(selection);
                page.selection.set(selection);
            }),
            severity: Callback::new(move |severity| severities.borrow_mut().push(severity)),
            retry: Callback::new(|()| ()),
        })
    });
    let page = page.borrow().unwrap();
    (page, selected, pressed, unmount)
}

fn one(stage: &Stage, selector: &str) -> Element {
    stage
        .host
        .query_selector(selector)
        .unwrap()
        .unwrap_or_else(|| panic!("no {selector} in {}", stage.host.outer_html()))
}

fn count(stage: &Stage, selector: &str) -> u32 {
    stage.host.query_selector_all(selector).unwrap().length()
}

/// A pointer at a share of the plot's width.
fn pointer(stage: &Stage, kind: &str, share: f64) {
    let plot = one(stage, ".hist__plot");
    let place = plot.get_bounding_client_rect();
    let init = PointerEventInit::new();
    init.set_bubbles(true);
    #[allow(clippy::cast_possible_truncation, reason = "pixels")]
    init.set_client_x((place.left() + share * place.width()) as i32);
    let event = PointerEvent::new_with_event_init_dict(kind, &init).unwrap();
    plot.dispatch_event(&event).unwrap();
}

fn key(element: &Element, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn the_frame_stands_before_the_bars_do() {
    on_stage(async |stage| {
        let (page, _, _, _shown) = show(stage);
        settle().await;
        assert_eq!(count(stage, ".hist"), 1);
        assert_eq!(count(stage, ".bar-g"), 0);
        page.chart.set(week());
        settle().await;
        assert_eq!(count(stage, ".bar-g"), 3);
        let label = one(stage, "svg[role=group]").get_attribute("aria-label");
        assert_eq!(
            label.unwrap(),
            "Events per 6 hours, 16 to 22 November. Peak 108 on Friday 20 November."
        );
        assert!(
            stage
                .text()
                .contains("146 events in 6-hour steps, took 3.1 s")
        );
        assert!(stage.text().contains("Warnings 8"));
        assert!(!stage.text().contains("Changes"));
        page.chart
            .set(Chart::Missing("The server did not answer.".to_owned()));
        settle().await;
        assert!(stage.has("button", "Load the chart"));
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_drag_selects_whole_steps_when_it_ends() {
    on_stage(async |stage| {
        let (page, selected, _, _shown) = show(stage);
        page.chart.set(week());
        settle().await;
        // 27 steps up to 18:00 today; the 18th and 19th are Friday from 06:00 to 18:00 UTC.
        pointer(stage, "pointerdown", 17.5 / 27.0);
        pointer(stage, "pointermove", 18.5 / 27.0);
        settle().await;
        assert!(selected.borrow().is_empty());
        assert!(
            stage.text().contains("Fri 20 Nov, 07:00 – 19:00"),
            "{}",
            stage.text()
        );
        assert!(stage.text().contains("145 events"));
        pointer(stage, "pointerup", 18.5 / 27.0);
        settle().await;
        let expected = Some((at("2026-11-20T06:00:00Z"), at("2026-11-20T18:00:00Z")));
        assert_eq!(*selected.borrow(), [expected]);
        assert_eq!(count(stage, ".veil"), 2);
        // Only a press on the chart moves it.
        pointer(stage, "pointermove", 0.1);
        pointer(stage, "pointerup", 0.1);
        stage.button("Clear selection").click();
        settle().await;
        assert_eq!(*selected.borrow(), [expected, None]);
        assert_eq!(count(stage, ".veil"), 0);
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_press_selects_a_bar_and_keys_go_on_from_there() {
    on_stage(async |stage| {
        let (page, selected, _, _shown) = show(stage);
        page.chart.set(week());
        settle().await;
        pointer(stage, "pointerdown", 17.5 / 27.0);
        pointer(stage, "pointerup", 17.5 / 27.0);
        settle().await;
        let bar = Some((at("2026-11-20T06:00:00Z"), at("2026-11-20T12:00:00Z")));
        assert_eq!(*selected.borrow(), [bar]);
        let end = one(stage, "[role=slider][aria-label='Selection end']");
        assert_eq!(document().active_element().as_ref(), Some(&end));
        assert_eq!(end.get_attribute("aria-valuenow").as_deref(), Some("18"));
        assert_eq!(
            end.get_attribute("aria-valuetext").as_deref(),
            Some("Fri 20 Nov, 13:00")
        );
        // Three presses are one selection.
        for name in ["ArrowRight", "ArrowRight", "ArrowLeft"] {
            key(&end, name);
        }
        until("keys rest", || selected.borrow().len() == 2).await;
        let wider = Some((at("2026-11-20T06:00:00Z"), at("2026-11-20T18:00:00Z")));
        assert_eq!(selected.borrow()[1], wider);
        let start = one(stage, "[role=slider][aria-label='Selection start']");
        key(&start, "Home");
        key(&start, "Enter");
        settle().await;
        let from_start = Some((at("2026-11-16"), at("2026-11-20T18:00:00Z")));
        assert_eq!(selected.borrow()[2], from_start);
        key(&start, "Escape");
        settle().await;
        assert_eq!(selected.borrow()[3], None);
        assert_eq!(selected.borrow().len(), 4);
    })
    .await;
}

#[wasm_bindgen_test]
async fn an_entry_of_the_legend_leaves_its_severity_out_and_stays() {
    on_stage(async |stage| {
        let (page, _, pressed, _shown) = show(stage);
        page.chart.set(week());
        settle().await;
        let entry = stage.button("Warnings 8");
        assert_eq!(entry.get_attribute("aria-pressed").as_deref(), Some("true"));
        entry.click();
        assert_eq!(*pressed.borrow(), [Severity::Warning]);
        page.left_out.set(vec![Severity::Warning, Severity::Change]);
        settle().await;
        let entry = stage.button("Changes 0");
        assert_eq!(
            entry.get_attribute("aria-pressed").as_deref(),
            Some("false")
        );
    })
    .await;
}
