//! [`Toolbox`]: the programs that a build needs, each in the version that it needs.
//!
//! Nothing of the user's is ever replaced: a tool that is missing goes where `cargo install` puts
//! it, a tool that is there in another version gets a neighbour in `target/tools`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::debian;
use crate::places::Places;
use crate::program::{Program, on_path, own_path};
use crate::trouble::{Trouble, file_trouble};

/// The version of Trunk that the build is written for; Trunk.toml asks for it as well.
const TRUNK: &str = "0.21.14";
/// The version of cargo-deny that deny.toml is written for.
const CARGO_DENY: &str = "0.20.2";
/// Older ones cannot sort functions by name.
const OLDEST_WASM_OPT: &str = "116";
/// What the app is compiled for.
const WASM: &str = "wasm32-unknown-unknown";

/// Where children find every tool.
#[derive(Debug, Clone)]
pub struct Toolbox {
    path: OsString,
    target: PathBuf,
    root: PathBuf,
}

impl Toolbox {
    /// What this machine has, with ours first.
    pub fn new(places: &Places) -> Self {
        let ours = [
            places.tools().join("bin"),
            places.tools().join("binaryen/node_modules/.bin"),
        ];
        let own = own_path();
        let folders = ours
            .into_iter()
            .chain(env::split_paths(&own))
            .chain(cargo_folder().map(|folder| folder.join("bin")));
        // Only fails on a folder with a separator in its name, which PATH could not hold either.
        let path = env::join_paths(folders).unwrap_or(own);
        Self {
            path,
            target: places.target.clone(),
            root: places.root.clone(),
        }
    }

    /// A program that runs in the repository, finds every tool, and builds into our target folder.
    pub fn program(&self, name: &str, fix: &str) -> Program {
        let file = self
            .find(name)
            .map_or_else(|| name.into(), PathBuf::into_os_string);
        Program::new(file, fix)
            .within(&self.root)
            .env("PATH", &self.path)
            .env("CARGO_TARGET_DIR", &self.target)
    }

    /// `cargo` with the words that follow it.
    pub fn cargo(&self, words: &str, fix: &str) -> Program {
        self.program("cargo", fix).args(words.split_whitespace())
    }

    /// Where children find the program of this name.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        on_path(name, &self.path)
    }

    fn version(&self, name: &str) -> Option<String> {
        let file = self.find(name)?;
        let output = Program::new(file, "").args(["--version"]).quietly().ok()?;
        version_in(&output.text())
    }
}

/// The first word of `text` that is a version: a number, with or without more behind dots.
pub fn version_in(text: &str) -> Option<String> {
    let is_version = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_digit())
            && word.chars().all(|letter| {
                letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+' | '_')
            })
    };
    text.split_whitespace()
        .map(|word| word.trim_start_matches('v').trim_end_matches([',', ';']))
        .find(is_version)
        .map(str::to_owned)
}

/// Whether `version` is `oldest` or newer, compared number by number.
pub fn at_least(version: &str, oldest: &str) -> bool {
    let numbers = |text: &str| {
        text.split(['.', '-', '+', '_'])
            .map_while(|part| part.parse::<u64>().ok())
            .collect::<Vec<_>>()
    };
    numbers(version) >= numbers(oldest)
}

/// The version of `package` in a lock file.
pub fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

type Install = Box<dyn FnOnce(&Toolbox) -> Result<(), Trouble>>;

/// Something to install, and what the person should know before it happens.
struct Missing {
    what: String,
    why: &'static str,
    takes: &'static str,
    install: Install,
}

