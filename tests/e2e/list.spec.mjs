// The list as a tool: what is asked of the server and how often, what stays where it is while
// events arrive, and the event beside the list.
import { stopClock } from './support/clock.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

/** Rows, not the skeletons that stand there before them. */
const rows = (page) => page.getByRole('table', { name: 'Events' }).locator('.log__row:not(:has(.skel))');

/** The reads of the list and of the counts since now. */
function reads(page) {
  const seen = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (request.method() === 'GET' && /\/events\/events\/(volume\/)?$/.test(url.pathname)) {
      seen.push({ volume: url.pathname.endsWith('volume/'), query: url.searchParams });
    }
  });
  return seen;
}

test('one change asks once for rows and once for counts, a page turn for rows only', async ({ app, page }) => {
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  const seen = reads(page);
  await app.go('/events?range=all');
  await expect(page.locator('.pager')).toContainText('1–50 of');
  await expect.poll(() => seen.length).toBe(2);
  expect(seen.filter(({ volume }) => volume)).toHaveLength(1);
  await expect(page.getByRole('table', { name: 'Events' })).not.toHaveAttribute('aria-busy', 'true');
  await page.keyboard.press('l');
  await expect(page.locator('.pager')).toContainText('1–100');
  expect(seen).toHaveLength(3);
  expect(seen[2].volume).toBe(false);
  expect(seen[2].query.get('page')).toBe('2');
});

test('the last question wins, whatever order the answers come in', async ({ app, page }) => {
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/events/events/?**actions=login_failed**', async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await app.go('/events?range=all&action=login_failed');
  await app.go('/events?range=all&action=logout');
  await expect(rows(page).first()).toContainText('Logout');
  release();
  await page.unrouteAll({ behavior: 'wait' });
  for (const row of await rows(page).all()) await expect(row).toContainText('Logout');
});

test('nothing is asked while nothing changes', async ({ app, page }) => {
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  await page.clock.install();
  const seen = reads(page);
  await page.clock.runFor(60_000);
  expect(seen).toHaveLength(0);
});

lone('live: what arrives waits, moves nothing, and is shown and marked when asked for', async ({ app, page, world }) => {
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  const before = await rows(page).first().getByRole('link').getAttribute('href');
  await page.getByRole('button', { name: 'Live' }).click();
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'true');
  for (let i = 0; i < 3; i += 1) await world.create({ action: 'login', app: `arrived ${i}` });
  const pill = page.getByRole('button', { name: '3 new events' });
  await expect(pill).toBeVisible({ timeout: 15_000 });
  await expect(page).toHaveTitle(/^\(3\) Events/);
  await expect(rows(page).first().getByRole('link')).toHaveAttribute('href', before);
  await pill.click();
  await expect(rows(page).first()).toContainText('arrived 2');
  await expect(page.locator('.log__row.is-new')).toHaveCount(3);
  await expect(page).toHaveTitle(/^Events/);
  await expect(pill).toHaveCount(0);
});

lone('live looks every 5 seconds, but not while somebody reads or nobody sees it', async ({ app, page, world }) => {
  await stopClock(page, new Date().toISOString());
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole('button', { name: 'Live' }).click();
  const seen = reads(page);
  await page.clock.runFor(5_500);
  await expect.poll(() => seen.length).toBe(1);
  const reading = {
    'text is marked': [
      () => rows(page).first().evaluate((row) => getSelection().selectAllChildren(row)),
      () => page.evaluate(() => getSelection().removeAllRanges()),
    ],
    'a menu is open': [
      () => page.getByRole('button', { name: 'Views' }).click(),
      () => page.keyboard.press('Escape'),
    ],
    'the tab is hidden': [
      () => page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })),
      () => page.evaluate(() => { delete document.hidden; }),
    ],
    'an event is open beside': [
      async () => { await page.keyboard.press('j'); await page.keyboard.press('o'); await expect(page.getByRole('complementary', { name: 'Event detail' })).toBeVisible(); },
      async () => { await page.keyboard.press('Escape'); await expect(page.getByRole('complementary', { name: 'Event detail' })).toHaveCount(0); },
    ],
  };
  const looks = () => seen.filter(({ volume, query }) => !volume && query.get('page_size') === '50').length;
  for (const [name, [begin, end]] of Object.entries(reading)) {
    await begin();
    const before = looks();
    await page.clock.runFor(20_000);
    expect(looks(), name).toBe(before);
    await end();
    await page.clock.runFor(5_500);
    await expect.poll(looks, name).toBeGreaterThan(before);
  }
  await world.create({ action: 'login', app: 'heard' });
  await page.clock.runFor(5_500);
  await expect(page.getByRole('button', { name: '1 new event' })).toBeVisible();
});

