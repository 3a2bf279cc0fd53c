//! What the context of an event of each action holds, for somebody who writes one.

use super::KnownAction;
use crate::json::JsonText;

const REQUEST: &str =
    r#""http_request":{"path":"/","method":"GET","args":{},"user_agent":"","request_id":""}"#;
const USER: &str =
    r#"{"pk":"1","app":"authentik_core","model_name":"user","name":"Name of the user"}"#;
const APPLICATION: &str = r#"{"pk":"00000000000000000000000000000000","app":"authentik_core","model_name":"application","name":"Name of the application"}"#;
const TOKEN: &str = r#"{"pk":"00000000000000000000000000000000","app":"authentik_core","model_name":"token","name":"Name of the token"}"#;
const BINDING: &str = r#"{"pk":"00000000000000000000000000000000","app":"authentik_policies","model_name":"policybinding","name":"Name of the binding"}"#;
const EXCEPTION: &str = r#""exception":[{"exc_type":"ValueError","exc_value":"What went wrong","exc_notes":[],"syntax_error":null,"is_cause":false,"frames":[{"filename":"/path/of/the/file.py","lineno":1,"name":"function"}]}]"#;
const POLICY: &str = r#""policy_uuid":"00000000000000000000000000000000","request":{"obj":null,"user":{},"context":{},"debug":false,"http_request":null}"#;

/// The context that authentik writes with an action, with values to replace, indented; `None`
/// where it writes none of its own.
pub fn template(action: KnownAction) -> Option<String> {
    let text = filled(own(action)?);
    Some(JsonText::parse(&text).map_or(text, |json| json.pretty()))
}

/// The words in capitals stand for what several actions have in common.
fn own(action: KnownAction) -> Option<&'static str> {
    Some(match action {
        KnownAction::Login => {
            r#"{"auth_method":"password","auth_method_args":{"known_device":true},REQUEST}"#
        }
        KnownAction::LoginFailed => {
            r#"{"username":"name.as.typed","password":"********************","stage":{"pk":"00000000000000000000000000000000","app":"authentik_stages_password","model_name":"passwordstage","name":"default-authentication-password"},REQUEST}"#
        }
        KnownAction::Logout | KnownAction::PasswordSet | KnownAction::ImpersonationEnded => {
            r#"{REQUEST}"#
        }
        KnownAction::UserWrite => {
            r#"{"created":false,"username":"name","name":"Full name","email":"name@example.com","attributes":{},REQUEST}"#
        }
        KnownAction::SuspiciousRequest => {
            r#"{"message":"Revoked refresh token was used","token":TOKEN,"provider":{"pk":"1","app":"authentik_providers_oauth2","model_name":"oauth2provider","name":"Name of the provider"},REQUEST}"#
        }
        KnownAction::SecretView => r#"{"secret":TOKEN,REQUEST}"#,
        KnownAction::SecretRotate => r#"{"token":TOKEN,"message":"Token's secret was rotated."}"#,
        KnownAction::InvitationUsed => {
            r#"{"invitation_uuid":"00000000000000000000000000000000",REQUEST}"#
        }
        KnownAction::AuthorizeApplication => {
            r#"{"authorized_application":APPLICATION,"flow":"00000000000000000000000000000000","scopes":"openid profile email",REQUEST}"#
        }
        KnownAction::SourceLinked => {
            r#"{"message":"Linked Source","source":{"pk":"00000000000000000000000000000000","app":"authentik_sources_oauth","model_name":"oauthsource","name":"Name of the source"},REQUEST}"#
        }
        KnownAction::ImpersonationStarted => r#"{"reason":"Why",REQUEST}"#,
        KnownAction::PolicyExecution => {
            r#"{"message":"Policy Execution",POLICY,"binding":BINDING,"result":{"passing":true,"messages":[],"raw_result":true,"source_binding":null,"source_results":[],"log_messages":[]},REQUEST}"#
        }
        KnownAction::PolicyException => {
            r#"{"message":"Policy failed to execute",POLICY,"binding":BINDING,EXCEPTION,REQUEST}"#
        }
        KnownAction::PropertyMappingException => {
            r#"{"message":"Failed to execute property mapping","expression":"return 1",EXCEPTION,REQUEST}"#
        }
        KnownAction::SystemTaskException => {
            r#"{"message":"Task encountered an error","actor":"authentik.module.tasks.name",EXCEPTION}"#
        }
        KnownAction::SystemException => r#"{"message":"What went wrong",EXCEPTION,REQUEST}"#,
        KnownAction::ConfigurationError => {
            r#"{"message":"What is set up wrongly","cause":"Why","application":APPLICATION,REQUEST}"#
        }
        KnownAction::ConfigurationWarning => {
            r#"{"message":"What is deprecated","deprecation":"authentik.module.name","replacement":"authentik.module.other","cause":"What still uses it"}"#
        }
        KnownAction::ModelCreated | KnownAction::ModelDeleted => r#"{"model":USER,REQUEST}"#,
        KnownAction::ModelUpdated => {
            r#"{"model":USER,"diff":{"name":{"previous_value":"Old name","new_value":"New name"}},REQUEST}"#
        }
        KnownAction::EmailSent => {
            r#"{"message":"Email to name@example.com sent","subject":"Subject","body":"Text","from_email":"authentik@example.com","to_email":["name@example.com"]}"#
        }
        KnownAction::UpdateAvailable => {
            r#"{"message":"New version 2026.8.1 available!","new_version":"2026.8.1","changelog":"https://docs.goauthentik.io/docs/releases/2026.8"}"#
        }
        KnownAction::ExportReady => {
            r#"{"message":"Event export generated successfully","export":{"pk":"00000000000000000000000000000000","app":"authentik_reports","model_name":"dataexport","name":"Name of the export"}}"#
        }
        KnownAction::ReviewInitiated => {
            r#"{"message":"Access review is due for Application Name",REVIEW}"#
        }
        KnownAction::ReviewOverdue => {
            r#"{"message":"Access review is overdue for Application Name",REVIEW}"#
        }
        KnownAction::ReviewCompleted => {
            r#"{"message":"Access review completed for Application Name",REVIEW,REQUEST}"#
        }
        KnownAction::CustomPrefix => r#"{"message":"What happened"}"#,
        KnownAction::FlowExecution
        | KnownAction::SystemTaskExecution
        | KnownAction::ReviewAttested => return None,
    })
}

