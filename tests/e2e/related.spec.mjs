// From one event to the next: through its list, to what is related, and back.
import { expect, lone, test } from './support/test.mjs';

const place = (page) => page.getByRole('navigation', { name: 'Event' }).locator('.num');
const older = (page) => page.getByRole('button', { name: 'Older event' });
const newer = (page) => page.getByRole('button', { name: 'Newer event' });

/** The rows of a list as the server has them. */
async function rows(world, query = '') {
  const { results, pagination } = await world.events(`?ordering=-created&page_size=100${query}`);
  return { ids: results.map(({ pk }) => pk), count: pagination.count };
}

/** The event whose row has focus. */
const focusedRow = (page) => page.evaluate(() => document.activeElement?.closest('[data-id]')?.dataset.id);

const row = (page, id) => page.locator(`.log__row[data-id="${id}"] .log__sum a`);

lone.describe('moving through the list', () => {
  lone('buttons and keys go from event to event, and Back leaves in one step to the row of the last one', async ({ app, page, world }) => {
    await app.signIn();
    await app.go('/events?range=all');
    const { ids, count } = await rows(world);
    await row(page, ids[2]).click();
    await expect(place(page)).toHaveText(`3 of ${count}`);
    for (const [press, at] of [
      [() => page.keyboard.press('j'), 3],
      [() => page.keyboard.press('l'), 4],
      [() => older(page).click(), 5],
      [() => page.keyboard.press('k'), 4],
      [() => page.keyboard.press('h'), 3],
      [() => newer(page).click(), 2],
      [() => page.keyboard.press('j'), 3],
    ]) {
      await press();
      await expect(place(page)).toHaveText(`${at + 1} of ${count}`);
      await expect(page).toHaveURL(`/events/${ids[at]}?range=all`);
      await expect(app.heading).not.toBeEmpty();
    }
    await page.goBack();
    await expect(page).toHaveURL('/events?range=all');
    await expect.poll(() => focusedRow(page)).toBe(ids[3]);
    // Forward is the event that was looked at last.
    await page.goForward();
    await expect(page).toHaveURL(`/events/${ids[3]}?range=all`);
  });

  lone('the list comes back as it was scrolled, by Back, Escape and the link above the event', async ({ app, page, world }) => {
    await app.signIn();
    const { ids } = await rows(world);
    for (const [name, leave] of [
      ['Back', () => page.goBack()],
      ['Escape', () => page.keyboard.press('Escape')],
      ['link', () => page.getByRole('navigation', { name: 'Event' }).getByRole('link', { name: 'Events' }).click()],
    ]) {
      await lone.step(name, async () => {
        await app.go('/events?range=all');
        await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
        await page.locator('.list').evaluate((list) => list.scrollTo(0, 0));
        await row(page, ids[0]).focus();
        for (let at = 0; at < 40; at += 1) await page.keyboard.press('j');
        await expect.poll(() => focusedRow(page)).toBe(ids[40]);
        const scrolled = () => page.locator('.list').evaluate((list) => list.scrollTop);
        const before = await scrolled();
        expect(before).toBeGreaterThan(200);
        await page.keyboard.press('Enter');
        await expect(app.heading).not.toBeEmpty();
        const entries = await page.evaluate(() => history.length);
        await leave();
        await expect(page).toHaveURL('/events?range=all');
        await expect.poll(() => focusedRow(page)).toBe(ids[40]);
        await expect.poll(scrolled).toBe(before);
        expect(await page.evaluate(() => history.length)).toBe(entries);
      });
    }
  });

  lone('it stops at the ends and says so; Shift goes there at once', async ({ app, page, world }) => {
    await app.signIn();
    await app.go('/events?range=all');
    const { ids, count } = await rows(world);
    await row(page, ids[1]).click();
    await page.keyboard.press('Shift+L');
    await expect(place(page)).toHaveText(`${count} of ${count}`);
    await expect(page).toHaveURL(`/events/${ids.at(-1)}?range=all`);
    await expect(older(page)).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('j');
    await expect(page.getByRole('status').filter({ hasText: 'No older event in this list' })).toBeVisible();
    await expect(page).toHaveURL(`/events/${ids.at(-1)}?range=all`);
    await page.keyboard.press('Shift+H');
    await expect(place(page)).toHaveText(`1 of ${count}`);
    await newer(page).click({ force: true });
    await expect(page.getByRole('status').filter({ hasText: 'No newer event in this list' })).toBeVisible();
    await expect(page).toHaveURL(`/events/${ids[0]}?range=all`);
  });

  lone('a neighbor is there at once, whatever the server does', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await app.signIn();
    await app.go('/events?range=all');
    const { ids, count } = await rows(world);
    await row(page, ids[0]).click();
    await expect(place(page)).toHaveText(`1 of ${count}`);
    // Nothing is answered from now on.
    await page.route('**/api/v3/**', () => {});
    const before = await app.heading.textContent();
    await page.keyboard.press('j');
    await expect(place(page)).toHaveText(`2 of ${count}`);
    await expect(app.heading).not.toBeEmpty();
    await expect(app.facts).toContainText(ids[1]);
    expect(before).not.toBe('');
  });

  lone.describe('with more rows than are loaded', () => {
    lone.use({ worldOptions: { events: 130 } });

    lone('more are fetched on the way', async ({ app, page, world }) => {
      await app.signIn();
      await app.go('/events?range=all');
      const all = await rows(world);
      const { ids, count } = all;
      await expect(row(page, ids[0])).toBeVisible();
      await app.go(`/events/${ids[48]}?range=all`);
      await expect(place(page)).toHaveText(`49 of ${count}`);
      for (let at = 49; at < 60; at += 1) {
        await page.keyboard.press('j');
        await expect(place(page)).toHaveText(`${at + 1} of ${count}`);
        await expect(page).toHaveURL(`/events/${ids[at]}?range=all`);
      }
    });

    lone('an address opened by itself asks for the neighbors only when somebody moves', async ({ app, page, world, watch }) => {
      const { ids, count } = await rows(world);
      await app.open(`/events/${ids[80]}?range=all`);
      await expect(app.facts).toContainText(ids[80]);
      const lists = () => watch.calls((call) => call === 'GET /api/v3/events/events/').length;
      const before = lists();
      await page.keyboard.press('j');
      await expect(page).toHaveURL(`/events/${ids[81]}?range=all`);
      await expect(place(page)).toHaveText(`82 of ${count}`);
      await page.keyboard.press('k');
      await page.keyboard.press('k');
      await expect(page).toHaveURL(`/events/${ids[79]}?range=all`);
      await expect(place(page)).toHaveText(`80 of ${count}`);
      expect(lists()).toBeGreaterThan(before);
      // The first entry of the tab was the event: there is no list to go back to, so one is opened.
      await page.keyboard.press('Escape');
      await expect(page).toHaveURL('/events?range=all');
    });

    lone('a step that fails says so and can be made again', async ({ app, page, world, watch }) => {
      watch.allowFailedCalls();
      const { ids } = await rows(world);
      await app.open(`/events/${ids[20]}?range=all`);
      await expect(app.facts).toContainText(ids[20]);
      await page.route('**/api/v3/events/events/?**', (route) => route.fulfill({ status: 500, contentType: 'text/html', body: '<h1>Server Error</h1>' }));
      await page.keyboard.press('j');
      const retry = page.getByRole('navigation', { name: 'Event' }).getByRole('button', { name: 'Retry' });
      await expect(retry).toBeVisible({ timeout: 15_000 });
      await page.unroute('**/api/v3/events/events/?**');
      await retry.click();
      await expect(page).toHaveURL(`/events/${ids[21]}?range=all`);
    });
  });
});