lone('leaving the list stops what it asked for', async ({ app, page, world }) => {
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  await world.fault({ method: 'GET', path: '/api/v3/events/events/', query: 'actions=logout', delay_ms: 20_000, times: 2 });
  await app.go('/events?range=all&action=logout');
  const asked = async () => (await world.log()).filter(({ query }) => query.includes('actions=logout')).map(({ ended }) => ended);
  await expect.poll(asked).toEqual(['running', 'running']);
  await app.go('/events/new');
  await expect.poll(asked).toEqual(['abandoned', 'abandoned']);
});

lone('a server that asks for time gets it, and the rows stay meanwhile', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  await world.fault({ method: 'GET', path: '/api/v3/events/events/', query: 'page=1', status: 429, headers: { 'retry-after': '3' }, body: '{}' });
  const times = [];
  page.on('request', (request) => { if (request.url().includes('page=1')) times.push(Date.now()); });
  await page.keyboard.press('r');
  await expect(page.locator('.list .banner')).toContainText(/in \d s/);
  await expect(rows(page).first()).toBeVisible();
  await expect.poll(() => times.length).toBe(2);
  expect(times[1] - times[0]).toBeGreaterThanOrEqual(3_000);
  await expect(page.locator('.list .banner')).toHaveCount(0);
});

lone.describe('a longer list', () => {
  lone.use({ worldOptions: { events: 300 } });
  lone('older rows neither shift nor repeat when events arrive in between', async ({ app, page, world }) => {
  await app.signIn({ path: '/events?range=all' });
  await expect(page.locator('.pager')).toContainText('1–50');
  const { results: known } = await world.events('?page_size=100');
  for (let i = 0; i < 7; i += 1) await world.create({ action: 'logout', app: 'between' });
  await page.keyboard.press('l');
  await expect(page.locator('.pager')).toContainText(/1–(9\d|100)/);
  const seen = new Set();
  const list = page.locator('.list');
  await list.evaluate((element) => { element.scrollTop = 0; });
  for (let i = 0; i < 30; i += 1) {
    const links = await rows(page).getByRole('link').evaluateAll((found) => found.map((link) => new URL(link.href).pathname.split('/').pop()));
    expect(new Set(links).size).toBe(links.length);
    links.forEach((pk) => seen.add(pk));
    await list.evaluate((element) => element.scrollBy(0, 200));
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
  }
  for (const { pk } of known.slice(0, 80)) expect(seen, pk).toContain(pk);
});
});

test('J, K, Enter, O: an event beside the list has the address of its page', async ({ app, page, world }) => {
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  const { results } = await world.events('?page_size=5');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(rows(page).nth(1).getByRole('link')).toBeFocused();
  await page.keyboard.press('k');
  await expect(rows(page).first().getByRole('link')).toBeFocused();
  await page.keyboard.press('o');
  await expect(page).toHaveURL(`/events/${results[0].pk}`);
  const pane = page.getByRole('complementary', { name: 'Event detail' });
  await expect(pane.getByText(/^1 of/)).toBeVisible();
  await page.keyboard.press('j');
  await expect(page).toHaveURL(`/events/${results[1].pk}`);
  await expect(pane.getByText(/^2 of/)).toBeVisible();
  await expect(pane.getByRole('complementary', { name: 'Facts' })).toContainText(results[1].pk);
  // One step back leaves it, however many events were looked at.
  await page.goBack();
  await expect(page).toHaveURL('/events');
  await expect(pane).toHaveCount(0);
  await page.keyboard.press('o');
  await expect(pane).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/events');
  await expect(rows(page).nth(1).getByRole('link')).toBeFocused();
});

test('rows far below are not in the page, and screen readers know their number', async ({ app, page }) => {
  await app.signIn({ path: '/events?range=all' });
  await expect(page.locator('.pager')).toContainText('1–50 of');
  for (let i = 1; i <= 4; i += 1) {
    await page.keyboard.press('l');
    await expect(page.locator('.pager')).toContainText(`1–${50 + i * 50}`);
  }
  expect(await rows(page).count()).toBeLessThan(90);
  const table = page.getByRole('table', { name: 'Events' });
  const count = Number(await table.getAttribute('aria-rowcount'));
  expect(count).toBeGreaterThan(290);
  await page.locator('.list').evaluate((list) => { list.scrollTop = list.scrollHeight; });
  await expect.poll(() => rows(page).last().getAttribute('aria-rowindex').then(Number)).toBeGreaterThan(240);
});

