//! Events with holes in them, made of events that a real authentik wrote.
//!
//! What belongs to one person, place or moment is taken out of a recorded event and becomes a
//! hole; everything else stays as it was, down to the frames of an exception. Filling the holes
//! costs next to nothing, so a million events are quick.

use super::cast::{APPLICATIONS, Application, Origin, Person, key_of};
use super::random::Random;
use crate::json::{Json, quoted, read_stored};

/// What goes into a hole.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hole {
    UserPk,
    Username,
    Email,
    OtherPk,
    OtherUsername,
    OtherEmail,
    OtherName,
    Typed,
    ApplicationName,
    ApplicationPk,
    ApplicationSlug,
    Group,
    Agent,
    Key,
    Geo,
    Asn,
}

/// Each hole has a sign of its own from the private use area while a template is made.
const SIGNS: [(Hole, char); 16] = [
    (Hole::UserPk, '\u{e000}'),
    (Hole::Username, '\u{e001}'),
    (Hole::Email, '\u{e002}'),
    (Hole::OtherPk, '\u{e003}'),
    (Hole::OtherUsername, '\u{e004}'),
    (Hole::OtherEmail, '\u{e005}'),
    (Hole::OtherName, '\u{e006}'),
    (Hole::Typed, '\u{e007}'),
    (Hole::ApplicationName, '\u{e008}'),
    (Hole::ApplicationPk, '\u{e009}'),
    (Hole::ApplicationSlug, '\u{e00a}'),
    (Hole::Group, '\u{e00b}'),
    (Hole::Agent, '\u{e00c}'),
    (Hole::Key, '\u{e00d}'),
    (Hole::Geo, '\u{e00e}'),
    (Hole::Asn, '\u{e00f}'),
];

fn sign(hole: Hole) -> String {
    SIGNS
        .iter()
        .find(|(known, _)| *known == hole)
        .map(|(_, sign)| sign.to_string())
        .unwrap_or_default()
}

/// A hole where JSON wants a number or an object.
fn bare(hole: Hole) -> Json {
    Json::Integer(sign(hole))
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Hole(Hole),
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for letter in text.chars() {
        match SIGNS.iter().find(|(_, sign)| *sign == letter) {
            Some((hole, _)) => {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Hole(*hole));
            }
            None => plain.push(letter),
        }
    }
    pieces.push(Piece::Text(plain));
    pieces
}

/// Who an event is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// An administrator.
    Admin,
    /// Anybody.
    Person,
    /// Nobody, an unknown name, or the system.
    Nobody,
}

/// A recorded event with holes.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its action.
    pub action: String,
    /// Who it is by.
    pub actor: Actor,
    app: String,
    user: Vec<Piece>,
    /// With neither place nor network, with a place, with a network, with both.
    context: [Vec<Piece>; 4],
    has_request: bool,
    has_address: bool,
    /// Whether a request caused it: then it is of the default brand.
    default_brand: bool,
}

/// What the holes are filled with.
#[derive(Debug)]
pub struct Scene<'cast> {
    /// Who does it.
    pub user: &'cast Person,
    /// To whom.
    pub other: &'cast Person,
    /// From where.
    pub origin: &'cast Origin,
    /// With what.
    pub agent: &'cast str,
    /// In which application.
    pub application: &'cast Application,
    /// Concerning which group.
    pub group: &'cast str,
    /// What was typed where a login name was wanted.
    pub typed: &'cast str,
}

/// An event without its id and times.
#[derive(Debug)]
pub struct Filled {
    /// Who did it, as a stored text.
    pub user: String,
    /// What was done.
    pub action: String,
    /// Where.
    pub app: String,
    /// What else is known, as a stored text.
    pub context: String,
    /// From where.
    pub client_ip: Option<String>,
    /// Whether it is of the default brand.
    pub default_brand: bool,
}

