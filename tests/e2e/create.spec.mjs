// Creating an event: each single invalid field, then a valid one, and at most one request a press.
import { stopClock } from './support/clock.mjs';
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
  await app.fill({ context: `{"note": "mine is ${tokens.admin}"}` });
  await expect(page.getByRole('alert').filter({ hasText: 'The token you signed in with is in: Context' })).toBeVisible();
  const drafts = () => page.evaluate(() => JSON.stringify(Object.entries({ ...sessionStorage, ...localStorage }).filter(([key]) => !key.endsWith('.session'))));
  await expect.poll(drafts).toContain('mine is');
  expect(await drafts()).not.toContain(tokens.admin);
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

lone.describe('the server refuses', () => {
  const refuse = (page, answer) =>
    page.route('**/api/v3/events/events/', (route) => (route.request().method() === 'POST' ? route.fulfill(answer) : route.fallback()));

  lone('fields, in its own words and at its fields', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await openForm(app, { clientIp: '10.0.0.1' });
    await refuse(page, { status: 400, json: { app: ['Dieses Feld darf nicht leer sein.'], client_ip: ['Keine Adresse.', 'Wirklich nicht.'], colour: ['Unbekannt \u202Ex.'] } });
    await app.create.click();
    const summary = page.getByRole('alert');
    await expect(summary).toContainText(/authentik refused/);
    await expect(summary).toContainText(/colour/);
    await expect(app.field('App')).toHaveAccessibleDescription(/Dieses Feld darf nicht leer sein\./);
    await expect(app.field('Client IP')).toHaveAccessibleDescription(/Keine Adresse\..*Wirklich nicht\./s);
    await expect(app.field('App')).toHaveValue('facility.doors');
    await expect(app.create).toBeEnabled();
  });

  lone('without a field: said in the summary', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await openForm(app);
    await refuse(page, { status: 400, json: { detail: 'JSON parse error - something: line 1 column 20 (char 19)' } });
    await app.create.click();
    await expect(page.getByRole('alert')).toContainText('JSON parse error');
  });

  lone('for want of the permission: it is named, nothing is lost', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await openForm(app);
    await refuse(page, { status: 403, json: { detail: 'You do not have permission to perform this action.' } });
    await app.create.click();
    await expect(page.getByText('authentik_events.add_event').first()).toBeVisible();
    await expect(app.field('App')).toHaveValue('facility.doors');
  });

  lone('behind a firewall', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await openForm(app);
    await refuse(page, { status: 403, contentType: 'text/html', body: '<h1>Request blocked</h1>' });
    await app.create.click();
    await expect(page.getByRole('alert').first()).toContainText(/block|firewall|before authentik/i);
    await expect(app.field('App')).toHaveValue('facility.doors');
  });

  lone('because it is starting: nothing was created, and again when it is up', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await openForm(app);
    await refuse(page, { status: 503, headers: { 'retry-after': '1' }, json: { error: 'authentik starting' } });
    await app.create.click();
    await expect(page.getByText(/starting/i).first()).toBeVisible();
    await expect(page.getByText(/may have been created/)).toHaveCount(0);
    await page.unroute('**/api/v3/events/events/');
    await expect(app.create).toBeEnabled();
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    expect(await world.creations()).toBe(1);
  });
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

  lone('a storm of Enter and clicks while it is on its way sends one', async ({ app, page, world }) => {
    await openForm(app);
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/api/v3/events/events/', async (route) => {
      if (route.request().method() === 'POST') await held;
      await route.fallback();
    });
    await app.field('App').focus();
    await page.evaluate(() => {
      const form = document.querySelector('form');
      const button = form.querySelector('[type=submit]');
      for (let time = 0; time < 50; time += 1) {
        button.click();
        form.requestSubmit();
      }
    });
    for (let time = 0; time < 5; time += 1) {
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+Enter');
    }
    await expect(app.create).toHaveText('Creating…');
    await expect(app.create).toHaveAttribute('aria-busy', 'true');
    release();
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

