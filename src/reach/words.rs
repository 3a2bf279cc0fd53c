//! What a person is told: the questions as they are answered, the verdict with its next step, and
//! a report to hand on.

use super::{Fix, Heard, Step, Trial, Verdict};
use crate::{
    api::{ApiError, Failure, NoAnswer, Situation, Task},
    sign_in::{Line, LineState},
};

/// A verdict in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// One line.
    pub title: String,
    /// What it means, and what to do.
    pub text: String,
    /// From what it was concluded, where the browser did not say it.
    pub concluded: Option<&'static str>,
    /// What can be copied, the best first.
    pub fixes: &'static [Fix],
}

impl Step {
    fn title(self) -> &'static str {
        match self {
            Self::Presence => "Something answers",
            Self::Open => "authentik’s API can be read",
            Self::Refusal => "Refusals can be read",
            Self::Leave => "A token may be sent",
            Self::Token => "Your token is accepted",
        }
    }
}

impl Trial {
    /// The questions so far, and the one that is being asked.
    pub fn lines(&self) -> Vec<Line> {
        let next = self.next();
        let last = self.heard.last().map(|heard| heard.step);
        let mut lines: Vec<Line> = self
            .heard
            .iter()
            .map(|heard| Line {
                state: match &next {
                    Err(verdict) if last == Some(heard.step) && !verdict.is_good() => {
                        LineState::Bad
                    }
                    Ok(_) | Err(_) => LineState::Good,
                },
                title: heard.step.title(),
                note: heard.note(),
            })
            .collect();
        if let Ok(step) = next {
            lines.push(Line {
                state: LineState::Busy,
                title: step.title(),
                note: String::new(),
            });
        }
        lines
    }

    /// A verdict in words.
    pub fn advice(&self, verdict: &Verdict) -> Advice {
        let host = self.base.host();
        let page = &self.page;
        let own = self.is_own();
        let advice = |title: &str, text: String, fixes| Advice {
            title: title.to_owned(),
            text,
            concluded: None,
            fixes,
        };
        match verdict {
            Verdict::Works { request_ids } => {
                let mut text = match own {
                    true => format!("{host} answers under this page’s own address"),
                    false => format!("{host} lets {page} read its answers"),
                };
                text.push_str(match self.signed_in {
                    true => " and accepts your token.",
                    false => ". No token was tried: sign in to see whether yours is accepted.",
                });
                if !request_ids {
                    text.push_str(" Its request ids cannot be read here, which would help to find a refusal in its log: Access-Control-Expose-Headers has to name X-authentik-id.");
                }
                let fixes: &[Fix] = if *request_ids || own { &[] } else { &[Fix::Allow] };
                advice("This page can reach the API", text, fixes)
            }
            Verdict::Silent(NoAnswer::Unreachable {
                by_policy: true, ..
            }) => advice(
                "This page’s own policy forbids it",
                format!(
                    "The content security policy that {page} is served with does not name {host}, so the browser has sent nothing. The one who runs Eventide has to add it to connect-src."
                ),
                &[Fix::Connect],
            ),
            // http is accepted for this computer only, and not by every browser from a page over https.
            Verdict::Silent(NoAnswer::Unreachable { .. }) if self.mixes() => advice(
                "The browser may forbid it as mixed content",
                format!(
                    "{page} came over https and {host} is asked over http. Some browsers allow that for this computer, others for no address at all. Ask it over https, or open this page over http."
                ),
                &[Fix::Ask],
            ),
            Verdict::Silent(NoAnswer::Unreachable { .. }) => Advice {
                concluded: Some(
                    "Concluded from: even a question whose answer no page may read did not get through. Browsers do not say why; the command does.",
                ),
                ..advice(
                    &format!("Nothing answers at {host}"),
                    match own {
                        true => "The connection broke, although this page came from there. A firewall or an extension of this browser may block addresses with /api/ in them.".to_owned(),
                        false => "Its name may be misspelt or not known here (DNS), it may not run or not be reachable from this network (VPN, firewall), its certificate may not be accepted, or an extension of this browser blocks it.".to_owned(),
                    },
                    &[Fix::Ask],
                )
            },
            Verdict::Silent(reason) => {
                let failure = Step::Open.request().unanswered(reason.clone());
                advice("No answer", self.in_words(&failure), &[Fix::Ask])
            }
            Verdict::Redirected => advice(
                "The question is sent elsewhere",
                format!(
                    "{host} answers with a redirect where authentik’s API should be. A login before this page may catch /api/v3/ as well, or a rule moves to another address: /api/v3/ has to reach authentik as it is."
                ),
                &[Fix::PassOn, Fix::Ask],
            ),
            Verdict::NotReadable => Advice {
                concluded: Some(
                    "Concluded from: a question whose answer no page may read gets through, the same one with its answer does not. A redirect to another address would look the same.",
                ),
                ..advice(
                    &format!("{host} answers, but this page may not read it"),
                    format!(
                        "It has to allow {page} by CORS, and authentik cannot: the proxy before it has to. Or this page’s own server hands /api/v3/ on, and nothing has to be allowed; then sign in with {page} as the server."
                    ),
                    &[Fix::Allow, Fix::PassOn],
                )
            },
            Verdict::RefusalsNotReadable => Advice {
                concluded: Some(
                    "Concluded from: an answer can be read, a refusal without a token (403) cannot.",
                ),
                ..advice(
                    &format!("Refusals of {host} cannot be read"),
                    "Its CORS headers stand with answers and not with errors, so that a refused token would look like a broken network. In nginx the word always is missing after add_header.".to_owned(),
                    &[Fix::Allow],
                )
            },
            Verdict::NoLeave => Advice {
                concluded: Some(
                    "Concluded from: answers and refusals can be read without a token, and a question with a made-up one never comes back.",
                ),
                ..advice(
                    &format!("{host} does not let this page send a token"),
                    format!(
                        "Before a request with a token the browser asks for leave (OPTIONS), and authentik refuses that. The proxy has to answer it: 204, with {page} as origin and authorization and content-type as headers."
                    ),
                    &[Fix::Allow],
                )
            },
            Verdict::Foreign(failure) => self.foreign(failure),
            Verdict::TokenLost => Advice {
                concluded: Some("Concluded from: a made-up token was not refused."),
                ..advice(
                    "A token does not get as far as authentik",
                    format!(
                        "Something between this page and {host} takes the Authorization header away, or puts another in its place. Whatever hands the API on has to pass that header as it is."
                    ),
                    if own { &[Fix::PassOn] } else { &[Fix::Ask] },
                )
            },
            Verdict::Token(failure) => match failure.error {
                ApiError::TokenRefused => advice(
                    "This page can reach the API, but your token is not accepted",
                    format!(
                        "{host} refused it: it has expired or was deleted, or its account was deactivated. Sign in with another."
                    ),
                    &[],
                ),
                _ => advice(
                    "Your token could not be checked",
                    self.in_words(failure),
                    &[Fix::Ask],
                ),
            },
        }
    }

