// Exports as a person makes them, and what is in the files.
import { readFile } from 'node:fs/promises';
import { expect } from './test.mjs';

export const dialog = (page) => page.getByRole('dialog');

/** No dialog of the browser: files come as downloads. */
export const withoutPicker = (context) => context.addInitScript(() => { delete window.showSaveFilePicker; });

/** Opens the dialog, chooses, and presses Export; gives the files by their endings. */
export async function exported(page, format, { most, during, patience = 20_000 } = {}) {
  const downloads = [];
  page.on('download', (download) => downloads.push(download));
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await dialog(page).getByText(format, { exact: true }).click();
  if (most) await dialog(page).getByLabel('How many').selectOption(most);
  await dialog(page).getByRole('button', { name: 'Export', exact: true }).click();
  await during?.();
  await expect(dialog(page).getByRole('heading', { name: 'Export finished' })).toBeVisible({ timeout: patience });
  await expect.poll(() => downloads.length).toBe(2);
  const files = await Promise.all(downloads.map(async (download) => [download.suggestedFilename(), await readFile(await download.path(), 'utf8')]));
  const about = files.find(([name]) => name.endsWith('.about.txt'));
  const file = files.find((other) => other !== about);
  return { name: file[0], text: file[1], about: about[1] };
}

/** Reads CSV by RFC 4180. */
export function csv(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === ',') { rows.at(-1).push(cell); cell = ''; }
    else if (sign === '\r') { rows.at(-1).push(cell); cell = ''; rows.push([]); at += 1; }
  }
  rows.pop();
  const [head, ...others] = rows;
  return others.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}

/** What stands in a cell, without the apostrophe that keeps a spreadsheet from acting on it. */
export const plain = (cell) => cell.replace(/^'/, '');

/** Every page of the server's own list, newest first: the text of its rows, and the rows. */
async function* pages(world) {
  for (let page = 1; page !== 0;) {
    const text = await (await world.api(`events/events/?page_size=100&page=${page}`)).text();
    const { results, pagination } = JSON.parse(text);
    yield { results, rows: text.slice(text.indexOf('"results":[') + 11, text.lastIndexOf('],"autocomplete"')) };
    page = pagination.next;
  }
}

/** That a file holds every row of the server, to the last byte and in its order. */
export async function expectAllLines(text, world) {
  const lines = text.trimEnd().split('\n');
  let at = 0;
  for await (const { results, rows } of pages(world)) {
    const same = lines.slice(at, at + results.length).join(',') === rows;
    expect(same, `rows from ${at + 1} on are those of the server`).toBe(true);
    at += results.length;
  }
  expect(lines).toHaveLength(at);
  return at;
}

/** That a table holds every row of the server in its order, with what stands in it. */
export async function expectAllRows(text, world) {
  const table = csv(text);
  let at = 0;
  for await (const { results } of pages(world)) {
    for (const event of results) {
      const row = table[at];
      const wrong = row?.['Event ID'] !== event.pk || plain(row.Action) !== event.action || plain(row.App) !== event.app
        || plain(row['Client IP']) !== (event.client_ip ?? '') || plain(row['Time (UTC)']) !== event.created
        || plain(row['User (JSON)']) !== JSON.stringify(event.user)
        || JSON.stringify(JSON.parse(plain(row['Context (JSON)']))) !== JSON.stringify(event.context);
      // Asserted once for each row it would take longer than the export.
      if (wrong) expect(row, `row ${at + 1}`).toEqual(event);
      at += 1;
    }
  }
  expect(table).toHaveLength(at);
  return at;
}

/** Texts that a spreadsheet would act on. */
export const hostile = [
  '=cmd|\' /C calc\'!A0', '+1+1', '-1', '@SUM(A1:A9)', '\t=1', '\r=1', '\n=1', ' =1', '\u200b=1', '\ufeff=1', '＝1', '＠x', '\'=1',
  '"=1', '%0A', '|x', 'a","=1', 'a\r\n=1', '=HYPERLINK("http://canary.invalid","x")',
];

/** Events that hold such a text wherever a text can stand. */
export const insertHostile = (world) => world.insert(hostile.map((text) => ({
  app: text,
  action: text,
  user: { pk: 1, username: text, email: text },
  client_ip: '10.0.0.1',
  context: { message: text, model: { pk: text, app: text, model_name: text, name: text } },
  brand: { name: text },
})));
