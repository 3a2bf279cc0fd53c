// The list on a phone: everything that has a button of its own on a large screen is within reach.
import { readFile } from 'node:fs/promises';
import { expect, test } from './support/test.mjs';
import { expectAccessible } from './support/axe.mjs';

const rows = (page) => page.getByRole('table', { name: 'Events' }).locator('.log__row');

/** Presses an entry of the menu of tools. */
async function more(page, name) {
  await page.getByRole('button', { name: 'More', exact: true }).tap();
  await page.getByRole('menuitem', { name }).tap();
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the head takes one line, and one menu holds all tools', async ({ app, page }) => {
    await app.signIn();
    await expect(rows(page).first()).toBeVisible();
    const tops = await page.locator('.filters').evaluate((bar) => [...bar.querySelectorAll('button')]
      .map((button) => button.getBoundingClientRect()).filter(({ width }) => width > 0).map(({ top }) => Math.round(top)));
    expect(tops).toHaveLength(4);
    expect(new Set(tops).size).toBe(1);
    const button = page.getByRole('button', { name: 'More', exact: true });
    await button.tap();
    await expect(page.getByRole('menuitem')).toHaveText([
      'Refresh', 'Views', 'Columns and density', 'Request', 'Copy a link to exactly these rows', 'Export',
    ]);
    await expectAccessible(page, 'the menu of tools', '.menu');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menuitem')).toHaveCount(0);
    await expect(button).toBeFocused();
  });

  test('columns are chosen, and what was added stands below the row', async ({ app, page }) => {
    await app.signIn();
    await expect(rows(page).first()).toBeVisible();
    await more(page, 'Columns and density');
    await page.getByRole('menuitemcheckbox', { name: 'Brand' }).tap();
    await expect(page.getByRole('menuitemcheckbox')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'More', exact: true })).toBeFocused();
    const brand = rows(page).first().locator('.c-brand');
    await expect(brand).toBeVisible();
    const [summary, below] = [await rows(page).first().locator('.log__sum').boundingBox(), await brand.boundingBox()];
    expect(below.y).toBeGreaterThan(summary.y + summary.height - 1);
    expect(Math.round(below.x)).toBe(Math.round(summary.x));
    await more(page, 'Columns and density');
    await page.getByRole('menuitemcheckbox', { name: 'Client IP' }).tap();
    await expect.poll(() => rows(page).first().locator('.log__user').evaluate((cell) => getComputedStyle(cell, '::after').content)).toBe('none');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  test('the link to exactly these rows is copied', async ({ app, page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await app.signIn();
    await expect(rows(page).first()).toBeVisible();
    await more(page, 'Copy a link to exactly these rows');
    await expect(page.getByText('Link copied')).toBeVisible();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    expect(link.searchParams.get('from')).toMatch(/Z$/);
    expect(link.searchParams.get('to')).toMatch(/Z$/);
  });

  test('events are exported', async ({ app, page, context }) => {
    await context.addInitScript(() => { delete window.showSaveFilePicker; });
    await app.signIn();
    await expect(rows(page).first()).toBeVisible();
    await more(page, 'Export');
    const downloads = [];
    page.on('download', (download) => downloads.push(download));
    const dialog = page.getByRole('dialog');
    await dialog.getByText('NDJSON', { exact: true }).tap();
    await dialog.getByRole('button', { name: 'Export', exact: true }).tap();
    await expect(dialog.getByRole('heading', { name: 'Export finished' })).toBeVisible();
    await expect.poll(() => downloads.length).toBe(2);
    const lines = (await readFile(await downloads[0].path(), 'utf8')).trimEnd().split('\n');
    await dialog.getByRole('button', { name: 'Close' }).tap();
    await expect(page.locator('.pager')).toContainText(` of ${lines.length}`);
    await expect(page.getByRole('button', { name: 'More', exact: true })).toBeFocused();
  });

  test('views and the request that is sent are shown', async ({ app, page }) => {
    await app.signIn();
    await expect(rows(page).first()).toBeVisible();
    await more(page, 'Request');
    await expect(page.getByRole('dialog', { name: 'Request' })).toContainText('page_size');
    await page.keyboard.press('Escape');
    await more(page, 'Views');
    await page.getByRole('dialog', { name: 'Views' }).getByRole('button', { name: /^Errors/ }).tap();
    await expect(page).toHaveURL(/action=/);
    await expect(page.getByRole('button', { name: /^Filters\s*1$/ })).toBeVisible();
    await expect(page.getByRole('button', { name: 'More', exact: true })).toBeFocused();
  });
});
