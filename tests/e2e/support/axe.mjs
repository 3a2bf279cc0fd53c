// axe-core over the page as it stands.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from './base.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** Every finding as one readable block, of the page or only of what a selector finds. */
export async function findings(page, within) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const violations = await page.evaluate(
    async ([values, within]) => (await window.axe.run(within ?? document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })).violations,
    [tags, within],
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n    ${failureSummary.replaceAll('\n', '\n    ')}`).join('\n')}`,
  );
}

/** Expects none. What lies over the page hides a part of it: then look at that alone, `within`. */
export async function expectAccessible(page, state, within) {
  expect(await findings(page, within), `axe, ${state}`).toEqual([]);
}

/** Expects that the page does not scroll sideways. */
export async function expectNoSidewaysScroll(page, state) {
  const { width, wide } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => {
      for (let at = element; at && at !== document.body; at = at.parentElement) {
        const { overflowX } = getComputedStyle(at);
        if (overflowX !== 'visible') return true;
      }
      return false;
    };
    const wide = document.documentElement.scrollWidth > width
      ? [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element))
          .slice(0, 5)
          .map((element) => element.outerHTML.slice(0, 120))
      : [];
    const main = document.querySelector('main');
    if (main && main.scrollWidth > main.clientWidth + 1 && getComputedStyle(main).overflowX !== 'visible') wide.push(`main is ${main.scrollWidth} wide in ${main.clientWidth}`);
    return { width, wide };
  });
  expect(wide, `sideways scroll at ${width}, ${state}`).toEqual([]);
}
