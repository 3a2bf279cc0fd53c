//! What may stand in the holes of a template.
//!
//! A hole is filled by a call of a method of [`Markup`], one for each kind, which the macro writes.
//! Nothing here is compiled again for another closure but the closure itself: it is boxed as it is,
//! behind traits of ours, because `dyn Fn` brings a function that nobody calls with each.

use std::{borrow::Cow, marker::PhantomData};

use leptos::ev::EventDescriptor;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

use super::{
    super::signals::{NodeRef, RwSignal},
    IntoMarkup, Markup,
};

/// A hole, filled. Its name, as in `on:click`, stands in the template.
pub enum Hole {
    /// Content between tags.
    Content(Markup),
    /// An attribute of the element it stands in.
    Attribute(Changing<AttributeValue>),
    /// Whether the element has a class.
    Class(Changing<bool>),
    /// A property of the element as an object, such as `value`.
    Property(Changing<JsValue>),
    /// What happens on an event.
    On(Box<dyn Handler>),
    /// Somebody wants to know the element.
    Node(RwSignal<Option<Element>>),
}

impl std::fmt::Debug for Hole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hole")
    }
}

/// Gives a value, each time it is asked.
pub trait Source<T> {
    /// The value now.
    fn value(&self) -> T;
}

/// Does something on an event.
pub trait Handler {
    /// Does it.
    fn handle(&mut self, event: Event);
}

/// A handler of events of one type.
struct Typed<F, E> {
    handle: F,
    event: PhantomData<E>,
}

impl<F: FnMut(E), E: JsCast> Handler for Typed<F, E> {
    fn handle(&mut self, event: Event) {
        (self.handle)(event.unchecked_into());
    }
}

/// A value that stays, or one that follows signals.
pub enum Changing<T> {
    /// Stays.
    Fixed(T),
    /// Follows the signals that it reads.
    Follows(Box<dyn Source<T>>),
}

impl<T> std::fmt::Debug for Changing<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Changing")
    }
}

/// The text of an attribute; `None` when the element does not have it.
pub type AttributeValue = Option<Cow<'static, str>>;

impl Markup {
    /// `{content}`
    pub fn content(&mut self, content: impl IntoMarkup) {
        content.fill(self);
    }

    /// `name=value`
    pub fn attribute(&mut self, value: impl IntoAttribute) {
        value.fill(self);
    }

    /// `class:name=condition`
    pub fn class(&mut self, condition: impl IntoCondition) {
        self.put(Hole::Class(condition.into_condition()));
    }

    /// `prop:name=value`
    pub fn property(&mut self, value: impl IntoProperty) {
        self.put(Hole::Property(value.into_property()));
    }

    /// `on:event=handler`
    pub fn on<E: EventDescriptor>(&mut self, _event: E, handle: impl FnMut(E::EventType) + 'static)
    where
        E::EventType: JsCast + 'static,
    {
        self.handler(Box::new(Typed {
            handle,
            event: PhantomData,
        }));
    }

    /// `node_ref=node`
    pub fn node<E>(&mut self, node: NodeRef<E>) {
        self.put(Hole::Node(node.element()));
    }

    // One function for each thing that stands in many holes: a call of it is smaller than what it
    // does, and it stands there a thousand times.

    #[inline(never)]
    pub(super) fn put_content(&mut self, content: Markup) {
        self.put(Hole::Content(content));
    }

    #[inline(never)]
    pub(super) fn put_text(&mut self, text: &'static str) {
        self.put(Hole::Content(Markup::Text(Cow::Borrowed(text))));
    }

    #[inline(never)]
    pub(super) fn put_dynamic(&mut self, content: Box<dyn Source<Markup>>) {
        self.put(Hole::Content(Markup::Dynamic(content)));
    }

    #[inline(never)]
    fn put_attribute(&mut self, value: Changing<AttributeValue>) {
        self.put(Hole::Attribute(value));
    }

    #[inline(never)]
    fn put_attribute_text(&mut self, text: &'static str) {
        self.put(Hole::Attribute(Changing::Fixed(Some(Cow::Borrowed(text)))));
    }

    #[inline(never)]
    fn put_attribute_source(&mut self, value: Box<dyn Source<AttributeValue>>) {
        self.put(Hole::Attribute(Changing::Follows(value)));
    }

    #[inline(never)]
    fn handler(&mut self, handler: Box<dyn Handler>) {
        self.put(Hole::On(handler));
    }

    #[inline(never)]
    fn put(&mut self, hole: Hole) {
        if let Self::Template(_, holes) = self {
            holes.push(hole);
        }
    }
}

impl<T> Changing<T> {
    /// The value now.
    fn now(self) -> T {
        match self {
            Self::Fixed(value) => value,
            Self::Follows(value) => value.value(),
        }
    }
}

/// What an attribute may be set to: text, a number, present or not, or a closure that gives one.
pub trait IntoAttribute: Sized {
    /// Its value.
    fn into_attribute(self) -> Changing<AttributeValue>;

