//! [`Trouble`]: why a command stopped, for the person at the terminal.

use std::fmt;

/// Why a command stopped, and what to do about it.
///
/// Prints as one sentence, the last lines of the program that failed if one did, and the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, as a sentence without a full stop.
    pub what: String,
    /// The last lines that the failed program wrote, oldest first.
    pub output: Vec<String>,
    /// What to do, as an instruction without a full stop.
    pub fix: String,
}

impl Trouble {
    /// Trouble of our own, with no program behind it.
    pub fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            output: Vec::new(),
            fix: fix.into(),
        }
    }

    /// The same trouble with another way out.
    #[must_use]
    pub fn or(self, fix: impl Into<String>) -> Self {
        Self {
            fix: fix.into(),
            ..self
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "error: {}.", self.what)?;
        for line in &self.output {
            writeln!(formatter, "  | {line}")?;
        }
        write!(formatter, "  fix: {}.", self.fix)
    }
}

impl std::error::Error for Trouble {}

/// What a file operation could not do, with the file's name.
pub fn file_trouble(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Trouble {
    let fix = match error.kind() {
        std::io::ErrorKind::NotFound => "check that the path exists",
        std::io::ErrorKind::PermissionDenied => "check who may read and write there",
        std::io::ErrorKind::StorageFull => "make room on the disk and run it again",
        _ => "see the reason in the message and run it again",
    };
    Trouble::new(
        format!("could not {doing} {}: {error}", path.display()),
        fix,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_a_sentence_the_output_and_the_fix() {
        let trouble = Trouble {
            what: "trunk failed (exit code 1)".into(),
            output: vec!["error[E0425]: cannot find value `x`".into()],
            fix: "mend what it names".into(),
        };
        assert_eq!(
            trouble.to_string(),
            "error: trunk failed (exit code 1).\n  | error[E0425]: cannot find value `x`\n  fix: mend what it names."
        );
    }
}
