//! `cargo xtask dist`: one archive with everything that whoever runs a server needs.
//!
//! The same sources give the same bytes: names are sorted, owners are nobody, and times are made of
//! content. A fixed time would be simpler and wrong: servers make the ETag of a page of its time and
//! its size, two releases of a page have the same size, and the old page would never be replaced.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha384};

use crate::app;
use crate::places::Places;
use crate::program::Program;
use crate::sbom;
use crate::tools::Toolbox;
use crate::trouble::{Trouble, file_trouble};

/// The files of the archive: path in it, with `/` between folders, and bytes.
type Files = BTreeMap<String, Vec<u8>>;

/// What lies in the archive beside the app, as in the repository.
const BESIDE_THE_APP: [&str; 4] = ["LICENSE", "SECURITY.md", "deploy", "docs"];
/// Of the documentation, what is for whoever runs a server.
const DOCUMENTS: [&str; 3] = [
    "docs/configuration.md",
    "docs/deploy.md",
    "docs/security.md",
];
/// The list of what is in the app.
const PARTS: &str = "sbom.cdx.json";
/// The one folder at the top of the archive.
const FOLDER: &str = concat!("eventide-", env!("CARGO_PKG_VERSION"));
/// The list of what is in the archive, for `sha384sum --check`.
const SUMS: &str = "SHA384SUMS";

/// An archive that was made.
#[derive(Debug)]
pub struct Archive {
    /// Where it is.
    pub path: PathBuf,
    /// How many files it holds.
    pub files: usize,
    /// Its size in bytes.
    pub size: usize,
    /// Its own SHA-384, in hexadecimal digits.
    pub hash: String,
}

/// Builds the app if it is not built, and makes the archive.
///
/// # Errors
/// When the build fails, or a file cannot be read or written.
pub fn make(places: &Places, toolbox: &Toolbox) -> Result<Archive, Trouble> {
    app::release(places, toolbox)?;
    let mut files = Files::new();
    collect(&places.dist(), "app", &mut files)?;
    for name in BESIDE_THE_APP {
        collect(&places.root.join(name), name, &mut files)?;
    }
    files.retain(|name, _| !name.starts_with("docs/") || DOCUMENTS.contains(&name.as_str()));
    collect(&sbom::write(places, toolbox)?, PARTS, &mut files)?;
    files.insert(SUMS.to_owned(), sums(&files).into_bytes());

    let path = places.archives().join(format!("{FOLDER}.tar.gz"));
    let bytes = packed(FOLDER, &files).map_err(|error| file_trouble("compress", &path, &error))?;
    fs::create_dir_all(places.archives())
        .and_then(|()| fs::write(&path, &bytes))
        .map_err(|error| file_trouble("write", &path, &error))?;
    Ok(Archive {
        path,
        files: files.len(),
        size: bytes.len(),
        hash: hex(&bytes),
    })
}

/// Unpacks an archive as whoever runs a server does, and gives the folder with what was in it.
///
/// # Errors
/// When the folder cannot be made anew, or there is no `tar`.
pub fn unpack(places: &Places, archive: &Archive) -> Result<PathBuf, Trouble> {
    let folder = places.unpacked();
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| file_trouble("create", &folder, &error))?;
    Program::new("tar", "install tar")
        .args(["-xzf".as_ref(), archive.path.as_os_str()])
        .within(&folder)
        .quietly()?;
    Ok(folder.join(FOLDER))
}

/// Every file in a folder, or the file itself, under the name that it gets in the archive.
fn collect(path: &Path, name: &str, files: &mut Files) -> Result<(), Trouble> {
    let trouble = |error| file_trouble("read", path, &error);
    if !path.is_dir() {
        files.insert(name.to_owned(), fs::read(path).map_err(trouble)?);
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
        collect(&entry.path(), &inside, files)?;
    }
    Ok(())
}

/// One line for each file, as `sha384sum` writes them.
fn sums(files: &Files) -> String {
    let mut sums = String::new();
    for (name, bytes) in files {
        // Writing to a String does not fail.
        let _ = writeln!(sums, "{}  {name}", hex(bytes));
    }
    sums
}

fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha384::digest(bytes))
}

