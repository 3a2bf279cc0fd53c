//! Leptos's signals, with one copy of their code for values of all types.
//!
//! Leptos compiles a signal, a memo, an effect anew for each type in it, some 2 KB each, which
//! every user would load. Here only a value's own reading and writing is compiled for its type; who
//! wants to hear of what, when effects run and what a view leaves behind is Leptos, once. The names
//! are Leptos's and mean the same, so its book is the documentation.
//!
//! This takes the place of `leptos::prelude` (`use crate::browser::signals::prelude::*`).

use std::{any::Any, cell::RefCell, fmt, marker::PhantomData, rc::Rc};

use leptos::{
    html::ElementType,
    reactive::{
        computed::ArcMemo,
        graph::{AnySubscriber, Subscriber as _, ToAnySubscriber as _},
        owner::{ArenaItem, LocalStorage},
        signal::ArcTrigger,
        traits::{Get, GetUntracked, Notify, Track},
    },
};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What nearly every view needs.
pub mod prelude {
    pub use super::{Callback, Effect, Memo, NodeRef, Read, RwSignal, StoredValue};
    pub use leptos::prelude::{
        document, event_target_checked, event_target_value, expect_context, on_cleanup,
        provide_context, untrack, use_context, window, window_event_listener,
        window_event_listener_untyped,
    };
}

/// A value, and how its changes are heard of. The value is a `RefCell<Option<T>>`.
struct Kept {
    value: Rc<dyn Any>,
    changes: Changes,
}

enum Changes {
    /// Nobody hears of them.
    Silent,
    /// Whoever writes says so.
    Told(ArcTrigger),
    /// Computed again when what it was computed from has changed.
    Computed(ArcMemo<()>),
}

impl Kept {
    fn cell<T: 'static>(&self) -> Option<&RefCell<Option<T>>> {
        self.value.downcast_ref()
    }

    /// Tells whoever read it.
    fn notify(&self) {
        if let Changes::Told(trigger) = &self.changes {
            trigger.notify();
        }
    }
}

/// Where a value is, for as long as the view that made it is there.
#[derive(Clone, Copy)]
pub struct Place(ArenaItem<Rc<Kept>, LocalStorage>);

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}

impl Place {
    fn of<T: 'static>(value: Option<T>, changes: Changes) -> Self {
        Self::keep(Rc::new(RefCell::new(value)), changes)
    }

    fn keep(value: Rc<dyn Any>, changes: Changes) -> Self {
        Self(ArenaItem::new_with_storage(Rc::new(Kept {
            value,
            changes,
        })))
    }

    /// What is kept, without listening.
    fn found(self) -> Option<Rc<Kept>> {
        self.0.try_get_value()
    }

    /// What is kept, up to date; effects and memos that ask this way run again when it changes.
    fn heard(self) -> Option<Rc<Kept>> {
        let kept = self.found()?;
        match &kept.changes {
            Changes::Silent => {}
            Changes::Told(trigger) => trigger.track(),
            Changes::Computed(memo) => memo.get(),
        }
        Some(kept)
    }

    /// What is kept, up to date.
    fn seen(self) -> Option<Rc<Kept>> {
        let kept = self.found()?;
        if let Changes::Computed(memo) = &kept.changes {
            memo.get_untracked();
        }
        Some(kept)
    }
}

fn look<T: 'static, R>(kept: Option<Rc<Kept>>, look: impl FnOnce(&T) -> R) -> Option<R> {
    let kept = kept?;
    let value = kept.cell()?.borrow();
    Some(look(value.as_ref()?))
}

fn change<T: 'static, R>(kept: &Kept, change: impl FnOnce(&mut T) -> R) -> Option<R> {
    let mut value = kept.cell()?.borrow_mut();
    Some(change(value.as_mut()?))
}

/// Reads what is gone with its view: as in Leptos, a mistake in the program.
#[cold]
#[inline(never)]
#[expect(clippy::panic, reason = "there is no value to go on with")]
fn gone() -> ! {
    panic!("a signal was read after its view was gone")
}

/// What can be read, and heard of when it changes.
pub trait Read: Copy {
    /// The type of the value.
    type Value: 'static;

    /// Where it is.
    #[doc(hidden)]
    fn place(self) -> Place;

    /// Shows the value to `view`.
    fn with<R>(self, view: impl FnOnce(&Self::Value) -> R) -> R {
        look(self.place().heard(), view).unwrap_or_else(|| gone())
    }

