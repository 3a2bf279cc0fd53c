//! What is kept where, for how long, and what other tabs do to it.

use eventide::browser::signals::prelude::*;
use eventide::{
    api::ApiBase,
    browser::{
        session::SessionHandle,
        storage::{self, Place},
    },
    moment::Moment,
    presence::Heartbeat,
    session::{Grant, KeepMode, Limits, Session, Token},
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

/// What all tabs with a session share.
fn presence() -> String {
    ApiBase::parse(SERVER).unwrap().presence_key()
}

#[wasm_bindgen_test]
async fn each_mode_keeps_the_token_where_it_says_and_signing_out_removes_it() {
    on_stage(async |stage| {
        for (mode, tab, device) in [
            (KeepMode::Tab, vec![key()], vec![presence()]),
            (KeepMode::Device, vec![], vec![presence(), key()]),
            (KeepMode::Memory, vec![], vec![presence()]),
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
            let token = Token::parse(TOKEN).unwrap();
            Grant::new(token, base.clone(), mode, Limits::default(), now).encode()
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
                (vec![], vec![presence()]),
                "{text:.60}"
            );
        }
        // A good record counts only for as long as somebody is signed in, and was there lately.
        let beat = storage::read(Place::Device, &presence()).unwrap();
        let before = Heartbeat {
            since: now,
            at: Moment::from_ms(now.ms() - 30 * 60_000),
        };
        let newer = Heartbeat {
            since: Moment::from_ms(now.ms() + 1),
            at: now,
        };
        for text in ["", "nonsense", &before.encode(), &newer.encode()] {
            storage::keep(Place::Tab, &key(), &good).unwrap();
            storage::keep(Place::Device, &presence(), text).unwrap();
            stage.reload();
            assert!(!signed_in(stage), "{text}");
            assert_eq!(kept(Place::Tab), Vec::<String>::new(), "{text}");
        }
        storage::keep(Place::Device, &presence(), &beat).unwrap();
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
    hear_of(&key());
}

fn hear_of(key: &str) {
    let init = StorageEventInit::new();
    init.set_key(Some(key));
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
        let session_of_other = session.get_untracked();
        assert!(
            matches!(&session_of_other, Session::Expired { .. }),
            "refused there is refused here: {session_of_other:?}"
        );
        storage::forget(Place::Device, &presence());
        hear_of(&presence());
        assert_eq!(session.get_untracked(), Session::SignedOut);

        // And in again.
        let now = stage.handles().clock.now();
        let grant = Grant::new(
            Token::parse(TOKEN).unwrap(),
            ApiBase::parse(SERVER).unwrap(),
            KeepMode::Device,
            Limits::default(),
            now,
        );
        let beat = Heartbeat {
            since: now,
            at: now,
        };
        storage::keep(Place::Device, &presence(), &beat.encode()).unwrap();
        storage::keep(Place::Device, &key(), &grant.encode()).unwrap();
        hear_of_other_tab();
        assert!(signed_in(stage));
        session.sign_out();

        // A tab that keeps its own token stays while others come and go, and leaves with them all.
        for mode in [KeepMode::Tab, KeepMode::Memory] {
            sign_in(session, mode);
            hear_of_other_tab();
            assert!(signed_in(stage), "{mode:?}");
            storage::forget(Place::Device, &presence());
            hear_of(&presence());
            assert_eq!(session.get_untracked(), Session::SignedOut, "{mode:?}");
            assert_eq!(kept(Place::Tab), Vec::<String>::new(), "{mode:?}");
        }
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
        assert_eq!(kept(Place::Device), [presence()]);
        assert!(session.generation() > generation);
        stage.reload();
        assert!(!signed_in(stage));
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_session_that_another_tab_locked_is_locked_here_at_once() {
    on_stage(async |stage| {
        let session = stage.handles().session;
        let now = stage.handles().clock.now();
        for mode in KeepMode::ALL {
            sign_in(session, mode);
            let stopped = Heartbeat {
                since: now,
                at: now,
            }
            .stopped(now, Limits::default().idle_minutes);
            storage::keep(Place::Device, &presence(), &stopped.encode()).unwrap();
            hear_of(&presence());
            let locked = session.get_untracked();
            assert!(
                matches!(&locked, Session::Locked { base, mode: kept } if base.as_str() == SERVER && *kept == mode),
                "{locked:?}"
            );
            assert_eq!(kept(Place::Tab), Vec::<String>::new());
            assert_eq!(kept(Place::Device), [presence()]);
        }
    })
    .await;
}