fn packed(folder: &str, files: &Files) -> io::Result<Vec<u8>> {
    // No name and no time in the head of the packed form either.
    let mut out = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    for (name, bytes) in files {
        out.write_all(&entry(&format!("{folder}/{name}"), bytes)?)?;
        out.write_all(bytes)?;
        out.write_all(&vec![0; bytes.len().next_multiple_of(BLOCK) - bytes.len()])?;
    }
    out.write_all(&[0; 2 * BLOCK])?;
    out.finish()
}

/// Everything in an archive comes in pieces of this size.
const BLOCK: usize = 512;
/// The longest name that fits into the plain head of a file.
const LONGEST_NAME: usize = 100;

/// The head of a file in the archive, as POSIX has it (ustar).
fn entry(name: &str, bytes: &[u8]) -> io::Result<[u8; BLOCK]> {
    if name.len() > LONGEST_NAME {
        let words = format!("{name} is longer than {LONGEST_NAME} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    let mode = if name.ends_with(".sh") { 0o755 } else { 0o644 };
    let before_sum = format!(
        "{name:\0<100}{mode:07o}\0{owner:07o}\0{owner:07o}\0{size:011o}\0{time:011o}\0",
        owner = 0,
        size = bytes.len(),
        time = time_of(bytes),
    );
    let after_sum = "0".to_owned() + &"\0".repeat(100) + "ustar\x0000";
    // The sum counts itself as blanks.
    let sum: u32 = [before_sum.as_bytes(), b"        ", after_sum.as_bytes()]
        .concat()
        .into_iter()
        .map(u32::from)
        .sum();
    let head = format!("{before_sum}{sum:06o}\0 {after_sum}");
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(head.bytes()) {
        *to = from;
    }
    Ok(block)
}

/// Seconds since 1970: a moment in the years 2020 to 2023 that is made of the content.
fn time_of(bytes: &[u8]) -> u32 {
    const START_OF_2020: u32 = 1_577_836_800;
    const FOUR_YEARS: u32 = 4 * 365 * 24 * 60 * 60;
    let mut number = [0; 4];
    for (to, from) in number.iter_mut().zip(Sha384::digest(bytes)) {
        *to = from;
    }
    START_OF_2020 + u32::from_be_bytes(number) % FOUR_YEARS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn files() -> Files {
        [
            ("app/index.html", "<!doctype html>"),
            ("deploy/upload.sh", "#!/bin/sh"),
            ("empty", ""),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .collect()
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_others_give_others() {
        let one = packed("eventide-1", &files()).unwrap();
        assert_eq!(one, packed("eventide-1", &files()).unwrap());
        let mut changed = files();
        changed.insert("app/index.html".to_owned(), b"<!doctype HTML>".to_vec());
        assert_ne!(one, packed("eventide-1", &changed).unwrap());
    }

    #[test]
    fn a_page_of_the_same_size_has_another_time() {
        assert_eq!(time_of(b"one"), time_of(b"one"));
        assert_ne!(time_of(b"one"), time_of(b"two"));
    }

    #[test]
    fn the_archive_is_what_tar_reads() {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed("eventide-1", &files()).unwrap().as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked.len() % BLOCK, 0);
        let head = &unpacked[..BLOCK];
        assert!(head.starts_with(b"eventide-1/app/index.html\0"));
        assert_eq!(&head[100..108], b"0000644\0");
        assert_eq!(&head[124..136], b"00000000017\0");
        assert_eq!(&head[156..157], b"0");
        assert_eq!(&head[257..265], b"ustar\x0000");
        let sum: u32 = head[..148]
            .iter()
            .chain(b"        ")
            .chain(&head[156..])
            .map(|byte| u32::from(*byte))
            .sum();
        assert_eq!(head[148..156], *format!("{sum:06o}\0 ").as_bytes());
        assert!(unpacked[BLOCK..].starts_with(b"<!doctype html>\0"));
        assert!(entry(&"x".repeat(101), b"").is_err());
    }

    #[test]
    fn sums_are_what_sha384sum_checks() {
        // printf '' | sha384sum
        assert!(sums(&files()).ends_with(
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b  empty\n"
        ));
    }
}
