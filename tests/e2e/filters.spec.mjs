// Filters, time and views: what one does to them, what the address keeps, what the server is asked.
import { expectAccessible } from './support/axe.mjs';
import { expect, lone, test } from './support/test.mjs';

/** Rows, not the skeletons that stand there before them. */
const rows = (page) => page.getByRole('table', { name: 'Events' }).locator('.log__row:not(:has(.skel))');
const bar = (page) => page.getByRole('toolbar', { name: 'Filters' });
const chip = (page, name) => bar(page).getByRole('group', { name, exact: true });
const add = (page, kind) => bar(page).getByRole('button', { name: kind, exact: true });
const editor = (page) => page.locator('[data-editor]');
const apply = (page) => editor(page).getByRole('button', { name: 'Apply', exact: true });
const query = (page) => decodeURIComponent(new URL(page.url()).search).replaceAll('+', ' ');

/** What the next read of the list asks, as pairs. */
async function asked(page, act) {
  const sent = page.waitForRequest((request) => /\/events\/events\/$/.test(new URL(request.url()).pathname) && request.method() === 'GET');
  await act();
  const pairs = [...new URL((await sent).url()).searchParams];
  return pairs.filter(([name]) => !['page', 'page_size', 'ordering'].includes(name)).map((pair) => pair.join('='));
}

async function open(app, page, address = '/events?range=all') {
  await app.signIn({ path: address });
  await expect(bar(page)).toBeVisible();
}

