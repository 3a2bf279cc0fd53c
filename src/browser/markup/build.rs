//! Draws descriptions, and changes what is drawn to the next description.

use std::{borrow::Cow, cell::RefCell, rc::Rc};

use js_sys::Reflect;
use leptos::{
    prelude::{Owner, RenderEffect, document, untrack},
    reactive::graph::{Subscriber as _, ToAnySubscriber as _},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, Node, Text};

use super::{
    Hole, Keyed, Markup,
    hole::{AttributeValue, Changing, Handler, Source},
    template::{HolePlace, RootPlace, plan},
};

/// What is drawn. Each has at least one node, so that there is always a place for the next.
pub(super) enum Built {
    Text {
        node: Text,
        text: Cow<'static, str>,
    },
    Template {
        template: &'static str,
        roots: Vec<Root>,
        parts: Vec<Part>,
    },
    Many {
        items: Vec<Built>,
        /// Stands behind the last item.
        end: Text,
    },
    Dynamic {
        content: Emptied<Option<Built>>,
        /// Draws the content again; stops when it is dropped.
        _effect: Following,
    },
    Keyed {
        items: Emptied<Vec<Item>>,
        /// Stands behind the last item.
        end: Text,
        /// Keeps the items; stops when it is dropped.
        _effect: Following,
    },
}

/// One item of a keyed list, with the signals that belong to it.
pub(super) struct Item {
    key: u128,
    owner: Owner,
    built: Built,
    /// Whether it was there when the list was drawn last, in the order of now.
    stands: bool,
}

impl Item {
    /// Takes it out of the page; what is left can own another item.
    fn remove(self) -> Owner {
        self.owner.cleanup();
        self.built.remove();
        self.owner
    }
}

/// What an effect draws, shared with the effect. An effect is let go of a little after it was
/// stopped; what it drew, with effects of its own, ends at once, or those would run once more with
/// signals that are gone.
#[derive(Default)]
pub(super) struct Emptied<T: Default>(Rc<RefCell<T>>);

impl<T: Default> Drop for Emptied<T> {
    fn drop(&mut self) {
        // Busy only while the effect runs, and then it puts there what it drew.
        if let Ok(mut drawn) = self.0.try_borrow_mut() {
            let drawn = std::mem::take(&mut *drawn);
            drop(drawn);
        }
    }
}

impl<T: Default> std::ops::Deref for Emptied<T> {
    type Target = RefCell<T>;

    fn deref(&self) -> &RefCell<T> {
        &self.0
    }
}

/// Runs again when what it reads changes; stops when it is dropped.
pub(super) struct Following(RenderEffect<()>);

impl Drop for Following {
    fn drop(&mut self) {
        // A signal of Leptos remembers whoever read it until it changes, and some never do.
        let subscriber = self.0.to_any_subscriber();
        subscriber.clear_sources(&subscriber);
    }
}

/// What stands at the top of a template.
pub(super) enum Root {
    Node(Node),
    /// The part of this number.
    Part(usize),
}

/// A filled hole.
pub(super) enum Part {
    Content(Built),
    /// An attribute, class, property: with what keeps it up to date.
    Value {
        element: Element,
        name: &'static str,
        effect: Option<Following>,
    },
    On {
        handler: Rc<RefCell<Box<dyn Handler>>>,
        _listener: Listener,
    },
    Node(Element),
}

/// Listens until it is dropped.
pub(super) struct Listener {
    element: Element,
    name: &'static str,
    call: Closure<dyn FnMut(Event)>,
}

impl Listener {
    fn new(element: Element, name: &'static str, call: Box<dyn FnMut(Event)>) -> Self {
        let call = Closure::wrap(call);
        let _ = element.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
        Self {
            element,
            name,
            call,
        }
    }
}

impl Drop for Listener {
    /// An event that takes its own element away still rises through what was around it.
    fn drop(&mut self) {
        let call = self.call.as_ref().unchecked_ref();
        let _ = self
            .element
            .remove_event_listener_with_callback(self.name, call);
    }
}

