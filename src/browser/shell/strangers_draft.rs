//! A draft that somebody else left in this tab: it is offered before any page shows it.

use crate::browser::signals::prelude::*;

use crate::{
    browser::{
        SessionHandle,
        account::Account,
        markup::Markup,
        storage::{self, Place},
    },
    session::Session,
};

/// Whether the draft in this tab is somebody else's; in the context of the shell.
#[derive(Debug, Clone, Copy)]
pub struct StrangersDraft(RwSignal<bool>);

impl StrangersDraft {
    /// Follows who is signed in. The tab remembers only the number of the account.
    pub fn watch(session: SessionHandle, account: Account) -> Self {
        let is_there = RwSignal::new(false);
        // An effect because what the tab keeps is outside.
        Effect::new(move || {
            let (Session::SignedIn(grant), Some(me)) = (session.get(), account.me()) else {
                return;
            };
            let key = grant.base.user_key();
            let user = me.pk.to_string();
            let others = storage::read(Place::Tab, &key).is_some_and(|before| before != user)
                && storage::read(Place::Tab, &grant.base.draft_key()).is_some();
            if !others {
                let _ = storage::keep(Place::Tab, &key, &user);
            }
            is_there.set(others);
        });
        Self(is_there)
    }

    /// Whether it has to be decided what becomes of it.
    pub fn is_there(self) -> bool {
        self.0.get()
    }

    /// Goes on, without the draft or with it.
    fn decide(self, session: SessionHandle, account: Account, keep: bool) {
        let (Session::SignedIn(grant), Some(me)) =
            (session.get_untracked(), untrack(|| account.me()))
        else {
            return;
        };
        if !keep {
            storage::forget(Place::Tab, &grant.base.draft_key());
        }
        let _ = storage::keep(Place::Tab, &grant.base.user_key(), &me.pk.to_string());
        self.0.set(false);
    }
}

/// The page in the place of all others, until it is decided.
pub fn strangers_draft(draft: StrangersDraft) -> Markup {
    let session = expect_context::<SessionHandle>();
    let account = expect_context::<Account>();
    ui! {
        <div class="sign">
            <header></header>
            <main id="main">
                <div class="sign__card">
                    <div>
                        <h1>"Somebody else’s draft"</h1>
                        <p>
                            "Another account was signed in in this tab and left a draft of a new event. It is not shown until you decide; it may hold what is not meant for you."
                        </p>
                    </div>
                    <button class="btn btn--primary" type="button" on:click=move |_| draft.decide(session, account, false)>
                        "Discard the draft"
                    </button>
                    <button class="btn" type="button" on:click=move |_| draft.decide(session, account, true)>
                        "Take it over"
                    </button>
                </div>
            </main>
        </div>
    }
}