fn filled(text: &str) -> String {
    let review = r#""target":APPLICATION,"hyperlink":"/if/admin/","hyperlink_label":"Go to application","lifecycle_iteration":"00000000000000000000000000000000""#;
    [
        ("REVIEW", review),
        ("REQUEST", REQUEST),
        ("APPLICATION", APPLICATION),
        ("TOKEN", TOKEN),
        ("BINDING", BINDING),
        ("USER", USER),
        ("EXCEPTION", EXCEPTION),
        ("POLICY", POLICY),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (word, meaning)| {
        text.replace(word, meaning)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, detail, draft::EventDraft, summary},
        json::{Kind, Tree},
        moment::Moment,
    };

    fn drafted(action: KnownAction) -> EventDraft {
        EventDraft {
            action: action.wire().into(),
            app: "my.app".into(),
            context: template(action).unwrap_or_default(),
            ..EventDraft::default()
        }
    }

    #[test]
    fn each_template_can_be_sent_and_is_understood() {
        for action in KnownAction::ALL {
            let draft = drafted(*action);
            let now = Moment::from_ms(1_795_000_000_000);
            let body = draft.check(now, 0, &|_| false).unwrap().body().to_owned();
            assert_eq!(
                draft.cautions(now, 0).by_field,
                [],
                "{action:?} looks unsafe"
            );
            let tree = Tree::of(&body);
            let context = tree.root().get("context").map_or("{}", |node| node.text());
            let event = Event::read(&format!(
                r#"{{"pk":"00000000-0000-4000-8000-000000000000","user":{{}},"action":"{}","app":"my.app","context":{context},"client_ip":null,"created":"2026-11-22T12:00:00Z","expires":"2027-11-22T12:00:00Z","brand":{{}}}}"#,
                action.wire()
            ))
            .unwrap();
            assert_eq!(event.odd, [], "{action:?}");
            assert!(!summary::sentence(&event).visible().is_empty());
            let _ = detail::detail(&event);
        }
    }

    #[test]
    fn only_what_authentik_never_writes_has_none() {
        let without: Vec<&str> = KnownAction::ALL
            .iter()
            .filter(|action| template(**action).is_none())
            .map(|action| action.wire())
            .collect();
        assert_eq!(
            without,
            ["flow_execution", "system_task_execution", "review_attested"]
        );
    }

    /// What several recorded events of an action have is in its template.
    #[test]
    fn templates_hold_the_keys_of_recorded_events() {
        // Keys that depend on the case, and places that depend on a database of them.
        let free = [
            "geo",
            "asn",
            "raw_profile",
            "password",
            "password_repeat",
            "rel_obj",
            "ok",
            "deep",
            "tags",
            "build",
        ];
        for action in KnownAction::ALL {
            let path = format!(
                "{}/tests/recordings/a_detail_by_action/{}.json",
                env!("CARGO_MANIFEST_DIR"),
                action.wire()
            );
            let (Ok(recorded), Some(text)) = (std::fs::read_to_string(path), template(*action))
            else {
                continue;
            };
            let (recorded, text) = (Tree::of(&recorded), Tree::of(&text));
            let context = recorded
                .root()
                .get("response")
                .and_then(|response| response.get("body")?.get("context"))
                .unwrap();
            for child in context.children() {
                let key = child.key().unwrap();
                if free.contains(&key.original()) {
                    continue;
                }
                let own = text.root().get(key.original());
                assert!(own.is_some(), "{action:?} lacks {key:?}");
                if child.kind() == Kind::Object {
                    assert_eq!(own.unwrap().kind(), Kind::Object, "{action:?} {key:?}");
                }
            }
        }
    }
}
