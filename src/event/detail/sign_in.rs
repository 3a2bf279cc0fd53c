//! Who got in, who did not, and who left.

use super::{
    Section, Tone,
    body::{Body, Keys, described, models},
};
use crate::{
    event::{
        Event,
        context::is_masked,
        facts::{Fact, Label, Mood, Value, said},
        login::{Account, Factor, Method},
    },
    json::{Kind, Node},
    text::Untrusted,
};

/// What authentik records of how somebody signed in.
const ARGUMENTS: &str = "auth_method_args";

pub(super) fn login(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    let mut rows = Vec::new();
    if let Some(method) = Method::read(context) {
        let wire = context.scalar(&["auth_method"]);
        body.told.push("auth_method");
        rows.push(match method.words() {
            Some(words) => {
                Fact::ours("Method", Value::Words(words.to_owned())).noted(wire.map(Value::Code))
            }
            None => Fact::ours(
                "Method",
                wire.map_or(Value::Absent("not recorded"), Value::Code),
            ),
        });
    }
    let arguments = context.at(&[ARGUMENTS]);
    let Some(arguments) = arguments.filter(|node| node.kind() == Kind::Object) else {
        body.fields("Sign-in", rows);
        return body.rest("Details");
    };
    body.told.push(ARGUMENTS);
    let mut told = Vec::new();
    let second = arguments.get("mfa_devices").and_then(models);
    if let Some(second) = second {
        told.push("mfa_devices");
        rows.push(Fact::ours("Second factor", Value::Pill(Mood::Good, "Used")));
        let second = second.into_iter();
        body.objects
            .extend(second.map(|model| (Label::Ours("Second factor"), model)));
    } else if Method::read(context) == Some(Method::Password) {
        rows.push(Fact::ours("Second factor", Value::Absent("none recorded")));
    }
    if let Some(known) = arguments.get("known_device").and_then(Node::bool) {
        told.push("known_device");
        rows.push(Fact::ours(
            "Device",
            match known {
                true => Value::Pill(Mood::Good, "Known device"),
                false => Value::Pill(Mood::Warning, "New device"),
            },
        ));
    }
    let parts = [
        ("certificate", "Client certificate"),
        ("jwt", "Claims of the token"),
    ];
    let parts = parts.map(|(key, title)| {
        let part = arguments.get(key);
        (key, title, part.filter(|part| part.kind() == Kind::Object))
    });
    told.extend(parts.iter().filter_map(|(key, _, part)| part.map(|_| *key)));
    let (more, objects) = described(arguments, &told, Keys::Ours);
    rows.extend(more);
    body.fields("Sign-in", rows);
    body.objects.extend(objects);
    for (key, title, part) in parts {
        match part {
            Some(part) if key == "certificate" => body.fields(title, certificate(part)),
            Some(part) => body.nested(title, part, &[], Keys::Theirs),
            None => {}
        }
    }
    body.rest("Details")
}

/// A certificate as people look at one: whose it is, who says so, and what tells it from others.
fn certificate(certificate: Node<'_>) -> Vec<Fact> {
    let known = [
        ("subject", "Subject"),
        ("issuer", "Issuer"),
        ("serial", "Serial number"),
        ("fingerprint_sha256", "SHA-256"),
        ("fingerprint_sha1", "SHA-1"),
    ];
    let mut rows: Vec<Fact> = Vec::new();
    for (key, label) in known {
        let text = certificate.get(key).and_then(Node::scalar);
        rows.extend(text.filter(|text| !text.is_empty()).map(|text| {
            let value = match key {
                "subject" | "issuer" => Value::Text(text.clone()),
                _ => Value::Code(text.clone()),
            };
            Fact::ours(label, value).copied(&text)
        }));
    }
    let told = known.map(|(key, _)| key);
    rows.extend(described(certificate, &told, Keys::Theirs).0);
    rows
}

