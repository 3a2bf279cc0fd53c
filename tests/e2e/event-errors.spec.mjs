// Every way in which reading one event fails: its own message, its next step, nothing lost.
import { stopClock } from './support/clock.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

const id = '6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4';
const json = 'application/json';
const html = 'text/html; charset=utf-8';

/** The words that no page may show: what the machine said instead of what it means. */
const machine = /undefined|NaN|\[object|panicked|<html|<h1|Uncaught|unwrap/;

const retry = { role: 'button', name: /^(Try again|Retry now|Check again)$/ };
const back = { role: 'link', name: /^Back to events$/ };

const could = 'Could not load this event';

/** Events too old for the list that signing in opens: nothing is known of them yet. */
const unseen = (world) => world.events('?ordering=created');

/** `sends`: requests for the event, retries included; the bounds are those of the retry rules. */
const failures = [
  { name: '404', answer: { status: 404, contentType: json, body: '{"detail":"No Event matches the given query."}' }, title: 'This event is not there', next: back, sends: 1 },
  { name: '404 as a web page', answer: { status: 404, contentType: html, body: '<html><h1>Not Found</h1></html>' }, title: could, text: /web page/, next: retry, sends: 1 },
  { name: '403 of a firewall', answer: { status: 403, contentType: html, body: '<html><h1>Blocked</h1></html>' }, title: could, text: /before authentik refused/, next: retry, sends: 1 },
  { name: '400', answer: { status: 400, contentType: json, body: '{"detail":"Bad things."}' }, title: could, text: /Bad things\./, sends: 1 },
  { name: '405', answer: { status: 405, contentType: json, body: '{"detail":"Method \\"GET\\" not allowed."}' }, title: could, text: /405/, sends: 1 },
  { name: '406', answer: { status: 406, contentType: json, body: '{"detail":"Could not satisfy the request Accept header."}' }, title: could, text: /406/, sends: 1 },
  { name: '451', answer: { status: 451, contentType: html, body: '' }, title: could, text: /451/, sends: 1 },
  { name: '500 as a web page', answer: { status: 500, contentType: html, body: '<html><h1>Server Error (500)</h1></html>' }, title: could, text: /500/, next: retry, sends: 2 },
  { name: '500 without a body', answer: { status: 500, contentType: html, body: '' }, title: could, text: /500/, next: retry, sends: 2 },
  { name: '502 of the proxy', answer: { status: 502, contentType: json, body: '{"error":"failed to connect to authentik backend: dial tcp 10.1.2.3:8000"}' }, title: could, text: /502 Bad Gateway/, next: retry, sends: 4 },
  { name: '504', answer: { status: 504, contentType: html, body: '<html>Gateway Time-out</html>' }, title: could, text: /504 Gateway Timeout/, next: retry, sends: 4 },
  { name: '200 as a web page', answer: { status: 200, contentType: html, body: '<!doctype html><title>authentik</title>' }, title: could, text: /web page/i, sends: 1 },
  { name: '200 cut off', answer: { status: 200, contentType: json, body: `{"pk":"${id}","user":{"pk":4` }, title: could, text: /does not understand/i, next: retry, sends: 2 },
  { name: '200 empty', answer: { status: 200, contentType: json, body: '' }, title: could, next: retry, sends: 2 },
  { name: '200 null', answer: { status: 200, contentType: json, body: 'null' }, title: could, next: retry, sends: 2 },
  { name: '200 a list', answer: { status: 200, contentType: json, body: '[]' }, title: could, next: retry, sends: 2 },
  { name: '200 with a tail', answer: { status: 200, contentType: json, body: `{"pk":"${id}"} trailing` }, title: could, sends: [1, 2] },
  { name: '204', answer: { status: 204, body: '' }, title: could, sends: [1, 2] },
  {
    name: '200 of another event',
    answer: { status: 200, contentType: json, body: JSON.stringify({ pk: '00000000-0000-4000-8000-000000000000', action: 'login', app: 'a', user: {}, context: {}, client_ip: null, brand: {}, created: '2026-11-20T13:29:13Z', expires: '2027-11-20T13:29:13Z' }) },
    title: could, text: /it is about the event 00000000/, sends: [1, 2],
  },
];

for (const { name, answer, title, text, next, sends } of failures) {
  test(`${name}: a message, a next step, the right number of requests`, async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await app.signIn();
    let sent = 0;
    await page.route(`**/api/v3/events/events/${id}/`, (route) => {
      sent += 1;
      return route.fulfill({ ...answer, headers: { 'x-authentik-id': '0123456789abcdef0123456789abcdef' } });
    });
    await app.go(`/events/${id}`);
    const main = page.getByRole('main');
    await expect(main).not.toHaveAttribute('aria-busy', 'true');
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 12_000 });
    await expect(app.heading).toHaveText(title);
    if (text) await expect(main).toContainText(text);
    if (next) await expect(page.getByRole(next.role, { name: next.name })).toBeVisible();
    await expect(main).not.toContainText(machine, { useInnerText: true });
    await expect(main).not.toContainText('10.1.2.3', { useInnerText: true });
    const [least, most] = Array.isArray(sends) ? sends : [sends, sends];
    expect(sent).toBeGreaterThanOrEqual(least);
    expect(sent).toBeLessThanOrEqual(most);
    // There is always a way back to the list.
    await page.getByRole('link', { name: /Events|Back to events/ }).first().click();
    await expect(page).toHaveURL('/events');
    await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
  });
}

