// What every server has to send, as a table; the values are those of the sandbox, under which
// everything else is tested.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { archive } from './front.mjs';
import { ask } from './raw.mjs';

/** The names whose value is the same in every answer. */
export const fixed = [
  'content-security-policy', 'x-content-type-options', 'x-frame-options', 'referrer-policy', 'permissions-policy',
  'cross-origin-opener-policy', 'cross-origin-resource-policy', 'origin-agent-cluster', 'strict-transport-security', 'x-robots-tag',
];

const forEver = 'public, max-age=31536000, immutable';

/** The one file of the app with this ending. */
export function file(ending) {
  const names = readdirSync(join(archive(), 'app')).filter((name) => name.startsWith('eventide-') && name.endsWith(ending));
  if (names.length !== 1) throw new Error(`the archive has ${names.length} files eventide-*${ending}`);
  return names[0];
}

/** The bytes of a file of the app. */
export const bytes = (name) => readFileSync(join(archive(), 'app', name));

/** Eight addresses of the app, and what each of them answers. */
export const paths = () => [
  { path: '', status: 200, type: 'text/html; charset=utf-8', caching: 'no-cache', is: 'index.html' },
  { path: 'events/6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4', status: 200, type: 'text/html; charset=utf-8', caching: 'no-cache', is: 'events/deep.html' },
  { path: file('.js'), status: 200, type: 'text/javascript; charset=utf-8', caching: forEver, is: file('.js') },
  { path: file('.css'), status: 200, type: 'text/css; charset=utf-8', caching: forEver, is: file('.css') },
  { path: file('.wasm'), status: 200, type: 'application/wasm', caching: forEver, is: file('.wasm') },
  { path: 'config.json', status: 200, type: 'application/json', caching: 'no-store' },
  { path: 'eventide-0000000000000000.wasm', status: 404, caching: 'no-store' },
  { path: 'nowhere', status: 200, type: 'text/html; charset=utf-8', caching: 'no-cache', is: 'index.html' },
];

/** The values of [fixed], from a sandbox that serves the app itself. */
export async function values(sandbox) {
  const answer = await ask(`${sandbox}/`);
  return Object.fromEntries(fixed.map((name) => [name, answer.header(name)]));
}

/** What in an answer is not as it should be, as sentences. */
export function wrong(answer, { path, status, type, caching }, expected) {
  const found = [];
  const same = (what, is, should) => {
    if (is !== should) found.push(`${path || '(root)'}: ${what} is ${JSON.stringify(is)} and should be ${JSON.stringify(should)}`);
  };
  same('the status', answer.status, status);
  for (const name of fixed) same(name, answer.header(name), expected[name]);
  same('cache-control', answer.header('cache-control'), caching);
  if (type) same('content-type', answer.header('content-type'), type);
  return found;
}
