// What can go wrong with a new event on its way, one by one. For each: what is said, how often it was
// sent, whether "Send again" is offered, and that nothing typed is lost. The names begin with what is
// injected; unless a test says otherwise one press is one request.
import { stopClock } from './support/clock.mjs';
import { elsewhere } from './support/elsewhere.mjs';
import { expect, lone, tokens } from './support/test.mjs';

const path = '/api/v3/events/events/';
const pattern = '**/api/v3/events/events/';
const values = { app: 'facility.doors', clientIp: '10.20.0.14', context: '{"message": "kept", "n": 1.50}', user: '{"username": "deploy-bot"}' };
const uuid = /\/events\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const written = 'Its answer was lost; it was found in the log.';

/** The form, filled, and what the tests here look at. */
class Form {
  constructor(fixtures) {
    Object.assign(this, fixtures);
    this.watch.allowFailedCalls();
  }

  /** Signs in and fills the form; closing and loading again are agreed to. */
  async open(more = {}) {
    this.page.on('dialog', (dialog) => dialog.accept());
    await this.app.open('/events/new');
    await this.fill(more);
  }

  async fill(more = {}) {
    await this.app.fill({ action: 'login', ...values, ...more });
  }

  /** The next answer to a new event is this. */
  fault(rule) {
    return this.world.fault({ method: 'POST', path, ...rule });
  }

  get alert() {
    return this.page.locator('#f-summary');
  }
  get again() {
    return this.page.getByRole('button', { name: 'Send again' });
  }
  get lookForIt() {
    return this.page.getByRole('button', { name: 'Look for it' });
  }