lone.describe('seen before', () => {
  lone('an event opens without a network, says from when it is, and is asked for again', async ({ app, page, world, watch, context }) => {
    watch.allow(/ERR_INTERNET_DISCONNECTED/);
    const { ids } = await rows(world);
    await app.open(`/events/${ids[3]}?range=all`);
    await expect(app.facts).toContainText(ids[3]);
    const heading = await app.heading.textContent();
    await app.go('/events/new');
    await expect(app.action).toBeVisible();
    await context.setOffline(true);
    await app.go(`/events/${ids[3]}?range=all`);
    await expect(app.heading).toHaveText(heading ?? '');
    const banner = page.getByRole('alert');
    await expect(banner).toContainText(/What is shown is from .*\d\d:\d\d/);
    await expect(banner.getByRole('button', { name: 'Retry now' })).toBeVisible();
    await context.setOffline(false);
    await banner.getByRole('button', { name: 'Retry now' }).click().catch(() => {});
    await expect(banner).toHaveCount(0);
    await expect(app.heading).toHaveText(heading ?? '');
  });

  lone('nothing of it outlives the session, and nothing is written down', async ({ app, page, world, watch, context }) => {
    watch.allow(/ERR_INTERNET_DISCONNECTED/);
    // Too old for the list that signing in opens.
    const pk = crypto.randomUUID();
    await world.insert({
      pk, action: 'login', app: 'authentik.events.signals', user: { pk: 7, username: 'mia.wong', email: 'mia.wong@harbor.example' }, client_ip: '192.0.2.146',
      created: '2026-10-01T13:29:13.902000Z', expires: '2027-11-20T13:29:13.902000Z', brand: {}, context: { note: 'kept-nowhere' },
    });
    await app.open(`/events/${pk}`);
    await expect(app.tree).toContainText('kept-nowhere');
    const kept = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases.map(({ name }) => name), await caches.keys()]);
    });
    expect(kept).not.toContain('kept-nowhere');
    expect(kept).not.toContain('mia.wong');
    await app.signOut();
    await app.signIn();
    await context.setOffline(true);
    await app.go(`/events/${pk}`);
    await expect(app.heading).toHaveText(/Could not load this event|offline/i);
    await expect(page.getByRole('main')).not.toContainText('kept-nowhere');
  });
});

