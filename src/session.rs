//! Who is signed in where: the token, and the form in which it is kept.

mod spelling;

use std::fmt;

use crate::{
    api::ApiBase,
    json::{JsonText, Kind},
    moment::Moment,
};

/// An API token. It is never printed: no `Display`, and `Debug` hides it.
///
/// ```
/// use eventide::session::Token;
///
/// let token = Token::parse("  Bearer abc123\n").unwrap();
/// assert_eq!(token.bearer(), "Bearer abc123");
/// assert_eq!(format!("{token:?}"), "Token(..)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a text is no token, in words for the person who pasted it. Never quotes more of it than one
/// character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenProblem {
    /// Nothing there.
    Empty,
    /// The dots of a masked field.
    Masked,
    /// Blanks or line ends inside.
    Blank,
    /// A character that cannot be seen.
    Invisible {
        /// The character.
        character: char,
        /// Its place, from 1.
        place: usize,
    },
    /// A character that no token has.
    Foreign {
        /// The character.
        character: char,
        /// Its place, from 1.
        place: usize,
    },
    /// Far longer than any token.
    TooLong,
}

/// Servers refuse headers of more than about 8 KB.
const LONGEST: usize = 6_000;

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Paste an API token."),
            Self::Masked => {
                f.write_str("These are the dots of a hidden field, not the token. In authentik, use the copy button beside it.")
            }
            Self::Blank => f.write_str("There is a blank or a line end inside. Paste one token, without the text around it."),
            Self::Invisible { character, place } => {
                write!(f, "Character {place} cannot be seen: {} (U+{:04X}). Copy the token again, at its source.", invisible_name(*character).unwrap_or("a control character"), u32::from(*character))
            }
            Self::Foreign { character, place } if character.is_ascii() => {
                write!(f, "Character {place} is {character}, which no token has. Copy the token again, without the text around it.")
            }
            Self::Foreign { character, place } => {
                write!(f, "Character {place} is U+{:04X}, which no token has. Copy the token again, at its source.", u32::from(*character))
            }
            Self::TooLong => write!(f, "This is longer than {LONGEST} characters, which no token is."),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// Reads a token as pasted; `Bearer` before it, blanks and quotes around it are removed.
    ///
    /// # Errors
    /// [`TokenProblem`] names what cannot be part of a token.
    pub fn parse(pasted: &str) -> Result<Self, TokenProblem> {
        let text = without_wrapping(pasted);
        if text.is_empty() {
            return Err(TokenProblem::Empty);
        }
        if text
            .chars()
            .all(|character| matches!(character, '•' | '●' | '*' | '·'))
        {
            return Err(TokenProblem::Masked);
        }
        for (index, character) in text.chars().enumerate() {
            let place = index.saturating_add(1);
            if character.is_control() && !character.is_whitespace()
                || invisible_name(character).is_some()
            {
                return Err(TokenProblem::Invisible { character, place });
            }
            if character.is_whitespace() {
                return Err(TokenProblem::Blank);
            }
        }
        // RFC 6750: letters, digits and six signs, then any number of "=".
        let body = text.trim_end_matches('=');
        let foreign = body.chars().enumerate().find(|(_, character)| {
            !(character.is_ascii_alphanumeric() || "-._~+/".contains(*character))
        });
        if let Some((index, character)) = foreign {
            return Err(TokenProblem::Foreign {
                character,
                place: index.saturating_add(1),
            });
        }
        if body.is_empty() {
            return Err(TokenProblem::Foreign {
                character: '=',
                place: 1,
            });
        }
        if text.len() > LONGEST {
            return Err(TokenProblem::TooLong);
        }
        Ok(Self(text.to_owned()))
    }
    /// The value of the `Authorization` header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
    /// Whether it stands in a text: as it is, as addresses and JSON write it, or in base64.
    pub fn is_in(&self, text: &str) -> bool {
        spelling::place(&self.0, text).is_some()
    }
    /// A text without it, however it is spelt there.
    pub fn removed_from(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // Each time it is shorter. From the start again: what stood around it may be one as well.
        while let Some(place) = spelling::place(&self.0, &text) {
            text.replace_range(place, "");
        }
        text
    }
    /// When it says of itself that it ends, if it is a JWT. Nobody has checked that: it is good for a
    /// countdown and nothing else.
    pub fn says_it_ends(&self) -> Option<Moment> {
        let mut parts = self.0.split('.');
        let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
        let claims = String::from_utf8(base64url(claims)?).ok()?;
        let claims = JsonText::parse(&claims).ok()?.tree();
        let seconds = claims.root().get("exp")?.integer()?;
        let ms = seconds.checked_mul(1_000)?;
        (parts.next().is_none() && ms > 0).then(|| Moment::from_ms(ms))
    }
    /// The last four characters, the only part that a screen may show; nothing of a token so short
    /// that four characters would give it away.
    pub fn ending(&self) -> &str {
        if self.0.len() < 20 {
            return "";
        }
        self.0
            .get(self.0.len().saturating_sub(4)..)
            .unwrap_or_default()
    }
}

