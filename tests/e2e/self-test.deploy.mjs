// The lines that the self-test writes, put into a real server: then nothing is in between any more.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort, Front } from './support/front.mjs';
import { Sandbox } from './support/sandbox.mjs';

// A server before authentik that knows nothing of other origins, with or without the lines.
const sites = {
  nginx: {
    file: 'authentik-cors.conf',
    text: ({ port, authentik, lines }) => `server { listen 127.0.0.1:${port};\n${lines.replace('http://127.0.0.1:9000', authentik)}\nlocation / { proxy_pass ${authentik}; } }`,
  },
  caddy: {
    file: 'authentik-cors.Caddyfile',
    text: ({ port, authentik, lines }) => `{\n\tadmin off\n}\nhttp://127.0.0.1:${port} {\n${lines}\nreverse_proxy ${authentik}\n}\n`,
  },
};

for (const [kind, { file, text }] of Object.entries(sites)) {
  test(`${kind}: what the self-test writes lets this page in`, async ({ page }) => {
    const port = await freePort();
    const server = `http://127.0.0.1:${port}`;
    const authentik = await Sandbox.start({ events: 5 });
    const own = await Sandbox.start({ events: 5, connect: [server] });
    const start = (lines) => Front.start({
      kind, site: 'authentik-cors', port, authentik: authentik.url, origin: own.url,
      spoil: (folder) => writeFileSync(join(folder, file), text({ port, authentik: authentik.url, lines })),
    });
    const verdict = page.getByRole('heading', { level: 2 });
    let front = await start('');
    try {
      await page.goto(`${own.url}/self-test`);
      await page.getByLabel('Server', { exact: true }).fill(server);
      await page.keyboard.press('Enter');
      await expect(verdict).toHaveText(/answers, but this page may not read it/);
      await page.getByRole('radio', { name: kind }).check({ force: true });
      const lines = await page.locator('pre').first().textContent();
      expect(lines).toContain(own.url);
      await front.stop();
      front = await start(lines);
      await page.getByRole('button', { name: 'Test again' }).click();
      await expect(verdict).toHaveText('This page can reach the API');
      await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(4);
      // Request ids can be read too, so there is nothing left to write.
      await expect(page.locator('pre')).toHaveCount(0);
    } finally {
      await front.stop();
      await own.stop();
      await authentik.stop();
    }
  });
}