  async expectKept() {
    await expect(this.app.field('App')).toHaveValue(values.app);
    await expect(this.app.field('Client IP')).toHaveValue(values.clientIp);
    await expect(this.app.context).toHaveValue(values.context);
    await expect(this.app.user).toHaveValue(values.user);
    await expect(this.app.action).toContainText('login');
    await expect.poll(() => this.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain(values.app);
  }

  async expectSent(times) {
    expect(await this.world.creations(), 'requests').toBe(times);
  }

  /** Said to be refused: nothing is to be looked for, the ordinary button is there. */
  async expectRefused(says) {
    await expect(this.alert).toBeVisible();
    await expect(this.alert).toContainText(says);
    await expect(this.alert).toBeFocused();
    await expect(this.page.getByText('may have been created')).toHaveCount(0);
    await expect(this.lookForIt).toHaveCount(0);
    await expect(this.again).toHaveCount(0);
    await expect(this.app.create).toHaveText('Create event');
    await this.expectKept();
  }

  /** Said to be unknown, looked for, and not to be sent again for now. */
  async expectUnknown(says) {
    await expect(this.alert).toContainText('The event may have been created');
    if (says) await expect(this.alert).toContainText(says);
    await expect(this.alert).toContainText(/It is not in the log yet\. Looking again in \d+ s\./);
    await expect(this.lookForIt).toBeVisible();
    await expect(this.again).toHaveCount(0);
    await this.expectKept();
    // Neither the button nor the keyboard sends it a second time.
    await this.page.keyboard.press('Control+Enter');
    await this.page.evaluate(() => document.querySelector('form').requestSubmit());
    await expect(this.alert).toContainText('The event may have been created');
  }

  async expectCreated() {
    await expect(this.page).toHaveURL(uuid);
    await expect(this.page.getByText('Event created', { exact: true })).toBeVisible();
    await expect(this.app.facts).toContainText(values.app);
    expect(await this.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(values.app);
  }

  /** Back to a filled form, after an unknown outcome or on another page. */
  async startOver() {
    if (new URL(this.page.url()).pathname.endsWith('/events/new')) await this.page.getByRole('button', { name: 'Discard', exact: true }).click();
    else await this.app.go('/events/new');
    await expect(this.app.field('App')).toHaveValue('');
    await this.fill();
  }
}

const faulty = lone.extend({
  form: async ({ app, page, world, watch, context }, use) => {
    await use(new Form({ app, page, world, watch, context }));
  },
});

/** Each answer makes the outcome unknown: once with the event written, which is then found, once without. */
function unknown(name, answers) {
  faulty(name, async ({ form }) => {
    faulty.slow();
    await form.open();
    let sent = 0;
    for (const [at, { says, ...rule }] of answers.entries()) {
      if (at > 0) await form.startOver();
      await form.fault({ ...rule, perform: true });
      await form.app.create.click();
      await expect(form.page.getByText(written)).toBeVisible();
      await form.expectCreated();
      await form.expectSent((sent += 1));
      await form.page.getByRole('button', { name: 'Dismiss' }).click();

      await form.startOver();
      await form.fault({ ...rule, perform: false });
      await form.app.create.click();
      await form.expectUnknown(says);
      await form.expectSent((sent += 1));
    }
    const { results } = await form.world.events(`?search=${encodeURIComponent(`app = "${values.app}"`)}&page_size=100`);
    expect(results.length, 'written once for each that was written').toBe(answers.length);
  });
}

/** Each answer refuses the event, and the next press is another request. */
function refused(name, answers) {
  faulty(name, async ({ form }) => {
    await form.open();
    for (const [at, { says, look, ...rule }] of answers.entries()) {
      await form.fault(rule);
      await form.app.create.click();
      await form.expectRefused(says);
      if (look) await look(form);
      await form.expectSent(at + 1);
    }
    await form.app.create.click();
    await form.expectCreated();
    await form.expectSent(answers.length + 1);
  });
}

const json = (body) => JSON.stringify(body);
const html = { content_type: 'text/html', body: '<!doctype html><h1>Hi</h1>' };

faulty('P1 201 with its mark: created, and the draft is gone', async ({ form }) => {
  await form.open();
  await form.app.create.click();
  await form.expectCreated();
  await form.expectSent(1);
});

const echo = { pk: '6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4', action: 'login', app: values.app, context: {}, user: {}, brand: {}, client_ip: null, created: '2026-11-22T13:32:18Z', expires: '2027-11-22T13:32:18Z' };

unknown('P2 201 that is not the event', [
  { status: 201, body: json(echo), says: 'another event than the one that was sent' },
  { status: 201, body: json({ ...echo, pk: 7 }) },
  { status: 201, body: json({ ...echo, action: 'logout' }) },
  { status: 201, body: '' },
  { status: 201, ...html },
  { status: 201, body: json(echo).slice(0, 80) },
]);

unknown('P3 200 and 202', [
  { status: 200, body: json(echo), says: 'does not understand' },
  { status: 202, body: '{}' },
]);

faulty('P4 400 with messages: at the fields, the rest in the summary, which takes the focus', async ({ form }) => {
  await form.open({ brand: '{"name": "harbor"}' });
  const { app, page, alert } = form;
  const fields = { action: app.action, app: app.field('App'), client_ip: app.field('Client IP'), context: app.context, user: app.user, brand: app.brand };
  let sent = 0;
  const press = async (body) => {
    await form.fault({ status: 400, body: typeof body === 'string' ? body : json(body) });
    await app.create.click();
    await expect(alert).toContainText('authentik refused the event');
    await expect(alert).toContainText('Nothing was created.');
    await expect(alert).toBeFocused();
    await expect(form.again).toHaveCount(0);
    await form.expectSent((sent += 1));
    await form.expectKept();
  };
  await press(Object.fromEntries([...Object.keys(fields), 'expires'].map((key) => [key, [`No ${key}.`, 'Really.']])));
  await expect(alert).toContainText('7 fields need a fix');
  for (const [key, field] of Object.entries(fields)) {
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(new RegExp(`No ${key}\\..*Really\\.`, 's'));
  }
  await expect(page.getByRole('radiogroup', { name: 'Expires' })).toHaveAccessibleDescription(/No expires\./);
  // Each message in another shape: a text, an object, a list of objects, lists in lists.
  await press({ app: 'Only a text.', context: { rack: ['Nested.'] }, user: [{ pk: ['In a list.'] }], client_ip: [['Deep.']] });
  await expect(fields.app).toHaveAccessibleDescription(/Only a text\./);
  await expect(fields.context).toHaveAccessibleDescription(/rack: Nested\./);
  await expect(fields.user).toHaveAccessibleDescription(/pk: In a list\./);
  await expect(fields.client_ip).toHaveAccessibleDescription(/Deep\./);
  await press({ non_field_errors: ['As a whole.'], colour: ['Unknown key.'] });
  await expect(alert).toContainText('As a whole.');
  await expect(alert).toContainText('colour: Unknown key.');
  for (const field of Object.values(fields)) await expect(field).not.toHaveAttribute('aria-invalid', 'true');
  await press('["A list."]');
  await expect(alert).toContainText('A list.');
  await press('{}');
  // Two megabytes, and text that is out to do harm.
  await press({ app: ['x'.repeat(2_000_000)] });
  const shown = await fields.app.evaluate((field) => document.getElementById(field.getAttribute('aria-describedby')).textContent.length);
  expect(shown).toBeLessThan(5_000);
  const hostile = '<img src=x onerror=alert(1)>\u202Egpj.exe\u0007';
  await press({ app: [hostile], [hostile]: [hostile] });
  await expect(page.locator('#main img')).toHaveCount(0);
  const text = await alert.textContent();
  expect(text).toContain('<img src=x onerror=alert(1)>');
  expect(text).not.toMatch(/[\u202E\u0007]/);
});

refused('P5 400 that no field is to blame for, and one that is no JSON', [
  { status: 400, body: json({ detail: 'JSON parse error - Expecting value: line 1 column 20 (char 19)' }), says: 'JSON parse error' },
  { status: 400, ...html, says: '400 Bad Request' },
  { status: 400, body: '"A text."', says: '400 Bad Request' },
  { status: 400, body: '', says: '400 Bad Request' },
]);

for (const status of [401, 403]) {
  faulty(`P6 ${status} for the token: another one is asked for, then the press is asked for`, async ({ form }) => {
    await form.open();
    const no = { status, body: json({ detail: 'Token invalid/expired' }) };
    await form.fault(no);
    await form.world.fault({ path: '/api/v3/core/users/me/', ...no });
    await form.app.create.click();
    const dialog = form.page.getByRole('dialog', { name: 'Your token is no longer accepted' });
    await expect(dialog).toBeVisible();
    await form.expectSent(1);
    await form.app.token.fill(tokens.admin);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(dialog).toHaveCount(0);
    await form.expectKept();
    await expect(form.alert).toContainText('Nothing was stored, and what you typed is still here.');
    await form.expectSent(1);
    await form.app.create.click();
    await form.expectCreated();
    await form.expectSent(2);
  });
}

refused('P7 403 for want of the permission, which is named', [
  { status: 403, body: json({ detail: 'You do not have permission to perform this action.' }), says: 'authentik_events.add_event' },
]);

refused('P8 403 of a firewall', [{ status: 403, ...html, says: /firewall, refused it .*It may dislike what the fields hold/ }]);

refused('P9 404 and 405 with words', [
  { status: 404, body: json({ detail: 'Not found.' }), says: 'may lead to something other than authentik' },
  { status: 404, ...html, says: 'a web page where authentik’s API should be' },
  { status: 405, body: json({ detail: 'Method "POST" not allowed.' }), says: '405 Method Not Allowed' },
]);

unknown('P9 405 without a word, which is how authentik crashes', [{ status: 405, content_type: 'text/html', body: '', headers: { allow: 'GET, HEAD, OPTIONS' } }]);

refused('P10 409, 412, 422, 423', [409, 412, 422, 423].map((status) => ({ status, body: json({ detail: `No, ${status}.` }), says: `answered ${status}`, look: async ({ page, alert }) => {
  await alert.getByText('Details').click();
  await expect(page.getByText(`No, ${status}.`)).toBeVisible();
} })));

refused('P11 413: how large the event is', [{ status: 413, ...html, says: /413 Content Too Large.*The event has \d+ bytes; make its context smaller/s }]);

faulty('P11 a megabyte is cautioned, eight are stopped', async ({ form }) => {
  faulty.slow();
  await form.open();
  const put = (text) => form.app.context.evaluate((area, value) => {
    area.value = value;
    area.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
  }, text);
  await put(json({ s: 'x'.repeat(1_200_000) }));
  await expect(form.page.getByText('The event has 1.2 MB. Everyone who opens a list with this event loads all of it.')).toBeVisible();
  await put(json({ s: 'x'.repeat(8_100_000) }));
  await form.app.create.click({ timeout: 30_000 });
  await expect(form.alert).toContainText('The event has 8.1 MB; at most 8 MB can be sent.', { timeout: 30_000 });
  await form.expectSent(0);
});

refused('P12 406, 414, 415, 431', [406, 414, 415, 431].map((status) => ({ status, body: json({ detail: 'No.' }), says: `answered ${status}` })));

faulty('P13 429: counted down, and then the button is there again', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  let sent = 0;
  for (const [value, seconds] of [['3', 3], ['100000', 60]]) {
    await form.fault({ status: 429, body: json({ detail: 'Request was throttled.' }), headers: { 'retry-after': value } });
    await form.app.create.click();
    await form.expectRefused(`It can be sent again in ${seconds} s.`);
    await expect(form.app.create).toHaveAttribute('aria-disabled', 'true');
    await form.page.keyboard.press('Control+Enter');
    await form.page.clock.runFor((seconds - 1) * 1_000);
    await expect(form.alert).toContainText('It can be sent again in 1 s.');
    await form.page.clock.runFor(1_000);
    await expect(form.app.create).not.toHaveAttribute('aria-disabled', 'true');
    await expect(form.alert).not.toContainText('It can be sent again');
    await form.expectSent((sent += 1));
  }
  await form.fault({ status: 429, body: json({ detail: 'Request was throttled.' }) });
  await form.app.create.click();
  await form.expectRefused('429 Too Many Requests');
  await expect(form.app.create).not.toHaveAttribute('aria-disabled', 'true');
  await form.app.create.click();
  await form.expectCreated();
  await form.expectSent(sent + 2);
});

unknown('P14 500, written or not', [
  { status: 500, ...html, says: '500 Internal Server Error' },
  { status: 500, body: json({ detail: 'x' }) },
  { status: 500, body: '' },
]);

unknown('P15 502 and 504', [
  { status: 502, body: json({ error: 'failed to connect to authentik backend' }), says: 'authentik behind it does not answer' },
  { status: 504, ...html },
]);

faulty('P16 503 while authentik starts: nothing was created, and the button comes back', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  await form.fault({ status: 503, body: json({ error: 'authentik starting' }), headers: { 'retry-after': '5' } });
  await form.app.create.click();
  await form.expectRefused(/authentik is starting.*It can be sent again in 5 s\./s);
  await form.page.clock.runFor(5_000);
  await form.app.create.click();
  await form.expectCreated();
  await form.expectSent(2);
});

