// Pictures of every page and state at three widths, light and dark, into target/shots.
// `node shots.mjs [part of a state's name]`; EVENTIDE_SANDBOX and EVENTIDE_DIST as for the tests.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { App } from './support/app.mjs';
import { launchOptions } from './support/browser.mjs';
import { Sandbox, tokens } from './support/sandbox.mjs';
import { states } from './support/states.mjs';
import { Watch } from './support/watch.mjs';

const folder = fileURLToPath(new URL('../../target/shots/', import.meta.url));
mkdirSync(folder, { recursive: true });
const wanted = process.argv[2] ?? '';

const world = await Sandbox.start({ events: 2000 });
const browser = await chromium.launch(launchOptions());
try {
  for (const [name, { reach }] of Object.entries(states)) {
    if (!name.includes(wanted)) continue;
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({
        baseURL: world.url, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', viewport: { width: 1440, height: 900 },
      });
      const watch = new Watch(world.url);
      await watch.attach(context);
      const page = await context.newPage();
      try {
        await reach({ app: new App(page, world, watch), page, world, tokens });
        for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
          await page.setViewportSize({ width, height });
          await page.screenshot({ path: `${folder}${name.replaceAll(/[^a-z]+/g, '-')}-${width}-${colorScheme}.png` });
        }
        console.log(`${name}, ${colorScheme}`);
      } catch (error) {
        console.log(`${name}, ${colorScheme}: ${error.message.split('\n')[0]}`);
        process.exitCode = 1;
      } finally {
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  await world.stop();
}
