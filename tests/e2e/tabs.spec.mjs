// Several tabs of one browser: who gets a session, who is told of its end, and who is told nothing.
import { at, base } from './support/base.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

const radios = { tab: 'This tab', device: 'This device', memory: 'Don’t keep' };
const table = (page) => page.getByRole('table', { name: 'Events' });
const token = (page) => page.getByLabel('API token', { exact: true });

/** What a tab keeps, as the browser itself would bring it along. */
const tabStorage = (page) => page.evaluate(() => ({ ...sessionStorage }));

/** A tab that begins with the storage of another, as a duplicated or restored one does. */
async function tabWith(context, storage, url) {
  const tab = await context.newPage();
  await tab.addInitScript((kept) => {
    if (sessionStorage.length === 0) Object.assign(sessionStorage, kept);
  }, storage);
  await tab.goto(url);
  return tab;
}

/** The ways in which a page comes to be again. */
const ways = {
  reload: async (page) => {
    await page.reload();
    return page;
  },
  'new tab': async (page, context, url) => {
    const tab = await context.newPage();
    await tab.goto(url);
    return tab;
  },
  'duplicated tab': async (page, context, url) => tabWith(context, await tabStorage(page), url),
  'restored tab': async (page, context, url) => {
    const storage = await tabStorage(page);
    await page.close();
    return tabWith(context, storage, url);
  },
  'link without opener': async (page, context) => {
    const opened = context.waitForEvent('page');
    await page.evaluate((href) => {
      const link = Object.assign(document.createElement('a'), { href, target: '_blank', rel: 'noopener' });
      document.body.append(link);
      link.click();
      link.remove();
    }, at('/events'));
    return opened;
  },
  'window with opener': async (page, context) => {
    const opened = context.waitForEvent('page');
    await page.evaluate((address) => void window.open(address), at('/events'));
    return opened;
  },
};

for (const [mode, radio] of Object.entries(radios)) {
  for (const [way, go] of Object.entries(ways)) {
    const lasts = mode !== 'memory';
    test(`kept ${mode}, ${way}: ${lasts ? 'signed in' : 'signed out'}`, async ({ app, page, context, world }) => {
      await app.signIn({ keep: radio });
      await expect(table(page)).toBeVisible();
      const tab = await go(page, context, `${world.url}/events`);
      await expect(lasts ? table(tab) : token(tab)).toBeVisible();
      await expect(lasts ? token(tab) : table(tab)).toHaveCount(0);
    });
  }
}

/** Notes when a page shows no event any more and asks to sign in. */
async function noteEnd(page) {
  await page.evaluate(() => {
    const over = () => !document.querySelector('.log') && document.querySelector('#token');
    new MutationObserver((_, observer) => {
      if (!over()) return;
      window.overAt = Date.now();
      observer.disconnect();
    }).observe(document.body, { childList: true, subtree: true });
  });
}

