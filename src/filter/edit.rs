//! A chip while it is edited.

use super::{Chip, Kind, ModelKey, Test};
use crate::{event::EventAction, ql::Field, text::Untrusted};

/// What is typed into the editor of a chip, of a new one or of one that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What kind of chip it is.
    pub kind: Kind,
    /// The text that is looked for.
    pub text: String,
    /// The place of a value, or the kind of an object, as in `authentik_core.application`.
    pub place: String,
    /// The actions that are ticked.
    pub actions: Vec<EventAction>,
    /// Whether it leaves out.
    pub negated: bool,
    /// Whether it is only remembered.
    pub disabled: bool,
    /// What it was before anything was typed: it may know more than its text shows.
    before: Option<Test>,
}

impl Edit {
    /// A new chip.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: String::new(),
            place: String::new(),
            actions: Vec::new(),
            negated: false,
            disabled: false,
            before: None,
        }
    }

    /// A chip that is there.
    pub fn of(chip: &Chip) -> Self {
        let (text, place) = shown(&chip.test);
        let actions = match &chip.test {
            Test::Actions(actions) => actions.clone(),
            Test::User(_)
            | Test::ClientIp(_)
            | Test::App(_)
            | Test::Object(_)
            | Test::AuthorizedApp { .. }
            | Test::Brand(_)
            | Test::Words(_)
            | Test::Value { .. }
            | Test::Ql(_) => Vec::new(),
        };
        Self {
            kind: chip.kind(),
            text,
            place,
            actions,
            negated: chip.negated,
            disabled: chip.disabled,
            before: Some(chip.test.clone()),
        }
    }

    /// What its second field is called, where it has one.
    pub fn place_label(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Value => Some("Path"),
            Kind::Object => Some("Kind"),
            Kind::Action
            | Kind::User
            | Kind::ClientIp
            | Kind::App
            | Kind::AuthorizedApp
            | Kind::Brand
            | Kind::Words
            | Kind::Ql => None,
        }
    }

    /// What may be typed, for the empty field.
    pub fn example(&self) -> &'static str {
        match self.kind {
            Kind::Action => "",
            Kind::User => "akadmin, or ak-* for all that begin so",
            Kind::ClientIp => "192.0.2.7, or 192.0.2. for all that begin so",
            Kind::App => "authentik.core, or authentik.* for all that begin so",
            Kind::Object => "Name, id or number",
            Kind::AuthorizedApp => "Name or id",
            Kind::Brand => "authentik-default",
            Kind::Words => "Words, or a “phrase” in quotation marks",
            Kind::Value => "The whole text there",
            Kind::Ql => "action = \"login\" and app ~ \"core\"",
        }
    }

    /// What may be typed into the second field.
    pub fn place_example(&self) -> &'static str {
        if self.kind == Kind::Value {
            "context.geo.country"
        } else {
            "authentik_core.application"
        }
    }

    /// The chip that it makes.
    ///
    /// # Errors
    /// In words, why it makes none that can be asked.
    pub fn chip(&self) -> Result<Chip, String> {
        let chip = Chip {
            test: self.test()?,
            negated: self.negated,
            disabled: self.disabled,
        };
        match chip.trouble() {
            Some(why) => Err(why),
            None => Ok(chip),
        }
    }

    /// Ticks an action, or takes the tick away.
    pub fn tick(&mut self, action: &EventAction) {
        match self.actions.iter().position(|own| own == action) {
            Some(place) => drop(self.actions.remove(place)),
            None => self.actions.push(action.clone()),
        }
    }

    /// Ticks all of them, or takes all ticks away if all are ticked.
    pub fn tick_all(&mut self, actions: &[EventAction]) {
        let all = actions.iter().all(|action| self.actions.contains(action));
        self.actions.retain(|own| !actions.contains(own));
        if !all {
            self.actions.extend_from_slice(actions);
        }
    }

    fn test(&self) -> Result<Test, String> {
        let unchanged = |test: &&Test| {
            let (text, place) = shown(test);
            self.kind != Kind::Action && text == self.text && place == self.place
        };
        if let Some(before) = self.before.as_ref().filter(unchanged) {
            return Ok(before.clone());
        }
        let typed = Untrusted::new(self.text.trim());
        let (key, name) = key_or_name(&typed);
        Ok(match self.kind {
            Kind::Action => Test::Actions(self.actions.clone()),
            Kind::User => Test::User(typed),
            Kind::ClientIp => Test::ClientIp(typed),
            Kind::App => Test::App(typed),
            Kind::Object => {
                let place = self.place.trim();
                let (app, model_name) = match place.split_once('.') {
                    Some(parts) => parts,
                    None if place.starts_with("authentik_") => (place, ""),
                    None => ("", place),
                };
                Test::Object(ModelKey {
                    app: Untrusted::new(app),
                    model_name: Untrusted::new(model_name),
                    pk: key,
                    name,
                })
            }
            Kind::AuthorizedApp => Test::AuthorizedApp { pk: key, name },
            Kind::Brand => Test::Brand(typed),
            Kind::Words => Test::Words(typed),
            Kind::Value => Test::Value {
                field: Field::parse(self.place.trim()).map_err(|reason| reason.words())?,
                text: Untrusted::new(self.text.as_str()),
            },
            Kind::Ql => Test::Ql(typed),
        })
    }
}

