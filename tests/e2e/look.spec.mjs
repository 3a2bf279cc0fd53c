// Themes, widths and accessibility of every page and state.
import { expect, lone, test, tokens } from './support/test.mjs';
import { expectAccessible, expectNoSidewaysScroll, findings } from './support/axe.mjs';
import { states } from './support/states.mjs';

for (const theme of ['light', 'dark']) {
  for (const [name, state] of Object.entries(states)) {
    const run = state.writes ? lone : test;
    run.describe(() => {
      run.use({ colorScheme: theme });
      run(`axe finds nothing: ${name}, ${theme}`, async ({ app, page, world, watch }) => {
        watch.allowFailedCalls();
        watch.allow(/RuntimeError|unreachable/);
        await state.reach({ app, page, world, tokens });
        await expectAccessible(page, `${name}, ${theme}`, state.within);
        for (const width of theme === 'light' ? [1024, 390, 320] : [390]) {
          await page.setViewportSize({ width, height: 844 });
          await expectNoSidewaysScroll(page, name);
          if (width !== 320) await expectAccessible(page, `${name}, ${theme}, ${width} wide`, state.within);
        }
      });
    });
  }
}

test.describe('theme', () => {
  const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const toggle = (page) => page.getByRole('button', { name: /theme/i });

  test('follows the system until one is chosen, and then stays over reload', async ({ app, page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await app.openSignIn();
    const light = await background(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => background(page)).not.toBe(light);
    const dark = await background(page);
    await toggle(page).click();
    await expect.poll(() => background(page)).toBe(light);
    await page.reload();
    await expect(app.token).toBeVisible();
    expect(await background(page)).toBe(light);
    await toggle(page).click();
    await expect.poll(() => background(page)).toBe(dark);
    await app.signIn();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  });

  test('is there before the first paint', async ({ app, page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await app.openSignIn();
    await toggle(page).click();
    await page.addInitScript(() => {
      new MutationObserver((_changes, observer) => {
        if (!document.body) return;
        window.themeAtBody = document.documentElement.dataset.theme ?? 'none';
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await expect(app.token).toBeVisible();
    expect(await page.evaluate(() => window.themeAtBody)).toBe('dark');
  });
});

test('axe and the measure of widths find what is there to find', async ({ app, page }) => {
  await app.openSignIn();
  expect(await findings(page)).toEqual([]);
  await page.evaluate(() => {
    const image = document.createElement('button');
    const wide = document.createElement('pre');
    wide.textContent = 'w'.repeat(4000);
    document.querySelector('main').append(image, wide);
  });
  expect((await findings(page)).map((finding) => finding.split(':')[0])).toEqual(['button-name']);
  await expect(expectNoSidewaysScroll(page, 'on purpose')).rejects.toThrow('sideways scroll');
});
