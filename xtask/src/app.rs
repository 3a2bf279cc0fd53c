//! Builds the app.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use sha2::{Digest, Sha256};

use crate::places::Places;
use crate::tools::Toolbox;
use crate::trouble::{Trouble, file_trouble};

/// What of the repository does not reach the app. Everything else does, so a new folder counts
/// without anybody thinking of it.
const NOT_IN_THE_APP: [&str; 14] = [
    ".ci",
    ".git",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "deny.toml",
    "deploy",
    "dist",
    "docs",
    "node_modules",
    "rust-analyzer.toml",
    "sandbox",
    "target",
    "tests",
];

/// Settings of the environment that change what cargo and Trunk build.
const SETTINGS: [&str; 4] = ["CARGO_PROFILE_", "CARGO_BUILD_", "RUSTFLAGS", "TRUNK_"];

/// Makes `dist/` the release app of the present sources; quick when it is.
///
/// # Errors
/// When the build fails, its size budget included.
pub fn release(places: &Places, toolbox: &Toolbox) -> Result<(), Trouble> {
    let inputs = inputs(places, toolbox)?;
    let is_built = fs::read_to_string(places.stamp()).is_ok_and(|stamp| {
        files_of(&places.dist()).is_ok_and(|files| stamp == stamp_of(&inputs, &files))
    });
    if is_built {
        println!("The app is built already; nothing has changed");
        return Ok(());
    }
    build(places, toolbox)
}

/// Builds `dist/` whatever there is.
///
/// # Errors
/// When the build fails, its size budget included.
pub fn build(places: &Places, toolbox: &Toolbox) -> Result<(), Trouble> {
    let inputs = inputs(places, toolbox)?;
    fetch(toolbox)?;
    println!("Building the app (2 to 4 minutes the first time, then about one)");
    let begun = Instant::now();
    let stamp = places.stamp();
    // Until this build is done, dist is not known to be anything.
    let _ = fs::remove_file(&stamp);
    trunk(toolbox, &["--log", "warn", "build", "--release"]).aloud()?;
    println!("Built the app in {:.0} s", begun.elapsed().as_secs_f32());
    let built = stamp_of(&inputs, &files_of(&places.dist())?);
    stamp
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&stamp, built))
        .map_err(|error| file_trouble("write", &stamp, &error))
}

/// Downloads what Cargo.lock names and is not here yet. Trunk then works without a network.
///
/// # Errors
/// When something is missing and cannot be downloaded.
pub fn fetch(toolbox: &Toolbox) -> Result<(), Trouble> {
    toolbox
        .cargo(
            "fetch --locked",
            "run `cargo fetch` yourself and read what it says",
        )
        .quietly()
        .map(drop)
}

/// Trunk, with every tool it may need on its PATH and told to look nowhere else.
pub fn trunk(toolbox: &Toolbox, words: &[&str]) -> crate::program::Program {
    toolbox
        .program("trunk", "mend what the lines above name and run it again")
        .args(["--offline=true"])
        .args(words)
        // Trunk takes NO_COLOR for its own flag and refuses the value that everybody sets.
        .without_env("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Where in Trunk an error passed by helps nobody here.
        .env("RUST_BACKTRACE", "0")
}

/// What the app is built from, as one number.
fn inputs(places: &Places, toolbox: &Toolbox) -> Result<String, Trouble> {
    let mut hash = Sha256::new();
    let sources =
        fs::read_dir(&places.root).map_err(|error| file_trouble("read", &places.root, &error))?;
    let mut roots = sources
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| NOT_IN_THE_APP.iter().all(|not| name != *not))
        })
        .collect::<Vec<_>>();
    roots.sort();
    for root in roots {
        for (path, content) in files_of(&root)? {
            hash.update(format!("{path}\0{content}\0"));
        }
    }
    for (tool, question) in [
        ("rustc", "-vV"),
        ("trunk", "-V"),
        ("wasm-bindgen", "-V"),
        ("wasm-opt", "--version"),
    ] {
        let answer = toolbox.program(tool, "").args([question]).quietly()?;
        hash.update(answer.text());
    }
    let mut settings = std::env::vars()
        .filter(|(name, _)| SETTINGS.iter().any(|setting| name.contains(setting)))
        .collect::<Vec<_>>();
    settings.sort();
    hash.update(format!("{settings:?}"));
    Ok(format!("{:x}", hash.finalize()))
}

/// Every file in a folder, or the file itself, with a number for its content.
fn files_of(root: &Path) -> Result<BTreeMap<String, String>, Trouble> {
    let mut files = BTreeMap::new();
    let mut left = vec![root.to_path_buf()];
    while let Some(path) = left.pop() {
        let trouble = |error| file_trouble("read", &path, &error);
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(trouble)? {
                left.push(entry.map_err(trouble)?.path());
            }
        } else {
            let content = fs::read(&path).map_err(trouble)?;
            files.insert(
                path.display().to_string(),
                format!("{:x}", Sha256::digest(content)),
            );
        }
    }
    Ok(files)
}

fn stamp_of(inputs: &str, outputs: &BTreeMap<String, String>) -> String {
    format!("{inputs}\n{outputs:#?}\n")
}