/** Puts an event at a second of one minute; gives its id. */
async function put(world, second, event = {}) {
  const pk = crypto.randomUUID();
  const at = `2026-11-20T13:29:${String(second).padStart(2, '0')}`;
  await world.insert({
    pk, action: 'login', app: 'authentik.events.signals', user: { pk: 7, username: 'mia.wong', email: 'mia.wong@harbor.example' }, client_ip: '192.0.2.146',
    created: `${at}.902000Z`, expires: '2027-11-20T13:29:13.902000Z', brand: {}, context: {}, ...event,
  });
  return pk;
}

lone.describe('related', () => {
  const model = { pk: '3f9c2a71d04e4b0c9e6b5a1f7c88d2e0', app: 'authentik_core', name: 'Grafana', model_name: 'application' };
  const request = (id) => ({ http_request: { path: '/', method: 'GET', args: {}, request_id: id, user_agent: 'curl/8' } });
  const tab = (page, name) => page.getByRole('tab', { name });
  const panel = (page) => page.getByRole('tabpanel');
  const related = (page) => page.getByRole('heading', { name: 'Related' });

  /** Four events that share this and that; the third is the one to look at. */
  async function seed(world) {
    const first = await put(world, 1, { action: 'model_updated', user: { pk: 1, username: 'root', email: '' }, client_ip: '10.0.0.1', context: { model } });
    const second = await put(world, 5, { context: request('aaaa') });
    const own = await put(world, 13, { action: 'model_updated', context: { model, ...request('aaaa') } });
    const last = await put(world, 50, { client_ip: '10.0.0.2' });
    return { first, second, own, last };
  }

  lone('each question has its count, its latest events and a list with its chips', async ({ app, page, world }) => {
    const { second, own } = await seed(world);
    await app.open(`/events/${own}?range=all`);
    await related(page).scrollIntoViewIfNeeded();
    await expect(tab(page, /^Same object/)).toHaveText('Same object 2');
    await expect(tab(page, /^Same IP/)).toHaveText('Same IP 2');
    await expect(tab(page, /^Same user/)).toHaveText('Same user 3');
    await expect(tab(page, /^Same request/)).toHaveText('Same request 2');
    await expect(panel(page).getByRole('listitem')).toHaveCount(2);
    await expect(panel(page).locator('[aria-current=true]')).toContainText('this event');
    await expect(panel(page)).toContainText('12 s before');
    // By keyboard.
    await tab(page, /^Same object/).focus();
    await page.keyboard.press('End');
    await expect(tab(page, /^Same request/)).toBeFocused();
    await expect(panel(page)).toContainText('8 s before');
    await expect(panel(page).getByRole('link', { name: 'See all 2 events of this request' })).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(panel(page).getByRole('link', { name: /See all 3 events of mia\.wong/ })).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await panel(page).getByRole('link', { name: /See all 2 events from 192\.0\.2\.146/ }).click();
    await expect(page).toHaveURL('/events?ip=192.0.2.146&from=2026-11-19T13:29:13Z&to=2026-11-20T13:29:14Z');
    await expect(page.locator('.log__row')).toHaveCount(2);
    await page.goBack();
    await related(page).scrollIntoViewIfNeeded();
    await tab(page, /^Same request/).click();
    await panel(page).getByRole('link').first().click();
    await expect(page).toHaveURL(`/events/${second}?range=all`);
  });

  lone('nothing is asked before it is in sight, and two questions at a time', async ({ app, page, world, watch }) => {
    await page.setViewportSize({ width: 1280, height: 360 });
    const { own } = await seed(world);
    await app.open(`/events/${own}?range=all`);
    await expect(app.facts).toContainText(own);
    const lists = () => watch.calls((call) => call === 'GET /api/v3/events/events/').length;
    const before = lists();
    let [open, most] = [0, 0];
    await page.route('**/api/v3/events/events/?**', async (route) => {
      open += 1;
      most = Math.max(most, open);
      const answer = await route.fetch();
      open -= 1;
      await route.fulfill({ response: answer });
    });
    expect(lists()).toBe(before);
    await related(page).scrollIntoViewIfNeeded();
    for (const name of ['object 2', 'IP 2', 'user 3', 'request 2']) await expect(tab(page, `Same ${name}`)).toBeVisible();
    expect(lists()).toBe(before + 4);
    expect(most).toBe(2);
  });

  lone('a question that fails fails alone, and can be asked again', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    const { own } = await seed(world);
    await page.route(/events\/events\/\?.*client_ip=/, (route) => route.fulfill({ status: 400, contentType: 'application/json', body: '{"detail":"No."}' }));
    await app.open(`/events/${own}?range=all`);
    await related(page).scrollIntoViewIfNeeded();
    await expect(tab(page, /^Same user/)).toHaveText('Same user 3');
    await expect(tab(page, /^Same IP/)).toHaveText('Same IP ?');
    await tab(page, /^Same IP/).click();
    await expect(panel(page)).toContainText('Could not load events');
    await page.unroute(/events\/events\/\?.*client_ip=/);
    await panel(page).getByRole('button', { name: 'Retry' }).click();
    await expect(tab(page, /^Same IP/)).toHaveText('Same IP 2');
    await expect(panel(page)).toContainText('8 s before');
  });

  lone('an impersonation is told from its end and from within: whom, how long, and its events', async ({ app, page, world }) => {
    const root = { pk: 1, username: 'root', email: '' };
    const acting = { ...root, on_behalf_of: { pk: 7, username: 'mia.wong', email: '' } };
    const start = await put(world, 3, { action: 'impersonation_started', user: acting });
    const within = await put(world, 20, { action: 'model_updated', user: acting, context: { model } });
    const end = await put(world, 48, { action: 'impersonation_ended', user: root });
    for (const id of [end, within, start]) {
      await app[id === end ? 'open' : 'go'](`/events/${id}`);
      await expect(app.facts).toContainText(id);
      const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'This impersonation' }) }).filter({ has: page.getByRole('list') });
      await section.scrollIntoViewIfNeeded();
      await expect(section).toContainText('root acted as mia.wong for 45 s.');
      await expect(section.getByRole('listitem')).toHaveCount(id === within ? 3 : 2);
    }
    await page.getByRole('link', { name: 'See all events of this impersonation' }).click();
    await expect(page.locator('.log__row')).toHaveCount(3);
  });
});

