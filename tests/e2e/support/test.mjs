// The test functions of every file here. `test` reads from a sandbox shared by its worker, `lone`
// gets a sandbox of its own, to write to or to break. Both come with a page that is watched.
import { test as base } from '@playwright/test';
import { App } from './app.mjs';
import { at, expect, movePages, moveRequests } from './base.mjs';
import { Sandbox, tokens } from './sandbox.mjs';
import { Watch } from './watch.mjs';

const watched = base.extend({
  /** What the page did; add expectations with `watch.allow`. */
  watch: [
    async ({ world, context }, use) => {
      const watch = new Watch(world.url);
      await watch.attach(context);
      await use(watch);
      expect.soft(watch.findings(), 'what the page must not do').toEqual([]);
    },
    { auto: true },
  ],

  baseURL: async ({ world }, use) => {
    await use(world.url);
  },

  page: async ({ page }, use) => {
    movePages(page);
    await use(page);
  },

  request: async ({ request }, use) => {
    moveRequests(request);
    await use(request);
  },

  /** The app on the page, with the steps that many tests share. */
  app: async ({ page, world, watch }, use) => {
    await use(new App(page, world, watch));
  },
});

/** A test that only reads. */
export const test = watched.extend({
  library: [
    async ({}, use) => {
      const sandbox = await Sandbox.start();
      await use(sandbox);
      await sandbox.stop();
    },
    { scope: 'worker' },
  ],
  world: async ({ library }, use) => {
    await use(library);
  },
});

/** A test that writes, breaks answers or counts requests: nobody else sees its sandbox. */
export const lone = watched.extend({
  worldOptions: [{ events: 60 }, { option: true }],
  world: async ({ worldOptions }, use) => {
    const sandbox = await Sandbox.start(worldOptions);
    await use(sandbox);
    await sandbox.stop();
  },
});

export { at, expect, tokens };
