//! When a part of the page comes into sight.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

use crate::browser::signals::prelude::*;

/// Calls `seen` once a part of an element is on the screen, unless the current owner is gone by
/// then. In a tab that nobody looks at, nothing is on the screen.
pub fn when_seen(element: &Element, seen: impl Fn() + 'static) {
    let told = StoredValue::new(false);
    let call = Closure::<dyn Fn(js_sys::Array, IntersectionObserver)>::new(
        move |entries: js_sys::Array, observer: IntersectionObserver| {
            let in_sight = entries.iter().any(|entry| {
                entry
                    .dyn_ref::<IntersectionObserverEntry>()
                    .is_some_and(IntersectionObserverEntry::is_intersecting)
            });
            if !in_sight {
                return;
            }
            observer.disconnect();
            if told.try_update_value(|told| std::mem::replace(told, true)) == Some(false) {
                seen();
            }
        },
    );
    if let Ok(observer) = IntersectionObserver::new(call.as_ref().unchecked_ref()) {
        observer.observe(element);
        StoredValue::new(Watch {
            observer,
            _call: call,
        });
    }
}

/// What the view keeps: what the browser calls, and what stops it before that is gone. An element
/// that is taken out of the page is told of as well.
struct Watch {
    observer: IntersectionObserver,
    _call: Closure<dyn Fn(js_sys::Array, IntersectionObserver)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
