//! One event as it is kept and as it is answered.

use uuid::Uuid;

use crate::json::{self, Unwritable};
use crate::moment::{self, DAY, Micros};

/// How long an event is kept when nothing else is said: authentik's default retention.
pub const RETENTION: Micros = 365 * DAY;

/// The brand of events that no request caused, as `POST` fills it in and in the order in which it
/// is answered there.
pub const FALLBACK_BRAND: &str = r#"{"app":"authentik_brands","model_name":"brand","pk":"5ad0b0c6a9a24f0f8d0f3d5e4c1b2a39","name":"Brand fallback"}"#;

/// An event; the three objects are stored texts (see [crate::json]).
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub pk: Uuid,
    /// Who did it.
    pub user: String,
    /// What was done: any text.
    pub action: String,
    /// Where it was done: any text.
    pub app: String,
    /// What else is known.
    pub context: String,
    /// From where, in its normal form.
    pub client_ip: Option<String>,
    /// When it was made.
    pub created: Micros,
    /// From when on it is hidden.
    pub expires: Micros,
    /// For which brand.
    pub brand: String,
}

impl Event {
    /// The event as a `GET` answers it, `inside` levels of JSON deep.
    ///
    /// # Errors
    /// [Unwritable] when one of its objects cannot be written.
    pub fn answered(&self, inside: usize) -> Result<String, Unwritable> {
        let mut out =
            String::with_capacity(self.context.len() + self.user.len() + self.brand.len() + 300);
        self.frame(&mut out, |stored, out| {
            json::answer_stored(stored, inside + 1, out)
        })?;
        Ok(out)
    }

    fn frame(
        &self,
        out: &mut String,
        object: impl Fn(&str, &mut String) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        out.push_str("{\"pk\":\"");
        out.push_str(&self.pk.to_string());
        out.push_str("\",\"user\":");
        object(&self.user, out)?;
        out.push_str(",\"action\":");
        json::quote(&self.action, out);
        out.push_str(",\"app\":");
        json::quote(&self.app, out);
        out.push_str(",\"context\":");
        object(&self.context, out)?;
        out.push_str(",\"client_ip\":");
        match &self.client_ip {
            Some(address) => json::quote(address, out),
            None => out.push_str("null"),
        }
        out.push_str(",\"created\":\"");
        out.push_str(&moment::rfc3339(self.created));
        out.push_str("\",\"expires\":\"");
        out.push_str(&moment::rfc3339(self.expires));
        out.push_str("\",\"brand\":");
        object(&self.brand, out)?;
        out.push('}');
        Ok(())
    }

    /// The event as the `POST` that made it answers: the objects as they were sent.
    ///
    /// # Errors
    /// [Unwritable] when one of them cannot be written.
    pub fn echoed(&self, user: &str, context: &str, brand: &str) -> Result<String, Unwritable> {
        let as_sent = Event {
            user: user.to_owned(),
            context: context.to_owned(),
            brand: brand.to_owned(),
            ..self.clone()
        };
        let mut out = String::new();
        as_sent.frame(&mut out, |text, out| {
            out.push_str(text);
            Ok(())
        })?;
        Ok(out)
    }
}
