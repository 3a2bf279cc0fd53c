// Exports: every event once, to the last digit, whatever happens meanwhile, and said so.
import { csv, dialog, expectAllLines, expectAllRows, exported, hostile, insertHostile, withoutPicker } from './support/exports.mjs';
import { expect, lone } from './support/test.mjs';

const count = async (world) => (await world.events('?page_size=1')).pagination.count;

/** All events as the server has them, as text by id. */
async function everything(world) {
  const texts = new Map();
  for (let page = 1; ; page += 1) {
    const answer = await world.api(`events/events/?page_size=1&page=${page}`);
    if (answer.status === 404) return texts;
    if (answer.status !== 200) continue;
    const text = await answer.text();
    const row = text.slice(text.indexOf('"results":[') + 11, text.lastIndexOf('],"autocomplete"'));
    if (row) texts.set(JSON.parse(row).pk, row);
  }
}

lone.describe('an export', () => {
  lone.use({ worldOptions: { events: 350 } });

  lone('holds every event of the server, to the last digit', async ({ app, page, context, world }) => {
    await withoutPicker(context);
    await world.insert([{ context: { big: 1 } }, {}].map((event) => ({ ...event, action: 'login' })));
    await app.signIn({ path: '/events?range=all' });
    const { name, text, about } = await exported(page, 'NDJSON');
    expect(name).toMatch(/^events_127\.0\.0\.1-\d+_start_\d{8}-\d{4}_Europe-Berlin\.ndjson$/);
    const all = await everything(world);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(all.size);
    for (const line of lines) expect(all.get(JSON.parse(line).pk)).toBe(line);
    expect(about).toContain(`${all.size} events written. The server counted ${all.size} at the start.`);
    expect(about).toContain('Filter:    no filter');
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    await expect(page.getByRole('button', { name: 'Export', exact: true })).toBeFocused();
  });

  lone('keeps to the filter, the order and the number that was chosen', async ({ app, page, context, world }) => {
    await withoutPicker(context);
    await world.insert(Array.from({ length: 1_100 }, () => ({ action: 'logout', app: 'many' })));
    await app.signIn({ path: '/events?range=all&action=logout' });
    await expect(page.locator('.pager')).toContainText('of 1,1');
    const { text, about } = await exported(page, 'JSON', { most: '1000' });
    const events = JSON.parse(text);
    expect(events).toHaveLength(1_000);
    expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['logout']));
    const created = events.map((event) => event.created);
    expect(created).toEqual([...created].sort().reverse());
    expect(about).toContain('beyond the most that was asked for');
    expect(about).toContain('actions=logout');
  });

  lone('leaves out what breaks its pages, and loses nothing that arrives meanwhile', async ({ app, page, context, world, watch }) => {
    watch.allowFailedCalls();
    await withoutPicker(context);
    const all = await everything(world);
    const nested = `${'['.repeat(300)}${']'.repeat(300)}`;
    const { results } = await world.events('?page_size=1&page=170');
    await world.insert(`{"created":${JSON.stringify(results[0].created)},"context":{"a":${nested}}}`);
    await world.fault({ query: 'page_size=100', path: '/api/v3/events/events/', arrive: 7, times: 3, skip: 1 });
    await app.signIn({ path: '/events?range=all' });
    const { text, about } = await exported(page, 'NDJSON');
    const ids = text.trimEnd().split('\n').map((line) => JSON.parse(line).pk);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of all.keys()) expect(ids).toContain(id);
    expect(ids).toHaveLength(all.size);
    expect(about).toContain(`${all.size} events written. The server counted ${all.size + 1} at the start.`);
    expect(about).toContain('1 event could not be read and left out');
  });

  lone('goes on where it stopped, and asks for no page twice', async ({ app, page, context, world, watch }) => {
    watch.allowFailedCalls();
    await withoutPicker(context);
    await app.signIn({ path: '/events?range=all' });
    const all = await count(world);
    await world.fault({ query: 'page=3&page_size=100', status: 418, body: '{}' });
    const { text } = await exported(page, 'NDJSON', {
      during: async () => {
        await expect(dialog(page).getByRole('alert')).toBeVisible();
        await expect(dialog(page)).toContainText(`200 of ${all} events written`);
        await dialog(page).getByRole('button', { name: 'Go on' }).click();
      },
    });
    expect(text.trimEnd().split('\n')).toHaveLength(all);
    const asked = (await world.log()).filter(({ query }) => query.includes('page_size=100')).map(({ query }) => /page=(\d+)/.exec(query)[1]);
    expect(asked).toEqual(['1', '2', '3', '3', '4']);
  });

  lone('writes into a file as it comes, where the browser can', async ({ app, page, context }) => {
    await context.addInitScript(() => {
      window.written = [];
      window.showSaveFilePicker = async ({ suggestedName }) => ({
        createWritable: async () => ({
          write: async (text) => window.written.push(text),
          close: async () => window.written.push(`closed ${suggestedName}`),
          abort: async () => window.written.push('aborted'),
        }),
      });
    });
    await app.signIn({ path: '/events?range=all' });
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog(page).getByText('NDJSON', { exact: true }).click();
    await dialog(page).getByRole('button', { name: 'Export', exact: true }).click();
    await expect(dialog(page).getByRole('heading', { name: 'Export finished' })).toBeVisible();
    const written = await page.evaluate(() => window.written);
    expect(written).toHaveLength(5);
    expect(written.at(-1)).toMatch(/^closed events_.*\.ndjson$/);
    expect(written.slice(0, -1).join('').trimEnd().split('\n')).toHaveLength(350);
  });

  lone('leaves nothing behind when it is cancelled', async ({ app, page, context, world }) => {
    await withoutPicker(context);
    await app.signIn({ path: '/events?range=all' });
    await world.fault({ query: 'page=2&page_size=100', delay_ms: 5_000 });
    let downloads = 0;
    page.on('download', () => { downloads += 1; });
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog(page).getByRole('button', { name: 'Export', exact: true }).click();
    await expect(dialog(page)).toContainText('100 of 350 events written');
    // A slip of the finger does not end it.
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toBeVisible();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog(page)).toBeHidden();
    expect(downloads).toBe(0);
  });
});

