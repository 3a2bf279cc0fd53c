//! [`Program`]: every external command goes through here.
//!
//! None of them reads from the terminal, none fails silently: a failure is a [`Trouble`] with the
//! command as it could be typed, the last lines of its output and a fix.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::trouble::Trouble;

/// How many of its last lines a failed program is quoted with.
const QUOTED_LINES: usize = 25;
/// How long children may take to end by themselves when we are stopped.
const GRACE: Duration = Duration::from_secs(3);

/// An external command, not yet running.
#[derive(Debug)]
pub struct Program {
    command: Command,
    shown: String,
    fix: String,
}

/// What a finished program wrote, both streams together, without colours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Its lines, oldest first.
    pub lines: Vec<String>,
}

impl Output {
    /// Everything it wrote, as one text.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

impl Program {
    /// The program of this name or path. `fix` is what to do when it fails for a reason of its own.
    pub fn new(name: impl AsRef<OsStr>, fix: impl Into<String>) -> Self {
        let mut command = Command::new(name.as_ref());
        command.stdin(Stdio::null());
        Self {
            command,
            shown: name.as_ref().to_string_lossy().into_owned(),
            fix: fix.into(),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of its environment.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The command as it could be typed.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs it to its end and shows nothing.
    ///
    /// # Errors
    /// When it cannot be started or ends with anything but success.
    pub fn quietly(self) -> Result<Output, Trouble> {
        self.run(Echo::No)
    }

    /// Runs it to its end and shows what it writes as it writes it.
    ///
    /// # Errors
    /// When it cannot be started or ends with anything but success.
    pub fn aloud(self) -> Result<Output, Trouble> {
        self.run(Echo::Yes)
    }

    /// Like [`Self::aloud`], but a program that ends without success still gives its output:
    /// a test run with failures has counts worth reading.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn aloud_whatever_comes(self) -> Result<(Output, Result<(), Trouble>), Trouble> {
        self.finish(Echo::Yes)
    }

    fn run(self, echo: Echo) -> Result<Output, Trouble> {
        let (output, ending) = self.finish(echo)?;
        ending.map(|()| output)
    }

    fn finish(mut self, echo: Echo) -> Result<(Output, Result<(), Trouble>), Trouble> {
        // One pipe for both streams, so that the lines stand in the order in which they came.
        let (reader, writer) = std::io::pipe().map_err(|error| self.unstartable(&error))?;
        let error_writer = writer
            .try_clone()
            .map_err(|error| self.unstartable(&error))?;
        self.command.stdout(writer).stderr(error_writer);
        let child = self.spawn()?;
        // Our own ends for writing have to close, or the reader would wait for us as well.
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running::watch(child);
        let lines = follow(reader, echo);
        let status = running.wait().map_err(|error| self.unstartable(&error))?;
        let ending = if status.success() {
            Ok(())
        } else {
            Err(self.failure(status, &lines, echo))
        };
        Ok((Output { lines }, ending))
    }

    /// Starts it with our own output as its output, and does not wait.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut self) -> Result<Running, Trouble> {
        Ok(Running::watch(self.spawn()?))
    }

    fn spawn(&mut self) -> Result<Child, Trouble> {
        self.command
            .spawn()
            .map_err(|error| self.unstartable(&error))
    }

    fn unstartable(&self, error: &std::io::Error) -> Trouble {
        let fix = if error.kind() == std::io::ErrorKind::NotFound {
            "install it or put it on PATH, and run the same command again"
        } else {
            &self.fix
        };
        Trouble::new(
            format!("`{}` could not be started: {error}", self.shown),
            fix,
        )
    }

    fn failure(&self, status: ExitStatus, lines: &[String], echo: Echo) -> Trouble {
        let quoted = lines
            .iter()
            .rev()
            .take(QUOTED_LINES)
            .rev()
            .cloned()
            .collect::<Vec<_>>();
        let fix = known_fix(&quoted).unwrap_or(&self.fix).to_owned();
        Trouble {
            what: format!("`{}` failed ({})", self.shown, ending(status)),
            // Already on the screen, right above.
            output: if echo == Echo::Yes {
                Vec::new()
            } else {
                quoted
            },
            fix,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    Yes,
    No,
}

fn ending(status: ExitStatus) -> String {
    status
        .code()
        .map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}

/// The fix for causes that any program can meet, read from the lines that it ended with.
fn known_fix(lines: &[String]) -> Option<&'static str> {
    const NETWORK: [&str; 12] = [
        "Could not resolve host",
        "Couldn't resolve host",
        "failed to lookup address",
        "Temporary failure in name resolution",
        "Temporary failure resolving",
        "network failure seems to have happened",
        "spurious network error",
        "Failed to connect to",
        "Could not connect to server",
        "EAI_AGAIN",
        "ENOTFOUND",
        "ECONNREFUSED",
    ];
    let says = |words: &[&str]| {
        lines
            .iter()
            .any(|line| words.iter().any(|word| line.contains(word)))
    };
    if says(&NETWORK) {
        return Some(
            "connect to the internet (or set HTTPS_PROXY) and run the same command again; what was finished is kept",
        );
    }
    if says(&["No space left on device"]) {
        return Some("make room on the disk and run the same command again");
    }
    if says(&["Could not get lock /var/lib", "Unable to acquire the dpkg"]) {
        return Some(
            "wait until the other package manager has finished and run the same command again",
        );
    }
    None
}

/// Every line of `stream`, until its end.
fn follow(stream: impl Read, echo: Echo) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    let mut lines = Vec::new();
    let mut bytes = Vec::new();
    while stream
        .read_until(b'\n', &mut bytes)
        .is_ok_and(|count| count > 0)
    {
        if echo == Echo::Yes {
            // A closed terminal is no reason to stop the work.
            let _ = std::io::stdout().lock().write_all(&bytes);
        }
        lines.push(without_colours(String::from_utf8_lossy(&bytes).trim_end()));
        bytes.clear();
    }
    lines
}

/// `line` without terminal colours and other escape sequences.
pub fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // ESC [ … letter
            characters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

/// A program that runs beside us. Stopped when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Arc<Mutex<Child>>,
}

