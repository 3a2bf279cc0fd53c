// Creating an event: each single invalid field, then a valid one, and at most one request a press.
import { execFileSync } from 'node:child_process';
import { expect, lone, test, tokens } from './support/test.mjs';

const formUrl = '/events/new';

/** Opens the form with everything valid. */
async function openForm(app, values = {}) {
  // Closing and loading again ask while something is typed.
  app.page.on('dialog', (dialog) => dialog.accept());
  await app.open(formUrl);
  await expect(app.heading).toHaveText('New event');
  await app.fill({ action: 'login', app: 'facility.doors', ...values });
}

const uuid = /\/events\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

lone.describe('valid', () => {
  lone('opens the created event, which is stored as typed', async ({ app, page, world, watch }) => {
    const context = '{"message": "Rack 4 opened", "rack": 18446744073709551615, "deep": {"a": [1.50, null, true]}}';
    await openForm(app, {
      action: 'custom_', name: 'door_opened', clientIp: '10.20.0.14', context, user: '{"username": "deploy-bot", "pk": 41}', brand: '{"name": "harbor"}',
    });
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    const pk = page.url().split('/').at(-1);
    await expect(app.facts).toContainText(pk);
    await expect(app.facts).toContainText('10.20.0.14');
    await expect(app.facts).toContainText('deploy-bot');
    await expect(app.facts).toContainText('facility.doors');
    await expect(page.getByRole('main')).toContainText(/door[_ ]opened/);
    await expect(app.tree).toContainText('18446744073709551615');
    expect(await world.creations()).toBe(1);
    const stored = await (await world.api(`events/events/${pk}/`)).json();
    expect(stored).toMatchObject({ action: 'custom_', app: 'facility.doors', client_ip: '10.20.0.14', user: { username: 'deploy-bot', pk: 41 }, brand: { name: 'harbor' } });
    expect(stored.context).toMatchObject({ message: 'Rack 4 opened', event_name: 'door_opened' });
    // Numbers leave as they were typed.
    const sent = watch.requests.find(({ method }) => method === 'POST');
    expect(sent.body).toContain('18446744073709551615');
    expect(sent.body).toContain('1.50');
  });

  lone('with only what is required; the server sets the rest', async ({ app, page, world, watch }) => {
    await openForm(app);
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    const sent = JSON.parse(watch.requests.find(({ method }) => method === 'POST').body);
    expect(sent).toMatchObject({ action: 'login', app: 'facility.doors' });
    for (const absent of ['client_ip', 'expires', 'brand', 'pk', 'created']) expect(sent).not.toHaveProperty(absent);
    expect(await world.creations()).toBe(1);
  });

  lone('the address of the form is not kept behind the created event', async ({ app, page }) => {
    await openForm(app);
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    await page.goto(formUrl);
    await expect(app.field('App')).toHaveValue('');
  });

  for (const [choice, days] of [
    ['1 day', 1],
    ['30 days', 30],
    ['365 days', 365],
  ]) {
    lone(`expires in ${choice}`, async ({ app, page, watch }) => {
      await openForm(app);
      await page.getByRole('radio', { name: choice, exact: true }).check({ force: true });
      const before = Date.now();
      await app.create.click();
      await expect(page).toHaveURL(uuid);
      const { expires } = JSON.parse(watch.requests.find(({ method }) => method === 'POST').body);
      expect(Math.abs(Date.parse(expires) - before - days * 86_400_000)).toBeLessThan(120_000);
    });
  }
});

lone('the actions offered are those of the server, each with its wire value', async ({ app, page, world }) => {
  await openForm(app, { action: undefined, app: undefined });
  const server = await (await world.api('events/events/actions/')).json();
  await app.action.click();
  const dialog = page.getByRole('dialog', { name: 'Choose an action' });
  const offered = await dialog.getByRole('option').locator('code').allTextContents();
  const wire = offered.map((text) => text.trim().replace(/…$/, '')).sort();
  expect(wire).toEqual(server.map(({ component }) => component).sort());
});

