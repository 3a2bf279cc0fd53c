//! The one way to write markup.

/// Markup: `leptos::view!` without its HTML shortcut. Everything in this app is written with it;
/// nothing is written with `view!` (tests/architecture.rs holds that).
///
/// `view!` turns a static part of a page into a string for `innerHTML`. This app runs under Trusted
/// Types `'none'`, where no text may become markup, so the browser refuses that and the page stays
/// blank. A global class (`class = …,` as the first tokens) is what switches the shortcut off.
///
/// It puts that class on every element. It is a real name and not `""` because the browser answers
/// an empty name with an exception, caught but paid for: 6 µs an element against 1 µs (Chromium,
/// 20,000 elements). No style may use it.
///
/// One thing is different for authors: `class=` takes a literal only. What changes is written as
/// `class:name=condition`, an ARIA state or `data-…`, or is chosen by `match` outside the markup.
#[macro_export]
macro_rules! ui {
    ($($markup:tt)*) => {
        ::leptos::view! { class = "e", $($markup)* }
    };
}
