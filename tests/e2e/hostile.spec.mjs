// Text that somebody got into the log: nothing of it runs, loads, hides or leaves its place, and
// all of it is there to be read.
import { found, written } from '../fixtures/hostile/corpus.mjs';
import { canaryHits, host, port } from './support/canary.mjs';
import { csv, exported, withoutPicker } from './support/exports.mjs';
import { expect, lone } from './support/test.mjs';
import { eventWith, eventWithValue, expected, insertAll, isPlain, misses, pk, plainlyVisible, texts, traces, values, watchDialogs } from './support/hostile.mjs';

/** Whether the canary was called by a test that looks whether it is there. */
const isControl = (url) => url.startsWith('/control') || url === '/favicon.ico';

/** So many tests share the corpus, so that they run side by side. */
const SHARDS = 4;
const shard = (number) => texts.map((text, at) => ({ ...text, at })).filter(({ at }) => at % SHARDS === number);

const problems = async (page, name, places = []) =>
  [...await traces(page), ...await misses(page, places)].map((problem) => `${name}: ${problem}`);

/** Actions that draw a context in a way of their own, and where each shows a text of it. */
const bodies = [
  ['model_updated', (text) => [['.diff__field', expected(text, 400)], ['.diff__new', expected(text, 400)]]],
  ['email_sent', () => []],
  ['system_exception', () => []],
  ['configuration_error', () => []],
  ['policy_exception', () => []],
  ['login', () => []],
  ['secret_rotate', () => []],
  ['update_available', () => []],
  ['zzz_unknown', () => []],
  [undefined, () => []],
];

lone('the corpus is what its script writes', () => {
  expect(found()).toBe(written);
  expect(texts.length).toBeGreaterThanOrEqual(250);
});

lone('each look catches what is wrong on purpose', async ({ app, page, watch }) => {
  lone.setTimeout(90_000);
  watch.allow(/./);
  await app.openSignIn();
  expect(await traces(page)).toEqual([]);
  const defects = {
    'raw character in text': () => document.querySelector('main').append('nim\u202Eda'),
    'raw character in title': () => document.querySelector('main').setAttribute('title', 'zero\u200Bwidth'),
    'raw character in the title': () => { document.title = 'a\u202Eb'; },
    'address': () => Object.assign(document.querySelector('main').appendChild(document.createElement('a')), { href: 'javascript:0' }),
    'link to the canary': () => Object.assign(document.querySelector('main').appendChild(document.createElement('a')), { href: 'http://canary.invalid/' }),
    'element': () => document.querySelector('main').append(document.createElement('img')),
    'element "<x-a': () => document.querySelector('main').append(document.createElement('x-a')),
    'id ': () => { document.querySelector('main').appendChild(document.createElement('p')).id = 'two words'; },
    'id twice': () => { document.querySelector('main').appendChild(document.createElement('p')).id = 'token'; },
    'name ': () => document.querySelector('main').appendChild(document.createElement('input')).setAttribute('name', '__proto__'),
    'class ': () => { document.querySelector('main').appendChild(document.createElement('p')).className = 'x"y'; },
    'attribute style': () => document.querySelector('main').setAttribute('style', 'x'),
    'attribute ping': () => document.querySelector('main').setAttribute('ping', 'x'),
    'script ran': () => { window.__pwned = 1; },
    'clobbered': () => document.querySelector('main').appendChild(document.createElement('form')).setAttribute('name', 'cookie'),
  };
  for (const [finding, defect] of Object.entries(defects)) {
    await page.reload();
    await expect(app.token).toBeVisible();
    await page.evaluate(defect);
    expect((await traces(page)).some((trace) => trace.startsWith(finding)), finding).toBe(true);
  }
  // What is to be seen: nothing dropped, nothing replaced, nothing cut without saying so.
  await page.reload();
  await expect(app.token).toBeVisible();
  const show = (shown) => page.evaluate((shown) => { document.querySelector('h1').textContent = shown; }, shown);
  const text = { visible: 'a⟨U+202E⟩b' };
  for (const [shown, count] of [['x a⟨U+202E⟩b y', 0], ['ab', 1], ['a\u202Eb', 1], ['a\uFFFDb', 1]]) {
    await show(shown);
    expect(await misses(page, [['h1', expected(text)]]), shown).toHaveLength(count);
  }
  const long = { visible: 'x'.repeat(500) };
  for (const [shown, count] of [[`${'x'.repeat(120)}… (500 bytes)`, 0], ['x'.repeat(500), 1], ['…', 1]]) {
    await show(shown);
    expect(await misses(page, [['h1', expected(long)]]), shown.slice(0, 20)).toHaveLength(count);
  }
});

