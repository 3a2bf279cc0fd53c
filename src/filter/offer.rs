//! What an editor offers: the actions by family, and what loaded events hold.

use super::{Chip, Kind, Test};
use crate::{
    event::{Event, EventAction, Family, action_menu::ActionMenu},
    sort::{sort_by, sort_by_key},
    text::{Untrusted, lowercase},
};

/// The actions of a family, as the menu shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionGroup {
    /// The family.
    pub family: Family,
    /// Its actions that the search found, each with how often it happened where that is known.
    pub actions: Vec<(EventAction, Option<u64>)>,
}

/// How much of a group is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticked {
    /// Nothing.
    None,
    /// A part.
    Some,
    /// All of it.
    All,
}

impl ActionGroup {
    /// The actions alone.
    pub fn actions(&self) -> Vec<EventAction> {
        self.actions
            .iter()
            .map(|(action, _)| action.clone())
            .collect()
    }

    /// How many of its actions are ticked, and what that makes of the group.
    pub fn ticked(&self, ticked: &[EventAction]) -> (usize, Ticked) {
        let count = self
            .actions
            .iter()
            .filter(|(action, _)| ticked.contains(action))
            .count();
        let all = match count {
            0 => Ticked::None,
            count if count == self.actions.len() => Ticked::All,
            _ => Ticked::Some,
        };
        (count, all)
    }
}

/// The actions that a search finds, by family, never an empty group. `counts` says how often each
/// happened; with counts, one that is missing there never did. What is counted or ticked and in no
/// table stands with the administrators' own actions.
pub fn action_groups(
    search: &str,
    counts: &[(EventAction, u64)],
    ticked: &[EventAction],
) -> Vec<ActionGroup> {
    let count = |action: &EventAction| {
        let found = counts.iter().find(|(own, _)| own == action);
        found
            .map(|(_, count)| *count)
            .or((!counts.is_empty()).then_some(0))
    };
    let found = ActionMenu::matching(search, &[]);
    let own = own_actions(search, counts, ticked);
    let groups = Family::ALL.into_iter().map(|family| {
        let known = found
            .actions()
            .filter(|action| action.family() == family)
            .cloned();
        let own = own.iter().filter(|_| family == Family::Custom).cloned();
        let actions = known.chain(own);
        ActionGroup {
            family,
            actions: actions
                .map(|action| (action.clone(), count(&action)))
                .collect(),
        }
    });
    groups.filter(|group| !group.actions.is_empty()).collect()
}

/// Actions in no table that a search finds, by name.
fn own_actions(
    search: &str,
    counts: &[(EventAction, u64)],
    ticked: &[EventAction],
) -> Vec<EventAction> {
    let plain = |text: &str| lowercase(text).replace('_', " ");
    let search = plain(search);
    let mut found: Vec<EventAction> = counts
        .iter()
        .map(|(action, _)| action)
        .chain(ticked)
        .filter(|action| !matches!(action, EventAction::Known(_)))
        .filter(|action| {
            let name = plain(action.wire().original());
            search.split_whitespace().all(|word| name.contains(word))
        })
        .cloned()
        .collect();
    sort_by_key(&mut found, EventAction::wire);
    found.dedup();
    found
}

/// So many events are looked through.
const MOST_EVENTS: usize = 2000;

/// So many suggestions are made.
const MOST_SUGGESTIONS: usize = 50;

/// What events hold of a kind, the most frequent first.
pub fn suggestions<'event>(events: impl Iterator<Item = &'event Event>, kind: Kind) -> Vec<Test> {
    let named = |chip: Chip| (chip.parameter().1, chip.test);
    let mut held: Vec<(String, Test)> = events
        .take(MOST_EVENTS)
        .filter_map(|event| held(event, kind))
        .map(named)
        .collect();
    sort_by(&mut held, |(one, _), (other, _)| one.cmp(other));
    let mut found: Vec<(String, (usize, Test))> = Vec::new();
    for (name, test) in held {
        match found.last_mut() {
            Some((last, (often, _))) if *last == name => *often += 1,
            _ => found.push((name, (1, test))),
        }
    }
    sort_by(&mut found, |(_, (often, _)), (_, (less, _))| {
        less.cmp(often)
    });
    found.truncate(MOST_SUGGESTIONS);
    found.into_iter().map(|(_, (_, test))| test).collect()
}

/// Whether a suggestion holds what is typed, in capitals or not.
pub fn fits(test: &Test, typed: &str) -> bool {
    let typed = lowercase(typed.trim());
    let words = Chip::of(test.clone()).words();
    typed.is_empty() || lowercase(words.value.original()).contains(&typed)
}

