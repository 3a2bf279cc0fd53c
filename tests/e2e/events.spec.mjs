// The list: the server's events, newest first, and what stays when something fails.
import { at, expect, lone, test } from './support/test.mjs';

// What the page asks the server for.
const first = '?page_size=50';

const table = (page) => page.getByRole('table', { name: 'Events' });
/** Rows, not the skeletons that stand there before them. */
const rows = (page) => table(page).locator('.log__row:not(:has(.skel))');

test('shows the first page newest first, under a head for each day, with links', async ({ app, page, world }) => {
  await app.signIn();
  await expect(page).toHaveURL('/events');
  const { results, pagination } = await world.events(first);
  await expect(rows(page).first()).toBeVisible();
  // Only what is near the screen is in the page.
  const links = await rows(page).getByRole('link').evaluateAll((found) => found.map((link) => new URL(link.href).pathname));
  expect(links.length).toBeGreaterThan(10);
  expect(links).toEqual(results.slice(0, links.length).map(({ pk }) => at(`/events/${pk}`)));
  const day = ({ created }) => new Date(created).toLocaleDateString('en-GB', { timeZone: 'Europe/Berlin' });
  const days = new Set(results.slice(0, links.length).map(day));
  await expect(table(page).locator('.log__day')).toHaveCount(days.size);
  const [newest] = results;
  const clock = new Date(newest.created).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' });
  await expect(rows(page).first().locator('time')).toHaveText(clock);
  expect(pagination.count).toBeGreaterThan(0);
});

test('older events come behind the others, by button and by key', async ({ app, page, world }) => {
  await app.signIn({ path: '/events?range=all' });
  const { results: older } = await world.events('?page_size=50&page=2');
  await expect(page.locator('.pager')).toContainText('1–50');
  await page.keyboard.press('l');
  await expect(page.locator('.pager')).toContainText('1–100');
  await page.getByRole('button', { name: 'Load 50 more' }).evaluate((button) => button.click());
  await expect(page.locator('.pager')).toContainText('1–150');
  await rows(page).first().getByRole('link').focus();
  const wanted = rows(page).filter({ has: page.locator(`a[href*="${older[0].pk}"]`) });
  await expect.poll(async () => {
    await page.locator('.list').evaluate((list) => list.scrollBy(0, 300));
    return wanted.count();
  }).toBe(1);
});

test('a row opens its event; back returns to the same place', async ({ app, page, world }) => {
  await app.signIn();
  const { results } = await world.events(first);
  const link = rows(page).nth(15).getByRole('link');
  await link.scrollIntoViewIfNeeded();
  await link.click();
  await expect(page).toHaveURL(`/events/${results[15].pk}`);
  await expect(app.facts).toContainText(results[15].pk);
  await page.goBack();
  await expect(link).toBeInViewport();
  await expect(rows(page).nth(15).getByRole('link')).toHaveAttribute('href', at(`/events/${results[15].pk}`));
});