unknown('P17 503 of something else', [
  { status: 503, ...html, says: '503 Service Unavailable' },
  { status: 503, body: json({ detail: 'maintenance' }), headers: { 'retry-after': '7' } },
]);

faulty('P18 a redirect is not followed, and looked for', async ({ form }) => {
  faulty.slow();
  await form.open();
  const other = await elsewhere((request, response) => response.writeHead(200).end());
  let sent = 0;
  const [there, here] = [`${other.url}/`, '/api/v3/root/config/'];
  for (const [status, location] of [[301, here], [302, there], [303, here], [303, there], [307, there], [308, there]]) {
    if (sent > 0) await form.startOver();
    await form.fault({ status, headers: { location } });
    await form.app.create.click();
    await form.expectUnknown('sent on to another address, which is not followed');
    await form.expectSent((sent += 1));
  }
  expect(other.requests).toEqual([]);
  await other.stop();
});

faulty('P19 nobody there: said, and looked for all the same', async ({ form }) => {
  await form.open();
  const ways = ['connectionrefused', 'namenotresolved', 'addressunreachable', 'internetdisconnected', 'failed', 'blockedbyclient'];
  let sent = 0;
  for (const way of ways) {
    if (sent > 0) await form.startOver();
    await form.page.route(pattern, (route) => (route.request().method() === 'POST' ? route.abort(way) : route.fallback()), { times: 1 });
    await form.app.create.click();
    await form.expectUnknown('broke');
    sent += 1;
    expect(form.watch.requests.filter(({ method }) => method === 'POST').length).toBe(sent);
  }
  await form.expectSent(0);
});