lone('a table holds no cell that a spreadsheet would act on', async ({ app, page, context, world }) => {
  await withoutPicker(context);
  await insertHostile(world);
  await app.signIn({ path: '/events?range=all' });
  const { text } = await exported(page, 'CSV');
  expect(text[0]).toBe('\ufeff');
  const table = csv(text);
  const acted = /^[\s"'\u200b\ufeff]*[=+\-@|%\t\r\n＝＋－＠]/;
  for (const row of table) {
    for (const cell of Object.values(row)) expect(cell.startsWith("'") || !acted.test(cell), cell).toBe(true);
  }
  const apps = table.map((row) => row.App.replace(/^'/, ''));
  for (const value of hostile) expect(apps.some((own) => own === value || `'${own}` === value), value).toBe(true);
});

lone.describe('an export of thousands', () => {
  lone.use({ worldOptions: { events: 3_000 } });

  lone('holds each row of the server, byte for byte and in its order', async ({ app, page, context, world }) => {
    lone.setTimeout(60_000);
    await withoutPicker(context);
    await app.signIn({ path: '/events?range=all' });
    const lines = await exported(page, 'NDJSON', { patience: 40_000 });
    const written = await expectAllLines(lines.text, world);
    expect(written).toBeGreaterThan(2_900);
    expect(lines.about).toContain('3,000 events written. The server counted 3,000 at the start.');
  });

  lone('as a table holds each row of the server, with what stands in it', async ({ app, page, context, world }) => {
    lone.setTimeout(60_000);
    await withoutPicker(context);
    await app.signIn({ path: '/events?range=all' });
    const table = await exported(page, 'CSV', { patience: 40_000 });
    expect(await expectAllRows(table.text, world)).toBe(3_000);
  });
});
