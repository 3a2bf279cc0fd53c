// Forms that do not begin empty: the likeness of an event, and what a link holds.
import { expect, lone } from './support/test.mjs';

const uuid = /\/events\/[0-9a-f]{8}-[0-9a-f-]{27}$/;
const mask = '*'.repeat(20);
const event = {
  action: 'login_failed',
  app: 'authentik.events.signals',
  user: { pk: 7, username: 'mia', email: 'mia@harbor.example' },
  client_ip: '203.0.113.7',
  context: { username: 'mia', password: mask, http_request: { path: '/' } },
};

lone('an event is duplicated with all that can be sent, and what cannot is told', async ({ app, page, world }) => {
  const { pk } = await world.create(event);
  await app.signIn();
  await app.go(`/events/${pk}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /Duplicate as new event/ }).click();
  await expect(page).toHaveURL('/events/new');
  const told = page.getByRole('status').filter({ hasText: 'Duplicate of “' });
  await expect(told).toContainText('1 masked value says “redacted — fill in”');
  await expect(told).toContainText('Nothing is sent until you press Create event.');
  await expect(app.action).toContainText('login_failed');
  await expect(app.field('App')).toHaveValue(event.app);
  await expect(app.field('Client IP')).toHaveValue(event.client_ip);
  expect(JSON.parse(await app.context.inputValue())).toEqual({ ...event.context, password: 'redacted — fill in' });
  expect(JSON.parse(await app.user.inputValue())).toEqual(event.user);
  expect(await world.creations()).toBe(1);
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  expect(await world.creations()).toBe(2);
  expect(page.url()).not.toContain(pk);
});

lone('D duplicates, and a custom action keeps its name', async ({ app, page, world }) => {
  await world.insert({
    pk: '11111111-2222-4333-8444-555555555555', action: 'custom_door_opened', app: 'doors', user: {}, brand: {},
    context: { door: 4 }, client_ip: null, created: '2026-11-22T10:00:00Z', expires: '2027-11-22T10:00:00Z',
  });
  await app.signIn();
  await app.go('/events/11111111-2222-4333-8444-555555555555');
  await expect(app.heading).toContainText(/door/i);
  await page.keyboard.press('d');
  await expect(page).toHaveURL('/events/new');
  await expect(page.getByRole('status').filter({ hasText: 'Only the action custom_ can be sent' })).toBeVisible();
  await expect(app.action).toContainText('custom_');
  await expect(app.field('Name')).toHaveValue('door_opened');
});

lone('an event that was not seen before is asked for, and one that is gone is said', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  const { pk } = await world.create(event);
  await app.signIn({ path: `/events/new?like=${pk}` });
  await expect(page.getByText('Duplicate of “')).toBeVisible();
  await app.go('/events/new?like=00000000-0000-4000-8000-000000000000');
  await expect(page.getByRole('status').filter({ hasText: 'This event is not there' })).toBeVisible();
  await expect(app.field('App')).toHaveValue(event.app);
});

const link = `/events/new?action=login&app=doors&client_ip=10.0.0.1&context=${encodeURIComponent('{"a": 1.50}')}&pk=7`;

lone('a link fills the form, sends nothing, and is said', async ({ app, page, world }) => {
  await app.signIn();
  await page.goto(link);
  const told = page.getByRole('status').filter({ hasText: 'Filled in by a link' });
  await expect(told).toContainText('The link holds more that no field takes: pk.');
  await expect(page).toHaveURL('/events/new');
  await expect(app.action).toContainText('login');
  await expect(app.field('App')).toHaveValue('doors');
  await expect(app.context).toHaveValue('{"a": 1.50}');
  expect(await world.creations()).toBe(0);
  // What is changed afterwards survives a reload; the link does not come back over it.
  await app.field('App').fill('changed');
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain('changed');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await expect(app.field('App')).toHaveValue('changed');
});

lone('a link keeps its values through signing in', async ({ app, page }) => {
  await app.signIn({ path: link });
  await expect(page.getByText('Filled in by a link')).toBeVisible();
  await expect(app.field('App')).toHaveValue('doors');
});

lone('a draft that a link took the place of comes back', async ({ app, page }) => {
  await app.signIn();
  await app.go('/events/new');
  await app.field('App').fill('my.own');
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain('my.own');
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto(link);
  await expect(app.field('App')).toHaveValue('doors');
  await page.getByRole('button', { name: 'Bring back my draft' }).click();
  await expect(app.field('App')).toHaveValue('my.own');
  await expect(page.getByText('Filled in by a link')).toHaveCount(0);
});

lone('a created event is shown from its answer, and another one like it is a press away', async ({ app, page, world }) => {
  await app.signIn();
  await app.go('/events/new');
  await app.fill({ action: 'login', app: 'doors', context: '{"door": 4}' });
  await app.create.click();
  await expect(page).toHaveURL(uuid);
  await expect(app.facts).toContainText('doors');
  const path = new URL(page.url()).pathname.replace('/events/', '/api/v3/events/events/');
  expect((await world.log()).filter((call) => call.path === `${path}/`)).toEqual([]);
  await page.getByRole('link', { name: 'Create one like it' }).click();
  await expect(app.field('App')).toHaveValue('doors');
  expect(JSON.parse(await app.context.inputValue())).toEqual({ door: 4 });
});

lone('closing the tab over a draft asks', async ({ app, page }) => {
  await app.signIn();
  await app.go('/events/new');
  await app.field('App').fill('typed');
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(app.field('App')).toHaveValue('typed');
});
