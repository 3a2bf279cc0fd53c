//! What the one who runs the app decides for all who use it: the text of `config.json`.
//!
//! `docs/configuration.md` is its documentation. It is read completely or not at all: a key that is
//! misspelled may have been meant to forbid something, so nothing starts with it.

use std::fmt;

use crate::{
    api::ApiBase,
    json::{JsonText, Kind, Node},
    session::{KeepMode, Limits},
    text::Untrusted,
};

/// The configuration of a deployment.
///
/// ```
/// use eventide::configuration::Configuration;
///
/// let text = r#"{"server": "https://id.example.com", "idle_minutes": 15}"#;
/// let configuration = Configuration::read(Some(text), "https://events.example.com").unwrap();
/// assert_eq!(configuration.preferred(None).unwrap().host(), "id.example.com");
/// assert_eq!(configuration.limits.idle_minutes, 15);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// The servers that are offered, the first of them unless another is chosen; none means the one
    /// that the page itself comes from.
    pub instances: Vec<Instance>,
    /// The server that the page comes from; `None` where it comes over http, which no token may.
    pub own: Option<ApiBase>,
    /// Whether another server than those may be typed.
    pub any_server: bool,
    /// How a token may be kept: never empty, the first one unless another is chosen.
    pub keep: Vec<KeepMode>,
    /// How long a session lasts at most.
    pub limits: Limits,
    /// Whether a new tab may ask the others for their session.
    pub hand_over: bool,
    /// What the sign-in page says to the people of this deployment.
    pub sign_in_text: Option<Untrusted>,
}

/// A server that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// What people call it; `None` for one that has only its address.
    pub name: Option<Untrusted>,
    /// Its address.
    pub server: ApiBase,
    /// What it is marked with, beside its name.
    pub color: Option<Color>,
}

/// The mark of an instance. Style sheets know it by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Red.
    Red,
    /// Amber.
    Amber,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Gray.
    Gray,
}

/// Why a `config.json` is not used, and what to change, in sentences for the one who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationProblem(String);

impl fmt::Display for ConfigurationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const SERVER: &str = "server";
const SERVER_CHOICE: &str = "server_choice";
const INSTANCES: &str = "instances";
const KEEP: &str = "keep";
const IDLE_MINUTES: &str = "idle_minutes";
const SESSION_HOURS: &str = "session_hours";
const DEVICE_HOURS: &str = "device_hours";
const HAND_OVER: &str = "hand_over";
const SIGN_IN_TEXT: &str = "sign_in_text";
const KEYS: &[&str] = &[
    SERVER,
    SERVER_CHOICE,
    INSTANCES,
    KEEP,
    IDLE_MINUTES,
    SESSION_HOURS,
    DEVICE_HOURS,
    HAND_OVER,
    SIGN_IN_TEXT,
];

const NAME: &str = "name";
const COLOR: &str = "color";
const INSTANCE_KEYS: &[&str] = &[NAME, SERVER, COLOR];

/// More than a menu can show are not offered.
const MOST_INSTANCES: usize = 12;
const LONGEST_NAME: usize = 40;
const LONGEST_TEXT: usize = 500;
/// So much of a wrong value is quoted.
const QUOTED: usize = 60;

type Read<T> = Result<T, ConfigurationProblem>;

impl Configuration {
    /// What holds without a `config.json`. `origin` is where the page comes from.
    pub fn default_at(origin: &str) -> Self {
        Self {
            instances: Vec::new(),
            own: ApiBase::parse(origin).ok(),
            any_server: true,
            keep: KeepMode::ALL.to_vec(),
            limits: Limits::default(),
            hand_over: true,
            sign_in_text: None,
        }
    }

    /// Reads the text of a `config.json`; `None` where the server has none.
    ///
    /// # Errors
    /// What is wrong first, with the key and the fix.
    pub fn read(text: Option<&str>, origin: &str) -> Read<Self> {
        let default = Self::default_at(origin);
        let Some(text) = text else {
            return Ok(default);
        };
        if text.trim_start().starts_with('<') {
            return Err(ConfigurationProblem(
                "It is a web page. Where this server has no config.json it must answer 404, not with a page; or a login is in between."
                    .to_owned(),
            ));
        }
        let tree = JsonText::parse(text)
            .map_err(|problem| ConfigurationProblem(format!("It is not JSON. {problem}.")))?
            .tree();
        let file = Object::of(tree.root(), "", KEYS)?;
        let instances = instances(&file)?;
        let hours = |key, most| file.number(key, 1, most);
        let limits = default.limits;
        Ok(Self {
            any_server: any_server(&file, instances.is_empty())?,
            keep: keep(&file)?.unwrap_or(default.keep),
            limits: Limits {
                idle_minutes: file
                    .number(IDLE_MINUTES, 5, 120)?
                    .unwrap_or(limits.idle_minutes),
                session_hours: hours(SESSION_HOURS, limits.session_hours)?
                    .unwrap_or(limits.session_hours),
                device_hours: hours(DEVICE_HOURS, limits.device_hours)?
                    .unwrap_or(limits.device_hours),
            },
            hand_over: file.switch(HAND_OVER)?.unwrap_or(default.hand_over),
            sign_in_text: file.words(SIGN_IN_TEXT, LONGEST_TEXT)?,
            own: default.own,
            instances,
        })
    }

