// How fast the list is: the built app over 100,000 events, beside a list written by hand over the
// same events. Prints a table; judges nothing. `node bench.mjs [part of a measurement's name]`;
// EVENTIDE_SANDBOX and EVENTIDE_DIST as for the tests, EVENTIDE_BENCH_EVENTS and
// EVENTIDE_BENCH_ROWS for smaller trials.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { prepare } from './bench/page.mjs';
import { App } from './support/app.mjs';
import { launchOptions } from './support/browser.mjs';
import { Sandbox, tokens } from './support/sandbox.mjs';

const EVENTS = Number(process.env.EVENTIDE_BENCH_EVENTS ?? 100_000);
const ROWS = Number(process.env.EVENTIDE_BENCH_ROWS ?? 50_000);
const PAGE = 50;
const ROUNDS = 5;
const wanted = process.argv[2] ?? '';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
const table = [];

/** A line of the table: a value each, and the median of the ratios within a round. */
function line(what, unit, app, baseline = [], digits = 0) {
  const shown = (values) => (values.length > 0 ? `${median(values).toFixed(digits)} ${unit}`.trim() : '–');
  const ratios = app.map((value, round) => value / baseline[round]).filter(Number.isFinite);
  const ratio = ratios.length > 0 ? `${median(ratios).toFixed(2)}×` : '–';
  table.push([what, shown(app), shown(baseline), ratio]);
  console.log(`  ${what}: ${shown(app)}; by hand ${shown(baseline)}; ${ratio}`);
}

/** A page of the app or of the baseline, with its counters. */
class Measured {
  static async open(browser, world, { state, session } = {}) {
    const context = await browser.newContext({
      baseURL: world.url, storageState: state, locale: 'en-GB', timezoneId: 'Europe/Berlin', viewport: { width: 1440, height: 900 },
    });
    await context.addInitScript(prepare);
    if (session) await context.addInitScript((known) => Object.assign(sessionStorage, known), session);
    const measured = new Measured();
    measured.context = context;
    measured.page = await context.newPage();
    measured.devtools = await context.newCDPSession(measured.page);
    await measured.devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    return measured;
  }

  /** Calls one of the functions of `page.mjs`. */
  run(name, ...args) {
    return this.page.evaluate(([called, given]) => window.bench[called](...given), [name, args]);
  }

  async #counters() {
    const { metrics } = await this.devtools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  /** Milliseconds that the main thread worked meanwhile, and those of style and layout in it. */
  async cpu(work) {
    await this.page.evaluate(() => { window.bench.longTasks.length = 0; });
    const before = await this.#counters();
    const result = await work();
    const after = await this.#counters();
    const spent = (name) => (after[name] - before[name]) * 1000;
    const longTasks = await this.page.evaluate(() => window.bench.longTasks);
    return { result, cpu: spent('TaskDuration'), layout: spent('LayoutDuration') + spent('RecalcStyleDuration'), script: spent('ScriptDuration'), longTasks };
  }

  /** What is alive after everything that nobody holds is gone. */
  async alive() {
    for (let i = 0; i < 3; i += 1) await this.devtools.send('HeapProfiler.collectGarbage');
    const { Nodes, JSEventListeners, JSHeapUsedSize } = await this.#counters();
    const wasm = await this.run('memory');
    return { nodes: Nodes, listeners: JSEventListeners, heap: JSHeapUsedSize / 1e6, wasm: wasm / 1e6 };
  }
}

const folder = mkdtempSync(join(tmpdir(), 'eventide-bench-'));
const data = join(folder, 'events.db');
console.log(`${EVENTS} events are made up`);
const world = await Sandbox.start({ events: EVENTS, extra: ['--data', data] });
const beside = await Sandbox.start({ events: EVENTS, extra: ['--data', data], app: fileURLToPath(new URL('bench/baseline/', import.meta.url)) });
const browser = await chromium.launch(launchOptions());

/** The state of a browser that is signed in. */
async function signedIn() {
  const context = await browser.newContext({ baseURL: world.url });
  const page = await context.newPage();
  await new App(page, world).signIn({ keep: 'This device' });
  const state = await context.storageState();
  await context.close();
  return state;
}

