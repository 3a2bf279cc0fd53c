// Every page and state that is looked at: by axe, for widths, and for pictures.
import { expect } from './base.mjs';
import { stopClock } from './clock.mjs';

const unknownId = '6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4';
const json = (status, body, headers = {}) => (route) => route.fulfill({ status, json: body, headers });

/** Opens the newest event of an action that the seed holds. */
async function openEvent({ app, page, world }, action) {
  const { results } = await world.events(`?actions=${action}`);
  await app.signIn();
  await page.goto(`/events/${results[0].pk}`);
  await expect(app.facts).toBeVisible();
}

async function openForm({ app }) {
  await app.open('/events/new');
  await expect(app.heading).toHaveText('New event');
}

const filled = {
  action: 'custom_', name: 'door_opened', app: 'facility.doors', clientIp: '10.20.0.14',
  context: '{\n  "message": "Rack 4 opened with badge 2291",\n  "rack": 4,\n  "door": {\n    "site": "HAM-2",\n    "forced": false\n  }\n}',
  user: '{\n  "username": "deploy-bot",\n  "pk": 41\n}',
};

/** Opens the list, and the dialog that exports it. */
async function openExport({ app, page }) {
  await page.addInitScript(() => { delete window.showSaveFilePicker; });
  await app.signIn();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Export events' })).toBeVisible();
}

const configure = (page, configuration) => page.route('**/config.json', (route) => route.fulfill({ json: configuration }));

/** Signs in, and turns the clock while nobody does anything. */
async function leaveAlone({ app, page }, ms, before = async () => {}) {
  await stopClock(page);
  await configure(page, { idle_minutes: 10 });
  await app.signIn();
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
  await before();
  await page.clock.fastForward(ms);
  await page.clock.runFor(1_500);
}

async function pickTwo({ app, page }) {
  await app.signIn();
  await expect(page.locator('.log__row a').first()).toBeVisible();
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await expect(page.getByRole('region', { name: 'Selected events' })).toContainText('2 events selected');
}

