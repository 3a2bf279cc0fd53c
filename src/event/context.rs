//! Total, typed readings of the free-form context. Absent and malformed look alike here; the raw
//! section shows the truth.

use std::sync::OnceLock;

use super::model_name;
use crate::{
    json::{JsonText, Kind, Node, Tree},
    text::Untrusted,
};

/// What authentik writes in place of a value whose key smells of a secret.
pub const MASK: &str = "********************";

/// The `context` object: its text, and the index of it once somebody looks into it.
#[derive(Debug, Clone)]
pub struct Context {
    text: JsonText,
    tree: OnceLock<Tree>,
}

/// A Django object that an event refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRef {
    /// `authentik_core`
    pub app: Untrusted,
    /// `user`
    pub model_name: Untrusted,
    /// A uuid in hex without dashes, an integer or another key, as text; empty when there is none.
    pub pk: Untrusted,
    /// What a person calls it; empty when there is none.
    pub name: Untrusted,
}

impl Context {
    /// A context with this text.
    pub fn new(text: JsonText) -> Self {
        Self {
            text,
            tree: OnceLock::new(),
        }
    }
    /// The text as the server sent it.
    pub fn text(&self) -> &JsonText {
        &self.text
    }
    /// Its index.
    pub fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| self.text.tree())
    }
    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<Node<'_>> {
        let mut node = self.tree().root();
        for key in path {
            node = node.get(key)?;
        }
        Some(node)
    }
    /// A non-empty string at a path.
    pub fn string(&self, path: &[&str]) -> Option<Untrusted> {
        self.at(path)?.untrusted().filter(|text| !text.is_empty())
    }
    /// What a string, number or boolean at a path says.
    pub fn scalar(&self, path: &[&str]) -> Option<Untrusted> {
        let node = self.at(path).filter(|node| node.kind() != Kind::Null)?;
        node.scalar().filter(|text| !text.is_empty())
    }
    /// A boolean at a path.
    pub fn flag(&self, path: &[&str]) -> Option<bool> {
        self.at(path)?.bool()
    }
    /// An object reference at a path.
    pub fn model(&self, path: &[&str]) -> Option<ModelRef> {
        ModelRef::read(self.at(path)?)
    }
    /// The values at the top with their keys, in order; none when the context is no object.
    pub fn entries(&self) -> impl Iterator<Item = (Untrusted, Node<'_>)> {
        self.tree()
            .root()
            .children()
            .filter_map(|node| Some((node.key()?, node)))
    }
    /// Whether anything at all is recorded.
    pub fn is_empty(&self) -> bool {
        let root = self.tree().root();
        root.kind() == Kind::Null || (root.is_container() && root.is_empty())
    }
}

impl ModelRef {
    /// Reads `{app, model_name, pk, name}`; `None` unless it names a kind and an object of it.
    pub fn read(node: Node<'_>) -> Option<Self> {
        let text = |key: &str| {
            let value = node.get(key).filter(|value| value.kind() != Kind::Null);
            value.and_then(Node::scalar).unwrap_or_default()
        };
        let model_name = node.get("model_name")?.untrusted()?;
        let model = Self {
            app: text("app"),
            model_name,
            pk: text("pk"),
            name: text("name"),
        };
        let names_one = !model.pk.is_empty() || !model.name.is_empty();
        (names_one && !model.model_name.is_empty()).then_some(model)
    }
    /// What kind of object it is, in words: `user`, `OAuth2 provider`; the model's own name where
    /// this build knows no better.
    pub fn kind(&self) -> Untrusted {
        match model_name::words(self.model_name.original()) {
            Some(words) => Untrusted::new(words),
            None => self.model_name.clone(),
        }
    }
    /// Its name, or its key where it has none.
    pub fn title(&self) -> &Untrusted {
        if self.name.is_empty() {
            &self.pk
        } else {
            &self.name
        }
    }
    /// Whether its name is only Django's stand-in for objects that have none, as in
    /// `DataExport object (33f22a6a-…)`.
    pub fn is_nameless(&self) -> bool {
        let name = self.name.original();
        name.is_empty() || (name.contains(" object (") && name.ends_with(')'))
    }
}

/// Whether authentik masked this value.
pub fn is_masked(node: Node<'_>) -> bool {
    node.string().is_some_and(|text| text == MASK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(json: &str) -> Option<ModelRef> {
        Context::new(JsonText::parse(&format!("{{\"m\":{json}}}")).unwrap()).model(&["m"])
    }

    #[test]
    fn references_are_read_whatever_their_key_is() {
        let check = |json: &str, kind: &str, pk: &str, name: &str| {
            let model = model(json).unwrap();
            let seen = (model.kind(), model.pk, model.name);
            assert_eq!(seen.0.original(), kind);
            assert_eq!(seen.1.original(), pk);
            assert_eq!(seen.2.original(), name);
        };
        check(
            r#"{"pk":"1821047ae5d94bc7b2a4187759a94277","app":"authentik_core","name":"Grafana","model_name":"application"}"#,
            "application",
            "1821047ae5d94bc7b2a4187759a94277",
            "Grafana",
        );
        check(
            r#"{"pk":6,"name":"x","model_name":"oauth2provider"}"#,
            "OAuth2 provider",
            "6",
            "x",
        );
        check(
            r#"{"pk":"logo.svg","model_name":"file"}"#,
            "file",
            "logo.svg",
            "",
        );
        check(
            r#"{"pk":null,"name":"x","model_name":"frobnicator","app":7}"#,
            "frobnicator",
            "",
            "x",
        );
    }

    #[test]
    fn what_names_no_object_is_no_reference() {
        for json in [
            "null",
            "[]",
            "{}",
            "7",
            r#""x""#,
            r#"{"model_name":"user"}"#,
            r#"{"model_name":7,"pk":1}"#,
            r#"{"pk":1,"name":"x"}"#,
            r#"{"model_name":"","pk":1}"#,
            r#"{"model_name":"user","pk":[],"name":{}}"#,
        ] {
            assert_eq!(model(json), None, "{json}");
        }
    }
}
