//! Pages of authentik's own admin interface, as far as an event tells their address.

use uuid::Uuid;

use super::ModelRef;
use crate::text::Untrusted;

/// The path of a page below the address of the server: `/if/` and no way out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminPath(String);

/// Longer paths are no links.
const LONGEST: usize = 500;

impl AdminPath {
    /// The page of an object. Only of kinds whose pages are found by the key that an event holds:
    /// those of applications, flows and sources are found by a slug, and tokens have none.
    ///
    /// ```
    /// use eventide::{event::{ModelRef, admin::AdminPath}, text::Untrusted};
    ///
    /// let text = |text: &str| Untrusted::new(text);
    /// let (app, model_name) = (text("authentik_core"), text("user"));
    /// let user = ModelRef { app, model_name, pk: text("5"), name: text("mia.wong") };
    /// assert_eq!(AdminPath::of(&user).unwrap().as_str(), "/if/admin/#/identity/users/5");
    /// ```
    pub fn of(model: &ModelRef) -> Option<Self> {
        let (app, pk) = (model.app.original(), &model.pk);
        match (app, model.model_name.original()) {
            ("authentik_core", "user") => Self::numbered("identity/users", pk),
            ("authentik_core", "group") => Self::keyed("identity/groups", pk),
            ("authentik_rbac", "role") => Self::keyed("identity/roles", pk),
            ("authentik_outposts", "outpost") => Self::keyed("outpost/outposts", pk),
            ("authentik_endpoints", "device") => Self::keyed("endpoints/devices", pk),
            (_, name) if app.starts_with("authentik_providers_") && name.ends_with("provider") => {
                Self::numbered("core/providers", pk)
            }
            _ => None,
        }
    }
    /// The page of an account; `None` for keys that no account has.
    pub fn user(pk: i64) -> Option<Self> {
        (pk > 0).then(|| Self::page(&format!("identity/users/{pk}")))
    }
    /// The page that lists exports for download.
    pub fn exports() -> Self {
        Self::page("events/exports")
    }
    /// A path that authentik wrote into an event as a link to one of its own pages; `None` for
    /// any that could lead out of the admin and the user interface.
    pub fn read(path: &Untrusted) -> Option<Self> {
        let text = path.original();
        let inside = text.starts_with("/if/admin/") || text.starts_with("/if/user/");
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/#;:,._~=&?%-".contains(&byte);
        // An encoded dot climbs as well as a plain one.
        let climbs = text.contains("..") || text.contains("%2e") || text.contains("%2E");
        (inside && !climbs && text.len() <= LONGEST && text.bytes().all(plain))
            .then(|| Self(text.to_owned()))
    }
    /// The path, to stand behind the address of the server.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn page(place: &str) -> Self {
        Self(format!("/if/admin/#/{place}"))
    }
    fn numbered(place: &str, pk: &Untrusted) -> Option<Self> {
        let pk: u64 = pk.original().parse().ok()?;
        Some(Self::page(&format!("{place}/{pk}")))
    }
    fn keyed(place: &str, pk: &Untrusted) -> Option<Self> {
        let pk = dashed(pk)?;
        Some(Self::page(&format!("{place}/{}", pk.original())))
    }
}

/// A uuid with its dashes, as authentik's pages and its API write it; events hold it without.
pub fn dashed(key: &Untrusted) -> Option<Untrusted> {
    let key = key.original();
    let digits = key
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let uuid = Uuid::try_parse(key).ok().filter(|_| digits)?;
    Some(Untrusted::new(uuid.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_where_the_key_leads_to_them() {
        let check = |app: &str, kind: &str, pk: &str, expected: Option<&str>| {
            let text = |text: &str| Untrusted::new(text);
            let model = ModelRef {
                app: text(app),
                model_name: text(kind),
                pk: text(pk),
                name: text("x"),
            };
            let path = AdminPath::of(&model);
            let path = path.as_ref().map(AdminPath::as_str);
            assert_eq!(path, expected, "{app} {kind} {pk}");
        };
        let (hex, uuid) = (
            "b67ca7d277324711b9439ec48457d0f6",
            "b67ca7d2-7732-4711-b943-9ec48457d0f6",
        );
        let page = |place: &str| format!("/if/admin/#/{place}/{uuid}");
        check(
            "authentik_core",
            "user",
            "7",
            Some("/if/admin/#/identity/users/7"),
        );
        check(
            "authentik_core",
            "group",
            hex,
            Some(&page("identity/groups")),
        );
        check(
            "authentik_core",
            "group",
            uuid,
            Some(&page("identity/groups")),
        );
        check("authentik_rbac", "role", hex, Some(&page("identity/roles")));
        check(
            "authentik_outposts",
            "outpost",
            hex,
            Some(&page("outpost/outposts")),
        );
        check(
            "authentik_endpoints",
            "device",
            hex,
            Some(&page("endpoints/devices")),
        );
        check(
            "authentik_providers_saml",
            "samlprovider",
            "12",
            Some("/if/admin/#/core/providers/12"),
        );
        check("authentik_providers_oauth2", "refreshtoken", "9", None);
        check("authentik_core", "application", hex, None);
        check("authentik_core", "user", "", None);
        check("authentik_core", "user", "-1", None);
        check("authentik_core", "user", "1/../2", None);
        check("authentik_core", "group", "7", None);
        check(
            "authentik_core",
            "group",
            "{b67ca7d2-7732-4711-b943-9ec48457d0f6}",
            None,
        );
    }

    #[test]
    fn a_path_out_of_an_event_stays_inside_the_interface() {
        let read = |path: &str| AdminPath::read(&Untrusted::new(path)).is_some();
        assert!(read(
            "/if/admin/#/core/applications/grafana-45b3;%7B%22page%22%3A%22page-lifecycle%22%7D"
        ));
        assert!(read("/if/user/#/library"));
        for path in [
            "",
            "/",
            "//evil.example/if/admin/",
            "/if/admin",
            "/if/flow/default-invalidation-flow/",
            "/if/admin/../flow/x/",
            "/if/admin/%2e%2e/flow/x/",
            "/if/admin/%2E./x",
            "/if/admin/\\evil",
            "/if/admin/ x",
            "/if/admin/\u{202e}",
            "/if/admin/<b>",
            "/if/admin/\"",
            "https://a.example/if/admin/",
            "javascript:/if/admin/",
        ] {
            assert!(!read(path), "{path}");
        }
        assert!(!read(&format!("/if/admin/{}", "x".repeat(LONGEST))));
    }
}
