// The answer to a new event is lost, and it is written some time later or never: twenty times by
// chance, by a clock that the tests turn. In the end there is one event for each wish.
import { stopClock } from './support/clock.mjs';
import { expect, lone } from './support/test.mjs';

/** Numbers by chance, the same in each run. */
function chance(seed) {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

for (const seed of [1, 2, 3, 4]) {
  lone(`five lost answers, series ${seed}: each event is there once`, async ({ app, page, world, watch }) => {
    lone.slow();
    watch.allowFailedCalls();
    page.on('dialog', (dialog) => dialog.accept());
    await stopClock(page);
    const below = chance(seed);
    await app.open('/events/new');
    // What is to be written, and when by the clock of the page.
    const due = [];
    let now = 0;
    let delays = [];
    await page.route('**/api/v3/events/events/', (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      const delay = delays.shift();
      if (delay !== undefined) due.push({ at: now + delay, body: route.request().postDataJSON() });
      return route.abort('connectionreset');
    });
    const alert = page.locator('#f-summary');
    const again = page.getByRole('button', { name: 'Send again' });
    const created = page.getByText('Its answer was lost; it was found in the log.');
    for (let run = 0; run < 5; run += 1) {
      const name = `lost.${seed}.${run}`;
      // Never written, once or not, and then after up to 80 seconds.
      delays = [...Array.from({ length: below(2) }, () => undefined), below(80_001)];
      await app.fill({ action: 'login', app: name });
      await app.create.click();
      for (let turns = 0; turns < 250; turns += 1) {
        const state = created.or(again).or(alert.getByText(/Looking again/)).first();
        await expect(state).toBeVisible();
        if (await created.isVisible()) break;
        if (await again.isVisible()) {
          await again.click();
          continue;
        }
        for (const row of due.splice(0)) {
          if (row.at <= now) await world.create(row.body);
          else due.push(row);
        }
        now += 1_000;
        await page.clock.runFor(1_000);
      }
      await expect(created).toBeVisible();
      const { results } = await world.events(`?search=${encodeURIComponent(`app = "${name}"`)}`);
      expect(results.length, `${name}: ${JSON.stringify({ delays, due })}`).toBe(1);
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await app.go('/events/new');
      await expect(app.field('App')).toHaveValue('');
    }
    expect(due).toEqual([]);
  });
}
