//! `cargo xtask test`: the tiers, in an order in which the quick ones fail first.

mod counts;
mod supply;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use crate::app;
use crate::arguments::{Browser, DataKept, Live, Serve, Test};
use crate::chromium::{self, Chromium};
use crate::dist;
use crate::places::Places;
use crate::program::{Output, Program, on_path, own_path, stopped};
use crate::sandbox;
use crate::serve::answers;
use crate::servers::{self, Servers};
use crate::tools::{self, Toolbox, at_least, version_in};
use crate::trouble::{Trouble, file_trouble};
use counts::Counts;

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
/// The oldest Node that the end-to-end tests run on.
const OLDEST_NODE: &str = "20";

/// A group of checks that runs as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// rustfmt.
    Format,
    /// clippy over everything that runs natively.
    Lint,
    /// rustdoc, with every public item documented.
    Docs,
    /// Everything that needs no browser.
    Native,
    /// The crates that are built in: licenses, origins, duplicates, and known vulnerabilities where
    /// their database can be reached.
    Supply,
    /// clippy and rustdoc over the browser half.
    BrowserLint,
    /// The release app, and its size.
    Build,
    /// Components, each mounted in a browser.
    Browser,
    /// The release app over HTTP against the sandbox.
    EndToEnd,
    /// The archive behind nginx and Caddy.
    Deploy,
    /// What takes minutes: exports of 100,000 events, LibreOffice, and the end-to-end tests through
    /// each web server; never by default.
    Soak,
    /// The release app against a real authentik; never by default.
    Live,
}

impl Tier {
    /// Every tier, in the order in which they run.
    pub const ALL: [Self; 12] = [
        Self::Format,
        Self::Lint,
        Self::Docs,
        Self::Native,
        Self::Supply,
        Self::BrowserLint,
        Self::Build,
        Self::Browser,
        Self::EndToEnd,
        Self::Deploy,
        Self::Soak,
        Self::Live,
    ];

    /// Whether it runs when no tier is named.
    fn is_usual(self) -> bool {
        !matches!(self, Self::Soak | Self::Live)
    }

    /// As it is typed after `--tier`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Lint => "lint",
            Self::Docs => "docs",
            Self::Native => "native",
            Self::Supply => "supply",
            Self::BrowserLint => "browser-lint",
            Self::Build => "build",
            Self::Browser => "browser",
            Self::EndToEnd => "e2e",
            Self::Deploy => "deploy",
            Self::Soak => "soak",
            Self::Live => "live",
        }
    }

    fn needs_checks(self) -> bool {
        matches!(self, Self::Format | Self::Lint | Self::BrowserLint)
    }

    fn needs_the_app_tools(self) -> bool {
        matches!(
            self,
            Self::BrowserLint
                | Self::Build
                | Self::Browser
                | Self::EndToEnd
                | Self::Deploy
                | Self::Soak
                | Self::Live
        )
    }

    fn needs_a_browser(self) -> bool {
        matches!(
            self,
            Self::Browser | Self::EndToEnd | Self::Deploy | Self::Soak | Self::Live
        )
    }

    fn needs_node(self) -> bool {
        matches!(
            self,
            Self::EndToEnd | Self::Deploy | Self::Soak | Self::Live
        )
    }

    fn needs_web_servers(self) -> bool {
        matches!(self, Self::Deploy | Self::Soak)
    }
}

