//! Names of authentik's models, as people say them.
//!
//! Django runs the words of a class name together: `oauth2provider`, `passwordexpirypolicy`. A
//! list of all models would be out of date with each release, so the words are taken apart again.

/// The parts that authentik's model names are made of. A part is written as it is said, with `=`
/// before the words where they differ from it.
const PARTS: &str = "\
access account agent apple application assignment association authenticated \
authenticator authorization attribute attestation auth backchannel binding blueprint brand \
captcha certificatekeypair=certificate code config connection connector consent content \
data delete deny device discovery docker domain dummy duo email endpoint endpoints enrollment \
enterprise entitlement entra=Entra event execution expiry export expression factor federation \
file flow gdtc=GDTC geoip=GeoIP google=Google group identification independent install instance \
invitation iteration kerberos=Kerberos kubernetes=Kubernetes label ldap=LDAP license lifecycle \
log login logout mapping matcher membership microsoft=Microsoft mobile model mtls=mTLS mutual \
network nonce notification oauth2=OAuth2 oauth=OAuth object outpost parent password permission \
plex=Plex policy posture prompt property provider proxy push query rac=RAC radius=RADIUS redirect \
refresh reputation request result review role rule saml=SAML schedule scim=SCIM scope score \
secure enclave service session snapshot source ssf=SSF stage state static \
status stream sms=SMS sync system task telegram=Telegram tenant tls=TLS token totp=TOTP transport \
type unique usage user validate version webauthn=WebAuthn webhook workspace=Workspace worker write \
wsfed=WS-Federation ws=WS";

/// No class of authentik's has a longer name; a longer text is no class.
const LONGEST: usize = 80;

/// `oauth2provider` → `OAuth2 provider`; `None` when a part of the name is not known.
pub(super) fn words(model_name: &str) -> Option<String> {
    if model_name.len() > LONGEST {
        return None;
    }
    let mut words = String::new();
    let mut rest = model_name;
    while !rest.is_empty() {
        let (part, said) = PARTS
            .split_ascii_whitespace()
            .map(|part| part.split_once('=').unwrap_or((part, part)))
            .filter(|(part, _)| rest.starts_with(part))
            .max_by_key(|(part, _)| part.len())?;
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(said);
        rest = rest.strip_prefix(part)?;
    }
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn models_read_as_people_say_them() {
        let check =
            |name: &str, said: Option<&str>| assert_eq!(words(name).as_deref(), said, "{name}");
        check("user", Some("user"));
        check("application", Some("application"));
        check("applicationentitlement", Some("application entitlement"));
        check("oauth2provider", Some("OAuth2 provider"));
        check("samlpropertymapping", Some("SAML property mapping"));
        check("passwordstage", Some("password stage"));
        check("passwordexpirypolicy", Some("password expiry policy"));
        check("geoippolicy", Some("GeoIP policy"));
        check("certificatekeypair", Some("certificate"));
        check("policybinding", Some("policy binding"));
        check("flowstagebinding", Some("flow stage binding"));
        check(
            "useroauthsourceconnection",
            Some("user OAuth source connection"),
        );
        check("userloginstage", Some("user login stage"));
        check(
            "notificationwebhookmapping",
            Some("notification webhook mapping"),
        );
        check("googleworkspaceprovider", Some("Google Workspace provider"));
        check("microsoftentraprovider", Some("Microsoft Entra provider"));
        check(
            "authenticatorendpointgdtcstage",
            Some("authenticator endpoint GDTC stage"),
        );
        check("rolemodelpermission", Some("role model permission"));
        check("dataexport", Some("data export"));
        check("lifecycleiteration", Some("lifecycle iteration"));
        check("staticdevice", Some("static device"));
        check("frobnicator", None);
        check("userfrobnicator", None);
        check("Users", None);
        check("", None);
    }
}
