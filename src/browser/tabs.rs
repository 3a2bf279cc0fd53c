//! The only code that speaks to other tabs, on a channel of this app at this path.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::{browser::signals::prelude::*, tabs::Message};

/// The channel, open until it is dropped.
#[derive(Debug)]
pub struct Channel {
    channel: BroadcastChannel,
    build: String,
    _hear: Closure<dyn Fn(MessageEvent)>,
}

impl Channel {
    /// Opens it; `None` in browsers that have none. `hear` is told what tabs of the same build say.
    pub fn open(hear: impl Fn(Message) + 'static) -> Option<Self> {
        let base = document()
            .document_element()
            .and_then(|root| root.get_attribute("data-base"));
        let channel = BroadcastChannel::new(&format!("eventide:{}", base.unwrap_or_default()));
        let channel = channel.ok()?;
        let build = build();
        let own = build.clone();
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string();
            if let Some(message) = text.and_then(|text| Message::decode(&text, &own)) {
                hear(message);
            }
        });
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            build,
            _hear: hear,
        })
    }

    /// Tells all other tabs.
    pub fn say(&self, message: &Message) {
        let text = JsValue::from_str(&message.encode(&self.build));
        // A text can always be sent.
        let _ = self.channel.post_message(&text);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

/// The name of the build, which the page around the app knows.
fn build() -> String {
    let page = document()
        .query_selector("meta[name=eventide-app]")
        .ok()
        .flatten();
    page.and_then(|page| page.get_attribute("data-build"))
        .unwrap_or_default()
}