test('a failure names the request id, for the server log', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.signIn();
  await page.route(`**/api/v3/events/events/${id}/`, (route) =>
    route.fulfill({ status: 500, contentType: html, body: '<h1>Server Error</h1>', headers: { 'x-authentik-id': '0123456789abcdef0123456789abcdef' } }),
  );
  await app.go(`/events/${id}`);
  await page.getByText('Details', { exact: true }).click();
  await expect(page.getByRole('main')).toContainText('0123456789abcdef0123456789abcdef');
});

test('an unknown event: the id, the possible reasons, and the way back', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.open(`/events/${id}`);
  await expect(app.heading).toHaveText('This event is not there');
  await expect(page.getByRole('main')).toContainText(id);
  await expect(page.getByRole('main')).toContainText(/expired/);
});

for (const malformed of ['nonsense', '6f1d0e52', '6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9dZ', '%00', '<b>x</b>', '\u202Eevil']) {
  test(`the id ${JSON.stringify(malformed)} sends no request for an event`, async ({ app, page, watch }) => {
    await app.signIn();
    await app.go(`/events/${encodeURIComponent(decodeURIComponent(malformed))}`);
    await expect(app.heading).toHaveText('This event isn’t here');
    expect(watch.calls((call) => /events\/events\/(?!volume)[^?]+/.test(call))).toEqual([]);
  });
}

test('without the permission: who is signed in and what is missing', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  const { results } = await world.events();
  const token = tokens.nobody;
  await page.goto(`/events/${results[0].pk}`);
  await app.offer(token);
  await expect(app.heading).toHaveText(/can.t view events/);
});

test('the permission was taken away in between: named, with the user, the session stays', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  await app.signIn();
  const { results } = await unseen(world);
  await page.route(`**/api/v3/events/events/${results[0].pk}/`, (route) =>
    route.fulfill({ status: 403, contentType: json, body: '{"detail":"You do not have permission to perform this action."}' }),
  );
  await app.go(`/events/${results[0].pk}`);
  await expect(app.heading).toHaveText('You can’t view this event');
  await expect(page.getByRole('main')).toContainText('authentik_events.view_event');
  await expect(page.getByRole('main')).toContainText('akadmin');
  await page.unroute(`**/api/v3/events/events/${results[0].pk}/`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.facts).toContainText(results[0].pk);
});