/** One field wrong, everything else right. `at` is the field that must say so. */
const invalid = [
  { name: 'no action', values: { action: undefined }, at: (app) => app.action, says: /This field is required/ },
  { name: 'no app', values: { app: '' }, at: (app) => app.field('App'), says: /may not be blank/ },
  { name: 'blanks as app', values: { app: '   ' }, at: (app) => app.field('App'), says: /may not be blank/ },
  { name: 'an app that crashes authentik', values: { app: 'x'.repeat(3000) }, at: (app) => app.field('App'), says: /The app may have [\d,]+ bytes/ },
  { name: 'an address with too large a part', values: { clientIp: '10.20.0.1444' }, at: (app) => app.field('Client IP'), says: /Enter a valid IPv4 or IPv6 address\./ },
  { name: 'a network as address', values: { clientIp: '10.0.0.0/8' }, at: (app) => app.field('Client IP'), says: /Enter a valid IPv4 or IPv6 address\./ },
  { name: 'an address with a port', values: { clientIp: '10.0.0.1:80' }, at: (app) => app.field('Client IP'), says: /Enter a valid IPv4 or IPv6 address\./ },
  { name: 'leading zeros in an address', values: { clientIp: '010.0.0.1' }, at: (app) => app.field('Client IP'), says: /Enter a valid IPv4 or IPv6 address\./ },
  { name: 'a host name as address', values: { clientIp: 'localhost' }, at: (app) => app.field('Client IP'), says: /Enter a valid IPv4 or IPv6 address\./ },
  { name: 'broken JSON as context', values: { context: '{\n  "rack": 4\n  "badge": "2291"\n}' }, at: (app) => app.context, says: /Line 3/ },
  { name: 'a list as context', values: { context: '[1, 2]' }, at: (app) => app.context, says: /dictionary|object/i },
  { name: 'text as context', values: { context: '"text"' }, at: (app) => app.context, says: /dictionary|object/i },
  { name: 'a key twice in the context', values: { context: '{"a": 1, "a": 2}' }, at: (app) => app.context, says: /twice|duplicate/i },
  { name: 'NUL in the context', values: { context: '{"a": "x\\u0000y"}' }, at: (app) => app.context, says: /NUL|u0000|null char/i },
  { name: 'a lone surrogate in the context', values: { context: '{"a": "\\ud800"}' }, at: (app) => app.context, says: /surrogate|half|\\ud800/i },
  { name: 'a number that JSON does not know', values: { context: '{"a": NaN}' }, at: (app) => app.context, says: /Line 1/ },
  { name: 'a number that the server cannot read', values: { context: '{"a": 1e400}' }, at: (app) => app.context, says: /number|large|1e400/i },
  { name: 'broken JSON as user', values: { user: '{"username": }' }, at: (app) => app.user, says: /Line 1/ },
  { name: 'a list as user', values: { user: '[]' }, at: (app) => app.user, says: /dictionary|object/i },
  { name: 'a user that crashes authentik', values: { user: JSON.stringify({ username: 'x'.repeat(3000) }) }, at: (app) => app.user, says: /The user may have [\d,]+ bytes/ },
  { name: 'null as brand', values: { brand: 'null' }, at: (app) => app.brand, says: /null|dictionary|object/i },
  { name: 'broken JSON as brand', values: { brand: '{' }, at: (app) => app.brand, says: /Line 1|end/i },
];

for (const { name, values, at, says } of invalid) {
  lone(`${name}: said at the field, which gets the focus; nothing is sent; then put right and created`, async ({ app, page, world, watch }) => {
    await openForm(app, values);
    await app.create.click();
    const field = at(app);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(says);
    expect(watch.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    // The focus is at the summary or already at the field.
    const summary = page.getByRole('alert');
    await expect(field.or(summary.first())).not.toHaveCount(0);
    await expect.poll(() => page.evaluate(() => Boolean(document.activeElement?.closest('form')) && document.activeElement !== document.body)).toBe(true);
    await expect(page).toHaveURL(formUrl);

    await app.fill({ action: 'logout', app: 'facility.doors', clientIp: '10.20.0.14', context: '{}', user: '{}', ...(values.brand ? { brand: '{}' } : {}) });
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    expect(await world.creations()).toBe(1);
  });
}

lone('an expiry in the past is cautioned at the field and can be sent', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await openForm(app);
  await page.getByRole('radio', { name: /^Date/ }).check({ force: true });
  const date = page.getByLabel('Expires on');
  await date.fill('2020-01-01T00:00');
  await expect(page.getByText('This is in the past: authentik accepts the event and hides it at once.')).toBeVisible();
  await app.create.click();
  await expect.poll(() => watch.requests.filter(({ method }) => method === 'POST').length).toBe(1);
  expect(JSON.parse(watch.requests.find(({ method }) => method === 'POST').body).expires).toMatch(/^20(19|20)-.*Z$/);
});