unknown('P20 the connection breaks', [
  { cut: 'before-headers', says: 'broke' },
  { cut: 'after-headers' },
  { cut: 'mid-body' },
  { length: 'too-long' },
]);

faulty('P21 no answer in 65 seconds', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  await form.fault({ delay_answer_ms: 600_000, perform: false });
  await form.app.create.click();
  await expect.poll(() => form.world.creations()).toBe(1);
  await form.page.clock.runFor(64_000);
  await expect(form.app.create).toHaveText('Creating…');
  await form.page.clock.runFor(1_500);
  await form.expectUnknown('did not answer within 65 seconds');
  await form.expectSent(1);
});

faulty('P22 offline before the press: said beside the button, nothing is sent, and nothing later', async ({ form }) => {
  await form.open();
  await form.page.context().setOffline(true);
  await expect(form.app.create).toHaveAttribute('aria-disabled', 'true');
  await expect(form.app.create).toHaveAccessibleDescription(/This browser is offline\. Nothing is sent by itself later/);
  await form.app.create.click({ force: true });
  await form.expectRefused('This browser is offline. Nothing is sent by itself later');
  await form.page.context().setOffline(false);
  await expect(form.app.create).not.toHaveAttribute('aria-disabled', 'true');
  await form.expectSent(0);
  await form.app.create.click();
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P23 offline on the way: looked for when there is a network again', async ({ form }) => {
  await form.open();
  await form.fault({ perform: { later_ms: 1 }, delay_answer_ms: 600_000 });
  await form.app.create.click();
  await expect.poll(() => form.world.creations()).toBe(1);
  await form.page.context().setOffline(true);
  await form.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(form.alert).toContainText('The event may have been created');
  await expect(form.alert).toContainText('This browser is offline. It is tried again when you are back online.');
  await expect(form.again).toHaveCount(0);
  await form.expectKept();
  await form.page.context().setOffline(false);
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P24 leaving on the way asks; coming back tells, and finds it', async ({ form }) => {
  const asked = [];
  form.page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    return dialog.accept();
  });
  await form.app.open('/events/new');
  await form.fill();
  await form.fault({ perform: { later_ms: 1 }, delay_answer_ms: 600_000 });
  await form.app.create.click();
  await expect.poll(() => form.world.creations()).toBe(1);
  await form.world.fault({ method: 'GET', path, query: 'eventide_intent', delay_ms: 3_000 });
  await form.page.reload();
  expect(asked).toEqual(['beforeunload']);
  await expect(form.alert).toContainText('The page was left before');
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P25 the person stops waiting', async ({ form }) => {
  await form.open();
  await form.fault({ perform: false, delay_answer_ms: 600_000 });
  await form.app.create.click();
  await expect.poll(() => form.world.creations()).toBe(1);
  await form.page.getByRole('button', { name: 'Cancel' }).click();
  await form.expectUnknown('was stopped');
  await form.expectSent(1);
  // The socket is closed, too.
  await expect.poll(async () => (await form.world.log()).filter(({ method }) => method === 'POST').map(({ ended }) => ended)).toEqual(['abandoned']);
});

