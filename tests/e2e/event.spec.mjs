// One event: every field of every recorded shape, the context as tree and as text, copies.
import { readFileSync } from 'node:fs';
import { expect, lone, test } from './support/test.mjs';
import { memberText } from './support/json.mjs';

const recorded = readFileSync(new URL('../../sandbox/seed/events.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));

/** What makes two events look different on the page. */
function shape({ action, user, client_ip }) {
  return [
    action,
    'on_behalf_of' in user && 'on behalf of another',
    'authenticated_as' in user && 'authenticated as another',
    client_ip === null && 'no address',
    user.username === undefined && 'no user',
    user.pk === null && 'unknown user',
  ]
    .filter(Boolean)
    .join(', ');
}

const shapes = new Map();
for (const event of recorded) if (!shapes.has(shape(event))) shapes.set(shape(event), event);

/** "22 Nov 2026, 14:32:07.123" in Berlin. */
function inBerlin(iso, withMs) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3,
    })
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );
  const month = parts.month.slice(0, 3);
  return `${parts.day} ${month} ${parts.year}, ${parts.hour}:${parts.minute}:${parts.second}${withMs ? `.${parts.fractionalSecond}` : ''}`;
}

lone.describe('every recorded shape', () => {
  lone('shows every field of the seed schema', async ({ app, page, world }) => {
    lone.setTimeout(120_000);
    expect(shapes.size).toBeGreaterThan(25);
    for (const event of shapes.values()) await world.insert(event);
    await app.signIn();
    for (const [name, event] of shapes) {
      await lone.step(name, async () => {
        await app.go(`/events/${event.pk}`);
        const facts = app.facts;
        await expect(facts, name).toContainText(event.pk);
        const main = page.getByRole('main');
        await expect(main).toContainText(event.action);
        await expect(app.heading).not.toBeEmpty();
        const read = await app.readFacts();
        expect.soft(read['App'], name).toContain(event.app);
        expect.soft(read['Brand'], name).toContain(event.brand.name ?? '');
        expect.soft(read['Created'], name).toContain(inBerlin(event.created, true));
        expect.soft(read['Expires'], name).toContain(inBerlin(event.expires, false));
        expect.soft(read['Client IP'], name).toContain(event.client_ip ?? '');
        expect.soft(read['Client IP'], `${name}: says so when there is none`).not.toBe('');
        for (const who of [event.user, event.user.on_behalf_of, event.user.authenticated_as]) {
          if (who?.username) await expect.soft(facts, name).toContainText(who.is_anonymous ? /Anonymous|nobody/ : who.username);
        }
        if (Object.keys(event.context).length > 0) {
          for (const key of Object.keys(event.context)) {
            await expect.soft(app.tree.locator('[role=treeitem][aria-level="1"]').filter({ has: page.locator('.k', { hasText: new RegExp(`^${key}$`) }) }), `${name}: ${key}`).toHaveCount(1);
          }
        }
      });
    }
  });
});

async function seedOne(world, event = {}) {
  const pk = crypto.randomUUID();
  await world.insert({
    pk, action: 'login', app: 'authentik.events.signals', user: { pk: 7, username: 'mia.wong', email: 'mia.wong@harbor.example' }, client_ip: '192.0.2.146',
    created: '2026-11-20T13:29:13.902000Z', expires: '2027-11-20T13:29:13.902000Z', brand: { pk: 'aa', app: 'authentik_brands', model_name: 'brand', name: 'harbor' }, context: {}, ...event,
  });
  return pk;
}

lone('the title, the action with its wire value, and the time in the zone of the browser', async ({ app, page, world }) => {
  const pk = await seedOne(world, { action: 'login_failed', context: { username: 'mia.wong', password: '********************' } });
  await app.signIn();
  await app.go(`/events/${pk}`);
  await expect(app.heading).toContainText('mia.wong');
  await expect(page).toHaveTitle(/Eventide/);
  await expect(page.getByRole('main')).toContainText('Login failed');
  await expect(page.getByRole('main')).toContainText('login_failed');
  await expect(page.getByRole('main')).toContainText('Fri 20 Nov 2026, 14:29:13');
});