impl Built {
    /// Draws a description, not yet in a page.
    pub(super) fn new(markup: Markup) -> Self {
        match markup {
            Markup::Nothing => Self::text(Cow::Borrowed("")),
            Markup::Text(text) => Self::text(text),
            Markup::Template(template, holes) => from_template(template, holes),
            Markup::Many(items) => Self::Many {
                items: items.into_iter().map(Self::new).collect(),
                end: document().create_text_node(""),
            },
            Markup::Dynamic(make) => dynamic(make, None),
            Markup::Keyed(list) => keyed(list),
        }
    }

    fn text(text: Cow<'static, str>) -> Self {
        Self::Text {
            node: document().create_text_node(&text),
            text,
        }
    }

    /// Changes what is drawn to a new description; what both have in common stays.
    fn become_drawn(self, markup: Markup) -> Self {
        match (self, markup) {
            (Self::Text { node, text }, Markup::Text(new)) => {
                if text != new {
                    node.set_data(&new);
                }
                Self::Text { node, text: new }
            }
            (Self::Text { node, text }, Markup::Nothing) => {
                if !text.is_empty() {
                    node.set_data("");
                }
                Self::Text {
                    node,
                    text: Cow::Borrowed(""),
                }
            }
            (
                Self::Template {
                    template,
                    roots,
                    parts,
                },
                Markup::Template(new, holes),
            ) if std::ptr::eq(template, new) && parts.len() == holes.len() => Self::Template {
                template,
                roots,
                parts: parts
                    .into_iter()
                    .zip(holes)
                    .map(|(part, hole)| part.filled_again(hole))
                    .collect(),
            },
            (Self::Many { items, end }, Markup::Many(new)) => many_again(items, end, new),
            (Self::Dynamic { content, _effect }, Markup::Dynamic(make)) => {
                drop(_effect);
                let before = content.take();
                dynamic(make, before)
            }
            (before, markup) => {
                let built = Self::new(markup);
                if let Some(first) = before.first()
                    && let Some(parent) = first.parent_node()
                {
                    built.insert(&parent, Some(&first));
                }
                before.remove();
                built
            }
        }
    }

    /// Its first node.
    fn first(&self) -> Option<Node> {
        match self {
            Self::Text { node, .. } => Some(node.clone().into()),
            Self::Template { roots, parts, .. } => match roots.first()? {
                Root::Node(node) => Some(node.clone()),
                Root::Part(number) => match parts.get(*number)? {
                    Part::Content(built) => built.first(),
                    Part::Value { .. } | Part::On { .. } | Part::Node(_) => None,
                },
            },
            Self::Many { items, end } => items
                .first()
                .and_then(Self::first)
                .or_else(|| Some(end.clone().into())),
            Self::Dynamic { content, .. } => content.borrow().as_ref()?.first(),
            Self::Keyed { items, end, .. } => items
                .borrow()
                .first()
                .and_then(|item| item.built.first())
                .or_else(|| Some(end.clone().into())),
        }
    }

    /// Calls `act` with each of its top nodes, in order.
    fn each(&self, act: &mut dyn FnMut(&Node)) {
        match self {
            Self::Text { node, .. } => act(node),
            Self::Template { roots, parts, .. } => {
                for root in roots {
                    match root {
                        Root::Node(node) => act(node),
                        Root::Part(number) => {
                            if let Some(Part::Content(built)) = parts.get(*number) {
                                built.each(act);
                            }
                        }
                    }
                }
            }
            Self::Many { items, end } => {
                for item in items {
                    item.each(act);
                }
                act(end);
            }
            Self::Dynamic { content, .. } => {
                if let Some(built) = content.borrow().as_ref() {
                    built.each(act);
                }
            }
            Self::Keyed { items, end, .. } => {
                for item in items.borrow().iter() {
                    item.built.each(act);
                }
                act(end);
            }
        }
    }

    /// Puts it into `parent`, before a node of it or at its end.
    pub(super) fn insert(&self, parent: &Node, before: Option<&Node>) {
        self.each(&mut |node| {
            let _ = parent.insert_before(node, before);
        });
    }

    /// The node behind which the next one belongs.
    fn last(&self) -> Option<Node> {
        let mut last = None;
        self.each(&mut |node| last = Some(node.clone()));
        last
    }

