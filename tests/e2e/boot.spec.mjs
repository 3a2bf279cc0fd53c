// Before the app is there, and after it died: a readable page, whatever happens.
import { stopClock } from './support/clock.mjs';
import { elsewhere } from './support/elsewhere.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

const reload = (page) => page.getByRole('button', { name: 'Reload' });

async function expectReadable(page, title) {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  await expect(reload(page)).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(/undefined|\[object|<html/);
  await expect(page.getByLabel('Report')).toContainText('Build:');
}

const wasm = '**/*.wasm';
const isGlue = (url) => url.pathname.endsWith('.js') && !/boot/.test(url.pathname);

for (const [what, pattern, answer, title] of [
  ['program is missing', wasm, { status: 404, body: 'not found' }, 'Eventide could not be loaded'],
  ['program is a web page', wasm, { status: 200, contentType: 'text/html', body: '<!doctype html>' }, /Eventide (could not be loaded|was not started)/],
  ['program is cut off', wasm, { status: 200, contentType: 'application/wasm', body: '\0asm' }, 'Eventide was not started'],
  ['script is missing', isGlue, { status: 404, body: 'not found' }, 'Eventide could not be loaded'],
  ['script is a web page', isGlue, { status: 200, contentType: 'text/html', body: '<!doctype html>' }, /Eventide (could not be loaded|was not started)/],
]) {
  test(`the ${what}: one more try by itself, then a readable page, and Reload starts it again`, async ({ page, watch, app }) => {
    watch.allow(/Failed to load resource/, /Failed to load module script/, /Failed to find a valid digest/, /integrity/i, /\.(wasm|js)$/, /preload/);
    let asked = 0;
    await page.route(pattern, (route) => {
      asked += 1;
      return route.fulfill(answer);
    });
    await page.goto('/');
    await expectReadable(page, title);
    const first = asked;
    expect(first).toBeGreaterThan(0);
    await page.unroute(pattern);
    await reload(page).click();
    await expect(app.token).toBeVisible();
  });
}

test('a program that somebody changed never runs', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/, /integrity/i, /digest/, /\.(wasm|js)$/, /preload/);
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    window.ran = 0;
    WebAssembly.instantiateStreaming = (...args) => {
      window.ran += 1;
      return instantiate.apply(WebAssembly, args);
    };
  });
  await page.route(wasm, async (route) => {
    const answer = await route.fetch();
    const body = await answer.body();
    body[body.length - 1] ^= 1;
    await route.fulfill({ response: answer, body });
  });
  await page.goto('/');
  await expectReadable(page, 'Eventide was not started');
  expect(await page.evaluate(() => window.ran)).toBe(0);
});

for (const [what, pattern] of [['script between page and program', isGlue], ['boot script', (url) => /boot-[0-9a-f]+\.js$/.test(url.pathname)]]) {
  test(`a ${what} that somebody changed never runs`, async ({ page, watch }) => {
    watch.allow(/Failed to load resource/, /Failed to load module script/, /integrity/i, /digest/, /\.(wasm|js)$/, /preload/);
    let given = 0;
    await page.route(pattern, async (route) => {
      const answer = await route.fetch();
      given += 1;
      await route.fulfill({ response: answer, body: `${await answer.text()}\n;window.tampered = true;` });
    });
    await page.goto('/');
    // Without its boot script a page shows nothing: there is nobody to say why.
    if (pattern === isGlue) await expectReadable(page, 'Eventide was not started');
    await expect.poll(() => given).toBeGreaterThan(0);
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate(() => window.tampered)).toBeUndefined();
    expect(watch.calls()).toEqual([]);
  });
}

test('a policy without WebAssembly is named', async ({ page, watch }) => {
  watch.allow(/wasm/i, /Content Security Policy/);
  await page.route('/', async (route) => {
    const answer = await route.fetch();
    const headers = answer.headers();
    headers['content-security-policy'] = headers['content-security-policy'].replace("'wasm-unsafe-eval'", '');
    await route.fulfill({ response: answer, headers });
  });
  await page.goto('/');
  await expectReadable(page, 'Eventide was not allowed to start');
});