/// Takes off what copying brings along: blanks, quotes, `Authorization:` and `Bearer`.
fn without_wrapping(pasted: &str) -> &str {
    const QUOTES: [char; 9] = ['"', '\'', '`', '“', '”', '‘', '’', '«', '»'];
    let mut text = pasted;
    loop {
        let mut inner = text.trim().trim_matches(QUOTES);
        for prefix in ["authorization:", "bearer "] {
            let starts = inner
                .get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
            if starts {
                inner = inner.get(prefix.len()..).unwrap_or_default();
            }
        }
        if inner.eq_ignore_ascii_case("bearer") {
            inner = "";
        }
        if inner == text {
            return text;
        }
        text = inner;
    }
}

/// The bytes of an unpadded base64url text; `None` for any other.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
        }
    }
    Some(bytes)
}

fn invisible_name(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{00ad}' => "a soft hyphen",
        '\u{200b}' => "a zero width space",
        '\u{200c}' => "a zero width non-joiner",
        '\u{200d}' => "a zero width joiner",
        '\u{2060}' => "a word joiner",
        '\u{feff}' => "a byte order mark",
        '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => "a direction mark",
        '\u{fe00}'..='\u{fe0f}' => "a variation selector",
        _ => return None,
    })
}

/// How long a token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepMode {
    /// In this tab.
    #[default]
    Tab,
    /// On this device.
    Device,
    /// Not at all: until the page is left or loaded again.
    Memory,
}

/// How long a session lasts at most; `config.json` may shorten it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a sign of anybody, in minutes.
    pub idle_minutes: u32,
    /// With a token that is kept in the tab or not at all, in hours.
    pub session_hours: u32,
    /// With a token that is kept on the device, in hours.
    pub device_hours: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle_minutes: 30,
            session_hours: 12,
            device_hours: 24,
        }
    }
}

impl Limits {
    /// After how many hours a token is forgotten, whatever happens.
    pub fn hours(self, mode: KeepMode) -> u32 {
        match mode {
            KeepMode::Tab | KeepMode::Memory => self.session_hours,
            KeepMode::Device => self.device_hours,
        }
    }

    fn lasts_ms(self, mode: KeepMode) -> i64 {
        i64::from(self.hours(mode)).saturating_mul(HOUR_MS)
    }
}

const HOUR_MS: i64 = 3_600_000;
const VERSION: i64 = 1;
/// How many members a kept record has.
const MEMBERS: usize = 6;

impl KeepMode {
    /// As it is written in a record and in `config.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tab => "tab",
            Self::Device => "device",
            Self::Memory => "memory",
        }
    }
}

/// A token with what it is for. Made when someone signs in; kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The token.
    pub token: Token,
    /// The only server that it is ever sent to.
    pub base: ApiBase,
    /// How it is kept.
    pub mode: KeepMode,
    /// When it was entered.
    pub created: Moment,
    /// When this browser forgets it.
    pub ends: Moment,
}