test('one tab stop a row, and Enter opens it', async ({ app, page, world }) => {
  await app.signIn();
  const { results } = await world.events(first);
  await expect(rows(page).first()).toBeVisible();
  const stops = await rows(page).evaluateAll((found) => found.map((row) => row.querySelectorAll('a[href], button:not([tabindex="-1"]), [tabindex="0"]').length));
  expect(new Set(stops)).toEqual(new Set([1]));
  await rows(page).nth(1).getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/events/${results[1].pk}`);
});

test('a new tab by the middle button works: rows are links', async ({ app, page, context, world }) => {
  await app.signIn({ keep: 'This device' });
  const { results } = await world.events();
  const opened = context.waitForEvent('page');
  await rows(page).first().getByRole('link').click({ button: 'middle' });
  const tab = await opened;
  await expect(tab).toHaveURL(new RegExp(results[0].pk));
  await expect(tab.getByRole('complementary', { name: 'Facts' })).toBeVisible();
});

lone.describe('without events', () => {
  lone.use({ worldOptions: { events: 0 } });
  lone('says so and offers to create one', async ({ app, page }) => {
    await app.signIn();
    await expect(page.getByRole('heading', { name: /no events/i })).toBeVisible();
    await expect(page.getByRole('main').getByRole('link', { name: /New event|Create/ }).first()).toBeVisible();
  });
});

test('an error keeps the rows, tells since when, and Retry gets the new ones', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  const before = await rows(page).count();
  await page.route('**/api/v3/events/events/?**', (route) => route.fulfill({ status: 502, json: { error: 'failed to connect' } }));
  await page.route('**/api/v3/events/events/', (route) => route.fulfill({ status: 502, json: { error: 'failed to connect' } }));
  const refresh = page.getByRole('button', { name: 'Refresh' });
  await refresh.first().click();
  const banner = page.getByRole('alert').filter({ hasText: /Could not/ });
  await expect(banner).toBeVisible({ timeout: 12_000 });
  await expect(banner).toContainText(/502|not answering/);
  await expect(banner).toContainText(/\d\d:\d\d:\d\d/);
  expect(await rows(page).count()).toBe(before);
  await page.unroute('**/api/v3/events/events/?**');
  await page.unroute('**/api/v3/events/events/');
  await page.getByRole('button', { name: 'Retry now' }).click();
  await expect(banner).toHaveCount(0);
  await expect(rows(page)).toHaveCount(before);
});

test('an error with nothing to keep takes the place of the list', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.signIn();
  await page.route('**/api/v3/events/events/?**', (route) => route.fulfill({ status: 500, contentType: 'text/html', body: '<h1>500</h1>' }));
  await page.goto('/events');
  await expect(page.getByRole('button', { name: /^(Try again|Retry now)$/ })).toBeVisible({ timeout: 12_000 });
  await page.unroute('**/api/v3/events/events/?**');
  await page.getByRole('button', { name: /^(Try again|Retry now)$/ }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('one odd event does not take the page down', async ({ app, page, world }) => {
  await app.signIn();
  const list = await world.events();
  const odd = list.results.map((event) => JSON.stringify(event));
  odd[2] = '{"pk": 7, "user": "x", "action": null, "context": [[[]]], "created": "never"}';
  odd[4] = 'null';
  odd[6] = `{"pk":"${list.results[6].pk}","action":"login","app":"x","user":{},"context":${'['.repeat(3000)}${']'.repeat(3000)},"client_ip":null,"created":"${list.results[6].created}","expires":null,"brand":{}}`;
  await page.route('**/api/v3/events/events/?**', (route) =>
    route.fulfill({ contentType: 'application/json', body: `{"pagination":${JSON.stringify(list.pagination)},"results":[${odd.join(',')}]}` }),
  );
  await page.goto('/events');
  await expect(rows(page).filter({ has: page.locator(`a[href$="/events/${list.results[0].pk}"]`) })).toHaveCount(1);
  await expect(rows(page).filter({ has: page.locator(`a[href$="/events/${list.results[19].pk}"]`) })).toHaveCount(1);
  await expect(rows(page)).toHaveCount(20);
});

test('an unknown address says so, with the ways on', async ({ app, page }) => {
  await app.signIn();
  await page.goto('/no-such-page');
  await expect(app.heading).toHaveText(/page|here/i);
  await page.getByRole('link', { name: /Events|Back/ }).first().click();
  await expect(page).toHaveURL('/events');
});

test('the skip link leads into the page, and each page has one heading and a title', async ({ app, page, world }) => {
  const { results } = await world.events();
  await app.signIn();
  const titles = new Set();
  for (const path of ['/events', `/events/${results[0].pk}`, '/events/new', '/nowhere']) {
    await page.goto(path);
    await expect(app.heading).toHaveCount(1);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    titles.add(await page.title());
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => Boolean(document.activeElement?.closest('main')) || location.hash === '#main')).toBe(true);
  }
  expect(titles.size).toBe(4);
});
