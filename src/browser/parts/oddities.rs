//! What in an event is not as the API promises, and names that are not what they seem.

use crate::browser::markup::Markup;

use super::{icon::icon, sentence::sentence};
use crate::{event::Oddity, text::Sentence};

/// The section; nothing for an event that is as promised.
pub fn oddities(oddities: &[Oddity]) -> Option<Markup> {
    let rows: Vec<Markup> = oddities
        .iter()
        .map(|oddity| ui! { <li>{sentence(&oddity.sentence())}</li> })
        .collect();
    (!rows.is_empty()).then(|| {
        ui! {
            <section>
                <header><h2>"Unexpected values " <span class="num">{rows.len()}</span></h2></header>
                <div class="note">
                    {icon("warn")}
                    <div>
                        <p>"authentik’s API does not promise these. They are shown as they came; the raw event has all of them."</p>
                        <ul class="odd">{rows}</ul>
                    </div>
                </div>
            </section>
        }
    })
}

/// A remark for each sentence about a name that should be looked at twice.
pub fn doubtful(sentences: &[Sentence]) -> Option<Markup> {
    let notes: Vec<Markup> = sentences
        .iter()
        .map(|said| ui! { <p class="note note--warn">{icon("warn")}<span>{sentence(said)}</span></p> })
        .collect();
    (!notes.is_empty()).then(|| ui! { <section>{notes}</section> })
}