    /// The server to begin with: the one with this host, if it is offered, or the first.
    pub fn preferred(&self, host: Option<&str>) -> Option<&ApiBase> {
        let asked = host.and_then(|host| {
            let mut all = self.instances.iter();
            all.find(|instance| instance.server.host() == host)
        });
        match asked.or(self.instances.first()) {
            Some(instance) => Some(&instance.server),
            None => self.own.as_ref(),
        }
    }

    /// Whether a token may be sent to a server.
    pub fn allows(&self, server: &ApiBase) -> bool {
        self.any_server
            || self.instance(server).is_some()
            || self.instances.is_empty() && self.own.as_ref() == Some(server)
    }

    /// What is said of a server here.
    pub fn instance(&self, server: &ApiBase) -> Option<&Instance> {
        self.instances
            .iter()
            .find(|instance| instance.server == *server)
    }

    /// Whether there is a choice that links and screens have to name.
    pub fn has_several(&self) -> bool {
        self.instances.len() > 1
    }
}

impl Color {
    const ALL: [Self; 6] = [
        Self::Red,
        Self::Amber,
        Self::Green,
        Self::Blue,
        Self::Violet,
        Self::Gray,
    ];

    /// As `config.json` and the style sheets write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Gray => "gray",
        }
    }
}

fn instances(file: &Object<'_>) -> Read<Vec<Instance>> {
    let Some(list) = file.get(INSTANCES) else {
        let server = file.server()?;
        return Ok(server.into_iter().map(Instance::unnamed).collect());
    };
    if file.get(SERVER).is_some() {
        return Err(ConfigurationProblem(format!(
            "\"{SERVER}\" and \"{INSTANCES}\" are both there. Take out \"{SERVER}\", and put the server that is to come first at the top of \"{INSTANCES}\"."
        )));
    }
    let fix = format!(
        "Write a list of 1 to {MOST_INSTANCES} objects with \"{NAME}\", \"{SERVER}\" and, if you like, \"{COLOR}\""
    );
    if list.kind() != Kind::Array || !(1..=MOST_INSTANCES).contains(&list.len()) {
        return Err(file.wrong(INSTANCES, &fix));
    }
    let mut all: Vec<Instance> = Vec::new();
    for (index, entry) in list.children().enumerate() {
        let place = format!("{INSTANCES}[{index}].");
        let entry = Object::of(entry, &place, INSTANCE_KEYS)?;
        let found = entry.words(NAME, LONGEST_NAME)?.zip(entry.server()?);
        let Some((name, server)) = found else {
            return Err(ConfigurationProblem(format!(
                "\"{INSTANCES}[{index}]\" is incomplete. {fix}."
            )));
        };
        let color = Color::ALL.map(|color| (color.name(), color));
        let instance = Instance {
            color: entry.one_of(COLOR, &color)?,
            name: Some(name),
            server,
        };
        let same = |other: &Instance| {
            other.name == instance.name || other.server.host() == instance.server.host()
        };
        if all.iter().any(same) {
            return Err(ConfigurationProblem(format!(
                "\"{INSTANCES}[{index}]\" has the name or the host of one before it. Give each its own: people tell them apart by name, links by host."
            )));
        }
        all.push(instance);
    }
    Ok(all)
}

/// Where servers are named, only these; else any.
fn any_server(file: &Object<'_>, none_named: bool) -> Read<bool> {
    let choice = file.one_of(SERVER_CHOICE, &[("free", true), ("fixed", false)])?;
    Ok(choice.unwrap_or(none_named))
}

