//! `POST events/events/`: what is checked, in which order, and what is said.

use uuid::Uuid;

use super::{Call, Failure, Outcome, is_media_type};
use crate::action::Release;
use crate::address;
use crate::event::{Event, FALLBACK_BRAND, RETENTION};
use crate::index_row;
use crate::json::{self, Json};
use crate::language::Message;
use crate::moment::{self, Micros, Parsed};
use crate::text::is_python_blank;

/// What a field came to: a value to store, nothing given, or a message.
type Field<T> = Result<Option<T>, Message>;

impl Call<'_> {
    pub(super) fn create(&self) -> Outcome {
        let body = self.body()?;
        let Json::Object(_) = body else {
            let message = match &body {
                Json::Null => Message::NoData,
                other => Message::ExpectedDictionary(other.python_type()),
            };
            return Err(Failure::Fields(format!(
                "{{\"non_field_errors\":[{}]}}",
                self.say(&message)
            )));
        };
        let user = object(&body, "user");
        let action = action(&body, self.api.release);
        let app = app(&body);
        let context = object(&body, "context");
        let client_ip = client_ip(&body);
        let expires = expires(&body);
        let brand = object(&body, "brand");
        let (
            Ok(user),
            Ok(Some(action)),
            Ok(Some(app)),
            Ok(context),
            Ok(client_ip),
            Ok(expires),
            Ok(brand),
        ) = (&user, &action, &app, &context, &client_ip, &expires, &brand)
        else {
            let messages = [
                ("user", user.err()),
                ("action", action.err()),
                ("app", app.err()),
                ("context", context.err()),
                ("client_ip", client_ip.err()),
                ("expires", expires.err()),
                ("brand", brand.err()),
            ];
            let fields: Vec<String> = messages
                .into_iter()
                .filter_map(|(field, message)| {
                    message.map(|message| format!("\"{field}\":[{}]", self.say(&message)))
                })
                .collect();
            return Err(Failure::Fields(format!("{{{}}}", fields.join(","))));
        };
        let nothing = Json::Object(Vec::new());
        let fallback = json::read_stored(FALLBACK_BRAND).unwrap_or(Json::Null);
        let user = user.unwrap_or(&nothing);
        let context = context.unwrap_or(&nothing);
        let brand = brand.unwrap_or(&fallback);
        if [user, context, brand].into_iter().any(Json::has_nul) || !fits(app, user, context) {
            return Err(Failure::Crash);
        }
        let now = self.api.clock.now();
        let event = Event {
            pk: Uuid::new_v4(),
            user: user.stored(),
            action: action.clone(),
            app: app.clone(),
            context: context.stored(),
            client_ip: client_ip.clone().flatten(),
            created: now,
            expires: expires.unwrap_or(now + RETENTION),
            brand: brand.stored(),
        };
        // authentik stores first and writes its answer afterwards: an answer that cannot be
        // written crashes with the event already there.
        self.api.store.add(&event)?;
        Ok((
            201,
            event.echoed(
                &user.answered(1)?,
                &context.answered(1)?,
                &brand.answered(1)?,
            )?,
        ))
    }

    /// The body as JSON. No body at all is an empty object, whatever its type is said to be.
    fn body(&self) -> Result<Json, Failure> {
        let length = self
            .request
            .header_text("content-length")
            .and_then(|length| length.trim().parse::<u64>().ok());
        if length.unwrap_or(0) == 0 {
            return Ok(Json::Object(Vec::new()));
        }
        let media = self.request.header_text("content-type").unwrap_or_default();
        if !is_media_type(media, "application", "json") {
            return Err(Failure::Detail(
                415,
                Message::UnsupportedMediaType(media.to_owned()),
            ));
        }
        json::read(&self.request.body)
            .map_err(|error| Failure::Detail(400, Message::ParseError(error.to_string())))
    }
}

/// user, context, brand: an object, or left out.
fn object<'body>(body: &'body Json, name: &str) -> Field<&'body Json> {
    match body.member(name) {
        None => Ok(None),
        Some(Json::Null) => Err(Message::Null),
        Some(object @ Json::Object(_)) => Ok(Some(object)),
        Some(_) => Err(Message::NotADictionary),
    }
}

fn action(body: &Json, release: Release) -> Field<String> {
    match body.member("action") {
        None => Err(Message::Required),
        Some(Json::Null) => Err(Message::Null),
        Some(value) => {
            let value = value.python_text();
            if release.knows(&value) {
                Ok(Some(value))
            } else {
                Err(Message::NotAChoice(value))
            }
        }
    }
}

/// Any text or number, trimmed.
fn app(body: &Json) -> Field<String> {
    let value = match body.member("app") {
        None => return Err(Message::Required),
        Some(Json::Null) => return Err(Message::Null),
        Some(text @ (Json::String(_) | Json::Integer(_) | Json::Float(_))) => text.python_text(),
        Some(_) => return Err(Message::NotAString),
    };
    let value = value.trim_matches(is_python_blank);
    if value.is_empty() {
        Err(Message::Blank)
    } else if value.contains('\0') {
        Err(Message::NullCharacters)
    } else {
        Ok(Some(value.to_owned()))
    }
}

fn client_ip(body: &Json) -> Field<Option<String>> {
    match body.member("client_ip") {
        None => Ok(None),
        Some(Json::Null) => Ok(Some(None)),
        Some(Json::String(text)) if text.trim_matches(is_python_blank).is_empty() => {
            Err(Message::Blank)
        }
        Some(Json::String(text)) => address::parse_sent(text)
            .map(|address| Some(Some(address)))
            .ok_or(Message::NotAnAddress),
        Some(_) => Err(Message::NotAnAddress),
    }
}

fn expires(body: &Json) -> Field<Micros> {
    match body.member("expires") {
        None => Ok(None),
        Some(Json::Null) => Err(Message::Null),
        Some(Json::String(text)) => match moment::parse_datetime(text) {
            Parsed::Moment(moment) => Ok(Some(moment)),
            Parsed::WrongFormat => Err(Message::WrongMoment),
            Parsed::OutOfRange => Err(Message::MomentOutOfRange),
        },
        Some(_) => Err(Message::WrongMoment),
    }
}

/// Whether the three indexes over app, user and authorised application take their values.
fn fits(app: &str, user: &Json, context: &Json) -> bool {
    index_row::fits_text(app)
        && index_row::fits_json(user)
        && context
            .member("authorized_application")
            .is_none_or(index_row::fits_json)
}
