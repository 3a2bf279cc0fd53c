// What can be taken away from an event: copies for people and machines, a file, paper.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, lone, tokens } from './support/test.mjs';

const event = {
  action: 'login_failed',
  app: 'authentik.events.signals',
  user: { pk: 7, username: 'mia|wong', email: 'mia@harbor.example' },
  client_ip: '203.0.113.7',
  context: {
    username: 'mia', password: 'hunter2', attempts: 3, list: ['a'],
    http_request: { path: '/if/flow/?token=t0ps3cret', method: 'POST', args: { code: 'c0de' }, request_id: '5f1c' },
  },
};
const secrets = ['hunter2', 't0ps3cret', 'c0de'];

/** Signs in on the page of the event, with a clipboard that may be read. */
async function opened({ app, page, world, context }, fields = event) {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { pk } = await world.create(fields);
  await app.signIn();
  await app.go(`/events/${pk}`);
  await expect(app.facts).toContainText(pk);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const choose = async (name) => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await expect.poll(clipboard).not.toBe('');
    return clipboard();
  };
  return { pk, clipboard, choose };
}

lone('Markdown says all of it but secrets, unless it is asked for them', async ({ app, page, world, context }) => {
  const { pk, choose } = await opened({ app, page, world, context });
  const text = await choose('Copy as Markdown Ctrl Alt C');
  for (const said of ['Failed sign-in for mia', 'mia\\|wong', '203.0.113.7', '5f1c', pk, world.address(`/events/${pk}`), '(left out)']) {
    expect(text).toContain(said);
  }
  for (const secret of secrets) expect(text).not.toContain(secret);
  await expect(page.getByRole('status').filter({ hasText: 'Secrets and texts of mails are left out' })).toBeVisible();
  const whole = await choose('Copy as Markdown with secrets');
  for (const secret of secrets) expect(whole).toContain(secret);
  for (const copied of [text, whole]) expect(copied).not.toContain(tokens.admin);
});

lone('Ctrl Alt C copies Markdown', async ({ app, page, world, context }) => {
  const { clipboard } = await opened({ app, page, world, context });
  await page.keyboard.press('Control+Alt+KeyC');
  await expect.poll(clipboard).toContain('### Context');
});

lone('the curl command asks for this event and reads the token from the shell', async ({ app, page, world, context }) => {
  const { pk, choose } = await opened({ app, page, world, context });
  const command = await choose('Copy as curl');
  expect(command).toContain('$AUTHENTIK_TOKEN');
  expect(command).not.toContain(tokens.admin);
  // The shell splits it; what curl would do with the parts is done here.
  const printed = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${command}`], { env: { ...process.env, AUTHENTIK_TOKEN: tokens.admin } });
  const [address, option, header] = String(printed).trim().split('\n');
  expect(option).toBe('-H');
  const [name, value] = header.split(': ');
  const answer = await fetch(address, { headers: { [name]: value } });
  expect((await answer.json()).pk).toBe(pk);
});

lone('the query for a rule and the query of a value find the event', async ({ app, page, world, context }) => {
  const { pk, choose, clipboard } = await opened({ app, page, world, context });
  const finds = async (query) => {
    const { results } = await world.events(`?search=${encodeURIComponent(query)}`);
    return results.map((found) => found.pk);
  };
  const rule = await choose('Copy query for a rule');
  expect(rule).toBe('action = "login_failed" and app = "authentik.events.signals"');
  expect(await finds(rule)).toContain(pk);
  const row = app.tree.getByRole('treeitem').filter({ hasText: 'request_id' });
  await row.click();
  await row.getByRole('button', { name: 'Copy as query (Q)' }).click();
  await expect.poll(clipboard).toBe('context.http_request.request_id = "5f1c"');
  expect(await finds('context.http_request.request_id = "5f1c"')).toEqual([pk]);
});

lone('a value that no query can match says why', async ({ app, page, world, context }) => {
  const { clipboard } = await opened({ app, page, world, context });
  const before = await clipboard();
  await app.tree.getByRole('treeitem').filter({ hasText: 'attempts' }).click();
  await app.tree.getByRole('treeitem').filter({ hasText: 'attempts' }).focus();
  await page.keyboard.press('q');
  await expect(page.getByRole('status').filter({ hasText: /number/i })).toBeVisible();
  expect(await clipboard()).toBe(before);
});

lone('a CSV row is one row, its cells no formulas', async ({ app, page, world, context }) => {
  const { pk, choose } = await opened({ app, page, world, context }, { ...event, app: '=1+1' });
  const row = await choose('Copy as CSV row');
  expect(row).toContain(`"${pk}"`);
  expect(row).toContain(`"'=1+1"`);
  expect(row.trimEnd()).not.toContain('\n');
});

lone('the file holds what the server sent', async ({ app, page, world, context }) => {
  const { pk } = await opened({ app, page, world, context });
  const sent = await (await world.api(`events/events/${pk}/`)).text();
  await page.getByRole('button', { name: 'More actions' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download JSON' }).click()]);
  expect(file.suggestedFilename()).toBe(`event-${pk}.json`);
  expect(readFileSync(await file.path(), 'utf8')).toBe(sent);
});

lone('leads to the event in authentik, without telling whence', async ({ app, page, world, context }) => {
  const { pk } = await opened({ app, page, world, context });
  await page.getByRole('button', { name: 'More actions' }).click();
  const link = page.getByRole('menuitem', { name: 'Open in authentik' });
  await expect(link).toHaveAttribute('href', `${world.url}/if/admin/#/events/log/${pk}`);
  await expect(link).toHaveAttribute('rel', /noopener.*noreferrer/);
});

lone('paper holds all facts, the whole event, address and time of reading, and no controls', async ({ app, page, world, context }) => {
  const { pk } = await opened({ app, page, world, context });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const paper = page.locator('.paper');
  await expect(paper).toHaveCount(0);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(paper).toBeVisible();
  await expect(paper).toContainText('"request_id": "5f1c"');
  await expect(page.locator('.paper__foot')).toContainText(`${world.address(`/events/${pk}`)} · read `);
  await expect(app.facts).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(app.tree).toBeHidden();
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('#main')).overflow)).toBe('visible');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(paper).toHaveCount(0);
});

lone('the browser prints the event itself', async ({ app, page, world, context }) => {
  await opened({ app, page, world, context });
  await page.evaluate(() => {
    globalThis.seen = [];
    addEventListener('beforeprint', () => queueMicrotask(() => setTimeout(() => seen.push('begun'))));
    addEventListener('afterprint', () => seen.push('ended'));
  });
  const pdf = await page.pdf();
  expect(pdf.length).toBeGreaterThan(10_000);
  await expect(page.locator('.paper')).toHaveCount(0);
});
