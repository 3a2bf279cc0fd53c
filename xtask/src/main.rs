//! `cargo xtask`: everything that is done with this repository, on any machine with Rust.
//!
//! - [`arguments`] reads the command line into a [`Task`].
//! - [`tools`] finds or installs what a build needs; [`debian`] and [`chromium`] help it.
//! - [`app`] builds the app with Trunk, which calls back into [`seal`] for the last step.
//! - [`dist`] packs what is built for whoever runs a server.
//! - [`sbom`] lists what is in the app.
//! - [`sandbox`] builds and runs the server; [`serve`] is `start` and `dev`.
//! - [`servers`] finds or fetches the web servers that the tests put before the app.
//! - [`mod@test`] runs the tiers and counts; it measures, too.
//! - [`program`] runs every external command, and [`trouble`] is what any of this can fail with.

mod app;
mod arguments;
mod chromium;
mod debian;
mod dist;
mod places;
mod program;
mod sandbox;
mod sbom;
mod seal;
mod serve;
mod servers;
mod test;
mod tools;
mod trouble;

use std::process::ExitCode;

use arguments::Task;
use trouble::Trouble;

fn main() -> ExitCode {
    program::stop_children_with_us();
    let ending = Task::read(std::env::args().skip(1)).and_then(run);
    if program::stopped() {
        // Whoever stops a program does not want to hear that it did not finish.
        return ExitCode::from(130);
    }
    match ending {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode, Trouble> {
    match task {
        Task::Help => print!("{}", arguments::HELP),
        Task::Start(serve) => serve::start(&serve)?,
        Task::Dev(serve) => serve::dev(&serve)?,
        Task::Build => {
            let places = places::Places::here();
            app::build(&places, &tools::for_the_app(&places)?)?;
            println!("The release app is in {}", places.shown(&places.dist()));
        }
        Task::Dist => {
            let places = places::Places::here();
            let archive = dist::make(&places, &tools::for_the_app(&places)?)?;
            println!(
                "Made {}: {} files, {} bytes\nSHA-384 {}",
                places.shown(&archive.path),
                archive.files,
                archive.size,
                archive.hash
            );
        }
        Task::Seal => seal::run()?,
        Task::Sbom => {
            let places = places::Places::here();
            sbom::write(&places, &tools::Toolbox::new(&places))?;
        }
        Task::Test(test) => return test::run(&test),
        Task::Bench { passed_on } => test::bench(&passed_on)?,
    }
    Ok(ExitCode::SUCCESS)
}
