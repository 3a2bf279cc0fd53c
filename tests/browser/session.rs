//! What is kept where, for how long, and what other tabs do to it.

use eventide::browser::signals::prelude::*;
use eventide::{
    api::ApiBase,
    browser::{
        session::SessionHandle,
        storage::{self, Place},
    },
    session::{Grant, KeepMode, Session, Token},
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{StorageEvent, StorageEventInit};

use crate::support::{SERVER, Stage, TOKEN, kept, on_stage};

fn sign_in(session: SessionHandle, mode: KeepMode) {
    assert!(session.sign_in(
        Token::parse(TOKEN).unwrap(),
        ApiBase::parse(SERVER).unwrap(),
        mode
    ));
}

fn signed_in(stage: &Stage) -> bool {
    matches!(
        stage.handles().session.get_untracked(),
        Session::SignedIn(_)
    )
}

fn key() -> String {
    ApiBase::parse(SERVER).unwrap().session_key()
}

#[wasm_bindgen_test]
async fn each_mode_keeps_the_token_where_it_says_and_signing_out_removes_it() {
    on_stage(async |stage| {
        for (mode, tab, device) in [
            (KeepMode::Tab, vec![key()], vec![]),
            (KeepMode::Device, vec![], vec![key()]),
            (KeepMode::Memory, vec![], vec![]),
        ] {
            sign_in(stage.handles().session, mode);
            assert_eq!(
                (kept(Place::Tab), kept(Place::Device)),
                (tab, device),
                "{mode:?}"
            );
            stage.reload();
            assert_eq!(
                signed_in(stage),
                mode != KeepMode::Memory,
                "after a reload: {mode:?}"
            );
            sign_in(stage.handles().session, mode);
            stage.handles().session.sign_out();
            assert_eq!(
                (kept(Place::Tab), kept(Place::Device)),
                (vec![], vec![]),
                "{mode:?}"
            );
            stage.reload();
            assert!(!signed_in(stage), "{mode:?}");
        }
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_is_kept_but_not_valid_is_removed_unread() {
    on_stage(async |stage| {
        let base = ApiBase::parse(SERVER).unwrap();
        let now = stage.handles().clock.now();
        let grant = |mode: KeepMode| {
            Grant::new(Token::parse(TOKEN).unwrap(), base.clone(), mode, now).encode()
        };
        let good = grant(KeepMode::Tab);
        for (place, key, text) in [
            (Place::Tab, key(), "nonsense".to_owned()),
            (Place::Tab, key(), String::new()),
            (Place::Tab, key(), "x".repeat(1_000_000)),
            (Place::Tab, key(), good.replace("\"v\":1", "\"v\":2")),
            (Place::Tab, key(), grant(KeepMode::Device)),
            (Place::Device, key(), good.clone()),
            (
                Place::Tab,
                "eventide.0000000000000000.session".to_owned(),
                good.clone(),
            ),
            (
                Place::Tab,
                key(),
                good.replace("id.harbor.example", "evil.example"),
            ),
        ] {
            storage::keep(place, &key, &text).unwrap();
            stage.reload();
            assert!(!signed_in(stage), "{text:.60}");
            assert_eq!(
                (kept(Place::Tab), kept(Place::Device)),
                (vec![], vec![]),
                "{text:.60}"
            );
        }
        storage::keep(Place::Tab, &key(), &good).unwrap();
        storage::keep(Place::Tab, "eventide.theme", "dark").unwrap();
        storage::keep(Place::Tab, "another-app.session", "not ours").unwrap();
        stage.reload();
        assert!(signed_in(stage));
        stage.handles().session.sign_out();
        assert_eq!(kept(Place::Tab), ["eventide.theme"]);
        assert_eq!(
            storage::read(Place::Tab, "another-app.session").as_deref(),
            Some("not ours")
        );
        storage::forget(Place::Tab, "another-app.session");
    })
    .await;
}

fn hear_of_other_tab() {
    let init = StorageEventInit::new();
    init.set_key(Some(&key()));
    window()
        .dispatch_event(&StorageEvent::new_with_event_init_dict("storage", &init).unwrap())
        .unwrap();
}

#[wasm_bindgen_test]
async fn signing_out_in_one_tab_signs_out_all_that_share_the_device() {
    on_stage(async |stage| {
        let session = stage.handles().session;
        sign_in(session, KeepMode::Device);
        hear_of_other_tab();
        assert!(signed_in(stage));
        storage::forget(Place::Device, &key());
        hear_of_other_tab();
        assert_eq!(session.get_untracked(), Session::SignedOut);

        // And in again.
        let grant = Grant::new(
            Token::parse(TOKEN).unwrap(),
            ApiBase::parse(SERVER).unwrap(),
            KeepMode::Device,
            stage.handles().clock.now(),
        );
        storage::keep(Place::Device, &key(), &grant.encode()).unwrap();
        hear_of_other_tab();
        assert!(signed_in(stage));
        session.sign_out();

        // A tab that keeps its own token stays.
        sign_in(session, KeepMode::Tab);
        hear_of_other_tab();
        assert!(signed_in(stage));
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_refused_token_is_forgotten_and_the_server_is_not() {
    on_stage(async |stage| {
        let session = stage.handles().session;
        sign_in(session, KeepMode::Tab);
        let generation = session.generation();
        session.expire();
        assert!(matches!(session.get_untracked(), Session::Expired { base, .. } if base.as_str() == SERVER));
        assert_eq!(kept(Place::Tab), Vec::<String>::new());
        assert!(session.generation() > generation);
        stage.reload();
        assert_eq!(stage.handles().session.get_untracked(), Session::SignedOut);
    })
    .await;
}