/// Names that the recording server's operator gave, and better ones.
const RENAMED: [(&str, &str); 19] = [
    ("lab-raises", "require-managed-device"),
    ("lab-logged", "office-hours-only"),
    ("lab-depr", "legacy-group-check"),
    ("lab broken", "department-claim"),
    ("lab-custom-event", "vpn-posture-check"),
    ("lab_from_policy", "vpn_posture_checked"),
    ("lab-tok-", "ci-token-"),
    ("lab-lab-", "service-"),
    ("lab-inv", "invitation"),
    ("lab-oneevent", "one-event"),
    ("role-lab-", "role-"),
    ("lab rule", "Quarterly review"),
    ("labidp", "partner-idp"),
    ("Lab IdP", "Partner IdP"),
    ("lab.example", "corp.example"),
    ("ext.example", "partner.example"),
    ("Lab-", "Team-"),
    ("Invited Person", "\u{e006}"),
    ("hello from policy", "device posture was checked"),
];

impl Template {
    /// The template of a recorded event. `None` if the line is none.
    #[must_use]
    pub fn of(line: &str) -> Option<Template> {
        let event = read_stored(line)?;
        let user = event.member("user")?;
        let username = user
            .member("username")
            .and_then(Json::text)
            .unwrap_or_default()
            .to_owned();
        let email = user
            .member("email")
            .and_then(Json::text)
            .unwrap_or_default()
            .to_owned();
        let is_known = user
            .member("pk")
            .is_some_and(|pk| pk.integer().is_some_and(|pk| pk > 1));
        let actor = match (is_known, username.as_str()) {
            (true, "akadmin") => Actor::Admin,
            (true, _) => Actor::Person,
            (false, _) => Actor::Nobody,
        };
        let mut making = Making { names: Vec::new() };
        if is_known {
            if !email.is_empty() {
                making.names.push((email, sign(Hole::Email)));
            }
            making.names.push((username, sign(Hole::Username)));
        } else if user.member("pk") == Some(&Json::Null) {
            making.names.push((username, sign(Hole::Typed)));
        }
        let context = event.member("context")?;
        let variants = [(false, false), (true, false), (false, true), (true, true)]
            .map(|(place, network)| pieces(&making.context(context, place, network).stored()));
        Some(Template {
            action: making.text(event.member("action")?.text()?),
            actor,
            app: making.text(event.member("app")?.text()?),
            user: pieces(&making.user(user, true).stored()),
            context: variants,
            has_request: context.member("http_request").is_some(),
            has_address: event
                .member("client_ip")
                .is_some_and(|address| *address != Json::Null),
            default_brand: event
                .member("brand")
                .and_then(|brand| brand.member("name"))
                .and_then(Json::text)
                == Some("Default brand"),
        })
    }

    /// Fills the holes.
    pub fn fill(&self, scene: &Scene, random: &mut Random) -> Filled {
        let place = scene.origin.place.filter(|_| self.has_request);
        // One in four addresses is known by its network alone, one in two by its place alone.
        let [neither, with_place, with_network, both] = &self.context;
        let context = match (place, random.below(4)) {
            (None, _) => neither,
            (Some(_), 0) => with_network,
            (Some(_), 1) => both,
            (Some(_), _) => with_place,
        };
        Filled {
            user: filled(&self.user, scene, random),
            action: self.action.clone(),
            app: filled(&pieces(&self.app), scene, random),
            context: filled(context, scene, random),
            client_ip: self.has_address.then(|| scene.origin.address.clone()),
            default_brand: self.default_brand,
        }
    }
}

fn filled(pieces: &[Piece], scene: &Scene, random: &mut Random) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Hole(hole) => fill(*hole, scene, random, &mut out),
        }
    }
    out
}

fn fill(hole: Hole, scene: &Scene, random: &mut Random, out: &mut String) {
    match hole {
        Hole::UserPk => out.push_str(&scene.user.pk.to_string()),
        Hole::Username => out.push_str(&scene.user.username),
        Hole::Email => out.push_str(&scene.user.email),
        Hole::OtherPk => out.push_str(&scene.other.pk.to_string()),
        Hole::OtherUsername => out.push_str(&scene.other.username),
        Hole::OtherEmail => out.push_str(&scene.other.email),
        Hole::OtherName => out.push_str(&scene.other.name),
        Hole::Typed => out.push_str(scene.typed),
        Hole::ApplicationName => out.push_str(scene.application.name),
        Hole::ApplicationPk => out.push_str(&key_of(scene.application.slug)),
        Hole::ApplicationSlug => out.push_str(scene.application.slug),
        Hole::Group => out.push_str(scene.group),
        Hole::Agent => out.push_str(scene.agent),
        Hole::Key => out.push_str(&random.hex()),
        Hole::Geo => out.push_str(&scene.origin.place.map_or_else(|| "null".to_owned(), geo)),
        Hole::Asn => out.push_str(&scene.origin.place.map_or_else(|| "null".to_owned(), asn)),
    }
}