/// Makes sure of everything that building the app takes.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_the_app(places: &Places) -> Result<Toolbox, Trouble> {
    let toolbox = Toolbox::new(places);
    let lock_file = places.root.join("Cargo.lock");
    let lock =
        fs::read_to_string(&lock_file).map_err(|error| file_trouble("read", &lock_file, &error))?;
    let bindgen = locked_version(&lock, "wasm-bindgen").ok_or_else(|| {
        Trouble::new(
            "Cargo.lock names no version of wasm-bindgen",
            "restore it with `git checkout Cargo.lock`",
        )
    })?;

    let mut missing = Vec::new();
    if !has_wasm_target(&toolbox)? {
        missing.push(Missing {
            what: format!("the Rust target {WASM}"),
            why: "compiles the app for browsers",
            takes: "half a minute",
            install: Box::new(add_wasm_target),
        });
    }
    // The quick ones first: what cannot be done is then known in seconds.
    if !toolbox
        .version("wasm-opt")
        .is_some_and(|version| at_least(&version, OLDEST_WASM_OPT))
    {
        let places = places.clone();
        missing.push(Missing {
            what: format!("wasm-opt {OLDEST_WASM_OPT} or newer"),
            why: "makes the app smaller",
            takes: "half a minute",
            install: Box::new(move |toolbox| install_wasm_opt(toolbox, &places)),
        });
    }
    missing.extend(crate_tool(
        &toolbox,
        places,
        &CrateTool {
            name: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: bindgen,
            why: "joins the app to the browser; its version must be the library's",
            takes: "2 to 5 minutes",
            // Not --locked: its lock file names a version that not every mirror of the registry has.
            options: "",
        },
    ));
    missing.extend(crate_tool(
        &toolbox,
        places,
        &CrateTool {
            name: "trunk",
            package: "trunk",
            version: TRUNK.to_owned(),
            why: "puts page, styles and app together",
            takes: "4 to 8 minutes",
            options: "--locked --no-default-features --features rustls",
        },
    ));
    install(missing, &toolbox)?;
    Ok(toolbox)
}

/// Makes sure of the parts of Rust that only the tests use.
///
/// # Errors
/// When one is missing and cannot be added.
pub fn for_checks(toolbox: &Toolbox) -> Result<(), Trouble> {
    let parts = [
        ("rustfmt", "fmt", "checks the format"),
        ("clippy", "clippy", "reads the code for mistakes"),
    ];
    let missing = parts
        .into_iter()
        .filter(|(_, command, _)| {
            toolbox
                .cargo(command, "")
                .args(["--version"])
                .quietly()
                .is_err()
        })
        .map(|(part, _, why)| Missing {
            what: part.to_owned(),
            why,
            takes: "half a minute",
            install: Box::new(move |toolbox: &Toolbox| {
                rustup(toolbox, &format!("component add {part}"))
            }),
        })
        .collect();
    install(missing, toolbox)
}

/// Makes sure of what looks through the crates that are built in.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn for_supply(places: &Places, toolbox: &Toolbox) -> Result<(), Trouble> {
    let deny = CrateTool {
        name: "cargo-deny",
        package: "cargo-deny",
        version: CARGO_DENY.to_owned(),
        why: "checks licenses, origins and known vulnerabilities of the crates that are built in",
        takes: "3 minutes",
        options: "--locked",
    };
    install(
        crate_tool(toolbox, places, &deny).into_iter().collect(),
        toolbox,
    )
}

fn install(missing: Vec<Missing>, toolbox: &Toolbox) -> Result<(), Trouble> {
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing on this machine, and installed now, once:");
    for Missing {
        what, why, takes, ..
    } in &missing
    {
        println!("  {what}: {why} (about {takes})");
    }
    for Missing { what, install, .. } in missing {
        println!("Installing {what}");
        let begun = Instant::now();
        install(toolbox)?;
        println!("Installed {what} in {:.0} s", begun.elapsed().as_secs_f32());
    }
    Ok(())
}

fn has_wasm_target(toolbox: &Toolbox) -> Result<bool, Trouble> {
    let sysroot = toolbox
        .program(
            "rustc",
            "install Rust with rustup from https://rustup.rs and run it again",
        )
        .args(["--print", "sysroot"])
        .quietly()?;
    Ok(Path::new(sysroot.text().trim())
        .join("lib/rustlib")
        .join(WASM)
        .join("lib")
        .is_dir())
}

fn add_wasm_target(toolbox: &Toolbox) -> Result<(), Trouble> {
    rustup(toolbox, &format!("target add {WASM}"))
}

fn rustup(toolbox: &Toolbox, words: &str) -> Result<(), Trouble> {
    if toolbox.find("rustup").is_none() {
        return Err(Trouble::new(
            format!("this Rust was not installed with rustup, so `rustup {words}` cannot run"),
            "install Rust from https://rustup.rs, or add the part with your package manager",
        ));
    }
    toolbox
        .program(
            "rustup",
            &format!("run `rustup {words}` yourself and read what it says"),
        )
        .args(words.split_whitespace())
        .aloud()
        .map(drop)
}

struct CrateTool {
    name: &'static str,
    package: &'static str,
    version: String,
    why: &'static str,
    takes: &'static str,
    options: &'static str,
}