    /// Takes it out of the page.
    pub(super) fn remove(self) {
        self.each(&mut |node| {
            if let Some(parent) = node.parent_node() {
                let _ = parent.remove_child(node);
            }
        });
    }
}

fn dynamic(make: Box<dyn Source<Markup>>, before: Option<Built>) -> Built {
    let drawn = Rc::new(RefCell::new(before));
    let content = Emptied(Rc::clone(&drawn));
    Built::Dynamic {
        content,
        _effect: follow(Box::new(move || {
            let markup = make.value();
            let before = drawn.take();
            let built = match before {
                Some(before) => before.become_drawn(markup),
                None => Built::new(markup),
            };
            drawn.replace(Some(built));
        })),
    }
}

fn many_again(items: Vec<Built>, end: Text, new: Vec<Markup>) -> Built {
    let mut before = items.into_iter();
    let mut items = Vec::with_capacity(new.len());
    for markup in new {
        items.push(match before.next() {
            Some(item) => item.become_drawn(markup),
            None => {
                let item = Built::new(markup);
                if let Some(parent) = end.parent_node() {
                    item.insert(&parent, Some(&end));
                }
                item
            }
        });
    }
    before.for_each(Built::remove);
    Built::Many { items, end }
}

fn keyed(list: Keyed) -> Built {
    let kept: Rc<RefCell<Vec<Item>>> = Rc::default();
    let items = Emptied(Rc::clone(&kept));
    let end = document().create_text_node("");
    // Items outlive the run of the effect that drew them.
    let owner_of_all = Owner::current().unwrap_or_default();
    let place_of_end = end.clone();
    // An owner remembers each that was ever made below it: those of items that are gone serve again.
    let spare: RefCell<Vec<Owner>> = RefCell::default();
    let effect = follow(Box::new(move || {
        let wanted = (list.items)();
        let mut before: Vec<Option<Item>> = kept.take().into_iter().map(Some).collect();
        let stay: Vec<Option<(usize, Item)>> = wanted
            .iter()
            .map(|(key, _)| {
                let is_meant = |item: &Option<Item>| item.as_ref().is_some_and(|i| i.key == *key);
                let place = before.iter().position(is_meant)?;
                Some((place, before.get_mut(place)?.take()?))
            })
            .collect();
        let gone = before.into_iter().flatten().map(Item::remove);
        spare.borrow_mut().extend(gone);
        let in_order = stay.iter().flatten().is_sorted_by_key(|(place, _)| *place);
        let draw = |key, number| {
            let owner = spare.borrow_mut().pop();
            let owner = owner.unwrap_or_else(|| owner_of_all.with(Owner::new));
            let built = owner.with(|| untrack(|| Built::new((list.draw)(number))));
            Item {
                key,
                owner,
                built,
                stands: false,
            }
        };
        let now: Vec<Item> = stay
            .into_iter()
            .zip(wanted)
            .map(|(item, (key, number))| match item {
                Some((_, item)) => Item {
                    stands: in_order,
                    ..item
                },
                None => draw(key, number),
            })
            .collect();
        arrange(&now, &place_of_end);
        kept.replace(now);
    }));
    Built::Keyed {
        items,
        end,
        _effect: effect,
    }
}

/// Puts each item before the next one. What stands right is not touched: moving an element takes
/// its focus away.
fn arrange(items: &[Item], end: &Text) {
    let Some(parent) = end.parent_node() else {
        // Not in a page yet.
        return;
    };
    let mut behind: Option<&Item> = None;
    for item in items.iter().rev() {
        if !item.stands {
            let next = behind.and_then(|item| item.built.first());
            let next = next.unwrap_or_else(|| end.clone().into());
            let follows = item.built.last().and_then(|node| node.next_sibling());
            if follows.as_ref() != Some(&next) {
                item.built.insert(&parent, Some(&next));
            }
        }
        behind = Some(item);
    }
}

/// Runs at once, and again when a signal that was read changes.
fn follow(run: Box<dyn Fn()>) -> Following {
    Following(RenderEffect::new(move |_| run()))
}

