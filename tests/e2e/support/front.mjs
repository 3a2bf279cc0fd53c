// nginx or Caddy, as the distribution has them, before a sandbox: with the configuration that is in
// the archive, and of it only what is one machine's own is changed: ports, folders, host names.
// TLS is left out: browsers treat 127.0.0.1 as they treat https.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function setting(name, what) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: it names ${what}. "cargo xtask test --tier deploy" sets it.`);
  if (!existsSync(value)) throw new Error(`${name} names ${value}, which does not exist.`);
  return value;
}

/** The unpacked archive. */
export const archive = () => setting('EVENTIDE_ARCHIVE', 'the unpacked archive of cargo xtask dist');

/** A port on 127.0.0.1 that nobody has. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** `host:port` of an address. */
const hostOf = (address) => new URL(address).host;

/** The files in a folder, changed one by one; each change has to find something in one of them. */
function rewrite(folder, files, changes) {
  const found = new Set();
  for (const file of files) {
    let text = readFileSync(join(folder, file), 'utf8');
    for (const [from, to] of changes) {
      text = text.replaceAll(from, () => {
        found.add(from);
        return to;
      });
    }
    writeFileSync(join(folder, file), text);
  }
  const missed = changes.filter(([from]) => !found.has(from)).map(([from]) => String(from));
  if (missed.length) throw new Error(`The shipped configuration no longer has ${missed.join(', ')}; tests/e2e/support/front.mjs looks for it.`);
}

const nginx = {
  files: { 'same-origin': 'same-origin.conf', 'own-origin': 'own-origin.conf', 'authentik-cors': 'authentik-cors.conf' },

  prepare({ folder, site, port, base, app, authentik, origin, connect }) {
    cpSync(join(archive(), 'deploy/nginx'), folder, { recursive: true });
    const changes = [
      [/^ *(listen \[::\]|ssl_).*\n/gm, ''],
      ['listen 443 ssl http2;', `listen 127.0.0.1:${port};`],
      ['/etc/nginx/', `${folder}/`],
    ];
    if (site !== 'authentik-cors') {
      changes.push(
        ['listen 80;', `listen unix:${folder}/80;`],
        ['/srv/eventide/app/', `${app}/`],
        ['/var/log/nginx/', `${folder}/`],
        ['server_name events.example.com;', 'server_name 127.0.0.1;'],
      );
      if (base !== '/') changes.push(['at-root.conf', 'below-path.conf']);
    }
    if (authentik) changes.push(['127.0.0.1:9000', hostOf(authentik)]);
    // The map of what else may be called holds nothing, or one origin.
    if (site === 'own-origin') changes.push(['" https://auth.example.com"', `" ${connect.join(' ')}"`]);
    if (site === 'same-origin' && connect.length) changes.push(['default "";\n}\n\nupstream', `default " ${connect.join(' ')}";\n}\n\nupstream`]);
    if (origin) changes.push(['"https://events.example.com"', `"${origin}"`]);
    const files = [this.files[site], ...readdirSync(join(folder, 'eventide')).map((name) => `eventide/${name}`)];
    rewrite(folder, files, changes);
    // What the distribution's own nginx.conf is for.
    writeFileSync(join(folder, 'nginx.conf'), `
      load_module ${setting('EVENTIDE_NGINX_BROTLI', "nginx's module for brotli")};
      daemon off; master_process off; pid ${folder}/pid; error_log stderr;
      events {}
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/temp-${name};`).join(' ')}
        include ${folder}/${this.files[site]};
      }`);
  },

  start({ folder }) {
    return spawn(setting('EVENTIDE_NGINX', 'nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
  },
};

const caddy = {
  files: { 'same-origin': 'Caddyfile', 'own-origin': 'own-origin.Caddyfile', 'authentik-cors': 'authentik-cors.Caddyfile' },

  prepare({ folder, site }) {
    cpSync(join(archive(), 'deploy/caddy'), folder, { recursive: true });
    // Several run at once; the port that they would all answer questions about themselves on is no
    // part of the configuration.
    const file = join(folder, this.files[site]);
    const text = readFileSync(file, 'utf8');
    const options = /^\{\n/m;
    writeFileSync(file, options.test(text) ? text.replace(options, '{\n\tadmin off\n') : `{\n\tadmin off\n}\n${text}`);
  },

  start({ folder, site, port, base, app, authentik, origin, connect }) {
    return spawn(setting('EVENTIDE_CADDY', 'Caddy'), ['run', '--adapter', 'caddyfile', '--config', join(folder, this.files[site])], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder,
        [site === 'authentik-cors' ? 'AUTHENTIK_SITE' : 'EVENTIDE_SITE']: `http://127.0.0.1:${port}`,
        EVENTIDE_APP: app,
        ...(base === '/' ? {} : { EVENTIDE_PATH: base.slice(0, -1) }),
        ...(authentik ? { EVENTIDE_AUTHENTIK: hostOf(authentik) } : {}),
        ...(origin ? { EVENTIDE_ORIGIN: origin } : {}),
        ...(connect.length ? { EVENTIDE_CONNECT: ["'self'", ...connect].join(' ') } : {}),
      },
    });
  },
};

const kinds = { nginx, caddy };

export class Front {
  /** Its origin. */
  url;
  folder;
  #process;
  #output = '';

  /**
   * Starts one and waits until it answers.
   * - `kind`: `nginx` or `caddy`.
   * - `site`: which of the shipped configurations; `base`: `/`, or `/eventide/` as they have it.
   * - `authentik`: the address that the API is handed on to.
   * - `connect`: further origins that the app may call; `origin`: who may call authentik.
   * - `spoil`: changes the copy of the configuration, as in `(folder) => …`, to see that it is noticed.
   */
  static async start({ kind, site = 'same-origin', base = '/', app = join(archive(), 'app'), authentik, origin, connect = [], port, spoil }) {
    for (let tries = 1; ; tries += 1) {
      const front = new Front();
      const own = port ?? await freePort();
      front.folder = mkdtempSync(join(tmpdir(), 'eventide-front-'));
      front.url = `http://127.0.0.1:${own}`;
      const options = { folder: front.folder, site, port: own, base, app, authentik, origin, connect };
      kinds[kind].prepare(options);
      spoil?.(front.folder);
      front.#process = kinds[kind].start(options);
      for (const stream of [front.#process.stdout, front.#process.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          front.#output += text;
        });
      }
      if (await front.#ready(own)) return front;
      const output = front.#output;
      await front.stop();
      // Somebody was quicker to take the port that was free.
      if (tries === 3 || !/in use/.test(output)) throw new Error(`${kind} did not start:\n${output}`);
    }
  }

  async #ready(port) {
    while (this.#process.exitCode === null && this.#process.signalCode === null) {
      if (await answers(port)) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  }

  /** Everything that it has written, to its files too. */
  written() {
    const logs = readdirSync(this.folder).filter((name) => name.endsWith('.log'));
    return [this.#output, ...logs.map((name) => readFileSync(join(this.folder, name), 'utf8'))].join('\n');
  }

  /** Ends it and waits until it is gone. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill('SIGTERM');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
