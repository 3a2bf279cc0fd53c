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

/// Whether `POST` accepts it: exactly one of the values.
#[must_use]
pub fn is_action(value: &str) -> bool {
    ACTIONS.iter().any(|(action, _)| *action == value)
}
