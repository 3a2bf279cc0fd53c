//! Starts the app in a browser; anywhere else it says how to build it.

#[cfg(target_arch = "wasm32")]
fn main() {
    eventide::browser::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    eprintln!("Eventide runs in a browser. Build and serve it with: cargo xtask start");
    std::process::ExitCode::from(2)
}
