//! Where a page stands among all pages, and the ways to the others.

use crate::browser::markup::Markup;

use super::icon::icon;
use crate::{api::page::Pagination, count::grouped};

/// Draws the pager. `address` gives the address of a page by its number.
pub fn pager(pagination: Pagination, address: &dyn Fn(u32) -> String) -> Markup {
    let Pagination {
        count,
        current,
        total_pages,
        start_index,
        end_index,
        next,
        previous,
    } = pagination;
    let other = |page: Option<u32>| page.map(address);
    let first = other(previous.map(|_| 1));
    let last = other(next.map(|_| total_pages));
    ui! {
        <nav class="pager" aria-label="Pages">
            <span>
                "Showing "<span class="num">{grouped(start_index)}"–"{grouped(end_index)}</span>
                " of "<span class="num">{grouped(count)}</span>
            </span>
            <div class="btns">
            {step("First page", None, ui! { "First" }, first)}
            {step("Previous page", Some("prev"), ui! { {icon("left")}"Previous" }, other(previous))}
            <span class="num only-lg">"Page "{grouped(u64::from(current))}" of "{grouped(u64::from(total_pages))}</span>
            {step("Next page", Some("next"), ui! { "Next"{icon("right")} }, other(next))}
            {step("Last page", None, ui! { "Last" }, last)}
            </div>
        </nav>
    }
}

/// A link, or its place where there is nowhere to go.
fn step(
    name: &'static str,
    rel: Option<&'static str>,
    words: Markup,
    address: Option<String>,
) -> Markup {
    match address {
        Some(address) => {
            ui! { <a class="btn btn--sm" href=address rel=rel aria-label=name>{words}</a> }
        }
        None => {
            ui! { <a class="btn btn--sm" role="link" aria-disabled="true" aria-label=name>{words}</a> }
        }
    }
}
