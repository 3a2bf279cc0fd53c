//! Builds and runs the sandbox: the embedded events API, which serves the app as well.

use std::path::Path;
use std::time::Instant;

use crate::arguments::{DataKept, Serve};
use crate::places::Places;
use crate::program::Program;
use crate::tools::Toolbox;
use crate::trouble::{Trouble, file_trouble};

/// Builds the sandbox; cargo decides whether there is anything to do.
///
/// # Errors
/// When it does not compile.
pub fn build(toolbox: &Toolbox) -> Result<(), Trouble> {
    println!("Building the sandbox server (about two minutes the first time)");
    let begun = Instant::now();
    toolbox
        .cargo(
            "build --locked --package sandbox --bin sandbox",
            "mend what the lines above name and run it again",
        )
        .aloud()?;
    println!(
        "Built the sandbox server in {:.0} s",
        begun.elapsed().as_secs_f32()
    );
    Ok(())
}

/// The sandbox, ready to serve the app that lies in `app`.
///
/// # Errors
/// When the folder for its data cannot be made.
pub fn serving(places: &Places, app: &Path, serve: &Serve) -> Result<Program, Trouble> {
    let fix = format!(
        "if the data is the trouble, start afresh: `cargo xtask start --port {} --reset`",
        serve.port
    );
    let mut program = Program::new(places.sandbox(), fix)
        .args(["--listen", &format!("127.0.0.1:{}", serve.port)])
        .args(["--app".as_ref(), app.as_os_str()]);
    if let Some(authentik) = &serve.authentik {
        return Ok(program.args(["--proxy", authentik]));
    }
    let data = serve.data.clone().unwrap_or_else(|| places.sandbox_data());
    if let Some(folder) = data.parent() {
        std::fs::create_dir_all(folder).map_err(|error| file_trouble("create", folder, &error))?;
    }
    program = program.args(["--data".as_ref(), data.as_os_str()]);
    if let Some(events) = serve.events {
        program = program.args(["--events", &events.to_string()]);
    }
    if serve.data_kept == DataKept::Reset {
        program = program.args(["--reset"]);
    }
    Ok(program)
}
