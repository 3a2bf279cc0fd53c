//! The web servers that the archive has configurations for: the tests start both.

use std::path::{Path, PathBuf};

use crate::debian;
use crate::places::Places;
use crate::program::{Program, on_path, own_path};
use crate::trouble::Trouble;

/// nginx and Caddy, as they are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers {
    /// nginx itself.
    pub nginx: PathBuf,
    /// Its module that gives out brotli forms, of the same build.
    pub brotli: PathBuf,
    /// Caddy.
    pub caddy: PathBuf,
}

const PACKAGES: [&str; 3] = ["nginx", "libnginx-mod-http-brotli-static", "caddy"];
const BROTLI: &str = "usr/lib/nginx/modules/ngx_http_brotli_static_module.so";
const FIX: &str = "run `sudo apt-get install nginx libnginx-mod-http-brotli-static caddy`, or install both and name them in EVENTIDE_NGINX, EVENTIDE_NGINX_BROTLI (the module ngx_http_brotli_static_module.so of the same nginx) and EVENTIDE_CADDY";

/// Finds both servers, or fetches them where that can be done.
///
/// # Errors
/// When one is missing and cannot be fetched, or does not start.
pub fn ready(places: &Places) -> Result<Servers, Trouble> {
    let unpacked = places.tools().join("servers");
    let find = || find(&unpacked);
    if find().is_none() && debian::can_unpack() && PACKAGES.iter().all(|name| debian::offers(name))
    {
        println!("Fetching nginx and Caddy: the tests put them before the app (a few seconds)");
        debian::unpack(&PACKAGES, &unpacked)?;
    }
    let servers = find().ok_or_else(|| {
        Trouble::new(
            "the tests of the archive need nginx with its brotli module and Caddy, and at least one of them is not here",
            FIX,
        )
    })?;
    Program::new(&servers.nginx, FIX).args(["-v"]).quietly()?;
    Program::new(&servers.caddy, FIX)
        .args(["version"])
        .quietly()?;
    Ok(servers)
}

fn find(unpacked: &Path) -> Option<Servers> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let root = Path::new("/");
    // nginx and its module belong together.
    let pair = |nginx: PathBuf, brotli: PathBuf| {
        (nginx.is_file() && brotli.is_file()).then_some((nginx, brotli))
    };
    let (nginx, brotli) = named("EVENTIDE_NGINX")
        .zip(named("EVENTIDE_NGINX_BROTLI"))
        .or_else(|| pair(root.join("usr/sbin/nginx"), root.join(BROTLI)))
        .or_else(|| pair(unpacked.join("usr/sbin/nginx"), unpacked.join(BROTLI)))?;
    let caddy = named("EVENTIDE_CADDY")
        .or_else(|| on_path("caddy", &own_path()))
        .or_else(|| Some(unpacked.join("usr/bin/caddy")).filter(|file| file.is_file()))?;
    Some(Servers {
        nginx,
        brotli,
        caddy,
    })
}
