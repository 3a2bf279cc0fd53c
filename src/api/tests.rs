use super::{
    events::{self, CreateOutcome},
    offered, server, users, *,
};
use crate::{
    event::EventId,
    listing::{Matching, Order},
};

const ID: &str = "f6e33af7-10b9-466d-b649-8abeb23e408f";
const EVENT: &str = r#"{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","user":{},"action":"login","app":"x","context":{},"client_ip":null,"created":"2026-11-22T01:00:00Z","expires":"2027-11-22T01:00:00Z","brand":{}}"#;

fn id() -> EventId {
    EventId::parse(ID).unwrap()
}

fn answer(status: u16, body: &str) -> Answer {
    let content_type = if body.starts_with('<') {
        "text/html; charset=utf-8"
    } else {
        "application/json"
    };
    Answer {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
        ..Answer::default()
    }
}

fn html(status: u16) -> Answer {
    answer(status, "<!DOCTYPE html><html><body>Sign in</body></html>")
}

mod requests {
    use super::*;

    fn check<T>(call: &Call<T>, expected: &str, authorized: bool) {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&call.request.query)
            .finish();
        let question = if query.is_empty() { "" } else { "?" };
        assert_eq!(
            format!(
                "{} {}{question}{query}",
                call.request.method.name(),
                call.request.path
            ),
            expected
        );
        assert_eq!(call.request.authorized, authorized, "{expected}");
        assert!(
            call.request.path.ends_with('/'),
            "authentik redirects {expected}"
        );
        assert!(
            !call.request.template.contains(ID),
            "{}",
            call.request.template
        );
    }

    #[test]
    fn each_call_is_written_as_authentik_expects_it() {
        check(
            &events::list(&Matching::default(), Order::default(), 2, 50),
            "GET events/events/?ordering=-created&page=2&page_size=50",
            true,
        );
        let matching = Matching {
            parameters: vec![("username", "mia wong".to_owned())],
        };
        check(
            &events::volume(&matching, 7),
            "GET events/events/volume/?history_days=7&username=mia+wong",
            true,
        );
        check(
            &events::get(id()),
            "GET events/events/f6e33af7-10b9-466d-b649-8abeb23e408f/",
            true,
        );
        check(&events::rights(), "OPTIONS events/events/", true);
        check(&events::actions(), "GET events/events/actions/", true);
        check(&users::me(), "GET core/users/me/", true);
        check(
            &offered::users("mia wong"),
            "GET core/users/?search=mia+wong&page_size=10&include_groups=false",
            true,
        );
        check(&offered::brands(), "GET core/brands/?page_size=50", true);
        check(&server::version(), "GET admin/version/", true);
        // A bad token would make even this public endpoint refuse.
        check(&server::config(), "GET root/config/", false);
    }
}

mod reading {
    use super::*;

    fn check(answer: &Answer, expected: &str) {
        let seen = match events::get(id()).read(answer) {
            Ok(event) => format!("event {}", event.id),
            Err(failure) => {
                assert_eq!(failure.status, Some(answer.status));
                assert_eq!(failure.call, "GET events/events/{id}/");
                format!("{:?}", failure.error)
            }
        };
        assert_eq!(seen, expected, "{answer:?}");
    }

    #[test]
    fn an_event_is_an_event_whatever_the_content_type_says() {
        let expected = format!("event {ID}");
        check(&answer(200, EVENT), &expected);
        check(&answer(200, &format!("\u{feff}\n  {EVENT}\n")), &expected);
        for content_type in [
            "",
            "text/html",
            "text/plain; charset=utf-8",
            "application/octet-stream",
        ] {
            check(
                &Answer {
                    content_type: content_type.to_owned(),
                    ..answer(200, EVENT)
                },
                &expected,
            );
        }
    }

