//! Requests as a person can run it in a shell.
//!
//! The token is never in it: the command reads `$AUTHENTIK_TOKEN`.

/// A part of the command, for whoever colours it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The program.
    Program(&'static str),
    /// An option.
    Option(&'static str),
    /// A text in quotes, quotes included.
    Quoted(String),
    /// The variable that holds the token.
    Token(&'static str),
    /// The body, as the shell has to see it.
    Body(String),
    /// Blanks, line ends and plain words.
    Plain(&'static str),
}

/// A curl command that sends `body` to `address`. Pasting it into a shell runs curl with exactly
/// these bytes and nothing else, whatever the body holds.
pub fn curl(address: &str, body: &str) -> Vec<Part> {
    let next = Part::Plain(" \\\n  ");
    vec![
        Part::Program("curl"),
        Part::Plain(" "),
        Part::Option("-X"),
        Part::Plain(" POST"),
        next.clone(),
        Part::Quoted(format!("'{}'", escaped(address))),
        next.clone(),
        Part::Option("-H"),
        Part::Plain(" "),
        Part::Quoted("\"Authorization: Bearer ".to_owned()),
        Part::Token("$AUTHENTIK_TOKEN"),
        Part::Quoted("\"".to_owned()),
        next.clone(),
        Part::Option("-H"),
        Part::Plain(" "),
        Part::Quoted("\"Content-Type: application/json\"".to_owned()),
        next,
        Part::Option("--data-raw"),
        Part::Plain(" "),
        Part::Quoted("'".to_owned()),
        Part::Body(escaped(body)),
        Part::Quoted("'".to_owned()),
    ]
}

/// A curl command that asks for `address`, as [`curl`] is one that sends.
pub fn get(address: &str) -> Vec<Part> {
    vec![
        Part::Program("curl"),
        Part::Plain(" \\\n  "),
        Part::Quoted(format!("'{}'", escaped(address))),
        Part::Plain(" \\\n  "),
        Part::Option("-H"),
        Part::Plain(" "),
        Part::Quoted("\"Authorization: Bearer ".to_owned()),
        Part::Token("$AUTHENTIK_TOKEN"),
        Part::Quoted("\"".to_owned()),
    ]
}

/// The command as text.
pub fn as_text(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Program(text) | Part::Option(text) | Part::Token(text) | Part::Plain(text) => {
            (*text).to_owned()
        }
        Part::Quoted(text) | Part::Body(text) => text.clone(),
    };
    parts.iter().map(text).collect()
}

/// Between single quotes of a POSIX shell nothing is special but the quote itself.
fn escaped(text: &str) -> String {
    text.replace('\'', r"'\''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_hands_the_body_to_curl_unchanged() {
        let bodies = [
            "{}",
            r#"{"a": "it's $HOME `id` \"quoted\" \\ !x"}"#,
            "{\n  \"a\": \"''\"\n}",
            "'; rm -rf / #",
            "@file",
        ];
        for body in bodies {
            let command = as_text(&curl("https://id.example/api/v3/events/events/", body));
            let script = format!(
                "curl() {{ printf '%s\\n' \"$#\"; printf '%s' \"$9\"; }}\nAUTHENTIK_TOKEN=t\n{command}"
            );
            let run = std::process::Command::new("sh")
                .args(["-c", &script])
                .output();
            let said = String::from_utf8(run.unwrap().stdout).unwrap();
            assert_eq!(said, format!("9\n{body}"), "{command}");
        }
    }
}
