//! What tabs of one browser say to each other.
//!
//! One message carries a secret: the answer to a tab that asks for a session. Everything else on the
//! channel could be read to anybody. What is not exactly one of these messages, from the same build,
//! is not heard.

use crate::json::{JsonText, Kind, quoted};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A new tab asks for a session with a server.
    Hello {
        /// Tells its question from others.
        id: String,
        /// The address of the server.
        base: String,
    },
    /// The answer: the record of a session, in the form in which it is kept.
    Grant {
        /// Of the question.
        id: String,
        /// The record. It holds the token.
        record: String,
    },
    /// Somebody signed out of a server.
    SignedOut {
        /// The address of the server.
        base: String,
    },
}

/// So long an asking tab waits for an answer.
pub const WAIT_MS: u32 = 300;

/// Nothing that a tab says is longer.
const LONGEST: usize = 16_384;
const VERSION: i64 = 1;

impl Message {
    /// The text to send.
    pub fn encode(&self, build: &str) -> String {
        let (kind, id, text) = match self {
            Self::Hello { id, base } => (HELLO, id.as_str(), base),
            Self::Grant { id, record } => (GRANT, id.as_str(), record),
            Self::SignedOut { base } => (SIGNED_OUT, "", base),
        };
        format!(
            "{{\"eventide\":{VERSION},\"build\":{},\"kind\":\"{kind}\",\"id\":\"{id}\",\"text\":{}}}",
            quoted(build),
            quoted(text)
        )
    }

    /// Reads what came. `None` for everything that a tab of this build does not say.
    pub fn decode(text: &str, build: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let tree = JsonText::parse(text).ok()?.tree();
        let message = tree.root();
        let words = |key: &str| Some(message.get(key)?.string()?.into_owned());
        let (kind, id, text) = (words("kind")?, words("id")?, words("text")?);
        let sound = message.kind() == Kind::Object
            && message.len() == 5
            && message.get("eventide")?.integer() == Some(VERSION)
            && words("build")? == build;
        if !sound {
            return None;
        }
        let asked = is_id(&id);
        match kind.as_str() {
            HELLO if asked => Some(Self::Hello { id, base: text }),
            GRANT if asked => Some(Self::Grant { id, record: text }),
            SIGNED_OUT if id.is_empty() => Some(Self::SignedOut { base: text }),
            _ => None,
        }
    }
}

const HELLO: &str = "hello";
const GRANT: &str = "grant";
const SIGNED_OUT: &str = "signed-out";

/// As random ids are written: 36 hexadecimal digits and hyphens.
fn is_id(id: &str) -> bool {
    id.len() == 36
        && id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "f6e33af7-10b9-466d-b649-8abeb23e408f";

    fn hello() -> Message {
        Message::Hello {
            id: ID.to_owned(),
            base: "https://id.example.com".to_owned(),
        }
    }

    #[test]
    fn what_is_said_is_heard() {
        let grant = Message::Grant {
            id: ID.to_owned(),
            record: r#"{"v":1,"token":"abc"}"#.to_owned(),
        };
        let signed_out = Message::SignedOut {
            base: "https://id.example.com".to_owned(),
        };
        for message in [hello(), grant, signed_out] {
            let text = message.encode("build \"7\"");
            assert_eq!(Message::decode(&text, "build \"7\""), Some(message));
        }
    }

    #[test]
    fn nothing_else_is_heard() {
        let good = hello().encode("7");
        assert!(Message::decode(&good, "7").is_some());
        assert_eq!(Message::decode(&good, "8"), None, "another build");
        let change = |from: &str, to: &str| {
            let changed = good.replace(from, to);
            assert_ne!(changed, good, "{from} is in the message");
            assert_eq!(Message::decode(&changed, "7"), None, "{from} to {to}");
        };
        change("\"eventide\":1", "\"eventide\":2");
        change("\"eventide\":1", "\"eventide\":\"1\"");
        change("\"eventide\":1", "\"other\":1");
        change("\"hello\"", "\"Hello\"");
        change("\"hello\"", "\"\"");
        change("\"hello\"", "\"signed-out\"");
        change("\"hello\"", "1");
        change(ID, "");
        change(ID, ID.trim_start_matches('f'));
        change(ID, &format!("{ID}0"));
        change(ID, &ID.replace('f', "g"));
        change("\"https://id.example.com\"", "null");
        change("\"https://id.example.com\"", "[\"https://id.example.com\"]");
        change("}", ",\"more\":1}");
        change(",\"kind\"", ",\"kind2\"");
        change("}", "");
        for text in ["", "null", "1", "\"hello\"", "[]", "{}", "{\"eventide\":1}"] {
            assert_eq!(Message::decode(text, "7"), None, "{text}");
        }
        let long = Message::SignedOut {
            base: "x".repeat(LONGEST),
        };
        assert_eq!(Message::decode(&long.encode("7"), "7"), None);
    }
}