lone('a dialog, and a request to the canary, are seen', async ({ app, page, watch }) => {
  watch.allow(/./);
  watch.allowHost(`http://${host}`);
  watchDialogs(page, watch);
  await app.openSignIn();
  await page.evaluate(() => alert(1));
  expect(watch.errors).toEqual(['dialog: 1']);
  watch.errors.length = 0;
  // The policy of the app stops it, so it is sent from a page without one.
  const before = (await canaryHits('/control')).length;
  await page.goto(`http://${host}/control`);
  await expect.poll(async () => (await canaryHits('/control')).length).toBe(before + 1);
  expect(port).toBeGreaterThan(0);
});

for (let number = 0; number < SHARDS; number += 1) {
  lone(`on the pages of events and on paper, part ${number + 1}`, async ({ app, page, context, world, watch }) => {
    lone.setTimeout(180_000);
    watchDialogs(page, watch);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const own = shard(number);
    await insertAll(world, own.flatMap((text) => [eventWith(text, text.at, 'login_failed'), eventWith(text, 1000 + text.at, bodies[text.at % bodies.length][0])]));
    await app.signIn();
    const wrong = [];
    for (const text of own) {
      const blank = text.text.trim() === '';
      await app.go(`/events/${pk(text.at)}`);
      await expect(app.facts).toContainText(pk(text.at));
      const whole = expected(text, 400);
      const places = [['aside .facts', whole], ['[aria-label="Context"]', expected(text, 300)]];
      if (!blank) places.push(['#main h1', expected(text, 80)], ['title', expected(text, 80)]);
      wrong.push(...await problems(page, text.id, places));
      // What is copied is what came.
      if (!blank) {
        await page.getByRole('button', { name: 'Copy user', exact: true }).first().click();
        await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), { message: text.id }).toBe(text.text);
      }
      await page.getByRole('button', { name: 'Raw', exact: true }).click();
      const raw = await (await world.api(`events/events/${pk(text.at)}/`)).text();
      const rawPlaces = isPlain(text) && raw.length < 60_000 ? [['.code--wrap pre', { all: plainlyVisible(raw) }]] : [];
      wrong.push(...await problems(page, `${text.id}, raw`, rawPlaces));

      const [action, more] = bodies[text.at % bodies.length];
      await app.go(`/events/${pk(1000 + text.at)}`);
      await expect(app.facts).toContainText(pk(1000 + text.at));
      wrong.push(...await problems(page, `${text.id}, ${action}`, [['aside .facts', whole], ...more(text)]));
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      await expect(page.locator('.paper')).toHaveCount(1);
      wrong.push(...await problems(page, `${text.id}, ${action}, paper`));
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    }
    expect(wrong).toEqual([]);
    expect((await canaryHits()).filter(({ url }) => !isControl(url))).toEqual([]);
  });
}