pub(super) fn login_failed(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    let mut rows = Vec::new();
    let typed = context.scalar(&["username"]);
    body.told.push("username");
    rows.push(match &typed {
        Some(name) => Fact::ours("Typed name", Value::Text(name.clone())).copied(name),
        None => Fact::ours("Typed name", Value::Absent("not recorded")),
    });
    rows.push(account(event, typed.as_ref()));
    rows.push(match Factor::read(context) {
        Some(Factor::Other(class)) => Fact::ours("Factor", Value::Text(class)),
        Some(factor) => Fact::ours(
            "Factor",
            Value::Words(factor.words().unwrap_or_default().to_owned()),
        ),
        None => Fact::ours("Factor", Value::Absent("not recorded")),
    });
    if let Some(password) = context.at(&["password"]) {
        body.told.push("password");
        rows.push(match is_masked(password) {
            true => Fact::ours("Password", Value::Absent("masked by authentik")),
            // authentik masks what it writes itself, so this one came through the API.
            false => Fact::ours("Password", Value::Absent("readable in the context below")),
        });
    }
    if let Some(arguments) = context
        .at(&[ARGUMENTS])
        .filter(|node| node.kind() == Kind::Object)
    {
        body.told.push(ARGUMENTS);
        let mut told = vec!["device_class"];
        if let Some(answer) = context.scalar(&[ARGUMENTS, "duo_response", "status_msg"]) {
            told.push("duo_response");
            rows.push(Fact::ours("Duo’s answer", Value::Text(answer)));
        }
        let (more, objects) = described(arguments, &told, Keys::Ours);
        rows.extend(more);
        body.objects.extend(objects);
    }
    // That no stage is known tells nothing.
    if context
        .at(&["stage"])
        .is_some_and(|stage| stage.kind() == Kind::Null)
    {
        body.told.push("stage");
    }
    body.fields("Attempt", rows);
    if context
        .at(&["password"])
        .is_some_and(|password| !is_masked(password) && password.kind() != Kind::Null)
    {
        body.note(
            "Readable password",
            Tone::Warning,
            "This event holds a password that is not masked. authentik masks those that it records itself, so the event was sent through the API.",
        );
    }
    body.rest("Details")
}

/// Whether the typed name belongs to an account, and to which when it is called otherwise.
fn account(event: &Event, typed: Option<&Untrusted>) -> Fact {
    match Account::of(event) {
        Account::Missing => Fact::ours(
            "Account",
            Value::Words("No account has this name".to_owned()),
        ),
        Account::Untold => Fact::ours("Account", Value::Absent("not recorded")),
        Account::Exists => {
            let other = event.actor.username().filter(|name| Some(*name) != typed);
            let fact = Fact::ours("Account", Value::Words("The account exists".to_owned()));
            fact.noted(other.map(|name| Value::Text(name.clone())))
        }
    }
}

pub(super) fn logout(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    let mut rows: Vec<Fact> = body.take("logout_reason").into_iter().collect();
    let change = |label, before: &[&str], after: &[&str]| {
        let value = |path: &[&str]| {
            context
                .scalar(path)
                .map_or(Value::Absent("not recorded"), said)
        };
        let known = context.at(before).or(context.at(after)).is_some();
        known.then(|| Fact {
            label: Label::Ours(label),
            value: vec![value(before), Value::Words("→".to_owned()), value(after)],
            notes: Vec::new(),
            copy: None,
        })
    };
    let reason = context.scalar(&["binding", "reason"]);
    if let Some(reason) = &reason {
        let words = bound_to(reason.original());
        let fact = Fact::ours("What changed", said(reason.clone()));
        rows.push(match words {
            Some(words) => Fact {
                value: vec![Value::Words(words.to_owned())],
                ..fact.noted(Some(Value::Code(reason.clone())))
            },
            None => fact,
        });
    }
    rows.extend(change(
        "From and to",
        &["binding", "previous_value"],
        &["binding", "new_value"],
    ));
    rows.extend(change("Client IP", &["ip", "previous"], &["ip", "new"]));
    if reason.is_some() || context.at(&["binding"]).is_some() {
        body.note(
            "What this may mean",
            Tone::Warning,
            "authentik ended this session because it went on from another place or network than it may. The person moved or changed networks, or somebody else has the session’s cookie.",
        );
    }
    if !rows.is_empty() {
        body.told.extend(["binding", "ip"]);
    }
    body.fields("Ended session", rows);
    body.rest("Details")
}

