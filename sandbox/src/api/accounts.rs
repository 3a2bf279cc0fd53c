//! Users and groups by their key. These answers are not recorded: they are as authentik's source
//! has them, as far as they name somebody.

use uuid::Uuid;

use super::{Call, Failure, Outcome};
use crate::caller::View;
use crate::json::quoted;
use crate::language::Message;
use crate::seed::cast::{Cast, GROUPS, Person, group_key};

/// `core/brands/`, with the fields that somebody who picks one needs.
const BRANDS: &str = r#"{"pagination":{"next":0,"previous":0,"count":2,"current":1,"total_pages":1,"start_index":1,"end_index":2},"autocomplete":{},"results":[{"brand_uuid":"5ad0b0c6-a9a2-4f0f-8d0f-3d5e4c1b2a39","domain":"authentik-default","default":true,"branding_title":"authentik"},{"brand_uuid":"c0ffee00-a9a2-4f0f-8d0f-3d5e4c1b2a39","domain":"harbor.example","default":false,"branding_title":"Harbor"}]}"#;

impl Call<'_> {
    /// `core/users/`: those whose login name, name or address holds what is searched for.
    pub(super) fn users(&self) -> Outcome {
        self.may_look_up()?;
        let search = self.parameters.last("search").unwrap_or_default();
        let search = search.to_lowercase();
        let cast = Cast::assemble();
        let found = cast.admins.iter().chain(&cast.people).filter(|person| {
            let texts = [&person.username, &person.name, &person.email];
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(&search))
        });
        let rows: Vec<String> = found.map(user).collect();
        let shown = rows.len().min(10);
        Ok((
            200,
            format!(
                r#"{{"pagination":{{"next":0,"previous":0,"count":{},"current":1,"total_pages":1,"start_index":{},"end_index":{shown}}},"autocomplete":{{}},"results":[{}]}}"#,
                rows.len(),
                shown.min(1),
                rows.get(..shown).unwrap_or_default().join(",")
            ),
        ))
    }

    /// `core/brands/`.
    pub(super) fn brands(&self) -> Outcome {
        self.may_look_up()?;
        Ok((200, BRANDS.to_owned()))
    }

    /// `core/users/{id}/`.
    pub(super) fn user(&self, id: &str) -> Outcome {
        self.may_look_up()?;
        let cast = Cast::assemble();
        let mut everybody = cast.admins.iter().chain(&cast.people);
        let person = everybody
            .find(|person| person.pk.to_string() == id)
            .ok_or(Failure::Detail(404, Message::NoSuch("User")))?;
        Ok((200, user(person)))
    }

    /// `core/groups/{id}/`.
    pub(super) fn group(&self, id: &str) -> Outcome {
        self.may_look_up()?;
        let id = Uuid::try_parse(id).map_err(|_| Failure::Detail(404, Message::NotFound))?;
        let key = id.simple().to_string();
        let name = GROUPS
            .into_iter()
            .find(|name| group_key(name) == key)
            .ok_or(Failure::Detail(404, Message::NoSuch("Group")))?;
        Ok((
            200,
            format!(
                r#"{{"pk":"{id}","num_pk":{},"name":{},"is_superuser":false,"parents":[],"users":[],"attributes":{{}},"roles":[]}}"#,
                id.as_fields().0 % 100_000,
                quoted(name)
            ),
        ))
    }

    /// Rights on users and groups are of their own: here who sees all events has them.
    fn may_look_up(&self) -> Result<(), Failure> {
        match self.rights().view {
            View::All => Ok(()),
            View::One(_) | View::Nothing => Err(Failure::Detail(403, Message::PermissionDenied)),
        }
    }
}

fn user(person: &Person) -> String {
    format!(
        r#"{{"pk":{},"username":{},"name":{},"is_active":true,"is_superuser":false,"groups":[],"email":{},"attributes":{{}},"path":"users","type":"internal"}}"#,
        person.pk,
        quoted(&person.username),
        quoted(&person.name),
        quoted(&person.email)
    )
}
