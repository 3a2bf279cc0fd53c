// A token that is known to nobody else: where it goes while the whole app is used, in whatever
// encoding. It belongs into one header of requests to the API and into one place of the browser.
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { canaryHits, host } from './support/canary.mjs';
import { exported, withoutPicker } from './support/exports.mjs';
import { expect, lone, tokens } from './support/test.mjs';

/** 60 characters, and no 16 of them twice. */
const secret = 'cAn4ryXq7Zt0LmVw2RbKs9HdYe5Gj1PfUo8NiTx3CvBa6MlQrWzEkJhDyS0p';

/** What the token looks like to whoever hides it, and each part of it that gives it away. */
const disguises = (() => {
  const base64 = (before) => {
    // At whatever place of three bytes it begins: the letters that belong to it alone.
    const text = Buffer.from(before + secret).toString('base64');
    return text.slice(Math.ceil((before.length * 8) / 6), Math.floor(((before.length + secret.length) * 8) / 6));
  };
  const windows = (text) => Array.from({ length: text.length - 15 }, (_, at) => text.slice(at, at + 16));
  const reversed = [...secret].reverse().join('');
  const hex = Buffer.from(secret).toString('hex');
  return [...new Set([
    ...windows(secret), ...windows(reversed), encodeURIComponent(secret), hex, hex.toUpperCase(), Buffer.from(secret, 'utf16le').toString('hex'),
    ...['', 'x', 'xx'].flatMap((before) => [base64(before), base64(before).replaceAll('+', '-').replaceAll('/', '_')]),
  ])];
})();

const leaks = (where, text) => disguises.filter((disguise) => text.includes(disguise)).slice(0, 1).map((disguise) => `${where} holds ${disguise}`);

/** Everything of a page that somebody else could read: `{place: text}`. */
async function places(page) {
  const seen = await page.evaluate(async () => {
    const all = (root) => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
    const elements = all(document);
    const databases = await Promise.all((await indexedDB.databases()).map(({ name }) => new Promise((resolve) => {
      const open = indexedDB.open(name);
      open.onerror = () => resolve(name);
      open.onsuccess = () => {
        const stores = [...open.result.objectStoreNames];
        const said = (text) => {
          open.result.close();
          resolve(text);
        };
        if (stores.length === 0) return said(name);
        const reading = open.result.transaction(stores);
        const read = stores.map((store) => reading.objectStore(store).getAll());
        reading.oncomplete = () => said(name + JSON.stringify(read.map(({ result }) => result)));
      };
    })));
    const cached = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) cached.push(name, request.url, await (await cache.match(request)).text());
    }
    return {
      address: location.href,
      title: document.title,
      markup: document.documentElement.outerHTML,
      shadows: elements.filter(({ shadowRoot }) => shadowRoot).map(({ shadowRoot }) => shadowRoot.innerHTML).join('\n'),
      // The field that it is typed into is hidden from whoever looks.
      values: elements.filter((element) => 'value' in element && element.type !== 'password').map(({ value }) => String(value)).join('\n'),
      texts: document.body.innerText,
      state: JSON.stringify(history.state) ?? '',
      name: window.name,
      cookies: document.cookie,
      device: JSON.stringify({ ...localStorage }),
      tab: JSON.stringify(Object.entries(sessionStorage).filter(([key]) => !/^eventide\.[0-9a-z]+\.session$/.test(key))),
      databases: databases.join('\n'),
      cached: cached.join('\n'),
      globals: Object.keys(window).filter((key) => typeof window[key] === 'string').map((key) => window[key]).join('\n'),
      timings: performance.getEntries().map(({ name }) => name).join('\n'),
      referrer: document.referrer,
    };
  });
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const { entries } = await session.send('Page.getNavigationHistory');
  await session.detach();
  return { ...seen, accessibility: JSON.stringify(nodes), history: JSON.stringify(entries) };
}

/** The texts of a PDF, as far as they are not drawn letter by letter. */
function insidePdf(pdf) {
  const parts = [pdf.toString('latin1')];
  for (let at = pdf.indexOf('stream'); at !== -1; at = pdf.indexOf('stream', at + 6)) {
    const start = pdf.indexOf(0x0a, at) + 1;
    try {
      parts.push(inflateSync(pdf.subarray(start), { finishFlush: 2 }).toString('latin1'));
    } catch {
      // A stream that is not compressed stands in the file as it is.
    }
  }
  return parts.join('\n');
}

lone.use({ worldOptions: { events: 60, extra: ['--token', secret], connect: [`http://${host}`] } });

