// The form for those who do not see it, do not use a mouse, or see it four times as large.
import { expectAccessible, expectNoSidewaysScroll } from './support/axe.mjs';
import { states } from './support/states.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

const uuid = /\/events\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

for (const [name, state] of Object.entries(states).filter(([name]) => /^(form|import),/.test(name))) {
  test(`${name}: axe in forced colours, and at 400 % without sideways scroll`, async ({ app, page, world, watch }) => {
    watch.allowFailedCalls();
    await page.emulateMedia({ forcedColors: 'active' });
    await state.reach({ app, page, world, tokens });
    await expectAccessible(page, `${name}, forced colours`, state.within);
    // A window of 1280 by 1024 at 400 %.
    await page.setViewportSize({ width: 320, height: 256 });
    await expectNoSidewaysScroll(page, name);
    await expectAccessible(page, `${name}, 400 %`, state.within);
    // Whatever has the keyboard can be seen, at least a part of it.
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const hidden = await page.evaluate(() => {
        const at = document.activeElement;
        const { left, top, width, height } = at.getBoundingClientRect();
        if (at === document.body || !width || !height) return '';
        const inside = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
        const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) => [left + x * width, top + y * height]);
        const seen = points.some(([x, y]) => {
          const hit = inside(x, y) && document.elementFromPoint(x, y);
          return hit && (at.contains(hit) || hit.contains(at));
        });
        return seen ? '' : at.outerHTML.slice(0, 120);
      });
      expect(hidden, `${name}: behind something, after ${presses + 1} tabs`).toBe('');
    }
  });
}

test('each control has its role, its name and what is said of it', async ({ app, page }) => {
  await app.open('/events/new');
  await app.fill({ action: 'custom_', context: '{"a": 1}' });
  const form = page.locator('form.form');
  const roles = [
    ['combobox', 'Action'],
    ['textbox', 'Name'],
    // With suggestions.
    ['combobox', 'App'],
    ['textbox', 'Client IP'],
    ['radiogroup', 'Expires'],
    ['textbox', 'Context JSON'],
    ['button', 'Context as a tree'],
    ['group', 'Choose a user'],
    ['textbox', 'User JSON'],
    ['button', 'User as a tree'],
    ['checkbox', /^Mark the event/],
    ['button', 'Create event'],
    ['button', 'Discard'],
  ];
  for (const [role, name] of roles) await expect(form.getByRole(role, { name, exact: true }), `${role} ${name}`).toHaveCount(1);
  await expect(form.getByRole('radio')).toHaveCount(6);
  await expect(page.getByRole('main').getByRole('heading', { level: 1, name: 'New event' })).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Request preview' })).toBeVisible();
  for (const [control, says] of [[app.action, /\S/], [app.field('App'), /What recorded the event/], [app.field('Client IP'), /IPv4 or IPv6/], [app.field('Name'), /event_name/]]) {
    await expect(control).toHaveAccessibleDescription(says);
  }
  await page.getByRole('button', { name: 'Context as a tree' }).click();
  await expect(page.getByRole('tree', { name: 'Context as a tree' }).getByRole('treeitem')).toHaveCount(1);
  const chosen = page.getByRole('group', { name: 'The chosen value' });
  await expect(chosen.getByRole('textbox', { name: 'Key' })).toHaveValue('a');
  await expect(chosen.getByRole('textbox', { name: 'Value' })).toHaveValue('1');
});

lone('the whole form with the keyboard alone', async ({ app, page, world, watch }) => {
  await app.open('/events/new');
  const { keyboard } = page;
  const to = async (locator) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await keyboard.press('Tab');
    }
    throw new Error(`${locator} cannot be reached with Tab`);
  };
  await to(app.action);
  await keyboard.press('Enter');
  await keyboard.type('custom_');
  await keyboard.press('Enter');
  await expect(app.action).toBeFocused();
  await to(app.field('Name'));
  await keyboard.type('door_opened');
  await to(app.field('App'));
  await keyboard.type('facility.doors');
  await to(app.field('Client IP'));
  await keyboard.type('10.20.0.14:443');
  await to(page.getByRole('button', { name: 'Remove the port' }));
  await keyboard.press('Enter');
  await expect(app.field('Client IP')).toHaveValue('10.20.0.14');
  await page.getByRole('radio', { name: 'Server default' }).focus();
  await keyboard.press('ArrowRight');
  await to(page.getByLabel('Expires in'));
  await keyboard.type('2 weeks');
  await to(app.context);
  await keyboard.type('{"rack": 4, "count": 1.50, "door": {"open": true}}');
  await keyboard.press('Escape');
  await keyboard.press('Tab');
  await expect(app.context).not.toBeFocused();

  // In the tree: another value, a key less, a key more with another name.
  const tree = page.getByRole('button', { name: 'Context as a tree' });
  await to(tree);
  await keyboard.press('Enter');
  const row = (key) => page.getByRole('treeitem').filter({ hasText: key });
  await to(row('rack'));
  await keyboard.press('ArrowDown');
  await expect(row('count')).toBeFocused();
  await keyboard.press('Enter');
  const value = page.getByRole('textbox', { name: 'Value' });
  await expect(value).toBeFocused();
  await keyboard.press('Control+A');
  await keyboard.type('2.50');
  await keyboard.press('Enter');
  await expect(row('count')).toBeFocused();
  await expect(app.context).toHaveValue('{"rack": 4, "count": 2.50, "door": {"open": true}}');
  await keyboard.press('Home');
  await keyboard.press('Delete');
  await expect(app.context).toHaveValue('{"count": 2.50, "door": {"open": true}}');
  await keyboard.press('End');
  await expect(row('open')).toBeFocused();
  await to(page.getByRole('button', { name: 'Add beside' }));
  await keyboard.press('Enter');
  await expect(value).toBeFocused();
  await keyboard.press('Control+A');
  await keyboard.type('by hand');
  await keyboard.press('Shift+Tab');
  await expect(page.getByRole('textbox', { name: 'Key' })).toBeFocused();
  await keyboard.press('Control+A');
  await keyboard.type('how');
  await keyboard.press('Enter');
  await expect(row('how')).toBeFocused();
  const context = '{"count": 2.50, "door": {"open": true,"how": "by hand"}}';
  await expect(app.context).toHaveValue(context);
  expect(await world.creations()).toBe(0);

  await to(page.getByRole('button', { name: 'Me', exact: true }));
  await keyboard.press('Enter');
  await expect(app.user).toHaveValue(/"username": "akadmin"/);
  await to(page.getByText('Brand', { exact: true }).locator('xpath=ancestor::summary'));
  await keyboard.press('Enter');
  await to(app.brand);
  await keyboard.type('{"name": "harbor"}');
  await keyboard.press('Escape');
  await to(page.getByRole('checkbox', { name: /Mark the event/ }));
  await keyboard.press('Space');
  await to(app.create);
  await keyboard.press('Enter');
  await expect(page).toHaveURL(uuid);
  await expect(app.heading).toBeFocused();
  const { body } = watch.requests.find(({ method }) => method === 'POST');
  expect(body).toContain('"count": 2.50');
  expect(JSON.parse(body)).toMatchObject({ action: 'custom_', app: 'facility.doors', client_ip: '10.20.0.14', brand: { name: 'harbor' }, user: { username: 'akadmin' }, context: { count: 2.5, door: { open: true, how: 'by hand' }, event_name: 'door_opened' } });
  expect(await world.creations()).toBe(1);
});