    #[test]
    fn a_success_that_is_no_event_is_garbled_or_a_web_page() {
        check(&html(200), "WebPage");
        check(&answer(200, "\n\n <html>"), "WebPage");
        check(
            &Answer {
                content_type: "text/html".to_owned(),
                ..answer(200, "Please sign in")
            },
            "WebPage",
        );
        check(
            &answer(200, ""),
            "Garbled { reason: \"the answer is empty\" }",
        );
        check(
            &answer(
                200,
                &EVENT.replace(ID, "00000000-0000-4000-8000-000000000000"),
            ),
            "Garbled { reason: \"it is about the event 00000000-0000-4000-8000-000000000000, not the one that was asked for\" }",
        );
        for body in [
            "null",
            "[]",
            "\"\"",
            "7",
            "{}",
            "{\"pk\":",
            &format!("{EVENT} {EVENT}"),
            &format!("{EVENT}x"),
            "{\"pk\":NaN}",
        ] {
            let read = events::get(id()).read(&answer(200, body));
            assert!(
                matches!(
                    read,
                    Err(Failure {
                        error: ApiError::Garbled { .. },
                        ..
                    })
                ),
                "{body}: {read:?}"
            );
        }
        for status in [204, 205, 206, 226, 301, 302, 304, 307, 600, 999] {
            check(
                &answer(status, EVENT),
                &format!("Garbled {{ reason: \"the status {status} was not expected\" }}"),
            );
        }
    }