for (const [mode, radio] of Object.entries(radios)) {
  lone(`kept ${mode}: signed out in one of five tabs, signed out in all within a second`, async ({ app, page, context, world, watch }) => {
    test.slow();
    watch.allowFailedCalls();
    await app.signIn({ keep: radio });
    const tabs = [page];
    for (let number = 1; number < 5; number += 1) {
      const tab = await context.newPage();
      await tab.goto(`${world.url}/events`);
      if (mode === 'memory') {
        await token(tab).fill(tokens.admin);
        await tab.getByRole('radio', { name: radio }).check({ force: true });
        await tab.getByRole('button', { name: 'Connect', exact: true }).click();
        await tab.getByRole('link', { name: 'Open events' }).click();
      }
      await expect(table(tab)).toBeVisible();
      tabs.push(tab);
    }
    const elsewhere = (tab, to) => tab.evaluate((address) => {
      history.pushState(null, '', address);
      dispatchEvent(new PopStateEvent('popstate', { state: null }));
    }, at(to));
    // There is something to go back to.
    await elsewhere(page, '/events?range=30d');
    // One of them waits for an answer that never comes.
    const hanging = tabs[4];
    const isRows = (request) => request.url().includes('/events/events/?');
    await hanging.route('**/api/v3/events/events/?**', () => {});
    const asked = hanging.waitForRequest(isRows);
    await elsewhere(hanging, '/events?range=24h');
    await asked;
    const stopped = hanging.waitForEvent('requestfailed', { predicate: isRows, timeout: 60_000 });
    for (const tab of tabs.slice(0, 4)) await noteEnd(tab);

    await tabs[2].getByRole('button', { name: /account of/ }).click();
    const out = tabs[2].getByRole('button', { name: /^Sign out/ });
    await out.evaluate((button) => {
      window.pressedAt = Date.now();
      button.click();
    });
    const pressedAt = await tabs[2].evaluate(() => window.pressedAt);
    for (const tab of tabs.slice(0, 4)) {
      await tab.waitForFunction(() => window.overAt !== undefined);
      expect(await tab.evaluate(() => window.overAt) - pressedAt).toBeLessThanOrEqual(1_000);
    }
    await stopped;
    for (const tab of tabs) {
      await expect(token(tab)).toBeVisible();
      expect(new URL(tab.url()).pathname).toBe(at('/sign-in'));
      expect(await tab.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).not.toContain(tokens.admin);
      expect(await tab.evaluate(() => Object.keys({ ...sessionStorage, ...localStorage }).filter((key) => key !== 'eventide.theme'))).toEqual([]);
    }
    await expect(tabs[0].getByRole('status').filter({ hasText: 'You signed out in another tab' })).toContainText('The token itself stays valid until it expires or is deleted in authentik');
    await expect(tabs[2].getByRole('status').filter({ hasText: 'Signed out in all tabs' })).toBeVisible();
    // Neither Back nor what the browser brings back later shows anything.
    await tabs[0].goBack();
    await expect(token(tabs[0])).toBeVisible();
    await expect(table(tabs[0])).toHaveCount(0);
  });
}

test('a tab that comes back with its storage after signing out is signed out, also when somebody signs in again', async ({ app, page, context, world }) => {
  await app.signIn();
  await expect(table(page)).toBeVisible();
  const storage = await tabStorage(page);
  expect(JSON.stringify(storage)).toContain(tokens.admin);
  await app.signOut();
  await expect(app.token).toBeVisible();
  const after = await tabWith(context, storage, `${world.url}/events`);
  await expect(token(after)).toBeVisible();
  expect(JSON.stringify(await tabStorage(after))).not.toContain(tokens.admin);
  await app.signIn({ keep: 'Don’t keep' });
  await expect(table(page)).toBeVisible();
  const later = await tabWith(context, storage, `${world.url}/events`);
  await expect(token(later)).toBeVisible();
  expect(JSON.stringify(await tabStorage(later))).not.toContain(tokens.admin);
});

/** A page of the same origin that is not the app, with the app's channel. */
async function stranger(context, world) {
  const tab = await context.newPage();
  await tab.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Blank</title>' }));
  await tab.goto(`${world.url}/blank.html`);
  await tab.evaluate((name) => {
    window.heard = [];
    window.channel = new BroadcastChannel(name);
    window.channel.onmessage = ({ data }) => window.heard.push(data);
  }, `eventide:${base}`);
  return {
    say: (...messages) => tab.evaluate((all) => all.forEach((message) => window.channel.postMessage(message)), messages),
    heard: () => tab.evaluate(() => window.heard),
  };
}

const id = 'f6e33af7-10b9-466d-b649-8abeb23e408f';
const build = (page) => page.evaluate(() => document.querySelector('meta[name=eventide-app]').dataset.build ?? '');
const message = (changes) => ({ eventide: 1, build: '', kind: 'hello', id, text: '', ...changes });