/// What a session was bound to, as authentik names the rule that broke.
fn bound_to(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "network.missing" => "The network is not known any more",
        "network.asn" => "The network’s owner",
        "network.asn_network" => "The network",
        "network.ip" => "The client’s address",
        "geoip.missing" => "The place is not known any more",
        "geoip.continent" => "The continent",
        "geoip.country" => "The country",
        "geoip.city" => "The city",
        _ => return None,
    })
}

pub(super) fn authorized(event: &Event) -> Vec<Section> {
    let mut body = Body::new(event, Keys::Ours);
    let context = body.context;
    if let Some(application) = context.model(&["authorized_application"]) {
        body.told.push("authorized_application");
        body.objects.push((Label::Ours("Application"), application));
    }
    let mut rows = Vec::new();
    rows.extend(
        protocol(event).map(|words| Fact::ours("Protocol", Value::Words(words.to_owned()))),
    );
    let scopes = scopes(context.at(&["scopes"]));
    if !scopes.is_empty() {
        body.told.push("scopes");
        rows.push(Fact {
            label: Label::Ours("Scopes"),
            value: scopes.into_iter().map(Value::Badge).collect(),
            notes: Vec::new(),
            copy: None,
        });
    }
    for (label, key) in CLIENT {
        let said = context.string(&["http_request", "args", key]);
        rows.extend(said.map(|said| Fact::ours(label, Value::Path(said.clone())).copied(&said)));
    }
    rows.extend(body.take("flow"));
    body.first = rows;
    body.rest("Authorization")
}

/// Arguments of a request that tell which client asked; the body has them, the request need not.
pub(in crate::event) const CLIENT: [(&str, &str); 2] =
    [("Client ID", "client_id"), ("Redirect URI", "redirect_uri")];

/// How an application lets people in, told from the part of authentik that wrote the event.
fn protocol(event: &Event) -> Option<&'static str> {
    let app = event.app.original();
    let protocols = [
        ("oauth2", "OAuth2 and OpenID Connect"),
        ("saml", "SAML"),
        ("rac", "Remote access (RAC)"),
        ("proxy", "Proxy"),
        ("ldap", "LDAP"),
        ("radius", "RADIUS"),
        ("ws_federation", "WS-Federation"),
    ];
    let (_, provider) = app.strip_prefix("authentik.")?.split_once("providers.")?;
    let provider = provider.split('.').next()?;
    protocols
        .iter()
        .find(|(name, _)| *name == provider)
        .map(|(_, words)| *words)
}

/// More scopes than this belong into the context.
const MOST_SCOPES: usize = 40;

/// Scopes are one text with blanks between them; a list is read as well.
fn scopes(node: Option<Node<'_>>) -> Vec<Untrusted> {
    let Some(node) = node else { return Vec::new() };
    let texts: Vec<Untrusted> = match node.kind() {
        Kind::Array => node.children().filter_map(Node::untrusted).collect(),
        _ => node.untrusted().into_iter().collect(),
    };
    let scopes: Vec<Untrusted> = texts
        .iter()
        .flat_map(|text| text.original().split_ascii_whitespace())
        .map(Untrusted::new)
        .take(MOST_SCOPES + 1)
        .collect();
    if scopes.len() > MOST_SCOPES {
        return Vec::new();
    }
    scopes
}