for (const [action, label] of [
  ['custom_door_opened', /door opened/i],
  ['quantum_login', /quantum_login/],
]) {
  lone(`an event of ${action}, which no list knows, is shown whole`, async ({ app, page, world }) => {
    const pk = await seedOne(world, { action, context: { rack: 4, deep: { er: [1, 2, { x: null }] } } });
    await app.signIn();
    await app.go(`/events/${pk}`);
    await expect(page.getByRole('main')).toContainText(label);
    await expect(page.getByRole('main')).toContainText(action);
    await expect(app.tree).toContainText('rack');
  });
}

lone.describe('three actions with a body of their own', () => {
  const at = (pk) => `/events/${pk}`;

  lone('model_updated lists each change with before and after', async ({ app, page, world }) => {
    const pk = await seedOne(world, {
      action: 'model_updated',
      context: {
        model: { pk: '3f9c2a71d04e4b0c9e6b5a1f7c88d2e0', app: 'authentik_core', name: 'Grafana', model_name: 'application' },
        diff: { group: { new_value: 'Observability', previous_value: null }, policy_engine_mode: { new_value: 'all', previous_value: 'any' } },
      },
    });
    await app.signIn();
    await app.go(at(pk));
    const changes = page.getByRole('table', { name: 'Changed fields' });
    await expect(changes.getByRole('rowheader', { name: 'policy_engine_mode' })).toBeVisible();
    await expect(changes).toContainText('Observability');
    await expect(page.getByRole('main')).toContainText('Grafana');
  });

  lone('model_updated without a diff says why', async ({ app, page, world }) => {
    const pk = await seedOne(world, {
      action: 'model_updated', context: { model: { pk: '1', app: 'authentik_core', name: 'Grafana', model_name: 'application' } },
    });
    await app.signIn();
    await app.go(at(pk));
    await expect(page.getByRole('main')).toContainText(/enterprise/i);
  });

  lone('system_exception shows type, message and frames', async ({ app, page, world }) => {
    const event = recorded.find(({ action, context }) => action === 'system_exception' && context.exception?.[0]?.frames?.length > 0);
    await world.insert(event);
    await app.signIn();
    await app.go(at(event.pk));
    const [raised] = event.context.exception;
    await expect(page.getByRole('main')).toContainText(raised.exc_type);
    await expect(page.getByRole('main')).toContainText(raised.frames.at(-1).name);
  });
});

