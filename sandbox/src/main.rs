//! The sandbox as a program: options, seed, server.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use sandbox::action::Release;
use sandbox::api::Api;
use sandbox::caller;
use sandbox::clock::Clock;
use sandbox::http::app::App;
use sandbox::http::{Proxy, Sandbox, bind};
use sandbox::moment::{self, Micros, Parsed};
use sandbox::seed::{DEFAULT_EVENTS, MOST_EVENTS, Seed};
use sandbox::store::Store;

const HELP: &str = "\
An embedded stand-in for authentik's events API.

Usage: sandbox [OPTIONS]

  --listen ADDRESS:PORT  where to answer (default 127.0.0.1:9100; port 0 takes a free one)
  --data FILE            keep the events in a file (default: in memory)
  --events N             so many events to start with, up to 1000000 (default 2000)
  --reset                forget what is in the file and start anew
  --release VERSION      know only the actions of an older authentik, as in 2025.10
  --now MOMENT           the events end here and the clock stands still (default: the machine's time)
  --app DIR              serve the built app in DIR on the same address
  --connect-src ORIGIN   let the app call this origin too (may be repeated)
  --live-reload          reload the app's page when DIR changes
  --proxy URL            hand API requests on to a real authentik
  --token SECRET         know this token of an administrator too
  --faults               open /__faults, /__log, /__reset and /__events for tests
  --help                 this text
";

#[derive(Debug)]
struct Options {
    listen: String,
    data: Option<PathBuf>,
    events: usize,
    reset: bool,
    release: Release,
    now: Option<Micros>,
    app: Option<PathBuf>,
    connect: Vec<String>,
    live_reload: bool,
    proxy: Option<String>,
    token: Option<String>,
    faults: bool,
}

impl Options {
    /// Reads the command line. `Ok(None)` when only help was wanted.
    fn read(arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
        let mut options = Options {
            listen: "127.0.0.1:9100".to_owned(),
            data: None,
            events: DEFAULT_EVENTS,
            reset: false,
            release: Release::default(),
            now: None,
            app: None,
            connect: Vec::new(),
            live_reload: false,
            proxy: None,
            token: None,
            faults: false,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let (name, mut given) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || {
                given
                    .take()
                    .or_else(|| arguments.next())
                    .ok_or_else(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--listen" => options.listen = value()?,
                "--data" => options.data = Some(PathBuf::from(value()?)),
                "--events" => {
                    let text = value()?;
                    options.events = text
                        .parse()
                        .ok()
                        .filter(|events| *events <= MOST_EVENTS)
                        .ok_or_else(|| {
                            format!("--events takes a number up to {MOST_EVENTS}, not {text}")
                        })?;
                }
                "--reset" => options.reset = true,
                "--release" => {
                    let text = value()?;
                    options.release = Release::named(&text).ok_or_else(|| {
                        format!("--release takes a version like 2025.10, not {text}")
                    })?;
                }
                "--now" => {
                    let text = value()?;
                    options.now = match moment::parse_datetime(&text) {
                        Parsed::Moment(moment) => Some(moment),
                        Parsed::WrongFormat | Parsed::OutOfRange => {
                            return Err(format!(
                                "--now takes a moment like 2026-11-22T10:00:00Z, not {text}"
                            ));
                        }
                    };
                }
                "--app" => options.app = Some(PathBuf::from(value()?)),
                "--connect-src" => options.connect.push(value()?),
                "--live-reload" => options.live_reload = true,
                "--proxy" => options.proxy = Some(value()?),
                "--token" => options.token = Some(value()?),
                "--faults" => options.faults = true,
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("{other} is no option: sandbox --help lists them")),
            }
        }
        Ok(Some(options))
    }
}

fn main() -> ExitCode {
    let outcome = match Options::read(std::env::args().skip(1)) {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Err(message) => Err(message),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("sandbox: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        let address = address(&options.listen)?;
        // Before the seed, which may take a while: a taken port is said at once.
        let listener = bind(address).await?;
        let bound = listener
            .local_addr()
            .map_err(|error| format!("cannot listen: {error}"))?;
        let sandbox = sandbox(options)?;
        say(format_args!("listening http://{bound}"));
        if let Some(target) = &options.proxy {
            say(format_args!(
                "API requests go to {target}: use a token of that server"
            ));
        } else {
            for token in caller::tokens() {
                say(format_args!("token {:<30} {}", token.secret, token.purpose));
            }
        }
        sandbox.serve(listener, shutdown()).await;
        Ok::<(), String>(())
    })?;
    // What still runs belongs to connections that nobody waits for.
    runtime.shutdown_background();
    Ok(())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .ok_or_else(|| {
            format!("--listen takes an address and a port like 127.0.0.1:9100, not {text}")
        })
}

fn sandbox(options: &Options) -> Result<Sandbox, String> {
    let clock = options.now.map_or_else(Clock::system, Clock::fixed);
    let seed = Seed::of(options.events);
    let store = store(options)?;
    if options.proxy.is_none()
        && store
            .is_empty()
            .map_err(|error| format!("the store failed: {error}"))?
    {
        let start = Instant::now();
        let progress = |count| {
            eprintln!(
                "{count} events after {:.0} s",
                start.elapsed().as_secs_f32()
            )
        };
        store
            .fill(
                seed.events(clock.now())
                    .filter(|event| options.release.writes(&event.action)),
                progress,
            )
            .map_err(|error| format!("the store failed: {error}"))?;
    }
    let mut sandbox = Sandbox::new(
        Api {
            store,
            clock,
            tokens: caller::tokens()
                .into_iter()
                .chain(options.token.as_deref().map(caller::administrator))
                .collect(),
            release: options.release,
        },
        seed,
    );
    if let Some(directory) = &options.app {
        let app = if options.live_reload {
            App::of(directory, &options.connect)?
        } else {
            App::in_directory(directory, &options.connect)?
        };
        sandbox = sandbox.with_app(app, options.live_reload);
    }
    if let Some(target) = &options.proxy {
        sandbox = sandbox.with_proxy(Proxy::to(target)?);
    }
    if options.faults {
        sandbox = sandbox.with_faults();
    }
    Ok(sandbox)
}

fn store(options: &Options) -> Result<Store, String> {
    let Some(path) = &options.data else {
        return Store::in_memory().map_err(|error| format!("the store failed: {error}"));
    };
    if options.reset {
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!("cannot remove {}: {error}", name.display()));
                }
                _ => {}
            }
        }
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    Store::in_file(path).map_err(|error| {
        format!("{} is not a sandbox's file, or cannot be opened ({error}): name another with --data, or start anew with --reset", path.display())
    })
}

/// Ends when the program is asked to.
async fn shutdown() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        if let Ok(mut terminate) =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

/// One line for whoever started it; nobody need read it.
fn say(line: std::fmt::Arguments<'_>) {
    use std::io::Write as _;

    let _ = writeln!(std::io::stdout(), "{line}");
}