test('a browser without WebAssembly is named', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'WebAssembly', { value: undefined }));
  await page.goto('/');
  await expectReadable(page, 'This browser cannot run Eventide');
});

test('a connection that breaks is named', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/, /preload/);
  await page.route(wasm, (route) => route.abort('connectionreset'));
  await page.goto('/');
  await expectReadable(page, 'Eventide could not be loaded');
  await expect(page.getByRole('main')).toContainText(/connection/);
});

test('a slow line shows after two seconds that it is loading, and then the app', async ({ page, app }) => {
  await stopClock(page);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(wasm, async (route) => {
    await held;
    await route.fallback();
  });
  await page.goto('/', { waitUntil: 'domcontentloaded' });
  await page.clock.runFor(2_500);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Loading Eventide');
  release();
  await expect(app.token).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });
  test('the page says what it needs', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Eventide needs JavaScript');
  });
});

test.describe('inside another page', () => {
  const around = (address) => elsewhere((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Bait</title><iframe src="${address}/events"></iframe>`);
  });

  test('the server does not let it be shown', async ({ page, world, watch }) => {
    watch.allow(/frame-ancestors/, /Refused to (display|frame)/, /X-Frame-Options/, /chrome-error:/, /favicon/);
    const bait = await around(world.address('/').slice(0, -1));
    watch.allowHost(bait.url);
    try {
      await page.goto(bait.url);
      await expect(page.frameLocator('iframe').getByRole('heading', { level: 1 })).toHaveCount(0);
      expect(page.frames().some((frame) => frame.url().startsWith('chrome-error:'))).toBe(true);
      expect(watch.calls()).toEqual([]);
    } finally {
      await bait.stop();
    }
  });

  test('it does not start either where a server forgets to say so', async ({ page, world, watch }) => {
    watch.allow(/favicon/);
    const bait = await around(world.address('/').slice(0, -1));
    watch.allowHost(bait.url);
    await page.route(world.address('/events'), async (route) => {
      const answer = await route.fetch();
      const headers = answer.headers();
      delete headers['x-frame-options'];
      headers['content-security-policy'] = headers['content-security-policy'].replace("frame-ancestors 'none'", '');
      await route.fulfill({ response: answer, headers });
    });
    try {
      await page.goto(bait.url);
      const frame = page.frameLocator('iframe');
      await expect(frame.getByRole('heading', { level: 1 })).toHaveText('Eventide does not run inside another page');
      await expect(frame.getByRole('link')).toHaveAttribute('target', '_top');
      expect(watch.calls()).toEqual([]);
    } finally {
      await bait.stop();
    }
  });
});

test('a trap in the app: the page is replaced at once, nothing of it runs on, and the report holds no data', async ({ app, page, watch, world }) => {
  watch.allow(/RuntimeError/, /unreachable/);
  await app.signIn();
  const { results } = await world.events();
  await page.goto(`/events/${results[0].pk}`);
  await expect(app.facts).toBeVisible();
  await page.evaluate(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')) && undefined);
  await expectReadable(page, 'Eventide stopped working');
  const report = await page.getByLabel('Report').textContent();
  expect(report).not.toContain(results[0].pk);
  expect(report).not.toContain(tokens.admin);
  await expect(app.facts).toHaveCount(0);
  // Calls, not requests: Chromium itself asks for the tab's icon again.
  const before = watch.calls().length;
  await page.evaluate(() => history.pushState({}, '', '/events'));
  await page.goBack();
  expect(watch.calls().length).toBe(before);
  await reload(page).click();
  await expect(page.getByRole('heading', { name: 'Eventide stopped working' })).toHaveCount(0);
});

lone('a panic while typing keeps the draft', async ({ app, page, watch }) => {
  watch.allow(/RuntimeError/, /unreachable/);
  await app.open('/events/new');
  await app.fill({ action: 'login', app: 'kept.over.panic' });
  await expect.poll(() => page.evaluate(() => JSON.stringify(Object.values(sessionStorage)))).toContain('kept.over.panic');
  await page.evaluate(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')) && undefined);
  await expectReadable(page, 'Eventide stopped working');
  await reload(page).click();
  await expect(app.field('App')).toHaveValue('kept.over.panic');
});
