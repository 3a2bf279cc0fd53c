// The corpus of hostile texts in a browser: events that hold them, what must not come of them, and
// what has to be seen instead.
import { readFileSync } from 'node:fs';
import { host } from './canary.mjs';

const corpus = JSON.parse(readFileSync(new URL('../../fixtures/hostile/corpus.json', import.meta.url), 'utf8'));

/** `{id, class, text, visible, csv, variants}`; see `tests/fixtures/hostile/corpus.mjs`. */
export const texts = corpus.texts;

/** `{id, class, json, visible}`: values that are no plain texts. */
export const values = corpus.values;

/** What no text of a page, no title and no attribute may hold as it is, line feeds and tabs aside. */
export const hidden =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2028-\u202F\u2060-\u2064\u2066-\u206F\u3164\uE000-\uF8FF\uFDD0-\uFDEF\uFEFF\uFFA0\uFFF9-\uFFFB\uFFFE\uFFFF]|[\u{1D173}-\u{1D17A}]|[\u{E0100}-\u{E01EF}]|[\u{F0000}-\u{10FFFF}]/u;

const code = (letter) => `⟨U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** A text as several lines show it, if it holds nothing that hides only beside some neighbours. */
export function plainlyVisible(text) {
  return text.replaceAll('\r\n', '\n').replaceAll(new RegExp(hidden.source, 'gu'), code);
}

/** Whether what hides in a text hides wherever it stands. */
export const isPlain = ({ text, visible }) => visible === text.replaceAll(new RegExp(`${hidden.source}|[\\t\\n]`, 'gu'), code);

export const pk = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

// authentik's table of events holds no null character in these.
const column = (text) => text.replaceAll('\u0000', '');

/** An event that holds a text wherever an event can hold one, and its encoded forms beside it. */
export function eventWith({ text, variants = {} }, number, action) {
  const model = { pk: text, app: text, name: text, model_name: text };
  const user = { pk: 7, username: text, email: text };
  return {
    pk: pk(number),
    action: action ?? `custom_${[...column(text)].slice(0, 200).join('')}`,
    app: column(text),
    user: { ...user, on_behalf_of: { ...user, pk: 8 }, authenticated_as: { ...user, pk: 9 } },
    client_ip: column(text),
    brand: { pk: text, app: text, model_name: text, name: text },
    created: new Date(Date.UTC(2026, 10, 20, 12, 0, 0) - number * 1000).toISOString(),
    expires: '2027-11-20T13:29:13.902000Z',
    context: {
      message: text,
      [text]: text,
      username: text,
      variants,
      http_request: { path: text, method: text, args: { [text]: text, ...variants }, user_agent: text, request_id: text },
      geo: { city: text, country: text, continent: text, lat: 1, long: 2 },
      asn: { asn: 64500, as_org: text, network: text },
      model, token: model, application: model, mapping: model, provider: model,
      diff: { [text]: { new_value: text, previous_value: { [text]: text } }, plain: { new_value: `${text}x`, previous_value: `${text}y` } },
      exception: [{ exc_type: text, exc_value: text, exc_notes: [text], frames: [{ name: text, lineno: 1, filename: text }] }],
      hyperlink: text,
      hyperlink_label: text,
      changelog: text,
      subject: text,
      body: text,
      to_email: [text],
      expression: text,
      reason: text,
      new_version: text,
    },
  };
}

/** The same with a value of any kind. */
export function eventWithValue(json, number) {
  return `{"pk":"${pk(number)}","action":"custom_value","app":"values","user":{"pk":1,"username":"values","email":""},"client_ip":null,`
    + `"created":"${new Date(Date.UTC(2026, 10, 20, 12, 0, 0) - number * 1000).toISOString()}","context":{"value":${json}}}`;
}

/** Stores events, as many at a time as a request may hold. */
export async function insertAll(world, events) {
  let batch = [];
  let size = 0;
  for (const event of events) {
    const text = typeof event === 'string' ? event : JSON.stringify(event);
    if (size + text.length > 400_000 && batch.length > 0) {
      await world.insert(`[${batch.join(',')}]`);
      batch = [];
      size = 0;
    }
    batch.push(text);
    size += Buffer.byteLength(text);
  }
  await world.insert(`[${batch.join(',')}]`);
}

/** Everything that an app of ours draws. A page with another element got it out of data. */
const elements = [
  'A', 'ARTICLE', 'ASIDE', 'B', 'BUTTON', 'CODE', 'DD', 'DEL', 'DIV', 'DL', 'DT', 'FOOTER', 'H1', 'H2', 'H3', 'HEADER', 'INPUT', 'INS', 'LI', 'MAIN',
  'MARK', 'NAV', 'OL', 'P', 'PRE', 'SECTION', 'SMALL', 'SPAN', 'STRONG', 'TABLE', 'TBODY', 'TD', 'TH', 'THEAD', 'TIME', 'TR', 'UL', 'WBR',
  // Forms, dialogs and what folds.
  'DATALIST', 'DETAILS', 'DIALOG', 'FIELDSET', 'FORM', 'LABEL', 'NOSCRIPT', 'LEGEND', 'OPTION', 'OUTPUT', 'SELECT', 'SUMMARY', 'TEXTAREA', 'U', 'KBD', 'EM',
];

/** Everything of the page that data must not have brought about; empty when all is well. */
export function traces(page) {
  return page.evaluate(({ source, elements, host }) => {
    const hidden = new RegExp(source, 'u');
    const found = [];
    const say = (what, text = '') => found.push(`${what} ${JSON.stringify(text.slice(0, 80))}`);
    if (window.__pwned !== undefined) say('script ran:', String(window.__pwned));
    const attributes = ['srcdoc', 'srcset', 'formaction', 'xlink:href', 'ping', 'style', 'background', 'action', 'http-equiv'];
    const ids = new Set();
    for (const element of document.body.querySelectorAll('*')) {
      const svg = element.namespaceURI.endsWith('svg');
      const known = svg ? ['svg', 'use', 'symbol', 'path', 'circle', 'rect', 'g', 'defs', 'line', 'ellipse', 'polyline', 'text', 'pattern'].includes(element.localName)
        : element.tagName === 'SCRIPT' ? element.src.startsWith(location.origin)
          : element.tagName === 'IFRAME' ? element.src.startsWith('blob:') && element.getAttribute('sandbox') === ''
            : element.namespaceURI.endsWith('xhtml') && elements.includes(element.tagName);
      if (!known) say('element', element.outerHTML);
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || (!svg && attributes.includes(name) && !(name === 'style' && element.closest('[data-own-style]')))) say(`attribute ${name}`, value);
        if (name === 'href' && !/^(#|\/(?![/\\])|https?:\/\/)/.test(value)) say('address', value);
        if (['href', 'src'].includes(name) && value.includes(host)) say('link to the canary', value);
        if (['id', 'name', 'for', 'list'].includes(name) && !/^[a-z][\w-]*$/.test(value)) say(name, value);
        if (name === 'id' && !svg && ids.has(value)) say('id twice', value);
        if (name === 'id') ids.add(value);
        if (name === 'class' && !/^[\w\s-]*$/.test(value)) say('class', value);
        if (hidden.test(value)) say(`raw character in ${name}`, value);
      }
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.data;
      if (hidden.test(text)) say('raw character in text', text);
    }
    if (hidden.test(document.title)) say('raw character in the title', document.title);
    for (const name of ['cookie', 'getElementById', 'body', 'location']) {
      if (document[name] instanceof Element !== (name === 'body')) say('clobbered', name);
    }
    return found;
  }, { source: hidden.source, elements, host });
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What is shown in parts that are never cut: graphemes and escapes, each with its width. */
const parts = (visible) => visible.split(/(⟨U\+[0-9A-F]{4,6}⟩)/).flatMap((piece, at) =>
  (at % 2 === 1 ? [[piece, piece.length]] : [...segmenter.segment(piece)].map(({ segment }) => [segment, 1])));

/**
 * What a place has to show: all of a text, or the beginning of a long one and that it goes on.
 * `limit` is in graphemes. How exactly clusters of rare scripts are told apart is not what this is
 * about, so a text that is nearly too long may be shown either way.
 */
export function expected({ visible }, limit = 120) {
  let width = 0;
  let start = '';
  for (const [part, own] of parts(visible)) {
    width += own;
    if (width <= limit / 2) start += part;
  }
  return width <= limit * 0.9 ? { all: visible } : { start: start.trimEnd(), goesOn: width > limit * 1.3 };
}

/**
 * Looks whether each place shows what it has to: `[selector, expectation]`; the words around a text
 * do not count, and blanks in a title count as one.
 */
export function misses(page, places) {
  return page.evaluate((places) => {
    const found = [];
    for (const [selector, { all, start, goesOn }] of places) {
      const shown = selector === 'title' ? [document.title] : [...document.querySelectorAll(selector)].map((element) => element.textContent);
      const one = (text) => (selector === 'title' ? text.replaceAll(/[ \t\n\f\r]+/g, ' ').trim() : text);
      const fits = (text) => (all === undefined ? text.includes(one(start)) && (!goesOn || text.includes('…')) : text.includes(one(all)));
      if (!shown.some(fits)) found.push(`${selector} shows ${JSON.stringify(shown.join(' | ').slice(0, 300))}, not ${JSON.stringify(all ?? start)}`);
    }
    return found;
  }, places);
}

/** Adds what a page did that no text may bring about to what the watch finds. */
export function watchDialogs(page, watch) {
  page.on('dialog', (dialog) => {
    watch.errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}
