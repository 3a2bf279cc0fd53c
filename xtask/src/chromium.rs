//! The browser that the tests drive, and its driver.

use std::path::{Path, PathBuf};

use crate::debian;
use crate::program::{Program, on_path, own_path};
use crate::tools::version_in;
use crate::trouble::Trouble;

/// A Chromium or Chrome that is installed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chromium {
    /// The browser.
    pub browser: PathBuf,
    /// Drives it for the component tests.
    pub driver: PathBuf,
}

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const MAC_BROWSERS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/// Where distributions put the driver when they do not put it on PATH.
const DRIVERS: [&str; 2] = [
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
];

/// Finds a browser and a driver that belong together, or installs them where that can be done.
///
/// # Errors
/// When there are none and they cannot be installed, or they are of different versions.
pub fn ready() -> Result<Chromium, Trouble> {
    if find().is_none() && debian::can_install() && debian::offers("chromium") {
        println!("Installing Chromium and its driver: the tests run in it (about a minute)");
        debian::install(&["chromium", "chromium-driver"])?;
    }
    let chromium = find().ok_or_else(missing)?;
    let major = |program: &Path| {
        let output = Program::new(program, "")
            .args(["--version"])
            .quietly()
            .ok()?;
        major_version(&output.text())
    };
    match (major(&chromium.browser), major(&chromium.driver)) {
        (Some(browser), Some(driver)) if browser == driver => Ok(chromium),
        (browser, driver) => Err(Trouble::new(
            format!(
                "{} ({}) and {} ({}) do not belong together",
                chromium.browser.display(),
                browser.as_deref().unwrap_or("does not start"),
                chromium.driver.display(),
                driver.as_deref().unwrap_or("does not start")
            ),
            "install both from one source, or name a pair in EVENTIDE_CHROMIUM and CHROMEDRIVER",
        )),
    }
}

fn missing() -> Trouble {
    Trouble::new(
        "the browser tests need Chromium or Chrome and its chromedriver, and at least one of them is not here",
        "run `sudo apt-get install chromium chromium-driver`, or install Chrome and the chromedriver of its version and name them in EVENTIDE_CHROMIUM and CHROMEDRIVER",
    )
}

fn find() -> Option<Chromium> {
    let path = own_path();
    let named = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|file| file.is_file())
    };
    let standing = |files: &[&str]| files.iter().map(PathBuf::from).find(|file| file.is_file());
    let browser = named("EVENTIDE_CHROMIUM")
        .or_else(|| BROWSERS.iter().find_map(|name| on_path(name, &path)))
        .or_else(|| standing(&MAC_BROWSERS))?;
    let driver = named("CHROMEDRIVER")
        .or_else(|| on_path("chromedriver", &path))
        .or_else(|| standing(&DRIVERS))?;
    Some(Chromium { browser, driver })
}

fn major_version(text: &str) -> Option<String> {
    Some(version_in(text)?.split('.').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_their_first_number() {
        assert_eq!(
            major_version("Chromium 156.0.7843.10 built on Debian GNU/Linux 12").as_deref(),
            Some("156")
        );
        assert_eq!(
            major_version("ChromeDriver 156.0.7843.10 (abc-refs/branch)").as_deref(),
            Some("156")
        );
        assert_eq!(
            major_version("Google Chrome 155.0.1.2 ").as_deref(),
            Some("155")
        );
    }
}
