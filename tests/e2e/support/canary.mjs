// A real server behind the host that hostile texts name: whatever reaches it was sent by a page.
import { createServer } from 'node:http';

/** The host that hostile texts name; the browser of the tests finds it at the canary's port. */
export const host = 'canary.invalid';

/** The canary's port, the same in each process of a run. */
export const port = Number((process.env.EVENTIDE_CANARY_PORT ??= String(20_000 + (process.pid % 20_000))));

/** Makes the browser find the host. */
export const resolverRules = `--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`;

/** Starts it; gives what stops it. */
export async function startCanary() {
  const hits = [];
  const server = createServer((request, response) => {
    if (request.url === '/__hits') {
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify(hits));
    }
    hits.push({ method: request.method, host: request.headers.host, url: request.url, headers: request.headers });
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*');
    return response.end('');
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
}

/** Every request that reached it, oldest first; with a word, those whose address holds it. */
export async function canaryHits(word = '') {
  const answer = await fetch(`http://127.0.0.1:${port}/__hits`);
  return (await answer.json()).filter(({ url }) => url.includes(word));
}
