// The chart: it counts what the server counts, and a drag, a press or keys in it select a time.
import { expect, lone, test } from './support/test.mjs';

const SIX_HOURS = 6 * 3_600_000;

const chart = (page) => page.getByRole('region', { name: 'Event volume' });
const plot = (page) => chart(page).locator('.hist__plot');
const slider = (page, name) => page.getByRole('slider', { name });
/** Rows, not the skeletons that stand there before them. */
const rows = (page) => page.getByRole('table', { name: 'Events' }).locator('.log__row:not(:has(.skel))');

/** The counts that the server gives for the last seven days. */
async function volume(world) {
  const counts = await (await world.api('events/events/volume/?history_days=7')).json();
  return counts.map(({ time, action, count }) => ({ at: Date.parse(`${time}Z`), action, count }));
}

/** The step with the most events: where it begins, and how many there are. */
async function tallest(world) {
  const steps = new Map();
  for (const { at, count } of await volume(world)) steps.set(at, (steps.get(at) ?? 0) + count);
  return [...steps].reduce((best, step) => (step[1] > best[1] ? step : best));
}

/** Where a moment lies in the plot. */
async function place(page, at) {
  const box = await plot(page).boundingBox();
  const now = Date.now();
  const start = Math.floor((now - 7 * 86_400_000) / SIX_HOURS) * SIX_HOURS;
  const end = Math.ceil(now / SIX_HOURS) * SIX_HOURS;
  return [box.x + (box.width * (at - start)) / (end - start), box.y + box.height / 2];
}

const selection = (page) => {
  const text = new URL(page.url()).searchParams.get('selection');
  return text ? text.split('/').map((moment) => Date.parse(moment)) : null;
};

/** The reads of the list and of the counts since now. */
function reads(page) {
  const seen = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/\/events\/events\/(volume\/)?$/.test(url.pathname)) seen.push(url);
  });
  return seen;
}

test('the bars are the counts of the server, and a sentence says so', async ({ app, page, world }) => {
  await app.signIn();
  await expect(chart(page).locator('.bar-g').first()).toBeVisible();
  const counts = await volume(world);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  await expect(chart(page).locator('.hist__head > p').first()).toContainText(`${total.toLocaleString('en')} events in 6-hour steps`);
  await expect(chart(page).locator('.bar-g')).toHaveCount(new Set(counts.map(({ at }) => at)).size);
  const [, most] = await tallest(world);
  await expect(chart(page).getByRole('group')).toHaveAccessibleName(new RegExp(`^Events per 6 hours, .* Peak ${most} on `));
  const told = await chart(page).getByRole('button', { pressed: true }).allTextContents();
  const sum = told.map((text) => Number(text.replace(/\D/g, ''))).reduce((one, other) => one + other, 0);
  expect(sum).toBe(total);
});

test('a press on a bar selects its rows by one request; Back ends it', async ({ app, page, world }) => {
  await app.signIn();
  await expect(chart(page).locator('.bar-g').first()).toBeVisible();
  const [at, count] = await tallest(world);
  const seen = reads(page);
  await page.mouse.click(...(await place(page, at + SIX_HOURS / 2)));
  await expect.poll(() => selection(page)).toEqual([at, at + SIX_HOURS]);
  await expect(chart(page).locator('.hist__sel')).toContainText(`${count} events`);
  await expect(page.locator('.pager')).toContainText(`of ${count}`);
  expect(seen.filter((url) => !url.pathname.endsWith('volume/'))).toHaveLength(1);
  expect(seen.filter((url) => url.pathname.endsWith('volume/'))).toHaveLength(0);
  const { results } = await world.events(`?page_size=100&search=${encodeURIComponent(seen[0].searchParams.get('search'))}`);
  for (const { created } of results) {
    expect(Date.parse(created)).toBeGreaterThanOrEqual(at);
    expect(Date.parse(created)).toBeLessThan(at + SIX_HOURS);
  }
  await page.goBack();
  await expect.poll(() => selection(page)).toBe(null);
  await expect(chart(page).locator('.hist__sel')).toHaveCount(0);
});