/// What the two fields of an editor show of a test.
fn shown(test: &Test) -> (String, String) {
    let text = |text: &Untrusted| text.original().to_owned();
    match test {
        Test::Actions(_) => (String::new(), String::new()),
        Test::User(own)
        | Test::ClientIp(own)
        | Test::App(own)
        | Test::Brand(own)
        | Test::Words(own)
        | Test::Ql(own) => (text(own), String::new()),
        Test::AuthorizedApp { pk, name } => {
            (text(if name.is_empty() { pk } else { name }), String::new())
        }
        Test::Object(key) => {
            let name = if key.name.is_empty() {
                &key.pk
            } else {
                &key.name
            };
            let place = match (key.app.original(), key.model_name.original()) {
                (app, "") => app.to_owned(),
                ("", model) => model.to_owned(),
                (app, model) => format!("{app}.{model}"),
            };
            (text(name), place)
        }
        Test::Value { field, text: own } => (text(own), field.path().to_owned()),
    }
}

/// Ids and numbers are keys, everything else is a name.
fn key_or_name(typed: &Untrusted) -> (Untrusted, Untrusted) {
    let text = typed.original();
    let is_key = text.parse::<i64>().is_ok() || uuid::Uuid::try_parse(text).is_ok();
    if is_key {
        (typed.clone(), Untrusted::default())
    } else {
        (Untrusted::default(), typed.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::KnownAction, listing::Listing};

    fn chip(query: &str) -> Chip {
        Listing::from_query(query).filter.chips.pop().unwrap()
    }

    fn typed(kind: Kind, place: &str, text: &str) -> Result<Chip, String> {
        let edit = Edit {
            text: text.to_owned(),
            place: place.to_owned(),
            ..Edit::new(kind)
        };
        edit.chip()
    }

    #[test]
    fn a_chip_that_is_only_looked_at_stays_as_it_is() {
        for query in [
            "action=login,custom_x",
            "user=!+a+",
            "ip=off:192.0.2.*",
            "app=x",
            "object=authentik_core:application:1821047ae5d94bc7b2a4187759a94277:Grafana",
            "object=a.b:c:4:5",
            "application=1821047ae5d94bc7b2a4187759a94277:Grafana",
            "brand=b",
            "text=+a+",
            "value=context.geo.country:+GB",
            "query=app=%22x%22",
        ] {
            let chip = chip(query);
            assert_eq!(Edit::of(&chip).chip(), Ok(chip), "{query}");
        }
        let mut edit = Edit::of(&chip("object=authentik_core:user:4:akadmin"));
        edit.negated = true;
        assert_eq!(
            edit.chip(),
            Ok(chip("object=!authentik_core:user:4:akadmin"))
        );
    }

    #[test]
    fn what_is_typed_becomes_a_chip() {
        let check = |kind: Kind, place: &str, text: &str, query: &str| {
            assert_eq!(typed(kind, place, text), Ok(chip(query)), "{place} {text}");
        };
        check(Kind::User, "", " akadmin ", "user=akadmin");
        check(Kind::ClientIp, "", "10.0.0.0/8", "ip=10.0.0.0/8");
        check(Kind::Object, "user", "4", "object=:user:4");
        check(Kind::Object, "authentik_core", "", "object=authentik_core");
        check(
            Kind::Object,
            "authentik_core.application",
            "Grafana",
            "object=authentik_core:application::Grafana",
        );
        check(
            Kind::Object,
            "",
            "1821047a-e5d9-4bc7-b2a4-187759a94277",
            "object=::1821047a-e5d9-4bc7-b2a4-187759a94277",
        );
        check(Kind::AuthorizedApp, "", "Wiki", "application=:Wiki");
        check(
            Kind::Value,
            "context.geo.country",
            "GB",
            "value=context.geo.country:GB",
        );
        check(Kind::Value, "user.email", "", "value=user.email:");
        // A name that was chosen by its key is now another name.
        let mut edit = Edit::of(&chip(
            "application=1821047ae5d94bc7b2a4187759a94277:Grafana",
        ));
        edit.text = "Wiki".to_owned();
        assert_eq!(edit.chip(), Ok(chip("application=:Wiki")));
    }

    #[test]
    fn what_cannot_be_asked_is_not_made() {
        for (kind, place, text) in [
            (Kind::Action, "", ""),
            (Kind::User, "", " "),
            (Kind::ClientIp, "", "here"),
            (Kind::Object, "", ""),
            (Kind::Value, "context.a-b", "x"),
            (Kind::Value, "", "x"),
            (Kind::Words, "", ""),
            (Kind::Ql, "", "user = \"x\""),
        ] {
            assert!(typed(kind, place, text).is_err(), "{place} {text}");
        }
    }

    #[test]
    fn actions_are_ticked_one_by_one_and_by_family() {
        let [login, logout] = [KnownAction::Login, KnownAction::Logout].map(EventAction::Known);
        let mut edit = Edit::new(Kind::Action);
        edit.tick(&login);
        edit.tick_all(&[login.clone(), logout.clone()]);
        assert_eq!(edit.actions, [login.clone(), logout.clone()]);
        edit.tick(&login);
        assert_eq!(edit.actions, std::slice::from_ref(&logout));
        edit.tick(&login);
        edit.tick_all(&[login, logout]);
        assert!(edit.actions.is_empty());
    }
}