fn geo(place: &super::cast::Place) -> String {
    format!(
        r#"{{"lat": {}, "city": {}, "long": {}, "country": "{}", "continent": "{}"}}"#,
        place.lat,
        quoted(place.city),
        place.long,
        place.country,
        place.continent
    )
}

fn asn(place: &super::cast::Place) -> String {
    format!(
        r#"{{"asn": {}, "as_org": {}, "network": "{}"}}"#,
        place.asn,
        quoted(place.as_org),
        place.network
    )
}

/// What a template takes out of its event.
struct Making {
    /// The names of the recorded user, and what goes in their place.
    names: Vec<(String, String)>,
}

impl Making {
    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, hole) in self.names.iter().filter(|(name, _)| name.len() > 3) {
            text = text.replace(name.as_str(), hole);
        }
        for (recorded, better) in RENAMED {
            text = text.replace(recorded, better);
        }
        for application in &APPLICATIONS {
            text = without_suffix(
                &text.replace(application.name, &sign(Hole::ApplicationName)),
                application.slug,
            );
        }
        without_suffixes(&text)
    }

    fn context(&self, context: &Json, place: bool, network: bool) -> Json {
        let Json::Object(members) = context else {
            return context.clone();
        };
        let mut made: Vec<(String, Json)> = members
            .iter()
            .filter(|(key, _)| key != "geo" && key != "asn")
            .map(|(key, value)| (key.clone(), self.value(key, value)))
            .collect();
        if place {
            made.push(("geo".to_owned(), bare(Hole::Geo)));
        }
        if network {
            made.push(("asn".to_owned(), bare(Hole::Asn)));
        }
        Json::Object(made)
    }

    fn value(&self, key: &str, value: &Json) -> Json {
        match value {
            Json::Object(members) if value.member("model_name").is_some() => {
                self.model(value, members)
            }
            Json::Object(_)
                if value.member("username").is_some() && value.member("email").is_some() =>
            {
                self.user(value, true)
            }
            Json::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|(key, value)| (key.clone(), self.value(key, value)))
                    .collect(),
            ),
            Json::Array(items) => {
                Json::Array(items.iter().map(|item| self.value(key, item)).collect())
            }
            Json::String(text) => Json::String(match key {
                "user_agent" => sign(Hole::Agent),
                "request_id" | "invitation_uuid" | "lifecycle_iteration" | "state" => {
                    sign(Hole::Key)
                }
                "path" => self.path(text),
                "filename" | "body" => text
                    .replace("lab-", "policy-")
                    .replace("ext.example", "partner.example"),
                _ => self.text(text),
            }),
            other => other.clone(),
        }
    }

    /// A path of the API that names an account names the other one.
    fn path(&self, path: &str) -> String {
        let path = self.text(path);
        match path.split_once("/core/users/") {
            Some((head, rest)) if rest.starts_with(|digit: char| digit.is_ascii_digit()) => {
                let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
                format!("{head}/core/users/{}{rest}", sign(Hole::OtherPk))
            }
            _ => path,
        }
    }

    /// A reference to a model: people, applications, providers and groups become others.
    fn model(&self, value: &Json, members: &[(String, Json)]) -> Json {
        let name = value
            .member("name")
            .and_then(Json::text)
            .unwrap_or_default();
        let holes = |pk: Json, name: String| {
            Json::Object(
                members
                    .iter()
                    .map(|(key, value)| {
                        let value = match key.as_str() {
                            "pk" => pk.clone(),
                            "name" => Json::String(name.clone()),
                            _ => value.clone(),
                        };
                        (key.clone(), value)
                    })
                    .collect(),
            )
        };
        match value
            .member("model_name")
            .and_then(Json::text)
            .unwrap_or_default()
        {
            "user" => holes(bare(Hole::OtherPk), sign(Hole::OtherName)),
            "application" => holes(
                Json::String(sign(Hole::ApplicationPk)),
                sign(Hole::ApplicationName),
            ),
            "oauth2provider" => holes(Json::Integer("3".to_owned()), sign(Hole::ApplicationSlug)),
            "group" => holes(Json::String(sign(Hole::Key)), sign(Hole::Group)),
            "token" | "invitation" | "dataexport" => {
                holes(Json::String(sign(Hole::Key)), self.text(name))
            }
            _ => Json::Object(
                members
                    .iter()
                    .map(|(key, value)| {
                        (
                            key.clone(),
                            if key == "name" {
                                self.value(key, value)
                            } else {
                                value.clone()
                            },
                        )
                    })
                    .collect(),
            ),
        }
    }

    /// A user; whoever is behind it is somebody else.
    fn user(&self, user: &Json, is_main: bool) -> Json {
        let Json::Object(members) = user else {
            return user.clone();
        };
        let known = user
            .member("pk")
            .is_some_and(|pk| pk.integer().is_some_and(|pk| pk > 1));
        let (pk, username, email) = match (known, is_main) {
            (true, true) => (bare(Hole::UserPk), sign(Hole::Username), sign(Hole::Email)),
            (true, false) => (
                bare(Hole::OtherPk),
                sign(Hole::OtherUsername),
                sign(Hole::OtherEmail),
            ),
            (false, _) if user.member("pk") == Some(&Json::Null) => {
                (Json::Null, sign(Hole::Typed), sign(Hole::Typed))
            }
            (false, _) => return user.clone(),
        };
        Json::Object(
            members
                .iter()
                .map(|(key, value)| {
                    let value = match key.as_str() {
                        "pk" => pk.clone(),
                        "username" => Json::String(username.clone()),
                        "email" => Json::String(email.clone()),
                        "on_behalf_of" | "authenticated_as" => self.user(value, false),
                        _ => value.clone(),
                    };
                    (key.clone(), value)
                })
                .collect(),
        )
    }
}

