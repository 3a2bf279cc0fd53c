// Where the token is kept, for how long, and where it never is.
import { expect, test, tokens } from './support/test.mjs';

const modes = {
  tab: { radio: 'This tab', reload: true, newTab: true },
  device: { radio: 'This device', reload: true, newTab: true },
  memory: { radio: 'Don’t keep', reload: false, newTab: false },
};

/** Everything that scripts of this origin keep in the browser. */
async function kept(page) {
  return page.evaluate(async () => ({
    tab: Object.entries(sessionStorage),
    device: Object.entries(localStorage),
    cookies: document.cookie,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: 'caches' in window ? await caches.keys() : [],
    state: JSON.stringify(history.state),
    window: window.name,
  }));
}

const sessions = (entries) => entries.filter(([key]) => /^eventide\.[0-9a-z]+\.session$/.test(key));

/** The keys, without what tells servers apart. */
const names = (entries) => entries.map(([key]) => key.replace(/^eventide\.[0-9a-f]{16}\./, '')).sort();

for (const [name, mode] of Object.entries(modes)) {
  test(`kept ${name}: exactly the one place, over reload, new tab and sign-out`, async ({ app, page, context }) => {
    await app.signIn({ keep: mode.radio });
    await expect.poll(async () => names((await kept(page)).tab)).toEqual(name === 'tab' ? ['session', 'user'] : ['user']);
    const after = await kept(page);
    const seen = ({ host }) => `eventide.seen.${host}`;
    const shared = [...(name === 'device' ? ['session'] : []), 'presence', seen(new URL(app.world.url))].sort();
    expect(names(after.device)).toEqual(shared);
    const values = Object.fromEntries([...after.tab, ...after.device].map(([key, value]) => [names([[key]])[0], value]));
    expect(values.user).toMatch(/^\d+$/);
    expect(values.presence).toMatch(/^\d{13} \d{13}$/);
    if (name !== 'memory') {
      const record = JSON.parse(values.session);
      expect(Object.keys(record)).toEqual(['v', 'token', 'api_base', 'created_at', 'absolute_expiry', 'mode']);
      expect(record).toMatchObject({ v: 1, token: tokens.admin, api_base: app.world.url, mode: name });
      expect(record.absolute_expiry - record.created_at).toBe((name === 'tab' ? 12 : 24) * 3_600_000);
    }
    const holders = [...after.tab, ...after.device].filter(([, value]) => value.includes(tokens.admin));
    expect(names(holders)).toEqual(name === 'memory' ? [] : ['session']);
    expect(after.cookies).toBe('');
    expect(after.databases).toEqual([]);
    expect(after.caches).toEqual([]);

    const table = page.getByRole('table', { name: 'Events' });
    await page.goto('/events');
    if (mode.reload) await expect(table).toBeVisible();
    else await expect(app.token).toBeVisible();

    const tab = await context.newPage();
    await tab.goto(app.world.address('/events'));
    if (mode.newTab) await expect(tab.getByRole('table', { name: 'Events' })).toBeVisible();
    else await expect(tab.getByLabel('API token', { exact: true })).toBeVisible();
    await tab.close();

    if (!mode.reload) await app.signIn({ keep: mode.radio });
    await app.signOut();
    await expect(app.token).toBeVisible();
    const end = await kept(page);
    expect([...end.tab, ...end.device].filter(([key]) => !key.endsWith('.theme'))).toEqual([]);
    await page.goto('/events');
    await expect(app.token).toBeVisible();
  });
}

test('signed out, an address leads to sign-in and then to its page', async ({ app, page, world }) => {
  const { results } = await world.events();
  await page.goto(`/events/${results[3].pk}`);
  await expect(app.token).toBeVisible();
  await expect(page).not.toHaveURL(/token/);
  await app.offer(tokens.admin);
  await expect(app.goOn).toHaveText('Open the event');
  await app.enter();
  await expect(page).toHaveURL(`/events/${results[3].pk}`);
  await expect(app.facts).toContainText(results[3].pk);
});

for (const next of [
  '//canary.invalid', '/\\canary.invalid', 'https:canary.invalid', 'https://canary.invalid/', 'javascript:alert(1)', '%2f%2fcanary.invalid',
  '/\t/canary.invalid', '/events/../../..//canary.invalid', '@canary.invalid', 'data:text/html,x', '%252f%252fcanary.invalid', `/${'a'.repeat(5000)}`,
  '\u2215\u2215canary.invalid', '/events?next=//canary.invalid',
]) {
  test(`after sign-in, next=${next.slice(0, 40)} stays in the app`, async ({ app, page, world }) => {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await app.offer(tokens.admin);
    await app.enter();
    expect(new URL(page.url()).origin).toBe(world.url);
  });
}

test('a stored session that was damaged or is over is forgotten unread', async ({ app, page }) => {
  test.slow();
  await app.signIn();
  const [[key, value]] = sessions((await kept(page)).tab);
  for (const damaged of ['', '{}', 'null', '[]', value.slice(0, -5), value.replace(/"v":\d+/, '"v":999'), `${value}x`, '\u0000']) {
    await page.evaluate(([name, text]) => sessionStorage.setItem(name, text), [key, damaged]);
    await page.goto('/events');
    await expect(app.token).toBeVisible();
    expect(await page.evaluate((name) => sessionStorage.getItem(name), key)).toBeNull();
  }
});

test.describe('what signing out leaves on the device', () => {
  const keep = async ({ app, page }) => {
    await app.signIn({ path: '/events?user=mia.wong&range=all' });
    await page.getByRole('button', { name: 'Views' }).click();
    const panel = page.getByRole('dialog', { name: 'Views' });
    await panel.getByLabel('Name', { exact: true }).fill('Mia');
    await panel.getByRole('button', { name: 'Keep this view' }).click();
    await expect(panel).toHaveCount(0);
    await app.signOut();
    await expect(page.getByRole('alert')).toContainText('1 view is kept on this device, with filters that may name people and addresses.');
  };
  const kept = (page) => page.evaluate(() => JSON.stringify({ ...localStorage }));

  test('views are forgotten when one says so', async ({ app, page }) => {
    await keep({ app, page });
    expect(await kept(page)).toContain('mia.wong');
    await page.getByRole('button', { name: 'Forget and sign out' }).click();
    await expect(app.token).toBeVisible();
    expect(await kept(page)).not.toContain('mia.wong');
    await app.signIn();
    await page.getByRole('button', { name: 'Views' }).click();
    await expect(page.getByRole('dialog', { name: 'Views' })).not.toContainText('Mia');
  });

  test('views stay when one says so, and nothing is asked without any', async ({ app, page }) => {
    await keep({ app, page });
    await page.getByRole('button', { name: 'Keep and sign out' }).click();
    await expect(app.token).toBeVisible();
    expect(await kept(page)).toContain('mia.wong');
    await app.signIn();
    await page.getByRole('button', { name: 'Views' }).click();
    const panel = page.getByRole('dialog', { name: 'Views' });
    await panel.getByRole('button', { name: 'Delete Mia' }).click();
    await panel.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.keyboard.press('Escape');
    await app.signOut();
    await expect(app.token).toBeVisible();
  });
});
