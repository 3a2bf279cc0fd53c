// config.json: what a deployment decides, and that nothing starts when it is not understood.
import { openly, elsewhere } from './support/elsewhere.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

/** Gives the page a config.json, as text or as an answer. */
async function configure(context, configuration) {
  const answer = configuration.status ? configuration : { json: configuration };
  await context.route('**/config.json', (route) => route.fulfill(answer));
}

test('it is asked for once, past every cache and without a token, before the app asks for anything', async ({ app, page, watch }) => {
  const headers = page.waitForRequest('**/config.json').then((request) => request.allHeaders());
  await app.openSignIn();
  expect((await headers)['cache-control']).toBe('no-cache');
  expect((await headers).authorization).toBeUndefined();
  expect(watch.requests.filter(({ url }) => url.endsWith('/config.json')).length).toBe(1);
  expect(watch.calls()).toEqual([]);
});

for (const [what, answer, says] of [
  ['no JSON', { status: 200, contentType: 'application/json', body: '{"idle_minutes": 15,}' }, /It is not JSON\. Line 1, column 20/],
  ['a web page', { status: 200, contentType: 'text/html', body: '<!doctype html><title>Front page</title>' }, /It is a web page\. .* must answer 404/],
  ['an unknown key', { status: 200, json: { idle_minuts: 15 } }, /There is no key "idle_minuts"\. .* the keys are: server,/],
  ['a wrong value', { status: 200, json: { idle_minutes: 1 } }, /"idle_minutes" is 1\. Write a whole number from 5 to 120/],
  ['an address that is none', { status: 200, json: { server: 'http://id.example' } }, /"server" is "http:\/\/id\.example"\. Use https/],
  ['text that is no UTF-8 JSON', { status: 200, contentType: 'application/json', body: Buffer.from([0xff, 0xfe, 0x00]) }, /It is not JSON/],
]) {
  test(`${what} in it: said with the fix, and nothing starts`, async ({ app, page, watch, context }) => {
    await configure(context, answer);
    await page.goto('/events');
    await expect(app.heading).toHaveText('Eventide was not started');
    await expect(page.getByRole('alert')).toContainText(says);
    await expect(page.getByRole('alert')).toContainText('docs/configuration.md');
    await expect(app.token).toHaveCount(0);
    expect(watch.calls()).toEqual([]);
    await context.unroute('**/config.json');
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(app.token).toBeVisible();
  });
}

for (const [what, answer] of [
  ['answers 503', { status: 503, body: 'busy' }],
  ['answers 403', { status: 403, json: {} }],
  ['does not answer', null],
]) {
  test(`a server that ${what} for it: nothing starts`, async ({ app, page, watch }) => {
    watch.allow(/Failed to load resource/);
    await page.route('**/config.json', (route) => (answer ? route.fulfill(answer) : route.abort('connectionreset')));
    await page.goto('/events');
    await expect(app.heading).toHaveText('Eventide could not be loaded');
    await expect(page.getByRole('alert')).toContainText('config.json did not arrive');
    await expect(page.getByLabel('Report')).toContainText('config.json');
    await expect(app.token).toHaveCount(0);
    expect(watch.calls()).toEqual([]);
  });
}

test('one mode to keep the token, a text, and a server that cannot be changed', async ({ app, page, context }) => {
  await configure(context, { keep: ['memory'], sign_in_text: 'Ask the <b>desk</b>.', server_choice: 'fixed', session_hours: 2, idle_minutes: 7 });
  await app.openSignIn();
  await expect(page.getByText('Ask the <b>desk</b>.')).toBeVisible();
  await expect(page.getByRole('radio')).toHaveCount(0);
  await expect(page.getByText('in memory only, until this page is left or reloaded, for 2 hours at most and 7 minutes without use')).toBeVisible();
  await expect(app.server).toHaveValue(app.world.url);
  await expect(app.server).not.toBeEditable();
  await app.offer(tokens.admin);
  await app.enter();
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
  expect(await page.evaluate((secret) => JSON.stringify({ ...sessionStorage, ...localStorage }).includes(secret), tokens.admin)).toBe(false);
});

test('the first mode is chosen at the beginning', async ({ app, page, context }) => {
  await configure(context, { keep: ['device', 'tab'] });
  await app.openSignIn();
  await expect(page.getByRole('radio', { name: 'This device' })).toBeChecked();
  await expect(page.getByRole('radio')).toHaveCount(2);
});

