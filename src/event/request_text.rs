//! The request of the create form as a person can run it in a shell.
//!
//! The token is never in it: the command reads `$AUTHENTIK_TOKEN`.

/// A curl command that sends `body` to `address`. Pasting it into a shell runs curl with exactly
/// these bytes and nothing else, whatever the body holds.
pub fn curl(address: &str, body: &str) -> String {
    format!(
        "curl -X POST \\\n  {} \\\n  -H \"Authorization: Bearer $AUTHENTIK_TOKEN\" \\\n  -H \"Content-Type: application/json\" \\\n  --data-raw {}",
        quoted(address),
        quoted(body),
    )
}

/// One word of a POSIX shell: nothing is special between single quotes but the quote itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
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
            let command = curl("https://id.example/api/v3/events/events/", body);
            let script = format!(
                "curl() {{ printf '%s\\n' \"$#\"; printf '%s' \"$9\"; }}\nAUTHENTIK_TOKEN=t\n{command}"
            );
            let run = std::process::Command::new("sh")
                .args(["-c", &script])
                .output()
                .unwrap();
            assert_eq!(
                String::from_utf8(run.stdout).unwrap(),
                format!("9\n{body}"),
                "{command}"
            );
        }
    }
}
