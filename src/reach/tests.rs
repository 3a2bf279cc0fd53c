use super::*;
use crate::sign_in::LineState;

const PAGE: &str = "https://events.example.com";
const OTHER: &str = "https://id.example.com";
const CONFIG: &str = r#"{"error_reporting":{"enabled":false},"capabilities":[]}"#;
const REFUSED: &str = r#"{"detail":"Token invalid/expired"}"#;
const ME: &str = r#"{"user":{"pk":4,"username":"akadmin"}}"#;
const PAGE_OF_HTML: &str = "<!doctype html><title>Sign in</title>";

type Said = Result<Answer, NoAnswer>;

fn says(status: u16, body: &str) -> Said {
    Ok(Answer {
        status,
        body: body.to_owned(),
        content_type: if body.starts_with('<') {
            "text/html".to_owned()
        } else {
            "application/json".to_owned()
        },
        ..Answer::default()
    })
}

/// What a browser gives of an answer that it does not show.
fn there() -> Said {
    Ok(Answer::default())
}

fn broken() -> Said {
    Err(NoAnswer::Unreachable {
        reason: "TypeError: Failed to fetch".to_owned(),
        by_policy: false,
    })
}

fn starting() -> Said {
    Ok(Answer {
        retry_after: Some("5".to_owned()),
        ..says(503, r#"{"error":"authentik starting"}"#).unwrap()
    })
}

/// What a server says to each question, whichever is asked.
struct World {
    presence: Said,
    open: Said,
    refusal: Said,
    leave: Said,
    token: Said,
}

impl World {
    /// Everything is well.
    fn well() -> Self {
        Self {
            presence: there(),
            open: says(200, CONFIG),
            refusal: says(403, REFUSED),
            leave: says(403, REFUSED),
            token: says(200, ME),
        }
    }

    fn run(&self, server: &str, signed_in: bool) -> (Trial, Verdict) {
        let mut trial = Trial::new(PAGE, ApiBase::parse(server).unwrap(), signed_in);
        loop {
            let step = match trial.next() {
                Ok(step) => step,
                Err(verdict) => return (trial, verdict),
            };
            let answer = match step {
                Step::Presence => &self.presence,
                Step::Open => &self.open,
                Step::Refusal => &self.refusal,
                Step::Leave => &self.leave,
                Step::Token => &self.token,
            };
            trial.hear(step, answer.clone(), 12);
        }
    }

    /// Runs the questions and looks at the verdict, its title, and what can be copied.
    fn check(&self, server: &str, verdict: impl Fn(&Verdict) -> bool, title: &str, fixes: &[Fix]) {
        for signed_in in [false, true] {
            let (trial, found) = self.run(server, signed_in);
            assert!(verdict(&found), "{title}: {found:?}");
            let advice = trial.advice(&found);
            assert_eq!((advice.title.as_str(), advice.fixes), (title, fixes));
            let lines = trial.lines();
            let bad = lines.iter().filter(|line| line.state == LineState::Bad);
            assert_eq!(bad.count(), usize::from(!found.is_good()), "{lines:?}");
            assert_eq!(
                lines
                    .last()
                    .is_some_and(|line| line.state == LineState::Good),
                found.is_good()
            );
        }
    }
}

#[test]
fn with_nothing_in_the_way_every_question_is_asked_once_and_in_order() {
    let check = |server: &str, signed_in, expected: &[Step]| {
        let (trial, verdict) = World::well().run(server, signed_in);
        assert_eq!(verdict, Verdict::Works { request_ids: false });
        let asked: Vec<Step> = trial.heard.iter().map(|heard| heard.step).collect();
        assert_eq!(asked, expected, "{server}");
    };
    check(PAGE, false, &[Step::Presence, Step::Open, Step::Leave]);
    check(
        PAGE,
        true,
        &[Step::Presence, Step::Open, Step::Leave, Step::Token],
    );
    check(
        OTHER,
        false,
        &[Step::Presence, Step::Open, Step::Refusal, Step::Leave],
    );
    check(OTHER, true, &Step::ALL);
}

#[test]
fn what_is_asked_without_a_token_takes_none_along_and_only_one_question_takes_that_of_the_session()
{
    let bearers: Vec<(bool, Bearer)> = Step::ALL
        .iter()
        .map(|step| (step.request().authorized, step.bearer()))
        .collect();
    assert_eq!(
        bearers,
        [
            (false, Bearer::Nobody),
            (false, Bearer::Nobody),
            (false, Bearer::Nobody),
            (true, Bearer::MadeUp),
            (true, Bearer::Session)
        ]
    );
    assert!(made_up_token().is_some());
    for step in Step::ALL {
        assert!(step.request().method.is_safe(), "{step:?} changes nothing");
        assert_eq!(
            step.request().manner == Manner::Presence,
            step == Step::Presence
        );
    }
}

#[test]
fn another_origin_is_told_apart_by_what_fails_first() {
    use Fix::{Allow, Ask, Connect, PassOn};
    let policy = Err(NoAnswer::Unreachable {
        reason: "TypeError: Failed to fetch".to_owned(),
        by_policy: true,
    });
    let well = World::well;
    World {
        presence: broken(),
        ..well()
    }
    .check(
        OTHER,
        |verdict| {
            matches!(
                verdict,
                Verdict::Silent(NoAnswer::Unreachable {
                    by_policy: false,
                    ..
                })
            )
        },
        "Nothing answers at id.example.com",
        &[Ask],
    );
    World {
        presence: policy,
        ..well()
    }
    .check(
        OTHER,
        |verdict| {
            matches!(
                verdict,
                Verdict::Silent(NoAnswer::Unreachable {
                    by_policy: true,
                    ..
                })
            )
        },
        "This page’s own policy forbids it",
        &[Connect],
    );
    World {
        presence: Err(NoAnswer::TimedOut { after_s: 15 }),
        ..well()
    }
    .check(
        OTHER,
        |verdict| matches!(verdict, Verdict::Silent(NoAnswer::TimedOut { .. })),
        "No answer",
        &[Ask],
    );
    World {
        open: broken(),
        ..well()
    }
    .check(
        OTHER,
        |verdict| *verdict == Verdict::NotReadable,
        "id.example.com answers, but this page may not read it",
        &[Allow, PassOn],
    );
    World {
        refusal: broken(),
        ..well()
    }
    .check(
        OTHER,
        |verdict| *verdict == Verdict::RefusalsNotReadable,
        "Refusals of id.example.com cannot be read",
        &[Allow],
    );
    World {
        leave: broken(),
        ..well()
    }
    .check(
        OTHER,
        |verdict| *verdict == Verdict::NoLeave,
        "id.example.com does not let this page send a token",
        &[Allow],
    );
    World {
        leave: says(200, CONFIG),
        ..well()
    }
    .check(
        OTHER,
        |verdict| *verdict == Verdict::TokenLost,
        "A token does not get as far as authentik",
        &[Ask],
    );
}

#[test]
fn a_page_over_https_that_asks_over_http_is_told_that_browsers_differ() {
    World {
        presence: broken(),
        ..World::well()
    }
    .check(
        "http://localhost:9000",
        |verdict| matches!(verdict, Verdict::Silent(_)),
        "The browser may forbid it as mixed content",
        &[Fix::Ask],
    );
    // Where a browser allows it, it is no trouble.
    assert!(
        World::well()
            .run("http://localhost:9000", false)
            .1
            .is_good()
    );
}

#[test]
fn an_answer_that_is_not_authentik_s_is_told_apart_by_status_and_shape() {
    use Fix::{Ask, PassOn};
    let check = |open: Said, title: &str, own_title: &str, own_fix: Fix| {
        let world = World {
            open,
            ..World::well()
        };
        let foreign = |verdict: &Verdict| matches!(verdict, Verdict::Foreign(_));
        world.check(OTHER, foreign, title, &[Ask]);
        world.check(PAGE, foreign, own_title, &[own_fix]);
    };
    check(
        says(200, PAGE_OF_HTML),
        "id.example.com answers with a web page",
        "events.example.com does not hand /api/v3/ on to authentik",
        PassOn,
    );
    check(
        says(404, PAGE_OF_HTML),
        "There is no API at this address of id.example.com",
        "events.example.com does not hand /api/v3/ on to authentik",
        PassOn,
    );
    check(
        says(404, r#"{"detail":"Not found."}"#),
        "There is no API at this address of id.example.com",
        "events.example.com does not hand /api/v3/ on to authentik",
        PassOn,
    );
    check(
        says(200, r#"{"status":"ok"}"#),
        "What answers at id.example.com is not authentik",
        "What answers at events.example.com is not authentik",
        Ask,
    );
    check(
        says(403, PAGE_OF_HTML),
        "Something before authentik refuses",
        "Something before authentik refuses",
        Ask,
    );
    check(
        says(401, ""),
        "Something before authentik refuses",
        "Something before authentik refuses",
        Ask,
    );
    check(
        says(500, PAGE_OF_HTML),
        "id.example.com answers 500",
        "events.example.com answers 500",
        Ask,
    );
    for (open, title) in [
        (starting(), "authentik is starting"),
        (
            says(
                502,
                r#"{"error":"failed to connect to authentik backend: dial tcp"}"#,
            ),
            "authentik is not answering",
        ),
        (says(503, PAGE_OF_HTML), "authentik is not answering"),
        (says(504, ""), "authentik is not answering"),
    ] {
        let world = World {
            open,
            ..World::well()
        };
        for server in [PAGE, OTHER] {
            world.check(
                server,
                |verdict| matches!(verdict, Verdict::Foreign(_)),
                title,
                &[],
            );
        }
    }
}

#[test]
fn this_page_s_own_server_needs_no_leave() {
    use Fix::{Ask, PassOn};
    World {
        presence: says(Answer::REDIRECTS, ""),
        ..World::well()
    }
    .check(
        PAGE,
        |verdict| *verdict == Verdict::Redirected,
        "The question is sent elsewhere",
        &[PassOn, Ask],
    );
    World {
        open: broken(),
        ..World::well()
    }
    .check(
        PAGE,
        |verdict| matches!(verdict, Verdict::Silent(_)),
        "Nothing answers at events.example.com",
        &[Ask],
    );
    World {
        leave: says(200, CONFIG),
        ..World::well()
    }
    .check(
        PAGE,
        |verdict| *verdict == Verdict::TokenLost,
        "A token does not get as far as authentik",
        &[PassOn],
    );
    // A path on the same origin is the same origin.
    let trial = Trial::new(PAGE, ApiBase::parse(&format!("{PAGE}/sso")).unwrap(), false);
    assert!(trial.is_own());
}

#[test]
fn a_token_is_judged_only_when_there_is_one() {
    let refused = World {
        token: says(403, REFUSED),
        ..World::well()
    };
    let (trial, verdict) = refused.run(OTHER, true);
    assert_eq!(
        trial.advice(&verdict).title,
        "This page can reach the API, but your token is not accepted"
    );
    assert!(refused.run(OTHER, false).1.is_good());
    let ended = World {
        token: Err(NoAnswer::Cancelled),
        ..World::well()
    };
    let (trial, verdict) = ended.run(PAGE, true);
    assert_eq!(
        trial.advice(&verdict).title,
        "This page can reach the API, but your token is not accepted"
    );
    let broken = World {
        token: says(500, PAGE_OF_HTML),
        ..World::well()
    };
    let (trial, verdict) = broken.run(PAGE, true);
    assert_eq!(
        trial.advice(&verdict).title,
        "Your token could not be checked"
    );
}

#[test]
fn request_ids_that_cannot_be_read_are_said() {
    let (trial, verdict) = World::well().run(OTHER, false);
    assert!(trial.advice(&verdict).text.contains("X-authentik-id"));
    assert_eq!(trial.advice(&verdict).fixes, [Fix::Allow]);
    let open = Ok(Answer {
        request_id: Some("0123456789abcdef".to_owned()),
        ..says(200, CONFIG).unwrap()
    });
    let (trial, verdict) = World {
        open,
        ..World::well()
    }
    .run(OTHER, false);
    assert_eq!(verdict, Verdict::Works { request_ids: true });
    assert!(!trial.advice(&verdict).text.contains("X-authentik-id"));
    assert!(trial.advice(&verdict).fixes.is_empty());
}

#[test]
fn what_was_concluded_and_not_told_says_from_what() {
    for (world, concluded) in [
        (
            World {
                presence: broken(),
                ..World::well()
            },
            true,
        ),
        (
            World {
                open: broken(),
                ..World::well()
            },
            true,
        ),
        (
            World {
                refusal: broken(),
                ..World::well()
            },
            true,
        ),
        (
            World {
                leave: broken(),
                ..World::well()
            },
            true,
        ),
        (
            World {
                leave: says(200, CONFIG),
                ..World::well()
            },
            true,
        ),
        (
            World {
                open: says(502, ""),
                ..World::well()
            },
            false,
        ),
        (World::well(), false),
    ] {
        let (trial, verdict) = world.run(OTHER, false);
        assert_eq!(
            trial.advice(&verdict).concluded.is_some(),
            concluded,
            "{verdict:?}"
        );
    }
}

#[test]
fn every_remedy_names_this_page_or_this_server_and_is_written_for_each_front() {
    let trial = Trial::new(
        PAGE,
        ApiBase::parse("https://id.example.com:9443/sso").unwrap(),
        false,
    );
    for front in Front::ALL {
        let allow = Fix::Allow.text(front, &trial);
        for part in [
            PAGE,
            "authorization",
            "content-type",
            "X-authentik-id",
            "OPTIONS",
        ] {
            assert!(allow.contains(part), "{front:?}: {part} in {allow}");
        }
        // A wildcard would let every page in, and cookies have no business here.
        assert!(!allow.contains("\"*\"") && !allow.contains("Credentials"));
        let pass_on = Fix::PassOn.text(front, &trial);
        assert!(pass_on.contains("/api/v3/"), "{pass_on}");
    }
    for front in [Front::Nginx, Front::Caddy] {
        assert!(
            Fix::Allow.text(front, &trial).contains("/sso/api/v3/"),
            "the path of the server"
        );
        assert!(
            Fix::PassOn
                .text(front, &trial)
                .contains("https://id.example.com:9443")
        );
    }
    assert_eq!(
        Fix::Connect.text(Front::Nginx, &trial),
        "connect-src 'self' https://id.example.com:9443"
    );
    assert_eq!(
        Fix::Ask.text(Front::Nginx, &trial),
        "curl -v -H 'Origin: https://events.example.com' 'https://id.example.com:9443/sso/api/v3/root/config/'"
    );
    let own = Trial::new(PAGE, ApiBase::parse(PAGE).unwrap(), false);
    assert!(
        Fix::PassOn
            .text(Front::Caddy, &own)
            .contains("https://authentik.example.com"),
        "what is not known stands for itself"
    );
}

#[test]
fn the_report_tells_each_step_and_the_verdict() {
    let (trial, verdict) = World {
        leave: broken(),
        ..World::well()
    }
    .run(OTHER, true);
    let report = trial.report(&verdict, "Some Browser 1.0", "0.1.0");
    for part in [
        "Page: https://events.example.com\n",
        "Server: https://id.example.com\n",
        "ok: authentik’s API can be read (200, 12 ms)\n",
        "no: A token may be sent (no answer)\n",
        "id.example.com does not let this page send a token.",
        "Some Browser 1.0",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
}
