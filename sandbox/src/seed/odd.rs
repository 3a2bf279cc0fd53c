//! Events that a careful reader of events must survive: empty, huge, deep and hostile ones.

use super::random::Random;
use super::told;
use crate::event::Event;
use crate::moment::{DAY, HOUR, MINUTE, Micros};

/// Text that means harm where it is not treated as text.
const HOSTILE: &str =
    r#"<img src=x onerror=\"alert(1)\"><script>alert(2)</script>'\"><svg/onload=alert(3)>"#;

/// The odd events.
pub(super) fn events(now: Micros) -> Vec<Event> {
    let mut random = Random::from(404);
    let mut created = now - 15 * DAY;
    let mut events: Vec<Event> = rows()
        .into_iter()
        .map(|(action, app, user, context, client_ip)| {
            created += 7 * HOUR + 11 * MINUTE;
            told(
                created,
                action,
                app,
                &user,
                &context,
                client_ip,
                &mut random,
            )
        })
        .collect();
    for event in &mut events {
        match event.app.as_str() {
            "odd.brand" => event.brand = r#"{"pk": null, "name": ""}"#.to_owned(),
            "odd.no-brand" => event.brand = "{}".to_owned(),
            "odd.far" => event.expires = crate::moment::LATEST,
            // Rows of before 2025.8 may hold anything but null.
            "odd.old-row" => {
                event.user = "\"somebody\"".to_owned();
                event.context = "[1, \"two\", {\"three\": null}]".to_owned();
                event.brand = "7".to_owned();
            }
            _ => {}
        }
    }
    events
}

type Row = (
    &'static str,
    &'static str,
    String,
    String,
    Option<&'static str>,
);

fn rows() -> Vec<Row> {
    let nobody = || "{}".to_owned();
    let anonymous =
        || r#"{"pk":1,"email":"","username":"AnonymousUser","is_anonymous":true}"#.to_owned();
    let nested = |levels: usize| {
        format!(
            "{}{}{}",
            "{\"d\":".repeat(levels),
            "\"bottom\"",
            "}".repeat(levels)
        )
    };
    let many: Vec<String> = (0..400)
        .map(|number| format!("\"key_{number:03}\":{number}"))
        .collect();
    vec![
        ("login", "odd.empty", nobody(), nobody(), None),
        ("password_set", "authentik.events.signals", r#"{"pk":4,"email":"akadmin@corp.example","username":"akadmin"}"#.to_owned(), nobody(), Some("255.255.255.255")),
        ("login_failed", "odd.bare", nobody(), nobody(), Some("198.51.100.200")),
        ("model_updated", "odd.bare", nobody(), nobody(), None),
        ("email_sent", "odd.bare", nobody(), r#"{"message":"Email was sent"}"#.to_owned(), None),
        ("login", "odd.ipv6", anonymous(), nobody(), Some("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")),
        ("custom_", "odd.brand", nobody(), r#"{"case":"odd brand"}"#.to_owned(), None),
        ("custom_", "odd.no-brand", nobody(), r#"{"case":"no brand"}"#.to_owned(), None),
        ("custom_", "odd.far", nobody(), r#"{"case":"expires in the year 9999"}"#.to_owned(), None),
        ("custom_", "odd.old-row", nobody(), nobody(), None),
        ("custom_", "odd.user", r#"{"username":"ghost"}"#.to_owned(), r#"{"case":"user without pk"}"#.to_owned(), None),
        ("login", "odd.user", r#"{"pk":"not-an-int","email":null,"username":["a","list"]}"#.to_owned(), nobody(), Some("203.0.113.250")),
        ("custom_", "odd.depth", nobody(), nested(5), None),
        ("custom_", "odd.depth", nobody(), nested(120), None),
        ("custom_", "odd.width", nobody(), format!("{{{}}}", many.join(",")), None),
        ("custom_", "odd.length", nobody(), format!(r#"{{"message":"{}"}}"#, "word ".repeat(3000)), None),
        ("custom_", "odd.length", nobody(), format!(r#"{{"token":"{}"}}"#, "x".repeat(8000)), None),
        (
            "custom_",
            "odd.numbers",
            nobody(),
            r#"{"e":100000.0,"f":1e-7,"big":18446744073709551615,"neg":-9223372036854775808,"tiny":5e-324,"beyond_js":9007199254740993,"zero":-0.0}"#.to_owned(),
            None,
        ),
        (
            "custom_",
            "odd.kinds",
            nobody(),
            r#"{"message":{"not":"a string"},"geo":"nowhere","asn":[1],"http_request":7,"exception":"none","model":null,"hyperlink":false,"":"empty key"," ":" "}"#.to_owned(),
            None,
        ),
        (
            "login",
            "odd.hostile",
            format!(r#"{{"pk":666,"email":"{HOSTILE}","username":"{HOSTILE}"}}"#),
            format!(
                r#"{{"message":"{HOSTILE}","url":"javascript:alert(4)","hyperlink":"javascript:alert(5)","hyperlink_label":"{HOSTILE}","{HOSTILE}":"key","http_request":{{"path":"/%0d%0aSet-Cookie:x","method":"GET","args":{{"next":"//evil.example"}},"request_id":"{HOSTILE}","user_agent":"{HOSTILE}"}}}}"#
            ),
            Some("203.0.113.66"),
        ),
        (
            "login_failed",
            "odd.text",
            r#"{"pk":null,"email":"\u202enimda","username":"\u202enimda","authenticated_as":{"pk":1,"email":"","username":"AnonymousUser","is_anonymous":true}}"#.to_owned(),
            r#"{"username":"\u202enimda\u200b","password":"********************","message":"line one\nline two\ttab\u0007bell\u001b[31mred","formula":"=HYPERLINK(\"https://evil.example\")","mixed":"аdmin (Cyrillic а)","emoji":"👩‍👩‍👧‍👦🏳️‍🌈","zalgo":"Z̷a̷l̷g̷o̷","rtl":"שלום עולם","bidi":"\u2066isolated"}"#.to_owned(),
            Some("203.0.113.67"),
        ),
        ("<script>alert(6)</script>", "<script>alert(7)</script>", nobody(), r#"{"case":"markup as action and app"}"#.to_owned(), None),
        (
            "email_sent",
            "authentik.stages.email.tasks",
            nobody(),
            format!(
                r#"{{"message":"Email to Erin <erin@corp.example> was sent","subject":"Reset your password","from_email":"authentik@corp.example","to_email":["Erin <erin@corp.example>"],"body":"<!DOCTYPE html><html><body><h1>Hi</h1><p>Follow <a href=\"https://auth.corp.example/if/flow/recovery/?flow_token=AbCdEf0123456789\">this link</a>.</p><img src=\"https://tracker.example/open.gif\"><script>alert(8)</script>{HOSTILE}</body></html>"}}"#
            ),
            None,
        ),
    ]
}
