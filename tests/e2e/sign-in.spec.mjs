// Signing in: every kind of token, every kind of server, and a message of its own for each.
import { expect, lone, test, tokens } from './support/test.mjs';
import { elsewhere, nowhere, openly } from './support/elsewhere.mjs';
import { Sandbox } from './support/sandbox.mjs';

test('an administrator sees each check pass, and Enter opens the events', async ({ app, page }) => {
  await app.openSignIn();
  await expect(app.server).toHaveValue(app.world.url);
  await app.offer(tokens.admin);
  await expect(app.heading).toHaveText(/^Connected as akadmin$/);
  await expect(app.check('Server reached')).toContainText(/authentik \d{4}\.\d/);
  await expect(app.check('Token accepted')).toBeVisible();
  await expect(app.check('View events')).toContainText(/\d/);
  await expect(app.check('Create events')).not.toContainText('Not permitted');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/events');
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
});

test('a viewer may read and is told that creating is not permitted', async ({ app }) => {
  await app.openSignIn();
  await app.offer(tokens.viewer);
  await expect(app.heading).toHaveText(/^Connected as /);
  await expect(app.check('View events')).not.toContainText('Not permitted');
  await expect(app.check('Create events')).toContainText('Not permitted');
});

test('a token without permission names the permission and can be checked again', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  await app.openSignIn();
  await app.offer(tokens.nobody);
  await expect(app.heading).toHaveText(/This token can.t view events/);
  await expect(page.getByText('authentik_events.view_event')).toBeVisible();
  await expect(app.check('Server reached')).toBeVisible();
  await expect(app.check('View events')).toContainText('Not permitted');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(app.heading).toHaveText(/This token can.t view events/);
  await page.getByText('Use another token').click();
  await expect(app.token).toBeVisible();
  await expect(app.token).toHaveValue('');
});

for (const [kind, token] of [
  ['an expired token', tokens.expired],
  ['a token that no server gave out', 'nonsense-nonsense-nonsense-nonsense-nonsense-nonsense-nonsens'],
]) {
  test(`${kind} is refused at its field, which keeps it and takes the focus`, async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await app.openSignIn();
    await app.offer(token);
    await expect(page.getByText(/does not accept this token/)).toBeVisible();
    await expect(app.token).toHaveAttribute('aria-invalid', 'true');
    await expect(app.token).toHaveAccessibleDescription(/does not accept this token/);
    await expect(app.token).toHaveValue(token);
    await expect(app.token).toBeFocused();
    await expect(app.connect).toBeEnabled();
  });
}

for (const [what, pasted] of [
  ['with Bearer before it', `Bearer ${tokens.admin}`],
  ['with a line end behind it', `${tokens.admin}\n`],
  ['in quotes', `"${tokens.admin}"`],
]) {
  test(`a token pasted ${what} is cleaned`, async ({ app }) => {
    await app.openSignIn();
    await app.offer(pasted);
    await expect(app.heading).toHaveText(/^Connected as akadmin$/);
  });
}

for (const [what, pasted] of [
  ['nothing', ''],
  ['blanks', '   '],
  ['a letter outside ASCII', `${tokens.admin}é`],
  ['an invisible character inside', `event\u200Bide-token`],
  ['two words', 'one two'],
]) {
  test(`${what} is no token: said at the field, no request`, async ({ app, watch }) => {
    await app.openSignIn();
    await app.offer(pasted);
    await expect(app.token).toHaveAttribute('aria-invalid', 'true');
    await expect(app.token).toBeFocused();
    expect(watch.calls()).toEqual([]);
  });
}

test('the token is masked, can be shown, and has no name that a form could send', async ({ app, page }) => {
  await app.openSignIn();
  await expect(app.token).toHaveAttribute('type', 'password');
  await expect(app.token).toHaveAttribute('spellcheck', 'false');
  expect(await app.token.getAttribute('name')).toBeNull();
  await app.token.fill('something');
  await page.getByRole('button', { name: 'Show token' }).click();
  await expect(app.token).toHaveAttribute('type', 'text');
});

test('Enter in the token field connects', async ({ app, page }) => {
  await app.openSignIn();
  await app.token.fill(tokens.admin);
  await app.token.press('Enter');
  await expect(app.heading).toHaveText(/^Connected as akadmin$/);
  expect(page.url()).not.toContain('?');
});

for (const [what, address] of [
  ['no address', ''],
  ['words', 'not an address'],
  ['another scheme', 'ftp://id.example'],
  ['a script', 'javascript:alert(1)'],
  ['plain http to another machine', 'http://id.example'],
  ['a name and password', 'https://user:secret@id.example'],
]) {
  test(`${what} as server is refused at its field, no request`, async ({ app, watch }) => {
    await app.openSignIn();
    await app.offer(tokens.admin, { server: address });
    await expect(app.server).toHaveAttribute('aria-invalid', 'true');
    await expect(app.server).toBeFocused();
    expect(watch.calls()).toEqual([]);
  });
}

