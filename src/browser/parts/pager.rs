//! Where a page stands among all pages, and the ways to the others.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::icon::icon;
use crate::{api::page::Pagination, count::grouped};

/// Draws the pager. `go` turns to a page by its number.
pub fn pager(pagination: Pagination, go: Callback<u32>) -> Markup {
    let Pagination {
        count,
        current,
        total_pages,
        start_index,
        end_index,
        next,
        previous,
    } = pagination;
    ui! {
        <nav class="pager" aria-label="Pages">
            <span>
                "Showing "<span class="num">{grouped(start_index)}"–"{grouped(end_index)}</span>
                " of "<span class="num">{grouped(count)}</span>
            </span>
            <div class="btns">
            {step("First page", ui! { "First" }, previous.map(|_| 1), go)}
            {step("Previous page", ui! { {icon("left")}"Previous" }, previous, go)}
            <span class="num only-lg">"Page "{grouped(u64::from(current))}" of "{grouped(u64::from(total_pages))}</span>
            {step("Next page", ui! { "Next"{icon("right")} }, next, go)}
            {step("Last page", ui! { "Last" }, next.map(|_| total_pages), go)}
            </div>
        </nav>
    }
}

/// A button, disabled where there is nowhere to go.
fn step(name: &'static str, words: Markup, page: Option<u32>, go: Callback<u32>) -> Markup {
    ui! {
        <button class="btn btn--sm" type="button" aria-label=name disabled=page.is_none()
            on:click=move |_| if let Some(page) = page { go.run(page) }>{words}</button>
    }
}