lone.describe('context', () => {
  // As PostgreSQL orders them: short keys first.
  const context = { flag: true, alpha: { beta: { gamma: [1, 2, 3] } }, count: 12, nothing: null };

  lone('is a tree that the keyboard walks, folds and copies', async ({ app, page, world, context: browser }) => {
    await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
    const pk = await seedOne(world, { context });
    await app.signIn();
    await app.go(`/events/${pk}`);
    const items = app.tree.getByRole('treeitem');
    const focused = app.tree.locator('[role=treeitem]:focus');
    await expect(app.tree.locator('[role=treeitem][tabindex="0"]')).toHaveCount(1);
    await items.first().focus();
    await page.keyboard.press('Home');
    await expect(focused).toContainText('flag');
    await page.keyboard.press('ArrowDown');
    await expect(focused).toContainText('alpha');
    // Fold and unfold: right opens, then steps in; left steps out, then closes.
    if ((await focused.getAttribute('aria-expanded')) === 'true') await page.keyboard.press('ArrowLeft');
    await expect(focused).toHaveAttribute('aria-expanded', 'false');
    const folded = await items.count();
    await page.keyboard.press('ArrowRight');
    await expect(focused).toHaveAttribute('aria-expanded', 'true');
    expect(await items.count()).toBeGreaterThan(folded);
    await page.keyboard.press('ArrowRight');
    await expect(focused).toContainText('beta');
    await expect(focused).toHaveAttribute('aria-level', '2');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect(focused).toContainText(/alpha|beta/);
    await page.keyboard.press('End');
    await expect(focused).toContainText('nothing');
    await page.keyboard.press('ArrowUp');
    await expect(focused).toContainText('count');
    await page.keyboard.press('c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('12');
    await page.keyboard.press('p');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('count');
  });

  const odd = '{"b": 18446744073709551616,"a":1e400, "a": -0, "n":0.10, "" : {"__proto__": [1E2, 12345678901234567890.123456789]}, "t":"x\\u202ey\\u0000", "deep": [[[[[[[[[[1]]]]]]]]]]}';

  lone('is kept as the server wrote it: numbers, order, doubles, escapes, byte for byte', async ({ app, page, context: browser, world }) => {
    await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
    const pk = await seedOne(world);
    // What no database keeps can still come from a proxy or an older server.
    await page.route(`**/api/v3/events/events/${pk}/`, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/"context":\s*\{\}/, `"context":${odd}`);
      await route.fulfill({ response: answer, body });
    });
    await app.signIn();
    const answered = page.waitForResponse(`**/api/v3/events/events/${pk}/`);
    await app.go(`/events/${pk}`);
    const sent = memberText(await (await answered).text(), 'context');
    expect(sent).toBe(odd);
    await expect(app.tree).toContainText('18446744073709551616');
    await expect(app.tree).toContainText('1e400');
    await expect(app.tree).toContainText('-0');
    await page.getByRole('button', { name: 'Copy context as JSON' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(odd);
    await page.getByRole('button', { name: 'Raw', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Raw', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('main')).toContainText('12345678901234567890.123456789');
    // The escape stands as the server wrote it: six characters, not one that nobody can see.
    await expect(page.getByRole('main')).toContainText('"x\\u202ey\\u0000"');
  });

  lone('that is empty says so', async ({ app, page, world }) => {
    const pk = await seedOne(world, { context: {} });
    await app.signIn();
    await app.go(`/events/${pk}`);
    await expect(page.getByRole('heading', { name: 'Context' })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(/empty|no context|\{ ?\}/i);
  });

  for (const [what, text] of [
    ['100 levels', '['.repeat(100) + ']'.repeat(100)],
    ['5,000 levels', '['.repeat(5000) + ']'.repeat(5000)],
    ['2,000 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`key${at}`, at])))],
    ['a megabyte in one word', JSON.stringify('w'.repeat(1_000_000))],
  ]) {
    lone(`of ${what} keeps the page quick and whole`, async ({ app, page, world }) => {
      const pk = await seedOne(world);
      await page.route(`**/api/v3/events/events/${pk}/`, async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replace(/"context":\s*\{\}/, `"context":{"it":${text},"after":"still here"}`);
        await route.fulfill({ response: answer, body });
      });
      await app.signIn();
      await app.go(`/events/${pk}`);
      await expect(app.facts).toContainText(pk);
      await expect(app.tree).toContainText('it');
      expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(12_000);
      await page.getByRole('button', { name: 'Raw', exact: true }).click();
      await page.getByRole('button', { name: 'Tree', exact: true }).click();
      await expect(app.tree).toContainText('it');
    });
  }
});

lone('copies the id, the link and the whole event', async ({ app, page, world, context: browser }) => {
  await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  const pk = await seedOne(world, { context: { a: 1 } });
  await app.signIn();
  await app.go(`/events/${pk}`);
  const body = await (await world.api(`events/events/${pk}/`)).text();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'Copy event ID' }).click();
  await expect.poll(clipboard).toBe(pk);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect.poll(clipboard).toBe(world.address(`/events/${pk}`));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Copy as JSON' }).click();
  await expect.poll(clipboard).toBe(body);
});

lone('a copy that the browser refuses is said', async ({ app, page, world }) => {
  const pk = await seedOne(world);
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) } });
  });
  await app.signIn();
  await app.go(`/events/${pk}`);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText(/could not|did not allow|refused|not copied/i).first()).toBeVisible();
});

test('an id in capitals, in braces or without hyphens is the same event', async ({ app, page, world }) => {
  const { results } = await world.events();
  const { pk } = results[0];
  await app.signIn();
  for (const id of [pk.toUpperCase(), pk.replaceAll('-', ''), `{${pk}}`]) {
    await app.go(`/events/${encodeURIComponent(id)}`);
    await expect(app.facts).toContainText(pk);
  }
});
