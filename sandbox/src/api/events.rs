//! The list and the detail.

use super::{Call, Failure, Outcome};
use crate::caller::View;
use crate::event::Event;
use crate::json::quoted;
use crate::language::Message;
use crate::query::filter::{self, Filters};
use crate::query::ql::{self, Search};
use crate::query::{Sql, search};

impl Call<'_> {
    /// The event behind an id, if the caller sees it.
    pub(super) fn visible(&self, id: &str) -> Result<Event, Failure> {
        if self.rights().view == View::Nothing {
            return Err(Failure::Detail(403, Message::PermissionDenied));
        }
        let id = ql::parse_uuid(id).ok_or(Failure::Detail(404, Message::NotFound))?;
        self.api
            .store
            .one(id, &self.in_view())?
            .ok_or(Failure::Detail(404, Message::NoSuchEvent))
    }

    /// The condition that search, rights and filters make together, in the order in which
    /// authentik asks them.
    pub(super) fn condition(&self) -> Result<Sql, Failure> {
        let mut conditions = vec![self.in_view()];
        conditions.extend(self.search()?);
        match self.rights().view {
            View::All => {}
            View::Nothing => return Err(Failure::Detail(403, Message::PermissionDenied)),
            // An object permission that finds nothing is treated as no permission.
            View::One(_) => {
                if self.api.store.count(&Sql::all(conditions.clone()))? == 0 {
                    return Err(Failure::Detail(403, Message::PermissionDenied));
                }
            }
        }
        match filter::read(&self.parameters, self.api.release) {
            Filters::Conditions(filters) => conditions.extend(filters),
            Filters::Crash => return Err(Failure::Crash),
            Filters::Refused(refused) => {
                let fields: Vec<String> = refused
                    .into_iter()
                    .map(|(field, text)| {
                        format!("{}:[{}]", quoted(field), self.say(&Message::Worded(text)))
                    })
                    .collect();
                return Err(Failure::Fields(format!("{{{}}}", fields.join(","))));
            }
        }
        Ok(Sql::all(conditions))
    }

    fn search(&self) -> Result<Option<Sql>, Failure> {
        let Some(sent) = self.parameters.last("search") else {
            return Ok(None);
        };
        let query = sent.replace('\0', "");
        if !query.is_empty() {
            match ql::read(&query) {
                Search::Condition(condition) => return Ok(Some(condition)),
                Search::Crash => return Err(Failure::Crash),
                Search::PlainText => {}
            }
        }
        if sent.contains('\0') {
            return Err(Failure::Fields(format!(
                "[{}]",
                self.say(&Message::NullCharacters)
            )));
        }
        Ok(search::plain(sent))
    }

    /// A page of events.
    pub(super) fn list(&self) -> Outcome {
        let condition = self.condition()?;
        let (order, order_looks_inside) = filter::order(&self.parameters);
        let size = filter::page_size(&self.parameters);
        let count = self.api.store.count(&condition)?;
        let pages = ((count + size - 1) / size).max(1);
        let page = filter::page(&self.parameters, pages)
            .ok_or(Failure::Detail(404, Message::InvalidPage))?;
        let offset = (page - 1) * size;
        let rows = self
            .api
            .store
            .page(&condition, (&order, order_looks_inside), size, offset)?;
        let rows: Vec<String> = rows
            .iter()
            .map(|event| event.answered(2))
            .collect::<Result<_, _>>()?;
        let next = if page < pages { page + 1 } else { 0 };
        let start = if count == 0 { 0 } else { offset + 1 };
        let end = (offset + size).min(count);
        let body = format!(
            "{{\"pagination\":{{\"next\":{next},\"previous\":{},\"count\":{count},\"current\":{page},\"total_pages\":{pages},\"start_index\":{start},\"end_index\":{end}}},\"results\":[{}],\"autocomplete\":{}}}",
            page - 1,
            rows.join(","),
            self.autocomplete()?
        );
        Ok((200, body))
    }

    /// What a search field may suggest: the fields of the query language with the actions and the
    /// apps that occur.
    fn autocomplete(&self) -> Result<String, Failure> {
        let text = r#"{"type":"str","nullable":false,"options":null}"#;
        let options = |names: &mut dyn Iterator<Item = &str>| {
            format!(
                r#"{{"type":"str","nullable":false,"options":[{}]}}"#,
                names.map(quoted).collect::<Vec<_>>().join(",")
            )
        };
        let relation = |name: &str| {
            format!(
                r#"{{"type":"relation","nullable":false,"options":null,"relation":"authentik_events.event_{name}"}}"#
            )
        };
        let apps = self.api.store.app_names()?;
        let event = format!(
            r#"{{"action":{},"event_uuid":{text},"app":{},"client_ip":{text},"user":{},"brand":{},"context":{},"created":{{"type":"datetime","nullable":false,"options":[]}}}}"#,
            options(&mut self.api.release.actions().map(|(action, _)| *action)),
            options(&mut apps.iter().map(String::as_str)),
            relation("user"),
            relation("brand"),
            relation("context"),
        );
        let texts = |names: &[&str]| {
            names
                .iter()
                .map(|name| format!("\"{name}\":{text}"))
                .collect::<Vec<_>>()
                .join(",")
        };
        Ok(format!(
            r#"{{"current_model":"authentik_events.event","models":{{"authentik_events.event":{event},"authentik_events.event_user":{{"pk":{{"type":"int","nullable":false,"options":null}},{}}},"authentik_events.event_brand":{{{}}},"authentik_events.event_context":{{"http_request":{}}},"authentik_events.event_context_http_request":{{"args":{},{}}}}}}}"#,
            texts(&["username", "email"]),
            texts(&["pk", "app", "name", "model_name"]),
            relation("context_http_request"),
            relation("context_http_request_args"),
            texts(&["path", "method", "request_id", "user_agent"]),
        ))
    }

    /// What `OPTIONS` tells: with the right to create, the fields of an event.
    pub(super) fn metadata(&self) -> String {
        let (name, description) = self.endpoint.title();
        let about = format!(
            r#""name":{},"description":{},"renders":["application/json"],"parses":["application/json"]"#,
            quoted(name),
            quoted(description)
        );
        if *self.endpoint != super::Endpoint::List || !self.rights().add {
            return format!("{{{about}}}");
        }
        let choices: Vec<String> = self
            .api
            .release
            .actions()
            .map(|(value, label)| {
                format!(
                    r#"{{"value":{},"display_name":{}}}"#,
                    quoted(value),
                    quoted(label)
                )
            })
            .collect();
        let field = |name: &str, kind: &str, required: bool, read_only: bool, label: &str| {
            format!(
                r#""{name}":{{"type":"{kind}","required":{required},"read_only":{read_only},"label":"{label}"}}"#
            )
        };
        let action = format!(
            r#""action":{{"type":"choice","required":true,"read_only":false,"label":"Action","choices":[{}]}}"#,
            choices.join(",")
        );
        let fields = [
            field("pk", "string", false, true, "Event uuid"),
            field("user", "field", false, false, "User"),
            action,
            field("app", "string", true, false, "App"),
            field("context", "field", false, false, "Context"),
            field("client_ip", "string", false, false, "Client ip"),
            field("created", "datetime", false, true, "Created"),
            field("expires", "datetime", false, false, "Expires"),
            field("brand", "field", false, false, "Brand"),
        ];
        format!(
            r#"{{{about},"actions":{{"POST":{{{}}}}}}}"#,
            fields.join(",")
        )
    }
}