/// Puts the hole of an application's slug where the recorded slug stood, with its digits.
fn without_suffix(text: &str, slug: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(slug) {
        let digits = tail.strip_prefix('-').map_or(0, |tail| {
            tail.bytes().take_while(u8::is_ascii_hexdigit).count()
        });
        out.push_str(head);
        if (4..=5).contains(&digits) {
            out.push_str(&sign(Hole::ApplicationSlug));
            rest = tail.get(1 + digits..).unwrap_or_default();
        } else {
            out.push_str(slug);
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// Takes off the digits that made recorded names unique: `require-managed-device-8183c`.
fn without_suffixes(text: &str) -> String {
    let mut out = text.to_owned();
    for (_, name) in RENAMED {
        let name = name.trim_end_matches('-');
        let mut search = 0;
        while let Some(at) = out.get(search..).and_then(|rest| rest.find(name)) {
            let end = search + at + name.len();
            let tail = out.get(end..).unwrap_or_default();
            let digits = tail.strip_prefix(['-', ' ']).map_or(0, |tail| {
                tail.bytes().take_while(u8::is_ascii_hexdigit).count()
            });
            if (4..=5).contains(&digits) {
                out.replace_range(end..end + 1 + digits, "");
            }
            search = end;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::cast::{Cast, at};

    #[test]
    fn every_recorded_event_can_be_told_again_about_others() {
        let cast = Cast::assemble();
        let mut random = Random::from(7);
        for line in super::super::RECORDED.lines() {
            let template = Template::of(line).expect("a template");
            let scene = Scene {
                user: &cast.people[3],
                other: &cast.people[4],
                origin: &at(2, 5),
                agent: "curl/8.8.0",
                application: &APPLICATIONS[5],
                group: "hr",
                typed: "root",
            };
            for _ in 0..4 {
                let filled = template.fill(&scene, &mut random);
                for text in [&filled.user, &filled.context] {
                    let value = read_stored(text).unwrap_or_else(|| panic!("JSON: {text}"));
                    assert_eq!(value.stored(), *text, "a filled template is a stored text");
                    assert!(
                        !text
                            .chars()
                            .any(|sign| ('\u{e000}'..='\u{e00f}').contains(&sign)),
                        "no hole is left: {text}"
                    );
                    assert!(
                        !text.contains("lab.example") && !text.contains("lab-"),
                        "{text}"
                    );
                }
                assert!(
                    !filled.app.contains("lab") && !filled.action.contains("lab_"),
                    "{} {}",
                    filled.app,
                    filled.action
                );
            }
        }
    }
}
