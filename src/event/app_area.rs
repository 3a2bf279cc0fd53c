//! Which part of authentik an event's `app` names.

use super::model_name;
use crate::text::Untrusted;

/// Parts of authentik with a name of their own.
const AREAS: [(&str, &str); 17] = [
    ("admin", "Administration"),
    ("api", "API"),
    ("blueprints", "Blueprints"),
    ("brands", "Brands"),
    ("core", "Users, groups, applications and tokens"),
    ("crypto", "Certificates and keys"),
    ("endpoints", "Endpoint devices"),
    ("events", "Event log"),
    ("flows", "Flows"),
    ("lifecycle", "Access reviews"),
    ("outposts", "Outposts"),
    ("rbac", "Roles and permissions"),
    ("recovery", "Account recovery"),
    ("reports", "Reports"),
    ("root", "Server"),
    ("tasks", "Background tasks"),
    ("tenants", "Tenants"),
];

/// Parts that are one of a kind each: `authentik.stages.email` is the email stage.
const KINDS: [(&str, &str); 4] = [
    ("policies", "policy"),
    ("providers", "provider"),
    ("sources", "source"),
    ("stages", "stage"),
];

/// The part in words, as in `OAuth2 provider`; `None` for an app that is not a part of authentik
/// that this build knows, as the names of expressions are.
///
/// ```
/// use eventide::{event::app_area::words, text::Untrusted};
///
/// let app = Untrusted::new("authentik.providers.oauth2.views.authorize");
/// assert_eq!(words(&app).unwrap(), "OAuth2 provider");
/// ```
pub fn words(app: &Untrusted) -> Option<String> {
    let app = app.original();
    // A Django app has a label too: `authentik_providers_oauth2`.
    let (between, rest) = match app.strip_prefix("authentik.") {
        Some(rest) => ('.', rest),
        None => ('_', app.strip_prefix("authentik_")?),
    };
    let (rest, enterprise) = match rest.split_once(between) {
        Some(("enterprise", rest)) => (rest, ", Enterprise"),
        _ => (rest, ""),
    };
    let (area, inner) = rest.split_once(between).unwrap_or((rest, ""));
    let named = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(name, _)| *name == area);
        found.map(|(_, words)| *words)
    };
    if let Some(words) = named(&AREAS) {
        return Some(format!("{words}{enterprise}"));
    }
    let kind = named(&KINDS)?;
    let which = if between == '.' {
        inner.split('.').next().unwrap_or_default()
    } else {
        inner
    };
    let which: Option<Vec<String>> = which.split('_').map(model_name::words).collect();
    let words = match which {
        Some(words) => format!("{} {kind}", words.join(" ")),
        None => capitalised(area),
    };
    Some(format!("{}{enterprise}", capitalised(&words)))
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apps_are_told_as_parts_of_authentik() {
        let check = |app: &str, expected: Option<&str>| {
            assert_eq!(words(&Untrusted::new(app)).as_deref(), expected, "{app}");
        };
        check("authentik.events.signals", Some("Event log"));
        check(
            "authentik.core.api.users",
            Some("Users, groups, applications and tokens"),
        );
        check(
            "authentik.providers.saml.views.flows",
            Some("SAML provider"),
        );
        check("authentik_providers_oauth2", Some("OAuth2 provider"));
        check(
            "authentik.stages.authenticator_static.signals",
            Some("Authenticator static stage"),
        );
        check("authentik.sources.ldap", Some("LDAP source"));
        check("authentik.policies.process", Some("Policies"));
        check("authentik.policies.geoip", Some("GeoIP policy"));
        check(
            "authentik.enterprise.lifecycle.models",
            Some("Access reviews, Enterprise"),
        );
        check(
            "authentik.enterprise.providers.ssf.views",
            Some("SSF provider, Enterprise"),
        );
        check("authentik.enterprise.audit", None);
        check("authentik", None);
        check("authentik.", None);
        check("authentik.zzz.y", None);
        check("my policy", None);
        check("", None);
    }
}
