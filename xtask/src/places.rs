//! [`Places`]: where everything lies.

use std::env;
use std::path::{Path, PathBuf};

/// The folders that the commands work in.
#[derive(Debug, Clone)]
pub struct Places {
    /// The repository.
    pub root: PathBuf,
    /// Cargo's target folder, ours included; never committed.
    pub target: PathBuf,
}

impl Places {
    /// Found from where cargo built this program.
    pub fn here() -> Self {
        let own = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.parent().map_or_else(|| own.clone(), Path::to_path_buf);
        let target = target_of_this_program().unwrap_or_else(|| root.join("target"));
        Self { root, target }
    }

    /// The built release app.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The app as `cargo xtask dev` builds it.
    pub fn dev_dist(&self) -> PathBuf {
        self.target.join("xtask").join("dev")
    }

    /// What the release app in [`Self::dist`] was built from.
    pub fn stamp(&self) -> PathBuf {
        self.target.join("xtask").join("app.stamp")
    }

    /// The archives for whoever runs a server.
    pub fn archives(&self) -> PathBuf {
        self.target.join("archives")
    }

    /// An archive as whoever runs a server unpacks it.
    pub fn unpacked(&self) -> PathBuf {
        self.target.join("xtask").join("unpacked")
    }

    /// Tools that must not replace the user's own.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The sandbox program, once built.
    pub fn sandbox(&self) -> PathBuf {
        self.target
            .join("debug")
            .join(format!("sandbox{}", env::consts::EXE_SUFFIX))
    }

    /// The events of the sandbox, unless `--data` names another file.
    pub fn sandbox_data(&self) -> PathBuf {
        self.target.join("sandbox").join("events.db")
    }

    /// The end-to-end tests.
    pub fn end_to_end(&self) -> PathBuf {
        self.root.join("tests").join("e2e")
    }

    /// `path` as a person in the repository would type it.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

/// Cargo marks its target folder, wherever the user has put it.
fn target_of_this_program() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .map(Path::to_path_buf)
}
