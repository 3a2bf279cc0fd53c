// What static hosts make of their files, as they document it, and what the function for CloudFront does.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@playwright/test';
import { archive } from './support/front.mjs';
import { Sandbox } from './support/sandbox.mjs';
import { fixed, paths, values } from './support/expected.mjs';

const read = (path) => readFileSync(join(archive(), 'deploy', path), 'utf8');
const lines = (text) => text.split('\n').filter((line) => line.trim() && !line.startsWith('#'));

/** A pattern with `*` for anything, as both hosts have it. */
const fits = (pattern, path) => new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^$()|{}[\]\\]/g, '\\$&')).join('.*')}$`).test(path);

/** The headers of a path: all blocks that match apply, values of one name are joined. */
function headersOf(text, path) {
  const headers = {};
  let applies = false;
  for (const line of lines(text)) {
    if (!line.startsWith(' ')) {
      applies = fits(line.trim(), path);
    } else if (applies) {
      const [, name, value] = /^ +([^:]+): (.*)$/.exec(line);
      const own = name.toLowerCase();
      headers[own] = own in headers ? `${headers[own]}, ${value}` : value;
    }
  }
  return headers;
}

/** What a path is answered with: the first rule that fits, or the file of that name. */
function rewritten(text, path, { first }) {
  const isFile = statSync(join(archive(), 'app', path), { throwIfNoEntry: false })?.isFile();
  if (isFile && first === 'files') return path;
  const rule = lines(text).map((line) => line.trim().split(/\s+/)).find(([from]) => fits(from, path));
  if (!rule) return path === '/' ? '/index.html' : path;
  expect(rule[2], 'a rewrite, not a redirect').toBe('200');
  return rule[1];
}

/** The file that a host has for a name without its ending. */
const named = (path) => (path === '/' ? '/index.html' : existsSync(join(archive(), 'app', `${path}.html`)) ? `${path}.html` : path);

for (const [host, options] of [['netlify', { first: 'files' }], ['cloudflare-pages', { first: 'rules' }]]) {
  test(`${host}: every address has its page, and a missing file has none`, () => {
    const rules = read(`${host}/_redirects`);
    for (const [path, page] of [
      ['/', '/index.html'], ['/events', '/index.html'], ['/sign-in', '/index.html'],
      ['/events/new', '/events/deep.html'], ['/events/6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4', '/events/deep.html'],
    ]) {
      expect(named(rewritten(rules, path, options)), path).toBe(page);
    }
    for (const { path, is } of paths().filter(({ path }) => path.includes('.'))) {
      expect(rewritten(rules, `/${path}`, options), path).toBe(`/${path}`);
      if (is) expect(existsSync(join(archive(), 'app', is))).toBe(true);
    }
  });

  test(`${host}: the headers of every address, none of them twice`, async () => {
    const sandbox = await Sandbox.start({ events: 20, app: join(archive(), 'app') });
    const expected = await values(sandbox.url);
    await sandbox.stop();
    const text = read(`${host}/_headers`);
    expect(lines(text).filter((line) => !line.startsWith(' ')).length).toBeLessThanOrEqual(100);
    for (const line of lines(text)) expect(line.length).toBeLessThanOrEqual(2000);
    for (const { path, caching, status } of paths().filter(({ path }) => path !== 'nowhere')) {
      const headers = headersOf(text, `/${path}`);
      for (const name of fixed) expect(headers[name].replace(' https://auth.example.com', ''), `${name} of ${path}`).toBe(expected[name]);
      // These hosts send the headers of a name with its 404, too; docs/deploy.md says so.
      expect(headers['cache-control'], path).toBe(status === 404 ? 'public, max-age=31536000, immutable' : caching);
    }
    for (const name of lines(read('../SHA384SUMS')).map((line) => line.split('  app/')[1]).filter(Boolean)) {
      expect(headersOf(text, `/${name}`)['cache-control'] ?? 'no-cache', name).toBe(/-[0-9a-f]{16}\./.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
  });
}

test('cloudfront: the function gives every address its page and leaves files alone', () => {
  const code = read('cloudfront/pages.js');
  const ask = (uri) => runInNewContext(`${code}\nhandler({ request: { uri: ${JSON.stringify(uri)} } }).uri`);
  for (const uri of ['/', '/events', '/sign-in', '/nowhere']) expect(ask(uri), uri).toBe('/index.html');
  for (const uri of ['/events/', '/events/new', '/events/6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4']) expect(ask(uri), uri).toBe('/events/deep.html');
  for (const uri of ['/config.json', '/eventide-0000000000000000.wasm', '/events/new/more', '/no/such', '/favicon.ico']) expect(ask(uri), uri).toBe(uri);
});

test('the sums are those of the files', () => {
  const sums = lines(read('../SHA384SUMS')).map((line) => line.split('  '));
  expect(sums.length).toBeGreaterThan(40);
  for (const [sum, name] of sums) {
    expect(createHash('sha384').update(readFileSync(join(archive(), name))).digest('hex'), name).toBe(sum);
  }
});
