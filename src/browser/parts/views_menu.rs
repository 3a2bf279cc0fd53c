//! The views: those that everybody has, those that the reader keeps, and keeping one more.

use leptos::{ev, html};

use super::{icon::icon, menu::Menu, notice::field_error};
use crate::{
    browser::{markup::Markup, saved_views::ViewShelf, signals::prelude::*},
    event::KnownAction,
    listing::Listing,
    text::Untrusted,
    view::{LONGEST_NAME, View, built_in},
};

/// What the menu is given.
#[derive(Debug, Clone, Copy)]
pub struct ViewsMenu {
    /// What is shown now.
    pub listing: Memo<Listing>,
    /// Shows a view.
    pub change: Callback<Listing>,
    /// The views that are kept.
    pub shelf: ViewShelf,
    /// Whether it is open.
    pub menu: Menu,
}

/// The menu at work; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
struct Views {
    own: ViewsMenu,
    /// What is done to a view at the moment.
    doing: RwSignal<Option<Doing>>,
    problem: RwSignal<Option<String>>,
    name: NodeRef<html::Input>,
    new_name: NodeRef<html::Input>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Doing {
    Renaming(Untrusted),
    Deleting(Untrusted),
}

const SAID: &str = "views-said";

/// Draws the button, and below it the menu while it is open.
pub fn views_menu(own: ViewsMenu) -> Markup {
    let views = Views {
        own,
        doing: RwSignal::default(),
        problem: RwSignal::default(),
        name: NodeRef::new(),
        new_name: NodeRef::new(),
    };
    let current = move || {
        let shown = own.listing.get();
        let saved = own.shelf.all();
        let named = built_in().into_iter().chain(saved.all().iter().cloned());
        let mut named = named.filter(|view| is_shown(&view.listing, &shown));
        named.next().map(|view| view.name.clipped(24))
    };
    let button = ui! {
        <button class="btn btn--ghost only-lg views" type="button" aria-haspopup="dialog"
            aria-expanded=move || own.menu.is_open().to_string() on:click=move |_| own.menu.toggle()>
            {icon("eye")}<span class="sr">"Views: "</span>
            <span class="clip">{move || current().unwrap_or_else(|| "Views".to_owned())}</span>
        </button>
    };
    // Whatever opens it: what another tab keeps is seen, and nothing is half done.
    own.menu.draw_panel("Views", button, move || {
        own.shelf.look_again();
        views.problem.set(None);
        views.doing.set(None);
        content(views)
    })
}

/// Whether a view is what is shown, whatever is selected in the chart.
fn is_shown(view: &Listing, shown: &Listing) -> bool {
    let same = Listing {
        selection: view.selection,
        ..shown.clone()
    };
    *view == same
}

fn content(views: Views) -> Markup {
    let fixed: Vec<Markup> = built_in()
        .iter()
        .map(|view| ui! { <li class="view">{entry(views, view)}</li> })
        .collect();
    let saved = move || {
        let saved = views.own.shelf.all();
        let doing = views.doing.get();
        let first = |view: &View| saved.begins_with(&view.name);
        let rows = saved
            .all()
            .iter()
            .map(|view| row(views, view, first(view), doing.as_ref()));
        rows.collect::<Vec<Markup>>()
    };
    ui! {
        <div class="menu menu--views">
            <ul>{fixed}</ul>
            <div class="menu__head">"Kept on this device"</div>
            <ul>{saved}</ul>
            {save(views)}
        </div>
    }
}

fn entry(views: Views, view: &View) -> Markup {
    let listing = view.listing.clone();
    let chosen = untrack(|| views.own.listing.with(|shown| is_shown(&listing, shown)));
    ui! {
        <button class="menu__item" class:menu__item--in=!chosen type="button" aria-pressed=chosen.to_string()
            on:click=move |_| {
                views.own.menu.close();
                views.own.change.run(listing.clone());
            }>{chosen.then(|| icon("check"))}<span class="clip">{view.name.clipped(LONGEST_NAME)}</span></button>
    }
}

/// A view that is kept, with what can be done to it.
fn row(views: Views, view: &View, first: bool, doing: Option<&Doing>) -> Markup {
    let is = |what: fn(Untrusted) -> Doing| doing == Some(&what(view.name.clone()));
    let inside = if is(Doing::Renaming) {
        renaming(views, &view.name)
    } else if is(Doing::Deleting) {
        deleting(views, &view.name)
    } else {
        ui! { {entry(views, view)}{ways(views, view, first)} }
    };
    ui! { <li class="view">{inside}</li> }
}

fn ways(views: Views, view: &View, first: bool) -> Markup {
    let (renamed, deleted) = (view.name.clone(), view.name.clone());
    let beginning = (!first).then(|| view.name.clone());
    let name = view.name.clipped(LONGEST_NAME);
    ui! {
        <button class="btn btn--icon btn--ghost btn--sm" type="button" title="The list begins with this view"
            aria-label=format!("Begin with {name}") aria-pressed=first.to_string()
            on:click=move |_| views.own.shelf.begin_with(beginning.as_ref())>{icon("pin")}</button>
        <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label=format!("Rename {name}")
            on:click=move |_| views.start(Some(Doing::Renaming(renamed.clone())))>{icon(KnownAction::ModelUpdated.icon())}</button>
        <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label=format!("Delete {name}")
            on:click=move |_| views.start(Some(Doing::Deleting(deleted.clone())))>{icon(KnownAction::ModelDeleted.icon())}</button>
    }
}

fn renaming(views: Views, name: &Untrusted) -> Markup {
    let old = name.clone();
    ui! {
        <form class="view__form" novalidate on:submit=move |event: ev::SubmitEvent| {
            event.prevent_default();
            let result = views.own.shelf.rename(&old, &text(views.new_name));
            views.finish(result);
        }>
            <input class="input" type="text" aria-label="New name" node_ref=views.new_name autocomplete="off"
                prop:value=name.visible()/>
            <button class="btn btn--sm btn--primary" type="submit">"Rename"</button>
        </form>
    }
}

fn deleting(views: Views, name: &Untrusted) -> Markup {
    let gone = name.clone();
    ui! {
        <div class="view__form">
            <span class="clip">{format!("Delete “{}”?", name.clipped(24))}</span>
            <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| views.start(None)>"Keep"</button>
            <button class="btn btn--sm btn--danger" type="button" on:click=move |_| {
                views.own.shelf.delete(&gone);
                views.start(None);
            }>"Delete"</button>
        </div>
    }
}

/// Keeps what is shown under a name.
fn save(views: Views) -> Markup {
    let problem = views.problem;
    ui! {
        <form class="range" novalidate on:submit=move |event: ev::SubmitEvent| {
            event.prevent_default();
            let shown = views.own.listing.get_untracked();
            let result = views.own.shelf.save(&text(views.name), &shown);
            let saved = result.is_ok();
            views.finish(result);
            if saved {
                views.own.menu.close();
            }
        }>
            <div class="field">
                <label class="label" for="view-name">"Name"</label>
                <input class="input" id="view-name" type="text" node_ref=views.name autocomplete="off"
                    aria-describedby=SAID aria-invalid=move || problem.get().map(|_| "true")/>
            </div>
            {move || problem.get().map(|why| field_error(SAID, why))}
            <div class="btns"><button class="btn btn--sm btn--primary" type="submit">"Keep this view"</button></div>
        </form>
    }
}

impl Views {
    fn start(self, doing: Option<Doing>) {
        self.problem.set(None);
        self.doing.set(doing);
        // The button that was pressed is gone, and with it the focus that keeps the panel open.
        self.own.menu.focus_panel();
    }

    fn finish(self, result: Result<(), String>) {
        match result {
            Ok(()) => self.start(None),
            Err(why) => self.problem.set(Some(why)),
        }
    }
}

fn text(field: NodeRef<html::Input>) -> String {
    let field = field.get_untracked();
    field.map_or_else(String::new, |field| field.value())
}
