//! What must not be in a file that is given out: a way back to the sources, and requests that this
//! app never makes.

use super::Files;
use super::imports::read_number;
use crate::trouble::Trouble;

/// Methods that change or delete what is there. The app reads and adds; a build that holds the name
/// of another method could use it.
const METHODS: [&[u8]; 3] = [b"PUT", b"PATCH", b"DELETE"];
/// Words that hold the name of a method by chance.
const HARMLESS: [&[u8]; 2] = [b"IN", b"OUT"];

/// Looks through the files of a release build.
///
/// # Errors
/// With the first file that holds what it must not.
pub fn check(files: &Files) -> Result<(), Trouble> {
    for (name, bytes) in files {
        if let Some(what) = trace(name, bytes) {
            return Err(Trouble::new(
                format!("{name} must not be given out: {what}"),
                "mend the dependency or the setting that brings it, and build again",
            ));
        }
    }
    Ok(())
}

fn trace(name: &str, bytes: &[u8]) -> Option<String> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ending == "map" {
        return Some("it leads back to the sources".to_owned());
    }
    if matches!(ending, "js" | "css" | "html") && holds(bytes, b"sourceMappingURL") {
        return Some("it names a source map".to_owned());
    }
    // In code, any bytes may stand; texts are data.
    let (texts, sections) = match ending {
        "wasm" => (section(bytes, DATA).unwrap_or_default(), bytes),
        "js" => (bytes, [].as_slice()),
        _ => return None,
    };
    if holds(sections, b".debug_") || holds(sections, b"sourceMappingURL") {
        return Some("it carries debug information".to_owned());
    }
    let method = METHODS
        .into_iter()
        .find(|method| holds_word(texts, method))?;
    Some(format!(
        "it can send {}, and nothing here may be changed or deleted",
        String::from_utf8_lossy(method)
    ))
}

/// The id of the section with texts.
const DATA: u8 = 11;

/// The content of a section of a module.
fn section(module: &[u8], wanted: u8) -> Option<&[u8]> {
    // Four bytes of magic, four of version, then sections: id, size, content.
    let mut rest = module.get(8..)?;
    while let Some((id, after)) = rest.split_first() {
        let (size, after) = read_number(after)?;
        let (section, after) = after.split_at_checked(size)?;
        if *id == wanted {
            return Some(section);
        }
        rest = after;
    }
    None
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Whether a word is there that is no part of a harmless one. Texts stand in a module without
/// anything between them, so its neighbours say nothing else.
fn holds_word(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).enumerate().any(|(at, window)| {
        window == word
            && !HARMLESS
                .iter()
                .any(|before| bytes.get(..at).is_some_and(|text| text.ends_with(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(data: &[u8]) -> Vec<u8> {
        let size = u8::try_from(data.len()).unwrap();
        [b"\0asm\x01\0\0\0\x0a\x03PUT\x0b".as_slice(), &[size], data].concat()
    }

    fn found(name: &str, bytes: &[u8]) -> Option<String> {
        let files = [(name.to_owned(), bytes.to_vec())].into_iter().collect();
        check(&files).err().map(|trouble| trouble.what)
    }

    #[test]
    fn what_leads_back_to_the_sources_is_noticed() {
        for (name, bytes) in [
            ("app.js.map", b"{}".as_slice()),
            ("app.js", b"x();\n//# sourceMappingURL=app.js.map"),
            ("app.wasm", b"\0asm\x01\0\0\0\0\x0c\x0b.debug_info"),
        ] {
            assert!(found(name, bytes).is_some(), "{name}");
        }
    }

    #[test]
    fn a_program_that_could_change_or_delete_is_noticed() {
        for method in ["PUT", "PATCH", "DELETE"] {
            let text = format!("GETPOST{method}HEAD");
            let said = found("app.wasm", &module(text.as_bytes())).unwrap();
            assert!(said.contains(method), "{said}");
            assert!(found("glue.js", text.as_bytes()).is_some());
        }
    }

    #[test]
    fn what_the_app_holds_is_let_through() {
        assert_eq!(
            found("app.wasm", &module(b"GETPOSTOPTIONSINPUTOUTPUT")),
            None
        );
        assert_eq!(found("style.css", b"/* PUT */"), None);
        assert_eq!(found("index.html", b"<p>DELETE</p>"), None);
    }
}
