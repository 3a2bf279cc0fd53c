// Other servers that a person may name by mistake.
import { createServer } from 'node:http';

/** A server that answers as told; `{url, requests, stop}`. */
export async function elsewhere(answer) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method, path: request.url, headers: request.headers });
    answer(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}

/** Lets every page read the answer. */
export function openly(request, response) {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'authorization, content-type');
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return true;
  response.writeHead(204).end();
  return false;
}

/** A port on which nothing listens. */
export async function nowhere() {
  const server = await elsewhere(() => {});
  await server.stop();
  return server.url;
}
