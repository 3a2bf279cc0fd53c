//! The list that the action control opens: what it offers for a search, and where the arrow keys go.

use super::{Family, KnownAction};
use crate::text::lowercase;

/// The actions that match a search, in the order of the menu, by family. Never an empty group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionMenu {
    /// The groups.
    pub groups: Vec<(Family, Vec<KnownAction>)>,
}

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
    /// All actions that hold each word of the search in label, wire value or family name. Case
    /// and the difference between a blank and an underscore do not matter.
    pub fn matching(search: &str) -> Self {
        let search = lowercase(search).replace('_', " ");
        let groups = ORDER.into_iter().filter_map(|family| {
            let of_family = KnownAction::ALL
                .iter()
                .copied()
                .filter(|action| action.family() == family);
            let matches: Vec<KnownAction> =
                of_family.filter(|action| holds(*action, &search)).collect();
            (!matches.is_empty()).then_some((family, matches))
        });
        Self {
            groups: groups.collect(),
        }
    }

    /// The actions in reading order.
    pub fn actions(&self) -> impl DoubleEndedIterator<Item = KnownAction> {
        self.groups
            .iter()
            .flat_map(|(_, actions)| actions.iter().copied())
    }

    /// The option that is active when the list shows this: the one that was, if it is still
    /// there, or else the first.
    pub fn active(&self, was: Option<KnownAction>) -> Option<KnownAction> {
        self.actions()
            .find(|action| Some(*action) == was)
            .or_else(|| self.actions().next())
    }

    /// The option that a key moves to.
    pub fn step(&self, from: Option<KnownAction>, step: Step) -> Option<KnownAction> {
        let (first, last) = (self.actions().next(), self.actions().next_back());
        match step {
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
        }
    }
}

fn holds(action: KnownAction, search: &str) -> bool {
    let text = [action.label(), action.wire(), action.family().label()]
        .join(" ")
        .to_ascii_lowercase()
        .replace('_', " ");
    search.split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(search: &str) -> Vec<&'static str> {
        ActionMenu::matching(search)
            .actions()
            .map(KnownAction::wire)
            .collect()
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
        let menu = ActionMenu::matching("model");
        let names: Vec<KnownAction> = menu.actions().collect();
        let (first, last) = (names.first().copied(), names.last().copied());
        assert_eq!(menu.step(first, Step::Next), names.get(1).copied());
        assert_eq!(menu.step(last, Step::Next), first);
        assert_eq!(menu.step(first, Step::Previous), last);
        assert_eq!(menu.step(names.get(1).copied(), Step::Previous), first);
        assert_eq!(menu.step(None, Step::Next), first);
        assert_eq!(menu.step(last, Step::First), first);
        assert_eq!(menu.step(first, Step::Last), last);
        assert_eq!(ActionMenu::matching("zzz").step(first, Step::Next), None);
    }

    #[test]
    fn a_narrower_search_keeps_the_active_option_while_it_can() {
        let menu = ActionMenu::matching("login");
        assert_eq!(
            menu.active(Some(KnownAction::LoginFailed)),
            Some(KnownAction::LoginFailed)
        );
        assert_eq!(
            menu.active(Some(KnownAction::Logout)),
            menu.actions().next()
        );
        assert_eq!(
            ActionMenu::matching("zzz").active(Some(KnownAction::Login)),
            None
        );
    }
}
