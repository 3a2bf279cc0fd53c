//! Policies and mappings: what they were asked, what they said, and where they failed.

use super::{
    LogLine, Section, Tone,
    body::{Body, Keys, described},
};
use crate::{
    event::{
        Event, actor,
        exception::exceptions,
        facts::{Fact, Label, Mood, Value},
    },
    json::{Kind, Node},
    moment::Moment,
};

/// More lines than this belong into the context.
const LINES: usize = 200;

pub(super) fn execution(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.without_message("Policy Execution");
    let context = body.context;
    let asked = asked(&mut body);
    let result = context.at(&["result"]);
    let Some(result) = result.filter(|node| node.kind() == Kind::Object) else {
        body.first.extend(asked);
        return body.rest("Details");
    };
    body.told.push("result");
    let outcome = match result.get("passing").and_then(Node::bool) {
        Some(true) => Value::Pill(Mood::Good, "Passed"),
        Some(false) => Value::Pill(Mood::Bad, "Did not pass"),
        None => Value::Absent("not recorded"),
    };
    let mut rows = vec![Fact::ours("Outcome", outcome)];
    rows.extend(asked);
    let parts = [
        ("messages", "Messages"),
        ("raw_result", "Raw result"),
        ("source_results", "Results before"),
        ("_exec_time", "Time taken"),
    ];
    let set =
        |node: &Node<'_>| node.kind() != Kind::Null && !(node.is_container() && node.is_empty());
    for (key, label) in parts {
        let part = result.get(key).filter(set);
        rows.extend(part.map(|part| Fact::of(Label::Ours(label), part)));
        if key == "_exec_time" && part.is_some_and(|part| !part.is_container()) {
            let unit = Value::Words("seconds".to_owned());
            rows.last_mut()
                .into_iter()
                .for_each(|row| row.value.push(unit.clone()));
        }
    }
    let told = [
        "passing",
        "messages",
        "raw_result",
        "source_results",
        "_exec_time",
        "log_messages",
    ];
    let (more, objects) = described(result, &told, Keys::Ours);
    // What a policy has not got says nothing of it.
    rows.extend(
        more.into_iter()
            .filter(|fact| fact.value != [Value::Absent("not set")]),
    );
    body.fields("Result", rows);
    body.objects.extend(objects);
    log(&mut body, result);
    surroundings(&mut body);
    body.rest("Details")
}

pub(super) fn exception(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.without_message("Policy failed to execute");
    let asked = asked(&mut body);
    body.first.extend(asked);
    body.exceptions();
    body.note(
        "What it led to",
        Tone::Info,
        "A policy that fails gives no answer. In its place authentik takes the failure result of the binding, which this event does not record.",
    );
    surroundings(&mut body);
    body.rest("Details")
}

pub(super) fn mapping_exception(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    body.without_message("Failed to execute property mapping");
    if let Some(text) = body.context.string(&["expression"]) {
        body.told.push("expression");
        let failed = exceptions(body.context)
            .first()
            .and_then(|report| report.expression()?.1);
        let lines = text.original().lines().count();
        let failing_line = failed.and_then(|line| u32::try_from(line).ok());
        let failing_line =
            failing_line.filter(|line| usize::try_from(*line).is_ok_and(|line| line <= lines));
        body.sections.push(Section::Code {
            title: "Expression",
            text,
            failing_line,
        });
    }
    body.exceptions();
    body.rest("Details")
}

/// Whom and what a policy was asked about.
fn asked(body: &mut Body<'_>) -> Option<Fact> {
    let context = body.context;
    let request = context.at(&["request"]);
    let request = request.filter(|request| request.kind() == Kind::Object)?;
    body.told.push("request");
    if let Some(target) = context.model(&["request", "obj"]) {
        body.objects.push((Label::Ours("Access to"), target));
    }
    let user = request.get("user")?;
    if actor::anonymous(user) {
        return Some(Fact::ours(
            "Asked about",
            Value::Words("An anonymous user".to_owned()),
        ));
    }
    let name = actor::named(user)?;
    let page = user.get("pk").and_then(Node::integer).and_then(actor::page);
    Some(
        Fact::ours("Asked about", Value::Text(name.clone()))
            .copied(&name)
            .noted(page),
    )
}

/// What a policy could know when it was asked. What was not known is not told.
fn surroundings(body: &mut Body<'_>) {
    let context = body.context;
    let Some(known) = context.at(&["request", "context"]) else {
        return;
    };
    let (rows, objects) = described(known, &[], Keys::Theirs);
    let rows = rows
        .into_iter()
        .filter(|fact| fact.value != [Value::Absent("not set")]);
    body.fields("What the policy knew", rows.collect());
    body.objects.extend(objects);
}

fn log(body: &mut Body<'_>, result: Node<'_>) {
    let Some(messages) = result.get("log_messages") else {
        return;
    };
    let lines: Vec<LogLine> = messages.children().take(LINES).filter_map(line).collect();
    let more = messages.len().saturating_sub(LINES);
    if !lines.is_empty() {
        body.sections.push(Section::Log { lines, more });
    }
}

fn line(entry: Node<'_>) -> Option<LogLine> {
    let time = entry.get("timestamp").and_then(Node::string);
    let attributes = entry.get("attributes").filter(|node| !node.is_empty());
    Some(LogLine {
        at: time.and_then(|time| Moment::parse(&time)),
        level: entry.get("log_level").and_then(Node::untrusted),
        text: entry.get("event")?.scalar()?,
        attributes: attributes
            .filter(|node| node.is_container())
            .map(Node::json),
    })
}