lone('a typed span says in which zone it ends and what is sent', async ({ app, page, watch }) => {
  await openForm(app);
  await page.getByRole('radio', { name: 'In…' }).check({ force: true });
  const span = page.getByLabel('Expires in');
  await span.fill('soon');
  await app.create.click();
  await expect(span).toHaveAccessibleDescription(/Type a span, as in “30 days”/);
  await span.fill('in 2 weeks');
  await expect(span).toHaveAccessibleDescription(/sent as \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/);
  const before = Date.now();
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  const { expires } = JSON.parse(watch.requests.find(({ method }) => method === 'POST').body);
  expect(Math.abs(Date.parse(expires) - before - 14 * 86_400_000)).toBeLessThan(120_000);
});

lone('a port is removed from the address at a press', async ({ app, page, watch }) => {
  await openForm(app, { clientIp: '10.0.0.1:443' });
  await page.getByRole('button', { name: 'Remove the port' }).click();
  await expect(app.field('Client IP')).toHaveValue('10.0.0.1');
  await expect(page.getByRole('button', { name: 'Remove the port' })).toHaveCount(0);
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  expect(JSON.parse(watch.requests.find(({ method }) => method === 'POST').body).client_ip).toBe('10.0.0.1');
});

lone('what looks like a secret is named at its field, and the own token is kept nowhere', async ({ app, page }) => {
  await openForm(app, { context: '{"api_key": "x", "n": 123456789012345678901234567890}', app: 'Bearer abc' });
  await expect(page.getByText('Will be stored readable: "api_key"')).toBeVisible();
  await expect(page.getByText('authentik stores 123456789012345678901234567890 rounded')).toBeVisible();
  await expect(page.getByText('This looks like a secret.')).toBeVisible();
  const spellings = [
    tokens.admin,
    Buffer.from(`akadmin:${tokens.admin}`).toString('base64'),
    [...tokens.admin].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
    [...tokens.admin].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ];
  const drafts = () => page.evaluate(() => JSON.stringify(Object.entries({ ...sessionStorage, ...localStorage }).filter(([key]) => !key.endsWith('.session'))));
  for (const [at, spelling] of spellings.entries()) {
    await app.fill({ context: `{"note": "mine ${at} is ${spelling}"}` });
    await expect(page.getByRole('alert').filter({ hasText: 'The token you signed in with is in: Context' })).toBeVisible();
    await expect.poll(drafts).toContain(`mine ${at} is`);
    expect(await drafts()).not.toContain(JSON.stringify(spelling).slice(1, -1));
  }
});

lone('an event with the own token is not sent, and one press takes it out', async ({ app, page, world, watch }) => {
  await openForm(app, { app: `door.${tokens.admin}`, context: `{"header": "Bearer ${tokens.admin}"}` });
  await app.create.click();
  await expect(page.getByRole('alert').filter({ hasText: '2 fields need a fix' })).toBeFocused();
  for (const field of [app.field('App'), app.context]) {
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(/The token you signed in with is in here\. Remove it/);
  }
  const preview = page.getByRole('complementary', { name: 'Request preview' });
  await preview.getByRole('tab', { name: 'JSON' }).click();
  await expect(preview).not.toContainText(tokens.admin);
  expect(await world.creations()).toBe(0);
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(app.field('App')).toBeFocused();
  await expect(app.field('App')).toHaveValue('door.');
  await expect(app.context).toHaveValue('{"header": "Bearer "}');
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  for (const { body } of watch.requests) expect(body).not.toContain(tokens.admin);
});