lone.describe('with nothing else in the log', () => {
  lone.use({ worldOptions: { events: 0 } });

  lone('in the rows of the list and beside it', async ({ app, page, world, watch }) => {
    lone.setTimeout(180_000);
    watchDialogs(page, watch);
    await insertAll(world, texts.map((text, at) => eventWith(text, at, 'login_failed')));
    await app.signIn({ path: '/events?range=all' });
    const pane = page.getByRole('complementary', { name: 'Event detail' });
    await expect(page.locator('.log__row a').first()).toBeVisible();
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    const wrong = [];
    for (const [at, text] of texts.entries()) {
      if (at > 0) await page.keyboard.press('j');
      await expect(pane.getByRole('complementary', { name: 'Facts' }), text.id).toContainText(pk(at));
      const row = `.log__row[data-id="${pk(at)}"]`;
      const places = [['.detail-pane .facts', expected(text, 400)]];
      if (text.text.trim() !== '') {
        places.push([`${row} .log__user`, expected(text)], [`${row} .log__sum`, expected(text, 80)], ['.detail-pane h2', expected(text, 80)]);
      }
      wrong.push(...await problems(page, text.id, places));
    }
    const heights = await page.locator('.log__row').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
    expect(Math.max(...heights), 'rows stay one line').toBeLessThan(80);
    expect(wrong).toEqual([]);
  });

  lone('in files', async ({ app, page, context, world, watch }) => {
    lone.setTimeout(120_000);
    watchDialogs(page, watch);
    await withoutPicker(context);
    const events = texts.map((text, at) => eventWith(text, at, at % 2 === 0 ? 'zzz_unknown' : undefined));
    await insertAll(world, events);
    await app.signIn({ path: '/events?range=all' });
    const table = await exported(page, 'CSV');
    const rows = csv(table.text);
    expect(rows).toHaveLength(texts.length);
    for (const [at, text] of texts.entries()) {
      if (text.text.trim() === '' || text.text.includes('\u0000')) continue;
      for (const column of ['App', 'User', 'Client IP', 'Brand', 'Object']) expect.soft(rows[at][column], `${text.id}, ${column}`).toBe(text.csv);
      expect.soft(JSON.parse(rows[at]['Context (JSON)'].replace(/^'/, '')).message, text.id).toBe(text.text);
    }
    const hosts = new URL(world.url).host.replace(':', '-');
    for (const { name } of [table]) expect(name).toMatch(new RegExp(`^events_${hosts}_start_\\d{8}-\\d{4}_Europe-Berlin\\.csv$`));
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const lines = await exported(page, 'NDJSON');
    expect(lines.text).not.toMatch(/[\u2028\u2029\u0085\r]/);
    const each = lines.text.trimEnd().split('\n');
    expect(each).toHaveLength(texts.length);
    for (const [at, { id, text }] of texts.entries()) expect.soft(JSON.parse(each[at]).context.message, id).toBe(text);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const list = await exported(page, 'JSON');
    expect(JSON.parse(list.text)).toHaveLength(texts.length);
  });

  lone('values of any kind and depth stand to the last digit', async ({ app, page, watch }) => {
    lone.setTimeout(90_000);
    watchDialogs(page, watch);
    // Not by the sandbox: it stores no number that a double cannot hold.
    await page.route('**/api/v3/events/events/00000000-*/', (route) => {
      const at = Number(route.request().url().split('/').at(-2).slice(-12));
      return route.fulfill({ contentType: 'application/json', body: eventWithValue(values[at].json, at) });
    });
    await app.signIn();
    const wrong = [];
    for (const [at, { id, json, visible }] of values.entries()) {
      await app.go(`/events/${pk(at)}`);
      await expect(app.facts).toContainText(pk(at));
      const deep = json.length > 100;
      wrong.push(...await problems(page, id, deep ? [] : [['[aria-label="Context"]', { all: visible }]]));
      await page.getByRole('button', { name: 'Raw', exact: true }).click();
      wrong.push(...await problems(page, `${id}, raw`, [['.code--wrap pre', { all: `"value":${json}` }]]));
    }
    expect(wrong).toEqual([]);
  });
});

lone('in what the server says when it refuses an event', async ({ app, page, watch }) => {
  lone.setTimeout(120_000);
  watchDialogs(page, watch);
  watch.allowFailedCalls();
  await app.open('/events/new');
  await app.fill({ action: 'login', app: 'x' });
  let batch = [];
  await page.route('**/api/v3/events/events/', (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const general = Object.fromEntries(batch.map(({ text }) => [text, [text]]));
    return route.fulfill({ status: 400, json: { ...general, app: batch.map(({ text }) => text), client_ip: [batch[0].text], context: { [batch[0].text]: [batch[0].text] }, non_field_errors: [batch[0].text] } });
  });
  const wrong = [];
  for (let from = 0; from < texts.length; from += 20) {
    batch = texts.slice(from, from + 20);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await app.create.click();
    await answered;
    await expect(page.getByRole('alert').first()).toBeVisible();
    await expect(app.create).toBeEnabled();
    const places = batch.flatMap((text) => (text.text.trim() === '' || Buffer.byteLength(text.text) > 2_000 ? [] : [['#f-app-said', { all: text.visible }], ['#f-summary', expected(text, 60)]]));
    wrong.push(...await problems(page, batch[0].id, places));
  }
  expect(wrong).toEqual([]);
});

lone('in an error of the server and in its headers', async ({ app, page, watch }) => {
  lone.setTimeout(120_000);
  watchDialogs(page, watch);
  watch.allowFailedCalls();
  await app.signIn();
  let text;
  const id = '6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4';
  await page.route(`**/api/v3/events/events/${id}/`, (route) => {
    // What a header can hold.
    const header = /^[\x20-\x7e]*$/.test(text.text) && text.text.length < 2_000 ? text.text.trim() : 'none';
    return route.fulfill({ status: 400, json: { detail: text.text }, headers: { 'x-authentik-id': header, 'retry-after': header } });
  });
  const wrong = [];
  for (const [at, one] of texts.entries()) {
    text = one;
    await app.go(`/nowhere-${at}`);
    await expect(app.heading).toHaveText(/isn.t here/);
    await app.go(`/events/${id}`);
    await page.getByText('Details', { exact: true }).click();
    const said = one.text.trim() === '' || Buffer.byteLength(one.text) > 2_000 || !isPlain(one) ? [] : [['main pre', { all: plainlyVisible(one.text) }]];
    wrong.push(...await problems(page, one.id, said));
  }
  expect(wrong).toEqual([]);
});

/** A JSON value as text in which the order of keys, which is the database's, makes no difference. */
const sorted = (value) => JSON.stringify(value, (_, part) => (part?.constructor === Object ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part));

lone('in a form that begins like an event, and in what is said once it is created', async ({ app, page, world, watch }) => {
  lone.setTimeout(300_000);
  watchDialogs(page, watch);
  watch.allowFailedCalls();
  // What the form does not send by itself: authentik stores no null and no user of more than 2,600 bytes,
  // and what it has masked is to be filled in.
  const own = texts.filter(({ text, visible }) => !text.includes('\u0000') && text !== '*'.repeat(20) && Buffer.byteLength(JSON.stringify(eventWith({ text: visible }, 0).user)) < 2_500);
  expect(own.length).toBeGreaterThan(230);
  await insertAll(world, own.map((text, at) => eventWith(text, at, 'login_failed')));
  await app.signIn();
  let event;
  await page.route('**/api/v3/events/events/', (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const sent = route.request().postDataJSON();
    return route.fulfill({ status: 201, json: { ...event, ...sent, pk: event.pk } });
  });
  const wrong = [];
  for (const [at, text] of own.entries()) {
    event = eventWith(text, at, 'login_failed');
    await app.go(`/events/new?like=${pk(at)}`);
    await expect(app.field('App')).toHaveValue(text.text.replaceAll(/[\r\n]/g, ''));
    const json = JSON.parse(await app.user.inputValue());
    if (sorted(json) !== sorted(event.user)) wrong.push(`${text.id}: the user of the form is another`);
    wrong.push(...await problems(page, `${text.id}, form`));
    await app.field('App').fill('authentik.core');
    await app.field('Client IP').fill('');
    const before = await page.locator('.toast').count();
    await app.create.click();
    await expect(page).toHaveURL(`/events/${pk(at)}`);
    await expect(page.locator('.toast')).toHaveCount(before + 1);
    const toast = text.text.trim() === '' ? [] : [['.toast', expected(text, 80)]];
    wrong.push(...await problems(page, `${text.id}, toast`, toast));
    await page.locator('.toast').getByRole('button', { name: 'Dismiss' }).first().click();
  }
  expect(wrong).toEqual([]);
});

lone('in a neighbour: a row with direction marks leaves the rows around it as they are', async ({ app, page, world }) => {
  lone.setTimeout(90_000);
  const base = { action: 'login', app: 'a', client_ip: '192.0.2.1', brand: {}, expires: '2027-11-20T13:29:13Z', context: {} };
  const at = (second) => `2026-11-20T13:00:0${second}Z`;
  const middle = '00000000-0000-4000-8000-00000000000b';
  await world.insert({ ...base, pk: '00000000-0000-4000-8000-00000000000a', created: at(1), user: { pk: 1, username: 'first' } });
  await world.insert({ ...base, pk: middle, created: at(2), user: { pk: 2, username: 'a\u2069\u202Eb' } });
  await world.insert({ ...base, pk: '00000000-0000-4000-8000-00000000000c', created: at(3), user: { pk: 3, username: 'third' } });
  await app.signIn();
  const list = await world.events('?page_size=100');
  const around = list.results.filter(({ pk }) => pk.startsWith('00000000'));
  expect(around.length).toBe(3);
  let name = 'a\u2069\u202Eb';
  await page.route('**/api/v3/events/events/?**', (route) => {
    const results = around.map((event) => (event.pk === middle ? { ...event, user: { pk: 2, username: name } } : event));
    return route.fulfill({ json: { ...list, results } });
  });
  /** The rows around the one in question, pixel by pixel. */
  const neighbours = async (shown, spacing = '') => {
    name = shown;
    await page.goto('/events');
    await expect(page.locator('.log__row')).toHaveCount(3);
    await page.evaluate((spacing) => document.documentElement.style.setProperty('letter-spacing', spacing), spacing);
    await page.mouse.move(0, 0);
    const rows = page.locator('.log__row').filter({ hasText: /first|third/ });
    return Promise.all([0, 1].map(async (row) => (await rows.nth(row).screenshot({ animations: 'disabled' })).toString('base64')));
  };
  const plain = await neighbours('b');
  for (const hostile of ['a\u2069\u202Eb', '\u2069\u2069\u202E', '\u202Ezero\u202C', `z${'\u0301\u0489'.repeat(100)}`, '\u0E49'.repeat(60), 'שלום']) {
    expect(await neighbours(hostile), JSON.stringify(hostile)).toEqual(plain);
  }
  // The look sees a neighbour that is one pixel off.
  expect(await neighbours('b', '0.02em')).not.toEqual(plain);
});