lone.describe('nobody knows whether it was created', () => {
  const values = { app: 'facility.doors', clientIp: '10.20.0.14', context: '{"message": "kept"}' };
  const unknown = (page) => page.getByRole('alert').filter({ hasText: 'may have been created' });
  const kept = async (app) => {
    await expect(app.field('App')).toHaveValue(values.app);
    await expect(app.field('Client IP')).toHaveValue(values.clientIp);
    await expect(app.context).toHaveValue(values.context);
  };

  for (const [name, answer] of [
    ['405 without a body, which is how authentik crashes', { status: 405, contentType: 'text/html', headers: { allow: 'GET, HEAD, OPTIONS' }, body: '' }],
    ['500', { status: 500, contentType: 'text/html', body: '<h1>Server Error (500)</h1>' }],
    ['502', { status: 502, json: { error: 'failed to connect to authentik backend' } }],
    ['504', { status: 504, contentType: 'text/html', body: '' }],
    ['201 without a body', { status: 201, contentType: 'application/json', body: '' }],
    ['201 with a web page', { status: 201, contentType: 'text/html', body: '<h1>Hi</h1>' }],
  ]) {
    lone(`${name}: said, one request, nothing lost`, async ({ app, page, watch }) => {
      watch.allowFailedCalls();
      await openForm(app, values);
      let sent = 0;
      await page.route('**/api/v3/events/events/', (route) => {
        if (route.request().method() !== 'POST') return route.fallback();
        sent += 1;
        return route.fulfill(answer);
      });
      await app.create.click();
      await expect(unknown(page)).toBeVisible();
      await expect(page.getByRole('button', { name: 'Look for it' })).toBeVisible();
      await kept(app);
      // The ordinary button does not send a second one.
      await page.keyboard.press('Control+Enter');
      await page.evaluate(() => document.querySelector('form').requestSubmit());
      await expect(unknown(page)).toBeVisible();
      expect(sent).toBe(1);
    });
  }

  lone('the answer is lost after the event was stored: it is found by its mark, and the draft is gone', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await openForm(app, values);
    await world.fault({ method: 'POST', path: '/api/v3/events/events/', cut: 'before-headers', times: 1 });
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    await expect(page.getByText('Its answer was lost; it was found in the log.')).toBeVisible();
    await expect(app.facts).toContainText(values.app);
    expect(await world.creations()).toBe(1);
    await app.go('/events/new');
    await expect(app.field('App')).toHaveValue('');
  });

  lone('it is written long after its answer was lost: looked for until it is there', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await stopClock(page);
    await openForm(app, values);
    let body;
    await page.route('**/api/v3/events/events/', (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      body = route.request().postDataJSON();
      return route.abort('connectionreset');
    });
    await app.create.click();
    await expect(unknown(page)).toContainText('It is not in the log yet. Looking again in 2 s.');
    await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0);
    await page.clock.runFor(2_000);
    await expect(unknown(page)).toContainText('Looking again in 3 s.');
    await world.create(body);
    await page.clock.runFor(3_000);
    await expect(page).toHaveURL(uuid);
    expect(await world.creations()).toBe(1);
  });

  lone('the request never arrived: a minute and a half later that is sure, and sending again is a choice', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await stopClock(page);
    await openForm(app, values);
    const sent = [];
    let broken = true;
    await page.route('**/api/v3/events/events/', (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      sent.push(route.request().postDataJSON().context.eventide_intent);
      return broken ? route.abort('connectionreset') : route.fallback();
    });
    await app.create.click();
    await expect(unknown(page)).toContainText('It is not in the log yet. Looking again in ');
    await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0);
    // Time passes only between two looks: in between, an answer is under way.
    for (let seconds = 0; seconds < 100; seconds += 1) {
      await expect(unknown(page)).toContainText(/Looking again in|a minute and a half/);
      if ((await unknown(page).textContent()).includes('a minute and a half')) break;
      await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0);
      await page.clock.runFor(1_000);
    }
    await expect(unknown(page)).toContainText('It is not in the log, a minute and a half after it was sent');
    const looks = (await world.log()).filter(({ query }) => query.includes('eventide_intent'));
    expect(looks.length).toBeGreaterThanOrEqual(7);
    expect(looks.length).toBeLessThanOrEqual(9);
    await kept(app);
    broken = false;
    await page.getByRole('button', { name: 'Send again' }).click();
    await expect(page).toHaveURL(uuid);
    expect(await world.creations()).toBe(1);
    // Another attempt, so another mark.
    expect(new Set(sent).size).toBe(2);
  });

  lone('two events with its mark are both shown, and nothing is sent', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await openForm(app, values);
    await page.route('**/api/v3/events/events/', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      for (let times = 0; times < 2; times += 1) await world.create(route.request().postDataJSON());
      return route.abort('connectionreset');
    });
    await app.create.click();
    await expect(unknown(page)).toContainText('It was saved 2 times.');
    await expect(unknown(page).getByRole('link', { name: /^View: / })).toHaveCount(2);
    await page.getByRole('button', { name: 'Discard draft' }).click();
    await expect(app.field('App')).toHaveValue('');
    expect(await world.creations()).toBe(2);
  });

  lone('the log cannot be read: said, with the mark to look for, and sending again is a choice', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await openForm(app, values);
    await page.route('**/api/v3/events/events/**', (route) =>
      route.request().method() === 'POST' ? route.abort('connectionreset') : route.fulfill({ status: 403, json: { detail: 'You do not have permission to perform this action.' } }),
    );
    await app.create.click();
    await expect(unknown(page)).toContainText('It could not be looked for.');
    await expect(unknown(page)).toContainText(/Its mark: [0-9a-f-]{36}/);
    await expect(page.getByRole('button', { name: 'Send again' })).toBeVisible();
    await kept(app);
  });

  lone('without a mark only what looks like it is found', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await openForm(app, values);
    await page.getByRole('checkbox', { name: /Mark the event/ }).uncheck();
    await world.fault({ method: 'POST', path: '/api/v3/events/events/', cut: 'before-headers', times: 1 });
    await app.create.click();
    await expect(unknown(page)).toBeVisible();
    await page.getByRole('button', { name: 'Look for it' }).click();
    await expect(page.getByText('This was stored since then.')).toBeVisible();
    const { results } = await world.events('?page_size=1');
    expect(results[0].context).toEqual({ message: 'kept' });
  });

  lone('a context with a mark of its own is not sent', async ({ app, page, world }) => {
    await openForm(app, { ...values, context: '{"eventide_intent": "mine"}' });
    await app.create.click();
    await expect(page.getByText('The context has its own eventide_intent.').first()).toBeVisible();
    expect(await world.creations()).toBe(0);
    await page.getByRole('checkbox', { name: /Mark the event/ }).uncheck();
    await app.create.click();
    await expect(page).toHaveURL(uuid);
  });

  lone('two tabs with the same draft send one', async ({ app, page, world, context }) => {
    await openForm(app, values);
    const storage = () => JSON.stringify({ ...sessionStorage });
    await expect.poll(() => page.evaluate(storage)).toContain(values.app);
    const copy = await page.evaluate(storage);
    const other = await context.newPage();
    await other.addInitScript((kept) => {
      if (!sessionStorage.length) for (const [key, value] of Object.entries(JSON.parse(kept))) sessionStorage.setItem(key, value);
    }, copy);
    await other.goto(world.address('/events/new'));
    await expect(other.getByText('Draft restored')).toBeVisible();
    await app.create.click();
    await expect(page).toHaveURL(uuid);
    await other.getByRole('button', { name: 'Create event' }).click();
    await expect(other).toHaveURL(page.url());
    expect(await world.creations()).toBe(1);
    await other.close();
  });

  lone('it takes too long: elapsed seconds, Cancel, and then the same warning', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await stopClock(page);
    await openForm(app, values);
    let sent = 0;
    await page.route('**/api/v3/events/events/', (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      sent += 1;
      return undefined;
    });
    await app.create.click();
    await expect.poll(() => sent).toBe(1);
    await page.clock.runFor(4_000);
    await expect(page.getByText(/Waiting for .*\d+ s/)).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(unknown(page)).toBeVisible();
    await kept(app);
    expect(sent).toBe(1);
  });
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

  lone('reload while it is on its way: warned that it may have been created', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await openForm(app, { context: '{"half": "way"}' });
    let sent = 0;
    await page.route('**/api/v3/events/events/', (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      sent += 1;
      return undefined;
    });
    await app.create.click();
    await expect.poll(() => sent).toBe(1);
    await page.reload();
    await expect(page.getByRole('alert').filter({ hasText: 'may have been created' })).toBeVisible();
    await expect(app.context).toHaveValue('{"half": "way"}');
    expect(sent).toBe(1);
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

lone('is done with the keyboard alone', async ({ app, page, world }) => {
  await app.open(formUrl);
  const to = async (locator) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${locator} cannot be reached with Tab`);
  };
  await to(app.action);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Search actions' })).toBeFocused();
  await page.keyboard.type('login fail');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(app.action).toBeFocused();
  await expect(app.action).toContainText('login_failed');
  await to(app.field('App'));
  await page.keyboard.type('keyboard.only');
  await to(app.context);
  await page.keyboard.type('{"a": 1}');
  // Escape, then Tab leaves the editor.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(app.context).not.toBeFocused();
  await app.field('App').focus();
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(uuid);
  expect(await world.creations()).toBe(1);
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

lone('the tree of the context follows the text', async ({ app, page }) => {
  await openForm(app, { context: '{"rack": 4}' });
  await page.getByRole('button', { name: 'Tree', exact: true }).click();
  const tree = page.getByRole('tree', { name: 'Context as a tree' });
  await expect(tree).toContainText('rack');
  await app.fill({ context: '{"door": {"open": true}}' });
  await expect(tree).toContainText('door');
  await app.fill({ context: '{"door": ' });
  await expect(page.getByText('There is a tree once the text is valid JSON.')).toBeVisible();
});