fn crate_tool(toolbox: &Toolbox, places: &Places, tool: &CrateTool) -> Option<Missing> {
    let found = toolbox.version(tool.name);
    if found.as_ref() == Some(&tool.version) {
        return None;
    }
    // The user's own folder when there is nothing to replace, else a folder of ours.
    let own = places.tools();
    let root = match (found, cargo_folder()) {
        (None, Some(folder)) if is_writable(&folder) => folder,
        _ => own.clone(),
    };
    let words = format!(
        "install {} --version {} {}",
        tool.package, tool.version, tool.options
    );
    let fix = format!(
        "run `cargo {}` yourself and read what it says",
        words.trim_end()
    );
    let build = own.join("build");
    Some(Missing {
        what: format!("{} {}", tool.name, tool.version),
        why: tool.why,
        takes: tool.takes,
        install: Box::new(move |toolbox| {
            toolbox
                .cargo(&words, &fix)
                .args([std::ffi::OsStr::new("--root"), root.as_os_str()])
                // Kept while it builds, so that an interrupted installation goes on where it was.
                .env("CARGO_TARGET_DIR", &build)
                // A tool that runs for seconds is not worth minutes of optimising.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
                .aloud()?;
            // Only a folder of intermediate files; left behind it does no harm.
            let _ = fs::remove_dir_all(&build);
            Ok(())
        }),
    })
}

/// Where `cargo install` puts programs, without `bin`.
fn cargo_folder() -> Option<PathBuf> {
    let named = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    named("CARGO_INSTALL_ROOT")
        .or_else(|| named("CARGO_HOME"))
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

fn is_writable(folder: &Path) -> bool {
    let probe = folder.join("bin").join(".eventide-writable");
    let written = fs::create_dir_all(folder.join("bin")).and_then(|()| fs::write(&probe, []));
    // Nothing to take away when it could not be written.
    let _ = fs::remove_file(&probe);
    written.is_ok()
}

fn install_wasm_opt(toolbox: &Toolbox, places: &Places) -> Result<(), Trouble> {
    let is_new_enough = |version: String| at_least(&version, OLDEST_WASM_OPT);
    if debian::can_install() && debian::offered("binaryen").is_some_and(is_new_enough) {
        return debian::install(&["binaryen"]);
    }
    if toolbox.find("npm").is_none() && debian::can_install() {
        debian::install(&["npm"])?;
    }
    if toolbox.find("npm").is_none() {
        return Err(Trouble::new(
            "wasm-opt 116 or newer is missing, and neither Debian's apt-get nor npm can bring it here",
            "install Node 20 or newer, or a binaryen of 116 or newer with your package manager (`brew install binaryen`)",
        ));
    }
    let folder = places.tools().join("binaryen");
    fs::create_dir_all(&folder).map_err(|error| file_trouble("create", &folder, &error))?;
    for name in ["package.json", "package-lock.json"] {
        let (from, to) = (
            places.root.join("xtask/binaryen").join(name),
            folder.join(name),
        );
        fs::copy(&from, &to).map_err(|error| file_trouble("copy", &from, &error))?;
    }
    toolbox
        .program("npm", "install binaryen with your package manager instead")
        .args(["ci", "--no-audit", "--no-fund"])
        .within(&folder)
        .aloud()
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_as_the_tools_print_them() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(version_in(text).as_deref(), expected, "{text}")
        };
        check("trunk 0.21.14", Some("0.21.14"));
        check("wasm-bindgen 0.2.130", Some("0.2.130"));
        check("wasm-bindgen 0.2.130 (a1b2c3d4e)", Some("0.2.130"));
        check("wasm-opt version 108", Some("108"));
        check("wasm-opt version 132 (version_132)", Some("132"));
        check("v20.20.2", Some("20.20.2"));
        check(
            "Chromium 156.0.7843.10 built on Debian",
            Some("156.0.7843.10"),
        );
        check("ChromeDriver 156.0.7843.10 (abc)", Some("156.0.7843.10"));
        // What Debian's start script of Chromium may say first.
        check(
            "/usr/bin/chromium: 9: [: 25276510208: unexpected operator\nChromium 156.0.8078.79 built on Debian",
            Some("156.0.8078.79"),
        );
        check("command not found", None);
    }

    #[test]
    fn versions_are_compared_by_number() {
        for (version, oldest, expected) in [
            ("108", "100", true),
            ("99", "100", false),
            ("20.20.2", "20", true),
            ("18.19.0", "20", false),
            ("0.2.130", "0.2.99", true),
            ("1.96.0-nightly", "1.95", true),
        ] {
            assert_eq!(
                at_least(version, oldest),
                expected,
                "{version} against {oldest}"
            );
        }
    }

    #[test]
    fn the_lock_file_names_one_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.70\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(
            locked_version(lock, "wasm-bindgen-futures").as_deref(),
            Some("0.4.70")
        );
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
