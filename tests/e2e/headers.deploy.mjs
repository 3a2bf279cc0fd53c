// S8: twelve headers at eight addresses, and at answers that are no file, through nginx and Caddy.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test as plain } from '@playwright/test';
import { archive, Front } from './support/front.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { bytes, file, paths, values, wrong } from './support/expected.mjs';
import { ask } from './support/raw.mjs';

const test = plain.extend({
  sandbox: [async ({}, use) => {
    const sandbox = await Sandbox.start({ events: 20, app: join(archive(), 'app') });
    await use(sandbox);
    await sandbox.stop();
  }, { scope: 'worker' }],
  /** The app with the settings that the archive gives as an example. */
  app: [async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'eventide-app-'));
    cpSync(join(archive(), 'app'), folder, { recursive: true, dereference: true });
    cpSync(join(archive(), 'deploy/config.example.json'), join(folder, 'config.json'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  }, { scope: 'worker' }],
});

for (const kind of ['nginx', 'caddy']) {
  for (const base of ['/', '/eventide/']) {
    test.describe(`${kind} at ${base}`, () => {
      let front;
      test.beforeEach(async ({ sandbox, app }) => {
        front = await Front.start({ kind, base, app, authentik: sandbox.url });
      });
      test.afterEach(() => front.stop());

      test('twelve headers at eight addresses, and the file that belongs there', async ({ sandbox }) => {
        const expected = await values(sandbox.url);
        expect(Object.values(expected).every(Boolean)).toBe(true);
        for (const row of paths()) {
          const answer = await ask(front.url + base + row.path);
          expect(wrong(answer, row, expected)).toEqual([]);
          if (row.is) expect(answer.body.equals(bytes(row.is)), `${row.path} is ${row.is}`).toBe(true);
          const head = await ask(front.url + base + row.path, { method: 'HEAD' });
          expect(wrong(head, row, expected), 'HEAD').toEqual([]);
        }
      });

      test('the same headers with answers that are no file', async ({ sandbox }) => {
        const expected = await values(sandbox.url);
        const program = front.url + base + file('.wasm');
        const tag = (await ask(program)).header('etag');
        expect(tag).not.toBe('');
        const again = await ask(program, { headers: { 'if-none-match': tag } });
        expect(wrong(again, { path: '304', status: 304, caching: 'public, max-age=31536000, immutable' }, expected)).toEqual([]);
        const page = (await ask(front.url + base)).header('etag');
        expect(wrong(await ask(front.url + base, { headers: { 'if-none-match': page } }), { path: '304 of a page', status: 304, caching: 'no-cache' }, expected)).toEqual([]);
        for (const path of ['events/new/more', 'no/such', 'favicon.ico', 'events/x.js', '.git/config', 'events/deep.html/x']) {
          expect(wrong(await ask(front.url + base + path), { path, status: 404, caching: 'no-store' }, expected)).toEqual([]);
        }
        for (const path of ['%2e%2e%2f%2e%2e%2fetc%2fpasswd', '../../../../etc/passwd', 'events/..%2f..%2f..%2fetc/passwd']) {
          const outside = await ask(front.url + base + path);
          expect([400, 404], path).toContain(outside.status);
          expect(wrong(outside, { path, status: outside.status, caching: 'no-store' }, expected)).toEqual([]);
        }
        expect(wrong(await ask(`${front.url + base}events`, { method: 'POST' }), { path: 'POST', status: 405, caching: 'no-store' }, expected)).toEqual([]);
        if (base !== '/') {
          const bare = await ask(front.url + base.slice(0, -1));
          expect(wrong(bare, { path: 'without its slash', status: 308, caching: 'no-cache' }, expected)).toEqual([]);
          expect(bare.header('location')).toBe(base);
          expect(wrong(await ask(`${front.url}/elsewhere`), { path: 'beside the app', status: 404, caching: 'no-store' }, expected)).toEqual([]);
        }
      });

      test('each packed form, to whoever takes it', async () => {
        for (const name of [file('.js'), file('.css'), file('.wasm'), '', 'events/new']) {
          const url = front.url + base + name;
          const plain = await ask(url);
          expect(plain.header('content-encoding'), name).toBe('');
          for (const [coding, unpack] of [['br', brotliDecompressSync], ['gzip', gunzipSync]]) {
            const packed = await ask(url, { headers: { 'accept-encoding': coding } });
            expect(packed.header('content-encoding'), name).toBe(coding);
            expect(packed.header('vary').toLowerCase(), name).toContain('accept-encoding');
            expect(packed.header('content-type'), name).toBe(plain.header('content-type'));
            expect(packed.body.length).toBeLessThan(plain.body.length);
            expect(unpack(packed.body).equals(plain.body), name).toBe(true);
          }
          expect((await ask(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } })).header('content-encoding'), name).toBe('br');
        }
      });

      test('the server does not say what it is', async () => {
        for (const path of [base, `${base}no/such`]) expect((await ask(front.url + path)).header('server')).not.toMatch(/\d|caddy/i);
      });
    });
  }

  test(`${kind}: a header that is taken out is missed`, async ({ sandbox, app }) => {
    const [files, line] = {
      nginx: ['eventide/headers.conf', /^add_header Cross-Origin-Opener-Policy .*\n/m],
      caddy: ['eventide.caddy', /^\t*Cross-Origin-Opener-Policy .*\n/m],
    }[kind];
    const spoil = (folder) => {
      const text = readFileSync(join(folder, files), 'utf8');
      expect(text).toMatch(line);
      writeFileSync(join(folder, files), text.replace(line, ''));
    };
    const front = await Front.start({ kind, app, authentik: sandbox.url, spoil });
    try {
      const expected = await values(sandbox.url);
      for (const row of paths()) {
        const found = wrong(await ask(`${front.url}/${row.path}`), row, expected);
        expect(found).toEqual([expect.stringContaining('cross-origin-opener-policy is ""')]);
      }
    } finally {
      await front.stop();
    }
  });
}
