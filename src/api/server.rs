//! What kind of server answers.

use super::{Answer, Call, FromAnswer, Method};
use crate::text::Untrusted;

/// Proof that an authentik answers at an address; what it says about itself is of no use here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerConfig;

/// The server's version, as in "2026.5.0".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub Untrusted);

/// Public configuration, asked without a token: a bad one would make it a 403.
pub fn config() -> Call<ServerConfig> {
    let mut call = Call::new(Method::Get, "root/config/", "root/config/");
    call.request.authorized = false;
    call
}

/// The version; any account may ask.
pub fn version() -> Call<Version> {
    Call::new(Method::Get, "admin/version/", "admin/version/")
}

impl FromAnswer for ServerConfig {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        // Any service may answer with some JSON; this key every authentik has.
        match super::object(answer)?.root().get("capabilities") {
            Some(_) => Ok(Self),
            None => Err("it is not what authentik says about itself".to_owned()),
        }
    }
}

impl FromAnswer for Version {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let tree = super::object(answer)?;
        let version = tree
            .root()
            .get("version_current")
            .and_then(|version| version.untrusted());
        Ok(Self(version.ok_or("it names no version")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            body: body.to_owned(),
            ..Answer::default()
        }
    }

    #[test]
    fn not_everything_that_speaks_json_is_an_authentik() {
        let check = |body: &str, expected: bool| {
            assert_eq!(
                ServerConfig::from_answer(&answer(body)).is_ok(),
                expected,
                "{body}"
            )
        };
        check(
            r#"{"error_reporting":{"enabled":false},"capabilities":["can_geo_ip"],"cache_timeout":300}"#,
            true,
        );
        check(r#"{"status":"ok"}"#, false);
        check("[]", false);
        check("ok", false);
    }

    #[test]
    fn a_version_is_told_as_the_server_tells_it() {
        let version = Version::from_answer(&answer(
            r#"{"version_current":"2026.5.0-rc1","outdated":true}"#,
        ))
        .unwrap();
        assert_eq!(version.0.original(), "2026.5.0-rc1");
        assert_eq!(
            Version::from_answer(&answer("{}")).unwrap_err(),
            "it names no version"
        );
    }
}