test('a filter without matches says what exists beside it', async ({ app, page }) => {
  await app.signIn({ path: '/events?user=nobody.at.all' });
  await expect(page.getByRole('heading', { name: 'No events match these filters' })).toBeVisible();
  await expect(page.getByText(/^There are [\d,]+ events in the last 7 days/)).toBeVisible();
  await page.getByRole('link', { name: 'Clear all filters' }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('the zone is chosen once for every time on the page, kept, and said in a link', async ({ app, page, world }) => {
  await app.signIn();
  const { results: [newest] } = await world.events('?page_size=1');
  const at = (timeZone) => new Date(newest.created).toLocaleTimeString('en-GB', { timeZone });
  const first = rows(page).first().locator('time');
  await expect(first).toHaveText(at('Europe/Berlin'));
  await page.keyboard.press('u');
  await expect(first).toHaveText(at('UTC'));
  await page.reload();
  await expect(first).toHaveText(at('UTC'));
  await page.getByRole('button', { name: /^Times in/ }).click();
  const panel = page.getByRole('dialog', { name: 'Time zone' });
  await panel.getByLabel('Another zone').fill('Middle/Earth');
  await panel.getByRole('button', { name: 'Use' }).click();
  await expect(panel.getByRole('alert')).toContainText('Europe/Berlin');
  await panel.getByLabel('Another zone').fill('Asia/Kolkata');
  await panel.getByRole('button', { name: 'Use' }).click();
  await expect(first).toHaveText(at('Asia/Kolkata'));
  await app.go('/events?zone=Pacific/Kiritimati');
  await expect(first).toHaveText(at('Pacific/Kiritimati'));
});

test('columns are chosen, kept, and a link says which', async ({ app, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'App' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns and density' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'App' }).click();
  await expect(page.getByRole('columnheader', { name: 'App' })).toBeHidden();
  await page.reload();
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'App' })).toBeHidden();
  await page.getByRole('button', { name: 'Columns and density' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Compact rows' }).click();
  await expect.poll(() => rows(page).first().evaluate((row) => Math.round(row.getBoundingClientRect().height))).toBe(30);
  await page.getByRole('button', { name: /Copy a link to exactly these rows/ }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(link.searchParams.get('columns')).toBe('action,event,user,ip');
  expect(link.searchParams.get('zone')).toBe('Europe/Berlin');
  expect(link.searchParams.get('from')).toMatch(/Z$/);
  expect(link.searchParams.get('to')).toMatch(/Z$/);
  const addresses = () => rows(page).getByRole('link').evaluateAll((links) => links.slice(0, 20).map((a) => new URL(a.href).pathname));
  const shown = await addresses();
  await page.goto(link.pathname + link.search);
  await expect.poll(addresses).toEqual(shown);
});

test('sorting is by what the server sorts by, and stands in the address', async ({ app, page, world }) => {
  await app.signIn({ path: '/events?range=all' });
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole('columnheader', { name: 'Time' }).getByRole('button').click();
  await expect(page).toHaveURL(/order=created/);
  const { results: [oldest] } = await world.events('?ordering=created&page_size=1');
  await expect(rows(page).first().getByRole('link')).toHaveAttribute('href', new RegExp(oldest.pk));
  await expect(page.getByRole('columnheader', { name: 'Time' })).toHaveAttribute('aria-sort', 'ascending');
  // The server ignores an order by user without a word, so none is offered.
  await expect(page.getByRole('columnheader', { name: 'User' }).getByRole('button')).toHaveCount(0);
});

test('no matches and no permission for them look the same, and it is said', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.signIn({ token: tokens.oneEvent });
  // Its event is older than what the list shows at first: the server answers 403, not an empty list.
  await expect(page.getByRole('heading', { name: 'No matches, or no permission for them' })).toBeVisible();
  await expect(page.getByText('authentik answers the same to a search without matches')).toBeVisible();
  await app.go('/events?range=all');
  await expect(rows(page)).toHaveCount(1);
  await expect(page.locator('.pager')).toContainText('1–1 of 1');
});

const before = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const status = (page) => page.locator('.pager').getByRole('status');

lone.describe('events that the server cannot print', () => {
  lone.use({ worldOptions: { events: 0 } });
  lone('leave everything around them, and the list says how many and from when', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    // The newest first: 130 events a minute apart, of which two on the first page and one on the third fail.
    const poisoned = [20, 21, 105];
    const events = Array.from({ length: 130 }, (_, row) => row).reverse();
    for (const row of events) {
      if (poisoned.includes(row)) await world.poison(before(row * 60 + 30));
      else await world.insert({ action: 'logout', app: `row ${row}`, created: before(row * 60 + 30) });
    }
    await app.signIn({ path: '/events?range=all' });
    await expect(status(page)).toContainText('Showing 1–50 of 130');
    await expect(status(page)).toContainText('2 events could not be read: the server fails to print them');
    await expect(status(page)).toContainText(/They were made between \w+ \d+ \w+ \d{4}, \d\d:\d\d:\d\d and/);
    await expect(rows(page).nth(19)).toContainText('row 19');
    await expect(rows(page).nth(20)).toContainText('The server fails to print the event that stands here');
    await expect(rows(page).nth(22)).toContainText('row 22');
    await page.keyboard.press('l');
    await expect(status(page)).toContainText('Showing 1–100 of 130');
    await page.keyboard.press('l');
    await expect(status(page)).toContainText('Showing 1–130 of 130');
    await expect(status(page)).toContainText('3 events could not be read');
    await expect(page.locator('.pager').getByRole('button')).toHaveCount(0);
    // J and K pass over them.
    await rows(page).nth(19).getByRole('link').focus();
    await page.keyboard.press('j');
    await expect(rows(page).filter({ hasText: 'row 22' }).getByRole('link')).toBeFocused();
  });

  lone('do not stop the list from being live', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    for (let row = 10; row > 0; row -= 1) await world.insert({ action: 'logout', app: `row ${row}`, created: before(row * 60) });
    await world.poison(before(30));
    await world.insert({ action: 'logout', app: 'newest', created: before(20) });
    await app.signIn({ path: '/events?range=all' });
    await expect(status(page)).toContainText('1 event could not be read');
    await page.getByRole('button', { name: 'Live' }).click();
    await world.create({ action: 'login', app: 'arrived' });
    await page.getByRole('button', { name: '1 new event' }).click({ timeout: 15_000 });
    await expect(rows(page).first()).toContainText('arrived');
    await expect(status(page)).toContainText('Showing 1–13 of 13');
    await expect(status(page)).toContainText('1 event could not be read');
  });

  lone('are not taken for a server that fails at everything', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await app.signIn();
    let asked = 0;
    await page.route('**/api/v3/events/events/?**', (route) => {
      asked += 1;
      return route.fulfill({ status: 500, contentType: 'text/html', body: '<h1>Server Error</h1>' });
    });
    await page.goto('/events');
    await expect(page.getByRole('button', { name: /^(Try again|Retry now)$/ })).toBeVisible({ timeout: 12_000 });
    expect(asked).toBeLessThan(16);
  });
});

