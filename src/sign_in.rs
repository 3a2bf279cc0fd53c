//! Signing in: the checks in their order, and what is said about each.
//!
//! Nothing here asks anybody: the page runs the checks and puts in what it learns.

use crate::{
    api::{server::Version, users::Me},
    count::counted,
    session::{KeepMode, Limits},
    text::Untrusted,
};

/// The permission without which there is nothing to see.
pub const VIEW: &str = "authentik_events.view_event";
/// The permission to create events.
pub const CREATE: &str = "authentik_events.add_event";

/// What is known so far. The checks run in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// How long the server took to answer.
    pub reached_ms: Option<u32>,
    /// Its version; comes when it comes, nothing waits for it.
    pub version: Option<Version>,
    /// Whose token it is.
    pub me: Option<Me>,
    /// Whether it may view events, and how many there are.
    pub view: Option<MayView>,
    /// Whether it may create them.
    pub create: Option<MayCreate>,
}

/// Whether a token may view events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayView {
    /// Yes; so many.
    Yes(u64),
    /// No.
    No,
}

/// Whether a token may create events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayCreate {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The server did not say; it will when it is tried.
    NotKnown,
}

/// One line of the list of checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it stands.
    pub state: LineState,
    /// What is checked.
    pub title: &'static str,
    /// What came out.
    pub note: String,
}

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// It runs.
    Busy,
    /// It came out well.
    Good,
    /// It came out badly, and nothing works without it.
    Bad,
    /// It came out badly, and the rest works without it.
    Off,
}

/// Where the checks have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not at the end.
    Open,
    /// The token may view events: the app can be used.
    Usable,
    /// It may not.
    NoView,
}

impl Findings {
    /// The checks that have begun, in order.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![self.server_line()];
        if self.reached_ms.is_none() {
            return lines;
        }
        lines.push(match &self.me {
            None => busy("Checking the token"),
            Some(me) => Line {
                state: LineState::Good,
                title: "Token accepted",
                note: me.username.clipped(NAME_LIMIT),
            },
        });
        if self.me.is_none() {
            return lines;
        }
        let Some(view) = self.view else {
            lines.push(busy("Checking permissions"));
            return lines;
        };
        lines.push(match view {
            MayView::Yes(count) => Line {
                state: LineState::Good,
                title: "View events",
                note: counted(count, "event", "events"),
            },
            MayView::No => Line {
                state: LineState::Bad,
                title: "View events",
                note: NOT_PERMITTED.to_owned(),
            },
        });
        lines.push(match self.create {
            None => busy("Create events"),
            Some(MayCreate::Yes) => Line {
                state: LineState::Good,
                title: "Create events",
                note: String::new(),
            },
            Some(MayCreate::No) => Line {
                state: LineState::Off,
                title: "Create events",
                note: NOT_PERMITTED.to_owned(),
            },
            Some(MayCreate::NotKnown) => Line {
                state: LineState::Off,
                title: "Create events",
                note: "Not known".to_owned(),
            },
        });
        lines
    }

    /// Where they have come to.
    pub fn outcome(&self) -> Outcome {
        match (self.view, self.create) {
            (None, _) | (_, None) => Outcome::Open,
            (Some(MayView::Yes(_)), Some(_)) => Outcome::Usable,
            (Some(MayView::No), Some(_)) => Outcome::NoView,
        }
    }

    fn server_line(&self) -> Line {
        let Some(ms) = self.reached_ms else {
            return busy("Reaching the server");
        };
        let version = self
            .version
            .as_ref()
            .map(|Version(version)| format!("authentik {}, ", version.clipped(NAME_LIMIT)));
        Line {
            state: LineState::Good,
            title: "Server reached",
            note: format!("{}{ms} ms", version.unwrap_or_default()),
        }
    }
}

/// Names longer than this are cut where they stand in our own sentences.
pub const NAME_LIMIT: usize = 60;

const NOT_PERMITTED: &str = "Not permitted";