lone('what an action sets off is told when it is chosen', async ({ app, page }) => {
  await openForm(app, { action: 'configuration_error' });
  await expect(page.getByText('May notify administrators')).toBeVisible();
  await app.fill({ action: 'login' });
  await expect(page.getByText('May notify administrators')).toHaveCount(0);
  await app.fill({ user: '{"pk": 4, "username": "mia"}' });
  await expect(page.getByText('Can influence GeoIP policies')).toBeVisible();
  await expect(page.getByText('authentik does not record who posts an event, and hides nothing in it')).toBeVisible();
});

lone('an action that only the server knows is offered as new, and sent', async ({ app, page, watch }) => {
  await page.route('**/api/v3/events/events/actions/', async (route) => {
    const answer = await route.fetch();
    const actions = await answer.json();
    await route.fulfill({ json: [...actions, { name: 'Door opened', description: '', component: 'door_opened', model_name: '' }] });
  });
  await page.route('**/api/v3/events/events/', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 400, json: { app: ['Stopped here.'] } }) : route.fallback(),
  );
  watch.allowFailedCalls();
  await openForm(app, { action: undefined });
  await app.action.click();
  await page.getByRole('combobox', { name: 'Search actions' }).fill('door');
  const option = page.getByRole('group', { name: 'New on this server' }).getByRole('option');
  await expect(option).toContainText('new on this server');
  await option.click();
  await expect(app.action).toContainText('door_opened');
  await app.create.click();
  await expect(page.getByText('Stopped here.')).toBeVisible();
  expect(JSON.parse(watch.requests.find(({ method }) => method === 'POST').body).action).toBe('door_opened');
  // It is kept as offered.
  await page.reload();
  await app.create.click();
  await expect(page.getByText('Stopped here.')).toBeVisible();
});

lone('actions are found by name and wire value, with the keys of a combobox, each with its meaning', async ({ app, page }) => {
  await app.open(formUrl);
  const { keyboard } = page;
  const search = page.getByRole('combobox', { name: 'Search actions' });
  const options = page.getByRole('option');
  const active = () => search.evaluate((field) => document.getElementById(field.getAttribute('aria-activedescendant'))?.querySelector('code')?.textContent);
  await app.action.focus();
  await expect(app.action).toHaveAttribute('aria-expanded', 'false');
  await keyboard.press('ArrowDown');
  await expect(search).toBeFocused();
  await expect(app.action).toHaveAttribute('aria-expanded', 'true');
  await expect(options).toHaveCount(33);
  const wire = await options.locator('code').allTextContents();
  expect(new Set(wire).size).toBe(33);
  // Each says what it means at the foot when it is come to.
  const meanings = new Set();
  await keyboard.press('Home');
  for (const [at, value] of wire.entries()) {
    await expect.poll(active).toBe(value);
    const said = await page.locator('.pick__foot').textContent();
    expect(said.length, value).toBeGreaterThan(10);
    meanings.add(said);
    if (at < wire.length - 1) await keyboard.press('ArrowDown');
  }
  expect(meanings.size).toBe(33);
  await keyboard.press('Home');
  await expect.poll(active).toBe(wire[0]);
  await keyboard.press('End');
  await expect.poll(active).toBe(wire.at(-1));
  await keyboard.press('ArrowUp');
  await expect.poll(active).toBe(wire.at(-2));
  for (const words of ['fail', 'login_failed', 'Failed login', 'login fail']) {
    await search.fill(words);
    await expect(options.locator('code').first()).toHaveText('login_failed');
  }
  await search.fill('login_failed');
  await expect(options).toHaveCount(1);
  // Escape leaves it as it was, Enter takes it.
  await keyboard.press('Escape');
  await expect(search).toHaveCount(0);
  await expect(app.action).toBeFocused();
  await expect(app.action).toContainText('Choose an action');
  await keyboard.press('Enter');
  await keyboard.type('login_failed');
  await keyboard.press('Enter');
  await expect(app.action).toContainText('login_failed');
  await expect(app.action).toBeFocused();
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(search).toHaveCount(0);
});

