// Text that somebody got into the log: nothing of it runs, loads, hides or leaves its place.
import { expect, lone } from './support/test.mjs';
import { hidden, payloads, traces } from './support/hostile.mjs';

const pk = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** An event that holds the text wherever an event can hold text. */
function eventWith(text, at) {
  const plain = text.replaceAll('\u0000', '');
  return {
    pk: pk(at),
    action: [...`custom_${plain}`].slice(0, 200).join(''),
    app: plain,
    user: { pk: 7, username: text, email: text, on_behalf_of: { pk: 8, username: text, email: text }, authenticated_as: { pk: 9, username: text, email: text } },
    client_ip: '192.0.2.1',
    brand: { pk: 'aa', app: 'authentik_brands', model_name: 'brand', name: text },
    created: new Date(Date.UTC(2026, 10, 20, 12, 0, at)).toISOString(),
    expires: '2027-11-20T13:29:13.902000Z',
    context: {
      [text]: text,
      message: text,
      event_name: text,
      http_request: { path: text, method: text, args: { [text]: text }, user_agent: text, request_id: text },
      geo: { city: text, country: text, continent: text, lat: 1, long: 2 },
      asn: { asn: 64500, as_org: text, network: text },
      model: { pk: text, app: text, name: text, model_name: text },
      diff: { [text]: { new_value: text, previous_value: { [text]: text } } },
      exception: [{ exc_type: text, exc_value: text, frames: [{ name: text, lineno: 1, filename: text }] }],
      hyperlink: text,
      hyperlink_label: text,
      subject: text,
      body: text,
      expression: text,
    },
  };
}

const actions = ['model_updated', 'system_exception', 'login_failed'];

lone('the look for traces finds them', async ({ app, page }) => {
  await app.openSignIn();
  expect(await traces(page)).toEqual([]);
  await page.evaluate(() => {
    const add = (name, attributes, text) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.textContent = text;
      document.querySelector('main').append(element);
    };
    add('p', {}, 'nim\u202Eda');
    add('p', { title: 'zero\u200Bwidth' }, '');
    add('a', { href: 'javascript:0' }, '');
    add('img', {}, '');
    add('p', { id: 'two words' }, '');
    window.__pwned = 1;
    document.querySelector('title').textContent = 'a\u202Eb';
  });
  expect(await traces(page)).toHaveLength(7);
});

lone('in every place of an event, on the detail page and in the list', async ({ app, page, world, watch }) => {
  lone.setTimeout(180_000);
  page.on('dialog', (dialog) => {
    watch.errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const entries = Object.entries(payloads);
  for (const [at, [, text]] of entries.entries()) {
    await world.insert(eventWith(text, at));
    // The three actions with a body of their own draw the same text once more.
    await world.insert({ ...eventWith(text, 1000 + at), action: actions[at % actions.length] });
  }
  await app.signIn();

  for (const [at, [name, text]] of entries.entries()) {
    await lone.step(name, async () => {
      for (const number of [at, 1000 + at]) {
        await app.go(`/events/${pk(number)}`);
        await expect(app.facts).toContainText(pk(number));
        expect.soft(await traces(page), name).toEqual([]);
        await page.getByRole('button', { name: 'Raw', exact: true }).click();
        expect.soft(await traces(page), `${name}, raw`).toEqual([]);
      }
      // Nothing was dropped: what hides is there as an escape.
      if (hidden.test(text)) {
        const shown = await app.facts.innerText();
        const [character] = text.match(hidden);
        const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
        expect.soft(shown.toUpperCase(), `${name} shows U+${code}`).toContain(code);
      }
    });
  }

  const { pagination } = await world.events('?page_size=1');
  await app.go('/events?range=all');
  const list = page.locator('.list');
  const last = () => page.locator('.log__row').last().getAttribute('aria-rowindex').then(Number);
  await expect(page.locator('.pager')).toBeVisible();
  // Through all rows, as a reader scrolls; older ones come by themselves.
  let seen = 0;
  while (seen < pagination.count + 1) {
    expect.soft(await traces(page), `list, down to row ${seen}`).toEqual([]);
    const heights = await page.locator('.log__row').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
    expect.soft(Math.max(...heights), `rows stay one line, down to ${seen}`).toBeLessThan(80);
    await expect.poll(async () => {
      await list.evaluate((element) => element.scrollBy(0, 400));
      return last();
    }).toBeGreaterThan(seen);
    seen = await last();
  }
});

lone('in what the server says when it refuses', async ({ app, page, watch }) => {
  lone.setTimeout(120_000);
  watch.allowFailedCalls();
  await app.open('/events/new');
  await app.fill({ action: 'login', app: 'x' });
  let text = '';
  await page.route('**/api/v3/events/events/', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 400, json: { app: [text], client_ip: [text], [text]: [text], non_field_errors: [text] } }) : route.fallback(),
  );
  for (const [name, payload] of Object.entries(payloads)) {
    await lone.step(name, async () => {
      text = payload;
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await app.create.click();
      await answered;
      await expect(page.getByRole('alert').first()).toBeVisible();
      await expect(app.create).toBeEnabled();
      expect.soft(await traces(page), name).toEqual([]);
    });
  }
});

lone('in an error page of the server and in its headers', async ({ app, page, watch }) => {
  lone.setTimeout(120_000);
  watch.allowFailedCalls();
  await app.signIn();
  let text = '';
  const id = '6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4';
  await page.route(`**/api/v3/events/events/${id}/`, (route) => route.fulfill({ status: 400, json: { detail: text } }));
  for (const [name, payload] of Object.entries(payloads)) {
    await lone.step(name, async () => {
      text = payload;
      await app.go('/events/new');
      await app.go(`/events/${id}`);
      await page.getByText('Details', { exact: true }).click();
      expect.soft(await traces(page), name).toEqual([]);
    });
  }
});

lone('in a neighbour: a row with direction marks leaves the rows around it as they are', async ({ app, page, world }) => {
  const base = { action: 'login', app: 'a', client_ip: '192.0.2.1', brand: {}, expires: '2027-11-20T13:29:13Z', context: {} };
  const at = (second) => `2026-11-20T13:00:0${second}Z`;
  const middle = '00000000-0000-4000-8000-00000000000b';
  await world.insert({ ...base, pk: '00000000-0000-4000-8000-00000000000a', created: at(1), user: { pk: 1, username: 'first' } });
  await world.insert({ ...base, pk: middle, created: at(2), user: { pk: 2, username: 'a\u2069\u202Eb' } });
  await world.insert({ ...base, pk: '00000000-0000-4000-8000-00000000000c', created: at(3), user: { pk: 3, username: 'third' } });
  await app.signIn();
  const places = async () =>
    page.locator('.log__row').filter({ hasText: /first|third/ }).locator('td').evaluateAll((cells) => cells.map((cell) => JSON.stringify(cell.getBoundingClientRect())));
  const list = await world.events('?page_size=100');
  const around = list.results.filter(({ pk }) => pk.startsWith('00000000'));
  expect(around.length).toBe(3);
  let hostile = true;
  await page.route('**/api/v3/events/events/?**', (route) => {
    const results = around.map((event) => (event.pk === middle && !hostile ? { ...event, user: { pk: 2, username: 'b' } } : event));
    return route.fulfill({ json: { ...list, results } });
  });
  await page.goto('/events');
  await expect(page.locator('.log__row')).toHaveCount(3);
  const with_ = await places();
  hostile = false;
  await page.reload();
  await expect(page.locator('.log__row')).toHaveCount(3);
  expect(await places()).toEqual(with_);
});