    #[test]
    fn a_refusal_is_told_by_status_and_shape_never_by_words() {
        let detail = r#"{"detail":"Sie sind nicht berechtigt, diese Aktion durchzuführen."}"#;
        check(&answer(403, detail), "Refused");
        check(
            &answer(403, r#"{"detail":"Token invalid/expired"}"#),
            "Refused",
        );
        check(&answer(401, detail), "Refused");
        check(&html(401), "Refused");
        check(&html(403), "Blocked");
        check(&answer(403, ""), "Blocked");
        check(
            &answer(404, r#"{"detail":"No Event matches the given query."}"#),
            "NotFound",
        );
        check(&html(404), "WebPage");
        check(&answer(404, ""), "WebPage");
        for status in [
            402, 405, 406, 408, 409, 410, 413, 414, 415, 418, 425, 431, 451, 500, 501, 502, 504,
            520, 599,
        ] {
            check(&answer(status, detail), "Server");
            check(&html(status), "Server");
            check(&answer(status, ""), "Server");
        }
        check(&html(400), "Server");
        // Without a token nobody is refused for its sake.
        let public = server::config().read(&answer(403, detail)).unwrap_err();
        assert_eq!(public.error, ApiError::Blocked);
    }

    #[test]
    fn a_server_that_asks_to_wait_is_waited_for_a_minute_at_most() {
        let check = |status: u16, body: &str, header: Option<&str>, expected: &str| {
            let answer = Answer {
                retry_after: header.map(str::to_owned),
                date: Some("Sun, 22 Nov 2026 14:32:08 GMT".to_owned()),
                ..answer(status, body)
            };
            let failure = events::get(id()).read(&answer).unwrap_err();
            assert_eq!(
                format!("{:?}", failure.error),
                expected,
                "{status} {header:?}"
            );
        };
        let wait = |seconds: &str, starting: bool| {
            format!("Wait {{ seconds: {seconds}, starting: {starting} }}")
        };
        let starting = r#"{"error":"authentik starting"}"#;
        check(503, starting, Some("5"), &wait("Some(5)", true));
        check(503, starting, None, "Server");
        check(
            503,
            "<html>maintenance</html>",
            Some("30"),
            &wait("Some(30)", false),
        );
        check(503, "<html>maintenance</html>", None, "Server");
        check(
            503,
            r#"{"detail":"x"}"#,
            Some("30"),
            &wait("Some(30)", false),
        );
        for (header, seconds) in [
            (Some("7"), "Some(7)"),
            (Some(" 7 "), "Some(7)"),
            (Some("0"), "Some(0)"),
            (Some("1000000000"), "Some(60)"),
            (Some("99999999999999999999999999"), "Some(60)"),
            (Some("Sun, 22 Nov 2026 14:32:18 GMT"), "Some(10)"),
            (Some("Sun, 22 Nov 2026 23:00:00 GMT"), "Some(60)"),
            (Some("Sun, 22 Nov 2026 14:00:00 GMT"), "Some(0)"),
            (Some("Sun, 31 Feb 2026 14:00:00 GMT"), "None"),
            (Some("Sun, 22 Nov 2026 14:32:18 CET"), "None"),
            (Some("-5"), "None"),
            (Some("1.5"), "None"),
            (Some("soon"), "None"),
            (Some(""), "None"),
            (None, "None"),
        ] {
            check(
                429,
                r#"{"detail":"Request was throttled."}"#,
                header,
                &wait(seconds, false),
            );
        }
        let no_date = Answer {
            retry_after: Some("Sun, 22 Nov 2026 14:32:18 GMT".to_owned()),
            ..answer(429, "{}")
        };
        assert_eq!(
            events::get(id()).read(&no_date).unwrap_err().error,
            ApiError::Wait {
                seconds: None,
                starting: false
            }
        );
    }

    #[test]
    fn every_message_of_a_400_is_kept_with_its_field() {
        let check = |body: &str, expected: &[(&str, &[&str])]| {
            let failure = events::get(id()).read(&answer(400, body)).unwrap_err();
            let ApiError::Rejected(errors) = failure.error else {
                panic!("{body}: {:?}", failure.error)
            };
            let seen: Vec<(&str, Vec<&str>)> = errors
                .iter()
                .map(|(field, texts)| {
                    (
                        field.as_str(),
                        texts.iter().map(Untrusted::original).collect(),
                    )
                })
                .collect();
            let expected: Vec<(&str, Vec<&str>)> = expected
                .iter()
                .map(|(field, texts)| (*field, texts.to_vec()))
                .collect();
            assert_eq!(seen, expected, "{body}");
        };
        check(
            r#"{"action":["\"X\" is not a valid choice."]}"#,
            &[("action", &["\"X\" is not a valid choice."])],
        );
        check(
            r#"{"app":["This field may not be blank."],"expires":["a","b"]}"#,
            &[
                ("app", &["This field may not be blank."]),
                ("expires", &["a", "b"]),
            ],
        );
        check(
            r#"{"detail":"JSON parse error - x"}"#,
            &[("", &["JSON parse error - x"])],
        );
        check(
            r#"{"non_field_errors":["No data provided"],"detail":"d"}"#,
            &[("", &["No data provided", "d"])],
        );
        check(
            r#"["Null characters are not allowed."]"#,
            &[("", &["Null characters are not allowed."])],
        );
        check(r#"{"context":"one"}"#, &[("context", &["one"])]);
        check(
            r#"{"count_steps":{"0":["A valid integer is required."]}}"#,
            &[("count_steps", &["0: A valid integer is required."])],
        );
        check(
            r#"{"user":{"a":{"b":["x"]},"c":"y"}}"#,
            &[("user", &["a.b: x", "c: y"])],
        );
        check(
            r#"{"app":[7,true,null,[],{}]}"#,
            &[("app", &["7", "true", "null"])],
        );
        check(r#"{"":["x"]}"#, &[("", &["x"])]);
        check("{}", &[]);
        check("[]", &[]);
        check("{", &[]);
    }

    #[test]
    fn a_flood_of_messages_is_bounded() {
        let many = (0..5_000)
            .map(|n| format!(r#""f{n}":["x","y"]"#))
            .collect::<Vec<_>>()
            .join(",");
        let long = format!(r#"{{"app":["{}"],{many}}}"#, "é".repeat(1_000_000));
        let failure = events::get(id()).read(&answer(400, &long)).unwrap_err();
        let ApiError::Rejected(errors) = &failure.error else {
            panic!("{:?}", failure.error)
        };
        assert!(errors.iter().map(|(_, texts)| texts.len()).sum::<usize>() <= 100);
        assert_eq!(errors[0].1[0].original().len(), 2_048);
        assert!(failure.server_text.unwrap().original().len() <= 2_048);
        let deep = format!(
            r#"{{"app":{}"x"{}}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        assert!(events::get(id()).read(&answer(400, &deep)).is_err());
    }

    #[test]
    fn a_failure_tells_what_helps_whoever_looks_after_the_server() {
        let read = |answer: Answer| events::get(id()).read(&answer).unwrap_err();
        let failure = read(Answer {
            request_id: Some("0123abc".to_owned()),
            ..answer(500, r#"{"detail":"boom"}"#)
        });
        assert_eq!(failure.request_id.unwrap().original(), "0123abc");
        assert_eq!(failure.server_text.unwrap().original(), "boom");
        assert_eq!(
            read(answer(502, r#"{"error":"failed to connect"}"#))
                .server_text
                .unwrap()
                .original(),
            "failed to connect"
        );
        assert_eq!(
            read(answer(500, r#"{"odd":1}"#))
                .server_text
                .unwrap()
                .original(),
            r#"{"odd":1}"#
        );
        assert_eq!(read(answer(500, "  ")).server_text, None);
        assert_eq!(
            read(Answer {
                request_id: Some("x".repeat(9_999)),
                ..html(500)
            })
            .request_id
            .unwrap()
            .original()
            .len(),
            128
        );
        // A success holds events: a report of a failure must not.
        assert_eq!(
            read(answer(200, r#"{"pk":1,"secret":"s"}"#)).server_text,
            None
        );
    }

    #[test]
    fn a_refusal_is_settled_by_asking_whose_token_it_is() {
        let check = |status: u16,
                     probe: Result<(), ApiError>,
                     permission: Option<&'static str>,
                     expected: ApiError| {
            let refused = events::get(id())
                .read(&answer(status, r#"{"detail":"no"}"#))
                .unwrap_err();
            let probe = probe.map_err(|error| users::me().request.failure(error, None));
            let settled = refused.settled(probe.as_ref().copied(), permission);
            assert_eq!(settled.error, expected, "{status} {probe:?}");
            assert_eq!(settled.status, Some(status));
        };
        let forbidden = ApiError::Forbidden {
            permission: events::VIEW,
        };
        check(403, Ok(()), Some(events::VIEW), forbidden);
        check(403, Ok(()), None, ApiError::Blocked);
        check(401, Ok(()), Some(events::VIEW), ApiError::Blocked);
        for status in [401, 403] {
            check(
                status,
                Err(ApiError::Refused),
                Some(events::VIEW),
                ApiError::TokenRefused,
            );
            check(
                status,
                Err(ApiError::Server),
                Some(events::VIEW),
                ApiError::Refused,
            );
            check(
                status,
                Err(ApiError::Blocked),
                Some(events::VIEW),
                ApiError::Refused,
            );
            check(
                status,
                Err(ApiError::NoAnswer(NoAnswer::Cancelled)),
                Some(events::VIEW),
                ApiError::Refused,
            );
        }
        check(
            404,
            Err(ApiError::Refused),
            Some(events::VIEW),
            ApiError::NotFound,
        );
    }

    #[test]
    fn what_a_token_may_do_is_in_the_answer_to_options() {
        let rights = |body: &str| {
            events::rights()
                .read(&answer(200, body))
                .map(|rights| rights.create)
                .ok()
        };
        assert_eq!(
            rights(r#"{"name":"Event List","actions":{"POST":{"pk":{}}}}"#),
            Some(true)
        );
        assert_eq!(rights(r#"{"name":"Event List","actions":{}}"#), Some(false));
        assert_eq!(rights(r#"{"name":"Event List"}"#), Some(false));
        assert_eq!(rights(r#"{"actions":{"POST":null}}"#), Some(false));
        assert_eq!(rights("[]"), None);
    }
}

mod creating {
    use super::*;
    use crate::{event::draft::EventDraft, moment::Moment};

    fn call() -> Call<crate::event::Event> {
        let draft = EventDraft {
            action: "login".to_owned(),
            app: "x".to_owned(),
            ..EventDraft::default()
        };
        events::create(&draft.check(Moment::from_ms(0), 0, &|_| false).unwrap())
    }

    fn name(outcome: &CreateOutcome) -> &'static str {
        match outcome {
            CreateOutcome::Created(_) => "created",
            CreateOutcome::Refused(_) => "refused",
            CreateOutcome::NotSent(_) => "not sent",
            CreateOutcome::Unknown(_) => "unknown",
        }
    }

    fn check(answer: &Answer, expected: &str) {
        assert_eq!(
            name(&events::outcome(&call(), Ok(answer))),
            expected,
            "{answer:?}"
        );
    }

    #[test]
    fn the_body_goes_out_as_it_was_checked() {
        let call = call();
        assert_eq!(
            (
                call.request.method,
                call.request.path.as_str(),
                call.request.authorized
            ),
            (Method::Post, "events/events/", true)
        );
        assert!(call.request.body.unwrap().contains(r#""action""#));
        assert!(call.request.query.is_empty());
    }

    #[test]
    fn only_a_201_with_the_event_is_a_creation() {
        check(&answer(201, EVENT), "created");
        check(&answer(201, &EVENT.replace("login", "logout")), "unknown");
        check(&answer(201, ""), "unknown");
        check(&answer(201, "{}"), "unknown");
        check(&answer(201, "[]"), "unknown");
        check(&answer(201, EVENT.get(..50).unwrap()), "unknown");
        check(&html(201), "unknown");
        for status in [200, 202, 204, 301, 302, 303, 307, 308] {
            check(&answer(status, EVENT), "unknown");
            check(&html(status), "unknown");
        }
    }

    #[test]
    fn what_the_server_refused_was_not_stored() {
        check(
            &answer(400, r#"{"app":["This field may not be blank."]}"#),
            "refused",
        );
        check(&answer(400, r#"{"detail":"JSON parse error"}"#), "refused");
        for status in [
            401, 403, 404, 406, 409, 410, 412, 413, 414, 415, 422, 423, 425, 429, 431,
        ] {
            check(&answer(status, r#"{"detail":"no"}"#), "not sent");
            check(&html(status), "not sent");
        }
        check(&html(400), "not sent");
        check(
            &answer(405, r#"{"detail":"Method \"POST\" not allowed."}"#),
            "not sent",
        );
        let starting = Answer {
            retry_after: Some("5".to_owned()),
            ..answer(503, r#"{"error":"authentik starting"}"#)
        };
        check(&starting, "not sent");
    }

    #[test]
    fn what_may_have_been_stored_is_never_called_lost() {
        // A create that crashes inside authentik answers this.
        check(&answer(405, ""), "unknown");
        check(&html(405), "unknown");
        for status in [408, 500, 502, 503, 504, 520, 599, 600] {
            check(&answer(status, r#"{"detail":"x"}"#), "unknown");
            check(&html(status), "unknown");
        }
        check(
            &Answer {
                retry_after: Some("30".to_owned()),
                ..html(503)
            },
            "unknown",
        );
        let unreachable = |by_policy: bool| NoAnswer::Unreachable {
            reason: String::new(),
            by_policy,
        };
        for (reason, expected) in [
            (unreachable(false), "unknown"),
            (NoAnswer::TimedOut { after_s: 65 }, "unknown"),
            (NoAnswer::TooLarge { limit: 1 }, "unknown"),
            (NoAnswer::Cancelled, "unknown"),
            (unreachable(true), "not sent"),
            (NoAnswer::Offline, "not sent"),
        ] {
            assert_eq!(
                name(&events::outcome(&call(), Err(reason.clone()))),
                expected,
                "{reason:?}"
            );
        }
    }
}

mod notices {
    use super::*;

    fn situation(task: Task) -> Situation<'static> {
        Situation {
            task,
            server: "id.harbor.example",
            username: None,
            shown_since: None,
        }
    }

    fn failure(error: ApiError, status: u16) -> Failure {
        Failure {
            status: Some(status),
            ..users::me().request.failure(error, None)
        }
    }

    fn check(
        failure: &Failure,
        situation: Situation<'_>,
        title: &str,
        text: &str,
        remedies: &[Remedy],
    ) {
        let notice = failure.notice(situation);
        assert_eq!(
            (
                notice.title.as_str(),
                notice.text.as_str(),
                notice.remedies.as_slice()
            ),
            (title, text, remedies)
        );
    }

    #[test]
    fn a_read_that_failed_says_so_and_keeps_what_is_shown() {
        check(
            &failure(ApiError::Server, 502),
            Situation {
                shown_since: Some("14:32:18"),
                ..situation(Task::ReadEvents)
            },
            "Could not refresh events",
            "id.harbor.example answered 502 Bad Gateway: the server is there, authentik behind it does not answer. What is shown is from 14:32:18.",
            &[Remedy::TryAgain],
        );
        check(
            &failure(ApiError::Server, 500),
            situation(Task::ReadEvent),
            "Could not load this event",
            "id.harbor.example answered 500 Internal Server Error.",
            &[Remedy::TryAgain],
        );
        check(
            &failure(ApiError::Server, 418),
            situation(Task::ReadEvent),
            "Could not load this event",
            "id.harbor.example refused the request: it answered 418.",
            &[Remedy::TryAgain],
        );
        check(
            &users::me()
                .request
                .unanswered(NoAnswer::TimedOut { after_s: 15 }),
            situation(Task::ReadEvents),
            "Could not load events",
            "id.harbor.example did not answer within 15 seconds.",
            &[Remedy::TryAgain, Remedy::TestConnection],
        );
        check(
            &users::me().request.unanswered(NoAnswer::Offline),
            situation(Task::ReadEvents),
            "Could not load events",
            "This browser is offline. It is tried again when you are back online.",
            &[Remedy::TryAgain],
        );
    }

    #[test]
    fn a_missing_permission_is_named() {
        let name = Untrusted::new("s.haddad");
        let forbidden = failure(
            ApiError::Forbidden {
                permission: events::VIEW,
            },
            403,
        );
        let situation = Situation {
            username: Some(&name),
            ..situation(Task::ReadEvent)
        };
        check(
            &forbidden,
            situation,
            "You can’t view this event",
            "s.haddad signed in fine, but may not view events. Ask an administrator of id.harbor.example for this permission.",
            &[Remedy::TryAgain, Remedy::SignIn],
        );
        assert_eq!(
            forbidden.notice(situation).permission,
            Some("authentik_events.view_event")
        );
    }

    #[test]
    fn a_refused_token_leads_to_signing_in() {
        check(
            &failure(ApiError::TokenRefused, 403),
            situation(Task::ReadEvents),
            "Your token is no longer accepted",
            "id.harbor.example refused it: it has expired or was deleted, or its account was deactivated.",
            &[Remedy::SignIn],
        );
        check(
            &failure(ApiError::Refused, 403),
            situation(Task::CheckToken),
            "The token was refused",
            "id.harbor.example does not accept this token. It has to be an API token that has not expired, of an account that is active, copied whole.",
            &[Remedy::ChangeInput],
        );
    }

    #[test]
    fn an_address_that_is_not_authentiks_is_told_apart_from_a_silent_one() {
        check(
            &failure(ApiError::WebPage, 200),
            situation(Task::FindServer),
            "This is not authentik’s address",
            "id.harbor.example answered with a web page where authentik’s API should be. Check the address, and whether a login of your network is in between.",
            &[Remedy::ChangeInput, Remedy::TestConnection],
        );
        let silent = users::me().request.unanswered(NoAnswer::Unreachable {
            reason: "Failed to fetch".to_owned(),
            by_policy: false,
        });
        let notice = silent.notice(situation(Task::FindServer));
        assert!(
            notice.text.starts_with(
                "No answer from id.harbor.example. Check the spelling, your network or VPN."
            ),
            "{}",
            notice.text
        );
        assert!(notice.text.contains("CORS"), "{}", notice.text);
        assert_eq!(notice.browser_words.as_deref(), Some("Failed to fetch"));
    }

    #[test]
    fn an_event_that_is_not_there_may_be_so_for_three_reasons() {
        check(
            &failure(ApiError::NotFound, 404),
            situation(Task::ReadEvent),
            "This event is not there",
            "id.harbor.example knows no event with this id. It may have expired and been removed, it may have been deleted, or your account may not see it.",
            &[Remedy::GoBack],
        );
    }

    #[test]
    fn a_create_says_what_became_of_it() {
        check(
            &failure(ApiError::Server, 413),
            situation(Task::CreateEvent),
            "The event was not created",
            "id.harbor.example refused the request: it answered 413 Content Too Large. Nothing was stored, and what you typed is still here.",
            &[],
        );
        check(
            &failure(ApiError::Server, 500),
            situation(Task::CreateUnclear),
            "The event may have been created",
            "id.harbor.example answered 500 Internal Server Error. It is not known whether the event was stored. Look for it before you send it again. What you typed is still here.",
            &[Remedy::LookForIt],
        );
        check(
            &users::me().request.unanswered(NoAnswer::Offline),
            situation(Task::CreateEvent),
            "The event was not created",
            "This browser is offline. Nothing is sent by itself later: press the button when you are online. Nothing was stored, and what you typed is still here.",
            &[],
        );
    }

    #[test]
    fn a_wait_is_counted_down() {
        let starting = failure(
            ApiError::Wait {
                seconds: Some(5),
                starting: true,
            },
            503,
        );
        check(
            &starting,
            situation(Task::ReadEvents),
            "authentik is starting",
            "id.harbor.example will answer soon.",
            &[Remedy::TryAgain],
        );
        assert_eq!(starting.notice(situation(Task::ReadEvents)).wait_s, Some(5));
        check(
            &failure(
                ApiError::Wait {
                    seconds: None,
                    starting: false,
                },
                429,
            ),
            situation(Task::ReadEvents),
            "Could not load events",
            "id.harbor.example asks to wait: it answered 429 Too Many Requests.",
            &[Remedy::TryAgain],
        );
    }

    #[test]
    fn every_failure_of_every_task_is_told_in_whole_sentences() {
        let hostile = Untrusted::new("evil\u{202e}\n<b>");
        let mut errors = vec![
            ApiError::TokenRefused,
            ApiError::Refused,
            ApiError::Forbidden {
                permission: events::ADD,
            },
            ApiError::Blocked,
            ApiError::NotFound,
            ApiError::WebPage,
            ApiError::Rejected(Vec::new()),
            ApiError::Wait {
                seconds: Some(5),
                starting: false,
            },
            ApiError::Server,
            ApiError::Garbled {
                reason: "the answer is empty".to_owned(),
            },
        ];
        errors.extend(
            [
                NoAnswer::Unreachable {
                    reason: "x".to_owned(),
                    by_policy: true,
                },
                NoAnswer::Unreachable {
                    reason: "x".to_owned(),
                    by_policy: false,
                },
                NoAnswer::TimedOut { after_s: 15 },
                NoAnswer::TooLarge {
                    limit: LARGEST_ANSWER,
                },
                NoAnswer::Offline,
                NoAnswer::Cancelled,
            ]
            .map(ApiError::NoAnswer),
        );
        let tasks = [
            Task::FindServer,
            Task::CheckToken,
            Task::ReadEvents,
            Task::ReadEvent,
            Task::CreateEvent,
            Task::CreateUnclear,
        ];
        for error in &errors {
            for task in tasks {
                for status in [None, Some(403), Some(599)] {
                    let failure = Failure {
                        status,
                        server_text: Some(hostile.clone()),
                        ..users::me().request.failure(error.clone(), None)
                    };
                    let notice = failure.notice(Situation {
                        username: Some(&hostile),
                        ..situation(task)
                    });
                    let told = format!("{} {}", notice.title, notice.text);
                    assert!(
                        !notice.title.is_empty() && !notice.title.ends_with('.'),
                        "{told}"
                    );
                    assert!(
                        notice.text.ends_with(['.', '>'])
                            && !notice.text.starts_with(' ')
                            && !notice.text.contains("  "),
                        "{told:?}"
                    );
                    assert!(!told.contains(['\u{202e}', '\n', '!']), "{told:?}");
                    assert!(
                        !notice.remedies.contains(&Remedy::TryAgain)
                            || !matches!(task, Task::CreateEvent | Task::CreateUnclear),
                        "{told}"
                    );
                }
            }
        }
    }
}
