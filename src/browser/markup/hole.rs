//! What may stand in the holes of a template.

use std::borrow::Cow;

use leptos::ev::EventDescriptor;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

use super::{
    super::signals::{NodeRef, RwSignal},
    IntoMarkup, Markup,
};

/// A hole, filled.
pub enum Hole {
    /// Content between tags.
    Content(Markup),
    /// An attribute of the element it stands in.
    Attribute(&'static str, Changing<AttributeValue>),
    /// Whether the element has a class.
    Class(&'static str, Changing<bool>),
    /// A property of the element as an object, such as `value`.
    Property(&'static str, Changing<JsValue>),
    /// What happens on an event.
    On(&'static str, Handler),
    /// Somebody wants to know the element.
    Node(RwSignal<Option<Element>>),
}

impl std::fmt::Debug for Hole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hole")
    }
}

/// What an event does.
pub type Handler = Box<dyn FnMut(Event)>;

/// A value that stays, or one that follows signals.
pub enum Changing<T> {
    /// Stays.
    Fixed(T),
    /// Follows the signals that it reads.
    Follows(Box<dyn Fn() -> T>),
}

impl<T> std::fmt::Debug for Changing<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Changing")
    }
}

/// The text of an attribute; `None` when the element does not have it.
pub type AttributeValue = Option<Cow<'static, str>>;

impl Hole {
    /// `{content}`
    pub fn content(content: impl IntoMarkup) -> Self {
        Self::Content(content.into_markup())
    }

    /// `name=value`
    pub fn attribute(name: &'static str, value: impl IntoAttribute) -> Self {
        Self::Attribute(name, value.into_attribute())
    }

    /// `class:name=condition`
    pub fn class(name: &'static str, condition: impl IntoCondition) -> Self {
        Self::Class(name, condition.into_condition())
    }

    /// `prop:name=value`
    pub fn property(name: &'static str, value: impl IntoProperty) -> Self {
        Self::Property(name, value.into_property())
    }

    /// `on:event=handler`
    pub fn on<E: EventDescriptor>(event: E, mut handler: impl FnMut(E::EventType) + 'static) -> Self
    where
        E::EventType: JsCast,
    {
        let name = match event.name() {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => "",
        };
        Self::On(name, Box::new(move |event| handler(event.unchecked_into())))
    }

    /// `node_ref=node`
    pub fn node<E>(node: NodeRef<E>) -> Self {
        Self::Node(node.element())
    }
}

impl<T> Changing<T> {
    /// The value now.
    fn now(self) -> T {
        match self {
            Self::Fixed(value) => value,
            Self::Follows(value) => value(),
        }
    }
}

/// What an attribute may be set to: text, a number, present or not, or a closure that gives one.
pub trait IntoAttribute {
    /// Its value.
    fn into_attribute(self) -> Changing<AttributeValue>;
}

impl<F, T> IntoAttribute for F
where
    F: Fn() -> T + 'static,
    T: IntoAttribute,
{
    fn into_attribute(self) -> Changing<AttributeValue> {
        Changing::Follows(Box::new(move || self().into_attribute().now()))
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
    &'static str: text => Some(Cow::Borrowed(text));
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

impl<F, T> IntoProperty for F
where
    F: Fn() -> T + 'static,
    T: IntoProperty,
{
    fn into_property(self) -> Changing<JsValue> {
        Changing::Follows(Box::new(move || self().into_property().now()))
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
