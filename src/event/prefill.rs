//! Forms that do not begin empty: the likeness of an event, or what a link holds.
//!
//! Nothing here is sent: the form says where its values come from, and a person presses the button.

use super::{
    Event, EventAction,
    context::is_masked,
    draft::{EventDraft, Expires, Field, NAME_KEY},
    intent::INTENT_KEY,
};
use crate::{
    count::counted,
    json::{JsonText, Kind, Node, quoted},
    text::Untrusted,
};

/// A draft that somebody else began, and what the person should know of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefill {
    /// The form.
    pub draft: EventDraft,
    /// What is not as it was, a sentence each.
    pub notes: Vec<String>,
}

/// What stands where authentik recorded a mask: the secret itself is nowhere.
pub const REDACTED: &str = "redacted — fill in";

impl Prefill {
    /// The likeness of an event: everything that can be sent.
    pub fn like(event: &Event) -> Self {
        let mut prefill = Self::default();
        prefill.action(event);
        let draft = &mut prefill.draft;
        event.app.original().clone_into(&mut draft.app);
        if let Some(address) = &event.client_ip {
            address.original().clone_into(&mut draft.client_ip);
        }
        draft.user = object(&event.user);
        draft.brand = object(&event.brand);
        prefill.context(event);
        prefill.notes.push(
            "ID and time are new, and it expires when the server says, not when the other does."
                .to_owned(),
        );
        prefill
    }

    fn action(&mut self, event: &Event) {
        let wire = event.action.wire();
        match &event.action {
            EventAction::Custom(_) => {
                let custom = super::KnownAction::CustomPrefix.wire();
                custom.clone_into(&mut self.draft.action);
                let name = wire.original().strip_prefix(custom).unwrap_or_default();
                name.clone_into(&mut self.draft.name);
                self.notes.push(format!(
                    "Only the action {custom} can be sent, not {}: its name goes into the context as {NAME_KEY}.",
                    wire.clipped(80)
                ));
            }
            EventAction::Known(_) | EventAction::Unknown(_) => {
                wire.original().clone_into(&mut self.draft.action);
            }
        }
    }

    fn context(&mut self, event: &Event) {
        let text = event.context.text();
        let tree = text.tree();
        let root = tree.root();
        if root.kind() != Kind::Object {
            if root.kind() != Kind::Null {
                self.notes
                    .push("Its context is no object and cannot be sent.".to_owned());
            }
            return;
        }
        let is_custom = self.draft.action == super::KnownAction::CustomPrefix.wire();
        let mut kept = Vec::new();
        let mut masks = 0;
        for member in root.children() {
            let Some(key) = member.key() else { continue };
            match key.original() {
                INTENT_KEY => self.notes.push(
                    "The mark of the other event is left out: this one gets its own.".to_owned(),
                ),
                NAME_KEY
                    if is_custom && self.draft.name.is_empty() && member.kind() == Kind::String =>
                {
                    self.draft.name = member.string().unwrap_or_default().into_owned();
                }
                NAME_KEY if is_custom => {}
                key => kept.push(format!("{}:{}", quoted(key), unmasked(member, &mut masks))),
            }
        }
        if masks > 0 {
            let masks = counted(masks, "masked value says", "masked values say");
            self.notes
                .push(format!("{masks} “{REDACTED}”: authentik keeps no secrets."));
        }
        if !kept.is_empty() {
            self.draft.context = pretty(&format!("{{{}}}", kept.join(",")));
        }
    }

    /// What the query of a link holds; `None` when it names no field. Keys that are no fields are
    /// named, and so is a value that stands there twice.
    pub fn of_query(query: &str) -> Option<Self> {
        let mut prefill = Self::default();
        let (mut taken, mut strange): (Vec<Field>, Vec<String>) = (Vec::new(), Vec::new());
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match Field::from_wire(&key) {
                Some(field) if !taken.contains(&field) => {
                    taken.push(field);
                    prefill.set(field, value.into_owned());
                }
                Some(_) | None => strange.push(Untrusted::new(key).clipped(40)),
            }
        }
        if taken.is_empty() {
            return None;
        }
        if !strange.is_empty() {
            let strange = strange.join(", ");
            prefill.notes.push(format!(
                "The link holds more that no field takes: {strange}."
            ));
        }
        Some(prefill)
    }

    fn set(&mut self, field: Field, value: String) {
        let draft = &mut self.draft;
        match field {
            Field::Action => draft.action = value,
            Field::Name => draft.name = value,
            Field::App => draft.app = value,
            Field::ClientIp => draft.client_ip = value,
            Field::Expires => draft.expires = Expires::At(value),
            Field::Context => draft.context = object_of_link(value),
            Field::User => draft.user = object_of_link(value),
            Field::Brand => draft.brand = object_of_link(value),
        }
    }
}

/// What a link holds for a field of JSON, as it is written there but for what hides in it.
fn object_of_link(text: String) -> String {
    match JsonText::parse(&text) {
        Ok(_) => spelled(text),
        Err(_) => text,
    }
}

/// An object as text for its field; nothing for an empty one and for what is none.
fn object(json: &JsonText) -> String {
    let tree = json.tree();
    let root = tree.root();
    match root.kind() == Kind::Object && !root.is_empty() {
        true => spelled(json.pretty()),
        false => String::new(),
    }
}

