//! A mail: its text first, and as it was sent only on request.
//!
//! The HTML is never markup of this page. It becomes a document of its own behind an address that
//! only this page can make, in a frame that may run nothing, open nothing and send nothing. A
//! document behind such an address keeps the policy of the page that made it, so that no picture,
//! style or font of somebody else is loaded, and no link of it is followed: the policy allows
//! frames with such addresses and no others. `srcdoc` would do the same and is refused here,
//! because it is one of the ways in which text becomes markup.

use crate::browser::signals::prelude::*;

use crate::browser::{
    download::{forget_address, html_address},
    markup::Markup,
};

use super::icon::icon;
use crate::{
    count::counted,
    event::mail::{Mail, MailLink},
    text::Untrusted,
};

/// The section.
pub fn mail(mail: &Mail) -> Markup {
    let shown = RwSignal::new(false);
    let html = mail.html.clone();
    let button = html.is_some().then(|| {
        ui! {
            <button class="btn btn--sm" type="button" on:click=move |_| shown.update(|shown| *shown = !*shown)
                aria-pressed=move || shown.get().to_string()>"Show as HTML"</button>
        }
    });
    let text = mail.text.visible_lines();
    let links: Vec<Markup> = mail.links.iter().map(link).collect();
    let more = (mail.more_links > 0).then(|| {
        let count = u64::try_from(mail.more_links).unwrap_or(u64::MAX);
        let words = counted(count, "link more", "links more");
        ui! { <li class="faint">{words}" in the context below"</li> }
    });
    let links = (!links.is_empty()).then(|| {
        ui! { <h3>"Links in it"</h3><ul class="mail__links">{links}{more}</ul> }
    });
    ui! {
        <section data-body>
            <header><h2>"Text of the email"</h2>{button}</header>
            <p class="note note--warn">
                {icon("warn")}
                <span>"It may hold links that still work, such as one that sets a new password. Whoever has such a link can use it."</span>
            </p>
            {move || match html.as_ref().filter(|_| shown.get()) {
                Some(html) => frame(html),
                None => ui! { <div class="code code--wrap mail__text"><pre tabindex="0">{text.clone()}</pre></div> },
            }}
            <div class="mail__below">{links}</div>
        </section>
    }
}

/// A link by its words, its host and its whole address, and never to be pressed.
fn link(link: &MailLink) -> Markup {
    let words = match link.words.is_empty() {
        true => "without words".to_owned(),
        false => link.words.clipped(120),
    };
    let host = match &link.host {
        Some(host) => host.clipped(120),
        None => "not a plain web address".to_owned(),
    };
    ui! {
        <li>
            <b>{words}</b>" leads to "<b>{host}</b>
            <code>{link.address.clipped(2_000)}</code>
        </li>
    }
}

fn frame(html: &Untrusted) -> Markup {
    let Some(address) = html_address(html) else {
        return ui! { <p class="note">{icon("info")}<span>"This browser did not show it."</span></p> };
    };
    let gone = address.clone();
    on_cleanup(move || forget_address(&gone));
    ui! {
        <p class="faint">"As it was sent, without its pictures and styles. Nothing in it can be pressed."</p>
        <iframe class="mail__html" title="The email as HTML" sandbox="" referrerpolicy="no-referrer" src=address></iframe>
    }
}