fn busy(title: &'static str) -> Line {
    Line {
        state: LineState::Busy,
        title,
        note: String::new(),
    }
}

/// What to send to whoever can grant the permission.
pub fn request_for_admin(username: &Untrusted, server: &str) -> String {
    format!(
        "To read authentik's event log with Eventide, the user {name} on {server} needs the permission {VIEW}, \
         and {CREATE} to create events.\n\
         In authentik: Directory › Roles › Create, assign both permissions to the role, then give the role to {name}.",
        name = username.visible(),
    )
}

impl KeepMode {
    /// All, in the order of the choice.
    pub const ALL: [Self; 3] = [Self::Tab, Self::Device, Self::Memory];

    /// Its name in the choice.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tab => "This tab",
            Self::Device => "This device",
            Self::Memory => "Don’t keep",
        }
    }

    /// Where the token is stored, until when, and who can read it; goes on after "kept".
    pub fn meaning(self, limits: Limits) -> String {
        let hours = counted(u64::from(limits.hours(self)), "hour", "hours");
        let idle = limits.idle_minutes;
        match self {
            Self::Tab => {
                format!(
                    "in this tab’s storage until the tab closes, for {hours} at most and {idle} minutes without use."
                )
            }
            Self::Device => format!(
                "in this browser’s storage until you sign out, for {hours} at most and {idle} minutes without use. Anyone who can use this browser profile can read it."
            ),
            Self::Memory => {
                format!(
                    "in memory only, until this page is left or reloaded, for {hours} at most and {idle} minutes without use."
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(findings: &Findings) -> Vec<(&'static str, LineState, String)> {
        findings
            .lines()
            .into_iter()
            .map(|line| (line.title, line.state, line.note))
            .collect()
    }

    fn me() -> Me {
        Me {
            pk: 5,
            username: Untrusted::new("s.haddad"),
            email: Untrusted::default(),
            name: Untrusted::default(),
            is_superuser: false,
            original: None,
        }
    }

    #[test]
    fn each_check_is_shown_when_the_one_before_it_has_ended() {
        let mut findings = Findings::default();
        assert_eq!(
            titles(&findings),
            [("Reaching the server", LineState::Busy, String::new())]
        );

        findings.reached_ms = Some(84);
        assert_eq!(
            titles(&findings),
            [
                ("Server reached", LineState::Good, "84 ms".to_owned()),
                ("Checking the token", LineState::Busy, String::new())
            ]
        );

        findings.me = Some(me());
        findings.version = Some(Version(Untrusted::new("2026.5.3")));
        assert_eq!(
            titles(&findings),
            [
                (
                    "Server reached",
                    LineState::Good,
                    "authentik 2026.5.3, 84 ms".to_owned()
                ),
                ("Token accepted", LineState::Good, "s.haddad".to_owned()),
                ("Checking permissions", LineState::Busy, String::new())
            ]
        );
        assert_eq!(findings.outcome(), Outcome::Open);

        findings.view = Some(MayView::Yes(3_425));
        findings.create = Some(MayCreate::No);
        assert_eq!(
            titles(&findings)[2..],
            [
                ("View events", LineState::Good, "3,425 events".to_owned()),
                ("Create events", LineState::Off, "Not permitted".to_owned())
            ]
        );
        assert_eq!(findings.outcome(), Outcome::Usable);
    }

    #[test]
    fn without_the_right_to_view_the_app_is_of_no_use() {
        let findings = Findings {
            reached_ms: Some(1),
            me: Some(me()),
            view: Some(MayView::No),
            create: Some(MayCreate::Yes),
            version: None,
        };
        assert_eq!(findings.outcome(), Outcome::NoView);
        assert_eq!(
            titles(&findings)[2],
            ("View events", LineState::Bad, "Not permitted".to_owned())
        );
    }

    #[test]
    fn the_request_names_user_server_and_both_permissions() {
        let text = request_for_admin(&Untrusted::new("s.haddad"), "id.harbor.example");
        for part in ["s.haddad", "id.harbor.example", VIEW, CREATE] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
