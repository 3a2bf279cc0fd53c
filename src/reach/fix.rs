//! What has to be written where, for this very page and server.

use std::fmt::Write as _;

use super::Trial;

/// A remedy that can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// The proxy before authentik lets this page read the API.
    Allow,
    /// The server of this page hands the API on, so that nobody needs leave.
    PassOn,
    /// The policy of this page names the server.
    Connect,
    /// A command that says more than a browser does.
    Ask,
}

/// What a server or proxy is configured as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// nginx
    Nginx,
    /// Caddy
    Caddy,
    /// Traefik, by labels.
    Traefik,
}

/// What authentik is called where nothing else is known.
const ANY_SERVER: &str = "authentik.example.com";

/// The headers that authentik's proxy has to add, for every front.
const METHODS: &str = "GET, POST, OPTIONS";
const HEADERS: &str = "authorization, content-type";
const EXPOSED: &str = "X-authentik-id, Retry-After, Date";
const MAX_AGE: &str = "600";

impl Front {
    /// All, in the order of the choice.
    pub const ALL: [Self; 3] = [Self::Nginx, Self::Caddy, Self::Traefik];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "Caddy",
            Self::Traefik => "Traefik",
        }
    }
}

impl Fix {
    /// Whether it is written in another way for each [`Front`].
    pub fn has_fronts(self) -> bool {
        matches!(self, Self::Allow | Self::PassOn)
    }

    /// Where it belongs.
    pub fn place(self, trial: &Trial) -> String {
        match self {
            Self::Allow => format!("At {}, before authentik", trial.base.host()),
            Self::PassOn => {
                let mut place = format!("At {}, which serves this page", host_of(&trial.page));
                if trial.is_own() {
                    // Writing to a string does not fail.
                    let _ = write!(place, "; {ANY_SERVER} stands for your authentik");
                }
                place
            }
            Self::Connect => "In the Content-Security-Policy of this page".to_owned(),
            Self::Ask => "In a shell on this computer".to_owned(),
        }
    }

    /// What is to be written there.
    pub fn text(self, front: Front, trial: &Trial) -> String {
        match self {
            Self::Allow => allow(front, trial),
            Self::PassOn => pass_on(front, trial),
            Self::Connect => format!("connect-src 'self' {}", trial.base.origin()),
            Self::Ask => format!(
                "curl -v -H 'Origin: {}' '{}'",
                trial.page,
                trial.base.url("root/config/")
            ),
        }
    }
}

/// `events.example.com` of `https://events.example.com`.
fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// The path of the API on its server: `/api/v3/`, or below what the server is reached under.
fn api_path(trial: &Trial) -> String {
    let path = trial.base.url("");
    path.strip_prefix(trial.base.origin())
        .unwrap_or(&path)
        .to_owned()
}

fn allow(front: Front, trial: &Trial) -> String {
    let (page, path) = (&trial.page, api_path(trial));
    match front {
        Front::Nginx => format!(
            r#"location {path} {{
    if ($http_access_control_request_method) {{
        add_header Access-Control-Allow-Origin "{page}" always;
        add_header Access-Control-Allow-Methods "{METHODS}" always;
        add_header Access-Control-Allow-Headers "{HEADERS}" always;
        add_header Access-Control-Max-Age {MAX_AGE} always;
        add_header Vary Origin always;
        return 204;
    }}
    add_header Access-Control-Allow-Origin "{page}" always;
    add_header Access-Control-Expose-Headers "{EXPOSED}" always;
    add_header Vary Origin always;
    # From here as in the location that passes everything on to authentik:
    proxy_pass http://127.0.0.1:9000;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $remote_addr;
}}
"#
        ),
        Front::Caddy => format!(
            r#"@eventide path {path}*
header @eventide {{
    Access-Control-Allow-Origin "{page}"
    Access-Control-Allow-Methods "{METHODS}"
    Access-Control-Allow-Headers "{HEADERS}"
    Access-Control-Expose-Headers "{EXPOSED}"
    Access-Control-Max-Age {MAX_AGE}
    +Vary Origin
}}
@preflight {{
    path {path}*
    method OPTIONS
    header Access-Control-Request-Method *
}}
respond @preflight 204
# and below it the reverse_proxy to authentik, as it is
"#
        ),
        Front::Traefik => {
            let mut labels = String::from("# labels of authentik's server container\n");
            for (key, value) in [
                ("accessControlAllowOriginList", page.as_str()),
                ("accessControlAllowMethods", METHODS),
                ("accessControlAllowHeaders", HEADERS),
                ("accessControlExposeHeaders", EXPOSED),
                ("accessControlMaxAge", MAX_AGE),
                ("addVaryHeader", "true"),
            ] {
                // Writing to a string does not fail. A list has no blanks in a label.
                let value = value.replace(", ", ",");
                let _ = writeln!(
                    labels,
                    "- \"traefik.http.middlewares.eventide.headers.{key}={value}\""
                );
            }
            labels + "- \"traefik.http.routers.authentik.middlewares=eventide\"\n"
        }
    }
}

fn pass_on(front: Front, trial: &Trial) -> String {
    let host = host_of(&trial.page);
    let known = !trial.is_own();
    let server = if known {
        trial.base.origin().to_owned()
    } else {
        format!("https://{ANY_SERVER}")
    };
    let name = if known { trial.base.host() } else { ANY_SERVER };
    match front {
        Front::Nginx => format!(
            "location /api/v3/ {{
    proxy_pass {server};
    proxy_ssl_server_name on;
    proxy_set_header Host {name};
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header Cookie \"\";
    proxy_read_timeout 65s;
    client_max_body_size 32m;
}}
"
        ),
        Front::Caddy => format!(
            "handle /api/v3/* {{
    reverse_proxy {server} {{
        header_up Host {name}
        header_up -Cookie
    }}
}}
"
        ),
        Front::Traefik => format!(
            "# labels of authentik's server container
- \"traefik.http.routers.eventide-api.rule=Host(`{host}`) && PathPrefix(`/api/v3/`)\"
- \"traefik.http.routers.eventide-api.service=authentik\"
- \"traefik.http.routers.eventide-api.middlewares=eventide-api\"
- \"traefik.http.middlewares.eventide-api.headers.customRequestHeaders.Cookie=\"
- \"traefik.http.services.authentik.loadBalancer.server.port=9000\"
"
        ),
    }
}
