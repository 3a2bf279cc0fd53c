//! `core/users/` and `core/brands/`: what can be chosen for a new event.

use super::{Answer, Call, FromAnswer, Method, users::Me};
use crate::{
    json::{Node, quoted},
    text::Untrusted,
};

/// Something that can stand in an event, as authentik itself writes it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name for people.
    pub name: Untrusted,
    /// What tells it from others of that name, often empty.
    pub more: Untrusted,
    /// The object for the event.
    pub json: String,
}

/// Users that a search finds, or the brands of the server. One type for both, because each answer
/// type costs the app a reader of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offers(pub Vec<Offer>);

/// What one needs to look up users.
pub const VIEW_USER: &str = "authentik_core.view_user";
/// What one needs to look up brands.
pub const VIEW_BRAND: &str = "authentik_brands.view_brand";

/// Looks for users by login name, name or e-mail address.
pub fn users(search: &str) -> Call<Offers> {
    let mut call = Call::new(Method::Get, "core/users/", "core/users/");
    call.request.query = vec![
        ("search", search.to_owned()),
        ("page_size", "10".to_owned()),
        ("include_groups", "false".to_owned()),
    ];
    call.request.permission = Some(VIEW_USER);
    call
}

/// The brands.
pub fn brands() -> Call<Offers> {
    let mut call = Call::new(Method::Get, "core/brands/", "core/brands/");
    call.request.query = vec![("page_size", "50".to_owned())];
    call.request.permission = Some(VIEW_BRAND);
    call
}

/// The account behind the token.
pub fn of_me(me: &Me) -> Offer {
    user(me.pk, me.username.clone(), me.name.clone(), &me.email)
}

fn user(pk: i64, username: Untrusted, more: Untrusted, email: &Untrusted) -> Offer {
    Offer {
        json: format!(
            "{{\n  \"pk\": {pk},\n  \"username\": {},\n  \"email\": {}\n}}",
            quoted(username.original()),
            quoted(email.original())
        ),
        name: username,
        more,
    }
}

impl FromAnswer for Offers {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let tree = super::object(answer)?;
        let results = tree.root().get("results").ok_or("it has no results")?;
        Ok(Self(results.children().filter_map(offer).collect()))
    }
}

fn offer(row: Node<'_>) -> Option<Offer> {
    let text = |key: &str| row.get(key).and_then(Node::untrusted);
    if let Some(username) = text("username") {
        let (more, email) = (text("name"), text("email").unwrap_or_default());
        let pk = row.get("pk")?.integer()?;
        return Some(user(pk, username, more.unwrap_or_default(), &email));
    }
    let domain = text("domain")?;
    // As authentik calls brands in its own events.
    let name = match row.get("default").and_then(Node::bool) {
        Some(true) => "Default brand".to_owned(),
        _ => format!("Brand {}", domain.original()),
    };
    let pk = text("brand_uuid")?.original().replace('-', "");
    Some(Offer {
        json: format!(
            "{{\n  \"pk\": {},\n  \"app\": \"authentik_brands\",\n  \"model_name\": \"brand\",\n  \"name\": {}\n}}",
            quoted(&pk),
            quoted(&name)
        ),
        name: Untrusted::new(name),
        more: domain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonText;

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            body: body.to_owned(),
            ..Answer::default()
        }
    }

    fn seen(offers: &[Offer]) -> Vec<(String, String, String)> {
        let compact = |offer: &Offer| JsonText::parse(&offer.json).unwrap().compact();
        let one = |offer: &Offer| (offer.name.visible(), offer.more.visible(), compact(offer));
        offers.iter().map(one).collect()
    }

    #[test]
    fn users_are_offered_as_authentik_writes_them_into_events() {
        let found = Offers::from_answer(&answer(
            r#"{"pagination":{},"results":[{"pk":7,"username":"mi\"a","name":"Mia","email":"m@x.example","more":1},{"pk":8,"username":"bot"},{"pk":"9","username":"odd"},null]}"#,
        ))
        .unwrap();
        assert_eq!(
            seen(&found.0),
            [
                (
                    "mi\"a".to_owned(),
                    "Mia".to_owned(),
                    r#"{"pk":7,"username":"mi\"a","email":"m@x.example"}"#.to_owned()
                ),
                (
                    "bot".to_owned(),
                    String::new(),
                    r#"{"pk":8,"username":"bot","email":""}"#.to_owned()
                ),
            ]
        );
        assert!(Offers::from_answer(&answer("{}")).is_err());
        assert!(Offers::from_answer(&answer("[]")).is_err());
    }

    #[test]
    fn brands_are_offered_as_model_references() {
        let found = Offers::from_answer(&answer(
            r#"{"results":[{"brand_uuid":"5ad0b0c6-a9a2-4f0f-8d0f-3d5e4c1b2a39","domain":"authentik-default","default":true},{"brand_uuid":"c0ffee00-a9a2-4f0f-8d0f-3d5e4c1b2a39","domain":"harbor.example","default":false},{"domain":"x"}]}"#,
        ))
        .unwrap();
        let texts: Vec<String> = seen(&found.0).into_iter().map(|(.., json)| json).collect();
        assert_eq!(
            texts,
            [
                r#"{"pk":"5ad0b0c6a9a24f0f8d0f3d5e4c1b2a39","app":"authentik_brands","model_name":"brand","name":"Default brand"}"#,
                r#"{"pk":"c0ffee00a9a24f0f8d0f3d5e4c1b2a39","app":"authentik_brands","model_name":"brand","name":"Brand harbor.example"}"#,
            ]
        );
    }
}