test('a drag selects several steps, and Escape lets a drag go', async ({ app, page, world }) => {
  await app.signIn();
  await expect(chart(page).locator('.bar-g').first()).toBeVisible();
  const [at] = await tallest(world);
  const [x, y] = await place(page, at + SIX_HOURS / 2);
  const [to] = await place(page, at - SIX_HOURS / 2);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(to, y, { steps: 4 });
  await expect(chart(page).locator('.hist__sel')).toBeVisible();
  expect(selection(page)).toBe(null);
  await page.mouse.up();
  await expect.poll(() => selection(page)).toEqual([at - SIX_HOURS, at + SIX_HOURS]);
  await expect(slider(page, 'Selection end')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect.poll(() => selection(page)).toBe(null);
});

test('keys select as pointers do, and several presses are one step back', async ({ app, page }) => {
  await app.signIn();
  await expect(chart(page).locator('.bar-g').first()).toBeVisible();
  const start = slider(page, 'Selection start');
  await start.focus();
  await expect(start).toHaveAttribute('aria-valuenow', '0');
  const seen = reads(page);
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
  await expect(start).toHaveAttribute('aria-valuenow', '2');
  await expect.poll(() => selection(page)).not.toBe(null);
  expect(seen).toHaveLength(1);
  await slider(page, 'Selection end').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect.poll(() => selection(page)?.[1] - selection(page)?.[0]).toBe(SIX_HOURS);
  await page.goBack();
  await page.goBack();
  await expect.poll(() => selection(page)).toBe(null);
});

test('an entry of the legend leaves its severity out, and brings it back', async ({ app, page }) => {
  await app.signIn();
  const routine = chart(page).getByRole('button', { name: /^Routine / });
  await expect(routine).toHaveAttribute('aria-pressed', 'true');
  await routine.click();
  await expect(routine).toHaveAttribute('aria-pressed', 'false');
  await expect(page).toHaveURL(/-action=|action=/);
  await expect(rows(page).filter({ hasText: 'Login' }).filter({ hasNotText: 'failed' })).toHaveCount(0);
  await routine.click();
  await expect(routine).toHaveAttribute('aria-pressed', 'true');
});

lone('a short range is drawn from the rows that are loaded, and says so', async ({ app, page, world }) => {
  const created = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  await world.insert(Array.from({ length: 70 }, (_, at) => ({ created: created(1 + at / 2), action: 'login' })));
  await app.signIn({ path: '/events?range=1h' });
  await expect(chart(page)).toContainText(/in 1-minute steps, drawn from the 50 loaded of \d+ events/);
  await expect(chart(page).locator('.unknown')).toHaveCount(1);
});

lone('counts that do not come leave the rows alone and can be asked for again', async ({ app, page, world, watch }) => {
  watch.allowFailedCalls();
  await world.fault({ path: '/api/v3/events/events/volume/', status: 500, times: 2 });
  await app.signIn();
  await expect(rows(page).first()).toBeVisible();
  await chart(page).getByRole('button', { name: 'Load the chart' }).click();
  await expect(chart(page).locator('.bar-g').first()).toBeVisible();
});

for (const timezoneId of ['Pacific/Pago_Pago', 'Asia/Kolkata', 'Pacific/Kiritimati']) {
  test.describe(`in ${timezoneId}`, () => {
    test.use({ timezoneId });

    test('what is selected is the same time everywhere', async ({ app, page, world }) => {
      await app.signIn();
      await expect(chart(page).locator('.bar-g').first()).toBeVisible();
      const [at, count] = await tallest(world);
      await page.mouse.click(...(await place(page, at + SIX_HOURS / 2)));
      await expect.poll(() => selection(page)).toEqual([at, at + SIX_HOURS]);
      await expect(page.locator('.pager')).toContainText(`of ${count}`);
      const local = new Date(at).toLocaleTimeString('en-GB', { timeZone: timezoneId, hour: '2-digit', minute: '2-digit' });
      await expect(chart(page).locator('.hist__sel')).toContainText(local);
    });
  });
}
