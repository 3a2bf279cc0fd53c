//! The language of messages: English, and German as far as it was recorded.
//!
//! authentik speaks as many languages as its translators gave it, and answers in the one the
//! browser asks for first. Two are enough to show a client that no message can be matched by its
//! text.

/// A language that the sandbox answers in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

/// What the wrong format of a moment is told; it names the formats.
pub const MOMENT_FORMATS: &str = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]";

/// A message with what varies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// No credentials.
    NotAuthenticated,
    /// Refused token.
    TokenInvalid,
    /// No right.
    PermissionDenied,
    /// A malformed id.
    NotFound,
    /// A well-formed id of nothing visible.
    NoSuchEvent,
    /// The same of another kind.
    NoSuch(&'static str),
    /// A page out of reach.
    InvalidPage,
    /// Another method.
    MethodNotAllowed(String),
    /// Nothing the client takes can be given.
    NotAcceptable,
    /// A body that is not JSON by its content type.
    UnsupportedMediaType(String),
    /// A body that is not JSON.
    ParseError(String),
    /// A field that must be there.
    Required,
    /// `null`.
    Null,
    /// Empty text.
    Blank,
    /// No text.
    NotAString,
    /// A NUL in a text.
    NullCharacters,
    /// Not an action.
    NotAChoice(String),
    /// Not an object.
    NotADictionary,
    /// Not an address.
    NotAnAddress,
    /// Not a moment.
    WrongMoment,
    /// A moment outside the years 1 to 9999.
    MomentOutOfRange,
    /// A body that is no object.
    ExpectedDictionary(&'static str),
    /// `null` as the body.
    NoData,
    /// Not an integer.
    NotAnInteger,
    /// Not a duration.
    NotADuration(String),
    /// A choice of a filter that does not exist; already worded.
    Worded(String),
    /// A licence is missing.
    EnterpriseRequired,
}

impl Language {
    /// The first language of an `Accept-Language` header that the sandbox speaks.
    #[must_use]
    pub fn asked_for(header: Option<&str>) -> Language {
        let mut ranges: Vec<(f64, &str)> = header
            .unwrap_or_default()
            .split(',')
            .map(|range| {
                let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
                (
                    weight
                        .trim()
                        .strip_prefix("q=")
                        .and_then(|weight| weight.parse().ok())
                        .unwrap_or(0.0),
                    tag.trim(),
                )
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        ranges.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        ranges
            .into_iter()
            .find_map(|(_, tag)| {
                match tag
                    .split('-')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase()
                    .as_str()
                {
                    "de" => Some(Language::German),
                    "en" | "*" => Some(Language::English),
                    _ => None,
                }
            })
            .unwrap_or(Language::English)
    }

    /// Its tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// A message in it.
    #[must_use]
    pub fn say(self, message: &Message) -> String {
        let german = match self {
            Language::German => message.german(),
            Language::English => None,
        };
        german.unwrap_or_else(|| message.english())
    }
}

impl Message {
    fn english(&self) -> String {
        let fixed = match self {
            Message::NotAuthenticated => "Authentication credentials were not provided.",
            Message::TokenInvalid => "Token invalid/expired",
            Message::PermissionDenied => "You do not have permission to perform this action.",
            Message::NotFound => "Not found.",
            Message::NoSuchEvent => "No Event matches the given query.",
            Message::NoSuch(kind) => return format!("No {kind} matches the given query."),
            Message::InvalidPage => "Invalid page.",
            Message::NotAcceptable => "Could not satisfy the request Accept header.",
            Message::Required => "This field is required.",
            Message::Null => "This field may not be null.",
            Message::Blank => "This field may not be blank.",
            Message::NotAString => "Not a valid string.",
            Message::NullCharacters => "Null characters are not allowed.",
            Message::NotADictionary => {
                "Value must be a dictionary, and not have any duplicate keys."
            }
            Message::NotAnAddress => "Enter a valid IPv4 or IPv6 address.",
            Message::MomentOutOfRange => "Datetime value out of range.",
            Message::NoData => "No data provided",
            Message::NotAnInteger => "A valid integer is required.",
            Message::EnterpriseRequired => "Enterprise is required to create/update this object.",
            Message::MethodNotAllowed(method) => {
                return format!("Method \"{method}\" not allowed.");
            }
            Message::UnsupportedMediaType(media) => {
                return format!("Unsupported media type \"{media}\" in request.");
            }
            Message::ParseError(error) => return format!("JSON parse error - {error}"),
            Message::NotAChoice(input) => return format!("\"{input}\" is not a valid choice."),
            Message::WrongMoment => {
                return format!(
                    "Datetime has wrong format. Use one of these formats instead: {MOMENT_FORMATS}."
                );
            }
            Message::ExpectedDictionary(kind) => {
                return format!("Invalid data. Expected a dictionary, but got {kind}.");
            }
            Message::NotADuration(value) => {
                return format!("{value} is not in the correct format of 'hours=3;minutes=1'.");
            }
            Message::Worded(text) => return text.clone(),
        };
        fixed.to_owned()
    }

    /// German where a recording or Django REST framework's catalogue has it; else English, as
    /// authentik does with what nobody translated.
    fn german(&self) -> Option<String> {
        let fixed = match self {
            Message::NotAuthenticated => "Anmeldedaten fehlen.",
            Message::PermissionDenied => "Sie sind nicht berechtigt, diese Aktion durchzuführen.",
            Message::NotFound => "Nicht gefunden.",
            Message::InvalidPage => "Ungültige Seite.",
            Message::NotAcceptable => "Kann die Accept Kopfzeile der Anfrage nicht erfüllen.",
            Message::Required => "Dieses Feld ist erforderlich.",
            Message::Null => "Dieses Feld darf nicht null sein.",
            Message::Blank => "Dieses Feld darf nicht leer sein.",
            Message::NotAString => "Kein gültiger String.",
            Message::NotAnAddress => "Bitte eine gültige IPv4 oder IPv6-Adresse eingeben.",
            Message::MomentOutOfRange => "Datumsangabe außerhalb des Bereichs.",
            Message::NotAnInteger => "Eine gültige Ganzzahl ist erforderlich.",
            Message::MethodNotAllowed(method) => {
                return Some(format!("Methode \"{method}\" nicht erlaubt."));
            }
            Message::UnsupportedMediaType(media) => {
                return Some(format!(
                    "Nicht unterstützter Medientyp \"{media}\" in der Anfrage."
                ));
            }
            Message::NotAChoice(input) => {
                return Some(format!("\"{input}\" ist keine gültige Option."));
            }
            Message::WrongMoment => {
                return Some(format!(
                    "Datums- und Zeitangabe hat das falsche Format. Nutze stattdessen eines dieser Formate: {MOMENT_FORMATS}."
                ));
            }
            Message::ExpectedDictionary(kind) => {
                return Some(format!(
                    "Ungültige Daten. Dictionary erwartet, aber {kind} erhalten."
                ));
            }
            Message::TokenInvalid
            | Message::NoSuchEvent
            | Message::NoSuch(_)
            | Message::NullCharacters
            | Message::NotADictionary
            | Message::ParseError(_)
            | Message::NoData
            | Message::NotADuration(_)
            | Message::Worded(_)
            | Message::EnterpriseRequired => return None,
        };
        Some(fixed.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_known_language_wins() {
        let rows = [
            (None, "en"),
            (Some("de"), "de"),
            (Some("de-DE,de;q=0.9,en;q=0.8"), "de"),
            (Some("en;q=0.5, de;q=0.9"), "de"),
            (Some("fr,en;q=0.5,de;q=0.4"), "en"),
            (Some("fr"), "en"),
            (Some("de;q=0"), "en"),
            (Some("*"), "en"),
        ];
        for (header, tag) in rows {
            assert_eq!(Language::asked_for(header).tag(), tag, "{header:?}");
        }
    }
}
