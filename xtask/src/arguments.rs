//! [`Task`]: what the person asked for.

use std::path::PathBuf;

use crate::test::Tier;
use crate::trouble::Trouble;

/// The port that the sandbox listens on unless told otherwise.
pub const PORT: u16 = 8300;

/// `cargo xtask help`.
pub const HELP: &str = "\
Eventide's commands.

cargo xtask start    build the release app and the sandbox server, and serve both on 127.0.0.1
    --port N             listen on this port (8300)
    --data FILE          keep the events in this file (target/sandbox/events.db)
    --events N           how many events a new file starts with (2000)
    --reset              throw the file away first
    --open               open the app in the default browser
    --authentik URL      serve the app with a real authentik behind it instead of the sandbox's events

cargo xtask dev      the same with a development build: rebuilds and reloads the page on every change
    --port N, --data FILE, --events N, --reset, --open, --authentik URL

cargo xtask build    build the release app into dist/ and hold it to its size

cargo xtask dist     pack the release app, examples for servers and their documentation into one archive

cargo xtask sbom     list every crate that is in the app, with version, license and checksum (CycloneDX)

cargo xtask test     run every tier: format, lint, docs, native, supply, browser-lint, build, browser, e2e, deploy
    --tier NAME          only this tier; may be given more than once
    --tier soak          what takes minutes: exports of 100,000 events, LibreOffice, all of e2e
                         through nginx and Caddy
    --tier live --authentik URL --token-file FILE
                         drive the built app against a real authentik; writes one event there
    -- ARGUMENTS         passed on to the test runner of a single tier

cargo xtask bench    measure the list over 100,000 events beside one written by hand; judges nothing
    -- NAME              only the measurements whose name holds this

Whatever a command needs and does not find it installs, after saying so.
";

/// One command line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Print [`HELP`].
    Help,
    /// Serve the release app.
    Start(Serve),
    /// Serve a development build, reloading.
    Dev(Serve),
    /// Build the release app.
    Build,
    /// Pack the release app for whoever runs a server.
    Dist,
    /// Finish what Trunk has built; Trunk runs this one.
    Seal,
    /// List what is in the app.
    Sbom,
    /// Run tests.
    Test(Test),
    /// Measure how fast the list is.
    Bench {
        /// For the script that measures.
        passed_on: Vec<String>,
    },
}

/// How to serve the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The file with the events.
    pub data: Option<PathBuf>,
    /// How many events a new file starts with.
    pub events: Option<u32>,
    /// Whether the file is thrown away first.
    pub data_kept: DataKept,
    /// Whether a browser is opened.
    pub browser: Browser,
    /// A real server behind the app.
    pub authentik: Option<String>,
}

/// What happens to the events of the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKept {
    /// They are still there.
    Kept,
    /// A fresh file.
    Reset,
}

/// Whether the app is opened in a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// By the person.
    LeftAlone,
    /// By us.
    Opened,
}

/// Which tests to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Empty means all but `soak` and `live`.
    pub tiers: Vec<Tier>,
    /// The real server, for `live`.
    pub live: Option<Live>,
    /// For the test runner of the one tier.
    pub passed_on: Vec<String>,
}

/// A real authentik.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Its address.
    pub authentik: String,
    /// A file with a token and nothing else.
    pub token_file: PathBuf,
}

impl Task {
    /// Reads the words after `cargo xtask`.
    ///
    /// # Errors
    /// With the nearest name when a command, option or tier is not known, and when a value is
    /// missing or not what the option takes.
    pub fn read(words: impl IntoIterator<Item = String>) -> Result<Self, Trouble> {
        let mut words = Words(words.into_iter().collect::<Vec<_>>().into_iter());
        let Some(command) = words.0.next() else {
            return Ok(Self::Help);
        };
        match command.as_str() {
            "help" | "--help" | "-h" => Ok(Self::Help),
            "start" => serve(words).map(|serve| serve.map_or(Self::Help, Self::Start)),
            "dev" => serve(words).map(|serve| serve.map_or(Self::Help, Self::Dev)),
            "build" => words.end(Self::Build),
            "dist" => words.end(Self::Dist),
            "seal" => words.end(Self::Seal),
            "sbom" => words.end(Self::Sbom),
            "test" => test(words),
            "bench" => bench(words),
            unknown => Err(unheard_of(
                "command",
                unknown,
                &[
                    "start", "dev", "build", "dist", "sbom", "test", "bench", "help",
                ],
            )),
        }
    }
}