impl Running {
    fn watch(child: Child) -> Self {
        let child = Arc::new(Mutex::new(child));
        CHILDREN
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&child));
        Self { child }
    }

    /// How it ended, if it has.
    pub fn ended(&self) -> Option<ExitStatus> {
        self.lock().try_wait().ok().flatten()
    }

    /// Waits until it ends.
    ///
    /// # Errors
    /// When the system does not say how it ended.
    pub fn wait(&self) -> std::io::Result<ExitStatus> {
        loop {
            // The lock is let go between looks, so that a stop can reach the child.
            if let Some(status) = self.lock().try_wait()? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        stop(&self.child);
        CHILDREN
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|child| !Arc::ptr_eq(child, &self.child));
    }
}

static CHILDREN: Mutex<Vec<Arc<Mutex<Child>>>> = Mutex::new(Vec::new());
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether we were asked to stop (Ctrl-C, or a signal to end).
pub fn stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// From now on Ctrl-C, or a signal to end, stops our children before us.
pub fn stop_children_with_us() {
    // Only fails when a handler is set already; then children still get the terminal's own Ctrl-C.
    let _ = ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::SeqCst) {
            return;
        }
        thread::spawn(|| {
            // A terminal has told the children as well; a supervisor may have told only us.
            if std::io::stdin().is_terminal() {
                thread::sleep(GRACE);
            }
            let children = CHILDREN.lock().unwrap_or_else(PoisonError::into_inner);
            children.iter().for_each(stop);
        });
    });
}

fn stop(child: &Arc<Mutex<Child>>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    if child.try_wait().is_ok_and(|status| status.is_some()) {
        return;
    }
    // Asked first: a sandbox writes its data down, a test run ends its browsers.
    if cfg!(unix) {
        let asked = Command::new("kill")
            .arg(child.id().to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if asked.is_ok_and(|status| status.success()) {
            for _ in 0..100 {
                if child.try_wait().is_ok_and(|status| status.is_some()) {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
    // Both only fail when it has ended meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}

/// Where a child of ours would find `name`, looking through `path` in order.
pub fn on_path(name: &str, path: &OsStr) -> Option<std::path::PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path)
        .map(|folder| folder.join(&file))
        .find(|candidate| is_runnable(candidate))
}

fn is_runnable(file: &Path) -> bool {
    let Ok(about) = file.metadata() else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        about.is_file() && about.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        about.is_file()
    }
}

/// `PATH` of this process.
pub fn own_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_of_a_line() {
        assert_eq!(
            without_colours("\u{1b}[1;32m   Compiling\u{1b}[0m leptos"),
            "   Compiling leptos"
        );
        assert_eq!(without_colours("plain [1m text"), "plain [1m text");
    }

    #[test]
    fn a_failed_program_is_quoted_with_its_last_lines_and_the_fix() {
        let trouble = Program::new("sh", "mend it")
            .args(["-c", "echo one; echo two >&2; exit 3"])
            .quietly()
            .unwrap_err();
        assert_eq!(
            trouble.what,
            "`sh -c echo one; echo two >&2; exit 3` failed (exit code 3)"
        );
        assert_eq!(trouble.output, ["one", "two"]);
        assert_eq!(trouble.fix, "mend it");
    }

    #[test]
    fn a_missing_network_has_its_own_fix() {
        let trouble = Program::new("sh", "mend it")
            .args([
                "-c",
                "echo 'curl: (6) Could not resolve host: example.org' >&2; exit 6",
            ])
            .quietly()
            .unwrap_err();
        assert!(
            trouble.fix.starts_with("connect to the internet"),
            "{}",
            trouble.fix
        );
    }

    #[test]
    fn a_program_that_is_not_there_says_so() {
        let trouble = Program::new("no-such-program-here", "unused")
            .quietly()
            .unwrap_err();
        assert!(
            trouble
                .what
                .starts_with("`no-such-program-here` could not be started"),
            "{}",
            trouble.what
        );
        assert!(trouble.fix.starts_with("install it"), "{}", trouble.fix);
    }

    #[test]
    fn output_survives_a_failure_when_asked_for() {
        let (output, ending) = Program::new("sh", "mend it")
            .args(["-c", "echo counted; exit 1"])
            .aloud_whatever_comes()
            .unwrap();
        assert_eq!(output.lines, ["counted"]);
        assert!(ending.is_err());
    }
}
