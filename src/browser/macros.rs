//! The one way to write markup.

/// Markup: the syntax of `leptos::view!`, meaning a [`Markup`](crate::browser::markup::Markup).
/// Everything in this app is written with it; nothing is written with `view!`
/// (tests/architecture.rs holds that, `browser::markup` says why).
#[macro_export]
macro_rules! ui {
    ($($markup:tt)*) => {
        ::macros::ui! { $($markup)* }
    };
}
