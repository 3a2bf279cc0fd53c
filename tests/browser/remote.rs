//! Only the answer to the last question is ever shown.

use std::{cell::Cell, rc::Rc};

use eventide::browser::signals::prelude::*;
use eventide::{
    api::{ApiBase, ApiError, Failure, Method, NoAnswer, users},
    browser::remote::{Loader, Remote, use_remote},
    session::{KeepMode, Token},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    client::ME,
    support::{Held, Reply, SERVER, Stage, TOKEN, json, on_stage, settle, until},
};

type Place<T> = Rc<Cell<Option<Loader<T>>>>;

/// A view that asks, and the loader it has.
fn view<T: 'static>(
    stage: &Stage,
    build: impl FnOnce() -> Loader<T> + 'static,
) -> (Loader<T>, Box<dyn FnOnce()>) {
    let place = Place::default();
    let inner = place.clone();
    let close = stage.show(move || inner.set(Some(build())));
    (place.get().unwrap(), close)
}

fn state<T: Clone>(loader: Loader<T>) -> Remote<T> {
    loader.state.get_untracked()
}

#[wasm_bindgen_test]
async fn answers_that_come_in_any_order_leave_the_last_question_standing() {
    on_stage(async |stage| {
        // The same twenty orders in every run.
        let mut seed = 7_usize;
        for round in 0..20 {
            let question = RwSignal::new(0);
            let held: Vec<Held> = (0..5).map(|_| Held::default()).collect();
            let replies = held.iter().cloned().map(Reply::Held);
            stage.server.on(Method::Get, "core/users/me/", replies);
            let client = stage.handles().client;
            let (loader, close) = view(stage, move || {
                use_remote(
                    move || Some(question.get()),
                    move |_, abort| async move { client.send(users::me(), &abort).await },
                )
            });
            settle().await;
            for number in 1..5 {
                question.set(number);
                settle().await;
            }
            let mut order: Vec<usize> = (0..5).collect();
            for at in (1..5).rev() {
                seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345) % 2_147_483_648;
                order.swap(at, seed % (at + 1));
            }
            for number in &order {
                held[*number].release(json(200, &ME.replace("akadmin", &format!("user{number}"))));
                settle().await;
                if let Remote::Ready(me) = state(loader) {
                    assert_eq!(
                        me.username.original(),
                        "user4",
                        "round {round}, order {order:?}"
                    );
                }
            }
            assert!(matches!(state(loader), Remote::Ready(_)), "round {round}");
            close();
        }
        assert_eq!(stage.server.requests().len(), 100);
        assert_eq!(
            stage.server.given_up(),
            80,
            "questions that changed were stopped"
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn leaving_the_page_stops_what_it_asked_for() {
    on_stage(async |stage| {
        stage.server.on(
            Method::Get,
            "core/users/me/",
            [Reply::Held(Held::default())],
        );
        let client = stage.handles().client;
        for number in 0..50 {
            let (_, close) = view(stage, move || {
                use_remote(
                    move || Some(number),
                    move |_, abort| async move { client.send(users::me(), &abort).await },
                )
            });
            settle().await;
            close();
        }
        until("all are stopped", || stage.server.given_up() == 50).await;
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_failure_keeps_what_was_shown_and_retry_asks_again() {
    on_stage(async |stage| {
        let replies = [
            Reply::json(200, ME),
            Reply::json(418, "{}"),
            Reply::json(200, &ME.replace("akadmin", "mia")),
        ];
        stage.server.on(Method::Get, "core/users/me/", replies);
        let client = stage.handles().client;
        let (loader, _close) = view(stage, move || {
            use_remote(
                || Some(()),
                move |(), abort| async move { client.send(users::me(), &abort).await },
            )
        });
        assert_eq!(state(loader), Remote::Loading(None));
        settle().await;
        let Remote::Ready(first) = state(loader) else {
            panic!()
        };

        loader.retry();
        settle().await;
        let Remote::Failed { failure, stale } = state(loader) else {
            panic!("{:?}", state(loader))
        };
        assert_eq!((failure.error, stale), (ApiError::Server, Some(first)));

        loader.retry();
        settle().await;
        assert_eq!(state(loader).value().unwrap().username.original(), "mia");
        assert_eq!(stage.server.requests().len(), 3);
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_person_can_stop_waiting() {
    on_stage(async |stage| {
        let (loader, _close) = view(stage, move || {
            use_remote(
                || Some(()),
                |(), _| std::future::pending::<Result<u32, Failure>>(),
            )
        });
        settle().await;
        loader.cancel();
        settle().await;
        let cancelled = Failure::cancelled();
        assert_eq!(cancelled.error, ApiError::NoAnswer(NoAnswer::Cancelled));
        assert_eq!(
            state(loader),
            Remote::Failed {
                failure: cancelled,
                stale: None
            }
        );
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_new_token_continues_where_the_old_one_ended() {
    on_stage(async |stage| {
        stage.server.on(
            Method::Get,
            "core/users/me/",
            [Reply::json(403, "{}"), Reply::json(200, ME)],
        );
        let handles = stage.handles();
        let (loader, _close) = view(stage, move || {
            use_remote(
                || Some(()),
                move |(), abort| async move { handles.client.send(users::me(), &abort).await },
            )
        });
        settle().await;
        assert!(matches!(
            state(loader),
            Remote::Failed {
                failure: Failure {
                    error: ApiError::TokenRefused,
                    ..
                },
                ..
            }
        ));
        handles.session.sign_in(
            Token::parse(TOKEN).unwrap(),
            ApiBase::parse(SERVER).unwrap(),
            KeepMode::Memory,
        );
        settle().await;
        assert!(
            matches!(state(loader), Remote::Ready(_)),
            "{:?}",
            state(loader)
        );
    })
    .await;
}
