//! The question whether anybody is there, a minute before the session is locked.

use crate::browser::signals::prelude::*;

use crate::{
    browser::{SessionHandle, markup::Markup, parts::dialog::opened},
    configuration::Configuration,
    presence::Attendance,
};

/// The dialog, while it has to be asked.
pub fn idle_warning() -> Markup {
    let session = expect_context::<SessionHandle>();
    let asks = Memo::new(move |_| session.attendance() != Attendance::There);
    Markup::follows(move || asks.get().then(|| dialog(session)))
}

fn dialog(session: SessionHandle) -> Markup {
    let node = opened();
    let minutes = expect_context::<&'static Configuration>()
        .limits
        .idle_minutes
        .saturating_sub(1);
    let seconds = move || match session.attendance() {
        Attendance::Leaving(seconds) => seconds,
        Attendance::There | Attendance::Gone => 0,
    };
    ui! {
        <dialog class="dialog" role="alertdialog" node_ref=node aria-labelledby="idle" aria-describedby="idle-why"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                session.stay();
            }>
            <div class="dialog__head"><h2 id="idle">"Are you still there?"</h2></div>
            <div class="dialog__body">
                <p id="idle-why">
                    {format!("Nobody was here for {minutes} minutes. ")}
                    "In a minute the session is locked in all tabs: the token is removed and events are hidden. What you are writing is kept."
                </p>
                <p role="timer" aria-live="off">"Locked in "<span class="num">{seconds}</span>" s."</p>
            </div>
            <div class="dialog__foot">
                <button class="btn btn--ghost" type="button" on:click=move |_| session.lock()>"Lock now"</button>
                <button class="btn btn--primary" type="button" autofocus="" on:click=move |_| session.stay()>
                    "Stay signed in"
                </button>
            </div>
        </dialog>
    }
}
