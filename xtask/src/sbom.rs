//! The bill of materials: every crate that is compiled into the app, as CycloneDX 1.6 in JSON.
//!
//! It is read off `cargo tree` and the lock file, which the build itself goes by, and holds neither
//! a time nor a random number: the same sources give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::app;
use crate::places::Places;
use crate::tools::{Toolbox, version_in};
use crate::trouble::{Trouble, file_trouble};

/// A crate in the app.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    version: String,
    license: String,
    /// Not from the registry but from this repository.
    is_own: bool,
    /// SHA-256 of the package, as the lock file has it.
    checksum: Option<String>,
    /// The crates that it uses, by name and version.
    uses: BTreeSet<String>,
}

/// The crates by name and version, as in `serde@1.0.229`, the app first in no particular place.
type Parts = BTreeMap<String, Part>;

/// Writes the bill of materials of the present lock file and gives its place.
///
/// # Errors
/// When cargo cannot tell what is in the app, and when a crate of the registry has no checksum or
/// no license.
pub fn write(places: &Places, toolbox: &Toolbox) -> Result<PathBuf, Trouble> {
    app::fetch(toolbox)?;
    let tree = toolbox
        .cargo(
            "tree --quiet --locked --offline --package eventide --target wasm32-unknown-unknown --edges normal,no-proc-macro --prefix depth --format {p}|{l}",
            "run `cargo tree` yourself and read what it says",
        )
        .quietly()?;
    let lock_file = places.root.join("Cargo.lock");
    let lock =
        fs::read_to_string(&lock_file).map_err(|error| file_trouble("read", &lock_file, &error))?;
    let compiler = toolbox
        .program("rustc", "install Rust with rustup from https://rustup.rs")
        .args(["--version"])
        .quietly()?;
    let compiler = version_in(&compiler.text()).unwrap_or_default();
    let parts = parts(&tree.lines, &lock)?;
    let file = places.target.join("sbom").join("eventide.cdx.json");
    file.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&file, written(&parts, &compiler)?))
        .map_err(|error| file_trouble("write", &file, &error))?;
    println!(
        "{} crates are in the app: {}",
        parts.len().saturating_sub(1),
        places.shown(&file)
    );
    Ok(file)
}

/// Reads lines such as `2futures v0.3.34|MIT OR Apache-2.0 (*)`: how deep, what, its license. Every
/// crate but the first is used by the nearest one above it that is less deep.
fn parts(lines: &[String], lock: &str) -> Result<Parts, Trouble> {
    let mut parts = Parts::new();
    let mut above: Vec<String> = Vec::new();
    for line in lines {
        let unclear = || {
            Trouble::new(
                format!("cargo tree wrote {line:?}, which is not understood"),
                "mend xtask/src/sbom.rs for this version of cargo",
            )
        };
        let digits = line
            .find(|letter: char| !letter.is_ascii_digit())
            .ok_or_else(unclear)?;
        let (depth, rest) = line.split_at(digits);
        let depth: usize = depth.parse().map_err(|_| unclear())?;
        let (package, license) = rest.split_once('|').ok_or_else(unclear)?;
        let mut words = package.split(' ');
        let (name, version) = words
            .next()
            .zip(words.next().and_then(|version| version.strip_prefix('v')))
            .ok_or_else(unclear)?;
        let id = format!("{name}@{version}");
        let is_own = package.contains(" (");
        above.truncate(depth);
        if let Some(user) = above.last().and_then(|user| parts.get_mut(user)) {
            user.uses.insert(id.clone());
        }
        above.push(id.clone());
        parts.entry(id).or_insert_with(|| Part {
            version: version.to_owned(),
            license: license.trim_end_matches(" (*)").replace('/', " OR "),
            is_own,
            checksum: checksum(lock, name, version),
            uses: BTreeSet::new(),
        });
    }
    let unknown = parts
        .iter()
        .find(|(_, part)| part.license.is_empty() || (part.checksum.is_none() && !part.is_own));
    match unknown {
        Some((id, _)) => Err(Trouble::new(
            format!("{id} has no license or no checksum"),
            "leave the crate out, or say in xtask/src/sbom.rs what it is",
        )),
        None => Ok(parts),
    }
}

/// The checksum of a package in a lock file.
fn checksum(lock: &str, name: &str, version: &str) -> Option<String> {
    let head = format!("name = \"{name}\"\nversion = \"{version}\"\n");
    let (_, rest) = lock.split_once(&head)?;
    let package = rest.split("\n\n").next()?;
    let line = package
        .lines()
        .find_map(|line| line.strip_prefix("checksum = \""))?;
    Some(line.trim_end_matches('"').to_owned())
}

const APP: &str = "eventide";

