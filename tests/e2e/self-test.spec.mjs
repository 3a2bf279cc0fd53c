// "Can this page reach the API?": each thing that can be in the way, made for real, and what is said.
import { expect, lone, test, tokens } from './support/test.mjs';
import { elsewhere, nowhere, openly } from './support/elsewhere.mjs';
import { Sandbox } from './support/sandbox.mjs';

const config = JSON.stringify({ error_reporting: { enabled: false }, capabilities: [] });
const refused = JSON.stringify({ detail: 'Token invalid/expired' });
const html = '<!doctype html><title>Sign in</title>';

const verdict = (page) => page.getByRole('heading', { level: 2 });
const steps = (page) => page.getByRole('main').getByRole('list').getByRole('listitem');

/** The steps by how they ended. */
const marks = (page) => steps(page).evaluateAll((items) => items.map((item) => item.className.replace('is-', '')));

async function run(page, title) {
  await page.goto('/self-test');
  await expect(verdict(page)).toHaveText(title);
}

test('signed out, all is well: three steps, no token asked for, none sent but a made-up one', async ({ page, watch }) => {
  watch.allowFailedCalls();
  await run(page, 'This page can reach the API');
  await expect(steps(page)).toHaveText([/Something answers/, /authentik’s API can be read200/, /A token may be sent403/]);
  expect(await marks(page)).toEqual(['ok', 'ok', 'ok']);
  await expect(page.getByLabel('API token')).toHaveCount(0);
  const sent = watch.requests.map(({ headers }) => headers.authorization).filter(Boolean);
  expect(sent).toEqual(['Bearer eventide-self-test-not-a-token']);
  expect(watch.calls()).toEqual(Array(3).fill('GET /api/v3/root/config/'));
});