lone('a server that is starting says so, and connects once it is up', async ({ app, page, watch }) => {
  watch.allowFailedCalls();
  let starting = true;
  await page.route('**/api/v3/**', (route) =>
    starting
      ? route.fulfill({ status: 503, headers: { 'retry-after': '2' }, contentType: 'application/json', body: '{"error":"authentik starting"}' })
      : route.fallback(),
  );
  await app.openSignIn();
  await app.offer(tokens.admin);
  await expect(page.getByText(/authentik is starting/i).first()).toBeVisible();
  starting = false;
  await expect(app.heading).toHaveText(/^Connected as akadmin$/, { timeout: 15_000 });
});

for (const [what, status, body, words] of [
  ['that is down behind its proxy', 502, '{"error":"failed to connect to authentik backend: dial tcp"}', /502|not answering/],
  ['that breaks', 500, '<html><h1>Server Error (500)</h1></html>', /500|error/i],
]) {
  lone(`a server ${what} is named with its status`, async ({ app, page, watch }) => {
    watch.allowFailedCalls();
    await page.route('**/api/v3/**', (route) =>
      route.fulfill({ status, contentType: body.startsWith('<') ? 'text/html' : 'application/json', body }),
    );
    await app.openSignIn();
    await app.offer(tokens.admin);
    await expect(page.getByRole('main')).toContainText(words, { timeout: 15_000 });
    await expect(page.getByRole('main')).not.toContainText('<h1>');
    await expect(app.token).toHaveValue(tokens.admin);
    await expect(app.connect).toBeEnabled();
  });
}

lone.describe('another server', () => {
  lone('that answers with a web page: the address is wrong', async ({ app, page, watch }) => {
    const site = await elsewhere((request, response) => {
      if (openly(request, response)) response.setHeader('content-type', 'text/html').end('<!doctype html><title>Shop</title>');
    });
    const world = await Sandbox.start({ events: 20, connect: [site.url] });
    watch.allowHost(site.url);
    watch.allowHost(world.url);
    try {
      await page.goto(world.address('/'));
      await app.offer(tokens.admin, { server: site.url });
      await expect(app.server).toHaveAttribute('aria-invalid', 'true');
      await expect(app.server).toHaveAccessibleDescription(/web page/);
      // A wrong server must not be told the token.
      expect(site.requests.filter(({ headers }) => headers.authorization)).toEqual([]);
    } finally {
      await world.stop();
      await site.stop();
    }
  });

  lone('that allows no other origin: CORS is explained', async ({ app, page, watch }) => {
    const other = await Sandbox.start({ events: 20 });
    const world = await Sandbox.start({ events: 20, connect: [other.url] });
    watch.allowHost(other.url);
    watch.allowHost(world.url);
    watch.allowFailedCalls();
    watch.allow(/blocked by CORS policy/);
    try {
      await page.goto(world.address('/'));
      await app.offer(tokens.admin, { server: other.url });
      await expect(app.server).toHaveAttribute('aria-invalid', 'true', { timeout: 15_000 });
      await expect(app.server).toHaveAccessibleDescription(/No answer from/);
      await expect(app.server).toHaveAccessibleDescription(/CORS/);
      await page.getByText('What the browser reported').click();
      await expect(page.getByText(/CORS/).last()).toBeVisible();
      await expect(page.getByText(world.url).last()).toBeVisible();
    } finally {
      await world.stop();
      await other.stop();
    }
  });

  lone('that does not exist: no answer', async ({ app, page, watch }) => {
    const gone = await nowhere();
    const world = await Sandbox.start({ events: 20, connect: [gone] });
    watch.allowHost(gone);
    watch.allowHost(world.url);
    watch.allowFailedCalls();
    try {
      await page.goto(world.address('/'));
      await app.offer(tokens.admin, { server: gone });
      await expect(app.server).toHaveAccessibleDescription(/No answer from/, { timeout: 15_000 });
    } finally {
      await world.stop();
    }
  });

  lone("that this site's own policy forbids: said so, and nothing leaves", async ({ app, page, watch }) => {
    const site = await elsewhere((request, response) => {
      if (openly(request, response)) response.end('{}');
    });
    watch.allowHost(site.url);
    watch.allow(/connect-src/, /Content Security Policy/, /Fetch API cannot load/);
    try {
      await app.openSignIn();
      await app.offer(tokens.admin, { server: site.url });
      await expect(app.server).toHaveAccessibleDescription(/polic/i);
      expect(site.requests).toEqual([]);
      expect(watch.violations.length).toBeGreaterThan(0);
    } finally {
      await site.stop();
    }
  });
});