lone('the curl command of the preview, pasted into a shell, creates the same event', async ({ app, page, world, context, watch }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const said = "it's $HOME `id` \\ \"quoted\" é";
  await openForm(app, { app: "o'door", context: JSON.stringify({ said, n: 1 }) });
  await page.getByRole('checkbox', { name: /Mark the event/ }).uncheck();
  const preview = page.getByRole('complementary', { name: 'Request preview' });
  await preview.getByRole('tab', { name: 'curl' }).click();
  await preview.getByRole('button', { name: /^Copy/ }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain('$AUTHENTIK_TOKEN');
  // The shell splits it; what curl would do with the parts is done here.
  const printed = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], { env: { ...process.env, AUTHENTIK_TOKEN: tokens.admin } });
  const parts = printed.toString().split('\0').slice(0, -1);
  const headers = Object.fromEntries(parts.filter((_, at) => parts[at - 1] === '-H').map((header) => header.split(': ')));
  const body = parts[parts.findIndex((part) => part.startsWith('--data')) + 1];
  const answer = await fetch(parts.find((part) => part.startsWith('http')), { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  const sent = watch.requests.find(({ method }) => method === 'POST').body;
  expect(JSON.parse(body)).toEqual(JSON.parse(sent));
  const { results: [one, two] } = await world.events('?page_size=2');
  for (const key of ['action', 'app', 'context', 'user', 'client_ip']) expect(one[key]).toEqual(two[key]);
  expect(one.context.said).toBe(said);
});

lone('actions that authentik never writes are noted as such', async ({ app, page }) => {
  await openForm(app, { action: undefined });
  await app.action.click();
  await expect(page.getByRole('option', { name: /never written by authentik/ })).toHaveCount(3);
});

lone('apps of the loaded events are suggested, and the own address is one press away', async ({ app, page, world }) => {
  await world.create({ action: 'login', app: 'seen.in.the.list', client_ip: '203.0.113.9', user: { pk: 4, username: 'akadmin', email: '' } });
  await app.open('/events');
  await expect(page.getByText('seen.in.the.list').first()).toBeAttached();
  await page.getByRole('link', { name: 'New event' }).first().click();
  await expect(page.locator('datalist#apps option[value="seen.in.the.list"]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Use mine, 203.0.113.9' }).click();
  await expect(app.field('Client IP')).toHaveValue('203.0.113.9');
});

lone('several wrong fields are counted and linked in a summary that takes the focus', async ({ app, page }) => {
  await openForm(app, { app: '', clientIp: 'nowhere', context: '{' });
  await app.create.click();
  const summary = page.getByRole('alert').filter({ hasText: /3/ });
  await expect(summary).toBeVisible();
  await expect(summary).toBeFocused();
  await summary.getByRole('link', { name: 'Client IP' }).click();
  await expect(app.field('Client IP')).toBeFocused();
  await expect(page).toHaveURL(new RegExp(`${formUrl}(#|$)`));
});

test('a viewer is told before typing that creating is not permitted', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.open(formUrl, { token: tokens.viewer });
  const told = page.getByText('authentik_events.add_event');
  if (!(await told.first().isVisible().catch(() => false))) {
    await app.fill({ action: 'login', app: 'x' });
    await app.create.click();
  }
  await expect(told.first()).toBeVisible();
});

lone.describe('one request a press', () => {
  lone('a double click sends one', async ({ app, page, world }) => {
    await openForm(app);
    await app.create.dblclick({ noWaitAfter: true });
    await expect(page).toHaveURL(uuid);
    expect(await world.creations()).toBe(1);
  });

  lone('going back after creating and forward again sends none', async ({ app, page, world }) => {
    await openForm(app);
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    await page.goBack();
    await page.goForward();
    await expect(app.facts).toBeVisible();
    await page.reload();
    await expect(app.facts).toBeVisible();
    expect(await world.creations()).toBe(1);
  });
});

lone('a lost answer to an event without a mark: only what looks like it is found', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  await openForm(app, { context: '{"message": "kept"}' });
  await page.getByRole('checkbox', { name: /Mark the event/ }).uncheck();
  await expect(page.getByText('If the answer is lost, nobody can tell this event from others like it.')).toBeVisible();
  await world.fault({ method: 'POST', path: '/api/v3/events/events/', cut: 'before-headers', times: 1 });
  await app.create.click();
  await expect(page.getByRole('alert').filter({ hasText: 'may have been created' })).toBeVisible();
  await page.getByRole('button', { name: 'Look for it' }).click();
  await expect(page.getByText('This was stored since then.')).toBeVisible();
  const { results } = await world.events('?page_size=1');
  expect(results[0].context).toEqual({ message: 'kept' });
});