faulty('P26 fifty clicks, Enter and Ctrl+Enter, and a second tab: one request', async ({ form }) => {
  const { page, context, world } = form;
  await form.open();
  await form.expectKept();
  const copy = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  const other = await context.newPage();
  await other.addInitScript((kept) => {
    if (!sessionStorage.length) for (const [key, value] of Object.entries(JSON.parse(kept))) sessionStorage.setItem(key, value);
  }, copy);
  await other.goto(world.address('/events/new'));
  await expect(other.getByText('Draft restored')).toBeVisible();
  await form.fault({ delay_answer_ms: 1_000 });
  await page.evaluate(() => {
    const button = document.querySelector('form [type=submit]');
    for (let time = 0; time < 50; time += 1) button.click();
  });
  for (let time = 0; time < 5; time += 1) await page.keyboard.press(time % 2 ? 'Enter' : 'Control+Enter');
  await other.getByRole('button', { name: 'Create event' }).click();
  await form.expectCreated();
  await expect(other).toHaveURL(page.url());
  await form.expectSent(1);
  await other.close();
});

faulty('P27 the token has expired since it was typed: nothing is sent, another one is asked for', async ({ form }) => {
  await form.open();
  const no = { status: 403, body: json({ detail: 'Token invalid/expired' }), times: 2 };
  await form.world.fault({ path: '/api/v3/', ...no });
  await form.app.create.click();
  const dialog = form.page.getByRole('dialog', { name: 'Your token is no longer accepted' });
  await expect(dialog).toBeVisible();
  // Under the dialog nothing is sent.
  await form.page.keyboard.press('Control+Enter');
  await form.expectSent(1);
  await form.app.token.fill(tokens.admin);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await form.expectKept();
  await form.expectSent(1);
});