impl Part {
    /// A hole of `element` for the first time. Content is not put into it here.
    fn new(element: Element, name: &'static str, hole: Hole) -> Self {
        match hole {
            Hole::Content(markup) => Self::Content(Built::new(markup)),
            Hole::Node(node) => {
                node.set(Some(element.clone()));
                Self::Node(element)
            }
            Hole::On(handler) => {
                let handler = Rc::new(RefCell::new(handler));
                let called = Rc::clone(&handler);
                let call = Box::new(move |event| {
                    // Taken already when a handler makes its own event happen.
                    if let Ok(mut handler) = called.try_borrow_mut() {
                        handler.handle(event);
                    }
                });
                Self::On {
                    handler,
                    _listener: Listener::new(element, name, call),
                }
            }
            Hole::Attribute(value) => value_part(element, name, value, set_attribute),
            Hole::Class(value) => value_part(element, name, value, set_class),
            Hole::Property(value) => value_part(element, name, value, set_property),
        }
    }

    /// The same hole, filled with something else.
    fn filled_again(self, hole: Hole) -> Self {
        match (self, hole) {
            (Self::Content(built), Hole::Content(markup)) => {
                Self::Content(built.become_drawn(markup))
            }
            (Self::On { handler, _listener }, Hole::On(new)) => {
                // Busy only while it runs, and then the page is drawn again later, not now.
                if let Ok(mut handler) = handler.try_borrow_mut() {
                    *handler = new;
                }
                Self::On { handler, _listener }
            }
            (
                Self::Value {
                    element,
                    name,
                    effect,
                },
                hole,
            ) => {
                drop(effect);
                Self::new(element, name, hole)
            }
            (Self::Node(element), hole) => Self::new(element, "", hole),
            // The holes of one template are always of the same kinds.
            (part, _) => part,
        }
    }
}

fn value_part<T: 'static>(
    element: Element,
    name: &'static str,
    value: Changing<T>,
    set: fn(&Element, &str, T),
) -> Part {
    let effect = match value {
        Changing::Fixed(value) => {
            set(&element, name, value);
            None
        }
        Changing::Follows(value) => {
            let element = element.clone();
            Some(follow(Box::new(move || set(&element, name, value.value()))))
        }
    };
    Part::Value {
        element,
        name,
        effect,
    }
}

fn set_attribute(element: &Element, name: &str, value: AttributeValue) {
    let _ = match value {
        Some(value) => element.set_attribute(name, &value),
        None => element.remove_attribute(name),
    };
}

fn set_class(element: &Element, name: &str, present: bool) {
    let _ = element.class_list().toggle_with_force(name, present);
}

/// Left alone when it is so already: setting the value of a field moves the caret.
fn set_property(element: &Element, name: &str, value: JsValue) {
    let name = JsValue::from_str(name);
    if Reflect::get(element, &name).ok().as_ref() != Some(&value) {
        let _ = Reflect::set(element, &name, &value);
    }
}

/// Draws a template: copies its fixed parts and fills its holes.
fn from_template(template: &'static str, holes: Vec<Hole>) -> Built {
    let plan = plan(template);
    let copies = plan.copies();
    let node = |number: usize| copies.get(number)?.as_ref();
    let mut parts = Vec::with_capacity(holes.len());
    for (hole, place) in holes.into_iter().zip(&plan.holes) {
        match (hole, place) {
            (Hole::Content(markup), HolePlace::Content { parent, before }) => {
                let built = Built::new(markup);
                if let Some(parent) = parent.and_then(node) {
                    built.insert(parent, before.and_then(node));
                }
                parts.push(Part::Content(built));
            }
            (hole, HolePlace::Named { element, name }) => {
                if let Some(element) = node(*element) {
                    parts.push(Part::new(element.clone().unchecked_into(), name, hole));
                }
            }
            (_, HolePlace::Content { .. }) => {}
        }
    }
    let roots = plan.roots.iter().filter_map(|root| match root {
        RootPlace::Node(number) => node(*number).cloned().map(Root::Node),
        RootPlace::Hole(number) => Some(Root::Part(*number)),
    });
    Built::Template {
        template,
        roots: roots.collect(),
        parts,
    }
}
