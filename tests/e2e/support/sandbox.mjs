// One sandbox process: authentik's event API and the built app on one origin, data in memory. With
// EVENTIDE_FRONT the app comes from nginx or Caddy, and the sandbox is only the API behind it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { at, base, homes } from './base.mjs';
import { Front } from './front.mjs';

function setting(name, what) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: it names ${what}. "cargo xtask test --tier e2e" sets it.`);
  if (!existsSync(value)) throw new Error(`${name} names ${value}, which does not exist.`);
  return value;
}

/** The folder with the built app. */
export const dist = () => setting('EVENTIDE_DIST', 'the built app');

/** The sandbox program. */
export const program = () => setting('EVENTIDE_SANDBOX', 'the sandbox program');

/** The tokens that a sandbox started by the tests knows. */
export const tokens = {
  admin: 'eventide-admin-token',
  viewer: 'eventide-viewer-token',
  oneEvent: 'eventide-one-event-token',
  nobody: 'eventide-no-permission-token',
  expired: 'eventide-expired-token',
};

export class Sandbox {
  /** The origin that the browser sees. */
  url;
  #own;
  #front;
  #process;
  #output = '';

  /** Starts one and waits until it listens. */
  static async start({ events = 300, connect = [], extra = [], app = dist() } = {}) {
    const sandbox = new Sandbox();
    const kind = process.env.EVENTIDE_FRONT;
    const args = ['--listen', '127.0.0.1:0', '--events', String(events), '--faults'];
    if (!kind) args.push('--app', app, ...connect.flatMap((host) => ['--connect-src', host]));
    sandbox.#process = spawn(program(), [...args, ...extra], { stdio: ['ignore', 'pipe', 'pipe'] });
    sandbox.#own = await sandbox.#address();
    if (kind) sandbox.#front = await Front.start({ kind, base, app, authentik: sandbox.#own, connect });
    sandbox.url = sandbox.#front?.url ?? sandbox.#own;
    homes.add(sandbox.url);
    return sandbox;
  }

  /** The whole address of a page of the app. */
  address(path) {
    return this.url + at(path);
  }

  #address() {
    return new Promise((resolve, reject) => {
      const read = (chunk) => {
        this.#output += chunk;
        const found = /listening (http:\/\/127\.0\.0\.1:\d+)/.exec(this.#output);
        if (found) resolve(found[1]);
      };
      this.#process.stdout.setEncoding('utf8').on('data', read);
      this.#process.stderr.setEncoding('utf8').on('data', read);
      this.#process.on('error', reject);
      this.#process.on('exit', (code) => reject(new Error(`The sandbox ended with ${code} before it listened:\n${this.#output}`)));
    });
  }

  /** Ends it and waits until it is gone. */
  async stop() {
    await this.#front?.stop();
    if (this.#process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }

  /** One call to its API as the given caller; never through the browser. */
  async api(path, { token = tokens.admin, ...options } = {}) {
    return fetch(`${this.#own}/api/v3/${path}`, {
      ...options,
      headers: { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...options.headers },
    });
  }

  /** A page of events, the newest unless the query says otherwise. */
  async events(query = '') {
    const answer = await this.api(`events/events/${query}`);
    return answer.json();
  }

  /** Creates an event through the API, never through the browser. */
  async create(event) {
    const answer = await this.api('events/events/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (answer.status !== 201) throw new Error(`creating answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  async #control(path, body) {
    const answer = await fetch(`${this.#own}/__${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`/__${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.headers.get('content-type')?.includes('json') ? answer.json() : answer.text();
  }

  /** Stores an event as given, also one that the API would not accept. */
  insert(event) {
    return this.#control('events', event);
  }

  /** Stores an event that it then fails to print, as authentik does: each page that holds it is an error. */
  poison(created) {
    const depth = 300;
    const context = `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    return this.insert(`{"action":"custom_","app":"poison","created":"${created}","context":${context}}`);
  }

  /** Every API request it has answered, oldest first. */
  log() {
    return this.#control('log');
  }

  /** How many events it was asked to create. */
  async creations() {
    const log = await this.log();
    return log.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/v3/events/events/')).length;
  }

  /** Makes the next answers faulty that match; see `Fault` in the sandbox for what there is. */
  fault(rule) {
    return this.#control('faults', rule);
  }

  /** No fault waits any more. */
  async disarm() {
    const answer = await fetch(`${this.#own}/__faults`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`disarming answered ${answer.status}`);
  }
}
