//! The actions of authentik 2026.5: the values that `POST` and `actions=` accept.

/// Wire value and display name of each action, in the server's order.
pub const ACTIONS: [(&str, &str); 33] = [
    ("login", "Login"),
    ("login_failed", "Login Failed"),
    ("logout", "Logout"),
    ("user_write", "User Write"),
    ("suspicious_request", "Suspicious Request"),
    ("password_set", "Password Set"),
    ("secret_view", "Secret View"),
    ("secret_rotate", "Secret Rotate"),
    ("invitation_used", "Invite Used"),
    ("authorize_application", "Authorize Application"),
    ("source_linked", "Source Linked"),
    ("impersonation_started", "Impersonation Started"),
    ("impersonation_ended", "Impersonation Ended"),
    ("flow_execution", "Flow Execution"),
    ("policy_execution", "Policy Execution"),
    ("policy_exception", "Policy Exception"),
    ("property_mapping_exception", "Property Mapping Exception"),
    ("system_task_execution", "System Task Execution"),
    ("system_task_exception", "System Task Exception"),
    ("system_exception", "System Exception"),
    ("configuration_error", "Configuration Error"),
    ("configuration_warning", "Configuration Warning"),
    ("model_created", "Model Created"),
    ("model_updated", "Model Updated"),
    ("model_deleted", "Model Deleted"),
    ("email_sent", "Email Sent"),
    ("update_available", "Update Available"),
    ("export_ready", "Export Ready"),
    ("review_initiated", "Review Initiated"),
    ("review_overdue", "Review Overdue"),
    ("review_attested", "Review Attested"),
    ("review_completed", "Review Completed"),
    ("custom_", "Custom Prefix"),
];

/// Which authentik is played. Only what actions it knows differs; everything else is 2026.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Release {
    /// 2025.10, and all before it since 2023.1.
    Y2025M10,
    /// 2025.12.
    Y2025M12,
    /// 2026.2 and later.
    #[default]
    Y2026M2,
}

impl Release {
    /// The release by its name; a patch level behind it makes no difference.
    #[must_use]
    pub fn named(name: &str) -> Option<Release> {
        let mut numbers = name.split('.');
        let year: u32 = numbers.next()?.parse().ok()?;
        let month: u32 = numbers.next()?.parse().ok()?;
        Some(match (year, month) {
            (2026.., 2..) | (2027.., _) => Release::Y2026M2,
            (2026, _) | (2025, 12) => Release::Y2025M12,
            (2023..=2025, _) => Release::Y2025M10,
            _ => return None,
        })
    }

    /// What it says when it is asked for its version.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Release::Y2025M10 => "2025.10.4",
            Release::Y2025M12 => "2025.12.5",
            // The one whose answers were recorded.
            Release::Y2026M2 => "2026.5.0-rc1",
        }
    }

    /// Wire value and display name of each action that it knows, in the server's order.
    pub fn actions(self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        ACTIONS
            .iter()
            .filter(move |(value, _)| Release::first_with(value) <= self)
    }

    /// Whether its `POST` accepts an action: exactly one of the values.
    #[must_use]
    pub fn knows(self, value: &str) -> bool {
        self.actions().any(|(action, _)| *action == value)
    }

    /// Whether it may have written an event of an action; custom ones all did.
    #[must_use]
    pub fn writes(self, action: &str) -> bool {
        Release::first_with(action) <= self
    }

    fn first_with(action: &str) -> Release {
        match action {
            "export_ready" => Release::Y2025M12,
            "configuration_warning"
            | "review_initiated"
            | "review_overdue"
            | "review_attested"
            | "review_completed" => Release::Y2026M2,
            _ => Release::Y2025M10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_know_what_they_were_seen_to_know() {
        for (name, version, count) in [
            ("2024.6", "2025.10.4", 27),
            ("2025.8.3", "2025.10.4", 27),
            ("2025.12", "2025.12.5", 28),
            ("2026.1", "2025.12.5", 28),
            ("2026.2.1", "2026.5.0-rc1", 33),
            ("2027.1", "2026.5.0-rc1", 33),
        ] {
            let release = Release::named(name).unwrap();
            assert_eq!(
                (release.version(), release.actions().count()),
                (version, count),
                "{name}"
            );
        }
        for name in ["", "new", "2022.12", "2026", "26.2"] {
            assert_eq!(Release::named(name), None, "{name}");
        }
        assert!(!Release::Y2025M12.knows("review_overdue"));
        assert!(Release::Y2025M12.knows("custom_"));
    }
}
