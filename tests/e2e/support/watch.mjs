// Watches everything that a page does and must not do. A test that uses it fails when
// - the console says anything that was not expected,
// - a script error reaches the window,
// - the content security policy is violated,
// - a request leaves for another host, or one that changes or deletes,
// - a file of the app is missing.

/** Runs in the page before any script of it: reports every violation to the test. */
function reportViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    window.__violation(`${event.effectiveDirective} blocked ${event.blockedURI || event.sample || '(inline)'}`);
  });
}

/** A deployment without a configuration has no such file, which Chromium itself writes to the console. */
const isConfiguration = (url) => url.endsWith('/config.json');

export class Watch {
  violations = [];
  errors = [];
  console = [];
  strangers = [];
  missing = [];
  forbidden = [];
  /** Every request of the app, oldest first: `{method, url, body, headers}`. */
  requests = [];
  #origins;
  #allowed = [];

  constructor(origin) {
    this.#origins = new Set([origin]);
  }

  /** Attaches to a context before its first page opens. */
  async attach(context) {
    await context.exposeBinding('__violation', (_source, text) => {
      this.violations.push(text);
    });
    await context.addInitScript(reportViolations);
    context.on('console', (message) => {
      this.console.push({ type: message.type(), text: message.text(), url: message.location().url });
    });
    context.on('weberror', (error) => this.errors.push(String(error.error())));
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!url.protocol.startsWith('http')) return;
      this.requests.push({
        method: request.method(),
        url: request.url(),
        body: request.postData() ?? '',
        headers: request.headers(),
      });
      if (!this.#origins.has(url.origin)) this.strangers.push(request.url());
      // The app reads and adds: nothing is ever changed or deleted.
      if (!['GET', 'POST', 'OPTIONS', 'HEAD'].includes(request.method())) this.forbidden.push(`${request.method()} ${request.url()}`);
    });
    context.on('response', (response) => {
      const url = new URL(response.url());
      if (response.status() === 404 && !url.pathname.startsWith('/api/') && !isConfiguration(url.href)) this.missing.push(response.url());
    });
  }

  /** Another host that this test is about. */
  allowHost(origin) {
    this.#origins.add(origin);
  }

  /** Console lines, violations, script errors or missing files that this test provokes. */
  allow(...patterns) {
    this.#allowed.push(...patterns);
  }

  /** For tests in which the API refuses: Chromium itself writes each refusal to the console. */
  allowFailedCalls() {
    this.allow(/^Failed to load resource: /);
  }

  /** Requests to the API, as `GET /api/v3/…`, oldest first. */
  calls(match = () => true) {
    return this.requests
      .filter((request) => new URL(request.url).pathname.startsWith('/api/'))
      .map((request) => `${request.method} ${new URL(request.url).pathname}`)
      .filter(match);
  }

  #unexpected(texts) {
    return texts.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
  }

  /** Whatever was seen and not expected. */
  findings() {
    const loud = this.console.filter(({ type, text, url }) =>
      ['error', 'warning', 'assert'].includes(type) && !(isConfiguration(url) && /status of 404/.test(text)));
    return [
      ...this.#unexpected(loud.map(({ text, url }) => `${text} ${url}`.trim())).map((text) => `console: ${text}`),
      ...this.#unexpected(this.errors).map((text) => `script error: ${text}`),
      ...this.#unexpected(this.violations).map((text) => `policy violation: ${text}`),
      ...this.strangers.map((url) => `request to another host: ${url}`),
      ...this.forbidden.map((call) => `a request that changes or deletes: ${call}`),
      ...this.#unexpected(this.missing).map((url) => `missing file: ${url}`),
    ];
  }
}
