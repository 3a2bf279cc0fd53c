// The tests name pages as if the app lived at the root of its host; here they come to where it is.
import { expect as plain } from '@playwright/test';

/** The path that the app lives below, from slash to slash. */
export const base = process.env.EVENTIDE_BASE ?? '/';

/** The origins that the app is at; every sandbox adds its own. */
export const homes = new Set();

/** An address of the app below that path; any other stays as it is. */
export function at(address) {
  if (typeof address !== 'string') return address;
  const [, origin, path] = /^(https?:\/\/[^/]+)?(.*)$/s.exec(address);
  const isOfTheApp = origin ? homes.has(origin) : path.startsWith('/');
  if (!isOfTheApp || path.startsWith('/api/') || path.startsWith(base)) return address;
  return (origin ?? '') + base + path.replace(/^\//, '');
}

/** Makes each of these methods take an address of the app first. */
function translate(object, ...methods) {
  const owner = Object.getPrototypeOf(object);
  if (owner.translated) return;
  owner.translated = true;
  for (const method of methods) {
    const original = owner[method];
    owner[method] = function (address, ...rest) {
      return original.call(this, at(address), ...rest);
    };
  }
}

/** Lets every page go where the app is. */
export function movePages(page) {
  if (base !== '/') translate(page, 'goto', 'route', 'unroute', 'waitForURL');
}

/** Lets every request of a test go there, too. */
export function moveRequests(request) {
  if (base !== '/') translate(request, 'fetch');
}

export const expect = plain.extend({
  async toHaveURL(page, address, options) {
    const matcher = this.isNot ? plain(page).not : plain(page);
    let message = '';
    try {
      await matcher.toHaveURL(at(address), options);
    } catch (error) {
      message = error.message;
    }
    // A negated matcher fails by passing.
    return { pass: this.isNot ? message !== '' : message === '', message: () => message };
  },
});