fn held(event: &Event, kind: Kind) -> Option<Chip> {
    let chip = match kind {
        Kind::User => {
            let tried = event.context.string(&["username"]);
            Chip::user(event.actor.username().or(tried.as_ref())?)
        }
        Kind::ClientIp => Chip::client_ip(event.client_ip.as_ref()?),
        Kind::App => Chip::app(Some(&event.app).filter(|app| !app.is_empty())?),
        Kind::Object => Chip::object(&event.context.model(&["model"])?),
        Kind::AuthorizedApp => {
            Chip::authorized_app(&event.context.model(&["authorized_application"])?)
        }
        Kind::Brand => Chip::of(Test::Brand(event.brand_name.clone()?)),
        Kind::Action | Kind::Words | Kind::Value | Kind::Ql => return None,
    };
    // What stands for another kind of chip is no suggestion for this one.
    (chip.kind() == kind && chip.trouble().is_none()).then_some(chip)
}

/// What a suggestion says.
pub fn said(test: &Test) -> Untrusted {
    Chip::of(test.clone()).words().value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::KnownAction;

    fn groups(search: &str, counts: &[(EventAction, u64)]) -> Vec<String> {
        let groups = action_groups(search, counts, &[EventAction::read("custom_mine")]);
        let said = |group: &ActionGroup| {
            let actions = group.actions.iter().map(|(action, count)| {
                let count = count.map_or(String::new(), |count| format!("={count}"));
                format!("{}{count}", action.wire().original())
            });
            format!(
                "{}: {}",
                group.family.label(),
                actions.collect::<Vec<_>>().join(" ")
            )
        };
        groups.iter().map(said).collect()
    }

    #[test]
    fn actions_stand_by_family_with_how_often_they_happened() {
        let counts = [
            (EventAction::Known(KnownAction::LoginFailed), 7),
            (EventAction::read("custom_door"), 2),
            (EventAction::read("zzz_new"), 1),
        ];
        let all = action_groups("", &counts, &[]);
        let families: Vec<Family> = all.iter().map(|group| group.family).collect();
        assert_eq!(families, Family::ALL);
        let offered: usize = all.iter().map(|group| group.actions.len()).sum();
        assert_eq!(offered, KnownAction::ALL.len() + 2);
        assert_eq!(groups("fail", &counts), ["Authentication: login_failed=7"]);
        assert_eq!(groups("fail", &[]), ["Authentication: login_failed"]);
        assert_eq!(groups("custom DOOR", &counts), ["Custom: custom_door=2"]);
        assert_eq!(groups("mine", &counts), ["Custom: custom_mine=0"]);
        assert!(groups("nothing of this", &counts).is_empty());
    }

    #[test]
    fn a_family_is_ticked_in_part_or_whole() {
        let all = action_groups("login", &[], &[]);
        let group = all.first().unwrap();
        let every = group.actions();
        let first = every.first().cloned().unwrap();
        assert_eq!(group.ticked(&[]), (0, Ticked::None));
        assert_eq!(group.ticked(&[first]), (1, Ticked::Some));
        assert_eq!(group.ticked(&every), (every.len(), Ticked::All));
    }

    #[test]
    fn what_is_seen_often_is_suggested_first() {
        let event = |user: &str, more: &str| {
            Event::read(&format!(
                r#"{{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","user":{{"username":"{user}"}},"app":"x*"{more}}}"#
            ))
            .unwrap()
        };
        let model = r#","client_ip":"no address","context":{"model":{"app":"a","model_name":"user","pk":4,"name":"n"}}"#;
        let events = [
            event("b", ""),
            event("a", ""),
            event("b", model),
            event("c*", ""),
        ];
        let said = |kind: Kind| -> Vec<String> {
            let suggestions = suggestions(events.iter(), kind);
            suggestions
                .iter()
                .map(|test| said(test).visible())
                .collect()
        };
        assert_eq!(
            said(Kind::User),
            ["b", "a"],
            "a name with a star is no text to type"
        );
        assert_eq!(said(Kind::Object), ["user n"]);
        assert!(said(Kind::ClientIp).is_empty(), "it could not be asked");
        assert!(said(Kind::App).is_empty());
        assert!(said(Kind::Words).is_empty());
        let test = Test::User(Untrusted::new("Mia.Wong"));
        assert!(fits(&test, " wong") && fits(&test, "") && !fits(&test, "b"));
    }
}