test('actions are ticked by keyboard, by family and by how bad they are', async ({ app, page }) => {
  await open(app, page);
  await page.keyboard.press('f');
  await expect(page.getByLabel('Search actions')).toBeFocused();
  await page.keyboard.type('fail');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  expect(await asked(page, () => page.keyboard.press('Enter'))).toEqual(['actions=login_failed']);
  await expect(chip(page, 'Action is Login failed')).toBeVisible();
  await expect(page.locator('#chip-0')).toBeFocused();
  expect(query(page)).toBe('?action=login_failed&range=all');

  await page.keyboard.press('Enter');
  await expectAccessible(page, 'actions', '[data-editor]');
  const family = editor(page).getByRole('group', { name: 'Authentication', exact: true }).getByRole('checkbox').first();
  await expect(family).toHaveJSProperty('indeterminate', true);
  await family.check();
  await expect(editor(page)).toContainText('6 actions selected');
  await editor(page).getByRole('button', { name: 'Errors and warnings' }).click();
  await editor(page).getByRole('radio', { name: 'Except' }).check({ force: true });
  const [search, ...more] = await asked(page, () => apply(page).click());
  expect(more).toEqual([]);
  expect(search).toMatch(/^search=action not in \("login_failed", .*"system_exception"/);
  await expect(bar(page)).toContainText('errors and warnings');
  await expectAccessible(page, 'chips');
});

test('typed parameters come first, and the request can be looked at', async ({ app, page }) => {
  await open(app, page);
  const address = '/events?user=akadmin&ip=192.0.2.1&brand=authentik-default&object=authentik_core:user:4&action=login,logout&value=context.geo.country:GB&range=all';
  const sent = await asked(page, () => app.go(address));
  expect(sent).toEqual([
    'actions=login',
    'actions=logout',
    'username=akadmin',
    'client_ip=192.0.2.1',
    'brand_name=authentik-default',
    'context_model_app=authentik_core',
    'context_model_name=user',
    'context_model_pk=4',
    'search=context.geo.country = "GB"',
  ]);
  await page.getByRole('button', { name: 'Request', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Request' });
  await expect(panel).toContainText('login, logout');
  await expect(panel).toContainText('context.geo.country = "GB"');
  await expectAccessible(page, 'request', '[role=dialog]');
});

test('a chip is turned round, put aside, taken up and removed, and Back undoes it', async ({ app, page }) => {
  await open(app, page, '/events?user=akadmin&app=authentik.core&range=all');
  const user = chip(page, 'User is “akadmin”');
  await user.getByRole('button', { name: 'is, turn round' }).click();
  await expect(chip(page, 'User is not “akadmin”')).toBeVisible();
  expect(query(page)).toBe('?user=!akadmin&app=authentik.core&range=all');
  await chip(page, 'User is not “akadmin”').getByRole('button', { name: /^Edit filter/ }).click();
  await editor(page).getByRole('button', { name: 'Disable' }).click();
  expect(query(page)).toBe('?user=off:!akadmin&app=authentik.core&range=all');
  await bar(page).getByRole('button', { name: 'Apply filter User again' }).click();
  expect(query(page)).toBe('?user=!akadmin&app=authentik.core&range=all');
  await page.locator('#chip-0').focus();
  await page.keyboard.press('Delete');
  expect(query(page)).toBe('?app=authentik.core&range=all');
  await expect(page.locator('#chip-0')).toBeFocused();
  await page.keyboard.press('Backspace');
  expect(query(page)).toBe('?range=all');
  await expect(page.locator('#chip-add-app')).toBeFocused();
  await page.goBack();
  await page.goBack();
  await expect(chip(page, 'User is not “akadmin”')).toBeVisible();
  await bar(page).getByRole('button', { name: 'Clear all' }).click();
  expect(query(page)).toBe('?range=all');
});

test('a value is chosen from the loaded events or typed', async ({ app, page }) => {
  await open(app, page);
  await expect(rows(page).first()).toBeVisible();
  await add(page, 'User').click();
  const offered = editor(page).getByRole('group', { name: 'In the loaded events' }).getByRole('button').first();
  const name = await offered.textContent();
  expect(await asked(page, () => offered.click())).toEqual([`username=${name}`]);
  await add(page, 'Client IP').click();
  await page.keyboard.type('somewhere');
  await page.keyboard.press('Enter');
  await expect(editor(page)).toContainText('“somewhere” is no address');
  await editor(page).getByLabel('Client IP').fill('192.0.2.');
  const sent = await asked(page, () => page.keyboard.press('Enter'));
  expect(sent).toEqual([`username=${name}`, 'search=client_ip startswith "192.0.2."']);
  await add(page, 'Object').click();
  await page.keyboard.press('Escape');
  await expect(editor(page)).toHaveCount(0);
  await expect(page.locator('#chip-add-object')).toBeFocused();
});

test('what authentik would crash on is never sent', async ({ app, page }) => {
  await open(app, page);
  expect(await asked(page, () => app.go('/events?query=user+%3D+%22x%22&ip=1.2&app=x&range=all'))).toEqual(['search=app = "x"']);
  await expect(bar(page).locator('.chip--wrong')).toHaveCount(2);
  await page.keyboard.press('/');
  await page.keyboard.type('event_uuid = "39dc"');
  await expect(apply(page)).toBeDisabled();
  await page.getByLabel('Words or a query').fill('London');
  const [search] = await asked(page, () => page.keyboard.press('Enter'));
  expect(search).toContain('context.context ~ "London"');
  await expect(chip(page, 'Text contains “London”')).toBeVisible();
});

for (const [zone, from, to] of [
  ['Pacific/Pago_Pago', '2026-11-10 11:00:00', '2026-11-11 11:00:00'],
  ['Asia/Kolkata', '2026-11-09 18:30:00', '2026-11-10 18:30:00'],
  ['Pacific/Kiritimati', '2026-11-09 10:00:00', '2026-11-10 10:00:00'],
]) {
  test.describe(zone, () => {
    test.use({ timezoneId: zone });

    test('a day is that of the browser, and asked in UTC', async ({ app, page, world }) => {
      await open(app, page);
      await page.getByRole('button', { name: /^Time range/ }).click();
      await page.getByLabel('Time', { exact: true }).fill('2026-11-10');
      const [search] = await asked(page, () => page.keyboard.press('Enter'));
      expect(search).toBe(`search=created >= "${from}" and created < "${to}"`);
      await expect(page.getByRole('button', { name: 'Time range: Tue 10 Nov' })).toBeVisible();
      const { results } = await world.events('?page_size=100');
      const inside = results.filter(({ created }) => created >= `${from.replace(' ', 'T')}Z` && created < `${to.replace(' ', 'T')}Z`);
      if (inside.length > 0 && inside.length < 50) await expect(rows(page)).toHaveCount(inside.length);
    });
  });
}

test('time: presets, two times, and words that are not understood', async ({ app, page }) => {
  await open(app, page, '/events');
  await page.keyboard.press('2');
  expect(query(page)).toBe('?range=24h');
  const time = page.getByRole('button', { name: /^Time range/ });
  await time.click();
  const panel = page.getByRole('dialog', { name: 'Time range' });
  await expectAccessible(page, 'time', '[role=dialog]');
  await panel.getByLabel('Time', { exact: true }).fill('soon');
  await page.keyboard.press('Enter');
  await expect(panel).toContainText('“soon” is no time');
  await panel.getByLabel('From').fill('2026-11-20T10:00');
  await panel.getByLabel('To').fill('2026-11-20T12:30');
  await panel.getByRole('button', { name: 'Apply' }).click();
  // In Berlin, in winter.
  expect(query(page)).toBe('?from=2026-11-20T09:00:00Z&to=2026-11-20T11:30:00Z');
  await expect(time).toContainText('Fri 20 Nov, 10:00 – 12:30');
  await time.click();
  await panel.getByRole('button', { name: 'Last 7 days' }).click();
  expect(query(page)).toBe('');
});

test('a view is kept, begun with, renamed and deleted', async ({ app, page }) => {
  await open(app, page, '/events?user=!ak-outpost-1&range=all');
  const views = page.getByRole('button', { name: /^Views:/ });
  const panel = page.getByRole('dialog', { name: 'Views' });
  await views.click();
  await panel.getByLabel('Name').fill('Without X');
  await panel.getByRole('button', { name: 'Keep this view' }).click();
  await expect(views).toContainText('Without X');
  await views.click();
  await panel.getByRole('button', { name: 'Failed sign-ins' }).click();
  expect(query(page)).toBe('?action=login_failed&range=24h');
  await views.click();
  await panel.getByRole('button', { name: 'Begin with Without X' }).click();
  await expectAccessible(page, 'views', '[role=dialog]');
  await page.goto('/events');
  // It is a chip, never a hidden filter.
  await expect(chip(page, 'User is not “ak-outpost-1”')).toBeVisible();
  expect(query(page)).toBe('?user=!ak-outpost-1&range=all');
  await views.click();
  await panel.getByRole('button', { name: 'Rename Without X' }).click();
  await panel.getByLabel('New name').fill('Y');
  await page.keyboard.press('Enter');
  await panel.getByRole('button', { name: 'Delete Y' }).click();
  await panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Delete Y' })).toHaveCount(0);
  await page.goto('/events');
  await expect(add(page, 'User')).toBeVisible();
  expect(query(page)).toBe('');
});

test('every filter comes back from the address after a reload', async ({ app, page }) => {
  const address = '/events?action=!login,custom_x&user=a*&ip=10.&app=off:x&object=:user:4&brand=b&application=:Wiki&text=%22a+b%22&value=context.a:!&query=app+%3D+%22x%22&from=2026-11-01T00:00:00Z&order=created&columns=event,user&zone=utc';
  await open(app, page, address);
  await expect(bar(page).locator('.chip[role=group]')).toHaveCount(10);
  const before = await bar(page).locator('.chip[role=group]').evaluateAll((chips) => chips.map((own) => own.ariaLabel));
  await page.reload();
  await expect(bar(page).locator('.chip[role=group]')).toHaveCount(10);
  expect(await bar(page).locator('.chip[role=group]').evaluateAll((chips) => chips.map((own) => own.ariaLabel))).toEqual(before);
  expect(page.url()).toContain(address);
});

lone.describe('on a phone', () => {
  lone.use({ viewport: { width: 390, height: 844 } });

  lone('filters are a sheet over the page', async ({ app, page }) => {
    await open(app, page);
    await page.getByRole('button', { name: 'Filters', exact: true }).click();
    const sheet = page.getByRole('dialog', { name: 'Filters' });
    await expectAccessible(page, 'sheet', 'dialog');
    await sheet.getByRole('button', { name: /^Action/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Errors and warnings' }).click();
    await apply(page).click();
    await expect(sheet).toContainText('errors and warnings');
    await sheet.getByRole('button', { name: /^Show [\d,]+ events?$/ }).click();
    await expect(sheet).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Filters 1' })).toBeFocused();
    await page.getByRole('button', { name: /^Time range/ }).click();
    const panel = await page.getByRole('dialog', { name: 'Time range' }).boundingBox();
    expect(panel.x).toBeGreaterThanOrEqual(0);
    expect(panel.x + panel.width).toBeLessThanOrEqual(390);
  });
});

/** Filters for apps that do not exist, each some 320 bytes of a request. */
const long = (count) => Array.from({ length: count }, (_, at) => `app=!${'x'.repeat(300)}${at}`).join('&');

test('filters that are too long together are not sent, and it is said where they are seen', async ({ app, page, watch }) => {
  await open(app, page, `/events?range=all&${long(24)}`);
  await expect(page.getByRole('heading', { name: 'The filters are too long to be sent' })).toBeVisible();
  await expect(page.locator('.empty')).toContainText(/make a request of [78],\d{3} bytes, and servers before authentik begin to refuse at 8,192/);
  expect(watch.requests.filter(({ url }) => url.includes('xxxx') && url.includes('/api/'))).toEqual([]);
  expect(await asked(page, () => page.getByRole('link', { name: 'Remove App' }).click())).toHaveLength(1);
  await expect(rows(page).first()).toBeVisible();
});

test('an editor says that its filter would be one too long', async ({ app, page, watch }) => {
  await open(app, page, `/events?range=all&${long(22)}`);
  await expect(rows(page).first()).toBeVisible();
  await add(page, 'User').click();
  await page.getByLabel('User', { exact: true }).fill('y'.repeat(600));
  await apply(page).click();
  await expect(editor(page).locator('.err')).toContainText('servers before authentik begin to refuse at 8,192');
  expect(query(page)).not.toContain('yyy');
  await page.getByLabel('User', { exact: true }).fill('y');
  expect(await asked(page, () => apply(page).click())).toContain('username=y');
});
