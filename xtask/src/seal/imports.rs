//! Gives what the app imports from the glue short names.
//!
//! wasm-bindgen tells its functions apart by a hash in each name, and every one of these names
//! travels twice, in the module and in the glue. No compressor makes a hash smaller.

/// A module and its glue, with short names in both. Neither is changed when they are not as
/// wasm-bindgen writes them today.
pub fn shorten(module: Vec<u8>, glue: String) -> (Vec<u8>, String) {
    shortened(&module, &glue).unwrap_or((module, glue))
}

fn shortened(module: &[u8], glue: &str) -> Option<(Vec<u8>, String)> {
    let (head, mut rest) = module.split_at_checked(HEADER)?;
    let mut out = head.to_vec();
    let mut glue = glue.to_owned();
    while let Some((id, after)) = rest.split_first() {
        let (size, after) = read_number(after)?;
        let (section, after) = after.split_at_checked(size)?;
        out.push(*id);
        if *id == IMPORTS {
            let section = imports(section, &mut glue)?;
            write_number(section.len(), &mut out);
            out.extend(section);
        } else {
            write_number(size, &mut out);
            out.extend_from_slice(section);
        }
        rest = after;
    }
    Some((out, glue))
}

/// Magic and version.
const HEADER: usize = 8;
/// The id of the section.
const IMPORTS: u8 = 2;
/// The kind of an import.
const FUNCTION: u8 = 0;

/// The section of imports, with short names in it and in the glue.
fn imports(section: &[u8], glue: &mut String) -> Option<Vec<u8>> {
    let (count, mut rest) = read_number(section)?;
    let mut out = Vec::with_capacity(section.len());
    write_number(count, &mut out);
    for number in 0..count {
        let (from, after) = read_text(rest)?;
        let (name, after) = read_text(after)?;
        let (kind, after) = after.split_first()?;
        if *kind != FUNCTION {
            return None;
        }
        let (signature, after) = read_number(after)?;
        let short = short(number);
        *glue = replaced_once(
            glue,
            &format!("{name}: function("),
            &format!("{short}: function("),
        )?;
        write_text(from, &mut out);
        write_text(&short, &mut out);
        out.push(FUNCTION);
        write_number(signature, &mut out);
        rest = after;
    }
    rest.is_empty().then_some(out)
}

fn replaced_once(text: &str, from: &str, to: &str) -> Option<String> {
    (text.matches(from).count() == 1).then(|| text.replace(from, to))
}

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";

/// `a` to `z`, `ba`, `bb` and so on.
fn short(number: usize) -> String {
    let mut rest = number;
    let mut letters = Vec::new();
    loop {
        letters.extend(ALPHABET.chars().nth(rest % ALPHABET.len()));
        rest /= ALPHABET.len();
        if rest == 0 {
            return letters.into_iter().rev().collect();
        }
    }
}

/// A number as WebAssembly writes it: seven bits to the byte, the lowest first.
pub(super) fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(index + 1..)?));
        }
    }
    None
}

fn write_number(number: usize, out: &mut Vec<u8>) {
    let mut rest = number;
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            return out.push(low & 0x7f);
        }
        out.push(low | 0x80);
    }
}

fn read_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (size, rest) = read_number(bytes)?;
    let (text, rest) = rest.split_at_checked(size)?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_number(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with these imports and a section that nobody here knows.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        write_number(names.len(), &mut section);
        for name in names {
            write_text("./eventide_bg.js", &mut section);
            write_text(name, &mut section);
            section.push(FUNCTION);
            write_number(300, &mut section);
        }
        let mut module = b"\0asm\x01\0\0\0\x01\x01\0".to_vec();
        module.push(IMPORTS);
        write_number(section.len(), &mut module);
        module.extend(section);
        module.extend(b"\x0a\x02ab");
        module
    }

    const GLUE: &str = "x = {\n  __wbg_a_0123: function(y) {},\n  __wbg_b_4567: function() {},\n};";

    #[test]
    fn names_become_short_in_both() {
        let (short, glue) = shorten(module(&["__wbg_b_4567", "__wbg_a_0123"]), GLUE.to_owned());
        assert_eq!(short, module(&["a", "b"]));
        assert_eq!(glue, "x = {\n  b: function(y) {},\n  a: function() {},\n};");
    }

    #[test]
    fn what_does_not_fit_together_stays_as_it_is() {
        let mut cut = module(&["__wbg_b_4567", "__wbg_a_0123"]);
        cut.pop();
        let unknown = module(&["__wbg_b_4567", "__wbg_c_89ab"]);
        for odd in [cut, unknown, b"not wasm at all".to_vec()] {
            let same = (odd.clone(), GLUE.to_owned());
            assert_eq!(shorten(odd, GLUE.to_owned()), same);
        }
    }

    #[test]
    fn numbers_are_read_and_written_seven_bits_at_a_time() {
        assert_eq!(read_number(b"\x05rest"), Some((5, b"rest".as_slice())));
        assert_eq!(read_number(b"\x80"), None);
        for number in [0, 1, 127, 128, 16_383, 16_384, 624_485] {
            let mut bytes = Vec::new();
            write_number(number, &mut bytes);
            assert_eq!(read_number(&bytes), Some((number, [].as_slice())));
        }
    }

    #[test]
    fn short_names_differ() {
        let names: Vec<String> = (0..1_000).map(short).collect();
        assert_eq!(names.first().map(String::as_str), Some("a"));
        assert_eq!(names.get(26).map(String::as_str), Some("ba"));
        let mut different = names.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), names.len());
    }
}
