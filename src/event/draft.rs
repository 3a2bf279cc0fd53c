//! An event as typed, and as sent.

use serde::{Deserialize, Serialize};

use crate::moment::Moment;

/// The form as typed; nothing is trimmed or checked here. Serialises to the stored draft.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EventDraft {
    /// Wire value; empty while none is chosen.
    pub action: String,
    /// For `custom_`: stored in the context as `event_name`.
    pub name: String,
    /// App.
    pub app: String,
    /// Client IP, or empty for none.
    pub client_ip: String,
    /// When it expires.
    pub expires: Expires,
    /// JSON text, or empty for none.
    pub user: String,
    /// JSON text, or empty for none.
    pub context: String,
    /// JSON text, or empty for the server's default.
    pub brand: String,
}

/// The choice of the "Expires" control.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Expires {
    /// Leave it to the server (its retention, 365 days by default).
    #[default]
    ServerDefault,
    /// So many days from the moment of sending.
    Days(u32),
    /// As typed: a date and time; read with the offset that the check is given.
    At(String),
}

/// A field of the form; [`Field::ALL`] is their order on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `action`
    Action,
    /// `context.event_name`
    Name,
    /// `app`
    App,
    /// `client_ip`
    ClientIp,
    /// `expires`
    Expires,
    /// `context`
    Context,
    /// `user`
    User,
    /// `brand`
    Brand,
}

/// What is wrong with a draft, whoever found it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// Not tied to a field.
    pub general: Vec<String>,
    /// Tied to a field, in page order.
    pub by_field: Vec<(Field, String)>,
}

/// A checked event, ready to send. Only [`EventDraft::check`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    body: String,
}

impl NewEvent {
    /// The JSON body, byte for byte as it will be sent; number literals as typed.
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl Field {
    /// All, in the order of the page.
    pub const ALL: [Self; 8] =
        [Self::Action, Self::Name, Self::App, Self::ClientIp, Self::Expires, Self::Context, Self::User, Self::Brand];
    /// Its label on the page.
    pub fn label(self) -> &'static str {
        todo!()
    }
    /// Its key on the wire.
    pub fn wire(self) -> &'static str {
        todo!()
    }
    /// By key on the wire.
    pub fn from_wire(wire: &str) -> Option<Self> {
        let _ = wire;
        todo!()
    }
}

impl Problems {
    /// The messages for one field.
    pub fn of(&self, field: Field) -> Vec<&str> {
        self.by_field.iter().filter(|(at, _)| *at == field).map(|(_, text)| text.as_str()).collect()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.general.is_empty() && self.by_field.is_empty()
    }
}

impl EventDraft {
    /// Checks everything at once, in authentik's own words where it has some.
    /// `now` and `offset` (minutes east of UTC) read the "Expires" field.
    ///
    /// # Errors
    /// All problems, each at its field.
    pub fn check(&self, now: Moment, offset: i32) -> Result<NewEvent, Problems> {
        let _ = (now, offset);
        todo!()
    }
}