    /// Fills the next hole of `markup`.
    fn fill(self, markup: &mut Markup) {
        markup.put_attribute(self.into_attribute());
    }
}

impl<F, T> Source<AttributeValue> for F
where
    F: Fn() -> T,
    T: IntoAttribute,
{
    fn value(&self) -> AttributeValue {
        self().into_attribute().now()
    }
}

impl<F, T> IntoAttribute for F
where
    F: Fn() -> T + 'static,
    T: IntoAttribute,
{
    fn into_attribute(self) -> Changing<AttributeValue> {
        Changing::Follows(Box::new(self))
    }

    fn fill(self, markup: &mut Markup) {
        markup.put_attribute_source(Box::new(self));
    }
}

impl IntoAttribute for &'static str {
    fn into_attribute(self) -> Changing<AttributeValue> {
        Changing::Fixed(Some(Cow::Borrowed(self)))
    }

    fn fill(self, markup: &mut Markup) {
        markup.put_attribute_text(self);
    }
}

impl<T: IntoAttribute> IntoAttribute for Option<T> {
    fn into_attribute(self) -> Changing<AttributeValue> {
        self.map_or(Changing::Fixed(None), T::into_attribute)
    }
}

macro_rules! attributes {
    ($($kind:ty: $value:ident => $text:expr;)*) => {$(
        impl IntoAttribute for $kind {
            fn into_attribute(self) -> Changing<AttributeValue> {
                let $value = self;
                Changing::Fixed($text)
            }
        }
    )*};
}
attributes! {
    Cow<'static, str>: text => Some(text);
    String: text => Some(Cow::Owned(text));
    bool: present => present.then_some(Cow::Borrowed(""));
    u8: number => Some(Cow::Owned(number.to_string()));
    u32: number => Some(Cow::Owned(number.to_string()));
    u64: number => Some(Cow::Owned(number.to_string()));
    i32: number => Some(Cow::Owned(number.to_string()));
    i64: number => Some(Cow::Owned(number.to_string()));
    usize: number => Some(Cow::Owned(number.to_string()));
}

/// A condition: a truth or a closure that gives one.
pub trait IntoCondition {
    /// Its value.
    fn into_condition(self) -> Changing<bool>;
}

impl IntoCondition for bool {
    fn into_condition(self) -> Changing<bool> {
        Changing::Fixed(self)
    }
}

impl<F: Fn() -> bool> Source<bool> for F {
    fn value(&self) -> bool {
        self()
    }
}

impl<F: Fn() -> bool + 'static> IntoCondition for F {
    fn into_condition(self) -> Changing<bool> {
        Changing::Follows(Box::new(self))
    }
}

/// What a property may be set to: text, a truth, or a closure that gives one.
pub trait IntoProperty {
    /// Its value.
    fn into_property(self) -> Changing<JsValue>;
}

impl<F, T> Source<JsValue> for F
where
    F: Fn() -> T,
    T: IntoProperty,
{
    fn value(&self) -> JsValue {
        self().into_property().now()
    }
}

impl<F, T> IntoProperty for F
where
    F: Fn() -> T + 'static,
    T: IntoProperty,
{
    fn into_property(self) -> Changing<JsValue> {
        Changing::Follows(Box::new(self))
    }
}

macro_rules! properties {
    ($($kind:ty)*) => {$(
        impl IntoProperty for $kind {
            fn into_property(self) -> Changing<JsValue> {
                Changing::Fixed(JsValue::from(self))
            }
        }
    )*};
}
properties! { &'static str String bool }
