// A real browser before the shipped configurations: framing, and the app on an origin of its own.
import { App } from './support/app.mjs';
import { expect } from './support/base.mjs';
import { test as plain } from '@playwright/test';
import { elsewhere, nowhere } from './support/elsewhere.mjs';
import { freePort, Front } from './support/front.mjs';
import { Sandbox, tokens } from './support/sandbox.mjs';
import { Watch } from './support/watch.mjs';
import { ask } from './support/raw.mjs';

const test = plain.extend({
  sandbox: [async ({}, use) => {
    const sandbox = await Sandbox.start({ events: 60 });
    await use(sandbox);
    await sandbox.stop();
  }, { scope: 'worker' }],
});

for (const kind of ['nginx', 'caddy']) {
  test.describe(kind, () => {
    test('another page cannot show the app in a frame', async ({ page, context, sandbox }) => {
      const front = await Front.start({ kind, authentik: sandbox.url });
      const bait = await elsewhere((_request, response) => {
        response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Bait</title>${['', 'events/new', 'nowhere'].map((path) => `<iframe src="${front.url}/${path}"></iframe>`).join('')}`);
      });
      const watch = new Watch(front.url);
      await watch.attach(context);
      try {
        await page.goto(bait.url);
        await expect.poll(() => page.frames().slice(1).map((frame) => frame.url().split(':')[0])).toEqual(['chrome-error', 'chrome-error', 'chrome-error']);
        expect(watch.calls()).toEqual([]);
      } finally {
        await bait.stop();
        await front.stop();
      }
    });

    for (const base of ['/', '/eventide/']) {
      test(`on an origin of its own, at ${base}: one signs in, reads, is refused and creates over to authentik's`, async ({ page, context, sandbox }) => {
        const port = await freePort();
        const server = `http://127.0.0.1:${port}`;
        const front = await Front.start({ kind, site: 'own-origin', base, connect: [server] });
        const authentik = await Front.start({ kind, site: 'authentik-cors', port, authentik: sandbox.url, origin: front.url });
        const watch = new Watch(front.url);
        watch.allowHost(server);
        await watch.attach(context);
        const app = new App(page, sandbox, watch);
        try {
          await page.goto(front.url + base);
          await app.offer(tokens.nobody, { server });
          // Refused by authentik, and said so: without CORS on errors it would be a broken network.
          await expect(page.getByText(/permission/i).first()).toBeVisible();
          expect(watch.findings().filter((finding) => !finding.includes('Failed to load resource'))).toEqual([]);

          await page.goto(front.url + base);
          await app.offer(tokens.admin, { server });
          await app.enter();
          await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
          await page.goto(`${front.url + base}events/new`);
          await app.fill({ action: 'login', app: `over.there.${kind}` });
          await app.create.click();
          await expect(page).toHaveURL(/\/events\/[0-9a-f-]{36}$/);
          await expect(app.facts).toBeVisible();
          const { results } = await sandbox.events(`?search=over.there.${kind}`);
          expect(results.length).toBeGreaterThan(0);
          const calls = watch.requests.filter(({ url }) => url.includes('/api/'));
          expect(calls.every(({ url }) => url.startsWith(`${server}/api/v3/`))).toBe(true);
          expect(watch.findings().filter((finding) => !finding.includes('Failed to load resource'))).toEqual([]);
        } finally {
          await front.stop();
          await authentik.stop();
        }
      });
    }

    test('only the origin of the app may call, and it learns of every answer', async ({ sandbox }) => {
      const origin = 'https://events.example.com';
      const authentik = await Front.start({ kind, site: 'authentik-cors', authentik: sandbox.url, origin });
      const url = `${authentik.url}/api/v3/events/events/`;
      const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' };
      try {
        const asked = await ask(url, { method: 'OPTIONS', headers: { origin, ...preflight } });
        expect(asked.status).toBe(204);
        expect(asked.headers('access-control-allow-origin')).toEqual([origin]);
        expect(asked.header('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
        expect(asked.header('access-control-allow-headers')).toBe('authorization, content-type');
        expect(asked.header('access-control-max-age')).toBe('600');
        expect(asked.header('vary')).toContain('Origin');
        for (const [token, status] of [[tokens.admin, 200], ['nonsense', 403]]) {
          const got = await ask(url, { headers: { origin, authorization: `Bearer ${token}`, accept: 'application/json' } });
          expect(got.status).toBe(status);
          expect(got.headers('access-control-allow-origin')).toEqual([origin]);
          expect(got.header('access-control-expose-headers')).toBe('X-authentik-id, Retry-After, Date');
          expect(got.header('access-control-allow-credentials')).toBe('');
          expect(got.header('vary')).toContain('Origin');
        }
        // What a token may do is asked with OPTIONS as well, and authentik answers that.
        const rights = await ask(url, { method: 'OPTIONS', headers: { origin, authorization: `Bearer ${tokens.admin}` } });
        expect(rights.status).toBe(200);
        expect(JSON.parse(rights.body).actions).toBeTruthy();
        for (const other of ['https://events.example.com.evil.test', 'https://evil.test', 'null']) {
          for (const headers of [{}, preflight]) {
            const refused = await ask(url, { method: headers === preflight ? 'OPTIONS' : 'GET', headers: { origin: other, ...headers } });
            expect(refused.header('access-control-allow-origin'), other).toBe('');
          }
        }
        // Beside the API nothing is opened.
        expect((await ask(`${authentik.url}/if/admin/`, { headers: { origin } })).header('access-control-allow-origin')).toBe('');
      } finally {
        await authentik.stop();
      }
      const alone = await Front.start({ kind, site: 'authentik-cors', authentik: await nowhere(), origin });
      try {
        const failed = await ask(`${alone.url}/api/v3/root/config/`, { headers: { origin } });
        expect(failed.status).toBe(502);
        expect(failed.headers('access-control-allow-origin')).toEqual([origin]);
      } finally {
        await alone.stop();
      }
    });
  });
}