lone('the look finds a token in each place and each disguise', async ({ app, page, watch }) => {
  lone.setTimeout(120_000);
  watch.allow(/./);
  await app.openSignIn();
  const found = async () => Object.entries(await places(page)).flatMap(([place, text]) => leaks(place, text).map(() => place));
  expect(await found()).toEqual([]);
  const hiding = {
    address: (token) => history.replaceState(null, '', `?t=${token}`),
    title: (token) => { document.title = token; },
    markup: (token) => document.body.setAttribute('data-x', btoa(token)),
    shadows: (token) => document.body.appendChild(document.createElement('p')).attachShadow({ mode: 'open' }).append([...token].reverse().join('')),
    values: (token) => { document.querySelector('#server').value = token.slice(20, 40); },
    texts: (token) => document.body.append(token),
    state: (token) => history.replaceState({ token }, ''),
    name: (token) => { window.name = token; },
    cookies: (token) => { document.cookie = `a=${encodeURIComponent(token)}`; },
    device: (token) => localStorage.setItem('x', `xy${btoa(`z${token}`)}`),
    tab: (token) => sessionStorage.setItem('x', [...token].map((letter) => letter.charCodeAt(0).toString(16)).join('')),
    databases: (token) => new Promise((resolve) => {
      const open = indexedDB.open('x');
      open.onupgradeneeded = () => open.result.createObjectStore('y', { autoIncrement: true }).add({ token });
      open.onsuccess = () => { open.result.close(); resolve(); };
    }),
    cached: async (token) => (await caches.open('x')).put('/x', new Response(token)),
    globals: (token) => { window.leaked = token; },
    accessibility: (token) => document.body.setAttribute('aria-label', token),
  };
  for (const [place, hide] of Object.entries(hiding)) {
    await page.evaluate(`(${hide})(${JSON.stringify(secret)})`);
    expect(await found(), place).toContain(place);
    await page.evaluate(async () => {
      window.name = '';
      delete window.leaked;
      localStorage.clear();
      sessionStorage.clear();
      document.cookie = 'a=; max-age=0';
      indexedDB.deleteDatabase('x');
      await caches.delete('x');
    });
    await app.openSignIn();
  }
  expect(leaks('pdf', insidePdf(Buffer.from(secret)))).toHaveLength(1);
});

const har = join(tmpdir(), `eventide-canary-${process.pid}.har`);

lone.describe('recorded', () => {
  lone.use({ contextOptions: { recordHar: { path: har, content: 'embed' } } });

  lone('the token is in its header and its one place, and nowhere else', async ({ app, page, context, world, watch }) => {
    lone.setTimeout(180_000);
    watch.allow(/./);
    const found = [];
    const look = async (where) => {
      for (const [place, text] of Object.entries(await places(page))) found.push(...leaks(`${where}: ${place}`, text));
    };
    await withoutPicker(context);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await app.openSignIn();
    await app.token.fill(secret);
    await look('typed');
    await app.connect.click();
    await expect(app.heading).toHaveText(/^Connected as/);
    await look('connected');
    await app.enter();
    await expect(page.locator('.log__row').first()).toBeVisible();
    await look('list');
    await page.goto('/events?range=all&action=login_failed');
    await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
    await look('filtered');

    const { results } = await world.events();
    await page.goto(`/events/${results[0].pk}`);
    await expect(app.facts).toBeVisible();
    await look('event');
    await page.getByRole('button', { name: 'Raw', exact: true }).click();
    await look('raw');
    await page.keyboard.press('c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(results[0].pk);
    found.push(...leaks('clipboard', await page.evaluate(() => navigator.clipboard.readText())));
    found.push(...leaks('print', insidePdf(await page.pdf())));
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await look('paper');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });

    // Whatever the server answers. An answer that repeats what it was sent is the server's own leak.
    const faults = [
      { status: 400, body: '{"detail":"no"}' }, { status: 404, body: '{"detail":"no"}' }, { status: 404, body: '<html>' }, { status: 405, body: '' }, { status: 418, body: '{}' },
      { status: 500, body: 'broken', content_type: 'text/html' }, { status: 502, body: '{"error":"no"}' }, { status: 503, body: '' }, { status: 200, body: '' },
      { status: 200, body: '{"pk":' }, { status: 200, body: '<html>', content_type: 'text/html' }, { status: 204, body: '' },
    ];
    for (const [at, fault] of faults.entries()) {
      await world.fault({ path: `/api/v3/events/events/${results[1].pk}/`, times: 9, ...fault });
      await app.go('/events/new');
      await app.go(`/events/${results[1].pk}`);
      await expect(app.heading, `fault ${at}`).not.toHaveText(/Loading|New event/, { timeout: 15_000 });
      await look(`fault ${at}`);
      await world.disarm();
    }

    await page.goto('/events/new');
    await app.fill({ action: 'login', app: 'canary', context: '{"a": 1}' });
    await page.getByRole('tab', { name: 'curl' }).click();
    await expect(page.getByRole('tabpanel')).toContainText('$AUTHENTIK_TOKEN');
    await look('form');
    await app.create.click();
    await expect(page).toHaveURL(/\/events\/[0-9a-f-]{36}$/);
    await look('created');
    await page.goto('/events/import');
    await expect(app.heading).toBeVisible();
    await look('import');
    await page.goto('/events?range=all');
    for (const format of ['CSV', 'NDJSON']) {
      const { name, text, about } = await exported(page, format);
      found.push(...leaks(format, name + text + about));
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    }
    await page.evaluate(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')) && undefined);
    await expect(app.heading).toHaveText('Eventide stopped working');
    await look('stopped');
    await page.goto('/events');
    await expect(page.locator('.log__row').first()).toBeVisible();
    await app.signOut();
    await expect(app.token).toBeVisible();
    await look('signed out');
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(secret.slice(0, 16));

    for (const request of watch.requests) {
      const { authorization, ...headers } = request.headers;
      found.push(...leaks(`address of ${request.url}`, request.url), ...leaks(`body of ${request.url}`, request.body), ...leaks(`headers of ${request.url}`, JSON.stringify(headers)));
      if (authorization !== undefined) expect(request.url.startsWith(`${world.url}/api/v3/`), request.url).toBe(true);
    }
    for (const { text } of watch.console) found.push(...leaks('console', text));
    for (const text of [...watch.errors, ...watch.violations]) found.push(...leaks('script error', text));
    expect(watch.requests.some(({ headers }) => headers.authorization === `Bearer ${secret}`)).toBe(true);

    await context.close();
    const recorded = JSON.parse(await readFile(har, 'utf8'));
    await rm(har);
    let sent = 0;
    for (const { request } of recorded.log.entries) {
      sent += request.headers.filter(({ name }) => name.toLowerCase() === 'authorization').length;
      request.headers = request.headers.filter(({ name }) => name.toLowerCase() !== 'authorization');
    }
    expect(sent).toBeGreaterThan(10);
    found.push(...leaks('recording', JSON.stringify(recorded)));
    expect([...new Set(found)]).toEqual([]);
    expect(await canaryHits(world.url)).toEqual([]);
  });
});