/// `None` is a call for help.
fn serve(mut words: Words) -> Result<Option<Serve>, Trouble> {
    const OPTIONS: [&str; 6] = [
        "--port",
        "--data",
        "--events",
        "--reset",
        "--open",
        "--authentik",
    ];
    let mut serve = Serve {
        port: PORT,
        data: None,
        events: None,
        data_kept: DataKept::Kept,
        browser: Browser::LeftAlone,
        authentik: None,
    };
    while let Some(option) = words.option() {
        match option.name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--port" => serve.port = words.number(&option, "a port between 1 and 65535")?,
            "--data" => serve.data = Some(words.value(&option, "a file")?.into()),
            "--events" => serve.events = Some(words.number(&option, "a number of events")?),
            "--reset" => serve.data_kept = option.switch(DataKept::Reset)?,
            "--open" => serve.browser = option.switch(Browser::Opened)?,
            "--authentik" => serve.authentik = Some(words.address(&option)?),
            unknown => return Err(unheard_of("option", unknown, &OPTIONS)),
        }
    }
    if serve.port == 0 {
        return Err(Trouble::new(
            "0 is not a port",
            "choose one between 1 and 65535",
        ));
    }
    Ok(Some(serve))
}

fn test(mut words: Words) -> Result<Task, Trouble> {
    const OPTIONS: [&str; 3] = ["--tier", "--authentik", "--token-file"];
    let mut tiers = Vec::new();
    let mut authentik = None;
    let mut token_file = None;
    let mut passed_on = Vec::new();
    while let Some(option) = words.option() {
        match option.name.as_str() {
            "--help" | "-h" => return Ok(Task::Help),
            "--" => passed_on = words.0.by_ref().collect(),
            "--tier" => {
                let name = words.value(&option, "a tier")?;
                let names = Tier::ALL.map(Tier::name);
                let tier = Tier::ALL.into_iter().find(|tier| tier.name() == name);
                tiers.push(tier.ok_or_else(|| unheard_of("tier", &name, &names))?);
            }
            "--authentik" => authentik = Some(words.address(&option)?),
            "--token-file" => token_file = Some(PathBuf::from(words.value(&option, "a file")?)),
            unknown => return Err(unheard_of("option", unknown, &OPTIONS)),
        }
    }
    let live = match (authentik, token_file) {
        (Some(authentik), Some(token_file)) => Some(Live {
            authentik,
            token_file,
        }),
        (None, None) => None,
        _ => return Err(live_needs_both()),
    };
    if tiers.contains(&Tier::Live) != live.is_some() {
        return Err(live_needs_both());
    }
    if !passed_on.is_empty() && tiers.len() != 1 {
        return Err(Trouble::new(
            "arguments after `--` go to one test runner, and several tiers were asked for",
            "name one: `cargo xtask test --tier e2e -- ARGUMENTS`",
        ));
    }
    Ok(Task::Test(Test {
        tiers,
        live,
        passed_on,
    }))
}

fn bench(mut words: Words) -> Result<Task, Trouble> {
    let mut passed_on = Vec::new();
    while let Some(option) = words.option() {
        match option.name.as_str() {
            "--help" | "-h" => return Ok(Task::Help),
            "--" => passed_on = words.0.by_ref().collect(),
            unknown => return Err(unheard_of("option", unknown, &["--"])),
        }
    }
    Ok(Task::Bench { passed_on })
}

fn live_needs_both() -> Trouble {
    Trouble::new(
        "the live tier, a server and a token belong together",
        "run `cargo xtask test --tier live --authentik URL --token-file FILE`",
    )
}

struct Words(std::vec::IntoIter<String>);

/// One option as typed: `--name`, or `--name=value`.
struct Typed {
    name: String,
    value: Option<String>,
}

