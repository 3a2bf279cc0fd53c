//! Makes the app smaller with wasm-opt.

use std::path::Path;

use super::imports::{self, read_number};
use crate::places::Places;
use crate::tools::Toolbox;
use crate::trouble::{Trouble, file_trouble};

/// What wasm-opt is told.
///
/// Functions stand sorted by name, so that what is alike stands together and packs better; sorted
/// by use, as wasm-opt would, they are smaller by themselves and larger when packed. Low memory is
/// unused because the stack grows down to it: nothing ever points there.
///
/// The features are what rustc uses by itself. Never `--all-features`: newer versions of wasm-opt
/// then write modules that Chromium refuses.
const OPTIONS: [&str; 14] = [
    "-Oz",
    "-Oz",
    "--low-memory-unused",
    "--skip-pass=reorder-functions",
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
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
        let module = shorten_imports(&path)?;
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

/// Gives the imports of a module short names, there and in its glue; gives the module.
fn shorten_imports(path: &Path) -> Result<Vec<u8>, Trouble> {
    let read =
        |path: &Path| std::fs::read(path).map_err(|error| file_trouble("read", path, &error));
    let write = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes).map_err(|error| file_trouble("write", path, &error))
    };
    let module = read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let glue_path = path.with_file_name(name.replace("_bg.wasm", ".js"));
    let Ok(glue) = String::from_utf8(read(&glue_path)?) else {
        return Ok(module);
    };
    let (module, glue) = imports::shorten(module, glue);
    write(&glue_path, glue.as_bytes())?;
    write(path, &module)?;
    Ok(module)
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
}
