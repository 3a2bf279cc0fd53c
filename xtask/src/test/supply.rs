//! The `supply` tier: what may be built into the app, by `deny.toml`.

use std::fs;

use super::counts::Counts;
use crate::app;
use crate::places::Places;
use crate::program::Output;
use crate::sbom;
use crate::tools::Toolbox;
use crate::trouble::{Trouble, file_trouble};

const FIX: &str = "leave the crate out, use another version, or say in deny.toml why it may stay";

/// Licenses, origins and duplicates; that the check sees a license that is not allowed; the bill of
/// materials; and known vulnerabilities, where their database can be reached.
///
/// # Errors
/// When one of them does not hold.
pub fn run(places: &Places, toolbox: &Toolbox) -> Result<Counts, Trouble> {
    app::fetch(toolbox)?;
    toolbox
        .cargo(
            "deny --locked --offline check -D warnings bans licenses sources",
            FIX,
        )
        .aloud()?;
    notices_a_license(places, toolbox)?;
    sbom::write(places, toolbox)?;
    let counts = Counts::ONE_PASSED + Counts::ONE_PASSED + Counts::ONE_PASSED;
    Ok(counts + advisories(toolbox)?)
}

/// The same check without MIT on the list has to fail: the app itself is under it.
fn notices_a_license(places: &Places, toolbox: &Toolbox) -> Result<(), Trouble> {
    let rules = places.root.join("deny.toml");
    let text = fs::read_to_string(&rules).map_err(|error| file_trouble("read", &rules, &error))?;
    let stricter = places.target.join("sbom").join("deny-without-mit.toml");
    stricter
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&stricter, text.replace("    \"MIT\",\n", "")))
        .map_err(|error| file_trouble("write", &stricter, &error))?;
    let ending = toolbox
        .cargo("deny --locked --offline --config", FIX)
        .args([stricter.as_os_str()])
        .args(["check", "licenses"])
        .quietly();
    match ending {
        Err(trouble)
            if trouble
                .output
                .iter()
                .any(|line| line.contains("licenses FAILED")) =>
        {
            Ok(())
        }
        Err(trouble) => Err(trouble),
        Ok(_) => Err(Trouble::new(
            "the check of licenses let one through that is not on its list",
            "see what changed in cargo-deny; deny.toml checks nothing at present",
        )),
    }
}

/// A database that cannot be reached says nothing for or against a crate: that is told, and counted
/// as not run.
fn advisories(toolbox: &Toolbox) -> Result<Counts, Trouble> {
    let check = toolbox.cargo("deny --locked check -D warnings advisories", FIX);
    let (output, ending) = check.aloud_whatever_comes()?;
    match ending {
        Ok(()) => Ok(Counts::ONE_PASSED),
        Err(_) if is_out_of_reach(&output) => {
            println!(
                "NOT CHECKED: known vulnerabilities. Their database (RustSec, which cargo audit reads as well) could not be\n\
                 reached from this machine. Run `cargo xtask test --tier supply` where GitHub can be reached, before a release\n\
                 and once a week: a vulnerability becomes known without anything changing here."
            );
            Ok(Counts::ONE_SKIPPED)
        }
        Err(trouble) => Err(trouble),
    }
}

/// Whether the database could not be fetched, as opposed to what stands in it.
fn is_out_of_reach(output: &Output) -> bool {
    output
        .lines
        .iter()
        .any(|line| line.contains("failed to fetch advisory database"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> Output {
        Output {
            lines: text.lines().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn only_a_database_out_of_reach_is_no_verdict() {
        assert!(is_out_of_reach(&output(
            "[ERROR] failed to fetch advisory database https://db.example: failed to clone\nCould not resolve host: db.example"
        )));
        assert!(!is_out_of_reach(&output(
            "error[vulnerability]: a crate has a hole\nadvisories FAILED"
        )));
        assert!(!is_out_of_reach(&output(
            "error[yanked]: detected yanked crate\nadvisories FAILED"
        )));
    }
}
