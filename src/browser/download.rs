//! The one place that writes files.
//!
//! Where the browser lets a page write to a file that the reader has chosen, text goes there as it
//! comes. Elsewhere it is collected as blobs, which the browser keeps outside this program's memory,
//! and saved as a download at the end. Which browser is which, only looking at it tells: the bindings
//! know no such function.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::{prelude::document, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::clock;
use crate::text::Untrusted;

/// A file that is being written.
#[derive(Debug, Clone)]
pub struct File {
    name: String,
    media_type: &'static str,
    target: Target,
}

#[derive(Debug, Clone)]
enum Target {
    /// A `FileSystemWritableFileStream`: nothing is in the file before it is closed.
    Stream(JsValue),
    /// Blobs, in order.
    Parts(Array),
}

/// What became of asking for a file.
#[derive(Debug)]
pub enum Opening {
    /// It can be written.
    Opened(File),
    /// The reader closed the browser's dialog.
    Dismissed,
}

/// A download has surely begun after so long.
const KEPT_MS: u32 = 60_000;

impl File {
    /// Asks where to write a file, where the browser has a dialog for that. Must be called in answer
    /// to a press: browsers show the dialog to nobody else.
    pub async fn open(name: &str, media_type: &'static str, ending: &str) -> Opening {
        let target = match picked(name, media_type, ending).await {
            Picked::Stream(stream) => Target::Stream(stream),
            Picked::Dismissed => return Opening::Dismissed,
            Picked::NotHere => Target::Parts(Array::new()),
        };
        Opening::Opened(Self {
            name: name.to_owned(),
            media_type,
            target,
        })
    }

    /// Adds a text.
    ///
    /// # Errors
    /// The browser's words, as when the disk is full.
    pub async fn write(&self, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        let text = JsValue::from_str(text);
        match &self.target {
            Target::Stream(stream) => call(stream, "write", &text).await.map(|_| ()),
            Target::Parts(parts) => {
                let blob = Blob::new_with_str_sequence(&Array::of1(&text));
                let blob = blob.map_err(|error| words(&error))?;
                parts.push(blob.as_ref());
                Ok(())
            }
        }
    }

    /// Ends the file; it is there from now on.
    ///
    /// # Errors
    /// The browser's words.
    pub async fn finish(self) -> Result<(), String> {
        match &self.target {
            Target::Stream(stream) => call(stream, "close", &JsValue::UNDEFINED).await.map(|_| ()),
            Target::Parts(parts) => download(parts, &self.name, self.media_type),
        }
    }

    /// Forgets what was written.
    pub async fn discard(self) {
        if let Target::Stream(stream) = &self.target {
            let _ = call(stream, "abort", &JsValue::UNDEFINED).await;
        }
    }
}

/// Saves a small text as a download.
pub fn save(name: &str, media_type: &'static str, text: &str) {
    let _ = download(&Array::of1(&JsValue::from_str(text)), name, media_type);
}

/// An address behind which an HTML text lies, for a frame; it holds until it is forgotten. `None`
/// when the browser has no room for it.
pub fn html_address(html: &Untrusted) -> Option<String> {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/html;charset=utf-8");
    let parts = Array::of1(&JsValue::from_str(html.original()));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Forgets an address of [`html_address`] and what lies behind it.
pub fn forget_address(address: &str) {
    let _ = Url::revoke_object_url(address);
}

enum Picked {
    Stream(JsValue),
    Dismissed,
    /// This browser has no such dialog, or not on this page.
    NotHere,
}

async fn picked(name: &str, media_type: &str, ending: &str) -> Picked {
    let Some(window) = web_sys::window() else {
        return Picked::NotHere;
    };
    let picker = Reflect::get(&window, &JsValue::from_str("showSaveFilePicker"));
    let Some(picker) = picker
        .ok()
        .and_then(|picker| picker.dyn_into::<Function>().ok())
    else {
        return Picked::NotHere;
    };
    let asked = picker.call1(&window, &picker_options(name, media_type, ending));
    let handle = match settled(asked).await {
        Ok(handle) => handle,
        Err(error) if is_dismissal(&error) => return Picked::Dismissed,
        Err(_) => return Picked::NotHere,
    };
    match call(&handle, "createWritable", &JsValue::UNDEFINED).await {
        Ok(stream) => Picked::Stream(stream),
        Err(_) => Picked::NotHere,
    }
}

/// `{suggestedName, types: [{accept: {"text/csv": [".csv"]}}]}`
fn picker_options(name: &str, media_type: &str, ending: &str) -> Object {
    let put = |object: &Object, key: &str, value: &JsValue| {
        let _ = Reflect::set(object, &JsValue::from_str(key), value);
    };
    let endings = Array::of1(&JsValue::from_str(&format!(".{ending}")));
    let (accept, kind, options) = (Object::new(), Object::new(), Object::new());
    put(&accept, media_type, &endings);
    put(&kind, "accept", &accept);
    put(&options, "suggestedName", &JsValue::from_str(name));
    put(&options, "types", &Array::of1(&kind));
    options
}

fn is_dismissal(error: &JsValue) -> bool {
    let name = Reflect::get(error, &JsValue::from_str("name"));
    name.ok().and_then(|name| name.as_string()).as_deref() == Some("AbortError")
}

/// Calls a method that gives a promise, and waits for it.
async fn call(object: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, String> {
    let asked = Reflect::get(object, &JsValue::from_str(method))
        .and_then(|method| method.dyn_into::<Function>())
        .and_then(|method| method.call1(object, argument));
    settled(asked).await.map_err(|error| words(&error))
}

async fn settled(asked: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&asked?)).await
}

fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || "the browser could not write the file".to_owned(),
        |error| String::from(error.to_string()),
    )
}

fn download(parts: &Array, name: &str, media_type: &str) -> Result<(), String> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let blob = Blob::new_with_blob_sequence_and_options(parts, &kind);
    let url = blob
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map_err(|error| words(&error))?;
    if let Ok(link) = document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    spawn_local(async move {
        clock::sleep(KEPT_MS).await;
        let _ = Url::revoke_object_url(&url);
    });
    Ok(())
}