lone.describe('the draft', () => {
  const typed = { action: 'custom_', name: 'door_opened', app: 'facility.doors', clientIp: '10.20.0.14', context: '{\n  "half": ', user: '{"username": "deploy-bot"}' };

  lone('survives a reload in the middle of typing, and can be discarded', async ({ app, page }) => {
    await openForm(app, typed);
    // At most half a second after the last key it is kept; nothing else tells when.
    await expect.poll(() => page.evaluate(() => JSON.stringify(Object.values(sessionStorage)))).toContain('deploy-bot');
    await page.reload();
    await expect(page.getByText('Draft restored')).toBeVisible();
    await expect(app.field('App')).toHaveValue(typed.app);
    await expect(app.field('Name')).toHaveValue(typed.name);
    await expect(app.field('Client IP')).toHaveValue(typed.clientIp);
    await expect(app.context).toHaveValue(typed.context);
    await expect(app.user).toHaveValue(typed.user);
    await expect(app.action).toContainText('custom_');
    await page.getByRole('button', { name: 'Discard draft' }).click();
    await expect(app.field('App')).toHaveValue('');
    await page.reload();
    await expect(app.field('App')).toHaveValue('');
    await expect(page.getByText('Draft restored')).toHaveCount(0);
  });

  lone('survives leaving the page and coming back', async ({ app, page }) => {
    await openForm(app, typed);
    await page.getByRole('link', { name: 'Eventide' }).click();
    await expect(page).toHaveURL('/events');
    await page.goBack();
    await expect(app.field('App')).toHaveValue(typed.app);
    await expect(app.context).toHaveValue(typed.context);
  });

  lone('never holds the token', async ({ app, page }) => {
    await openForm(app, typed);
    await expect.poll(() => page.evaluate(() => JSON.stringify(Object.values(sessionStorage)))).toContain('deploy-bot');
    const drafts = await page.evaluate(() => Object.entries({ ...sessionStorage, ...localStorage }).filter(([key]) => !key.endsWith('.session')));
    expect(JSON.stringify(drafts)).not.toContain(tokens.admin);
  });

  lone('is gone once the event is created', async ({ app, page }) => {
    await openForm(app, { context: '{"gone": true}' });
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain('gone');
  });

  for (const [what, break_] of [
    ['throws when it is looked at', () => Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } })],
    ['is full', () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }],
    ['is null', () => Object.defineProperty(window, 'sessionStorage', { value: null })],
  ]) {
    lone(`works where storage ${what}`, async ({ app, page, world }) => {
      await page.addInitScript(break_);
      await app.signIn();
      await page.getByRole('link', { name: 'New event' }).first().click();
      await app.fill({ action: 'login', app: 'no.storage' });
      await app.create.click();
      await expect(page).toHaveURL(uuid);
      expect(await world.creations()).toBe(1);
    });
  }

  for (const garbage of ['', 'null', '{}', '[1]', '{"version":99}', '\u0000', '{"version":1,"saved_ms":"x"}']) {
    lone(`ignores ${JSON.stringify(garbage)} where a draft should be`, async ({ app, page }) => {
      await openForm(app, { context: '{"mine": 1}' });
      await expect.poll(() => page.evaluate(() => JSON.stringify(Object.values(sessionStorage)))).toContain('mine');
      await page.evaluate((text) => {
        for (const [key, value] of Object.entries({ ...sessionStorage })) if (value.includes('mine')) sessionStorage.setItem(key, text);
        // The page keeps the draft once more when it is left; this is another page's doing.
        Storage.prototype.setItem = () => {};
      }, garbage);
      await page.reload();
      await expect(app.heading).toHaveText('New event');
      await expect(app.field('App')).toHaveValue('');
    });
  }
});

