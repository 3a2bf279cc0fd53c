//! A token that is no longer accepted in the middle of the work: a new one is asked for over the
//! page, which stays as it is.

use crate::browser::signals::prelude::*;
use leptos::{html, task::spawn_local};

use crate::browser::markup::Markup;

use crate::{
    api::{self, ApiBase, ApiError, Situation, Task},
    browser::{
        Client, SessionHandle,
        account::{Account, Told},
        client::Abort,
        parts::token_field::{TokenEntry, token_field},
    },
    session::{KeepMode, Session, Token},
};

/// The dialog, while there is reason for it.
pub fn reentry() -> Markup {
    let session = expect_context::<SessionHandle>();
    let expired = Memo::new(move |_| match session.get() {
        Session::Expired { base, mode } => Some((base, mode)),
        Session::SignedOut | Session::SignedIn(_) => None,
    });
    Markup::follows(move || expired.get().map(|(base, mode)| dialog(base, mode)))
}

fn dialog(base: ApiBase, mode: KeepMode) -> Markup {
    let session = expect_context::<SessionHandle>();
    let entry = TokenEntry::new();
    let busy = RwSignal::new(false);
    let host = base.host().to_owned();
    let node = NodeRef::<html::Dialog>::new();
    // An effect because only a script can open a dialog so that the page behind it rests.
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
            entry.focus();
        }
    });
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
            <div class="dialog__head"><h2 id="reentry">"Your token is no longer accepted"</h2></div>
            <form class="dialog__body" id="reentry-form" novalidate on:submit=move |event| {
                event.prevent_default();
                attempt.clone().start();
            }>
                <p>
                    <code>{host}</code>
                    " refused it: it has expired or was deleted. The page stays as it is. Enter another token to go on."
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
