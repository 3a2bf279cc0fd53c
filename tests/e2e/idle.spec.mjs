// A session that is left alone: asked about, locked, and taken up again; and one that ends in the middle of work.
import { stopClock } from './support/clock.mjs';
import { expect, lone, test, tokens } from './support/test.mjs';

const table = (page) => page.getByRole('table', { name: 'Events' });
const question = (page) => page.getByRole('alertdialog', { name: 'Are you still there?' });
const locked = (page) => page.getByRole('heading', { level: 1, name: 'Locked' });
const minute = 60_000;

/** Signs in with a clock that only the test turns forward, and ten minutes until the lock. */
async function begin({ app, page, context }, { path = '/events?user=akadmin&range=all', keep, idle = 10 } = {}) {
  await stopClock(page);
  await context.route('**/config.json', (route) => route.fulfill({ json: { idle_minutes: idle } }));
  await app.signIn({ path, keep });
}

/** All that is kept under the keys of the session, and all that stands in the page. */
const everything = (page) => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.documentElement.outerHTML]));

/** The wall clock is set, and no timer fires for that. */
async function setClock(page, ms) {
  const now = await page.evaluate(() => Date.now());
  await page.clock.setSystemTime(new Date(now + ms));
}

for (const [keep, radio] of Object.entries({ tab: 'This tab', device: 'This device', memory: 'Don’t keep' })) {
  test(`kept ${keep}: asked a minute before, locked in time, and taken up again where it was`, async ({ app, page, context }) => {
    await begin({ app, page, context }, { keep: radio });
    await expect(table(page)).toContainText('akadmin');
    const address = page.url();
    await page.clock.fastForward(8 * minute + 50_000);
    await expect(question(page)).toHaveCount(0);
    await page.clock.runFor(12_000);
    await expect(question(page)).toBeVisible();
    await expect(question(page)).toHaveAccessibleDescription(/In a minute the session is locked in all tabs/);
    await expect(page.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
    await expect(locked(page)).toHaveCount(0);
    await page.clock.runFor(53_000);
    await expect(question(page)).toBeVisible();
    await page.clock.runFor(10_000);
    await expect(locked(page)).toBeVisible();
    await expect(question(page)).toHaveCount(0);
    const left = await everything(page);
    expect(left).not.toContain(tokens.admin);
    expect(left).not.toContain('akadmin');
    expect(page.url()).toBe(address);
    await app.offer(tokens.admin);
    await app.enter();
    await expect(table(page)).toContainText('akadmin');
    expect(page.url()).toBe(address);
  });
}

test('who stays goes on where they were; a pointer that moves is no answer, Escape is', async ({ app, page, context }) => {
  await begin({ app, page, context }, { path: '/events/new' });
  await app.field('App').fill('kept');
  await app.field('App').focus();
  for (const answer of [() => page.getByRole('button', { name: 'Stay signed in' }).click(), () => page.keyboard.press('Escape')]) {
    await page.clock.fastForward(9 * minute + 20_000);
    await page.clock.runFor(1_500);
    await expect(question(page)).toBeVisible();
    await page.mouse.move(5, 5);
    await page.mouse.move(300, 300);
    await page.clock.runFor(2_000);
    await expect(question(page)).toBeVisible();
    await answer();
    await page.clock.runFor(1_000);
    await expect(question(page)).toHaveCount(0);
    await expect(app.field('App')).toBeFocused();
    await expect(app.field('App')).toHaveValue('kept');
    await page.clock.fastForward(8 * minute);
    await page.clock.runFor(1_500);
    await expect(question(page)).toHaveCount(0);
    await page.keyboard.press('Shift');
  }
});

/** A turn of the wheel that the page has heard of; Playwright does not wait for that. */
async function turnWheel(page) {
  await page.evaluate(() => {
    window.turned = new Promise((resolve) => addEventListener('wheel', () => resolve(), { once: true }));
  });
  await page.mouse.wheel(0, 5);
  await page.evaluate(() => window.turned);
}

test('whoever works is not asked', async ({ app, page, context }) => {
  await begin({ app, page, context });
  await expect(table(page)).toBeVisible();
  for (const sign of [() => page.mouse.move(10, 10), () => page.keyboard.press('Shift'), () => turnWheel(page), () => page.mouse.move(20, 20)]) {
    await page.clock.fastForward(8 * minute);
    await sign();
    await page.clock.runFor(1_500);
    await expect(question(page)).toHaveCount(0);
  }
  await expect(table(page)).toBeVisible();
});

test('locked by hand at once', async ({ app, page, context }) => {
  await begin({ app, page, context });
  await expect(table(page)).toBeVisible();
  await page.clock.fastForward(9 * minute + 20_000);
  await page.clock.runFor(1_500);
  await page.getByRole('button', { name: 'Lock now' }).click();
  await expect(locked(page)).toBeVisible();
  expect(await everything(page)).not.toContain(tokens.admin);
});

test('what somebody does in one tab keeps the other, and both lock together', async ({ app, page, context, world }) => {
  test.slow();
  await begin({ app, page, context });
  await expect(table(page)).toBeVisible();
  const other = await context.newPage();
  await stopClock(other);
  await other.goto(`${world.url}/events`);
  await expect(table(other)).toBeVisible();
  for (let round = 0; round < 2; round += 1) {
    for (const tab of [page, other]) await tab.clock.fastForward(8 * minute);
    await other.keyboard.press('Shift');
    await page.clock.runFor(1_500);
    await expect(question(page)).toHaveCount(0);
  }
  await other.clock.fastForward(11 * minute);
  await other.clock.runFor(1_500);
  await expect(locked(other)).toBeVisible();
  // Told, not timed: its own clock stands where it was.
  await expect(locked(page)).toBeVisible();
  for (const tab of [page, other]) expect(await everything(tab)).not.toContain(tokens.admin);
  await app.offer(tokens.admin);
  await app.enter();
  await expect(table(page)).toBeVisible();
});

test.describe('clocks that jump', () => {
  test('an hour ahead, as after sleep: locked with the next look', async ({ app, page, context }) => {
    await begin({ app, page, context });
    await expect(table(page)).toBeVisible();
    await setClock(page, 60 * minute);
    await page.clock.runFor(1_500);
    await expect(locked(page)).toBeVisible();
  });

  test('an hour back: nothing at once, and locked when it is time', async ({ app, page, context }) => {
    await begin({ app, page, context });
    await expect(table(page)).toBeVisible();
    await setClock(page, -60 * minute);
    await page.clock.runFor(1_500);
    await expect(table(page)).toBeVisible();
    await page.clock.fastForward(9 * minute + 20_000);
    await page.clock.runFor(1_500);
    await expect(question(page)).toBeVisible();
    await page.clock.runFor(minute);
    await expect(locked(page)).toBeVisible();
  });

  test('timers that fire once in ten minutes: asked and locked by the clock, not by counting', async ({ app, page, context }) => {
    await begin({ app, page, context });
    await expect(table(page)).toBeVisible();
    await page.clock.fastForward(9 * minute + 30_000);
    await page.clock.runFor(1_500);
    await expect(question(page)).toBeVisible();
    await page.clock.fastForward(minute);
    await page.clock.runFor(1_500);
    await expect(locked(page)).toBeVisible();
  });

  for (const name of ['visibilitychange', 'pageshow', 'focus']) {
    test(`asleep for longer than allowed: locked at ${name}, before anything is painted`, async ({ app, page, context }) => {
      await begin({ app, page, context });
      await expect(table(page)).toContainText('akadmin');
      await setClock(page, 11 * minute);
      const shown = await page.evaluate(async (event) => {
        // The control: so far no timer has told the app.
        const before = document.querySelector('.log') !== null;
        const target = event === 'visibilitychange' ? document : window;
        target.dispatchEvent(new Event(event, { bubbles: true }));
        // Only what is due before the next frame.
        for (let turn = 0; turn < 200; turn += 1) await null;
        return [before, document.querySelector('.log') !== null, document.body.innerText.includes('akadmin')];
      }, name);
      expect(shown).toEqual([true, false, false]);
      await expect(locked(page)).toBeVisible();
    });
  }

  test('somebody who comes back too late unlocks nothing by moving the pointer', async ({ app, page, context }) => {
    await begin({ app, page, context });
    await expect(table(page)).toBeVisible();
    await setClock(page, 11 * minute);
    await page.mouse.move(50, 50);
    await page.mouse.move(60, 60);
    await page.clock.runFor(1_500);
    await expect(locked(page)).toBeVisible();
  });
});

test('a tab that is opened again after the lock does not bring the session back', async ({ app, page, context }) => {
  await begin({ app, page, context }, { keep: 'This device' });
  await expect(table(page)).toBeVisible();
  const kept = await page.evaluate(() => ({ ...localStorage }));
  await page.clock.fastForward(11 * minute);
  await page.clock.runFor(1_500);
  await expect(locked(page)).toBeVisible();
  // What a backup or another program may have saved of it counts for nothing.
  await page.evaluate((all) => {
    for (const [key, text] of Object.entries(all)) if (key.endsWith('.session')) localStorage[key] = text;
  }, kept);
  await page.reload();
  await expect(app.token).toBeVisible();
  expect(await everything(page)).not.toContain(tokens.admin);
});

test.describe('a draft when the session is locked', () => {
  const draft = async (at) => {
    await begin(at, { path: '/events/new' });
    await at.app.fill({ action: 'login', app: 'left.behind' });
    await at.page.clock.runFor(1_000);
    await at.page.clock.fastForward(11 * minute);
    await at.page.clock.runFor(1_500);
    await expect(locked(at.page)).toBeVisible();
    await expect(at.page.getByText('A draft of a new event is kept in this tab')).toBeVisible();
    expect(await at.page.evaluate(() => document.documentElement.outerHTML)).not.toContain('left.behind');
  };

  lone('comes back with whoever wrote it', async ({ app, page, context }) => {
    await draft({ app, page, context });
    await app.offer(tokens.admin);
    await app.enter();
    await expect(app.field('App')).toHaveValue('left.behind');
  });

  for (const [what, press, value] of [['discarded', 'Discard the draft', ''], ['taken over', 'Take it over', 'left.behind']]) {
    lone(`is ${what} by somebody else, who sees nothing of it before`, async ({ app, page, context }) => {
      await draft({ app, page, context });
      await app.offer(tokens.viewer);
      await app.goOn.click();
      await expect(app.heading).toHaveText('Somebody else’s draft');
      expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain('left.behind');
      await page.getByRole('button', { name: press }).click();
      await expect(app.field('App')).toHaveValue(value);
    });
  }
});

test.describe('a token that ends in the middle of work', () => {
  const overlay = (page) => page.getByRole('dialog', { name: 'Your token is no longer accepted' });

  test('route, scroll, draft and focus stay', async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await app.open('/events/new');
    await app.fill({ action: 'login', app: 'still.here', context: `{\n${Array.from({ length: 60 }, (_, line) => `  "k${line}": ${line}`).join(',\n')}\n}` });
    const refuse = (route) => route.fulfill({ status: 403, json: { detail: 'Token invalid/expired' } });
    await page.route('**/api/v3/**', refuse);
    const scrolled = await page.evaluate(() => {
      const region = document.querySelector('.make');
      region.scrollTop = 200;
      return region.scrollTop;
    });
    await app.field('App').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Control+Enter');
    await expect(overlay(page)).toBeVisible();
    await expect(app.token).toBeFocused();
    await expect(app.field('App')).toHaveValue('still.here');
    expect(await page.evaluate(() => document.querySelector('.make').scrollTop)).toBeGreaterThan(0);
    expect(scrolled).toBeGreaterThan(0);
    await page.unroute('**/api/v3/**', refuse);
    await app.token.fill(tokens.admin);
    await page.keyboard.press('Enter');
    await expect(overlay(page)).toHaveCount(0);
    await expect(page).toHaveURL(/\/events\/new/);
    await expect(app.field('App')).toHaveValue('still.here');
    await expect(page.locator('form :focus')).toHaveCount(1);
  });

  test('the longest time that a token is kept ends the same way, and says so', async ({ app, page, context }) => {
    await stopClock(page);
    await context.route('**/config.json', (route) => route.fulfill({ json: { idle_minutes: 120, session_hours: 1 } }));
    await app.signIn();
    await expect(table(page)).toBeVisible();
    await page.clock.fastForward(61 * minute);
    await page.clock.runFor(1_500);
    await expect(page.getByRole('dialog', { name: 'This session has reached its end' })).toContainText('keeps a token for 1 hour at most');
    expect(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).not.toContain(tokens.admin);
    await app.token.fill(tokens.admin);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(table(page)).toBeVisible();
  });

  test('a JWT that says when it ends is counted down', async ({ app, page, world }) => {
    const claims = Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1_000) + 299 })).toString('base64url');
    await page.route('**/api/v3/**', (route) => route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${tokens.admin}` } }));
    await app.signIn({ token: `eyJhbGciOiJub25lIn0.${claims}.c2ln` });
    await expect(page.getByRole('status').filter({ hasText: /^Token ends in [45] min$/ })).toBeVisible();
    await page.getByRole('button', { name: /account of/ }).click();
    await expect(page.getByRole('dialog', { name: 'Account' })).toContainText(/It says that it ends .*, in [45] min/);
    expect(page.url().startsWith(world.url)).toBe(true);
  });
});
