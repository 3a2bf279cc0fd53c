//! What a user agent says of itself, in words. Anybody can send any: it is a claim, not a fact.

use crate::text::Untrusted;

/// A user agent is looked at this far.
const LONGEST: usize = 1_000;

/// Programs that name themselves before a slash, and what they are.
const PROGRAMS: [(&str, &str); 20] = [
    ("goauthentik.io/outpost/", "authentik outpost"),
    ("authentik/", "authentik itself"),
    ("curl/", "curl, on a command line"),
    ("Wget/", "Wget, on a command line"),
    ("HTTPie/", "HTTPie, on a command line"),
    ("python-requests/", "Script in Python (requests)"),
    ("python-httpx/", "Script in Python (httpx)"),
    ("Python-urllib/", "Script in Python (urllib)"),
    ("Python/", "Script in Python"),
    ("Go-http-client/", "Program in Go"),
    ("okhttp/", "Program in Java or an Android app"),
    ("Java/", "Program in Java"),
    ("Apache-HttpClient/", "Program in Java"),
    ("axios/", "Program in JavaScript (axios)"),
    ("node-fetch/", "Program in JavaScript (Node)"),
    ("node/", "Program in JavaScript (Node)"),
    ("PostmanRuntime/", "Postman"),
    ("kube-probe/", "Kubernetes probe"),
    ("Prometheus/", "Prometheus"),
    ("Uptime-Kuma/", "Uptime Kuma"),
];

/// Browsers by the part that only they, or they first, send. Most send the parts of others too.
const BROWSERS: [(&str, &str); 14] = [
    ("HeadlessChrome/", "Headless Chrome"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
    ("Version/", "Safari"),
];

/// Systems, those first whose agents hold the names of others.
const SYSTEMS: [(&str, &str); 10] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("Ubuntu", "Ubuntu"),
    ("Linux", "Linux"),
];

/// Browser, version and system, as in `Firefox 127 on Linux`, or what else it is; `None` for an
/// agent that this build does not know.
///
/// ```
/// use eventide::{event::user_agent::words, text::Untrusted};
///
/// assert_eq!(words(&Untrusted::new("curl/8.8.0")).unwrap(), "curl, on a command line, version 8");
/// ```
pub fn words(agent: &Untrusted) -> Option<String> {
    let agent = agent.original();
    let agent = agent.get(..LONGEST).unwrap_or(agent);
    let program = PROGRAMS
        .iter()
        .find_map(|(start, words)| Some((*words, agent.strip_prefix(start)?)));
    if let Some((words, rest)) = program {
        return Some(match version(rest) {
            Some(version) => format!("{words}, version {version}"),
            None => words.to_owned(),
        });
    }
    if agent.contains("PowerShell/") {
        return Some("PowerShell, on a command line".to_owned());
    }
    if agent.contains("bot/") || agent.contains("Bot/") || agent.contains("crawler") {
        return Some("Crawler, not a browser".to_owned());
    }
    let browser = BROWSERS
        .iter()
        .find_map(|(part, name)| Some((*name, agent.split_once(part)?.1)));
    let (name, rest) = browser?;
    // Old browsers on Android have a version too, and are no Safari.
    if name == "Safari" && !agent.contains("Safari/") {
        return None;
    }
    // Internet Explorer counts its parts, not itself.
    let version = version(rest).filter(|_| name != "Internet Explorer");
    let version = version.map_or_else(String::new, |version| format!(" {version}"));
    let system = SYSTEMS.iter().find(|(part, _)| agent.contains(part));
    let system = system.map_or_else(String::new, |(_, system)| format!(" on {system}"));
    Some(format!("{name}{version}{system}"))
}

/// The first number of a version; not more digits than versions have.
fn version(rest: &str) -> Option<&str> {
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(rest.len());
    rest.get(..end)
        .filter(|digits| (1..=4).contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_told_in_words() {
        let check = |agent: &str, expected: Option<&str>| {
            assert_eq!(
                words(&Untrusted::new(agent)).as_deref(),
                expected,
                "{agent}"
            );
        };
        let mozilla = |rest: &str| format!("Mozilla/5.0 {rest}");
        for (rest, expected) in [
            (
                "(X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Firefox 127 on Linux",
            ),
            (
                "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Chrome 126 on Windows",
            ),
            (
                "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.56",
                "Edge 126 on Windows",
            ),
            (
                "(Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                "Safari 17 on macOS",
            ),
            (
                "(iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari 17 on iPhone",
            ),
            (
                "(iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
                "Chrome 126 on iPad",
            ),
            (
                "(Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
                "Samsung Internet 25 on Android",
            ),
            (
                "(X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Chrome 126 on ChromeOS",
            ),
            (
                "(X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
                "Headless Chrome 126 on Linux",
            ),
            (
                "(Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
                "Internet Explorer on Windows",
            ),
            (
                "(Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041",
                "PowerShell, on a command line",
            ),
            (
                "(compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "Crawler, not a browser",
            ),
        ] {
            check(&mozilla(rest), Some(expected));
        }
        check(
            "goauthentik.io/outpost/2026.5.1",
            Some("authentik outpost, version 2026"),
        );
        check(
            "python-requests/2.34.2",
            Some("Script in Python (requests), version 2"),
        );
        check("Go-http-client/1.1", Some("Program in Go, version 1"));
        check("curl/", Some("curl, on a command line"));
        check("curl/x", Some("curl, on a command line"));
        check("Mozilla/5.0", None);
        check("", None);
        check("my own client", None);
        check("Firefox/99999 y", Some("Firefox"));
        check(&"ä".repeat(5_000), None);
    }
}
