//! `cargo xtask start` and `cargo xtask dev`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::app;
use crate::arguments::{Browser, Serve};
use crate::places::Places;
use crate::program::{Program, Running, on_path, own_path, stopped};
use crate::sandbox;
use crate::tools;
use crate::trouble::{Trouble, file_trouble};

/// How often a waiting loop looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Serves the release app until it is stopped.
///
/// # Errors
/// When a tool is missing, the port is taken, or something does not build or run.
pub fn start(serve: &Serve) -> Result<(), Trouble> {
    let places = Places::here();
    check_port(serve.port)?;
    let toolbox = tools::for_the_app(&places)?;
    app::release(&places, &toolbox)?;
    sandbox::build(&toolbox)?;
    let server = sandbox::serving(&places, &places.dist(), serve)?.start()?;
    say_where(&places, serve);
    until_stopped(&[("the sandbox", &server)])
}

/// Serves a development build, which follows the sources, until it is stopped.
///
/// # Errors
/// When a tool is missing, the port is taken, or something does not run. A source that does not
/// compile is not an error: it is said, and the next change may mend it.
pub fn dev(serve: &Serve) -> Result<(), Trouble> {
    let places = Places::here();
    check_port(serve.port)?;
    let toolbox = tools::for_the_app(&places)?;
    sandbox::build(&toolbox)?;
    app::fetch(&toolbox)?;
    let folder = places.dev_dist();
    std::fs::create_dir_all(&folder).map_err(|error| file_trouble("create", &folder, &error))?;
    let built = folder.join("index.html");
    // What an earlier run left is not what the sources say now.
    let _ = std::fs::remove_file(&built);
    println!("Building the app; every change of it is built and shown from now on");
    let builder = app::trunk(&toolbox, &["watch", "--dist"])
        .args([folder.as_os_str()])
        .start()?;
    if !wait_for(&built, &builder) {
        return until_stopped(&[("trunk", &builder)]);
    }
    let server = sandbox::serving(&places, &folder, serve)?
        .args(["--live-reload"])
        .start()?;
    say_where(&places, serve);
    until_stopped(&[("the sandbox", &server), ("trunk", &builder)])
}

/// The first build may need more than one try. `false` when nobody builds any more.
fn wait_for(file: &Path, builder: &Running) -> bool {
    while !file.is_file() {
        if stopped() || builder.ended().is_some() {
            return false;
        }
        thread::sleep(LOOK_AGAIN);
    }
    true
}

/// Asked before the minutes of building, not after.
fn check_port(port: u16) -> Result<(), Trouble> {
    let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    if free(port) {
        return Ok(());
    }
    let other = (port.saturating_add(1)..=u16::MAX)
        .take(100)
        .find(|port| free(*port));
    Err(Trouble::new(
        format!("port {port} on 127.0.0.1 is taken by another program, or not for you"),
        match other {
            Some(other) => format!("add `--port {other}`, or end the program that has it"),
            None => "add `--port N` with a free one, or end the program that has it".to_owned(),
        },
    ))
}

fn until_stopped(running: &[(&str, &Running)]) -> Result<(), Trouble> {
    loop {
        for (name, program) in running {
            if let Some(status) = program.ended() {
                // Ctrl-C reaches everything at a terminal at once.
                thread::sleep(LOOK_AGAIN);
                if stopped() || status.success() {
                    println!("Stopped");
                    return Ok(());
                }
                return Err(Trouble::new(
                    format!("{name} ended by itself ({status})"),
                    "see what it wrote above; `--reset` starts with fresh data",
                ));
            }
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// Once the server answers, says so below what it has said itself, and opens it if asked.
fn say_where(places: &Places, serve: &Serve) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, serve.port));
    let browser = serve.browser;
    let data = match (&serve.authentik, &serve.data) {
        (Some(authentik), _) => format!("The events are those of {authentik}"),
        (None, Some(data)) => format!("The events stay in {}", data.display()),
        (None, None) => format!(
            "The events stay in {}",
            places.shown(&places.sandbox_data())
        ),
    };
    thread::spawn(move || {
        // It listens at once, and answers when its events are made up.
        while !answers(address) {
            if stopped() {
                return;
            }
            thread::sleep(LOOK_AGAIN);
        }
        println!("\nEventide is at http://{address}/\n{data}. Ctrl-C stops it.");
        if browser == Browser::Opened {
            open(&format!("http://{address}/"));
        }
    });
}

/// Whether an HTTP server gives any answer there.
pub fn answers(address: SocketAddr) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        stream.read_exact(&mut [0; 4])
    };
    ask().is_ok()
}

fn open(address: &str) {
    let opener = ["xdg-open", "open"]
        .into_iter()
        .find(|name| on_path(name, &own_path()).is_some());
    let opened = opener.map(|name| Program::new(name, "").args([address]).quietly());
    if !matches!(opened, Some(Ok(_))) {
        println!("Found nothing that opens a browser; open {address} yourself");
    }
}
