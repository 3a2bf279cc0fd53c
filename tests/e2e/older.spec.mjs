// A server that is older than the app: it refuses a list that is filtered for an action it does not
// know, and the app asks for the rest.
import { expect, lone } from './support/test.mjs';

const rows = (page) => page.getByRole('table', { name: 'Events' }).locator('.log__row');
const known = ['login_failed', 'configuration_error', 'system_exception'];
const unknown = ['configuration_warning', 'review_overdue'];

/** The requests for lists and counts, and which actions the server knows: `[path, actions, status]`. */
const asked = async (world) => (await world.log())
  .map(({ path, query, status }) => [path.replace('/api/v3/events/events/', ''), new URLSearchParams(query), status])
  .filter(([path, query]) => path === 'actions/' || (['', 'volume/'].includes(path) && query.has('actions')))
  .map(([path, query, status]) => [path, query.getAll('actions').join(), status]);

lone.describe('an older server', () => {
  lone.use({ worldOptions: { events: 200, extra: ['--release', '2025.10'] } });

  lone('is asked for the actions that it knows, and refuses only once', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await app.signIn({ path: `/events?range=all&action=${[...known, ...unknown].join()}` });
    await expect(rows(page).first()).toBeVisible();
    const query = known.map((action) => `actions=${action}`).join('&');
    const { pagination: { count } } = await world.events(`?${query}&page_size=1`);
    expect(count).toBeGreaterThan(5);
    await expect(page.locator('.pager').getByRole('status')).toContainText(` of ${count}`);
    await expect(page.locator('.hist')).toContainText(`${count} events`);
    // What is said to be sent is what was sent.
    await page.getByRole('button', { name: 'Request' }).click();
    const sent = page.getByRole('dialog', { name: 'Request' });
    await expect(sent.getByText(known.join(', '), { exact: true })).toHaveCount(2);
    await page.keyboard.press('Escape');

    const before = await asked(world);
    expect(before.filter(([path, , status]) => path === '' && status === 400)).toHaveLength(1);
    expect(before.filter(([path, , status]) => path === 'volume/' && status === 400)).toHaveLength(1);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('dialog', { name: 'Views' }).getByRole('button', { name: 'Errors' }).click();
    await expect(page).toHaveURL(/action=suspicious_request/);
    await app.go(`/events?range=all&action=login,${unknown.join()}`);
    await expect(rows(page).first()).toContainText('signed in');
    const after = (await asked(world)).slice(before.length);
    expect(after).toContainEqual(['', 'login', 200]);
    expect(after).toContainEqual(['volume/', 'login', 200]);
    // What was given up for the next address has no status.
    expect(after.filter(([path, , status]) => path === 'actions/' || ![200, null].includes(status))).toEqual([]);
  });

  lone('says so when it knows none of the actions, and is not asked again', async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await app.signIn({ path: '/events?range=all&action=review_overdue' });
    await expect(page.getByRole('heading', { name: 'This server does not know this action' })).toBeVisible();
    await expect(page.locator('.empty')).toContainText('It is an authentik from before 2026.2, so it has no such events: “Review overdue”.');
    const before = await asked(world);
    await app.go(`/events?range=all&action=${unknown.join()}`);
    await expect(page.getByRole('heading', { name: 'This server does not know these actions' })).toBeVisible();
    await expect(page.locator('.empty')).toContainText('“Configuration warning”, “Review overdue”');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await expect(page.locator('.toast')).toContainText('This server does not know these actions');
    expect(await asked(world)).toEqual(before);
    await page.getByRole('link', { name: 'Remove Action' }).click();
    await expect(rows(page).first()).toBeVisible();
  });
});
