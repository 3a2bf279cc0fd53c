//! The enum against authentik's own lists, one for each release, read off its schema.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the functions that tests share say what they expect"
)]

use std::fs;

use eventide::{
    event::{Family, KnownAction, Severity},
    json::{Node, Tree},
};

/// Release and the actions it knows, oldest first; the newest one is authentik's main branch.
fn releases() -> Vec<(String, Vec<String>)> {
    let tree = Tree::of(&read("tests/fixtures/event-actions-by-version.json"));
    let releases = tree.root().children().map(|release| {
        let name = release.key().expect("a release has a name");
        let name = name.original().trim_start_matches("version/").to_owned();
        let schema = release.get("schema").expect("a release has a schema");
        assert_eq!(
            texts(schema),
            texts(release.get("models").expect("models")),
            "{name}"
        );
        (name, texts(schema))
    });
    releases.collect()
}

fn texts(list: Node<'_>) -> Vec<String> {
    list.children()
        .map(|item| item.string().expect("a text").into_owned())
        .collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect(path)
}

#[test]
fn the_actions_are_those_of_the_newest_server_in_its_order() {
    let releases = releases();
    let (name, newest) = releases.last().expect("a release");
    assert_eq!(name, "HEAD");
    let own: Vec<&str> = KnownAction::ALL.iter().map(|known| known.wire()).collect();
    assert_eq!(own, *newest);
    assert_eq!(own.len(), 33);
}

#[test]
fn every_action_of_every_release_is_known_since_that_release() {
    let releases = releases();
    assert!(releases.len() > 10, "the list of releases is short");
    for (name, actions) in &releases {
        for action in actions {
            assert!(
                KnownAction::from_wire(action).is_some(),
                "{name} knows {action}, this app does not"
            );
        }
    }
    for known in KnownAction::ALL {
        let first = releases
            .iter()
            .find(|(_, actions)| actions.iter().any(|action| action == known.wire()));
        let (first, _) = first.expect("an action is of some release");
        let since = known.since();
        assert!(
            first
                .strip_prefix(since)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
            "{known:?} came with {first}, the table says {since}",
        );
    }
}

#[test]
fn which_release_knows_which_action() {
    let check = |release: &str, count: usize| {
        let releases = releases();
        let found = releases.iter().find(|(name, _)| name.starts_with(release));
        assert_eq!(
            found.map(|(_, actions)| actions.len()),
            Some(count),
            "{release}"
        );
        let known = KnownAction::ALL
            .iter()
            .filter(|known| not_after(known.since(), release));
        assert_eq!(known.count(), count, "{release}");
    };
    check("2023.1", 27);
    check("2024.6", 27);
    check("2025.10", 27);
    check("2025.12", 28);
    check("2026.2", 33);
}

fn not_after(release: &str, other: &str) -> bool {
    let numbers = |release: &str| {
        release
            .split('.')
            .map(|part| part.parse::<u32>().expect("a number"))
            .collect::<Vec<_>>()
    };
    numbers(release) <= numbers(other)
}

#[test]
fn every_action_has_a_picture_and_words_of_its_own() {
    let sprite = read("style/icons.svg");
    for known in KnownAction::ALL {
        let icon = known.icon();
        assert!(
            sprite.contains(&format!("id=\"i-{icon}\"")),
            "style/icons.svg has no picture i-{icon}"
        );
        let twins = KnownAction::ALL
            .iter()
            .filter(|other| other.label() == known.label());
        assert_eq!(twins.count(), 1, "{known:?} shares its label");
    }
}

#[test]
fn what_authentik_never_writes_says_so() {
    let never = [
        KnownAction::FlowExecution,
        KnownAction::SystemTaskExecution,
        KnownAction::ReviewAttested,
    ];
    for known in KnownAction::ALL {
        assert_eq!(
            known.meaning().contains("never writes"),
            never.contains(known),
            "{known:?}"
        );
    }
    assert!(KnownAction::CustomPrefix.meaning().contains("“custom_”"));
}

#[test]
fn what_broke_is_an_error_and_every_family_is_used() {
    for family in Family::ALL {
        assert!(
            KnownAction::ALL
                .iter()
                .any(|known| known.family() == family),
            "{family:?} is empty"
        );
    }
    for known in KnownAction::ALL
        .iter()
        .filter(|known| known.family() == Family::Error)
    {
        assert_eq!(known.severity(), Severity::Error, "{known:?}");
    }
}