fn pretty(json: &str) -> String {
    JsonText::parse(json).map_or_else(|_| json.to_owned(), |json| spelled(json.pretty()))
}

/// A JSON text that somebody else wrote, in which nothing hides.
fn spelled(json: String) -> String {
    Untrusted::new(json).spelled_as_json()
}

/// The text of a value, with a remark for a person in the place of each mask.
fn unmasked(value: Node<'_>, masks: &mut u64) -> String {
    let json = value.json();
    let tree = json.tree();
    let (mut out, mut copied) = (String::new(), 0);
    for node in tree.nodes().filter(|node| is_masked(*node)) {
        out.push_str(tree.text().get(copied..node.start()).unwrap_or_default());
        out.push_str(&quoted(REDACTED));
        copied = node.start() + node.text().len();
        *masks += 1;
    }
    out.push_str(tree.text().get(copied..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::context::MASK, moment::Moment};

    fn like(fields: &str) -> Prefill {
        let id = "f6e33af7-10b9-466d-b649-8abeb23e408f";
        Prefill::like(&Event::read(&format!(r#"{{"pk":"{id}",{fields}}}"#)).unwrap())
    }

    #[test]
    fn a_likeness_holds_all_that_can_be_sent() {
        let prefill = like(&format!(
            r#""action":"login_failed","app":"a.b","client_ip":"::1","created":"2026-11-22T01:00:00Z","expires":"2027-11-22T01:00:00Z",
            "user":{{"pk":1,"username":"x"}},"brand":{{}},"context":{{"n":1.50,"password":"{MASK}","list":[{{"key":"{MASK}"}}],"eventide_intent":"old"}}"#
        ));
        let draft = &prefill.draft;
        assert_eq!(
            (
                draft.action.as_str(),
                draft.app.as_str(),
                draft.client_ip.as_str()
            ),
            ("login_failed", "a.b", "::1")
        );
        assert_eq!(draft.expires, Expires::ServerDefault);
        let context = JsonText::parse(&draft.context).unwrap().compact();
        assert_eq!(
            context,
            format!(r#"{{"n":1.50,"password":"{REDACTED}","list":[{{"key":"{REDACTED}"}}]}}"#)
        );
        assert_eq!(draft.brand, "");
        assert!(
            prefill
                .notes
                .iter()
                .any(|note| note.starts_with("2 masked values")),
            "{:?}",
            prefill.notes
        );
        assert!(draft.check(Moment::from_ms(0), 0, &|_| false).is_ok());
    }

    #[test]
    fn a_custom_action_keeps_its_name() {
        let prefill =
            like(r#""action":"custom_door_opened","app":"a","context":{"event_name":"other"}"#);
        assert_eq!(prefill.draft.action, "custom_");
        assert_eq!(prefill.draft.name, "door_opened");
        assert_eq!(prefill.draft.context, "");
        assert!(
            prefill
                .notes
                .first()
                .unwrap()
                .contains("Only the action custom_ can be sent")
        );
        let prefill = like(r#""action":"custom_","app":"a","context":{"event_name":"door","x":1}"#);
        assert_eq!(prefill.draft.name, "door");
        assert_eq!(
            JsonText::parse(&prefill.draft.context).unwrap().compact(),
            r#"{"x":1}"#
        );
    }

    #[test]
    fn nothing_hides_in_json_that_somebody_else_wrote() {
        let prefill = like(
            "\"action\":\"login\",\"app\":\"a\",\"context\":{\"k\u{202e}\":\"\u{1d173}v\"},\"user\":{\"username\":\"علی‌رضا\u{200b}\"}",
        );
        assert!(
            prefill
                .draft
                .context
                .contains(r#""k\u202e": "\ud834\udd73v""#),
            "{}",
            prefill.draft.context
        );
        assert!(
            prefill.draft.user.contains(r#""علی‌رضا\u200b""#),
            "{}",
            prefill.draft.user
        );
        let link = Prefill::of_query("context=%7B%22a%22%3A%0A%22%E2%80%AE%22%7D&user=%E2%80%AE");
        let draft = link.unwrap().draft;
        assert_eq!(draft.context, "{\"a\":\n\"\\u202e\"}");
        assert_eq!(draft.user, "\u{202e}");
    }

    #[test]
    fn contexts_of_any_shape_are_no_trouble() {
        for context in ["null", "[]", "7", "\"x\"", "{}"] {
            let prefill = like(&format!(
                r#""action":"login","app":"a","context":{context}"#
            ));
            assert_eq!(prefill.draft.context, "", "{context}");
        }
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        let prefill = like(&format!(
            r#""action":"login","app":"a","context":{{"d":{deep}}}"#
        ));
        assert_eq!(prefill.draft.context.matches('[').count(), 5_000);
    }

    #[test]
    fn a_link_fills_fields_and_names_the_rest() {
        let prefill =
            Prefill::of_query("action=login&app=a%20b&context=%7B%7D&pk=7&app=again").unwrap();
        assert_eq!(
            (
                prefill.draft.action.as_str(),
                prefill.draft.app.as_str(),
                prefill.draft.context.as_str()
            ),
            ("login", "a b", "{}")
        );
        assert_eq!(
            prefill.notes,
            ["The link holds more that no field takes: pk, app."]
        );
        assert_eq!(Prefill::of_query("utm_source=x"), None);
        assert_eq!(Prefill::of_query(""), None);
    }
}