lone('a megabyte of context is taken, checked and created', async ({ app, page, world }) => {
  await openForm(app);
  const rows = Array.from({ length: 12_000 }, (_, at) => `"key${at}": "${'v'.repeat(60)}"`);
  const long = `{${rows.join(',\n')}}`;
  // What a paste does; typing it in takes the browser itself many seconds.
  const put = (text) => app.context.evaluate((area, value) => {
    area.value = value;
    area.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
  }, text);
  await put(long.replace('"key7":', '"key7" '));
  await expect(page.getByText(/Line 8, column/).first()).toBeVisible();
  await put(long);
  await expect(page.getByText('Valid JSON, 12,000 lines')).toBeVisible();
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  expect(await world.creations()).toBe(1);
  const { results } = await world.events('?page_size=1');
  expect(Object.keys(results[0].context).length).toBe(12_001);
});

lone('the preview shows the request as it will be sent, without the token', async ({ app, page, watch }) => {
  await openForm(app, { context: '{"n": 1.50}' });
  const preview = page.getByRole('complementary', { name: 'Request preview' });
  await preview.getByRole('tab', { name: 'JSON' }).click();
  await expect(preview.getByRole('tabpanel')).toContainText('1.50');
  await preview.getByRole('tab', { name: 'curl' }).click();
  await expect(preview).toContainText('$AUTHENTIK_TOKEN');
  await expect(preview).not.toContainText(tokens.admin);
  void watch;
});

lone('user: none, me, one that is found, or JSON; the server fills nobody in', async ({ app, page, watch }) => {
  await openForm(app);
  const choose = page.getByRole('group', { name: 'Choose a user' });
  await choose.getByRole('button', { name: 'Me' }).click();
  await expect(app.user).toHaveValue(/"username": "akadmin"/);
  expect(Object.keys(JSON.parse(await app.user.inputValue()))).toEqual(['pk', 'username', 'email']);
  await choose.getByRole('button', { name: 'None' }).click();
  await expect(app.user).toHaveValue('');
  await choose.getByRole('button', { name: 'Find…' }).click();
  await page.getByRole('searchbox', { name: 'Find a user' }).fill('a');
  await page.keyboard.press('Enter');
  const found = page.getByRole('group', { name: 'Found' }).getByRole('button');
  await expect(found).toHaveCount(10);
  await found.nth(3).click();
  await expect(app.user).toHaveValue(/"pk": \d+/);
  await expect(page.getByText('authentik does not fill in who posts.')).toBeVisible();
  const chosen = JSON.parse(await app.user.inputValue());
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  expect(JSON.parse(watch.requests.find(({ method }) => method === 'POST').body).user).toEqual(chosen);
});

lone('looking up users without the permission falls back to JSON', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await page.route('**/api/v3/core/users/?*', (route) => route.fulfill({ status: 403, json: { detail: 'You do not have permission to perform this action.' } }));
  await openForm(app);
  await page.getByRole('button', { name: 'Find…' }).click();
  await page.getByRole('searchbox', { name: 'Find a user' }).fill('mia');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await expect(page.getByText('This token may not look it up. Write it as JSON below.')).toBeVisible();
  await app.fill({ user: '{"username": "mia"}' });
  await app.create.click();
  await expect(page).toHaveURL(uuid);
});

lone('brand: the default, or one of the server', async ({ app, page, watch }) => {
  await openForm(app, { brand: '' });
  const choose = page.getByRole('group', { name: 'Choose a brand' });
  await choose.getByRole('button', { name: 'Pick…' }).click();
  await page.getByRole('group', { name: 'Found' }).getByRole('button', { name: /Brand harbor\.example/ }).click();
  await expect(app.brand).toHaveValue(/"name": "Brand harbor\.example"/);
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  const { brand } = JSON.parse(watch.requests.find(({ method }) => method === 'POST').body);
  expect(brand).toEqual({ pk: 'c0ffee00a9a24f0f8d0f3d5e4c1b2a39', app: 'authentik_brands', model_name: 'brand', name: 'Brand harbor.example' });
});

lone('a template fills the context with the keys of its action, and what it replaced comes back', async ({ app, page }) => {
  await openForm(app, { action: 'model_updated', context: '{"mine": 1}' });
  await page.getByRole('button', { name: 'Template: Model updated' }).click();
  expect(Object.keys(JSON.parse(await app.context.inputValue()))).toEqual(['model', 'diff', 'http_request']);
  await page.getByRole('button', { name: 'Undo template' }).click();
  await expect(app.context).toHaveValue('{"mine": 1}');
  await expect(page.getByRole('button', { name: 'Undo template' })).toHaveCount(0);
  await app.fill({ action: 'flow_execution' });
  await expect(page.getByRole('button', { name: /^Template/ })).toHaveCount(0);
});

