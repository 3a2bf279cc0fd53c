// Many events out of a file: checked first, created once each, also over a lost answer and a reload.
import { readFileSync } from 'node:fs';
import { expect, lone, tokens } from './support/test.mjs';

const lines = (count) => Array.from({ length: count }, (_, at) => JSON.stringify({ action: 'login', app: 'bulk', context: { at } })).join('\n');

async function choose(page, text, name = 'events.ndjson') {
  await page.getByLabel('File').setInputFiles({ name, mimeType: 'application/x-ndjson', buffer: Buffer.from(text) });
}

/** What is stored of the file, by the place in its context. */
async function stored(world) {
  const { results } = await world.events('?search=' + encodeURIComponent('app = "bulk"') + '&page_size=100');
  return results.map(({ context }) => context.at).sort((a, b) => a - b);
}

lone('says first what is wrong, creates the rest, and gives a result for each line', async ({ app, page, world }) => {
  await app.signIn();
  await app.go('/events/new');
  await page.getByRole('link', { name: 'Import many' }).click();
  await expect(app.heading).toHaveText('Import events');
  await choose(page, `${lines(24)}\n{"action":"login"}\nnonsense\n`);
  await expect(page.getByText('24 ready, 2 with errors')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Lines that were not created' })).toContainText('Line 26: No JSON');
  expect(await world.creations()).toBe(0);
  await page.getByRole('button', { name: 'Create 24 events' }).click();
  await expect(page.getByText('24 created, 2 with errors')).toBeVisible();
  expect(await stored(world)).toEqual(Array.from({ length: 24 }, (_, at) => at));
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Result of each line' }).click()]);
  const result = readFileSync(await file.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  expect(result.length).toBe(26);
  expect(result.filter(({ pk }) => pk).length).toBe(24);
  expect(result.at(-1).error).toContain('No JSON');
});

lone('an answer that is lost stops it; the same file after a reload goes on without doubles', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  await app.signIn();
  await app.go('/events/import');
  await choose(page, lines(30));
  await world.fault({ method: 'POST', path: '/api/v3/events/events/', skip: 24, times: 1, cut: 'before-headers' });
  await page.getByRole('button', { name: 'Create 30 events' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'The import has stopped' })).toBeVisible();
  await expect(page.getByText('24 created, 6 ready')).toBeVisible();
  await expect(page.getByText('Line 25: Nobody knows yet')).toBeVisible();
  await page.goto('/events/import');
  await choose(page, lines(30));
  await page.getByRole('button', { name: 'Create 30 events' }).click();
  await expect(page.getByText('30 created')).toBeVisible();
  expect(await stored(world)).toEqual(Array.from({ length: 30 }, (_, at) => at));
  expect(await world.creations()).toBe(30);
});

lone('can be stopped, and goes on', async ({ app, page, world }) => {
  await app.signIn();
  await app.go('/events/import');
  await choose(page, `[${lines(10).replaceAll('\n', ',')}]`, 'events.json');
  await world.fault({ method: 'POST', path: '/api/v3/events/events/', skip: 3, times: 1, delay_ms: 1500 });
  await page.getByRole('button', { name: 'Create 10 events' }).click();
  await expect(page.getByText('3 created, 7 ready')).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('4 created, 6 ready. Stopped.')).toBeVisible();
  await page.getByRole('button', { name: 'Go on with 6 events' }).click();
  await expect(page.getByText('10 created. Done.')).toBeVisible();
  expect(await world.creations()).toBe(10);
});

lone('without the permission nothing is created, and it is named', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  await app.signIn({ token: tokens.viewer });
  await app.go('/events/import');
  await choose(page, lines(2));
  await page.getByRole('button', { name: 'Create 2 events' }).click();
  await expect(page.getByRole('alert')).toContainText(/may not|permission/i);
  expect(await stored(world)).toEqual([]);
});

lone('a line with the own token is not sent', async ({ app, page, world, watch }) => {
  await app.signIn();
  await app.go('/events/import');
  const coded = Buffer.from(`:${tokens.admin}`).toString('base64');
  const mine = [tokens.admin, coded].map((note) => JSON.stringify({ action: 'login', app: 'bulk', context: { note } }));
  await choose(page, [lines(2), ...mine].join('\n'));
  await expect(page.getByText('2 ready, 2 with errors')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Lines that were not created' })).toContainText('Line 3: context: The token you signed in with is in here.');
  await page.getByRole('button', { name: 'Create 2 events' }).click();
  await expect(page.getByText('2 created, 2 with errors')).toBeVisible();
  expect(await stored(world)).toEqual([0, 1]);
  for (const { body } of watch.requests) expect(body).not.toMatch(new RegExp(`${tokens.admin}|${coded}`));
});

lone('a file that is none is said', async ({ app, page }) => {
  await app.signIn();
  await app.go('/events/import');
  await choose(page, '[{"action": ');
  await expect(page.getByRole('alert')).toContainText('The list is broken');
  await choose(page, '\n\n');
  await expect(page.getByRole('alert')).toContainText('The file holds no events.');
});
