//! `core/users/me/`: whose token it is.

use super::{Answer, Call, FromAnswer, Method};
use crate::text::Untrusted;

/// The account behind the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Primary key.
    pub pk: i64,
    /// Login name.
    pub username: Untrusted,
    /// Full name, often empty.
    pub name: Untrusted,
    /// E-mail address, often empty.
    pub email: Untrusted,
    /// Whether it may do everything.
    pub is_superuser: bool,
    /// The administrator behind it while impersonating.
    pub original: Option<Untrusted>,
}

/// Whose token it is; the surest probe of a token.
pub fn me() -> Call<Me> {
    Call::new(Method::Get, "core/users/me/", "core/users/me/")
}

impl FromAnswer for Me {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let tree = super::object(answer)?;
        let user = tree.root().get("user").ok_or("it names no user")?;
        let text = |key: &str| user.get(key).and_then(|value| value.untrusted());
        Ok(Self {
            pk: user
                .get("pk")
                .and_then(|pk| pk.integer())
                .ok_or("the user has no pk")?,
            username: text("username").ok_or("the user has no name")?,
            name: text("name").unwrap_or_default(),
            email: text("email").unwrap_or_default(),
            is_superuser: user
                .get("is_superuser")
                .and_then(|value| value.bool())
                .unwrap_or(false),
            original: tree
                .root()
                .get("original")
                .and_then(|original| original.get("username")?.untrusted()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<(i64, &str, Option<&str>), &str>) {
        let answer = Answer {
            status: 200,
            body: body.to_owned(),
            ..Answer::default()
        };
        let me = Me::from_answer(&answer);
        let seen = me.as_ref().map(|me| {
            (
                me.pk,
                me.username.original(),
                me.original.as_ref().map(Untrusted::original),
            )
        });
        assert_eq!(seen.map_err(|reason| reason.as_str()), expected, "{body}");
    }

    #[test]
    fn an_account_needs_a_key_and_a_name_and_nothing_else() {
        check(
            r#"{"user":{"pk":5,"username":"akadmin","name":"","is_superuser":true,"groups":[]}}"#,
            Ok((5, "akadmin", None)),
        );
        check(
            r#"{"user":{"pk":5,"username":"mia"},"original":{"username":"root"}}"#,
            Ok((5, "mia", Some("root"))),
        );
        check(
            r#"{"user":{"pk":5,"username":"mia"},"original":null}"#,
            Ok((5, "mia", None)),
        );
        check(
            r#"{"user":{"pk":"5","username":"mia"}}"#,
            Err("the user has no pk"),
        );
        check(
            r#"{"user":{"pk":5,"username":null}}"#,
            Err("the user has no name"),
        );
        check(r#"{"user":null}"#, Err("the user has no pk"));
        check("{}", Err("it names no user"));
        check("[]", Err("it is a list, not an object"));
        check(
            "nonsense",
            Err("it is not JSON (line 1, column 1: expected a value)"),
        );
    }
}
