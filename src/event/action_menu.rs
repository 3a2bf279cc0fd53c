//! The list that the action control opens: what it offers for a search, and where the arrow keys go.

use super::{EventAction, Family, KnownAction};
use crate::text::lowercase;

/// The actions that match a search, in the order of the menu, by family. Never an empty group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionMenu {
    /// The groups with their heads.
    pub groups: Vec<(&'static str, Vec<EventAction>)>,
}

/// The head of what this build does not know.
pub const NEW: &str = "New on this server";

/// Where a key moves the active option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the one below; from the last to the first.
    Next,
    /// To the one above; from the first to the last.
    Previous,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// A person's own action is what this form is for most of the time, so it comes first.
const ORDER: [Family; 7] = [
    Family::Custom,
    Family::Auth,
    Family::Access,
    Family::Change,
    Family::Policy,
    Family::System,
    Family::Error,
];

impl ActionMenu {
    /// All actions that hold each word of the search in label, wire value or family name, and the
    /// `newer` ones that only the server knows. Case and the difference between a blank and an
    /// underscore do not matter.
    pub fn matching(search: &str, newer: &[String]) -> Self {
        let search = lowercase(search).replace('_', " ");
        let newer: Vec<EventAction> = newer
            .iter()
            .filter(|wire| holds(&search, &[wire, NEW]))
            .map(|wire| EventAction::read(wire))
            .collect();
        let families = ORDER.into_iter().map(|family| {
            let matches = KnownAction::ALL.iter().filter(|action| {
                action.family() == family
                    && holds(&search, &[action.label(), action.wire(), family.label()])
            });
            let matches: Vec<EventAction> = matches.copied().map(EventAction::Known).collect();
            (family.label(), matches)
        });
        Self {
            groups: families
                .chain([(NEW, newer)])
                .filter(|(_, actions)| !actions.is_empty())
                .collect(),
        }
    }

    /// The actions in reading order.
    pub fn actions(&self) -> impl DoubleEndedIterator<Item = &EventAction> {
        self.groups.iter().flat_map(|(_, actions)| actions)
    }

    /// The option that is active when the list shows this: the one that was, if it is still
    /// there, or else the first.
    pub fn active(&self, was: Option<&EventAction>) -> Option<EventAction> {
        self.actions()
            .find(|action| Some(*action) == was)
            .or_else(|| self.actions().next())
            .cloned()
    }

    /// The option that a key moves to.
    pub fn step(&self, from: Option<&EventAction>, step: Step) -> Option<EventAction> {
        let (first, last) = (self.actions().next(), self.actions().next_back());
        let to = match step {
            Step::First => first,
            Step::Last => last,
            Step::Next => self
                .actions()
                .skip_while(|action| Some(*action) != from)
                .nth(1)
                .or(first),
            Step::Previous => self
                .actions()
                .take_while(|action| Some(*action) != from)
                .last()
                .or(last),
        };
        to.cloned()
    }
}

fn holds(search: &str, texts: &[&str]) -> bool {
    let text = lowercase(&texts.join(" ")).replace('_', " ");
    search.split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(search: &str) -> ActionMenu {
        ActionMenu::matching(search, &[])
    }

    fn found(search: &str) -> Vec<&'static str> {
        let known = |action: &EventAction| match action {
            EventAction::Known(known) => Some(known.wire()),
            EventAction::Custom(_) | EventAction::Unknown(_) => None,
        };
        menu(search).actions().filter_map(known).collect()
    }

    #[test]
    fn what_only_the_server_knows_is_offered_behind_the_others() {
        let newer = ["door_opened".to_owned()];
        let all = ActionMenu::matching("", &newer);
        assert_eq!(
            all.groups
                .last()
                .map(|(head, actions)| (*head, actions.len())),
            Some((NEW, 1))
        );
        assert_eq!(ActionMenu::matching("door", &newer).actions().count(), 1);
        assert_eq!(
            ActionMenu::matching("new server", &newer).actions().count(),
            1
        );
        assert_eq!(ActionMenu::matching("login", &newer), menu("login"));
    }

    #[test]
    fn every_action_is_offered_once_and_custom_comes_first() {
        let mut all = found("");
        assert_eq!(all.first(), Some(&"custom_"));
        all.sort_unstable();
        let mut expected: Vec<&str> = KnownAction::ALL
            .iter()
            .map(|action| action.wire())
            .collect();
        expected.sort_unstable();
        assert_eq!(all, expected);
    }

    #[test]
    fn label_wire_value_and_family_find_an_action() {
        assert_eq!(found("fail"), ["login_failed"]);
        assert_eq!(found("LOGIN_FAILED"), ["login_failed"]);
        assert_eq!(found("failed login"), ["login_failed"]);
        assert_eq!(found("invitation_used"), ["invitation_used"]);
        assert_eq!(found("mapping exc"), ["property_mapping_exception"]);
        assert!(found("model changes").contains(&"user_write"));
        assert!(found("zzz").is_empty());
    }

    #[test]
    fn keys_walk_the_list_round() {
        let menu = menu("model");
        let names: Vec<&EventAction> = menu.actions().collect();
        let (first, last) = (names.first().copied(), names.last().copied());
        let to = |from, step| menu.step(from, step);
        assert_eq!(to(first, Step::Next).as_ref(), names.get(1).copied());
        assert_eq!(to(last, Step::Next).as_ref(), first);
        assert_eq!(to(first, Step::Previous).as_ref(), last);
        assert_eq!(to(names.get(1).copied(), Step::Previous).as_ref(), first);
        assert_eq!(to(None, Step::Next).as_ref(), first);
        assert_eq!(to(last, Step::First).as_ref(), first);
        assert_eq!(to(first, Step::Last).as_ref(), last);
        assert_eq!(super::tests::menu("zzz").step(first, Step::Next), None);
    }

    #[test]
    fn a_narrower_search_keeps_the_active_option_while_it_can() {
        let failed = EventAction::Known(KnownAction::LoginFailed);
        let logout = EventAction::Known(KnownAction::Logout);
        let logins = menu("login");
        assert_eq!(logins.active(Some(&failed)), Some(failed));
        assert_eq!(
            logins.active(Some(&logout)).as_ref(),
            logins.actions().next()
        );
        assert_eq!(menu("zzz").active(Some(&logout)), None);
    }
}
