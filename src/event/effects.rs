//! What storing an event sets off in authentik beyond the log.

use super::KnownAction;
use crate::json::{Kind, Tree};

/// What is said of every event.
pub const ALWAYS: &str =
    "authentik does not record who posts an event, and hides nothing in it: secrets stay readable.";

/// What an action sets off, in whole sentences; `user` is the text of that field.
pub fn effects(action: KnownAction, user: &str) -> Vec<&'static str> {
    let mut told = Vec::new();
    if notifies(action) {
        told.push(
            "May notify administrators: authentik’s default rules mail them about this action.",
        );
    }
    if action == KnownAction::Login && names_user(user) {
        told.push(
            "Can influence GeoIP policies: authentik compares the next sign-in of this user with the place of this one.",
        );
    }
    told
}

/// Whether the rules that come with authentik match it.
fn notifies(action: KnownAction) -> bool {
    matches!(
        action,
        KnownAction::ConfigurationError
            | KnownAction::ConfigurationWarning
            | KnownAction::PolicyException
            | KnownAction::PropertyMappingException
            | KnownAction::UpdateAvailable
    )
}

fn names_user(user: &str) -> bool {
    !user.trim().is_empty()
        && Tree::of(user)
            .root()
            .get("pk")
            .is_some_and(|pk| pk.kind() != Kind::Null)
}

/// What to know of an action before it is chosen; `None` for what authentik writes itself.
pub fn note(action: KnownAction) -> Option<&'static str> {
    match action {
        KnownAction::FlowExecution
        | KnownAction::SystemTaskExecution
        | KnownAction::ReviewAttested => Some("never written by authentik"),
        KnownAction::CustomPrefix => Some("stored without a name"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_action_sets_off_is_told() {
        let check = |action: KnownAction, user: &str, starts: &[&str]| {
            let told = effects(action, user);
            assert_eq!(told.len(), starts.len(), "{action:?} {user}: {told:?}");
            for (said, start) in told.iter().zip(starts) {
                assert!(said.starts_with(start), "{action:?} {user}: {said}");
            }
        };
        let notify = "May notify administrators";
        for action in KnownAction::ALL {
            let mails = [
                "configuration_error",
                "configuration_warning",
                "policy_exception",
                "property_mapping_exception",
                "update_available",
            ]
            .contains(&action.wire());
            let starts: &[&str] = if mails { &[notify] } else { &[] };
            check(*action, "{}", starts);
        }
        let geo = "Can influence GeoIP policies";
        check(
            KnownAction::Login,
            r#"{"pk": 4, "username": "mia"}"#,
            &[geo],
        );
        check(KnownAction::Login, r#"{"pk": null}"#, &[]);
        check(KnownAction::Login, r#"{"username": "mia"}"#, &[]);
        check(KnownAction::Login, "{", &[]);
        check(KnownAction::Logout, r#"{"pk": 4}"#, &[]);
    }

    #[test]
    fn what_authentik_never_writes_is_noted() {
        let noted: Vec<&str> = KnownAction::ALL
            .iter()
            .filter(|action| note(**action).is_some())
            .map(|action| action.wire())
            .collect();
        assert_eq!(
            noted,
            [
                "flow_execution",
                "system_task_execution",
                "review_attested",
                "custom_"
            ]
        );
    }
}
