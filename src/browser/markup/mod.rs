//! What `ui!` means: a description of markup, and the one place that draws it.
//!
//! `ui!` (crate `macros`) turns markup into a fixed text, the template, and the holes in it. This
//! module builds the elements and keeps the holes up to date with Leptos's effects. When something
//! is drawn again, elements of the same template stay and only their holes change, so focus, text
//! selection and scroll positions live on.
//!
//! Why not `view!`: it gives each piece of markup a type and so code of its own; this app was
//! 390 KB (brotli) with it, 330 KB with its types erased. It also turns static parts into
//! `innerHTML`, which Trusted Types `'none'` refuses; here no text can become markup at all.

mod build;
mod hole;
mod template;

use std::borrow::Cow;

use any_spawner::Executor;
use leptos::prelude::Owner;
use web_sys::Element;

pub use hole::{AttributeValue, Hole, IntoAttribute, IntoCondition, IntoProperty, Source};

use build::Built;

/// A description of markup; nothing is drawn before it is mounted.
#[derive(Default)]
pub enum Markup {
    /// Nothing.
    #[default]
    Nothing,
    /// Text. It can never be anything else.
    Text(Cow<'static, str>),
    /// A template with its holes, in order.
    Template(&'static str, Vec<Hole>),
    /// One after the other.
    Many(Vec<Markup>),
    /// Drawn again whenever a signal that it read changes.
    Dynamic(Box<dyn Source<Markup>>),
    /// Items that keep what is drawn of them, wherever they move to.
    Keyed(Keyed),
}

/// A list whose items are told apart by keys.
pub struct Keyed {
    /// The items to show: the key of each, and the number that `draw` knows it by.
    items: Box<dyn Fn() -> Vec<(u128, usize)>>,
    /// Draws an item that was not there before.
    draw: Box<dyn Fn(usize) -> Markup>,
}

impl std::fmt::Debug for Markup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Markup")
    }
}

impl std::fmt::Debug for Keyed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyed")
    }
}

impl Markup {
    /// What `ui!` expands to: a template with so many holes, which are filled next, in order.
    #[inline(never)]
    pub fn of(template: &'static str, holes: usize) -> Self {
        Self::Template(template, Vec::with_capacity(holes))
    }

    /// A template without holes.
    #[inline(never)]
    pub fn fixed(template: &'static str) -> Self {
        Self::Template(template, Vec::new())
    }

    /// Content that is drawn again whenever a signal that `content` reads changes.
    pub fn follows<T: IntoMarkup>(content: impl Fn() -> T + 'static) -> Self {
        content.into_markup()
    }

    /// A list that follows signals. `items` gives the key of each item and the number by which
    /// `draw` knows it now. An item is drawn once and stays as long as its key does, with focus,
    /// selection and signals of its own; what it reads of others, it reads in closures.
    pub fn keyed(
        items: impl Fn() -> Vec<(u128, usize)> + 'static,
        draw: impl Fn(usize) -> Markup + 'static,
    ) -> Self {
        Self::Keyed(Keyed {
            items: Box::new(items),
            draw: Box::new(draw),
        })
    }
}

/// What stands on a page; dropping it takes it away, with its effects.
pub struct Mounted {
    built: Option<Built>,
    owner: Owner,
}

impl std::fmt::Debug for Mounted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mounted")
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.owner.cleanup();
        if let Some(built) = self.built.take() {
            built.remove();
        }
    }
}

/// Draws at the end of `host`, under an owner of its own.
pub fn mount(host: &Element, view: impl FnOnce() -> Markup) -> Mounted {
    // An error says that it was done before.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let built = owner.with(|| {
        let built = Built::new(view());
        built.insert(host, None);
        built
    });
    Mounted {
        built: Some(built),
        owner,
    }
}

/// Whatever may stand as `{content}` in markup.
pub trait IntoMarkup: Sized {
    /// Its description.
    fn into_markup(self) -> Markup;

    /// Fills the next hole of `markup`.
    fn fill(self, markup: &mut Markup) {
        markup.put_content(self.into_markup());
    }
}

impl IntoMarkup for Markup {
    fn into_markup(self) -> Markup {
        self
    }
}

impl IntoMarkup for () {
    fn into_markup(self) -> Markup {
        Markup::Nothing
    }
}

impl IntoMarkup for &'static str {
    fn into_markup(self) -> Markup {
        Markup::Text(Cow::Borrowed(self))
    }

    fn fill(self, markup: &mut Markup) {
        markup.put_text(self);
    }
}

impl IntoMarkup for String {
    fn into_markup(self) -> Markup {
        Markup::Text(Cow::Owned(self))
    }
}

impl IntoMarkup for Cow<'static, str> {
    fn into_markup(self) -> Markup {
        Markup::Text(self)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl IntoMarkup for $number {
            fn into_markup(self) -> Markup {
                Markup::Text(Cow::Owned(self.to_string()))
            }
        }
    )*};
}
numbers! { u32 u64 usize i32 i64 }

impl<T: IntoMarkup> IntoMarkup for Option<T> {
    fn into_markup(self) -> Markup {
        self.map_or(Markup::Nothing, T::into_markup)
    }
}

impl<T: IntoMarkup> IntoMarkup for Vec<T> {
    fn into_markup(self) -> Markup {
        Markup::Many(self.into_iter().map(T::into_markup).collect())
    }
}

impl<T: IntoMarkup, const N: usize> IntoMarkup for [T; N] {
    fn into_markup(self) -> Markup {
        Markup::Many(self.into_iter().map(T::into_markup).collect())
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: IntoMarkup),+> IntoMarkup for ($($name,)+) {
            #[expect(non_snake_case, reason = "one name for the type and its value")]
            fn into_markup(self) -> Markup {
                let ($($name,)+) = self;
                Markup::Many(vec![$($name.into_markup()),+])
            }
        }
    };
}
tuples! { A B }
tuples! { A B C }
tuples! { A B C D }

impl<F, T> IntoMarkup for F
where
    F: Fn() -> T + 'static,
    T: IntoMarkup,
{
    fn into_markup(self) -> Markup {
        Markup::Dynamic(Box::new(self))
    }

    fn fill(self, markup: &mut Markup) {
        markup.put_dynamic(Box::new(self));
    }
}

impl<F, T> Source<Markup> for F
where
    F: Fn() -> T,
    T: IntoMarkup,
{
    fn value(&self) -> Markup {
        self().into_markup()
    }
}