fn written(parts: &Parts, compiler: &str) -> std::io::Result<String> {
    let (apps, others): (Vec<_>, Vec<_>) = parts
        .iter()
        .partition(|(id, _)| id.split('@').next() == Some(APP));
    let mut components: Vec<String> = others
        .iter()
        .map(|(id, part)| component(id, part, "library"))
        .collect();
    components.push(format!(
        r#"{{"type":"library","bom-ref":"std","name":"std","version":{},"description":"The standard library of Rust, as the compiler brings it","licenses":[{{"expression":"MIT OR Apache-2.0"}}]}}"#,
        quoted(compiler)
    ));
    let mut uses: Vec<String> = parts
        .iter()
        .map(|(id, part)| {
            let uses: Vec<String> = part.uses.iter().map(|used| quoted(used)).collect();
            format!(
                r#"{{"ref":{},"dependsOn":[{}]}}"#,
                quoted(id),
                uses.join(",")
            )
        })
        .collect();
    uses.push(r#"{"ref":"std","dependsOn":[]}"#.to_owned());
    let app = apps
        .first()
        .map(|(id, part)| component(id, part, "application"))
        .ok_or_else(|| std::io::Error::other("the app itself is not in the tree"))?;
    Ok(format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{{\"component\":{app}}},\n\"components\":[\n{}\n],\n\"dependencies\":[\n{}\n]}}\n",
        components.join(",\n"),
        uses.join(",\n")
    ))
}

fn component(id: &str, part: &Part, kind: &str) -> String {
    let name = id.split('@').next().unwrap_or(id);
    let mut text = format!(
        r#"{{"type":"{kind}","bom-ref":{},"name":{},"version":{},"licenses":[{{"expression":{}}}]"#,
        quoted(id),
        quoted(name),
        quoted(&part.version),
        quoted(&part.license)
    );
    // Writing to a string does not fail.
    if let Some(checksum) = &part.checksum {
        let _ = write!(
            text,
            r#","hashes":[{{"alg":"SHA-256","content":{}}}],"purl":{}"#,
            quoted(checksum),
            quoted(&format!("pkg:cargo/{id}"))
        );
    }
    text.push('}');
    text
}

/// A text as JSON; names, versions and licenses have nothing in them that needs more than this.
fn quoted(text: &str) -> String {
    let inner: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .flat_map(|letter| match letter {
            '"' | '\\' => vec!['\\', letter],
            other => vec![other],
        })
        .collect();
    format!("\"{inner}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"eventide\"\nversion = \"0.1.0\"\ndependencies = [\n \"uuid\",\n]\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.229\"\nsource = \"registry\"\nchecksum = \"aa11\"\n\n[[package]]\nname = \"uuid\"\nversion = \"1.29.3\"\nsource = \"registry\"\nchecksum = \"bb22\"\n";

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_crate_is_listed_once_with_what_it_uses() {
        let tree = lines(
            "0eventide v0.1.0 (/somewhere)|MIT\n1serde v1.0.229|MIT/Apache-2.0\n1uuid v1.29.3|Apache-2.0 OR MIT\n2serde v1.0.229|MIT/Apache-2.0 (*)",
        );
        let parts = parts(&tree, LOCK).unwrap();
        assert_eq!(
            parts.keys().collect::<Vec<_>>(),
            ["eventide@0.1.0", "serde@1.0.229", "uuid@1.29.3"]
        );
        assert_eq!(parts["serde@1.0.229"].license, "MIT OR Apache-2.0");
        assert_eq!(parts["uuid@1.29.3"].checksum.as_deref(), Some("bb22"));
        assert_eq!(
            parts["eventide@0.1.0"].uses.iter().collect::<Vec<_>>(),
            ["serde@1.0.229", "uuid@1.29.3"]
        );
        assert!(parts["uuid@1.29.3"].uses.contains("serde@1.0.229"));
        let text = written(&parts, "1.95.0").unwrap();
        assert!(text.starts_with("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\""));
        for part in [
            "\"component\":{\"type\":\"application\",\"bom-ref\":\"eventide@0.1.0\"",
            "\"purl\":\"pkg:cargo/serde@1.0.229\"",
            "\"content\":\"bb22\"",
            "{\"ref\":\"uuid@1.29.3\",\"dependsOn\":[\"serde@1.0.229\"]}",
            "\"name\":\"std\",\"version\":\"1.95.0\"",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(text, written(&parts, "1.95.0").unwrap());
        assert!(!text.contains("/somewhere"));
    }

    #[test]
    fn a_crate_of_unknown_origin_or_license_is_refused() {
        for wrong in [
            "0eventide v0.1.0 (/x)|MIT\n1stranger v1.0.0|MIT",
            "0eventide v0.1.0 (/x)|MIT\n1serde v1.0.229|",
            "0eventide v0.1.0 (/x)|MIT\nnonsense",
        ] {
            assert!(parts(&lines(wrong), LOCK).is_err(), "{wrong}");
        }
    }
}