test('signed in, the session’s token is tried too, and stays out of the report', async ({ app, page, watch, context }) => {
  watch.allowFailedCalls();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.signIn();
  await run(page, 'This page can reach the API');
  await expect(steps(page)).toHaveCount(4);
  await expect(page.getByRole('main')).toContainText('and accepts your token');
  await page.getByRole('button', { name: 'Copy report' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain(`Server: ${app.world.url}`);
  expect(report).toContain('ok: Your token is accepted (200');
  for (const secret of [tokens.admin, 'akadmin', 'self-test-not-a-token']) expect(report).not.toContain(secret);
  await page.getByRole('link', { name: 'Back to events' }).click();
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
});

test('an address of a server is never read from the link', async ({ page, watch, world }) => {
  watch.allowFailedCalls();
  await page.goto('/self-test?server=https://canary.invalid&api=https://canary.invalid');
  await expect(verdict(page)).toHaveText('This page can reach the API');
  await expect(page.getByLabel('Server', { exact: true })).toHaveValue(world.url);
});

// This page's own server.
for (const [what, answer, title, snippet] of [
  ['that answers /api/ with a page', { status: 200, contentType: 'text/html', body: html }, /does not hand \/api\/v3\/ on to authentik/, /proxy_pass https:\/\/authentik\.example\.com/],
  ['that has no /api/', { status: 404, contentType: 'text/html', body: html }, /does not hand \/api\/v3\/ on to authentik/, /location \/api\/v3\//],
  ['with a login before /api/', { status: 302, headers: { location: '/login' } }, 'The question is sent elsewhere', /location \/api\/v3\//],
  ['behind which authentik starts', { status: 503, headers: { 'retry-after': '5' }, json: { error: 'authentik starting' } }, 'authentik is starting', null],
  ['behind which authentik is down', { status: 502, json: { error: 'failed to connect to authentik backend: dial tcp' } }, 'authentik is not answering', null],
  ['that breaks', { status: 500, contentType: 'text/html', body: html }, /answers 500/, /curl -v/],
  ['with a firewall', { status: 403, contentType: 'text/html', body: html }, 'Something before authentik refuses', /curl -v/],
  ['of something else', { status: 200, json: { status: 'ok' } }, /is not authentik/, /curl -v/],
]) {
  test(`its own server ${what}`, async ({ page, watch }) => {
    watch.allowFailedCalls();
    await page.route('**/api/v3/**', (route) => route.fulfill(answer));
    await run(page, title);
    expect((await marks(page)).at(-1)).toBe('bad');
    const code = page.getByRole('main').locator('pre');
    if (snippet) await expect(code.first()).toHaveText(snippet);
    else await expect(code).toHaveCount(0);
  });
}

test('its own server that takes the token away on the way', async ({ page, watch }) => {
  watch.allowFailedCalls();
  await page.route('**/api/v3/**', (route) => {
    const headers = { ...route.request().headers() };
    delete headers.authorization;
    return route.continue({ headers });
  });
  await run(page, 'A token does not get as far as authentik');
});

// A web server in between answers 502 in the place of a connection that breaks behind it, and the
// page then says that authentik is not answering: the row above.
lone('a connection that breaks', { tag: '@direct' }, async ({ page, watch, world }) => {
  watch.allowFailedCalls();
  await world.fault({ path: '/api/', cut: 'before-headers', times: 100 });
  await run(page, /^Nothing answers at 127/);
  await expect(page.getByRole('main')).toContainText('Concluded from:');
});

test('a token that is no longer accepted is said here, and nothing is laid over it', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.signIn();
  await page.route('**/api/v3/core/users/me/', (route) => route.fulfill({ status: 403, json: { detail: 'Token invalid/expired' } }));
  await run(page, 'This page can reach the API, but your token is not accepted');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

// Another origin: a server of which everything but one thing is as it should be.
const allowed = (request, response, body, status = 200) => {
  if (openly(request, response)) response.writeHead(status, { 'content-type': 'application/json', 'access-control-expose-headers': 'x-authentik-id', 'x-authentik-id': 'a1' }).end(body);
};
const isRefused = (request) => request.headers.authorization !== undefined || request.url.includes('/users/me/');
const right = (request, response) => (isRefused(request) ? allowed(request, response, refused, 403) : allowed(request, response, config));
const bare = (response, body, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);

for (const [what, answer, title, snippet, failed] of [
  ['that allows this page', right, 'This page can reach the API', null, 'ok'],
  ['without CORS', (_request, response) => bare(response, config), /answers, but this page may not read it/, /Access-Control-Allow-Origin "PAGE" always/, 'bad'],
  ['with CORS on what succeeds only', (request, response) => (isRefused(request) ? bare(response, refused, 403) : allowed(request, response, config)), /^Refusals of .* cannot be read/, /Access-Control-Allow-Headers "authorization, content-type" always/, 'bad'],
  ['that refuses the preflight', (request, response) => (request.method === 'OPTIONS' ? allowed({ method: 'GET' }, response, refused, 403) : right(request, response)), /does not let this page send a token/, /return 204/, 'bad'],
  ['that allows every header but the token’s', (request, response) => {
    if (request.method !== 'OPTIONS') return right(request, response);
    return response.writeHead(204, { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' }).end();
  }, /does not let this page send a token/, /return 204/, 'bad'],
  ['that loses the token', (request, response) => (request.url.includes('/users/me/') ? allowed(request, response, refused, 403) : allowed(request, response, config)), 'A token does not get as far as authentik', /curl -v/, 'bad'],
  ['that has no API there', (request, response) => allowed(request, response, '{"detail":"Not found."}', 404), /There is no API at this address/, /curl -v/, 'bad'],
  ['that answers with a page', (request, response) => {
    if (openly(request, response)) response.setHeader('content-type', 'text/html').end(html);
  }, /answers with a web page/, /curl -v/, 'bad'],
  ['that redirects', (request, response) => (request.url === '/elsewhere' ? bare(response, config) : response.writeHead(302, { location: '/elsewhere' }).end()), /may not read it/, /Access-Control/, 'bad'],
]) {
  lone(`another server ${what}`, async ({ page, watch }) => {
    watch.allowFailedCalls();
    watch.allow(/blocked by CORS policy/, /redirect/i);
    const other = await elsewhere(answer);
    const world = await Sandbox.start({ events: 5, connect: [other.url] });
    watch.allowHost(other.url);
    watch.allowHost(world.url);
    try {
      await page.goto(`${world.url}/self-test`);
      await page.getByLabel('Server', { exact: true }).fill(other.url);
      await page.keyboard.press('Enter');
      await expect(verdict(page)).toHaveText(title);
      await expect(page.getByLabel('Server', { exact: true })).toHaveValue(other.url);
      expect((await marks(page)).at(-1)).toBe(failed);
      const code = page.getByRole('main').locator('pre');
      if (snippet) await expect(code.first()).toHaveText(new RegExp(snippet.source.replace('PAGE', world.url)));
      else await expect(code).toHaveCount(0);
      expect(page.url()).toBe(world.address('/self-test'));
    } finally {
      await world.stop();
      await other.stop();
    }
  });
}

lone('another server that is not there, and one that the policy of this page forbids', async ({ page, watch }) => {
  watch.allowFailedCalls();
  watch.allow(/connect-src/, /Content Security Policy/, /Fetch API cannot load/);
  const gone = await nowhere();
  const forbidden = await elsewhere(right);
  const world = await Sandbox.start({ events: 5, connect: [gone] });
  for (const { url } of [{ url: gone }, forbidden, world]) watch.allowHost(url);
  const server = page.getByLabel('Server', { exact: true });
  try {
    await page.goto(`${world.url}/self-test`);
    await server.fill(gone);
    await page.keyboard.press('Enter');
    await expect(verdict(page)).toHaveText(/^Nothing answers at 127/);
    await expect(page.locator('pre')).toContainText(`curl -v -H 'Origin: ${world.url}' '${gone}/api/v3/root/config/'`);
    await server.fill(forbidden.url);
    await page.keyboard.press('Enter');
    await expect(verdict(page)).toHaveText('This page’s own policy forbids it');
    await expect(page.locator('pre')).toHaveText(`connect-src 'self' ${forbidden.url}`);
    expect(forbidden.requests).toEqual([]);
  } finally {
    await world.stop();
    await forbidden.stop();
  }
});

test('plain http to another machine is refused before anything is sent', async ({ page, watch }) => {
  watch.allowFailedCalls();
  await run(page, 'This page can reach the API');
  const before = watch.requests.length;
  const server = page.getByLabel('Server', { exact: true });
  await server.fill('http://id.example');
  await page.keyboard.press('Enter');
  await expect(server).toHaveAccessibleDescription(/Use https:\/\//);
  await expect(verdict(page)).toHaveCount(0);
  expect(watch.requests.length).toBe(before);
});

lone.describe('the way to it', () => {
  lone('from signing in, with the server that was typed, and back', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    const gone = await nowhere();
    const world = await Sandbox.start({ events: 5, connect: [gone] });
    watch.allowHost(gone);
    watch.allowHost(world.url);
    try {
      await page.goto(world.url);
      await app.offer(tokens.admin, { server: gone });
      await page.getByRole('link', { name: /test the connection/ }).click({ timeout: 15_000 });
      await expect(page).toHaveURL(`${world.url}/self-test`);
      await expect(app.heading).toHaveText('Can this page reach the API?');
      await expect(page.getByLabel('Server', { exact: true })).toHaveValue(gone);
      await expect(verdict(page)).toHaveText(/^Nothing answers/);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await expect(app.server).toHaveValue(gone);
    } finally {
      await world.stop();
    }
  });

  lone('from a list that could not be read', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await app.signIn();
    await page.route('**/api/v3/events/events/?**', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: html }));
    await page.goto('/events');
    await page.getByRole('link', { name: 'Test the connection' }).click({ timeout: 15_000 });
    await expect(verdict(page)).toHaveText('This page can reach the API');
  });
});

test('the remedy is written for the server that one has', async ({ page, watch }) => {
  watch.allowFailedCalls();
  await page.route('**/api/v3/**', (route) => route.fulfill({ status: 404, contentType: 'text/html', body: html }));
  await run(page, /does not hand/);
  const code = page.locator('pre');
  await expect(code).toContainText('proxy_pass');
  await page.getByRole('radio', { name: 'Caddy' }).check({ force: true });
  await expect(code).toContainText('reverse_proxy');
  await page.getByRole('radio', { name: 'Traefik' }).check({ force: true });
  await expect(code).toContainText('traefik.http.routers');
});
