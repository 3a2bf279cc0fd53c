//! Who calls: tokens, the people behind them and what they may do.

use uuid::Uuid;

use crate::json::quoted;

/// What a caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Every event: `view_event`.
    All,
    /// One event: an object permission.
    One(Uuid),
    /// None.
    Nothing,
}

/// What a caller may do with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// What the caller may see.
    pub view: View,
    /// Whether the caller may create events: `add_event`.
    pub add: bool,
    /// Whether the caller is a superuser. Even a superuser may not change or delete events here.
    pub superuser: bool,
}

/// A person with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The key of the user.
    pub pk: i64,
    /// The login name.
    pub username: String,
    /// The name for people.
    pub name: String,
}

/// A token and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What is sent behind `Bearer`.
    pub secret: String,
    /// Whose it is.
    pub person: Person,
    /// What it allows. `None`: authentik knows the token and refuses it (expired, inactive user,
    /// wrong kind).
    pub rights: Option<Rights>,
    /// One line for people about what it is for.
    pub purpose: &'static str,
}

impl Token {
    /// A token.
    #[must_use]
    pub fn new(
        secret: &str,
        person: (i64, &str, &str),
        rights: Option<Rights>,
        purpose: &'static str,
    ) -> Token {
        let (pk, username, name) = person;
        Token {
            secret: secret.to_owned(),
            person: Person {
                pk,
                username: username.to_owned(),
                name: name.to_owned(),
            },
            rights,
            purpose,
        }
    }
}

/// The one event that a token of every sandbox may see. It is in every seed of some hundred, nine
/// days old.
pub const SHARED_EVENT: Uuid = Uuid::from_u128(0x5eed_5eed_0000_4000_8000_0000_0000_0001);

/// The tokens of every sandbox. They are the same on every machine: a sandbox keeps no secret.
#[must_use]
pub fn tokens() -> Vec<Token> {
    let rights = |view, add, superuser| {
        Some(Rights {
            view,
            add,
            superuser,
        })
    };
    vec![
        administrator("eventide-admin-token"),
        Token::new(
            "eventide-viewer-token",
            (50, "vera.viewer", "Vera Viewer"),
            rights(View::All, false, false),
            "viewer: sees events, may not create any",
        ),
        Token::new(
            "eventide-poster-token",
            (51, "pablo.poster", "Pablo Poster"),
            rights(View::Nothing, true, false),
            "poster: creates events, may not see any",
        ),
        Token::new(
            "eventide-one-event-token",
            (53, "otto.one", "Otto One"),
            rights(View::One(SHARED_EVENT), false, false),
            "one event: sees a single event, by a permission on it alone",
        ),
        Token::new(
            "eventide-no-permission-token",
            (49, "nora.nothing", "Nora Nothing"),
            rights(View::Nothing, false, false),
            "no permission: a user without any right on events",
        ),
        Token::new(
            "eventide-expired-token",
            (52, "edgar.expired", "Edgar Expired"),
            None,
            "expired: refused",
        ),
    ]
}

/// A token of the administrator.
#[must_use]
pub fn administrator(secret: &str) -> Token {
    let rights = Rights {
        view: View::All,
        add: true,
        superuser: true,
    };
    Token::new(
        secret,
        (4, "akadmin", "authentik Default Admin"),
        Some(rights),
        "administrator: sees and creates events",
    )
}

/// What the Authorization header came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// No header, or none that authentik looks at.
    Anonymous,
    /// A bearer token that is unknown or refused.
    Refused,
    /// Someone.
    Known(Token),
    /// A header that authentik stumbles over.
    Crash,
}

/// Reads the Authorization header as authentik does: `Bearer` in any case, one blank, the token.
#[must_use]
pub fn identify(header: Option<&[u8]>, tokens: &[Token]) -> Caller {
    let Ok(header) = std::str::from_utf8(header.unwrap_or_default()) else {
        return Caller::Crash;
    };
    if !header.is_ascii() {
        return Caller::Crash;
    }
    match header.trim().split_once(' ') {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("bearer") => tokens
            .iter()
            .find(|token| token.secret == secret && token.rights.is_some())
            .map_or(Caller::Refused, |token| Caller::Known(token.clone())),
        _ => Caller::Anonymous,
    }
}

/// What `core/users/me/` says about a person.
#[must_use]
pub fn me(token: &Token) -> String {
    let superuser = token.rights.is_some_and(|rights| rights.superuser);
    let person = &token.person;
    let initials: String = person
        .name
        .split(' ')
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect::<String>()
        .to_uppercase();
    let groups = if superuser {
        r#"[{"name":"authentik Admins","pk":"c2aa33b5-6322-40c1-a7f1-50ce7cebfc70"}]"#
    } else {
        "[]"
    };
    let permissions = if superuser {
        r#"["view_system_info","edit_system_settings","add_role","view_role","change_role","delete_role","access_admin_interface","view_system_settings"]"#
    } else {
        "[]"
    };
    format!(
        r#"{{"user":{{"pk":{},"username":{},"name":{},"is_active":true,"is_superuser":{superuser},"groups":{groups},"roles":[],"email":{},"avatar":{},"uid":"{:064x}","settings":{{}},"type":"internal","system_permissions":{permissions}}}}}"#,
        person.pk,
        quoted(&person.username),
        quoted(&person.name),
        quoted(&format!("{}@sandbox.example", person.username)),
        quoted(&avatar(&initials)),
        u128::try_from(person.pk)
            .unwrap_or_default()
            .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835),
    )
}

/// The round picture with initials that authentik makes, as a data URI.
fn avatar(initials: &str) -> String {
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="64px" height="64px" viewBox="0 0 64 64" version="1.1"><rect fill="#377b37" cx="32" cy="32" width="64" height="64" r="32"/><text x="50%" y="50%" fill="#fff" dominant-baseline="middle" text-anchor="middle" font-size="28">{initials}</text></svg>"##
    );
    format!("data:image/svg+xml;base64,{}", base64(svg.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let sign = (bits >> (18 - 6 * place)) & 63;
            match SIGNS.get(sign as usize) {
                Some(sign) if place <= group.len() => out.push(char::from(*sign)),
                _ => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_as_authentik_reads_it() {
        let tokens = tokens();
        let kind = |header: &[u8]| match identify(Some(header), &tokens) {
            Caller::Anonymous => "anonymous",
            Caller::Refused => "refused",
            Caller::Known(_) => "known",
            Caller::Crash => "crash",
        };
        assert_eq!(identify(None, &tokens), Caller::Anonymous);
        for header in [
            "Bearer eventide-admin-token",
            "bearer eventide-admin-token",
            "BEARER eventide-admin-token",
            "Bearer eventide-admin-token ",
        ] {
            assert_eq!(kind(header.as_bytes()), "known", "{header:?}");
        }
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "eventide-admin-token",
            "Token eventide-admin-token",
            "Basic eA==",
        ] {
            assert_eq!(kind(header.as_bytes()), "anonymous", "{header:?}");
        }
        for header in [
            "Bearer x",
            "Bearer  eventide-admin-token",
            "Bearer eventide-expired-token",
        ] {
            assert_eq!(kind(header.as_bytes()), "refused", "{header:?}");
        }
        assert_eq!(kind("Bearer töken".as_bytes()), "crash");
        assert_eq!(kind(b"Bearer t\xf6ken"), "crash");
    }

    #[test]
    fn base64_fills_up_its_last_group() {
        assert_eq!(
            [base64(b"a"), base64(b"ab"), base64(b"abc"), base64(b"")],
            ["YQ==", "YWI=", "YWJj", ""]
        );
    }
}