test('the token was revoked in between: asked to sign in, over the page, and then back on the event', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  await app.signIn();
  const { results } = await unseen(world);
  let revoked = true;
  await page.route('**/api/v3/**', (route) =>
    revoked && route.request().headers().authorization
      ? route.fulfill({ status: 403, contentType: json, body: '{"detail":"Token invalid/expired"}' })
      : route.fallback(),
  );
  await app.go(`/events/${results[0].pk}`);
  const dialog = page.getByRole('dialog', { name: 'Your token is no longer accepted' });
  await expect(dialog).toBeVisible();
  // Another token that is no good does not end it.
  await dialog.getByLabel('API token').fill('still-no-good');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dialog.getByLabel('API token')).toHaveAccessibleDescription(/does not accept this token either/);
  revoked = false;
  await dialog.getByLabel('API token').fill(tokens.admin);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dialog).toBeHidden();
  await expect(app.facts).toContainText(results[0].pk);
});

test('authentik is starting: says so, counts down, and shows the event when it is up', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  await app.signIn();
  const { results } = await unseen(world);
  let sent = 0;
  await page.route(`**/api/v3/events/events/${results[0].pk}/`, (route) => {
    sent += 1;
    return sent === 1
      ? route.fulfill({ status: 503, headers: { 'retry-after': '2' }, contentType: json, body: '{"error":"authentik starting"}' })
      : route.fallback();
  });
  const before = Date.now();
  await app.go(`/events/${results[0].pk}`);
  await expect(page.getByText(/starting/i).first()).toBeVisible();
  await expect(app.facts).toContainText(results[0].pk);
  expect(Date.now() - before).toBeGreaterThan(1_900);
  expect(sent).toBe(2);
});

test('the connection breaks: tried again, then told, and the button gets the event', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  await app.signIn();
  const { results } = await unseen(world);
  let broken = true;
  let sent = 0;
  await page.route(`**/api/v3/events/events/${results[0].pk}/`, (route) => {
    sent += 1;
    return broken ? route.abort('connectionreset') : route.fallback();
  });
  await app.go(`/events/${results[0].pk}`);
  const again = page.getByRole('button', { name: /^(Try again|Retry now)$/ });
  // Between two tries there is a button as well.
  await expect.poll(() => sent, { timeout: 12_000 }).toBe(4);
  await expect(again).toBeVisible();
  await expect(page.getByRole('main')).toContainText(/No answer from/);
  broken = false;
  await again.click();
  await expect(app.facts).toContainText(results[0].pk);
});

test('a passing failure is not even seen', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  await app.signIn();
  const { results } = await unseen(world);
  let sent = 0;
  await page.route(`**/api/v3/events/events/${results[0].pk}/`, (route) => {
    sent += 1;
    return sent < 3 ? route.fulfill({ status: 502, contentType: json, body: '{"error":"x"}' }) : route.fallback();
  });
  await app.go(`/events/${results[0].pk}`);
  await expect(app.facts).toContainText(results[0].pk);
  expect(sent).toBe(3);
});

test('offline: said, no request until the network is back, then by itself', async ({ app, page, watch, world, context }) => {
  watch.allowFailedCalls();
  const { results } = await world.events();
  await app.signIn();
  await page.getByRole('table', { name: 'Events' }).getByRole('link').first().waitFor();
  await context.setOffline(true);
  await page.getByRole('table', { name: 'Events' }).getByRole('link').first().click();
  await expect(page.getByText(/offline/i).first()).toBeVisible();
  await context.setOffline(false);
  await expect(app.facts).toBeVisible();
  void results;
});

test('slow: a frame at once, words after five seconds, Cancel closes the call', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  const { results } = await unseen(world);
  await stopClock(page);
  await app.signIn();
  const held = [];
  await page.route(`**/api/v3/events/events/${results[0].pk}/`, (route) => void held.push(route));
  const failed = page.waitForEvent('requestfailed', (request) => request.url().includes(results[0].pk));
  await app.go(`/events/${results[0].pk}`);
  await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  await expect.poll(() => held.length).toBe(1);
  await page.clock.runFor(5_500);
  await expect(page.getByText(/Still loading/i)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await failed;
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
});