lone('the preview draws the event as its page will', async ({ app, page }) => {
  await openForm(app, { action: 'model_updated', user: '{"pk": 4, "username": "mia", "email": ""}' });
  await page.getByRole('button', { name: 'Template: Model updated' }).click();
  const preview = page.getByRole('complementary', { name: 'Request preview' });
  await preview.getByRole('tab', { name: 'JSON' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(preview.getByRole('tab', { name: 'Event' })).toBeFocused();
  const panel = preview.getByRole('tabpanel', { name: 'Event' });
  const said = await panel.getByRole('heading', { level: 2 }).first().textContent();
  expect(said).toContain('mia');
  await expect(panel).toContainText('New name');
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  await expect(app.heading).toHaveText(said);
});

lone('the tree of the context follows the text, and changes one place of it', async ({ app, page, watch }) => {
  const text = '{\n  "rack": 18446744073709551616,\n  "n": 1.50,\n  "__proto__": {\n    "list": [1e2, "x"]\n  }\n}';
  await openForm(app, { context: '{"rack": 4}' });
  const button = page.getByRole('button', { name: 'Context as a tree' });
  await button.click();
  const tree = page.getByRole('tree', { name: 'Context as a tree' });
  const row = (key) => tree.getByRole('treeitem').filter({ hasText: key });
  await expect(tree).toContainText('rack');
  await app.fill({ context: '{"door": ' });
  await expect(page.getByText('There is a tree once the text is valid JSON.')).toBeVisible();
  await app.fill({ context: text });
  await expect(row('list')).toBeVisible();
  const chosen = page.getByRole('group', { name: 'The chosen value' });
  const [key, value] = ['Key', 'Value'].map((name) => chosen.getByRole('textbox', { name }));

  // Closing and opening changes nothing.
  await button.click();
  await expect(tree).toHaveCount(0);
  await button.click();
  await expect(app.context).toHaveValue(text);

  await row('n:').click();
  await expect(key).toHaveValue('n');
  await value.fill('true');
  await value.press('Enter');
  await expect(row('n:')).toBeFocused();
  let now = text.replace('1.50', 'true');
  await expect(app.context).toHaveValue(now);
  // What is no JSON is text; leaving the field takes it as well.
  await value.fill('half "open');
  await app.field('App').focus();
  now = now.replace('true', '"half \\"open"');
  await expect(app.context).toHaveValue(now);
  await key.fill('rack');
  await key.press('Enter');
  await expect(chosen.getByRole('status')).toHaveText('There is such a key already; it keeps its name.');
  await key.fill('door');
  await key.press('Enter');
  now = now.replace('"n"', '"door"');
  await expect(app.context).toHaveValue(now);
  // Leaving with Escape takes nothing.
  await value.fill('lost');
  await value.press('Escape');
  await expect(value).toHaveValue('"half \\"open"');
  await expect(app.context).toHaveValue(now);

  await row('list').click({ position: { x: 60, y: 8 } });
  if ((await row('list').getAttribute('aria-expanded')) === 'false') await row('list').click({ position: { x: 60, y: 8 } });
  await expect(value).toBeDisabled();
  await chosen.getByRole('button', { name: 'Add inside' }).click();
  await expect(value).toBeFocused();
  await value.fill('{}');
  await value.press('Enter');
  now = now.replace('"x"]', '"x", {}]');
  await expect(app.context).toHaveValue(now);
  await row('rack').click();
  await chosen.getByRole('button', { name: 'Remove' }).click();
  now = now.replace('"rack": 18446744073709551616,\n  ', '');
  await expect(app.context).toHaveValue(now);
  await expect(row('list')).toBeVisible();

  // From nothing at all.
  await app.fill({ context: '' });
  await chosen.getByRole('button', { name: 'Add inside' }).click();
  await value.fill('9007199254740993');
  await value.press('Enter');
  await expect(app.context).toHaveValue('{"key": 9007199254740993}');
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  expect(watch.requests.find(({ method }) => method === 'POST').body).toContain('"key": 9007199254740993');
});