/// Runs the tiers and counts. The last line is the counts of all of them.
///
/// # Errors
/// When something that a tier needs is missing and cannot be installed.
pub fn run(test: &Test) -> Result<ExitCode, Trouble> {
    let places = Places::here();
    let chosen = |tier: &Tier| match test.tiers.as_slice() {
        [] => tier.is_usual(),
        some => some.contains(tier),
    };
    let tiers = Tier::ALL.into_iter().filter(chosen).collect::<Vec<_>>();
    let bench = Bench::ready(places, &tiers)?;

    let mut total = Counts::default();
    let mut lines = Vec::new();
    let mut has_build_failed = false;
    for tier in tiers {
        if matches!(tier, Tier::EndToEnd | Tier::Deploy) && has_build_failed {
            lines.push(format!(
                "{:14}not run: there is no release app",
                tier.name()
            ));
            continue;
        }
        println!("\n== {}", tier.name());
        let begun = Instant::now();
        let result = bench.run(tier, test);
        if stopped() {
            return Ok(ExitCode::FAILURE);
        }
        let counts = result.unwrap_or_else(|trouble| {
            eprintln!("{trouble}");
            Counts::ONE_FAILED
        });
        has_build_failed |= tier == Tier::Build && counts.failed > 0;
        total += counts;
        lines.push(line(tier, counts, begun.elapsed()));
    }
    println!();
    for line in lines {
        println!("{line}");
    }
    println!("{}", total.told());
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Measures the release app in a browser. Figures are printed and nothing is judged: machines
/// differ, and the same machine from hour to hour.
///
/// # Errors
/// When something that it needs is missing, or a measurement breaks off.
pub fn bench(passed_on: &[String]) -> Result<(), Trouble> {
    let bench = Bench::ready(Places::here(), &[Tier::EndToEnd])?;
    app::release(&bench.places, &bench.toolbox)?;
    sandbox::build(&bench.toolbox)?;
    let measure = bench.node("node").args(["bench.mjs"]).args(passed_on);
    measure.aloud()?;
    Ok(())
}

fn line(tier: Tier, counts: Counts, time: Duration) -> String {
    let Counts {
        passed,
        failed,
        skipped,
    } = counts;
    let mark = if failed > 0 { "FAILED" } else { "ok" };
    let mut line = format!("{:14}{mark:8}{passed} passed, {failed} failed", tier.name());
    if skipped > 0 {
        line.push_str(&format!(", {skipped} not run"));
    }
    line.push_str(&format!(" in {:.1} s", time.as_secs_f32()));
    line
}

/// Everything that the chosen tiers work with.
struct Bench {
    places: Places,
    toolbox: Toolbox,
    chromium: Option<Chromium>,
    servers: Option<Servers>,
}

impl Bench {
    fn ready(places: Places, tiers: &[Tier]) -> Result<Self, Trouble> {
        let any = |needs: fn(Tier) -> bool| tiers.iter().copied().any(needs);
        let toolbox = if any(Tier::needs_the_app_tools) {
            tools::for_the_app(&places)?
        } else {
            Toolbox::new(&places)
        };
        if any(Tier::needs_checks) {
            tools::for_checks(&toolbox)?;
        }
        if tiers.contains(&Tier::Supply) {
            tools::for_supply(&places, &toolbox)?;
        }
        let chromium = if any(Tier::needs_a_browser) {
            Some(chromium::ready()?)
        } else {
            None
        };
        let servers = if any(Tier::needs_web_servers) {
            Some(servers::ready(&places)?)
        } else {
            None
        };
        if any(Tier::needs_node) {
            end_to_end_packages(&places, &toolbox)?;
        }
        Ok(Self {
            places,
            toolbox,
            chromium,
            servers,
        })
    }

    /// What the tier counted.
    ///
    /// # Errors
    /// When it could not run to its end.
    fn run(&self, tier: Tier, test: &Test) -> Result<Counts, Trouble> {
        match tier {
            Tier::Format => check(self.cargo("fmt --all --check", "run `cargo fmt --all`")),
            Tier::Lint => check(self.cargo(
                "clippy --locked --workspace --all-targets -- -D warnings",
                "mend what clippy names above",
            )),
            Tier::Docs => check(self.docs().args(["--workspace"])),
            Tier::Native => {
                let tests = self.cargo("test --locked --workspace --no-fail-fast", TEST_FIX);
                counted(with_more(tests, test), Counts::of_cargo)
            }
            Tier::Supply => supply::run(&self.places, &self.toolbox),
            Tier::BrowserLint => {
                let lint = self.cargo(
                    "clippy --locked --package eventide --lib --bins --test browser",
                    "mend what clippy names above",
                );
                check(lint.args(WASM).args(["--", "-D", "warnings"]))?;
                check(self.docs().args(["--package", "eventide"]).args(WASM))
            }
            Tier::Build => app::release(&self.places, &self.toolbox).map(|()| Counts::ONE_PASSED),
            Tier::Browser => self.browser(test),
            Tier::EndToEnd => self.end_to_end(test),
            Tier::Deploy => self.deploy(test),
            Tier::Soak => self.soak(test),
            Tier::Live => self.live(test),
        }
    }

    fn cargo(&self, words: &str, fix: &str) -> Program {
        self.toolbox.cargo(words, fix)
    }

    fn docs(&self) -> Program {
        self.cargo(
            "doc --locked --no-deps --document-private-items",
            "mend what rustdoc names above",
        )
        .env("RUSTDOCFLAGS", "-D warnings -D missing_docs")
    }

    fn browser(&self, test: &Test) -> Result<Counts, Trouble> {
        let tests = self.cargo(
            "test --locked --package eventide --test browser --no-fail-fast",
            TEST_FIX,
        );
        let tests = self.with_browser(tests.args(WASM));
        // The runner's own patience is 20 seconds for all tests together.
        let tests = tests.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
        counted(with_more(tests, test), Counts::of_cargo)
    }

    fn end_to_end(&self, test: &Test) -> Result<Counts, Trouble> {
        app::release(&self.places, &self.toolbox)?;
        sandbox::build(&self.toolbox)?;
        let tests = self.node("node_modules/.bin/playwright").args(["test"]);
        counted(with_more(tests, test), Counts::of_end_to_end)
    }

    fn soak(&self, test: &Test) -> Result<Counts, Trouble> {
        let office = office()?;
        app::release(&self.places, &self.toolbox)?;
        sandbox::build(&self.toolbox)?;
        let tests = self
            .node("node_modules/.bin/playwright")
            .args(["test", "--config", "soak.config.mjs"])
            .env("EVENTIDE_SOFFICE", office);
        let mut counts = counted(with_more(tests, test), Counts::of_end_to_end)?;
        if test.passed_on.is_empty() {
            let unpacked = self.unpacked()?;
            for front in FRONTS {
                counts += self.through(front, &unpacked, &[])?;
            }
        }
        Ok(counts)
    }

    fn deploy(&self, test: &Test) -> Result<Counts, Trouble> {
        let unpacked = self.unpacked()?;
        sandbox::build(&self.toolbox)?;
        let tests = self
            .behind_servers(&unpacked)
            .args(["--config", "deploy.config.mjs"]);
        let mut counts = counted(with_more(tests, test), Counts::of_end_to_end)?;
        if test.passed_on.is_empty() {
            for front in FRONTS {
                counts += self.through(front, &unpacked, &THROUGH_EACH_SERVER)?;
            }
        }
        Ok(counts)
    }

    /// The archive, made and unpacked.
    fn unpacked(&self) -> Result<PathBuf, Trouble> {
        let archive = dist::make(&self.places, &self.toolbox)?;
        dist::unpack(&self.places, &archive)
    }

    /// End-to-end tests with a web server before each sandbox; all of them if none is named.
    fn through(
        &self,
        (server, path): (&str, &str),
        unpacked: &Path,
        files: &[&str],
    ) -> Result<Counts, Trouble> {
        println!("\nThrough {server} at {path}");
        let tests = self
            .behind_servers(unpacked)
            .args(files)
            .env("EVENTIDE_FRONT", server)
            .env("EVENTIDE_BASE", path);
        counted(tests, Counts::of_end_to_end)
    }

    /// Playwright over the unpacked archive, which can start web servers.
    fn behind_servers(&self, unpacked: &Path) -> Program {
        let tests = self
            .node("node_modules/.bin/playwright")
            .args(["test"])
            .env("EVENTIDE_ARCHIVE", unpacked)
            .env("EVENTIDE_DIST", unpacked.join("app"));
        match &self.servers {
            Some(Servers {
                nginx,
                brotli,
                caddy,
            }) => tests
                .env("EVENTIDE_NGINX", nginx)
                .env("EVENTIDE_NGINX_BROTLI", brotli)
                .env("EVENTIDE_CADDY", caddy),
            None => tests,
        }
    }

    fn live(&self, test: &Test) -> Result<Counts, Trouble> {
        let Some(Live {
            authentik,
            token_file,
        }) = &test.live
        else {
            return Err(Trouble::new(
                "the live tier needs a server",
                "add `--authentik URL --token-file FILE`",
            ));
        };
        let token_file = fs::canonicalize(token_file)
            .map_err(|error| file_trouble("read", token_file, &error))?;
        app::release(&self.places, &self.toolbox)?;
        sandbox::build(&self.toolbox)?;
        let port = free_port()?;
        let serve = Serve {
            port,
            data: None,
            events: None,
            data_kept: DataKept::Kept,
            browser: Browser::LeftAlone,
            authentik: Some(authentik.clone()),
        };
        let _server = sandbox::serving(&self.places, &self.places.dist(), &serve)?.start()?;
        wait_for(port)?;
        let tests = self
            .node("node")
            .args(["live.mjs"])
            .env("EVENTIDE_ADDRESS", format!("http://127.0.0.1:{port}"))
            .env("EVENTIDE_TOKEN_FILE", token_file);
        counted(with_more(tests, test), Counts::of_end_to_end)
    }

    /// A program of the end-to-end tests.
    fn node(&self, name: &str) -> Program {
        let program = self
            .toolbox
            .program(name, TEST_FIX)
            .within(&self.places.end_to_end());
        self.with_browser(program)
            .env("EVENTIDE_DIST", self.places.dist())
            .env("EVENTIDE_SANDBOX", self.places.sandbox())
    }

    fn with_browser(&self, program: Program) -> Program {
        match &self.chromium {
            Some(Chromium { browser, driver }) => program
                .env("EVENTIDE_CHROMIUM", browser)
                .env("CHROMEDRIVER", driver),
            None => program,
        }
    }
}

/// LibreOffice, which opens exported tables.
fn office() -> Result<PathBuf, Trouble> {
    const MAC: &str = "/Applications/LibreOffice.app/Contents/MacOS/soffice";
    let named = std::env::var_os("EVENTIDE_SOFFICE").map(PathBuf::from);
    named
        .filter(|file| file.is_file())
        .or_else(|| on_path("soffice", &own_path()))
        .or_else(|| Some(PathBuf::from(MAC)).filter(|file| file.is_file()))
        .ok_or_else(|| {
            Trouble::new(
                "the soak tier opens exported tables in LibreOffice, and soffice is not here",
                "run `sudo apt-get install libreoffice-calc`, or install LibreOffice and name its soffice in EVENTIDE_SOFFICE",
            )
        })
}

/// Each web server, and where the app lies on it.
const FRONTS: [(&str, &str); 4] = [
    ("nginx", "/"),
    ("nginx", "/eventide/"),
    ("caddy", "/"),
    ("caddy", "/eventide/"),
];

/// What of the end-to-end tests runs through each of them by default; the soak tier runs them all.
const THROUGH_EACH_SERVER: [&str; 2] = ["policy.spec.mjs", "events.spec.mjs"];

const TEST_FIX: &str = "mend what the failed tests above say";

/// A check is one of the things counted, however much it looks at.
fn check(program: Program) -> Result<Counts, Trouble> {
    program.aloud().map(|_| Counts::ONE_PASSED)
}

/// Runs tests and counts them.
fn counted(program: Program, count: fn(&[String]) -> Counts) -> Result<Counts, Trouble> {
    let shown = program.shown().to_owned();
    let (Output { lines }, ending) = program.aloud_whatever_comes()?;
    verdict(count(&lines), ending, &shown)
}

/// A run that broke off counts as one more failed test, and a run without a test as none at all.
fn verdict(counts: Counts, ending: Result<(), Trouble>, shown: &str) -> Result<Counts, Trouble> {
    match ending {
        Err(trouble) if counts.ran() == 0 => Err(trouble),
        Err(trouble) if counts.failed == 0 => {
            eprintln!("{trouble}");
            Ok(counts + Counts::ONE_FAILED)
        }
        Ok(()) if counts.ran() == 0 => Err(Trouble::new(
            format!("`{shown}` ran no test"),
            "if it should have, its output is no longer what xtask/src/test/counts.rs reads",
        )),
        Ok(()) | Err(_) => Ok(counts),
    }
}

fn with_more(program: Program, test: &Test) -> Program {
    program.args(&test.passed_on)
}

fn free_port() -> Result<u16, Trouble> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| {
            Trouble::new(
                format!("no port on 127.0.0.1 is free: {error}"),
                "end some programs",
            )
        })
}

