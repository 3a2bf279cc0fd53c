// One request as it is written, and its answer as it came: no header is joined, followed or hidden.
import { request } from 'node:http';

/** `{status, header(name), headers(name), body}`; a header that came twice is an error of the server. */
export function ask(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    // `path` as given: a URL would tidy it up.
    const [, origin, path] = /^(https?:\/\/[^/]+)(.*)$/.exec(url);
    const { hostname, port } = new URL(origin);
    const asked = request({ hostname, port, path: path || '/', method, headers, agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
        const pairs = [];
        for (let at = 0; at < answer.rawHeaders.length; at += 2) pairs.push([answer.rawHeaders[at].toLowerCase(), answer.rawHeaders[at + 1]]);
        const all = (name) => pairs.filter(([own]) => own === name).map(([, value]) => value);
        resolve({ status: answer.statusCode, headers: all, header: (name) => all(name).join(' AND '), body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
