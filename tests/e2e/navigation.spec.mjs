// Enter, addresses and links: none of them leads out of the app unseen, or takes something along.
import { elsewhere } from './support/elsewhere.mjs';
import { expect, lone, test } from './support/test.mjs';

const wasm = '**/*.wasm';

// Enter in a form.

/** The app stops in the middle of everything. */
async function die(page) {
  await page.evaluate(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')) && undefined);
  await expect(page.getByRole('heading', { name: 'Eventide stopped working' })).toBeVisible();
}

/** A form of which the browser itself would make an address. */
function careless() {
  const form = document.createElement('form');
  const input = document.createElement('input');
  input.name = 'token';
  input.value = 'SECRET';
  form.append(input, document.createElement('button'));
  document.body.append(form);
  input.focus();
}

// Each with something in it that the app itself refuses, so that Enter has nothing to do.
const forms = {
  'signing in': { path: '/', field: (app) => app.token, text: 'two words' },
  'the self-test': { path: '/self-test', field: (app) => app.server, text: 'http://id.example' },
  'a new event': { path: '/events/new', signedIn: true, field: (app) => app.field('App'), text: '' },
  'a search': {
    path: '/events', signedIn: true, text: 'event_uuid = "SECRET"',
    field: (app) => app.page.getByLabel('Words or a query'),
    open: async (page) => page.keyboard.press('/'),
  },
};

for (const [name, form] of Object.entries(forms)) {
  for (const state of ['alive', 'loading', 'dead']) {
    test(`Enter in ${name} while the app is ${state}: no navigation, no request, nothing in the address`, async ({ app, page, watch }) => {
      watch.allowFailedCalls();
      watch.allow(/RuntimeError/, /unreachable/, /form-action/, /Content Security Policy/);
      if (form.signedIn) await app.signIn();
      if (state === 'loading') await page.route(wasm, () => {});
      await page.goto(form.path, { waitUntil: 'domcontentloaded' });
      if (state !== 'loading') {
        await page.waitForLoadState('networkidle');
        if (form.open) await form.open(page);
        await form.field(app).fill(form.text);
      }
      // Of a dead app the form stays behind in the page, as the worst of all cases.
      if (state === 'dead') {
        await page.evaluate(() => {
          window.kept = document.activeElement.closest('form');
        });
        await die(page);
        await page.evaluate(() => {
          document.body.append(window.kept);
          window.kept.querySelector('input').focus();
        });
      }
      const address = page.url();
      const before = watch.requests.length;
      const navigations = [];
      page.on('framenavigated', (frame) => navigations.push(frame.url()));
      await page.keyboard.press('Enter');
      await page.evaluate(careless);
      await page.keyboard.press('Enter');
      await page.evaluate(() => document.querySelectorAll('form').forEach((each) => each.requestSubmit()));
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      expect(page.url()).toBe(address);
      expect(navigations).toEqual([]);
      // The files of the app itself may still be on their way.
      const files = /\.(svg|js|css|wasm|ico)$|\/config\.json$/;
      expect(watch.requests.slice(before).map(({ url }) => url).filter((url) => !files.test(url))).toEqual([]);
    });
  }
}

test('what sees a form that leaves would see one', async ({ page, watch }) => {
  watch.allow(/form-action/, /Content Security Policy/);
  // The same form where neither the boot script nor the policy is in its way.
  await page.route('**/plain', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Plain</title>' }));
  await page.goto('/plain');
  await page.evaluate(careless);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/token=SECRET/);
});

// Where an address may lead.

const host = 'canary.invalid';
const hostile = [
  `//${host}`, `///${host}`, `/\\${host}`, `\\\\${host}`, `\\/${host}`, `/\t/${host}`, `/\n/${host}`, `\t//${host}`, ` //${host}`,
  `https:${host}`, `https:/${host}`, `https://${host}/events`, `http://${host}`, `HTTPS://${host}`, `//${host}/events?range=24h`, `//user@${host}`, `@${host}`, `.${host}`,
  'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', '\u0001javascript:alert(1)', 'javascript://%0aalert(1)', 'vbscript:x', 'data:text/html,<script>alert(1)</script>',
  'blob:https://x/y', 'file:///etc/passwd', 'about:blank', 'view-source:/', 'filesystem:https://x/y',
  `%2f%2f${host}`, `/%2f${host}`, `%252f%252f${host}`, `%25252f%25252f${host}`, `/%5c${host}`, `/events/..//${host}`, `/events/../../..//${host}`, `/events/%2e%2e/%2e%2e//${host}`,
  `\u2215\u2215${host}`, `\uff0f\uff0f${host}`, `/\u200b/${host}`, `\u202e//${host}`, `/${'a'.repeat(8_000)}`, '/'.repeat(4_000), `?next=//${host}`, `#//${host}`, `/events?next=//${host}`, '/sign-in?next=/sign-in', '',
];

test(`${hostile.length} addresses to go to after signing in lead to a page of this app`, async ({ app, page, world, watch }) => {
  await app.signIn();
  const dialogs = [];
  page.on('dialog', (dialog) => dialogs.push(dialog.dismiss()));
  for (const next of hostile) {
    // From a page of the form, so that going to the list is seen.
    await app.go('/events/new');
    await expect(app.heading).toHaveText('New event');
    await app.go(`/sign-in?next=${encodeURIComponent(next)}`);
    // What is not a page that one signs in for is dropped: the list is shown instead.
    await expect(app.heading, next.slice(0, 60)).toHaveText(/^Events/);
    const at = new URL(page.url());
    expect([at.origin, at.pathname], next.slice(0, 60)).toEqual([world.url, new URL(world.address('/events')).pathname]);
    expect(at.search, next).not.toContain(host);
  }
  expect(dialogs).toEqual([]);
  expect(watch.strangers).toEqual([]);
});

test('addresses that are none lead to a page that says so, and back', async ({ app, page, world, watch }) => {
  await app.signIn();
  for (const path of [
    '/nowhere', '/events/a/b', '/Events', '/eventsx', '/sign-in/x', '/self-test/x', `/${encodeURIComponent(`//${host}`)}`, `/%5c%5c${host}`, `/javascript:alert(1)`, '/%3Cscript%3E', '/events/new/x', `/events/${'a'.repeat(4_000)}/x`,
  ]) {
    await app.go('/events/import');
    await expect(app.heading).not.toHaveText('This page isn’t here');
    await app.go(path);
    await expect(app.heading, path.slice(0, 60)).toHaveText('This page isn’t here');
    expect(new URL(page.url()).origin).toBe(world.url);
  }
  for (const id of ['zzz', '%2F%2Fcanary.invalid', '..%2f..', 'f6e33af7-10b9-466d-b649-8abeb23e408', '%E2%80%AE', '%00', 'javascript:x', '1'.repeat(3_000)]) {
    await app.go('/nowhere');
    await expect(app.heading).toHaveText('This page isn’t here');
    await app.go(`/events/${id}`);
    await expect(app.heading, id.slice(0, 60)).toHaveText('This event isn’t here');
  }
  // The server was never asked for one of these.
  expect(watch.calls((call) => /\/events\/events\/(?!volume|actions)[^/?]+\/$/.test(call))).toEqual([]);
  await page.getByRole('link', { name: 'Back to events' }).click();
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
});

// Links out of the data.

/** Opens an event whose context names an address. */
async function open({ app, page, world }, address) {
  const pk = crypto.randomUUID();
  await world.insert({ pk, action: 'update_available', app: 'authentik.admin', user: {}, context: { message: 'x', new_version: '2026.8.1', changelog: address } });
  await app.signIn();
  await app.go(`/events/${pk}`);
  await expect(app.facts).toContainText(pk);
  await page.getByRole('main').getByRole('button', { name: address }).click();
  return page.getByRole('group', { name: 'Leave Eventide' });
}

lone('who follows a link out knows the host, can stay, and takes nothing along', async ({ app, page, world, watch, context }) => {
  const site = await elsewhere((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Elsewhere</title>'));
  watch.allowHost(site.url);
  watch.allow(/favicon/);
  try {
    const leave = await open({ app, page, world }, `${site.url}/release`);
    await expect(leave).toContainText(`Open ${new URL(site.url).host}`);
    await leave.getByRole('button', { name: 'Cancel' }).click();
    await expect(leave).toHaveCount(0);
    expect(site.requests).toEqual([]);
    await page.getByRole('main').getByRole('button', { name: `${site.url}/release` }).click();
    const [opened] = await Promise.all([context.waitForEvent('page'), leave.getByRole('link').click()]);
    await expect(opened).toHaveTitle('Elsewhere');
    expect(await opened.evaluate(() => [window.opener, document.referrer])).toEqual([null, '']);
    const { headers } = site.requests.find(({ path }) => path === '/release');
    expect([headers.referer, headers.origin, headers.cookie, headers.authorization]).toEqual([undefined, undefined, undefined, undefined]);
  } finally {
    await site.stop();
  }
});

lone('a host that imitates another is shown as it is written for machines', async ({ app, page, world }) => {
  const leave = await open({ app, page, world }, 'https://xn--80ak6aa92e.com/login');
  await expect(leave.getByRole('link')).toHaveText('Open xn--80ak6aa92e.com');
  await expect(leave.getByRole('link')).toHaveAttribute('href', 'https://xn--80ak6aa92e.com/login');
});
