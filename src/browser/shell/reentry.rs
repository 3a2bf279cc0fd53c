//! A token that is of no more use in the middle of the work: a new one is asked for over the page,
//! which stays as it is.

use crate::browser::signals::prelude::*;
use leptos::task::spawn_local;

use crate::browser::markup::Markup;

use crate::{
    api::{self, ApiBase, ApiError, Situation, Task},
    browser::{
        Client, SessionHandle,
        account::{Account, Told},
        client::Abort,
        parts::{
            dialog::opened,
            token_field::{TokenEntry, token_field},
        },
    },
    configuration::Configuration,
    count::counted,
    session::{Expiry, KeepMode, Session, Token},
};

/// The dialog, while there is reason for it.
pub fn reentry() -> Markup {
    let session = expect_context::<SessionHandle>();
    let expired = Memo::new(move |_| match session.get() {
        Session::Expired { base, mode, why } => Some((base, mode, why)),
        Session::SignedOut | Session::Asking | Session::SignedIn(_) | Session::Locked { .. } => {
            None
        }
    });
    Markup::follows(move || {
        let expired = expired.get();
        expired.map(|(base, mode, why)| dialog(base, mode, why))
    })
}

fn dialog(base: ApiBase, mode: KeepMode, why: Expiry) -> Markup {
    let session = expect_context::<SessionHandle>();
    let entry = TokenEntry::new();
    let busy = RwSignal::new(false);
    let host = base.host().to_owned();
    let node = opened();
    // An effect because focus is outside; the dialog is open by then.
    Effect::new(move || {
        if node.get().is_some() {
            entry.focus();
        }
    });
    let hours = expect_context::<&'static Configuration>()
        .limits
        .hours(mode);
    let (title, reason) = match why {
        Expiry::Refused => (
            "Your token is no longer accepted",
            " refused it: it has expired or was deleted.".to_owned(),
        ),
        Expiry::Over => (
            "This session has reached its end",
            format!(
                ": this browser keeps a token for {} at most.",
                counted(u64::from(hours), "hour", "hours")
            ),
        ),
    };
    let attempt = Attempt {
        client: expect_context::<Client>(),
        session,
        account: expect_context::<Account>(),
        base,
        mode,
        entry,
        busy,
    };
    ui! {
        <dialog class="dialog" node_ref=node aria-labelledby="reentry"
            on:cancel=move |event: web_sys::Event| event.prevent_default()>
            <div class="dialog__head"><h2 id="reentry">{title}</h2></div>
            <form class="dialog__body" id="reentry-form" novalidate on:submit=move |event| {
                event.prevent_default();
                attempt.clone().start();
            }>
                <p>
                    <code>{host}</code>
                    {reason}" The page stays as it is. Enter a token to go on."
                </p>
                {token_field(entry)}
            </form>
            <div class="dialog__foot">
                <button class="btn btn--ghost" type="button" on:click=move |_| session.sign_out()>"Sign out"</button>
                <button class="btn btn--primary" type="submit" form="reentry-form"
                    aria-busy=move || busy.get().then_some("true")>
                    {move || busy.get().then(|| ui! { <span class="spin"></span> })}
                    {move || if busy.get() { "Checking…" } else { "Go on" }}
                </button>
            </div>
        </dialog>
    }
}

#[derive(Debug, Clone)]
struct Attempt {
    client: Client,
    session: SessionHandle,
    account: Account,
    base: ApiBase,
    mode: KeepMode,
    entry: TokenEntry,
    busy: RwSignal<bool>,
}

impl Attempt {
    fn start(self) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(token) = self.entry.read() else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let found = self.check(token.clone()).await;
            // The dialog may be gone: signed out here or in another tab.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match found {
                Ok(told) => {
                    self.account.tell(told);
                    self.session.sign_in(token, self.base, self.mode);
                }
                Err(words) => self.entry.refuse(words),
            }
        });
    }

    async fn check(&self, token: Token) -> Result<Told, String> {
        let client = self.client.candidate(self.base.clone(), Some(token));
        match client.send(api::users::me(), &Abort::new()).await {
            Ok(me) => Ok(Told {
                me: Some(me),
                ..Told::default()
            }),
            Err(failure) if failure.error == ApiError::TokenRefused => Err(format!(
                "{} does not accept this token either.",
                self.base.host()
            )),
            Err(failure) => {
                let notice = failure.notice(Situation {
                    task: Task::CheckToken,
                    server: self.base.host(),
                    username: None,
                    shown_since: None,
                });
                Err(format!("{} {}", notice.title, notice.text))
            }
        }
    }
}
