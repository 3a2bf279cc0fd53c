//! The actions by family, to be ticked.

use super::Bar;
use crate::{
    browser::{
        markup::Markup,
        parts::{action::tile, icon::small_icon, notice::field_error},
        signals::prelude::*,
    },
    count::{counted, grouped},
    event::{EventAction, KnownAction},
    filter::{
        errors_and_warnings,
        offer::{ActionGroup, Ticked, action_groups},
    },
};

/// Names of custom actions may be anything.
const LONGEST_LABEL: usize = 40;

/// The list with its search, and what ticks many at once.
pub(super) fn action_list(bar: Bar) -> Markup {
    let editors = bar.own.editors;
    let groups = Memo::new(move |_| {
        let ticked = editors.edit.with(|edit| edit.actions.clone());
        bar.own.counts.with(|counts| {
            editors
                .search
                .with(|search| action_groups(search, counts, &ticked))
        })
    });
    let list = move || {
        groups.with(|groups| {
            groups
                .iter()
                .map(|own| group(bar, own))
                .collect::<Vec<Markup>>()
        })
    };
    let none = move || {
        let none = groups.with(Vec::is_empty);
        none.then(|| ui! { <p class="hint">"No action has this in its name."</p> })
    };
    let placeholder = format!("Search {} actions", KnownAction::ALL.len());
    ui! {
        <div class="pick__search">
            {small_icon("search")}
            <input type="search" placeholder=placeholder aria-label="Search actions" autocomplete="off" spellcheck="false"
                prop:value=move || editors.search.get()
                on:input=move |event| editors.look_for(event_target_value(&event))/>
        </div>
        <div class="pick__list">{list}{none}</div>
        {move || editors.problem.get().map(|why| field_error("filter-said", why))}
        {shortcuts(bar)}
    }
}

fn group(bar: Bar, group: &ActionGroup) -> Markup {
    let edit = bar.own.editors.edit;
    let actions = group.actions();
    let size = actions.len();
    let own = group.clone();
    let ticked = Memo::new(move |_| edit.with(|edit| own.ticked(&edit.actions)));
    let options: Vec<Markup> = group
        .actions
        .iter()
        .map(|(action, count)| option(bar, action, *count))
        .collect();
    let label = group.family.label();
    ui! {
        <div role="group" aria-label=label>
            <label class="opt-row check pick__fam">
                <input type="checkbox"
                    prop:checked=move || ticked.get().1 == Ticked::All
                    prop:indeterminate=move || ticked.get().1 == Ticked::Some
                    on:change=move |_| bar.tick(|edit| edit.tick_all(&actions))/>
                <span>{label}</span>
                <span class="num">{move || format!("{} of {size}", ticked.get().0)}</span>
            </label>
            {options}
        </div>
    }
}

fn option(bar: Bar, action: &EventAction, count: Option<u64>) -> Markup {
    let edit = bar.own.editors.edit;
    let (own, changed) = (action.clone(), action.clone());
    ui! {
        <label class="opt-row check">
            <input type="checkbox" prop:checked=move || edit.with(|edit| edit.actions.contains(&own))
                on:change=move |_| bar.tick(|edit| edit.tick(&changed))/>
            {tile(action)}
            <span>{action.label().clipped(LONGEST_LABEL)}</span>
            {count.map(|count| ui! { <span class="num">{grouped(count)}</span> })}
        </label>
    }
}

fn shortcuts(bar: Bar) -> Markup {
    let edit = bar.own.editors.edit;
    let selected = move || {
        let count = edit.with(|edit| edit.actions.len());
        format!("{} selected", counted(count as u64, "action", "actions"))
    };
    ui! {
        <div class="pick__foot">
            <span class="num" role="status">{selected}</span>
            <button class="btn btn--sm btn--ghost" type="button"
                on:click=move |_| bar.tick(|edit| edit.actions = errors_and_warnings())>"Errors and warnings"</button>
            <button class="btn btn--sm btn--ghost" type="button"
                on:click=move |_| bar.tick(|edit| edit.actions.clear())>"Clear"</button>
        </div>
    }
}