test('of what is said on the channel only a whole question is answered, once', async ({ app, page, context, world }) => {
  await app.signIn();
  await expect(table(page)).toBeVisible();
  const own = { build: await build(page), text: world.url };
  const good = message(own);
  const other = 'b7f0f1d2-0000-4000-8000-000000000000';
  const malformed = [
    '', 'hello', 'null', '[]', '{}', 7, null, undefined, true, ['hello'], { kind: 'hello', id },
    good, // An object, not a text.
    JSON.stringify({ ...good, id: other, eventide: 2 }),
    JSON.stringify({ ...good, id: other, eventide: '1' }),
    JSON.stringify({ ...good, id: other, build: 'another' }),
    JSON.stringify({ ...good, id: other, kind: 'Hello' }),
    JSON.stringify({ ...good, id: other, kind: 'grant' }),
    JSON.stringify({ ...good, id: 'short' }),
    JSON.stringify({ ...good, id: `${other}0` }),
    JSON.stringify({ ...good, id: null }),
    JSON.stringify({ ...good, id: other, text: 'https://evil.example' }),
    JSON.stringify({ ...good, id: other, text: `${world.url}/` }),
    JSON.stringify({ ...good, id: other, text: [world.url] }),
    JSON.stringify({ ...good, id: other, more: 1 }),
    `${JSON.stringify({ ...good, id: other })}x`,
    JSON.stringify({ ...good, id: other, text: 'x'.repeat(20_000) }),
  ];
  const tab = await stranger(context, world);
  await tab.say(...malformed);
  // The control: what is right is answered, and it came after all the others.
  await tab.say(JSON.stringify(good));
  await expect.poll(async () => (await tab.heard()).length).toBeGreaterThan(0);
  const heard = (await tab.heard()).map((text) => JSON.parse(text));
  expect(heard.map(({ kind, id: of }) => [kind, of])).toEqual([['grant', id]]);
  expect(Object.keys(JSON.parse(heard[0].text))).toEqual(['v', 'token', 'api_base', 'created_at', 'absolute_expiry', 'mode']);
  await expect(table(page)).toBeVisible();
});

for (const [what, radio, configuration] of [
  ['is kept on the device', radios.device, undefined],
  ['is not kept', radios.memory, undefined],
  ['may not be handed over', radios.tab, { hand_over: false }],
]) {
  test(`a session that ${what} is not told to anybody`, async ({ app, page, context, world }) => {
    if (configuration) await context.route('**/config.json', (route) => route.fulfill({ json: configuration }));
    await app.signIn({ keep: radio });
    await expect(table(page)).toBeVisible();
    const own = { build: await build(page), text: world.url };
    const tab = await stranger(context, world);
    await tab.say(JSON.stringify(message(own)));
    // What is said later is heard later: once this one has been, the question was.
    await tab.say(JSON.stringify(message({ ...own, kind: 'signed-out', id: '' })));
    await expect(app.token).toBeVisible();
    expect((await tab.heard()).filter((text) => text.includes('grant') || text.includes(tokens.admin))).toEqual([]);
  });
}

test('where nothing may be handed over, a new tab asks to sign in', async ({ app, page, context, world }) => {
  await context.route('**/config.json', (route) => route.fulfill({ json: { hand_over: false } }));
  await app.signIn();
  await expect(table(page)).toBeVisible();
  const tab = await context.newPage();
  await tab.goto(`${world.url}/events`);
  await expect(token(tab)).toBeVisible();
});