impl Typed {
    fn switch<T>(&self, on: T) -> Result<T, Trouble> {
        match &self.value {
            None => Ok(on),
            Some(_) => Err(Trouble::new(
                format!("{} takes no value", self.name),
                format!("write {} alone", self.name),
            )),
        }
    }
}

impl Words {
    fn option(&mut self) -> Option<Typed> {
        let word = self.0.next()?;
        Some(match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => Typed {
                name: name.to_owned(),
                value: Some(value.to_owned()),
            },
            _ => Typed {
                name: word,
                value: None,
            },
        })
    }

    fn value(&mut self, option: &Typed, what: &str) -> Result<String, Trouble> {
        let given = option
            .value
            .clone()
            .or_else(|| self.0.next().filter(|next| !next.starts_with("--")));
        given.filter(|value| !value.is_empty()).ok_or_else(|| {
            Trouble::new(
                format!("{} takes {what}", option.name),
                "see `cargo xtask help` for what each option takes",
            )
        })
    }

    fn number<N: std::str::FromStr>(&mut self, option: &Typed, what: &str) -> Result<N, Trouble> {
        let value = self.value(option, what)?;
        let digits = value.replace(['_', ','], "");
        digits.parse().map_err(|_| {
            Trouble::new(
                format!("{} takes {what}, and {value} is none", option.name),
                "see `cargo xtask help` for what each option takes",
            )
        })
    }

    fn address(&mut self, option: &Typed) -> Result<String, Trouble> {
        let value = self.value(option, "an address")?;
        if value.starts_with("http://") || value.starts_with("https://") {
            return Ok(value.trim_end_matches('/').to_owned());
        }
        Err(Trouble::new(
            format!(
                "{} takes an address that starts with http:// or https://, and {value} does not",
                option.name
            ),
            format!("write {} https://{value}", option.name),
        ))
    }

    fn end(mut self, task: Task) -> Result<Task, Trouble> {
        match self.0.next().as_deref() {
            None => Ok(task),
            Some("--help" | "-h") => Ok(Task::Help),
            Some(more) => Err(Trouble::new(
                format!("{more} is not an option of this command"),
                "see `cargo xtask help`",
            )),
        }
    }
}

fn unheard_of(what: &str, word: &str, known: &[&str]) -> Trouble {
    let nearest = known.iter().min_by_key(|name| distance(name, word));
    let fix = match nearest {
        Some(name) if distance(name, word) <= 3 => {
            format!("did you mean {name}? `cargo xtask help` lists them")
        }
        _ => format!("it is one of {}", known.join(", ")),
    };
    Trouble::new(format!("there is no {what} {word}"), fix)
}