test('what is kept from before and no longer allowed is forgotten', async ({ app, page, context }) => {
  await app.signIn({ keep: 'This device' });
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
  await configure(context, { keep: ['tab'] });
  await page.goto('/events');
  await expect(app.token).toBeVisible();
  expect(await page.evaluate((secret) => JSON.stringify({ ...localStorage }).includes(secret), tokens.admin)).toBe(false);
});

lone.describe('two instances', () => {
  /** The sandbox of the test as production, another one behind an open door as staging. */
  const begin = async ({ context, watch }) => {
    const other = await Sandbox.start({ events: 20 });
    const staging = await elsewhere(async (request, response) => {
      if (!openly(request, response)) return;
      const answer = await fetch(`${other.url}${request.url}`, { method: request.method, headers: { authorization: request.headers.authorization ?? '' } });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(await answer.text());
    });
    const production = await Sandbox.start({ events: 20, connect: [staging.url] });
    for (const { url } of [production, staging]) watch.allowHost(url);
    await context.route('**/config.json', (route) => route.fulfill({
      json: {
        instances: [
          { name: 'Production', server: production.url, color: 'red' },
          { name: 'Staging', server: staging.url, color: 'green' },
        ],
      },
    }));
    const host = ({ url }) => new URL(url).host;
    return {
      production: host(production), staging: host(staging), url: production.url, asked: staging.requests,
      stop: async () => {
        // A page that still asks would meet a server that is gone.
        for (const page of context.pages()) await page.close();
        await production.stop();
        await staging.stop();
        await other.stop();
      },
    };
  };
  const bar = (page) => page.getByRole('banner');

  lone('chosen at sign-in, named in the bar and in links, changed in the account panel', async ({ app, page, context, watch }) => {
    const all = await begin({ context, watch });
    try {
      await page.goto(all.url);
      await expect(page.getByRole('radio', { name: 'Production' })).toBeChecked();
      await expect(app.server).toHaveCount(0);
      await page.getByRole('radio', { name: 'Staging' }).check({ force: true });
      await app.offer(tokens.admin);
      await app.enter();
      await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
      await expect(bar(page)).toContainText('Staging');
      await expect(bar(page)).toHaveAttribute('data-color', 'green');
      expect(new URL(page.url()).searchParams.get('instance')).toBe(all.staging);
      await page.locator('.log__row a').first().click();
      await expect(app.facts).toBeVisible();
      const link = page.url();
      expect(new URL(link).searchParams.get('instance')).toBe(all.staging);
      expect(link).not.toContain(tokens.admin);

      // Production is asked for nothing with a token of staging, and the other way round.
      await page.getByRole('button', { name: /account of/ }).click();
      await page.getByRole('button', { name: 'Switch to Production' }).click();
      await expect(page.getByRole('radio', { name: 'Production' })).toBeChecked();
      await app.offer(tokens.viewer);
      await app.enter();
      await expect(bar(page)).toContainText('Production');
      await expect(bar(page)).toHaveAttribute('data-color', 'red');
      const bearers = (requests) => [...new Set(requests.map(({ headers }) => headers.authorization).filter(Boolean))];
      expect(bearers(all.asked)).toEqual([`Bearer ${tokens.admin}`]);

      // Back to staging: its session is still kept in this tab.
      await page.getByRole('button', { name: /account of/ }).click();
      await page.getByRole('button', { name: 'Switch to Staging' }).click();
      await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
      await expect(bar(page)).toContainText('Staging');

      // A link leads to its own server, whatever this browser used last.
      const tab = await context.newPage();
      await tab.goto(link);
      await expect(tab.getByRole('complementary', { name: 'Facts' })).toBeVisible();
      await expect(bar(tab)).toContainText('Staging');
    } finally {
      await all.stop();
    }
  });

  lone('a link to a server that is not offered brings none', async ({ app, page, context, watch }) => {
    const all = await begin({ context, watch });
    try {
      await page.goto(`${all.url}/events?instance=evil.example&server=https://evil.example`);
      await expect(page.getByRole('radio', { name: 'Production' })).toBeChecked();
      await expect(page.getByRole('radio')).toHaveCount(5);
      await expect(page.getByRole('main')).not.toContainText('evil.example');
      await page.goto(`${all.url}/events?range=24h&instance=${all.staging}`);
      await expect(page.getByRole('radio', { name: 'Staging' })).toBeChecked();
      await app.offer(tokens.admin);
      await app.enter();
      await expect(page).toHaveURL(new RegExp(`/events\\?range=24h&instance=${all.staging.replaceAll('.', '\\.')}$`));
    } finally {
      await all.stop();
    }
  });
});
