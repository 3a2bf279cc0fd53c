//! Links out of the data: to be opened on purpose, knowing where they lead.

use crate::browser::{markup::Markup, signals::prelude::*};

use super::icon::small_icon;
use crate::{safe_url::SafeUrl, text::Untrusted};

/// How much of an address is written.
const LONGEST: usize = 400;

/// A button with the address that says where it leads and only then offers the link itself.
pub fn outside(text: &Untrusted, url: &SafeUrl) -> Markup {
    let asked = RwSignal::new(false);
    let (href, host) = (url.href().to_owned(), url.host().to_owned());
    let shown = host.clone();
    ui! {
        <button class="link" type="button" aria-expanded=move || asked.get().to_string()
            on:click=move |_| asked.update(|asked| *asked = !*asked)>{text.clipped(LONGEST)}</button>
        <small>{shown}</small>
        {move || asked.get().then(|| {
            let (href, host) = (href.clone(), host.clone());
            ui! {
                <span class="outside" role="group" aria-label="Leave Eventide">
                    <span>"The event names this address; nobody has checked it."</span>
                    <a class="btn btn--sm" href=href target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer">
                        {small_icon("external")}"Open "{host}
                    </a>
                    <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| asked.set(false)>"Cancel"</button>
                </span>
            }
        })}
    }
}