fn keep(file: &Object<'_>) -> Read<Option<Vec<KeepMode>>> {
    let Some(list) = file.get(KEEP) else {
        return Ok(None);
    };
    let mut all = Vec::new();
    for entry in list.children() {
        let name = entry.string();
        let mode = KeepMode::ALL
            .into_iter()
            .find(|mode| name.as_deref() == Some(mode.name()));
        match mode.filter(|mode| !all.contains(mode)) {
            Some(mode) => all.push(mode),
            None => all.clear(),
        }
        if all.is_empty() {
            break;
        }
    }
    if list.kind() == Kind::Array && !all.is_empty() {
        return Ok(Some(all));
    }
    Err(file.wrong(
        KEEP,
        "Write a list of one or more of \"tab\", \"device\" and \"memory\", each once, the one to begin with first",
    ))
}

impl Instance {
    fn unnamed(server: ApiBase) -> Self {
        Self {
            name: None,
            server,
            color: None,
        }
    }
}

/// An object with known keys, each at most once.
struct Object<'a> {
    node: Node<'a>,
    /// What its keys begin with in messages.
    place: &'a str,
}

impl<'a> Object<'a> {
    fn of(node: Node<'a>, place: &'a str, known: &[&str]) -> Read<Self> {
        let whole = match place.trim_end_matches('.') {
            "" => "It".to_owned(),
            place => format!("\"{place}\""),
        };
        if node.kind() != Kind::Object {
            return Err(ConfigurationProblem(format!(
                "{whole} is not an object. Write {{ … }} with keys from: {}.",
                known.join(", ")
            )));
        }
        let mut seen = Vec::new();
        for child in node.children() {
            let key = child.key().unwrap_or_default();
            let found = known.iter().find(|known| **known == key.original());
            let Some(found) = found else {
                return Err(ConfigurationProblem(format!(
                    "There is no key \"{place}{}\". Correct it or take it out; the keys are: {}.",
                    key.clipped(QUOTED),
                    known.join(", ")
                )));
            };
            if seen.contains(found) {
                return Err(ConfigurationProblem(format!(
                    "\"{place}{found}\" is there twice. Keep one of them."
                )));
            }
            seen.push(*found);
        }
        Ok(Self { node, place })
    }

    fn get(&self, key: &str) -> Option<Node<'a>> {
        self.node.get(key)
    }

    fn wrong(&self, key: &str, fix: &str) -> ConfigurationProblem {
        let value = self.get(key).map(Node::text).unwrap_or_default();
        let value = Untrusted::new(value).clipped(QUOTED);
        ConfigurationProblem(format!("\"{}{key}\" is {value}. {fix}.", self.place))
    }

    fn number(&self, key: &str, least: u32, most: u32) -> Read<Option<u32>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let number = value.integer().and_then(|value| u32::try_from(value).ok());
        match number.filter(|number| (least..=most).contains(number)) {
            None => Err(self.wrong(
                key,
                &format!("Write a whole number from {least} to {most}, without quotes"),
            )),
            number => Ok(number),
        }
    }

    fn switch(&self, key: &str) -> Read<Option<bool>> {
        match self.get(key).map(Node::bool) {
            Some(None) => Err(self.wrong(key, "Write true or false, without quotes")),
            found => Ok(found.flatten()),
        }
    }

    fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Read<Option<T>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = value.string();
        let found = choices
            .iter()
            .find(|(name, _)| text.as_deref() == Some(*name));
        match found {
            Some((_, choice)) => Ok(Some(*choice)),
            None => {
                let names: Vec<_> = choices
                    .iter()
                    .map(|(name, _)| format!("\"{name}\""))
                    .collect();
                Err(self.wrong(key, &format!("Write one of {}", names.join(", "))))
            }
        }
    }

    fn words(&self, key: &str, longest: usize) -> Read<Option<Untrusted>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = value
            .string()
            .filter(|text| !text.trim().is_empty() && text.chars().count() <= longest);
        match text {
            Some(text) => Ok(Some(Untrusted::new(text.trim()))),
            None => Err(self.wrong(
                key,
                &format!("Write a text in quotes, of 1 to {longest} characters"),
            )),
        }
    }

    fn server(&self) -> Read<Option<ApiBase>> {
        let Some(value) = self.get(SERVER) else {
            return Ok(None);
        };
        let fix = match value.string().map(|text| ApiBase::parse(&text)) {
            Some(Ok(server)) => return Ok(Some(server)),
            Some(Err(problem)) => problem.to_string(),
            None => "Write an address in quotes, as in \"https://id.example.com\".".to_owned(),
        };
        Err(self.wrong(SERVER, fix.trim_end_matches('.')))
    }
}

#[cfg(test)]
mod tests;