const all = `ordering=-created&page_size=${PAGE}`;
const before = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const state = await signedIn();
const openApp = () => Measured.open(browser, world, { state });
const openBaseline = () => Measured.open(browser, beside, { session: { token: tokens.admin, query: all } });
const pair = async () => Promise.all([openApp(), openBaseline()]);
const goto = async ({ page }, path) => {
  await page.goto(path);
  await page.waitForFunction(() => window.bench.firstRows);
  return page.evaluate(() => window.bench.firstRows);
};

const measurements = {
  async 'first rows'() {
    const seen = { cold: [[], []], warm: [[], []] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const pages = await pair();
      for (const [side, measured] of pages.entries()) {
        seen.cold[side].push(await goto(measured, '/events?range=all'));
        seen.warm[side].push(await goto(measured, '/events?range=all'));
        await measured.context.close();
      }
    }
    line('first rows, nothing cached', 'ms', ...seen.cold);
    line('first rows, again', 'ms', ...seen.warm);
  },

  async 'changes'() {
    const [app, baseline] = await pair();
    await goto(app, '/events?range=all');
    await goto(baseline, '/');
    const day = [before(40), before(39)];
    const steps = {
      'another filter': ['/events?range=all&action=login_failed', `${all}&actions=login_failed`],
      'a jump to an old day': [`/events?from=${day[0]}T00:00:00Z&to=${day[1]}T00:00:00Z`, `${all}&search=${encodeURIComponent(`created >= "${day[0]} 00:00:00" and created < "${day[1]} 00:00:00"`)}`],
      'back to everything': ['/events?range=all', all],
    };
    const seen = {};
    const note = (what, side, key, value) => ((seen[what] ??= {})[key] ??= [[], []])[side].push(value);
    for (let round = 0; round < ROUNDS * 2; round += 1) {
      for (const [what, to] of Object.entries(steps)) {
        for (const [side, measured] of [app, baseline].entries()) {
          const { result, cpu } = await measured.cpu(() => measured.run('show', to[side]));
          note(what, side, 'whole', result.whole);
          note(what, side, 'after', result.after);
          note(what, side, 'cpu', cpu);
        }
      }
      for (const [side, measured] of [app, baseline].entries()) {
        const { result, cpu } = await measured.cpu(() => measured.run('turn'));
        note('50 older rows', side, 'whole', result.whole);
        note('50 older rows', side, 'after', result.after);
        note('50 older rows', side, 'cpu', cpu);
      }
    }
    for (const [what, { whole, after, cpu }] of Object.entries(seen)) {
      line(`${what}, with the server`, 'ms', ...whole);
      line(`${what}, from the answer to the frame`, 'ms', ...after);
      line(`${what}, main thread`, 'ms', ...cpu, 1);
    }
    await Promise.all([app, baseline].map(({ context }) => context.close()));
  },

  async 'live'() {
    const app = await openApp();
    await goto(app, '/events?range=all');
    const { page } = app;
    await page.getByRole('button', { name: 'Live' }).click();
    const [ticks, shows] = [[], []];
    await page.waitForTimeout(2_500);
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 3; i += 1) await world.create({ action: 'login', app: `arrived ${i}` });
      // Without looking at the page: that would cost more than what is measured.
      const tick = await app.cpu(() => page.waitForTimeout(5_500));
      ticks.push(tick.cpu);
      const show = await app.cpu(() => app.run('arrive'));
      shows.push(show.cpu);
    }
    line('live: five seconds with a look that finds 3 events, main thread', 'ms', ticks, [], 1);
    line('live: they are shown, main thread', 'ms', shows, [], 1);
    await app.context.close();
  },

  async 'many rows'() {
    const pages = await pair();
    const [app, baseline] = pages;
    await goto(app, '/events?range=all');
    await goto(baseline, '/');
    const turns = { early: [[], []], late: [[], []], time: [[], []], longest: [[], []] };
    const loads = Math.round(ROWS / PAGE) - 1;
    const sample = Math.min(50, Math.floor(loads / 4));
    for (const [side, measured] of pages.entries()) {
      const empty = await measured.alive();
      const begun = performance.now();
      const longest = [];
      let done = 0;
      const some = async (times) => {
        const { cpu, longTasks } = await measured.cpu(() => measured.run('turns', times));
        longest.push(...longTasks);
        done += times;
        return cpu / times;
      };
      turns.early[side].push(await some(sample));
      while (done < loads - sample) await some(Math.min(100, loads - sample - done));
      turns.late[side].push(await some(sample));
      turns.time[side].push((performance.now() - begun) / 1000);
      turns.longest[side].push(Math.max(0, ...longest));
      measured.grown = { empty, full: await measured.alive() };
    }
    line(`${ROWS} rows are loaded page by page, with the server`, 's', ...turns.time);
    line('a page turn at the beginning, main thread', 'ms', ...turns.early, 1);
    line(`a page turn at ${ROWS} rows, main thread`, 'ms', ...turns.late, 1);
    line('the longest task meanwhile', 'ms', ...turns.longest);
    const memory = pages.map(({ grown: { full } }) => [full.heap + full.wasm]);
    line(`JavaScript and wasm memory with ${ROWS} rows`, 'MB', ...memory, 1);
    line('of it wasm', 'MB', [app.grown.full.wasm], [], 1);

    const seen = { cpu: [[], []], layout: [[], []], script: [[], []], late: [[], []], slowest: [[], []], long: [[], []], leap: [[], []] };
    for (let round = 0; round < 3; round += 1) {
      for (const [side, measured] of (round % 2 ? [...pages.entries()].reverse() : [...pages.entries()])) {
        await measured.page.evaluate(() => { document.querySelector('.list').scrollTop = 0; });
        await measured.page.waitForTimeout(300);
        const { result, cpu, layout, script, longTasks } = await measured.cpu(() => measured.run('scroll', 300, 400));
        seen.cpu[side].push(cpu / result.length);
        seen.layout[side].push(layout / result.length);
        seen.script[side].push(script / result.length);
        seen.late[side].push(result.filter((length) => length > 33).length);
        seen.slowest[side].push(Math.max(...result));
        seen.long[side].push(longTasks.length);
        const leaps = [];
        for (let i = 0; i < 5; i += 1) leaps.push(await measured.run('leap', (i * 0.37 + 0.2) % 1));
        seen.leap[side].push(median(leaps));
      }
    }
    line('scrolling 400 px a frame, main thread per frame', 'ms', ...seen.cpu, 2);
    line('of it style and layout', 'ms', ...seen.layout, 2);
    line('of it script', 'ms', ...seen.script, 2);
    line('of 300 frames longer than 33 ms', '', ...seen.late);
    line('the longest frame', 'ms', ...seen.slowest);
    line('long tasks', '', ...seen.long);
    line('a jump into the middle, until rows are there', 'ms', ...seen.leap);
    const inspected = [];
    for (const measured of pages) {
      await measured.page.evaluate(() => { document.querySelector('.list').scrollTop = 0; });
      inspected.push(await measured.run('inspect', 120, 400));
    }
    line('rows in the page at most', '', ...inspected.map(({ most }) => [most]));
    line('of 120 frames with nothing in the middle', '', ...inspected.map(({ empty }) => [empty]));
    await Promise.all(pages.map(({ context }) => context.close()));
  },

  async 'visits'() {
    const app = await openApp();
    await goto(app, '/events?range=all');
    await app.run('visits', 20);
    const at = [await app.alive()];
    const cpu = [];
    for (let i = 0; i < 4; i += 1) {
      const visits = await app.cpu(() => app.run('visits', 50));
      cpu.push(visits.cpu / 50);
      at.push(await app.alive());
    }
    const grown = (key) => (at.at(-1)[key] - at[0][key]);
    console.log(`  ${JSON.stringify(at)}`);
    line('list, event, back: main thread each time', 'ms', cpu, [], 1);
    line('after 200 times: nodes kept', '', [grown('nodes')]);
    line('after 200 times: listeners kept', '', [grown('listeners')]);
    line('after 200 times: JavaScript memory', 'KB', [grown('heap') * 1000]);
    line('after 200 times: wasm memory', 'KB', [grown('wasm') * 1000]);
  },
};

try {
  for (const [name, measure] of Object.entries(measurements)) {
    if (!name.includes(wanted)) continue;
    console.log(name);
    await measure();
  }
  const width = Math.max(...table.map(([what]) => what.length));
  console.log(`\n| ${'what'.padEnd(width)} | app | by hand | ratio |\n|---|---|---|---|`);
  for (const [what, ...values] of table) console.log(`| ${what.padEnd(width)} | ${values.join(' | ')} |`);
} finally {
  await browser.close();
  await world.stop();
  await beside.stop();
  rmSync(folder, { recursive: true, force: true });
}