/// How many letters must be typed, taken out or changed to turn one word into the other.
fn distance(one: &str, other: &str) -> usize {
    let other = other.chars().collect::<Vec<_>>();
    let mut row = (0..=other.len()).collect::<Vec<_>>();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (other_letter, above) in other.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(letter != *other_letter);
            diagonal = *above;
            left = changed.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task, Trouble> {
        Task::read(line.split_whitespace().map(str::to_owned))
    }

    fn check_trouble(line: &str, what: &str, fix: &str) {
        let trouble = read(line).unwrap_err();
        assert_eq!(
            (trouble.what.as_str(), trouble.fix.as_str()),
            (what, fix),
            "{line}"
        );
    }

    #[test]
    fn start_has_quiet_defaults() {
        let serve = Serve {
            port: PORT,
            data: None,
            events: None,
            data_kept: DataKept::Kept,
            browser: Browser::LeftAlone,
            authentik: None,
        };
        assert_eq!(read("start").unwrap(), Task::Start(serve.clone()));
        assert_eq!(read("dev").unwrap(), Task::Dev(serve));
    }

    #[test]
    fn every_option_of_start_is_read_in_both_spellings() {
        let expected = Task::Start(Serve {
            port: 9001,
            data: Some("here.db".into()),
            events: Some(1_000_000),
            data_kept: DataKept::Reset,
            browser: Browser::Opened,
            authentik: Some("https://id.example.com".into()),
        });
        let apart = "start --port 9001 --data here.db --events 1_000_000 --reset --open --authentik https://id.example.com/";
        let joined = "start --port=9001 --data=here.db --events=1,000,000 --reset --open --authentik=https://id.example.com";
        assert_eq!(read(apart).unwrap(), expected);
        assert_eq!(read(joined).unwrap(), expected);
    }

    #[test]
    fn test_reads_its_tiers_and_what_it_passes_on() {
        let run = |tiers: &[Tier], passed_on: &[&str]| {
            Task::Test(Test {
                tiers: tiers.to_vec(),
                live: None,
                passed_on: passed_on.iter().map(|word| (*word).to_owned()).collect(),
            })
        };
        assert_eq!(read("test").unwrap(), run(&[], &[]));
        assert_eq!(
            read("test --tier format --tier e2e").unwrap(),
            run(&[Tier::Format, Tier::EndToEnd], &[])
        );
        assert_eq!(
            read("test --tier=native -- json --nocapture").unwrap(),
            run(&[Tier::Native], &["json", "--nocapture"])
        );
    }

    #[test]
    fn bench_passes_on_what_stands_behind_the_dashes() {
        let run = |passed_on: &[&str]| Task::Bench {
            passed_on: passed_on.iter().map(|word| (*word).to_owned()).collect(),
        };
        assert_eq!(read("bench").unwrap(), run(&[]));
        assert_eq!(read("bench -- live").unwrap(), run(&["live"]));
    }

    #[test]
    fn live_takes_a_server_and_a_token_file() {
        let task = read("test --tier live --authentik http://127.0.0.1:9000/ --token-file secret")
            .unwrap();
        let Task::Test(test) = task else {
            panic!("{task:?}")
        };
        assert_eq!(
            test.live,
            Some(Live {
                authentik: "http://127.0.0.1:9000".into(),
                token_file: "secret".into()
            })
        );
        for incomplete in [
            "test --tier live",
            "test --tier live --authentik http://a",
            "test --authentik http://a --token-file b",
        ] {
            assert_eq!(
                read(incomplete).unwrap_err(),
                live_needs_both(),
                "{incomplete}"
            );
        }
    }

    #[test]
    fn build_takes_nothing() {
        assert_eq!(read("build").unwrap(), Task::Build);
        check_trouble(
            "build --path /eventide/",
            "--path is not an option of this command",
            "see `cargo xtask help`",
        );
    }

    #[test]
    fn help_is_always_near() {
        for line in [
            "",
            "help",
            "--help",
            "start --help",
            "dev -h",
            "build --help",
            "test --help",
        ] {
            assert_eq!(read(line).unwrap(), Task::Help, "{line}");
        }
    }

    #[test]
    fn a_mistyped_word_is_answered_with_the_nearest_one() {
        check_trouble(
            "strat",
            "there is no command strat",
            "did you mean start? `cargo xtask help` lists them",
        );
        check_trouble(
            "start --prot 1",
            "there is no option --prot",
            "did you mean --port? `cargo xtask help` lists them",
        );
        check_trouble(
            "test --tier browsr",
            "there is no tier browsr",
            "did you mean browser? `cargo xtask help` lists them",
        );
        check_trouble(
            "deploy-everything",
            "there is no command deploy-everything",
            "it is one of start, dev, build, dist, sbom, test, bench, help",
        );
    }

    #[test]
    fn a_wrong_value_names_what_the_option_takes() {
        check_trouble(
            "start --port many",
            "--port takes a port between 1 and 65535, and many is none",
            "see `cargo xtask help` for what each option takes",
        );
        check_trouble(
            "start --data --reset",
            "--data takes a file",
            "see `cargo xtask help` for what each option takes",
        );
        check_trouble(
            "start --port 0",
            "0 is not a port",
            "choose one between 1 and 65535",
        );
        check_trouble(
            "start --reset=yes",
            "--reset takes no value",
            "write --reset alone",
        );
        check_trouble(
            "dev --authentik id.example.com",
            "--authentik takes an address that starts with http:// or https://, and id.example.com does not",
            "write --authentik https://id.example.com",
        );
    }

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("start", "start"), 0);
        assert_eq!(distance("start", "strat"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