faulty('P28 signed out in another tab while typing: the draft waits', async ({ form }) => {
  const { app, context, world } = form;
  await app.signIn({ path: '/events/new', keep: /device/i });
  await form.fill();
  await form.expectKept();
  const other = await context.newPage();
  await other.goto(world.address('/events'));
  await other.getByRole('button', { name: /account of/ }).click();
  await other.getByRole('button', { name: /^Sign out/ }).click();
  await expect(app.token).toBeVisible();
  await expect(app.create).toHaveCount(0);
  await app.offer(tokens.admin);
  await app.enter();
  await app.go('/events/new');
  await form.expectKept();
  await form.expectSent(0);
  await other.close();
});

faulty('P29 the program dies on the way: a page of its own, and after a reload it is looked for', async ({ form }) => {
  await form.open();
  form.watch.allow(/unreachable/, /RuntimeError/);
  await form.fault({ perform: { later_ms: 1_000 }, delay_answer_ms: 600_000 });
  await form.app.create.click();
  await expect.poll(() => form.world.creations()).toBe(1);
  await form.page.evaluate(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')) && undefined);
  await expect(form.app.heading).toHaveText('Eventide stopped working');
  await form.page.reload();
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P30 nothing can be kept: said before it is sent, which is the decision of the person', async ({ form }) => {
  await form.open();
  await form.page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await form.app.field('App').fill('facility.door');
  const said = /This browser keeps no draft of what you type, and cannot protect against sending it from two tabs\./;
  await expect(form.app.create).toHaveAccessibleDescription(said);
  await form.page.setViewportSize({ width: 390, height: 844 });
  await expect(form.page.getByText(said)).toBeVisible();
  await form.app.create.click();
  await expect(form.page).toHaveURL(uuid);
  await form.expectSent(1);
});

faulty('P31 what authentik would refuse, crash on or change is stopped before it is sent', async ({ form }) => {
  await form.open();
  const { app, page } = form;
  const deep = (levels) => `${'{"d":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const rows = [
    [{ context: '{"a": "x\\u0000"}' }, app.context, /Null characters are not allowed/],
    [{ context: '{"a": "\\ud800"}' }, app.context, /lone surrogate/],
    [{ context: deep(101) }, app.context, /101 levels deep/],
    [{ context: '{"a": 1, "a": 2}' }, app.context, /here twice/],
    [{ context: '{"a": NaN}' }, app.context, /Line 1, column 7/],
    [{ context: values.context, app: '' }, app.field('App'), /may not be blank/],
    [{ app: values.app, clientIp: 'fe80::1%eth0' }, app.field('Client IP'), /Leave out the zone/],
  ];
  for (const [wrong, field, says] of rows) {
    await app.fill(wrong);
    await app.create.click();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(says);
  }
  await app.fill({ clientIp: values.clientIp });
  await page.getByRole('radio', { name: 'In…' }).check({ force: true });
  await page.getByLabel('Expires in').fill('9999 years');
  await app.create.click();
  await expect(page.getByLabel('Expires in')).toHaveAccessibleDescription(/no date after the year 9999/);
  await page.getByRole('radio', { name: 'Date…' }).check({ force: true });
  await page.getByLabel('Expires on').fill('2020-01-01T00:00');
  await expect(page.getByText('This is in the past')).toBeVisible();
  await page.getByRole('radio', { name: 'Server default' }).check({ force: true });
  await form.expectSent(0);
  // What can be sent goes as it was typed.
  await app.fill({ context: '{"n": 9007199254740993, "__proto__": {"x": 1.50}}' });
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  const { body } = form.watch.requests.find(({ method }) => method === 'POST');
  expect(body).toContain('"n": 9007199254740993, "__proto__": {"x": 1.50}');
});

faulty('P32 the context has the key of the mark: never overwritten', async ({ form }) => {
  await form.open({ context: '{"eventide_intent": "mine"}' });
  await form.app.create.click();
  await expect(form.app.context).toHaveAccessibleDescription(/The context has its own eventide_intent\. Rename it there, or switch the mark off\./);
  await form.expectSent(0);
  await form.page.getByRole('checkbox', { name: /Mark the event/ }).uncheck();
  await form.app.create.click();
  await expect(form.page).toHaveURL(uuid);
  expect(JSON.parse(form.watch.requests.find(({ method }) => method === 'POST').body).context).toEqual({ eventide_intent: 'mine' });
});

for (const status of [403, 404, 500]) {
  faulty(`P33 created, and reading it gives ${status}: it is shown from the answer`, async ({ form }) => {
    await form.open();
    await form.page.route(/\/api\/v3\/events\/events\/[0-9a-f-]{36}\/$/, (route) => route.fulfill({ status, json: { detail: 'No.' } }));
    await form.app.create.click();
    await form.expectCreated();
    await form.page.reload();
    await expect(form.app.heading).toHaveText({ 403: /can.t view this event/, 404: 'This event is not there', 500: /Could not load/ }[status], { timeout: 12_000 });
    await expect(form.page).toHaveURL(uuid);
    await form.expectSent(1);
  });
}

faulty('P34 a 201 that takes 50 seconds: told at 5, 15 and 30', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await form.page.route(pattern, async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.fallback();
  });
  await form.app.create.click();
  const status = form.page.locator('.form__foot').getByRole('status');
  let waited = 0;
  for (const [at, says] of [[1, /^Waiting for/], [6, /^Still waiting/], [16, /is slow; what you typed is safe/], [31, /has not answered\. After 65 seconds it is looked for/], [50, /has not answered/]]) {
    await form.page.clock.runFor((at - waited) * 1_000);
    waited = at;
    await expect(status).toHaveText(says);
    if (at > 3) await expect(form.page.locator('.form__foot')).toContainText(`, ${at} s`);
    await expect(form.app.field('App')).toHaveAttribute('readonly', '');
  }
  release();
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P35 the answer to an earlier event comes late: the draft of the present one stays', async ({ form }) => {
  await form.open();
  const { app, page } = form;
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(pattern, async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.fallback();
  });
  await app.create.click();
  await expect(app.create).toHaveText('Creating…');
  await app.go('/events');
  await app.go('/events/new');
  await expect(form.alert).toContainText('The page was left before');
  await page.getByRole('button', { name: 'Discard', exact: true }).click();
  await app.fill({ action: 'logout', app: 'the.next.one' });
  const stored = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  await expect.poll(stored).toContain('the.next.one');
  release();
  await expect(page.getByText('Event created', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'View event' })).toBeVisible();
  await expect(page).toHaveURL(/\/events\/new$/);
  await expect(app.field('App')).toHaveValue('the.next.one');
  expect(await stored()).toContain('the.next.one');
  await form.expectSent(1);
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  await form.expectSent(2);
});

faulty('P36 the server has a new version while somebody types: offered, never forced', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  const { app, page, watch } = form;
  const offer = page.getByRole('status').filter({ hasText: 'This server has a new version of Eventide.' });
  const looks = () => watch.requests.filter(({ url }) => url.endsWith('/index.html')).length;
  await page.clock.fastForward(600_000);
  await expect.poll(looks).toBe(1);
  await expect(offer).toHaveCount(0);
  await page.route('**/index.html', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-build="[^"]+"/, 'data-build="0123456789ab"') });
  });
  await page.clock.fastForward(600_000);
  await expect.poll(looks).toBe(2);
  await page.clock.runFor(100);
  await expect(offer).toBeVisible();
  await expect(offer.getByRole('button', { name: 'Reload' })).toBeVisible();
  await form.expectKept();
  await form.expectSent(0);
  await offer.getByRole('button', { name: 'Later' }).click();
  await expect(offer).toHaveCount(0);
  await app.create.click();
  await form.expectCreated();
  await form.expectSent(1);
});

/** The outcome is unknown, and looking for it comes to this. */
const lost = (form) => form.page.route(pattern, (route) => (route.request().method() === 'POST' ? route.abort('connectionreset') : route.fallback()), { times: 1 });

faulty('P37 looking finds it: created', async ({ form }) => {
  await form.open();
  await form.fault({ cut: 'before-headers', perform: true });
  await form.app.create.click();
  await expect(form.page.getByText(written)).toBeVisible();
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P38 P39 looking finds nothing yet: it goes on, and is sure after 90 seconds', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  const { page, alert, again } = form;
  const marks = [];
  await page.route(pattern, (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    marks.push(route.request().postDataJSON().context.eventide_intent);
    return marks.length > 1 ? route.fallback() : route.abort('connectionreset');
  });
  await form.app.create.click();
  await form.expectUnknown();
  for (let seconds = 0; seconds < 100 && !(await alert.textContent()).includes('a minute and a half'); seconds += 1) {
    await expect(again).toHaveCount(0);
    await page.clock.runFor(1_000);
    await expect(alert).toContainText(/Looking again in|a minute and a half/);
  }
  await expect(alert).toContainText('It is not in the log, a minute and a half after it was sent: it was not created.');
  const looks = (await form.world.log()).filter(({ query }) => query.includes('eventide_intent'));
  expect(looks.length).toBeGreaterThanOrEqual(7);
  expect(looks.length).toBeLessThanOrEqual(9);
  await form.expectKept();
  await again.click();
  await form.expectCreated();
  // Another attempt, so another mark.
  expect(new Set(marks).size).toBe(2);
  await form.expectSent(1);
});

faulty('P40 looking finds two: both are shown, and nothing is sent', async ({ form }) => {
  await form.open();
  await form.page.route(pattern, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    for (let times = 0; times < 2; times += 1) await form.world.create(route.request().postDataJSON());
    return route.abort('connectionreset');
  });
  await form.app.create.click();
  await expect(form.alert).toContainText('It was saved 2 times.');
  await expect(form.alert.getByRole('link', { name: /^View: / })).toHaveCount(2);
  await expect(form.again).toHaveCount(0);
  await form.expectKept();
  await form.page.getByRole('button', { name: 'Discard draft' }).click();
  await expect(form.app.field('App')).toHaveValue('');
  await form.expectSent(2);
});

faulty('P41 looking is not permitted: which permission, and the mark to look for', async ({ form }) => {
  await form.open();
  await lost(form);
  await form.world.fault({ method: 'GET', path, query: 'eventide_intent', status: 403, body: json({ detail: 'You do not have permission to perform this action.' }) });
  await form.app.create.click();
  await expect(form.alert).toContainText('It could not be looked for.');
  await expect(form.alert).toContainText('authentik_events.view_event');
  await expect(form.alert).toContainText(/Its mark: [0-9a-f-]{36}/);
  await expect(form.again).toBeVisible();
  await form.expectKept();
  await form.expectSent(0);
});

faulty('P42 the list cannot be read: looked for as long as it takes, then said', async ({ form }) => {
  await stopClock(form.page);
  await form.open();
  await lost(form);
  await form.page.route(`${pattern}?*eventide_intent*`, (route) => route.fulfill({ status: 500, contentType: 'text/html', body: '<h1>Server Error (500)</h1>' }));
  await form.app.create.click();
  for (let seconds = 0; seconds < 140 && (await form.again.count()) === 0; seconds += 1) {
    await form.page.clock.runFor(1_000);
    await expect(form.alert).toContainText(/Looking (again|for it)|could not be looked for/);
  }
  await expect(form.alert).toContainText('It could not be looked for. Could not load events.');
  await expect(form.again).toBeVisible();
  await expect(form.alert).toContainText(/Its mark: [0-9a-f-]{36}/);
  await form.expectKept();
  await form.expectSent(0);
});

faulty('P43 offline when it is to be looked for: waits for the network', async ({ form }) => {
  await form.open();
  await form.page.route(pattern, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await form.world.create(route.request().postDataJSON());
    await form.page.context().setOffline(true);
    return route.abort('internetdisconnected');
  });
  await form.app.create.click();
  await expect(form.alert).toContainText('It is tried again when you are back online.');
  await expect(form.again).toHaveCount(0);
  await form.expectKept();
  await form.page.context().setOffline(false);
  await form.expectCreated();
  await form.expectSent(1);
});

faulty('P44 it was saved with other values: they are named', async ({ form }) => {
  await form.open();
  await form.page.route(pattern, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const sent = route.request().postDataJSON();
    await form.world.create({ ...sent, app: 'other.app', context: { ...sent.context, message: 'changed', n: undefined } });
    return route.abort('connectionreset');
  });
  await form.app.create.click();
  await expect(form.alert).toContainText('It was saved with other values than were sent.');
  await expect(form.alert).toContainText('app: “facility.doors” was sent, “other.app” is stored');
  await expect(form.alert).toContainText('context.message: “kept” was sent, “changed” is stored');
  await expect(form.alert).toContainText('context.n: “1.50” was sent, nothing is stored');
  await expect(form.alert.getByRole('link', { name: /^View: / })).toBeVisible();
  await expect(form.again).toHaveCount(0);
  await form.expectKept();
  await form.expectSent(1);
});
