// That the watch of these tests watches, and what the app is served with.
import { expect, test } from './support/test.mjs';

test('the violation listener works: one inline script, one report', async ({ app, page, watch }) => {
  watch.allow(/script-src|require-trusted-types-for/, /Content Security Policy|TrustedScript/);
  await app.openSignIn();
  expect(watch.violations).toEqual([]);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.append('window.__pwned = 1');
    document.body.append(script);
  }).catch(() => {});
  await expect.poll(() => watch.violations.length).toBe(1);
  expect(await page.evaluate(() => window.__pwned)).toBeUndefined();
});

test('no HTML from text: the browser itself refuses it', async ({ app, page, watch }) => {
  watch.allow(/trusted-types|require-trusted-types-for/, /Content Security Policy|TrustedHTML/);
  await app.openSignIn();
  const refused = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<b>x</b>');
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
  await expect.poll(() => watch.violations.length).toBeGreaterThan(0);
});

test('a request to another host is stopped and seen', async ({ app, page, watch }) => {
  watch.allow(/connect-src|img-src/, /Content Security Policy|Fetch API/);
  await app.openSignIn();
  await page.evaluate(() => fetch('http://canary.invalid/').catch(() => {}));
  await expect.poll(() => watch.violations.length).toBeGreaterThan(0);
});

const policy = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
  "manifest-src 'self'", "frame-src blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "object-src 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
];

for (const path of ['/', '/events', '/events/6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4', '/events/new', '/nowhere']) {
  test(`${path} is served with the whole policy`, async ({ request }) => {
    const answer = await request.get(path, { headers: { accept: 'text/html' } });
    expect(answer.status()).toBe(200);
    const headers = answer.headers();
    expect(headers['content-security-policy'].split(';').map((part) => part.trim()).filter(Boolean).sort()).toEqual([...policy].sort());
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  });
}

test('nothing of the app lies deeper than one folder', async ({ request }) => {
  for (const path of ['/no/such', '/events/new/more']) expect((await request.get(path, { headers: { accept: 'text/html' } })).status(), path).toBe(404);
});

test('a file that is not there is 404, not the app', async ({ request, page }) => {
  await page.goto('/');
  const found = await page.waitForFunction(() =>
    performance.getEntriesByType('resource').map(({ name }) => name).find((name) => name.endsWith('.wasm')));
  const wasm = await found.jsonValue();
  const answer = await request.get(wasm.replace(/[0-9a-f]{6}/, '000000'));
  expect(answer.status()).toBe(404);
  expect((await request.get(wasm)).headers()['content-type']).toBe('application/wasm');
});

test('script, program and styles are asked for side by side', async ({ app, page }) => {
  const held = [];
  let done;
  const all = new Promise((resolve) => {
    done = resolve;
  });
  // Nothing is answered until everything was asked for.
  await page.route(/\.(wasm|css)$|\/eventide-[^/]*\.js$/, async (route) => {
    held.push(new URL(route.request().url()).pathname.split('.').at(-1));
    if (new Set(held).size === 3) done();
    await all;
    await route.fallback();
  });
  await page.goto('/');
  await expect(app.token).toBeVisible();
  expect([...new Set(held)].sort()).toEqual(['css', 'js', 'wasm']);
});