test('an answer that nobody asked for signs nobody in', async ({ app, page, context, world }) => {
  await app.signIn({ keep: radios.memory });
  await expect(table(page)).toBeVisible();
  const now = Date.now();
  const record = JSON.stringify({ v: 1, token: tokens.viewer, api_base: world.url, created_at: now, absolute_expiry: now + 1_000, mode: 'tab' });
  const waiting = await context.newPage();
  await waiting.goto(`${world.url}/events`);
  await expect(token(waiting)).toBeVisible();
  const own = await build(page);
  const tab = await stranger(context, world);
  await tab.say(JSON.stringify(message({ build: own, kind: 'grant', text: record })));
  await tab.say(JSON.stringify(message({ build: own, kind: 'signed-out', id: '', text: world.url })));
  await expect(app.token).toBeVisible();
  await expect(token(waiting)).toBeVisible();
  expect(JSON.stringify(await tabStorage(waiting))).not.toContain(tokens.viewer);
});

test('signing out clears the keys of this app and this server, and no others', async ({ app, page }) => {
  await app.signIn();
  await expect(table(page)).toBeVisible();
  const foreign = {
    'other-app.session': 'theirs', 'eventide-two.0000000000000000.session': 'theirs', session: 'theirs', token: 'theirs',
    'eventide.0000000000000000.presence': `${Date.now()} ${Date.now()}`,
  };
  await page.evaluate((all) => {
    Object.assign(sessionStorage, all);
    Object.assign(localStorage, all);
  }, foreign);
  await app.signOut();
  await expect(app.token).toBeVisible();
  const left = await page.evaluate(() => [{ ...sessionStorage }, { ...localStorage }]);
  for (const storage of left) expect(storage).toMatchObject(foreign);
});

lone('sessions with two servers live side by side', async ({ app, page, context, world }) => {
  const record = (address, key) => JSON.stringify({ v: 1, token: `${key}-token-of-another-server`, api_base: address, created_at: Date.now() - 60_000, absolute_expiry: Date.now() + 3_600_000, mode: 'device' });
  await app.signIn({ keep: radios.device });
  await expect(table(page)).toBeVisible();
  const [key] = await page.evaluate(() => Object.keys(localStorage).filter((name) => name.endsWith('.session')));
  // FNV-1a of the address, as the app makes it.
  const server = 'https://id.example.com';
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(server)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const other = `eventide.${hash.toString(16).padStart(16, '0')}`;
  const kept = { [`${other}.session`]: record(server, 'x'), [`${other}.presence`]: `${Date.now() - 60_000} ${Date.now()}` };
  await page.evaluate((all) => Object.assign(localStorage, all), kept);
  // A record under the key of another server is no record.
  await page.evaluate(([name, text]) => { sessionStorage[name] = text; }, [key, record(server, 'y')]);
  await page.reload();
  await expect(page.getByText(new URL(world.url).host).first()).toBeVisible();
  expect(await page.evaluate((name) => sessionStorage[name], key)).toBeUndefined();
  await app.signOut();
  await expect(app.token).toBeVisible();
  expect(await page.evaluate(() => ({ ...localStorage }))).toMatchObject(kept);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(tokens.admin);
});


test.describe('a browser that lacks something', () => {
  const lacks = {
    'no BroadcastChannel': () => { delete window.BroadcastChannel; },
    'no storage': () => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
      }
    },
    'full storage': () => {
      Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
    },
    'no storage for all tabs': () => {
      Object.defineProperty(window, 'localStorage', { value: null });
    },
  };
  for (const [what, take] of Object.entries(lacks)) {
    test(`${what}: list, event and form work, and signing out`, async ({ app, page, world }) => {
      await page.addInitScript(take);
      const { results } = await world.events();
      await app.signIn({ path: `/events/${results[0].pk}` });
      await expect(app.facts).toBeVisible();
      if (what !== 'no BroadcastChannel') await expect(page.getByText('The token is not kept')).toBeVisible();
      await app.go('/events');
      await expect(table(page)).toBeVisible();
      await app.go('/events/new');
      await expect(app.create).toBeVisible();
      // Looking again and again at what nobody can keep ends no session.
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      await expect(app.create).toBeVisible();
      await app.signOut();
      await expect(app.token).toBeVisible();
    });
  }
});
