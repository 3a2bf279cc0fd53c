//! Draws descriptions, and changes what is drawn to the next description.

use std::{borrow::Cow, cell::RefCell, rc::Rc};

use js_sys::Reflect;
use leptos::prelude::{Owner, RenderEffect, document, untrack};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, Node, Text};

use super::{
    Hole, Keyed, Markup,
    hole::{AttributeValue, Changing, Handler, Source},
};

const SVG: &str = "http://www.w3.org/2000/svg";

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
        _effect: RenderEffect<()>,
    },
    Keyed {
        items: Emptied<Vec<Item>>,
        /// Stands behind the last item.
        end: Text,
        /// Keeps the items; stops when it is dropped.
        _effect: RenderEffect<()>,
    },
}

/// One item of a keyed list, with the signals that belong to it.
pub(super) struct Item {
    key: u128,
    owner: Owner,
    built: Built,
}

impl Item {
    fn remove(self) {
        self.owner.cleanup();
        self.built.remove();
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
        effect: Option<RenderEffect<()>>,
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
    let owner = Owner::current().unwrap_or_default();
    let place = end.clone();
    let effect = follow(Box::new(move || {
        let wanted = (list.items)();
        let mut before: Vec<Option<Item>> = kept.take().into_iter().map(Some).collect();
        let now: Vec<Item> = wanted
            .into_iter()
            .map(|(key, number)| {
                before
                    .iter_mut()
                    .find(|item| item.as_ref().is_some_and(|item| item.key == key))
                    .and_then(Option::take)
                    .unwrap_or_else(|| {
                        let owner = owner.with(Owner::new);
                        let built = owner.with(|| untrack(|| Built::new((list.draw)(number))));
                        Item { key, owner, built }
                    })
            })
            .collect();
        before.into_iter().flatten().for_each(Item::remove);
        arrange(&now, &place);
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
    let mut next: Node = end.clone().into();
    for item in items.iter().rev() {
        let follows = item.built.last().and_then(|node| node.next_sibling());
        if follows.as_ref() != Some(&next) {
            item.built.insert(&parent, Some(&next));
        }
        next = item.built.first().unwrap_or(next);
    }
}

/// Runs at once, and again when a signal that was read changes.
fn follow(run: Box<dyn Fn()>) -> RenderEffect<()> {
    RenderEffect::new(move |_| run())
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

/// Reads a template as `macros::ui` wrote it: a mark, then its text up to U+0000.
fn from_template(template: &'static str, holes: Vec<Hole>) -> Built {
    let document = document();
    let mut open: Vec<(Element, bool)> = Vec::new();
    let mut roots = Vec::new();
    let mut parts = Vec::with_capacity(holes.len());
    let mut holes = holes.into_iter();
    let mut rest = template;
    let put = |open: &[(Element, bool)], roots: &mut Vec<Root>, node: Node| match open.last() {
        Some((parent, _)) => {
            let _ = parent.append_child(&node);
        }
        None => roots.push(Root::Node(node)),
    };
    while let Some(mark) = rest.chars().next() {
        rest = rest.get(1..).unwrap_or_default();
        match mark {
            '\u{1}' => {
                let tag = text(&mut rest);
                let svg = tag == "svg" || open.last().is_some_and(|(_, svg)| *svg);
                let element = document.create_element_ns(
                    Some(if svg {
                        SVG
                    } else {
                        "http://www.w3.org/1999/xhtml"
                    }),
                    tag,
                );
                if let Ok(element) = element {
                    open.push((element, svg));
                }
            }
            '\u{2}' => {
                let name = text(&mut rest);
                let value = text(&mut rest);
                if let Some((element, _)) = open.last() {
                    let _ = element.set_attribute(name, value);
                }
            }
            '\u{3}' => {
                let node = document.create_text_node(text(&mut rest));
                put(&open, &mut roots, node.into());
            }
            '\u{5}' => {
                if let Some((element, _)) = open.pop() {
                    put(&open, &mut roots, element.into());
                }
            }
            // Content.
            '\u{4}' => {
                let Some(Hole::Content(markup)) = holes.next() else {
                    continue;
                };
                let built = Built::new(markup);
                match open.last() {
                    Some((element, _)) => built.insert(element, None),
                    None => roots.push(Root::Part(parts.len())),
                }
                parts.push(Part::Content(built));
            }
            // A hole with a name.
            _ => {
                let name = text(&mut rest);
                let name = name.split_once(':').map_or(name, |(_, name)| name);
                if let (Some(hole), Some((element, _))) = (holes.next(), open.last()) {
                    parts.push(Part::new(element.clone(), name, hole));
                }
            }
        }
    }
    Built::Template {
        template,
        roots,
        parts,
    }
}

/// The text up to U+0000, taken off `rest`.
fn text(rest: &mut &'static str) -> &'static str {
    let (text, behind) = rest.split_once('\u{0}').unwrap_or((rest, ""));
    *rest = behind;
    text
}
