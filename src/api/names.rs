//! `core/users/{id}/`, `core/groups/{id}/`, `rbac/roles/{id}/`: what people call what a change
//! names by its key only.

use uuid::Uuid;

use super::{Answer, Call, FromAnswer, Method};
use crate::text::Untrusted;

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// A user, by its login name.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
}

/// Something by its kind and its key, in a form that can stand in an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameKey {
    /// What it is.
    pub kind: Named,
    key: String,
}

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub Untrusted);

impl NameKey {
    /// Reads a member of a field of a change. authentik records members of users and groups only,
    /// by their keys; `None` for other fields, and for what is no key.
    pub fn of(field: &Untrusted, member: &Untrusted) -> Option<Self> {
        let kind = match field.original() {
            "users" => Named::User,
            "groups" | "ak_groups" | "parents" | "children" => Named::Group,
            "roles" => Named::Role,
            _ => return None,
        };
        let key = match kind {
            Named::User => member.original().parse::<u32>().ok()?.to_string(),
            Named::Group | Named::Role => Uuid::try_parse(member.original())
                .ok()?
                .hyphenated()
                .to_string(),
        };
        Some(Self { kind, key })
    }

    /// What asks for the name.
    pub fn call(&self) -> Call<Name> {
        let (path, template, permission) = match self.kind {
            Named::User => ("core/users", "core/users/{id}/", "authentik_core.view_user"),
            Named::Group => (
                "core/groups",
                "core/groups/{id}/",
                "authentik_core.view_group",
            ),
            Named::Role => ("rbac/roles", "rbac/roles/{id}/", "authentik_rbac.view_role"),
        };
        let mut call = Call::new(Method::Get, format!("{path}/{}/", self.key), template);
        call.request.permission = Some(permission);
        call
    }
}

impl FromAnswer for Name {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let tree = super::object(answer)?;
        let text = |key: &str| {
            let text = tree.root().get(key)?.untrusted()?;
            (!text.is_empty()).then_some(text)
        };
        // A user has both, and is known by the first.
        let name = text("username").or_else(|| text("name"));
        name.map(Self).ok_or_else(|| "it names nothing".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_asked_for_by_what_their_field_holds() {
        let check = |field: &str, member: &str, expected: Option<&str>| {
            let key = NameKey::of(&Untrusted::new(field), &Untrusted::new(member));
            let path = key.map(|key| key.call().request.path);
            assert_eq!(path.as_deref(), expected, "{field} {member}");
        };
        check("users", "23", Some("core/users/23/"));
        check("users", "-1", None);
        check("users", "../me", None);
        check("users", "5b1e0a7790c74a0fb0a1c22d64e8f3aa", None);
        let group = "core/groups/5b1e0a77-90c7-4a0f-b0a1-c22d64e8f3aa/";
        check("ak_groups", "5b1e0a7790c74a0fb0a1c22d64e8f3aa", Some(group));
        check(
            "groups",
            "5b1e0a77-90c7-4a0f-b0a1-c22d64e8f3aa",
            Some(group),
        );
        check("groups", "5", None);
        check(
            "roles",
            "5b1e0a7790c74a0fb0a1c22d64e8f3aa",
            Some("rbac/roles/5b1e0a77-90c7-4a0f-b0a1-c22d64e8f3aa/"),
        );
        check("name", "23", None);
    }

    #[test]
    fn a_user_is_known_by_the_login_name() {
        let read = |body: &str| {
            Name::from_answer(&Answer {
                status: 200,
                body: body.to_owned(),
                ..Answer::default()
            })
        };
        let name = |name: &str| Ok(Name(Untrusted::new(name)));
        assert_eq!(
            read(r#"{"pk":7,"username":"mia","name":"Mia Wong"}"#),
            name("mia")
        );
        assert_eq!(read(r#"{"pk":"x","name":"sales"}"#), name("sales"));
        for odd in ["{}", r#"{"name":""}"#, r#"{"name":7}"#] {
            assert_eq!(read(odd), Err("it names nothing".to_owned()), "{odd}");
        }
    }
}