fn wait_for(port: u16) -> Result<(), Trouble> {
    for _ in 0..100 {
        if answers(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(Trouble::new(
        "the sandbox did not answer within 10 seconds",
        "see what it wrote above",
    ))
}

/// Node, and the packages that the end-to-end tests lock.
fn end_to_end_packages(places: &Places, toolbox: &Toolbox) -> Result<(), Trouble> {
    let fix = "install Node 20 or newer from https://nodejs.org or with your package manager";
    let node = toolbox
        .program("node", fix)
        .args(["--version"])
        .quietly()
        .map_err(|trouble| trouble.or(fix))?;
    let version = version_in(&node.text()).unwrap_or_default();
    if !at_least(&version, OLDEST_NODE) {
        return Err(Trouble::new(
            format!("Node {version} is too old for the end-to-end tests"),
            fix,
        ));
    }
    let folder = places.end_to_end();
    let lock = read(&folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&installed).is_ok_and(|there| there == lock) {
        return Ok(());
    }
    println!(
        "Installing the packages of the end-to-end tests: they drive the browser (half a minute)"
    );
    toolbox
        .program(
            "npm",
            "run `npm ci` in tests/e2e yourself and read what it says",
        )
        .args(["ci", "--no-audit", "--no-fund"])
        .within(&folder)
        // The browser is the machine's own.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .quietly()?;
    fs::write(&installed, lock).map_err(|error| file_trouble("write", &installed, &error))
}

fn read(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|error| file_trouble("read", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_told_in_one_line() {
        let counts = Counts {
            passed: 61,
            failed: 2,
            skipped: 1,
        };
        assert_eq!(
            line(Tier::EndToEnd, counts, Duration::from_millis(40_250)),
            "e2e           FAILED  61 passed, 2 failed, 1 not run in 40.2 s"
        );
        assert_eq!(
            line(Tier::Format, Counts::ONE_PASSED, Duration::from_millis(800)),
            "format        ok      1 passed, 0 failed in 0.8 s"
        );
    }

    #[test]
    fn quick_tiers_come_first_and_soak_and_live_are_never_chosen_by_themselves() {
        assert_eq!(Tier::ALL.first(), Some(&Tier::Format));
        let unusual = Tier::ALL.into_iter().filter(|tier| !tier.is_usual());
        assert_eq!(unusual.collect::<Vec<_>>(), [Tier::Soak, Tier::Live]);
        assert_eq!(Tier::ALL.last(), Some(&Tier::Live));
    }

    #[test]
    fn a_run_that_breaks_off_is_a_failure_however_much_passed() {
        let counts = |passed, failed| Counts {
            passed,
            failed,
            skipped: 0,
        };
        let broken = || Err(Trouble::new("`x` failed (exit code 101)", "mend it"));
        assert_eq!(verdict(counts(3, 0), Ok(()), "x"), Ok(counts(3, 0)));
        assert_eq!(verdict(counts(3, 0), broken(), "x"), Ok(counts(3, 1)));
        assert_eq!(verdict(counts(3, 2), broken(), "x"), Ok(counts(3, 2)));
        assert_eq!(
            verdict(counts(0, 0), broken(), "x"),
            broken().map(|()| counts(0, 0))
        );
        assert_eq!(
            verdict(counts(0, 0), Ok(()), "x").unwrap_err().what,
            "`x` ran no test"
        );
    }
}
