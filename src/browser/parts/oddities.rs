//! What in an event is not as the API promises.

use crate::browser::markup::Markup;

use super::{icon::icon, sentence::sentence};
use crate::event::Oddity;

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