    /// The same, without listening.
    fn with_untracked<R>(self, view: impl FnOnce(&Self::Value) -> R) -> R {
        self.try_with_untracked(view).unwrap_or_else(|| gone())
    }

    /// The same, or `None` when the view is gone.
    fn try_with_untracked<R>(self, view: impl FnOnce(&Self::Value) -> R) -> Option<R> {
        look(self.place().seen(), view)
    }

    /// The value.
    #[inline(never)]
    fn get(self) -> Self::Value
    where
        Self::Value: Clone,
    {
        self.with(Clone::clone)
    }

    /// The value, without listening.
    fn get_untracked(self) -> Self::Value
    where
        Self::Value: Clone,
    {
        self.try_get_untracked().unwrap_or_else(|| gone())
    }

    /// The same, or `None` when the view is gone.
    #[inline(never)]
    fn try_get_untracked(self) -> Option<Self::Value>
    where
        Self::Value: Clone,
    {
        self.try_with_untracked(Clone::clone)
    }
}

/// Each handle is `Copy`, whatever is in it; derived, it would depend on that.
macro_rules! handle {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        pub struct $name<T> {
            place: Place,
            holds: PhantomData<fn() -> T>,
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl<T: 'static> $name<T> {
            fn at(place: Place) -> Self {
                Self { place, holds: PhantomData }
            }
        }
    };
}

handle! {
    /// A value that can be changed, and heard of.
    RwSignal
}

handle! {
    /// A value made from others. It is made again when one of them changes, and only then, and heard
    /// of when it is not equal to what it was.
    Memo
}

handle! {
    /// A value that lives as long as its view. Nobody hears of its changes.
    StoredValue
}

impl<T: 'static> Read for RwSignal<T> {
    type Value = T;

    fn place(self) -> Place {
        self.place
    }
}

impl<T: 'static> Read for Memo<T> {
    type Value = T;

    fn place(self) -> Place {
        self.place
    }
}

impl<T: 'static> RwSignal<T> {
    /// Begins with a value.
    pub fn new(value: T) -> Self {
        Self::at(Place::of(Some(value), Changes::Told(ArcTrigger::new())))
    }

    /// Sets the value; nothing happens when the view is gone.
    pub fn set(self, value: T) {
        self.try_set(value);
    }

    /// Sets the value; gives it back when the view is gone.
    #[inline(never)]
    pub fn try_set(self, value: T) -> Option<T> {
        let Some(kept) = self.place.found() else {
            return Some(value);
        };
        change(&kept, |own| *own = value);
        kept.notify();
        None
    }

    /// Changes the value; nothing happens when the view is gone.
    pub fn update(self, make: impl FnOnce(&mut T)) {
        self.try_update(make);
    }

    /// Changes the value; `None` when the view is gone.
    pub fn try_update<R>(self, make: impl FnOnce(&mut T) -> R) -> Option<R> {
        let kept = self.place.found()?;
        let made = change(&kept, make);
        kept.notify();
        made
    }
}

impl<T: Default + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: PartialEq + 'static> Memo<T> {
    /// Makes the value with `make`, which is given the one before.
    pub fn new(make: impl Fn(Option<&T>) -> T + 'static) -> Self {
        let value = Rc::new(RefCell::new(None));
        let made = Rc::clone(&value);
        let changes = computed(Box::new(move || {
            // Not borrowed while it is made: whatever that reads may ask for this one.
            let before = made.take();
            let now = make(before.as_ref());
            let changed = before.as_ref() != Some(&now);
            made.replace(Some(now));
            changed
        }));
        Self::at(Place::keep(value, changes))
    }
}

/// `make` computes, and says whether anything has changed.
fn computed(make: Box<dyn Fn() -> bool>) -> Changes {
    // Leptos wants closures that may change threads; a place may.
    let make: ArenaItem<Rc<dyn Fn() -> bool>, LocalStorage> =
        ArenaItem::new_with_storage(Rc::from(make));
    let memo = ArcMemo::new_owning(move |_| ((), make.try_get_value().is_some_and(|make| make())));
    forget_with_view(memo.to_any_subscriber());
    Changes::Computed(memo)
}

/// What a view computes or does stops to listen when the view is gone. A signal of Leptos remembers
/// who listened until it changes, and some never do.
fn forget_with_view(subscriber: AnySubscriber) {
    leptos::prelude::on_cleanup(move || subscriber.clear_sources(&subscriber));
}