    /// Something answers, and this page may read it.
    fn foreign(&self, failure: &Failure) -> Advice {
        let host = self.base.host();
        let (title, fixes): (String, &[Fix]) = match (failure.status, &failure.error) {
            // This page's own server knows nothing of an API: nobody has told it.
            (_, ApiError::WebPage | ApiError::NotFound) if self.is_own() => (
                format!("{host} does not hand /api/v3/ on to authentik"),
                &[Fix::PassOn],
            ),
            (Some(404), _) => (
                format!("There is no API at this address of {host}"),
                &[Fix::Ask],
            ),
            (_, ApiError::WebPage) => (format!("{host} answers with a web page"), &[Fix::Ask]),
            (_, ApiError::Wait { starting: true, .. }) => ("authentik is starting".to_owned(), &[]),
            (Some(502..=504), _) => ("authentik is not answering".to_owned(), &[]),
            (_, ApiError::Blocked | ApiError::Refused) => {
                ("Something before authentik refuses".to_owned(), &[Fix::Ask])
            }
            (Some(status @ 500..), _) => (format!("{host} answers {status}"), &[Fix::Ask]),
            _ => (
                format!("What answers at {host} is not authentik"),
                &[Fix::Ask],
            ),
        };
        Advice {
            title,
            text: self.in_words(failure),
            concluded: None,
            fixes,
        }
    }

    /// Whether a page over https asks over http.
    fn mixes(&self) -> bool {
        self.page.starts_with("https://") && self.base.origin().starts_with("http://")
    }

    fn in_words(&self, failure: &Failure) -> String {
        let situation = Situation {
            task: Task::FindServer,
            server: self.base.host(),
            username: None,
            shown_since: None,
        };
        failure.notice(situation).text
    }

    /// All of it as plain text, for whoever can mend it. It holds no token: none gets in here.
    pub fn report(&self, verdict: &Verdict, browser: &str, version: &str) -> String {
        let mut report = format!(
            "Can this page reach the API?\nPage: {}\nServer: {}\nEventide: {version}\nBrowser: {browser}\n",
            self.page,
            self.base.as_str()
        );
        for Line { state, title, note } in self.lines() {
            let mark = if state == LineState::Good { "ok" } else { "no" };
            report.push_str(&format!("{mark}: {title} ({note})\n"));
        }
        let Advice {
            title,
            text,
            concluded,
            ..
        } = self.advice(verdict);
        report.push_str(&format!("{title}. {text}\n"));
        if let Some(concluded) = concluded {
            report.push_str(&format!("{concluded}\n"));
        }
        report
    }
}

impl Verdict {
    /// Whether nothing is in the way.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Works { .. })
    }
}

impl Heard {
    /// What came out, as in "200, 84 ms".
    fn note(&self) -> String {
        let ms = self.took_ms;
        match &self.answer {
            Ok(answer) if answer.status == 0 => format!("{ms} ms"),
            Ok(answer)
                if answer.status == 403 && matches!(self.step, Step::Refusal | Step::Leave) =>
            {
                format!("403 as expected, {ms} ms")
            }
            Ok(answer) => format!("{}, {ms} ms", answer.status),
            Err(NoAnswer::TimedOut { after_s }) => format!("not within {after_s} s"),
            Err(_) => "no answer".to_owned(),
        }
    }
}
