//! The list of checks: each with its mark, and what came out of it.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::icon::icon;
use crate::sign_in::{Findings, Line, LineState, VIEW};

/// Draws the checks. `user` is who lacks the permission, for the line that says how to grant it.
pub fn probe(lines: &[Line], user: Option<String>) -> Markup {
    let lines: Vec<Markup> = lines.iter().map(|line| draw(line, user.clone())).collect();
    ui! { <ul class="probe" role="list">{lines}</ul> }
}

fn draw(line: &Line, user: Option<String>) -> Markup {
    let mark = match line.state {
        LineState::Busy => ui! { <span class="spin"></span> },
        LineState::Good => icon("check").into_markup(),
        LineState::Bad => icon("x").into_markup(),
        LineState::Off => icon("dash").into_markup(),
    };
    let fix = user.filter(|_| line.state == LineState::Bad).map(|user| {
        ui! { <p>"Grant "<code>{VIEW}</code>" to "{user}" or one of their roles, then check again."</p> }
    });
    ui! {
        <li class:is-ok=line.state == LineState::Good class:is-bad=line.state == LineState::Bad
            class:is-off=line.state == LineState::Off class:is-busy=line.state == LineState::Busy>
            {mark}
            <span>{line.title}</span>
            <small>{line.note.clone()}</small>
            {fix}
        </li>
    }
}

/// What the last check says, read out as it changes.
pub fn probe_status(findings: RwSignal<Findings>) -> Markup {
    let words = move || {
        findings.with(|findings| {
            findings
                .lines()
                .last()
                .map(|line| format!("{} {}", line.title, line.note))
        })
    };
    ui! { <p class="sr" role="status">{words}</p> }
}
