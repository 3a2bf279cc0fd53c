// The API behind nginx and Caddy: what goes through, what does not, and what is written down.
import { expect, test } from '@playwright/test';
import { elsewhere, nowhere } from './support/elsewhere.mjs';
import { Front } from './support/front.mjs';
import { ask } from './support/raw.mjs';

const MIB = 1024 * 1024;
const https = 'max-age=63072000; includeSubDomains';

for (const kind of ['nginx', 'caddy']) {
  test.describe(kind, () => {
    let authentik;
    let answer;
    let front;
    test.beforeEach(async () => {
      answer = (request, response) => {
        let length = 0;
        request.on('data', (chunk) => {
          length += chunk.length;
        }).on('end', () => {
          response.setHeader('content-type', 'application/json');
          response.setHeader('x-authentik-id', '5f1c');
          response.setHeader('cache-control', 'max-age=86400');
          response.setHeader('set-cookie', 'authentik_session=1');
          response.setHeader('x-frame-options', 'DENY');
          response.setHeader('vary', 'Accept-Language, Cookie');
          response.writeHead(request.url.includes('broken') ? 500 : 200).end(JSON.stringify({ length }));
        });
      };
      authentik = await elsewhere((request, response) => answer(request, response));
      front = await Front.start({ kind, authentik: authentik.url });
    });
    test.afterEach(async () => {
      await front.stop();
      await authentik.stop();
    });

    test('a call reaches authentik as it is, without what a client says of itself', async () => {
      const path = '/api/v3/events/events/?search=a%2Fb%20%C3%A9&page_size=1';
      await ask(front.url + path, {
        headers: {
          authorization: 'Bearer canary', accept: 'application/json', cookie: 'authentik_session=1',
          'x-forwarded-for': '203.0.113.66', forwarded: 'for=203.0.113.66', 'x-real-ip': '203.0.113.66', 'x-forwarded-proto': 'http',
        },
      });
      const [{ path: asked, headers }] = authentik.requests;
      expect(asked).toBe(path);
      expect(headers.authorization).toBe('Bearer canary');
      expect(headers.cookie ?? '').toBe('');
      expect(headers['x-forwarded-for']).toBe('127.0.0.1');
      expect(headers['x-forwarded-proto']).toBe('https');
      expect(headers.host).toMatch(/^127\.0\.0\.1/);
      expect(JSON.stringify(headers)).not.toContain('203.0.113.66');
    });

    test('an answer goes through as it is, kept by nobody and without a cookie', async () => {
      for (const [path, status] of [['/api/v3/root/config/', 200], ['/api/v3/broken/', 500]]) {
        const got = await ask(front.url + path);
        expect(got.status).toBe(status);
        expect(got.header('content-type')).toBe('application/json');
        expect(got.header('x-authentik-id')).toBe('5f1c');
        expect(got.header('vary')).toBe('Accept-Language, Cookie');
        expect(got.headers('x-frame-options')).toEqual(['DENY']);
        expect(got.headers('cache-control')).toEqual(['no-store']);
        expect(got.headers('strict-transport-security')).toEqual([https]);
        expect(got.header('set-cookie')).toBe('');
      }
    });

    test('nothing but the API is handed on', async () => {
      for (const path of ['/if/admin/', '/api/v2/', '/-/health/live/', '/api/', '/application/o/token/']) await ask(front.url + path);
      expect(authentik.requests).toEqual([]);
    });

    test('what authentik takes in at once goes through, and not more', async () => {
      const body = Buffer.alloc(32 * MIB, 0x20);
      const whole = await ask(`${front.url}/api/v3/events/events/`, { method: 'POST', body, headers: { 'content-length': body.length } });
      expect(JSON.parse(whole.body)).toEqual({ length: body.length });
      const more = Buffer.alloc(33 * MIB, 0x20);
      // A server may answer before it has read everything, and end the connection.
      const refused = await ask(`${front.url}/api/v3/events/events/`, { method: 'POST', body: more, headers: { 'content-length': more.length } })
        .catch((error) => ({ status: error.code }));
      expect([413, 502, 'EPIPE', 'ECONNRESET']).toContain(refused.status);
    });

    test('a creation whose answer is lost is sent once', async () => {
      answer = (request) => {
        request.resume().on('end', () => request.socket.destroy());
      };
      const got = await ask(`${front.url}/api/v3/events/events/`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
      expect(got.status).toBe(502);
      expect(got.headers('cache-control')).toEqual(['no-store']);
      expect(authentik.requests).toHaveLength(1);
    });

    test('without authentik: 502, and neither searches nor tokens are written down', async () => {
      const alone = await Front.start({ kind, authentik: await nowhere() });
      try {
        for (const one of [front, alone]) {
          const got = await ask(`${one.url}/api/v3/events/events/?search=canary-search`, { headers: { authorization: 'Bearer canary-token' } });
          expect(got.status).toBe(one === alone ? 502 : 200);
          expect(got.headers('cache-control')).toEqual(['no-store']);
          await ask(`${one.url}/events?search=canary-search`);
          await ask(`${one.url}/no/such?search=canary-search`);
        }
        for (const one of [front, alone]) {
          // The last request is written down, so the ones before are.
          await expect.poll(() => one.written()).toContain('/no/such');
          expect(one.written()).toContain('/api/v3/events/events/');
          expect(one.written()).not.toMatch(/canary/);
        }
      } finally {
        await alone.stop();
      }
    });
  });
}
