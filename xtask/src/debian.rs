//! Packages of Debian and its relatives, where they may be installed without asking anybody.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use crate::program::{Program, on_path, own_path};
use crate::trouble::{Trouble, file_trouble};

/// How this process may run apt-get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    Root,
    /// sudo, without a password.
    Sudo,
    None,
}

fn right() -> Right {
    if on_path("apt-get", &own_path()).is_none() {
        return Right::None;
    }
    let is_root = Program::new("id", "")
        .args(["-u"])
        .quietly()
        .is_ok_and(|output| output.text().trim() == "0");
    if is_root {
        Right::Root
    } else if Program::new("sudo", "")
        .args(["-n", "true"])
        .quietly()
        .is_ok()
    {
        Right::Sudo
    } else {
        Right::None
    }
}

/// Whether packages can be installed here: apt-get, and root or sudo that asks for no password.
pub fn can_install() -> bool {
    right() != Right::None
}

/// Whether the distribution has this package as a real one. Ubuntu's Chromium is a link to a snap.
pub fn offers(package: &str) -> bool {
    offered(package).is_some_and(|version| !version.contains("snap"))
}

/// The version of this package that the distribution has.
pub fn offered(package: &str) -> Option<String> {
    let candidate = || {
        let output = Program::new("apt-cache", "")
            .args(["policy", package])
            .env("LC_ALL", "C")
            .quietly()
            .ok()?;
        candidate_in(&output.text())
    };
    // A fresh container has no index at all.
    candidate().or_else(|| apt_get(&["update"]).ok().and_then(|()| candidate()))
}

fn candidate_in(policy: &str) -> Option<String> {
    policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate: "))
        .filter(|version| *version != "(none)")
        .map(str::to_owned)
}

/// Installs packages, with a fresh index if the present one does not do.
///
/// # Errors
/// When apt-get fails twice.
pub fn install(packages: &[&str]) -> Result<(), Trouble> {
    let words = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    apt_get(&words).or_else(|_| {
        apt_get(&["update"])?;
        apt_get(&words)
    })
}

/// Whether packages can be fetched here, which needs no right.
pub fn can_unpack() -> bool {
    ["apt-get", "dpkg-deb"]
        .iter()
        .all(|name| on_path(name, &own_path()).is_some())
}

/// Fetches packages and unpacks them into a folder. Nothing is installed: a web server that is
/// installed is started, too.
///
/// # Errors
/// When a package cannot be fetched or unpacked.
pub fn unpack(packages: &[&str], folder: &Path) -> Result<(), Trouble> {
    let fetched = folder.join("packages");
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(&fetched).map_err(|error| file_trouble("create", &fetched, &error))?;
    let fix = format!("run `sudo apt-get install {}`", packages.join(" "));
    let download = || {
        let program = Program::new("apt-get", &*fix).args(["download"]);
        program.args(packages).within(&fetched).quietly()
    };
    download().or_else(|_| {
        apt_get(&["update"])?;
        download()
    })?;
    let entries = fs::read_dir(&fetched).map_err(|error| file_trouble("read", &fetched, &error))?;
    for entry in entries {
        let package = entry.map_err(|error| file_trouble("read", &fetched, &error))?;
        Program::new("dpkg-deb", &*fix)
            .args([
                "--extract".as_ref(),
                package.path().as_os_str(),
                folder.as_os_str(),
            ])
            .quietly()?;
    }
    fs::remove_dir_all(&fetched).map_err(|error| file_trouble("remove", &fetched, &error))
}

fn apt_get(words: &[&str]) -> Result<(), Trouble> {
    let fix = format!(
        "run `sudo apt-get {}` yourself and read what it says",
        words.join(" ")
    );
    let program = match right() {
        Right::Root => Program::new("apt-get", fix),
        Right::Sudo => {
            Program::new("sudo", fix).args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        }
        Right::None => return Err(Trouble::new("apt-get cannot be used here", fix)),
    };
    program
        .args(words.iter().map(OsStr::new))
        .env("DEBIAN_FRONTEND", "noninteractive")
        .quietly()
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_a_candidate_or_none() {
        let real = "chromium:\n  Installed: (none)\n  Candidate: 156.0.7843.10-1~deb12u1\n  Version table:\n";
        assert_eq!(
            candidate_in(real).as_deref(),
            Some("156.0.7843.10-1~deb12u1")
        );
        assert_eq!(
            candidate_in("chromium:\n  Installed: (none)\n  Candidate: (none)\n"),
            None
        );
        assert_eq!(candidate_in(""), None);
    }
}