test('values of an event filter the list for them or leave them out, or say why they cannot', async ({ app, page, world }) => {
  const { results } = await world.events('?page_size=100&action=login');
  const event = results.find(({ action, client_ip, context }) => action === 'login' && client_ip && context.auth_method && context.auth_method_args?.known_device !== undefined);
  await app.signIn({ path: `/events/${event.pk}` });
  await page.getByRole('button', { name: `Filter for ${event.client_ip}` }).click();
  await expect(page).toHaveURL(new RegExp(`ip=${event.client_ip.replaceAll(':', '(:|%3A)')}`));
  await page.goBack();
  await page.getByRole('button', { name: `Leave out ${event.user.username}` }).click();
  await expect(page).toHaveURL(new RegExp(`user=!${event.user.username}`));
  await page.goBack();
  const leaf = (key) => app.tree.getByRole('treeitem').filter({ has: page.locator('.k', { hasText: new RegExp(`^${key}$`) }) });
  // What comes in above the tree moves it away from under the pointer.
  const filterFor = (key) => expect(async () => {
    await leaf(key).hover();
    await leaf(key).getByRole('button', { name: /Filter for this value/ }).click({ timeout: 1_000 });
  }).toPass({ timeout: 10_000 });
  await filterFor('known_device');
  await expect(page.getByText(/true or false/).first()).toBeVisible();
  await filterFor('auth_method');
  await expect(page).toHaveURL(/value=|context\.auth_method/);
  await expect(rows(page).first()).toBeVisible();
});