for (const status of [301, 302, 307, 308]) {
  lone(`a redirect with ${status} is not followed, neither here nor to another host`, async ({ app, page, world, watch }) => {
    watch.allow(/./);
    watch.allowHost(`http://${host}`);
    await app.signIn({ token: secret });
    const { results } = await world.events();
    const word = `/stolen-${status}-${process.pid}`;
    const targets = [`http://${host}${word}`, `/api/v3/events/events/?stolen=${status}`];
    for (const redirect of targets) {
      await world.fault({ path: `/api/v3/events/events/${results[0].pk}/`, times: 9, status, redirect });
      await app.go('/events/new');
      await app.go(`/events/${results[0].pk}`);
      await expect(page.getByRole('alert').first(), redirect).toBeVisible({ timeout: 15_000 });
      await world.disarm();

      await world.fault({ method: 'POST', path: '/api/v3/events/events/', status, redirect });
      await page.goto('/events/new?action=login&app=x');
      await app.create.click();
      await expect(page.getByText(/may have been created|was not created/).first()).toBeVisible();
      await world.disarm();
    }
    expect(await canaryHits(word)).toEqual([]);
    expect((await world.log()).filter(({ query }) => query.includes('stolen'))).toEqual([]);
    // The canary sees who follows.
    const control = `/control-${status}-${process.pid}`;
    await world.fault({ path: '/api/v3/root/config/', status, redirect: `http://${host}${control}` });
    await page.evaluate(() => fetch('/api/v3/root/config/').catch(() => {}));
    await expect.poll(async () => (await canaryHits(control)).length).toBe(1);
    expect((await canaryHits(control))[0].headers.authorization).toBeUndefined();
  });
}

lone('a token stays with the server that it was given for', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  await app.openSignIn();
  await app.offer(tokens.nobody);
  await page.getByRole('button', { name: 'Use another token' }).click();
  await expect(app.token).toHaveValue('');
  await app.offer(secret);
  await app.enter();
  await expect(page.locator('.log__row').first()).toBeVisible();
  // What is kept for this server and names another one is not read.
  const kept = await page.evaluate(() => Object.keys(sessionStorage).find((key) => key.endsWith('.session')));
  await page.evaluate(([key, own]) => {
    const changed = sessionStorage.getItem(key).replaceAll(own, 'https://canary.invalid');
    sessionStorage.setItem(key, changed);
  }, [kept, world.url]);
  await page.goto('/events');
  await expect(app.token).toBeVisible();
  expect(await page.evaluate((key) => sessionStorage.getItem(key), kept)).toBeNull();
});

lone('a shown token hides again after ten seconds, and when the field is left', async ({ app, page }) => {
  await page.clock.install();
  await app.openSignIn();
  await app.token.fill(secret);
  await page.getByRole('button', { name: 'Show token' }).click();
  await expect(app.token).toHaveAttribute('type', 'text');
  await page.clock.runFor(9_000);
  await expect(app.token).toHaveAttribute('type', 'text');
  await page.clock.runFor(1_500);
  await expect(app.token).toHaveAttribute('type', 'password');
  await page.getByRole('button', { name: 'Show token' }).click();
  await expect(app.token).toHaveAttribute('type', 'text');
  await app.server.focus();
  await expect(app.token).toHaveAttribute('type', 'password');
  for (const [name, value] of [['name', null], ['spellcheck', 'false'], ['autocomplete', 'off']]) {
    expect(await app.token.getAttribute(name)).toBe(value);
  }
});
