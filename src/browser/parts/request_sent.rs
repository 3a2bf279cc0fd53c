//! The requests behind what is shown, to be looked at and copied.

use super::{
    copy::{Look, copy_button_as},
    icon::icon,
    menu::Menu,
};
use crate::{
    browser::{markup::Markup, signals::prelude::*},
    text::Untrusted,
};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRequest {
    /// What for, as in "Rows".
    pub name: &'static str,
    /// Path on the server.
    pub path: String,
    /// Parameters in the order in which they are sent.
    pub parameters: Vec<(&'static str, String)>,
}

impl SentRequest {
    /// Path and query as they are sent.
    fn address(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.parameters)
            .finish();
        format!("{}?{query}", self.path)
    }
}

/// The button, and below it the requests, while `panel` is open. They hold no token.
pub fn request_sent(panel: Menu, requests: Memo<Vec<SentRequest>>) -> Markup {
    let button = ui! {
        <button class="btn btn--icon btn--ghost only-lg" type="button" aria-haspopup="dialog" aria-label="Request"
            title="What is asked of the server" aria-expanded=move || panel.is_open().to_string()
            on:click=move |_| panel.toggle()>{icon("terminal")}</button>
    };
    let content = move || {
        let drawn = requests.with(|requests| requests.iter().map(one).collect::<Vec<Markup>>());
        ui! { <div class="sent">{drawn}</div> }
    };
    panel.draw_panel("Request", button, content)
}

fn one(request: &SentRequest) -> Markup {
    let address = request.address();
    // A parameter that is repeated takes one line.
    let mut values: Vec<(&'static str, String)> = Vec::new();
    for (name, value) in &request.parameters {
        let value = Untrusted::new(value.as_str()).visible();
        match values.last_mut() {
            Some((last, values)) if last == name => *values = format!("{values}, {value}"),
            _ => values.push((name, value)),
        }
    }
    let row = |(name, value)| ui! { <dt>{name}</dt><dd><code>{value}</code></dd> };
    let rows: Vec<Markup> = values.into_iter().map(row).collect();
    ui! {
        <section class="code">
            <header>
                <span class="badge badge--accent">"GET"</span>
                <b>{request.name}</b>
                <code class="clip">{request.path.clone()}</code>
                {copy_button_as(Look::SmallWords("copy", "Copy"), "Copy", move || Untrusted::new(address.as_str()))}
            </header>
            <dl class="dl">{rows}</dl>
        </section>
    }
}
