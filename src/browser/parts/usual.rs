//! A sign-in beside the last ones of the same user.

use crate::{
    browser::markup::{IntoMarkup, Markup},
    count::{counted, grouped},
    usual::{Line, Trait, Usual},
};

/// How much of a name is written.
const LONGEST: usize = 120;

/// The table: this one on the left, the usual on the right, with counts. `own` names this one, `last`
/// the others.
pub fn usual_table(usual: &Usual, own: &'static str, last: String) -> Markup {
    let total = u64::try_from(usual.total).unwrap_or(u64::MAX);
    let lines: Vec<Markup> = usual.lines.iter().map(|line| row(line, total)).collect();
    ui! {
        <table class="cmp" role="table">
            <thead role="rowgroup">
                <tr role="row">
                    <td role="cell"></td>
                    <th role="columnheader" scope="col">{own}</th>
                    <th role="columnheader" scope="col">{last}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{lines}</tbody>
        </table>
    }
}

fn row(line: &Line, total: u64) -> Markup {
    let own = line.own.as_ref().map_or_else(missing, drawn);
    let same = line.same.map(|same| match same {
        0 => format!("Not in the last {}", grouped(total)),
        same => format!("{same} of {}", grouped(total)),
    });
    let usual = match &line.usual {
        None => missing(),
        Some((usual, count)) => {
            let count = format!("{count} of {}", grouped(total));
            let others = match u64::try_from(line.others).unwrap_or(u64::MAX) {
                0 => String::new(),
                others => format!(", {}", counted(others, "other", "others")),
            };
            ui! { {drawn(usual)}" "<small>{count}{others}</small> }
        }
    };
    ui! {
        <tr role="row">
            <th role="rowheader" scope="row">{line.label}</th>
            <td role="cell" class:is-odd=line.is_new()>{own}" "{same.map(|same| ui! { <small>{same}</small> })}</td>
            <td role="cell">{usual}</td>
        </tr>
    }
}

fn drawn(of: &Trait) -> Markup {
    let flag = of
        .flag
        .clone()
        .map(|flag| ui! { <span class="flag" aria-hidden="true">{flag}</span> });
    (flag, ui! { <span>{of.name.clipped(LONGEST)}</span> }).into_markup()
}

fn missing() -> Markup {
    ui! { <span class="faint">"not recorded"</span> }
}