/** `writes`: needs a sandbox of its own. */
export const states = {
  'sign-in': { reach: ({ app }) => app.openSignIn() },
  'sign-in, checking': {
    reach: async ({ app, page, tokens }) => {
      await page.route('**/api/v3/core/users/me/', () => {});
      await app.openSignIn();
      await app.offer(tokens.admin);
      await expect(app.check('Server reached')).toBeVisible();
    },
  },
  'sign-in, token refused': {
    reach: async ({ app, tokens }) => {
      await app.openSignIn();
      await app.offer(tokens.expired);
      await expect(app.token).toHaveAttribute('aria-invalid', 'true');
    },
  },
  'sign-in, unreachable': {
    reach: async ({ app, page, tokens }) => {
      await page.route('**/api/v3/**', (route) => route.abort('connectionrefused'));
      await app.openSignIn();
      await app.offer(tokens.admin);
      await expect(app.server).toHaveAttribute('aria-invalid', 'true', { timeout: 15_000 });
    },
  },
  'sign-in, no permission': {
    reach: async ({ app, tokens }) => {
      await app.openSignIn();
      await app.offer(tokens.nobody);
      await expect(app.heading).toHaveText(/can.t view events/);
    },
  },
  'sign-in, connected': {
    reach: async ({ app, tokens }) => {
      await app.openSignIn();
      await app.offer(tokens.admin);
      await expect(app.heading).toHaveText(/^Connected as/);
    },
  },
  'sign-in, several servers': {
    reach: async ({ app, page, world }) => {
      await configure(page, {
        sign_in_text: 'For the identity team. Tokens: ask the service desk.',
        instances: [
          { name: 'Production', server: world.url, color: 'red' },
          { name: 'Staging', server: 'https://id.staging.harbor.example', color: 'green' },
          { name: 'Laboratory', server: 'https://id.lab.harbor.example' },
        ],
      });
      await app.openSignIn();
    },
  },
  'sign-in, signed out': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await app.signOut();
      await expect(page.getByText('Signed out in all tabs of this browser.')).toBeVisible();
    },
  },
  'not configured': {
    reach: async ({ app, page }) => {
      await configure(page, { idle_minuts: 15 });
      await page.goto('/');
      await expect(app.heading).toHaveText('Eventide was not started');
    },
  },
  'events, asked whether anybody is there': {
    reach: async ({ app, page }) => {
      await leaveAlone({ app, page }, 9 * 60_000 + 20_000);
      await expect(page.getByRole('alertdialog')).toBeVisible();
    },
  },
  locked: {
    reach: async ({ app, page }) => {
      await leaveAlone({ app, page }, 11 * 60_000);
      await expect(app.heading).toHaveText('Locked');
    },
  },
  'events, the session has ended': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route('**/api/v3/**', json(403, { detail: 'Token invalid/expired' }));
      await page.reload();
      await expect(page.getByRole('dialog', { name: 'Your token is no longer accepted' })).toBeVisible();
    },
  },
  'somebody else’s draft': {
    reach: async ({ app, page, tokens }) => {
      await leaveAlone({ app, page }, 11 * 60_000, async () => {
        await app.go('/events/new');
        await app.field('App').fill('left.behind');
        await page.clock.runFor(1_000);
      });
      await app.offer(tokens.viewer);
      await app.goOn.click();
      await expect(app.heading).toHaveText('Somebody else’s draft');
    },
  },
  'events, one of several servers': {
    reach: async ({ app, page, world }) => {
      await configure(page, {
        instances: [
          { name: 'Production', server: world.url, color: 'red' },
          { name: 'Staging', server: 'https://id.staging.harbor.example', color: 'green' },
        ],
      });
      await app.signIn();
      await expect(page.locator('.log__row').first()).toBeVisible();
    },
  },
  events: {
    reach: async ({ app, page }) => {
      await app.signIn();
      await expect(page.locator('.log__row').first()).toBeVisible();
    },
  },
  'events, loading': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route('**/api/v3/events/events/?**', () => {});
      await page.goto('/events');
      await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
    },
  },
  'events, failed': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route('**/api/v3/events/events/?**', json(500, {}));
      await page.goto('/events');
      await expect(page.getByRole('button', { name: /^(Try again|Retry now)$/ })).toBeVisible({ timeout: 12_000 });
    },
  },
  'events, none': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route('**/api/v3/events/events/?**', json(200, { pagination: { next: 0, previous: 0, count: 0, current: 1, total_pages: 1, start_index: 0, end_index: 0 }, results: [] }));
      await page.goto('/events');
      await expect(page.getByRole('heading', { name: /no events/i })).toBeVisible();
    },
  },
  'account': {
    // It hides parts of what it lies over.
    within: '[role=dialog]',
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.getByRole('button', { name: /account of/ }).click();
      await expect(page.getByRole('dialog', { name: 'Account' })).toBeVisible();
    },
  },
  'event, login failed': { reach: (at) => openEvent(at, 'login_failed') },
  'event, model updated': { reach: (at) => openEvent(at, 'model_updated') },
  'event, system exception': { reach: (at) => openEvent(at, 'system_exception') },
  'event, email': { reach: (at) => openEvent(at, 'email_sent') },
  'event, raw context': {
    reach: async (at) => {
      await openEvent(at, 'login');
      await at.page.getByRole('button', { name: 'Raw', exact: true }).click();
    },
  },
  'event, loading': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route(`**/api/v3/events/events/${unknownId}/`, () => {});
      await page.goto(`/events/${unknownId}`);
      await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
    },
  },
  'event, not found': {
    reach: async ({ app }) => {
      await app.open(`/events/${unknownId}`);
      await expect(app.heading).toHaveText('This event is not there');
    },
  },
  'event, no permission': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route(`**/api/v3/events/events/${unknownId}/`, json(403, { detail: 'You do not have permission to perform this action.' }));
      await page.goto(`/events/${unknownId}`);
      await expect(app.heading).toHaveText(/can.t view this event/);
    },
  },
  'event, server broken': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.route(`**/api/v3/events/events/${unknownId}/`, json(500, {}));
      await page.goto(`/events/${unknownId}`);
      await page.getByText('Details', { exact: true }).click({ timeout: 12_000 });
    },
  },
  'self-test': {
    reach: async ({ page }) => {
      await page.goto('/self-test');
      await expect(page.getByRole('heading', { level: 2 })).toHaveText('This page can reach the API');
    },
  },
  'self-test, with a remedy': {
    reach: async ({ page }) => {
      await page.route('**/api/v3/**', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html>' }));
      await page.goto('/self-test');
      await expect(page.locator('pre').first()).toContainText('proxy_pass');
    },
  },
  'page not found': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await page.goto('/no-such-page');
      await expect(app.heading).toBeVisible();
    },
  },
  'form, empty': { reach: openForm },
  'form, filled': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill(filled);
    },
  },
  'form, actions open': {
    reach: async (at) => {
      await openForm(at);
      await at.app.action.click();
      await expect(at.page.getByRole('dialog', { name: 'Choose an action' })).toBeVisible();
    },
  },
  'form, wrong': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill({ ...filled, app: '', clientIp: '10.20.0.1444', context: '{\n  "rack": 4\n  "badge": 2\n}' });
      await at.app.create.click();
      await expect(at.page.getByRole('alert').first()).toBeVisible();
    },
  },
  'form, creating': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill(filled);
      await at.page.route('**/api/v3/events/events/', () => {});
      await at.app.create.click();
      await expect(at.app.create).toHaveAttribute('aria-busy', 'true');
    },
  },
  'form, chosen by tree': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill({ ...filled, brand: '{"name": "harbor"}' });
      for (const name of ['Context', 'User', 'Brand']) await at.page.getByRole('button', { name: `${name} as a tree` }).click();
      await expect(at.page.getByRole('tree')).toHaveCount(3);
    },
  },
  'form, what is worth a second look': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill({ ...filled, action: 'configuration_error', name: undefined, app: `Bearer ${at.tokens.admin}`, context: '{"api_key": "x", "n": 123456789012345678901234567890}' });
      await at.page.getByRole('radio', { name: 'Date…' }).check({ force: true });
      await at.page.getByLabel('Expires on').fill('2020-01-01T00:00');
      await at.page.evaluate(() => dispatchEvent(new Event('offline')));
      await expect(at.page.getByRole('button', { name: 'Remove it' })).toBeVisible();
    },
  },
  'form, filled by a link': {
    reach: async ({ app, page }) => {
      await app.open('/events/new?action=model_updated&app=facility.doors&client_ip=10.0.0.1:80&colour=red');
      await expect(page.getByText('Filled in by a link')).toBeVisible();
      await page.getByRole('button', { name: 'Template: Model updated' }).click();
      await page.getByRole('button', { name: 'Find…' }).click();
      await page.getByRole('searchbox', { name: 'Find a user' }).fill('a');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('group', { name: 'Found' }).getByRole('button').first()).toBeVisible();
    },
  },
  'form, refused': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill(filled);
      await at.page.route('**/api/v3/events/events/', json(429, { detail: 'Request was throttled.' }, { 'retry-after': '60' }));
      await at.app.create.click();
      await at.page.locator('#f-summary').getByText('Details').click();
    },
  },
  'form, saved with other values': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill(filled);
      let sent;
      await at.page.route('**/api/v3/events/events/', (route) => {
        if (route.request().method() !== 'POST') return route.fallback();
        sent = route.request().postDataJSON();
        return route.abort('connectionreset');
      });
      await at.page.route('**/api/v3/events/events/?*eventide_intent*', (route) =>
        route.fulfill({ json: { pagination: { next: 0, previous: 0, count: 1, current: 1, total_pages: 1, start_index: 1, end_index: 1 }, results: [{ ...sent, pk: unknownId, created: '2026-11-22T13:32:18Z', expires: '2027-11-22T13:32:18Z', app: 'another.app' }] } }),
      );
      await at.app.create.click();
      await expect(at.page.getByText('It was saved with other values than were sent.')).toBeVisible();
    },
  },
  'import, checked': {
    reach: async ({ app, page }) => {
      await app.open('/events/import');
      const lines = '{"action":"login","app":"bulk"}\n{"action":"login"}\nnonsense';
      await page.getByLabel('File').setInputFiles({ name: 'events.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(lines) });
      await expect(page.getByText('1 ready, 2 with errors')).toBeVisible();
    },
  },
  'form, unknown outcome': {
    reach: async (at) => {
      await openForm(at);
      await at.app.fill(filled);
      await at.page.route('**/api/v3/events/events/', (route) => route.fulfill({ status: 405, contentType: 'text/html', body: '' }));
      await at.app.create.click();
      await expect(at.page.getByText(/may have been created/)).toBeVisible();
    },
  },
  'app died': {
    reach: async ({ app, page }) => {
      await app.openSignIn();
      await page.evaluate(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')) && undefined);
      await expect(app.heading).toHaveText('Eventide stopped working');
    },
  },
  'events, a part of the chart selected': {
    reach: async ({ app, page }) => {
      await app.signIn();
      await expect(page.locator('.bar-g').first()).toBeVisible();
      await page.getByRole('slider', { name: 'Selection start' }).focus();
      await page.keyboard.press('PageUp');
      await page.keyboard.press('Enter');
      await expect(page.locator('.hist__sel')).toBeVisible();
      await expect(page).toHaveURL(/selection=/);
    },
  },
  export: { reach: openExport },
  'export, stopped': {
    reach: async ({ app, page }) => {
      await openExport({ app, page });
      await page.route('**/events/events/?*page_size=100*', json(418, {}));
      await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
      await expect(page.getByRole('dialog', { name: 'The export has stopped' })).toBeVisible();
    },
  },
  'export, finished': {
    reach: async ({ app, page }) => {
      await openExport({ app, page });
      await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
      await expect(page.getByRole('dialog', { name: 'Export finished' })).toBeVisible();
    },
  },
  'events, two picked': { reach: pickTwo },
  'events, two compared': {
    reach: async ({ app, page }) => {
      await pickTwo({ app, page });
      await page.getByRole('button', { name: 'Compare' }).click();
      await expect(page.getByRole('dialog', { name: 'Compare two events' })).toBeVisible();
    },
  },
};
