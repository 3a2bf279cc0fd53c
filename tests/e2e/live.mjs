// Drives the built app against a running authentik: sign in, list, one event of every action found,
// create, and the look-up of what was created. It writes one event. `EVENTIDE_ADDRESS` is the address of
// the app, which passes /api/ on; `EVENTIDE_TOKEN_FILE` holds a token that may view and add events.
import { readFileSync } from 'node:fs';
import { chromium, expect } from '@playwright/test';
import { App } from './support/app.mjs';
import { expectAccessible } from './support/axe.mjs';
import { launchOptions } from './support/browser.mjs';
import { traces } from './support/hostile.mjs';
import { memberText } from './support/json.mjs';
import { Watch } from './support/watch.mjs';

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. "cargo xtask test --tier live --authentik URL --token-file FILE" sets it.`);
  return value;
}

const url = setting('EVENTIDE_ADDRESS').replace(/\/+$/, '');
const token = readFileSync(setting('EVENTIDE_TOKEN_FILE'), 'utf8').trim();

async function ask(path) {
  const answer = await fetch(`${url}/api/v3/${path}`, { headers: { accept: 'application/json', authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`);
  return answer.json();
}

let passed = 0;
const failed = [];
async function step(name, run) {
  const started = Date.now();
  try {
    await run();
    passed += 1;
    console.log(`  ok    ${name} (${Date.now() - started} ms)`);
  } catch (error) {
    failed.push(name);
    console.log(`  FAIL  ${name}\n${String(error.message ?? error).replaceAll(token, '(token)').replace(/^/gm, '        ')}`);
  }
}

/** The newest event of each action that the server has. */
async function oneOfEachAction() {
  const known = (await ask('events/events/actions/')).map(({ component }) => component);
  const found = new Map();
  for (const action of known) {
    const query = action === 'custom_' ? 'action=custom_' : `actions=${action}`;
    const { results } = await ask(`events/events/?${query}&page_size=${action === 'custom_' ? 100 : 1}`);
    for (const event of results) if (!found.has(event.action)) found.set(event.action, event);
  }
  return found;
}

const browser = await chromium.launch(launchOptions());
const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: { width: 1440, height: 900 } });
await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
const watch = new Watch(new URL(url).origin);
await watch.attach(context);
const page = await context.newPage();
page.setDefaultTimeout(30_000);
const app = new App(page, { url }, watch);
const patient = expect.configure({ timeout: 30_000 });

console.log(`live: ${url}`);
await step('sign in', async () => {
  await app.openSignIn();
  await app.offer(token);
  await patient(app.heading).toHaveText(/^Connected as /);
  console.log(`        ${(await page.getByRole('listitem').allInnerTexts()).join(' | ').replaceAll('\n', ' ')}`);
  await app.enter();
});

await step('the list equals the first page of the server', async () => {
  await patient(page.locator('.log__row').first()).toBeVisible();
  const shown = await page.locator('.log__row a[href^="/events/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const { results } = await ask('events/events/?page_size=50');
  // Others may be writing meanwhile: what both know must stand in the same order.
  const theirs = results.map(({ pk }) => `/events/${pk}`);
  const both = shown.filter((address) => theirs.includes(address));
  expect(both.length).toBeGreaterThan(0);
  expect(both).toEqual(theirs.filter((address) => both.includes(address)));
  await expectAccessible(page, 'events');
});

const found = await oneOfEachAction();
console.log(`        ${found.size} actions found`);
for (const [action, { pk }] of found) {
  await step(`event of ${action}`, async () => {
    const answered = page.waitForResponse((response) => response.url().includes(`/events/events/${pk}/`) && response.ok());
    await page.goto(`/events/${pk}`);
    const body = await (await answered).text();
    const event = JSON.parse(body);
    await patient(app.facts).toContainText(event.pk);
    const main = page.getByRole('main');
    await expect(main).toContainText(event.action);
    await expect(app.facts).toContainText(event.app);
    for (const who of [event.user, event.user?.on_behalf_of, event.user?.authenticated_as]) {
      if (who?.username) await expect(main).toContainText(who.is_anonymous ? /Anonymous|nobody/ : who.username);
    }
    if (event.client_ip) await expect(app.facts).toContainText(event.client_ip);
    for (const key of Object.keys(event.context)) await expect(app.tree).toContainText(key);
    expect(await traces(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy context as JSON' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(memberText(body, 'context'));
    await expectAccessible(page, action);
  });
}

await step('create an event and find it again', async () => {
  const marker = crypto.randomUUID();
  await page.goto('/events/new');
  await app.fill({ action: 'custom_', name: 'eventide_live', app: 'eventide.live', context: `{"marker": "${marker}", "big": 18446744073709551615}` });
  await app.create.click();
  await patient(page).toHaveURL(/\/events\/[0-9a-f-]{36}$/);
  await patient(app.facts).toContainText('eventide.live');
  const pk = page.url().split('/').at(-1);
  const stored = await ask(`events/events/${pk}/`);
  expect(stored).toMatchObject({ action: 'custom_', app: 'eventide.live', context: { marker, event_name: 'eventide_live' } });
  await page.goto('/events');
  await patient(page.locator(`a[href="/events/${pk}"]`)).toBeVisible();
  await page.locator(`a[href="/events/${pk}"]`).click();
  await patient(app.tree).toContainText(marker);
});

await step('the browser had nothing to complain about', async () => expect(watch.findings()).toEqual([]));

await browser.close();
console.log(`end to end: ${passed} passed, ${failed.length} failed, 0 skipped`);
process.exitCode = failed.length === 0 ? 0 : 1;
