//! Takes out of text files what only people need: comments, indentation, empty lines.
//!
//! No more than that. After brotli the result is as small as what minifiers make of the same files,
//! and nothing here has to understand the newest CSS or JavaScript to be right.

/// A file as browsers need it. Files that are not CSS, JavaScript or HTML stay as they are.
pub fn shrink(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let shrink: fn(&str) -> String = match ending {
        "css" => css,
        "js" => javascript,
        "html" => html,
        _ => return bytes,
    };
    match String::from_utf8(bytes) {
        Ok(text) => shrink(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// CSS without comments, and without the spaces that separate nothing.
fn css(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut has_space = false;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character == '/' && rest.as_str().starts_with('*') {
            let after = rest
                .as_str()
                .split_once("*/")
                .map_or("", |(_, after)| after);
            rest = after.chars();
            has_space = true;
            continue;
        }
        if character.is_ascii_whitespace() {
            has_space = true;
            continue;
        }
        let separates = |character: char| matches!(character, '{' | '}' | ';' | ',');
        if has_space
            && !out.is_empty()
            && !separates(character)
            && !out.ends_with(|last| separates(last) || last == ':')
        {
            out.push(' ');
        }
        has_space = false;
        if character == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push(character);
        if character == '"' || character == '\'' {
            copy_string(character, &mut rest, &mut out);
        }
    }
    out
}

fn copy_string(quote: char, rest: &mut std::str::Chars<'_>, out: &mut String) {
    while let Some(character) = rest.next() {
        out.push(character);
        if character == quote {
            return;
        }
        if character == '\\' {
            out.extend(rest.next());
        }
    }
}

/// JavaScript without the lines that are comments, and without indentation.
///
/// Ends of lines stay, for they can end statements. A file in which a string goes on over a line is
/// left alone: there the start of a line means something.
fn javascript(text: &str) -> String {
    let goes_on = |line: &str| line.matches('`').count() % 2 == 1 || line.ends_with('\\');
    if text.lines().any(goes_on) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if let Some(comment) = line.strip_prefix("/*") {
            let end = std::iter::once(comment)
                .chain(lines.by_ref())
                .find_map(|line| line.split_once("*/"));
            push_line(&mut out, end.map_or("", |(_, after)| after.trim()));
        } else if !line.starts_with("//") {
            push_line(&mut out, line);
        }
    }
    out
}

/// HTML without comments and indentation. A page in which spaces are shown is left alone.
fn html(text: &str) -> String {
    if text.contains("<pre") || text.contains("<textarea") {
        return text.to_owned();
    }
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        bare.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let mut out = String::with_capacity(bare.len());
    bare.lines()
        .for_each(|line| push_line(&mut out, line.trim()));
    out
}

fn push_line(out: &mut String, line: &str) {
    if !line.is_empty() {
        out.push_str(line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_loses_what_separates_nothing() {
        let check = |text: &str, expected: &str| assert_eq!(css(text), expected, "{text}");
        check(
            "a { color: red; }\n\nb  >  c { margin: 0 auto }\n",
            "a{color:red}b > c{margin:0 auto}",
        );
        check("/* one */ a /* two */ b { }", "a b{}");
        check(
            "@layer a, b;\n@media (width < 60rem) and (hover) { p { x: y } }",
            "@layer a,b;@media (width < 60rem) and (hover){p{x:y}}",
        );
        check("a:is( b , c ) :hover{}", "a:is( b,c ) :hover{}");
        check(
            "--sans: system-ui, \"Segoe UI\", sans-serif;",
            "--sans:system-ui,\"Segoe UI\",sans-serif;",
        );
        check(
            "p::after { content: \"a  ;  } /* b */ \\\" c\" }",
            "p::after{content:\"a  ;  } /* b */ \\\" c\"}",
        );
        check(
            "i { width: calc(1px + 2px); inset: 0 / 1 }",
            "i{width:calc(1px + 2px);inset:0 / 1}",
        );
    }

    #[test]
    fn javascript_loses_comment_lines_and_indentation() {
        let text = "// says why\n(() => {\n  const a = `one line`; // stays\n\n  /** Doc\n   * more\n   */\n  return a\n})();\n";
        assert_eq!(
            javascript(text),
            "(() => {\nconst a = `one line`; // stays\nreturn a\n})();\n"
        );
    }

    #[test]
    fn code_around_a_comment_stays() {
        assert_eq!(javascript("/* a */ go() /* b */\n"), "go() /* b */\n");
        assert_eq!(
            javascript("/*\n  text\n*/ go();\nstop();"),
            "go();\nstop();\n"
        );
        assert_eq!(
            javascript("const a = \"/* no comment\";\ngo();"),
            "const a = \"/* no comment\";\ngo();\n"
        );
    }

    #[test]
    fn javascript_with_a_string_over_several_lines_is_left_alone() {
        for text in ["const a = `one\n  // two`;", "const a = 'one\\\n  two';"] {
            assert_eq!(javascript(text), text);
        }
    }

    #[test]
    fn html_loses_comments_and_indentation() {
        let text = "<!doctype html>\n<html>\n  <!-- why\n  so -->\n  <body>\n    <p>a b</p>\n";
        assert_eq!(html(text), "<!doctype html>\n<html>\n<body>\n<p>a b</p>\n");
        assert_eq!(html("<pre>\n  a</pre>"), "<pre>\n  a</pre>");
    }

    #[test]
    fn other_files_stay_as_they_are() {
        let bytes = b"  \0asm // no comment".to_vec();
        assert_eq!(shrink("a.wasm", bytes.clone()), bytes);
        let bytes = vec![0xff, b' ', b'\n'];
        assert_eq!(shrink("a.css", bytes.clone()), bytes);
    }
}
