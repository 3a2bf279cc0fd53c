// Exports at the size of a real server, and opened in a real spreadsheet: what takes minutes.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expectAllLines, expectAllRows, exported, hostile, insertHostile, withoutPicker } from './support/exports.mjs';
import { expect, lone } from './support/test.mjs';

lone.describe('100,000 events', () => {
  lone.use({ worldOptions: { events: 100_000 } });

  for (const [format, expectAll] of [['NDJSON', expectAllLines], ['CSV', expectAllRows]]) {
    lone(`are exported as ${format}, each row of the server once`, async ({ app, page, context, world }) => {
      await withoutPicker(context);
      await app.signIn({ path: '/events?range=all' });
      const patience = 20 * 60_000;
      const { text, about } = await exported(page, format, { patience, most: 'all' });
      expect(await expectAll(text, world)).toBe(100_000);
      expect(about).toContain('100,000 events written. The server counted 100,000 at the start.');
    });
  }
});

const run = promisify(execFile);

/** A table as LibreOffice understands it, in its own format. */
async function opened(csv, folder) {
  await writeFile(`${folder}/table.csv`, csv);
  // A profile of its own, so that one that is open does not take the file.
  await run(process.env.EVENTIDE_SOFFICE, [
    `-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', 'fods', '--outdir', folder, `${folder}/table.csv`,
  ], { timeout: 240_000 });
  return readFile(`${folder}/table.fods`, 'utf8');
}

lone('LibreOffice finds no formula in a table of hostile events', async ({ app, page, context, world }, info) => {
  const folder = info.outputPath('office');
  await mkdir(folder, { recursive: true });
  // It does find those that nobody keeps from it.
  expect(await opened('\ufeff"a","=1+1"\r\n', folder)).toContain('table:formula');

  await withoutPicker(context);
  await insertHostile(world);
  await app.signIn({ path: '/events?range=all' });
  const { text } = await exported(page, 'CSV');
  const sheet = await opened(text, folder);
  expect(sheet.match(/table:formula="[^"]*"/g) ?? []).toEqual([]);
  expect(sheet.match(/<table:table-row/g).length).toBeGreaterThan(hostile.length);
  expect(sheet).toContain('=HYPERLINK(&quot;http://canary.invalid&quot;');
  expect(sheet).not.toContain('xlink:href="http://canary');
});