/// Why a token is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// The server does not accept it.
    Refused,
    /// This browser keeps no token longer.
    Over,
}

/// Whether someone is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// Nobody.
    SignedOut,
    /// Nobody yet: other tabs are asked for their session.
    Asking,
    /// Somebody, or at least their token.
    SignedIn(Grant),
    /// The token is of no more use; what was on the screen may stay there, covered.
    Expired {
        /// The server that it was for.
        base: ApiBase,
        /// How it was kept, and how the next one will be.
        mode: KeepMode,
        /// Why.
        why: Expiry,
    },
    /// Nobody was there for too long. Nothing of what was read is kept, neither is the token; where
    /// one was, and what was being written, is.
    Locked {
        /// The server that it was for.
        base: ApiBase,
        /// How it was kept, and how the next one will be.
        mode: KeepMode,
    },
}

impl Session {
    /// The server whose data may be on the screen.
    pub fn base(&self) -> Option<&ApiBase> {
        match self {
            Self::SignedIn(grant) => Some(&grant.base),
            Self::Expired { base, .. } => Some(base),
            Self::SignedOut | Self::Asking | Self::Locked { .. } => None,
        }
    }
}

impl Grant {
    /// A token entered now.
    pub fn new(token: Token, base: ApiBase, mode: KeepMode, limits: Limits, now: Moment) -> Self {
        let ends = Moment::from_ms(now.ms().saturating_add(limits.lasts_ms(mode)));
        Self {
            token,
            base,
            mode,
            created: Moment::from_ms(now.ms()),
            ends,
        }
    }
    /// The form in which it is kept.
    pub fn encode(&self) -> String {
        // Neither a token nor the address of a server has a character that JSON would escape.
        format!(
            r#"{{"v":{VERSION},"token":"{}","api_base":"{}","created_at":{},"absolute_expiry":{},"mode":"{}"}}"#,
            self.token.0,
            self.base.as_str(),
            self.created.ms(),
            self.ends.ms(),
            self.mode.name(),
        )
    }
    /// Reads the kept form. `None` for another version, another mode or server than the key it was
    /// found under says, a past end, or any damage: the caller then removes it.
    pub fn decode(
        text: &str,
        key: &str,
        mode: KeepMode,
        limits: Limits,
        now: Moment,
    ) -> Option<Self> {
        let tree = JsonText::parse(text).ok()?.tree();
        let record = tree.root();
        let number = |key: &str| record.get(key)?.integer();
        let words = |key: &str| Some(record.get(key)?.string()?.into_owned());
        let (token, base) = (words("token")?, words("api_base")?);
        let (created, ends) = (number("created_at")?, number("absolute_expiry")?);
        let token = Token::parse(&token).ok().filter(|read| read.0 == token)?;
        let base = ApiBase::parse(&base)
            .ok()
            .filter(|read| read.as_str() == base)?;
        let sound = record.kind() == Kind::Object
            && record.len() == MEMBERS
            && number("v") == Some(VERSION)
            && words("mode").as_deref() == Some(mode.name())
            && mode != KeepMode::Memory
            && base.session_key() == key
            // What lives longer than its mode allows was not written by this app.
            && (1..=limits.lasts_ms(mode)).contains(&ends.checked_sub(created)?)
            // A clock may have been set back since; nothing was created more than a minute from now.
            && created <= now.ms().saturating_add(60_000)
            && ends > now.ms();
        sound.then(|| Self {
            token,
            base,
            mode,
            created: Moment::from_ms(created),
            ends: Moment::from_ms(ends),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_people_paste_it() {
        let check = |pasted: &str, expected: &str| {
            assert_eq!(
                Token::parse(pasted).unwrap().bearer(),
                format!("Bearer {expected}"),
                "{pasted:?}"
            );
        };
        check("abc123", "abc123");
        check(" abc123\r\n", "abc123");
        check("Bearer abc123", "abc123");
        check("bearer   abc123 ", "abc123");
        check("Authorization: Bearer abc123", "abc123");
        check("\"Bearer abc123\"", "abc123");
        check("Bearer 'abc123'", "abc123");
        check("“abc123”", "abc123");
        check("`abc123`", "abc123");
        check("eyJh.eyJz.c2ln-_~+/==", "eyJh.eyJz.c2ln-_~+/==");
        check("bearerabc", "bearerabc");
    }

    #[test]
    fn what_is_no_token_is_refused_with_a_reason() {
        let check = |pasted: &str, expected: &str| {
            assert_eq!(
                Token::parse(pasted).unwrap_err().to_string(),
                expected,
                "{pasted:?}"
            );
        };
        check("", "Paste an API token.");
        check(" \" \" ", "Paste an API token.");
        check("Bearer ", "Paste an API token.");
        check(
            "••••••••",
            "These are the dots of a hidden field, not the token. In authentik, use the copy button beside it.",
        );
        check(
            "abc def",
            "There is a blank or a line end inside. Paste one token, without the text around it.",
        );
        check(
            "abc\ndef",
            "There is a blank or a line end inside. Paste one token, without the text around it.",
        );
        check(
            "abc\u{a0}def",
            "There is a blank or a line end inside. Paste one token, without the text around it.",
        );
        check(
            "abc\u{200b}def",
            "Character 4 cannot be seen: a zero width space (U+200B). Copy the token again, at its source.",
        );
        check(
            "\u{feff}abc",
            "Character 1 cannot be seen: a byte order mark (U+FEFF). Copy the token again, at its source.",
        );
        check(
            "abc\u{202e}",
            "Character 4 cannot be seen: a direction mark (U+202E). Copy the token again, at its source.",
        );
        check(
            "abc\u{7}def",
            "Character 4 cannot be seen: a control character (U+0007). Copy the token again, at its source.",
        );
        check(
            "abc{def",
            "Character 4 is {, which no token has. Copy the token again, without the text around it.",
        );
        check(
            "a=b",
            "Character 2 is =, which no token has. Copy the token again, without the text around it.",
        );
        check(
            "===",
            "Character 1 is =, which no token has. Copy the token again, without the text around it.",
        );
        check(
            "аbc",
            "Character 1 is U+0430, which no token has. Copy the token again, at its source.",
        );
        check(
            &"x".repeat(6_001),
            "This is longer than 6000 characters, which no token is.",
        );
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = Token::parse("canary-canary-canary-canary").unwrap();
        let grant = Grant::new(
            token.clone(),
            base(),
            KeepMode::Tab,
            Limits::default(),
            Moment::from_ms(0),
        );
        let printed = format!("{token:?} {grant:?} {:?}", Session::SignedIn(grant.clone()));
        assert!(!printed.contains("canary"), "{printed}");
        assert_eq!(token.ending(), "nary");
        assert_eq!(Token::parse("short").unwrap().ending(), "");
    }

    #[test]
    fn a_token_is_taken_out_of_a_text() {
        let token = Token::parse("canary-canary-canary").unwrap();
        let check = |text: &str, without: &str| {
            assert!(token.is_in(text), "{text}");
            assert_eq!(token.removed_from(text), without);
            assert!(!token.is_in(without), "{without}");
        };
        check("canary-canary-canary", "");
        check("a canary-canary-canary, b", "a , b");
        check("canary-canary-canary canary%2Dcanary-canar\\u0079", " ");
        check("canary-cacanary-canary-canarynary-canary", "");
        check("Basic YTpjYW5hcnktY2FuYXJ5LWNhbmFyeQ==", "Basic YTpQ==");
        assert_eq!(token.removed_from("ä canary"), "ä canary");
    }

    #[test]
    fn a_jwt_says_when_it_ends() {
        let check = |token: &str, expected: Option<i64>| {
            let ends = Token::parse(token).unwrap().says_it_ends();
            assert_eq!(ends.map(Moment::ms), expected, "{token}");
        };
        // {"sub":"é?>","exp":1795000000}
        check(
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiLDqT8-IiwiZXhwIjoxNzk1MDAwMDAwfQ.c2ln",
            Some(1_795_000_000_000),
        );
        // {"exp":"soon"}, {"exp":9223372036854775807}, {"exp":-5}, {}, no JSON, no base64.
        check("e30.eyJleHAiOiJzb29uIn0.c2ln", None);
        check("e30.eyJleHAiOjkyMjMzNzIwMzY4NTQ3NzU4MDd9.c2ln", None);
        check("e30.eyJleHAiOi01fQ.c2ln", None);
        check("e30.e30.c2ln", None);
        check("e30.YWJj.c2ln", None);
        check("e30._-._", None);
        check("e30.eyJleHAiOjE3OTUwMDAwMDB9", None);
        check("e30.eyJleHAiOjE3OTUwMDAwMDB9.a.b", None);
        check("abc123", None);
    }

    fn base() -> ApiBase {
        ApiBase::parse("https://id.example.com").unwrap()
    }

    fn grant(mode: KeepMode) -> Grant {
        Grant::new(
            Token::parse("abc123").unwrap(),
            base(),
            mode,
            Limits::default(),
            Moment::from_ms(1_000_000),
        )
    }

    #[test]
    fn what_is_kept_comes_back_until_its_end() {
        for (mode, hours) in [(KeepMode::Tab, 12), (KeepMode::Device, 24)] {
            let grant = grant(mode);
            let text = grant.encode();
            let at = |ms: i64| {
                Grant::decode(
                    &text,
                    &base().session_key(),
                    mode,
                    Limits::default(),
                    Moment::from_ms(1_000_000 + ms),
                )
            };
            let end = hours * HOUR_MS;
            assert_eq!(at(0), Some(grant.clone()));
            assert_eq!(at(end - 1), Some(grant));
            assert_eq!(at(end), None);
            assert_eq!(at(-HOUR_MS), None, "created in the future");
        }
    }

    #[test]
    fn a_tampered_record_is_not_read() {
        let now = Moment::from_ms(1_000_001);
        let key = base().session_key();
        let text = grant(KeepMode::Tab).encode();
        assert!(Grant::decode(&text, &key, KeepMode::Tab, Limits::default(), now).is_some());
        assert_eq!(
            Grant::decode(&text, &key, KeepMode::Device, Limits::default(), now),
            None,
            "found in the other storage"
        );
        assert_eq!(
            Grant::decode(
                &text,
                "eventide.0.session",
                KeepMode::Tab,
                Limits::default(),
                now
            ),
            None,
            "found under another key"
        );
        assert_eq!(
            Grant::decode(
                &grant(KeepMode::Memory).encode(),
                &key,
                KeepMode::Memory,
                Limits::default(),
                now
            ),
            None
        );
        let check = |from: &str, to: &str| {
            let tampered = text.replace(from, to);
            assert_ne!(tampered, text, "{from} is in the record");
            assert_eq!(
                Grant::decode(&tampered, &key, KeepMode::Tab, Limits::default(), now),
                None,
                "{from} to {to}"
            );
        };
        check("\"v\":1", "\"v\":2");
        check("id.example.com", "evil.example.com");
        check("https://id", "http://id");
        check("\"abc123\"", "\"abc 123\"");
        check("\"abc123\"", "\"Bearer abc123\"");
        check("\"abc123\"", "null");
        check("44200000", "99999999999");
        check("44200000", "1000000");
        check("44200000", "9223372036854775807");
        check("\"mode\":\"tab\"", "\"mode\":\"device\"");
        check("\"mode\":\"tab\"", "\"mode\":\"tab\",\"more\":1");
        for text in ["", "null", "[]", "{}", "{\"v\":1}", "\u{feff}{}", "<html>"] {
            assert_eq!(
                Grant::decode(text, &key, KeepMode::Tab, Limits::default(), now),
                None,
                "{text:?}"
            );
        }
    }
}