test('no first byte for fifteen seconds: too slow is said, with a way to try again', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  const { results } = await unseen(world);
  await stopClock(page);
  await app.signIn();
  let sent = 0;
  await page.route(`**/api/v3/events/events/${results[0].pk}/`, () => {
    sent += 1;
  });
  await app.go(`/events/${results[0].pk}`);
  await expect.poll(() => sent).toBe(1);
  const again = page.getByRole('button', { name: /^(Try again|Retry now)$/ });
  for (let step = 0; step < 30 && !(await again.isVisible()); step += 1) await page.clock.runFor(3_000);
  await expect(again).toBeVisible();
  await expect(page.getByRole('main')).toContainText(/did not answer within 15 seconds/);
  expect(sent).toBeLessThanOrEqual(4);
});

test('a late answer of one event is never shown under another', async ({ app, page, world }) => {
  const { results } = await world.events();
  const [a, b] = results;
  await app.signIn();
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(`**/api/v3/events/events/${a.pk}/`, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  const table = page.getByRole('table', { name: 'Events' });
  await table.locator(`a[href$="/events/${a.pk}"]`).click();
  await expect(page).toHaveURL(`/events/${a.pk}`);
  await page.goBack();
  await table.locator(`a[href$="/events/${b.pk}"]`).click();
  await expect(app.facts).toContainText(b.pk);
  release();
  await page.unroute(`**/api/v3/events/events/${a.pk}/`);
  await expect(app.facts).toContainText(b.pk);
  await expect(app.facts).not.toContainText(a.pk);
});

test('leaving a page aborts what it was reading', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  const { results } = await world.events();
  await app.signIn();
  const aborted = [];
  page.on('requestfailed', (request) => aborted.push(`${new URL(request.url()).pathname} ${request.failure()?.errorText}`));
  let sent = 0;
  await page.route(`**/api/v3/events/events/*-*/`, () => {
    sent += 1;
  });
  const table = page.getByRole('table', { name: 'Events' });
  for (const [at, { pk }] of results.slice(0, 5).entries()) {
    await table.locator(`a[href$="/events/${pk}"]`).click();
    await expect(page).toHaveURL(`/events/${pk}`);
    await expect.poll(() => sent).toBe(at + 1);
    await page.goBack();
    await expect(table).toBeVisible();
  }
  const ended = ({ pk }) => aborted.includes(`/api/v3/events/events/${pk}/ net::ERR_ABORTED`);
  await expect.poll(() => results.slice(0, 5).every(ended)).toBe(true);
});

for (const [what, change] of [
  ['without a user', (event) => delete event.user],
  ['with text as user', (event) => (event.user = 'root')],
  ['with a list as context', (event) => (event.context = [1, 'two', { three: 3 }])],
  ['with text as context', (event) => (event.context = 'free text')],
  ['with a number as address', (event) => (event.client_ip = 7)],
  ['without an action', (event) => delete event.action],
  ['with an odd time', (event) => (event.created = 'yesterday')],
  ['without an expiry', (event) => (event.expires = null)],
  ['with null as brand', (event) => (event.brand = null)],
  ['with fields of a newer server', (event) => (event.colour = 'blue')],
]) {
  test(`an event ${what} is shown, not refused`, async ({ app, page, world }) => {
    const { results } = await world.events();
    const event = structuredClone(results[0]);
    change(event);
    await app.signIn();
    await page.route(`**/api/v3/events/events/${event.pk}/`, (route) => route.fulfill({ json: event }));
    await app.go(`/events/${event.pk}`);
    await expect(app.facts).toContainText(event.pk);
    await expect(page.getByRole('main')).not.toContainText(machine, { useInnerText: true });
    if (event.context === 'free text') await expect(page.getByRole('main')).toContainText('free text');
  });
}

lone('an answer cut off on the wire is told, not shown in part', async ({ app, page, watch, world }) => {
  watch.allowFailedCalls();
  const { results } = await unseen(world);
  await app.signIn();
  await world.fault({ path: `/api/v3/events/events/${results[0].pk}/`, cut: 'mid-body', times: 10 });
  await app.go(`/events/${results[0].pk}`);
  await expect(page.getByRole('button', { name: /^(Try again|Retry now)$/ })).toBeVisible({ timeout: 12_000 });
  await expect(app.facts).toHaveCount(0);
});
