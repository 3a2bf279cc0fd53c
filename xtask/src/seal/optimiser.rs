//! Makes the app smaller with wasm-opt.

use std::path::Path;

use crate::places::Places;
use crate::tools::Toolbox;
use crate::trouble::{Trouble, file_trouble};

/// What wasm-opt is told.
///
/// The features are what rustc uses by itself. Never `--all-features`: newer versions of wasm-opt
/// then write modules that Chromium refuses.
const OPTIONS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Optimises every WebAssembly module that lies in `folder`.
///
/// # Errors
/// When wasm-opt is not there or fails, or leaves the names of functions in a module.
pub fn optimise(folder: &Path) -> Result<(), Trouble> {
    let toolbox = Toolbox::new(&Places::here());
    let entries =
        std::fs::read_dir(folder).map_err(|error| file_trouble("read", folder, &error))?;
    for entry in entries {
        let path = entry
            .map_err(|error| file_trouble("read", folder, &error))?
            .path();
        if path.extension().is_none_or(|ending| ending != "wasm") {
            continue;
        }
        toolbox
            .program(
                "wasm-opt",
                "run `cargo xtask build`, which brings a wasm-opt that works",
            )
            .args(OPTIONS)
            .args([path.as_os_str(), "-o".as_ref(), path.as_os_str()])
            .quietly()?;
        let module = std::fs::read(&path).map_err(|error| file_trouble("read", &path, &error))?;
        if has_debug_names(&module) {
            return Err(Trouble::new(
                format!(
                    "{} still carries the names of its functions",
                    path.display()
                ),
                "use another version of wasm-opt; the one on PATH does not take them out",
            ));
        }
    }
    Ok(())
}

/// Whether a WebAssembly module has a custom section with the names of its functions.
fn has_debug_names(module: &[u8]) -> bool {
    // Four bytes of magic, four of version, then sections: id, size, content. Id 0 is custom and
    // starts with its own name.
    let mut rest = module.get(8..).unwrap_or_default();
    while let Some((id, after)) = rest.split_first() {
        let Some((size, after)) = read_number(after) else {
            return false;
        };
        let Some((section, after)) = after.split_at_checked(size) else {
            return false;
        };
        if *id == 0 && section.starts_with(b"\x04name") {
            return true;
        }
        rest = after;
    }
    false
}

/// A number as WebAssembly writes it: seven bits to the byte, the lowest first.
fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_names_in_a_module_are_noticed() {
        let module = |section: &[u8]| [b"\0asm\x01\0\0\0".as_slice(), section].concat();
        assert!(!has_debug_names(&module(b"")));
        assert!(!has_debug_names(&module(b"\x01\x04\x01\x60\0\0")));
        assert!(has_debug_names(&module(
            b"\x01\x04\x01\x60\0\0\0\x06\x04name\0"
        )));
        assert!(!has_debug_names(&module(b"\0\x07\x05other\0")));
        assert!(!has_debug_names(b"not wasm at all"));
    }

    #[test]
    fn numbers_are_read_seven_bits_at_a_time() {
        assert_eq!(read_number(b"\x05rest"), Some((5, b"rest".as_slice())));
        assert_eq!(
            read_number(b"\xe5\x8e\x26"),
            Some((624_485, b"".as_slice()))
        );
        assert_eq!(read_number(b"\x80"), None);
    }
}