lone.describe('against the usual', () => {
  const at = (country, as_org, user_agent, more) => ({ geo: { country, city: '', continent: 'EU', lat: 1.5, long: 1.5 }, asn: { asn: 64500, as_org, network: '192.0.2.0/24' }, http_request: { path: '/', method: 'POST', args: {}, request_id: 'ffff', user_agent }, ...more });
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
  const table = (page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'Against the usual' }) });
  const line = (page, label) => table(page).getByRole('row').filter({ has: page.getByRole('rowheader', { name: label }) });

  lone('a failed sign-in stands beside the last ones of the user, as counts with their list', async ({ app, page, world, watch }) => {
    for (const second of [1, 2, 3]) await put(world, second, { context: at('DE', 'Nordkabel', firefox, { auth_method: 'auth_webauthn_pwl' }) });
    await put(world, 4, { context: at('FR', 'Nordkabel', firefox, { auth_method: 'password' }) });
    // Later ones, and those of others, do not count.
    await put(world, 40, { context: at('BR', 'Telpar Sul', 'curl/8', {}) });
    await put(world, 5, { user: { pk: 8, username: 'eva', email: '' }, context: at('BR', 'Telpar Sul', 'curl/8', {}) });
    const own = await put(world, 30, { action: 'login_failed', context: at('BR', 'Nordkabel', 'Go-http-client/2.0', { username: 'mia.wong', password: '********************' }) });
    await app.open(`/events/${own}`);
    await expect(table(page).getByRole('columnheader', { name: 'Last 4 sign-ins of mia.wong' })).toBeVisible();
    await expect(line(page, 'Country')).toHaveText(/Brazil.*Not in the last 4.*Germany.*3 of 4, 1 other/);
    await expect(line(page, 'Network')).toHaveText(/AS64500 Nordkabel.*4 of 4.*AS64500 Nordkabel.*4 of 4/);
    await expect(line(page, 'Device')).toHaveText(/Program in Go.*Not in the last 4.*Firefox on Linux.*4 of 4/);
    await expect(line(page, 'Method')).toHaveText(/Password.*Passkey.*3 of 4, 1 other/);
    expect(watch.requests.filter(({ url }) => url.includes('page_size=50') && url.includes('actions=login&') && url.includes('username=mia.wong'))).toHaveLength(1);
    await table(page).getByRole('link', { name: 'See these sign-ins' }).click();
    await expect(page.locator('.log__row')).toHaveCount(4);
  });

  lone('the first sign-in of a user is compared with nothing, and a failure says so alone', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    const own = await put(world, 30, { context: at('BR', 'Nordkabel', firefox, { auth_method: 'password' }) });
    await page.route(/events\/events\/\?.*page_size=50.*actions=login/, (route) => route.fulfill({ status: 400, contentType: 'application/json', body: '{"detail":"No."}' }));
    await app.open(`/events/${own}`);
    await expect(table(page)).toContainText('Could not load events');
    await expect(app.facts).toContainText(own);
    await page.unroute(/events\/events\/\?.*page_size=50.*actions=login/);
    await table(page).getByRole('button', { name: 'Retry' }).click();
    await expect(table(page)).toContainText('No earlier sign-in of mia.wong is recorded.');
  });
});