impl<T: 'static> StoredValue<T> {
    /// Keeps a value.
    pub fn new(value: T) -> Self {
        Self::at(Place::of(Some(value), Changes::Silent))
    }

    /// Shows the value to `view`.
    pub fn with_value<R>(self, view: impl FnOnce(&T) -> R) -> R {
        self.try_with_value(view).unwrap_or_else(|| gone())
    }

    /// The same, or `None` when the view is gone.
    pub fn try_with_value<R>(self, view: impl FnOnce(&T) -> R) -> Option<R> {
        look(self.place.found(), view)
    }

    /// Sets the value; nothing happens when the view is gone.
    pub fn set_value(self, value: T) {
        self.update_value(|own| *own = value);
    }

    /// Sets the value; gives it back when the view is gone.
    pub fn try_set_value(self, value: T) -> Option<T> {
        match self.place.found() {
            None => Some(value),
            Some(kept) => {
                change(&kept, |own| *own = value);
                None
            }
        }
    }

    /// Changes the value; nothing happens when the view is gone.
    pub fn update_value(self, make: impl FnOnce(&mut T)) {
        self.try_update_value(make);
    }

    /// Changes the value; `None` when the view is gone.
    pub fn try_update_value<R>(self, make: impl FnOnce(&mut T) -> R) -> Option<R> {
        let kept = self.place.found()?;
        change(&kept, make)
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// The value.
    pub fn get_value(self) -> T {
        self.try_get_value().unwrap_or_else(|| gone())
    }

    /// The same, or `None` when the view is gone.
    #[inline(never)]
    pub fn try_get_value(self) -> Option<T> {
        self.try_with_value(T::clone)
    }
}

/// What happens outside when signals change.
#[derive(Debug)]
pub struct Effect;

impl Effect {
    /// Runs soon, and again after each change of what it read, until the view is gone.
    pub fn new(run: impl FnMut() + 'static) -> Self {
        Self::erased(Box::new(run))
    }

    /// The same with what `run` gave the last time.
    pub fn with_last<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) -> Self {
        let mut last = None;
        Self::new(move || last = Some(run(last.take())))
    }

    fn erased(run: Box<dyn FnMut()>) -> Self {
        let effect = leptos::prelude::Effect::new(run);
        forget_with_view(effect.to_any_subscriber());
        Self
    }
}

/// Something to call; a handle as the others.
pub struct Callback<T>(StoredValue<Rc<dyn Fn(T)>>);

impl<T> Clone for Callback<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Callback<T> {}

impl<T> fmt::Debug for Callback<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

impl<T: 'static> Callback<T> {
    /// Calls `call`.
    pub fn new(call: impl Fn(T) + 'static) -> Self {
        Self(StoredValue::new(Rc::new(call)))
    }

    /// Calls it; nothing happens when the view is gone.
    pub fn run(self, with: T) {
        if let Some(call) = self.0.try_get_value() {
            call(with);
        }
    }
}

/// The element that `node_ref=` stands at, once it is drawn. `E` names it as Leptos does:
/// `html::Input`.
pub struct NodeRef<E> {
    element: RwSignal<Option<Element>>,
    kind: PhantomData<fn() -> E>,
}

impl<E> Clone for NodeRef<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for NodeRef<E> {}

impl<E> fmt::Debug for NodeRef<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NodeRef")
    }
}

impl<E> Default for NodeRef<E> {
    fn default() -> Self {
        Self {
            element: RwSignal::new(None),
            kind: PhantomData,
        }
    }
}

impl<E> NodeRef<E> {
    /// Not drawn yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the drawing notes the element.
    pub(super) fn element(self) -> RwSignal<Option<Element>> {
        self.element
    }
}

impl<E> NodeRef<E>
where
    E: ElementType,
    E::Output: JsCast,
{
    /// The element.
    pub fn get(self) -> Option<E::Output> {
        self.element.get().map(JsCast::unchecked_into)
    }

    /// The element, without listening.
    pub fn get_untracked(self) -> Option<E::Output> {
        self.element.get_untracked().map(JsCast::unchecked_into)
    }

    /// The same, or `None` when the view is gone.
    pub fn try_get_untracked(self) -> Option<Option<E::Output>> {
        let element = self.element.try_get_untracked()?;
        Some(element.map(JsCast::unchecked_into))
    }
}