lone.describe('names of members', () => {
  const group = { pk: '0d6c1f9e1a5b4d0e8ef7c4b3a2918070', app: 'authentik_core', name: 'grafana-editors', model_name: 'group' };
  const changes = (page) => page.getByRole('table', { name: 'Changed fields' });
  const change = (users) => ({ action: 'model_updated', context: { model: group, diff: { users } } });

  lone('are looked up where the token may; the keys stay, and a look-up that fails changes nothing', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    const { username } = await (await world.api('core/users/7/')).json();
    const own = await put(world, 3, change({ add: [7, 999999], remove: [8] }));
    await app.open(`/events/${own}`);
    await expect(changes(page)).toContainText(`${username} 7`);
    await expect(changes(page)).toContainText('dana.admin 8');
    await expect.poll(() => watch.calls((call) => call === 'GET /api/v3/core/users/999999/').length).toBe(1);
    await expect(changes(page)).toContainText('999999');
    // Known from then on.
    await app.go('/events/new');
    await app.go(`/events/${own}`);
    await expect(changes(page)).toContainText(`${username} 7`);
    expect(watch.calls((call) => call === 'GET /api/v3/core/users/7/')).toHaveLength(1);
  });

  lone('a token that may not look users up is asked once, and the keys are shown', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    const own = await put(world, 3, change({ add: [7, 8, 9, 10, 11, 12] }));
    await page.route('**/api/v3/core/users/*/', (route) =>
      route.request().url().endsWith('/me/') ? route.fallback() : route.fulfill({ status: 403, contentType: 'application/json', body: '{"detail":"You do not have permission to perform this action."}' }),
    );
    await app.open(`/events/${own}`);
    await expect(changes(page)).toContainText('12');
    const asked = () => watch.calls((call) => /core\/users\/\d+\//.test(call)).length;
    await expect.poll(asked).toBeGreaterThan(0);
    await expect(app.facts).toContainText(own);
    // Two are open at a time, so no more than two were refused.
    expect(asked()).toBeLessThanOrEqual(2);
  });
});
