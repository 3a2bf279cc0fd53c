// What the page says of single actions, and what it must not do with what stands in them.
import { readFileSync } from 'node:fs';
import { expectAccessible, expectNoSidewaysScroll } from './support/axe.mjs';
import { elsewhere } from './support/elsewhere.mjs';
import { expect, lone } from './support/test.mjs';

/** An event of `tests/fixtures`, put into the sandbox and opened. */
async function open({ app, world }, name, changes = {}) {
  const event = { ...JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')), ...changes };
  await world.insert(event);
  await app.signIn();
  await app.go(`/events/${event.pk}`);
  await expect(app.facts).toContainText(event.pk);
  return event;
}

/** An event of the test's own. */
function event(fields) {
  return {
    pk: crypto.randomUUID(), action: 'login', app: 'authentik.events.signals', user: { pk: 7, username: 'mia.wong', email: 'mia.wong@harbor.example' },
    client_ip: '81.2.69.142', created: '2026-11-20T13:29:13.902000Z', expires: '2027-11-20T13:29:13.902000Z',
    brand: { pk: 'aa', app: 'authentik_brands', model_name: 'brand', name: 'harbor' }, context: {}, ...fields,
  };
}

const section = (page, name) => page.getByRole('main').locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });

lone.describe('a mail', () => {
  lone('is text first; as HTML it runs nothing, loads nothing and leads nowhere', async ({ app, page, world, watch }) => {
    const canary = await elsewhere((_request, response) => response.end('x'));
    const address = canary.url;
    watch.allowHost(new URL(address).origin);
    // The frame keeps the policy of the app: what it refuses is said in the console.
    watch.allow(/Content Security Policy/, /sandbox/, /Unsafe attempt/, /blocked/);
    const said = () => watch.console.map(({ text }) => text).join('\n');
    const body = `<html><head><style>p{color:red}</style><link rel="stylesheet" href="${address}/style.css"><meta http-equiv="refresh" content="0;url=${address}/refresh"></head>
      <body onload="top.pwned=1"><p>Hello mia</p><script>top.pwned=1</script><img src="${address}/pixel.png" alt="logo" onerror="top.pwned=1"><iframe src="${address}/frame"></iframe>
      <a id="top" href="${address}/top" target="_top">top</a> <a id="blank" href="${address}/blank" target="_blank">blank</a> <a id="self" href="${address}/self">self</a>
      <form action="${address}/form" target="_top"><button id="send">send</button></form></body></html>`;
    const mail = event({ action: 'email_sent', user: {}, context: { subject: 'Hi', from_email: 'a@harbor.example', to_email: ['mia@harbor.example'], message: 'x', body } });
    await world.insert(mail);
    await app.signIn();
    await app.go(`/events/${mail.pk}`);
    const text = section(page, 'Text of the email');
    await expect(text).toContainText('Hello mia');
    await expect(text).toContainText('links that still work');
    await expect(text.getByRole('listitem').first()).toContainText(new URL(address).host);
    await expect(text.getByRole('link')).toHaveCount(0);
    await expect(page.locator('iframe')).toHaveCount(0);
    await text.getByRole('button', { name: 'Show as HTML' }).click();
    const frame = page.locator('iframe');
    await expect(frame).toHaveAttribute('sandbox', '');
    const source = await frame.getAttribute('src');
    expect(source).toMatch(/^blob:/);
    const inside = page.frameLocator('iframe');
    await expect(inside.locator('p')).toHaveText('Hello mia');
    expect(await inside.locator('p').evaluate((it) => getComputedStyle(it).color), 'styles of a mail are not used').toBe('rgb(0, 0, 0)');
    const here = page.url();
    for (const id of ['#blank', '#top', '#send', '#self']) await inside.locator(id).dispatchEvent('click');
    for (const refusal of [/Blocked opening /, /Unsafe attempt to initiate navigation/, /Blocked form submission/, /Framing .* violates/]) {
      await expect.poll(said).toMatch(refusal);
    }
    expect(page.url()).toBe(here);
    expect(page.context().pages()).toHaveLength(1);
    expect(await page.evaluate(() => window.pwned)).toBeUndefined();
    // Back to text: the frame and what lay behind its address are gone.
    await text.getByRole('button', { name: 'Show as HTML' }).click();
    await expect(page.locator('iframe')).toHaveCount(0);
    expect(await page.evaluate((to) => new Promise((done) => {
      const again = document.createElement('iframe');
      again.onload = () => done(again.contentDocument === null ? 'refused' : again.contentDocument.body.textContent);
      again.src = to;
      document.body.append(again);
    }), source)).not.toContain('Hello mia');
    expect(canary.requests, 'nothing reached another host').toEqual([]);
    await canary.stop();
  });
});

lone.describe('the address of the client says what it is', () => {
  for (const [address, badge] of [
    ['10.1.2.3', 'Private'], ['127.0.0.1', 'Loopback'], ['100.64.1.1', 'CGNAT'], ['169.254.3.4', 'Link-local'], ['192.0.2.7', 'Documentation'], ['255.255.255.255', 'Unknown address'],
  ]) {
    lone(`${address}: ${badge}`, async ({ app, page, world }) => {
      const one = event({ client_ip: address });
      await world.insert(one);
      await app.signIn();
      await app.go(`/events/${one.pk}`);
      await expect(app.facts.locator('.badge', { hasText: badge })).toBeVisible();
      expect((await app.readFacts())['Client IP']).toContain(address);
      if (address.startsWith('255')) await expect(page.getByRole('main')).toContainText('could not determine the address');
    });
  }
});

for (const [user, words] of [
  [{}, 'System'],
  [{ pk: 1, username: 'AnonymousUser', email: '', is_anonymous: true }, 'Anonymous'],
  [{ pk: 0, username: 'authentik-shell', email: '' }, 'authentik’s shell'],
]) {
  lone(`the user of an event may be ${words}`, async ({ app, world }) => {
    const one = event({ user });
    await world.insert(one);
    await app.signIn();
    await app.go(`/events/${one.pk}`);
    await expect.poll(async () => (await app.readFacts())['User']).toContain(words);
  });
}

lone('each way in which a field changed is told in words and signs', async ({ app, page, world }) => {
  await open({ app, world }, 'made/model_updated-attributes');
  const changes = page.getByRole('table', { name: 'Changed fields' });
  const row = (name) => changes.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  await expect(row(/^attributes/)).toContainText('differ');
  // The server keeps objects in an order of its own.
  for (const [sign, word, lines] of [['.is-del', 'removed', ['"locale": "de"', '"phone": "+49 30 1234"']], ['.is-add', 'added', ['"locale": "pt"', '"oncall"', '"office": "Porto Alegre"']]]) {
    await expect(row(/^attributes/).locator(sign)).toHaveCount(lines.length);
    for (const line of lines) await expect(row(/^attributes/).locator(sign).filter({ hasText: line })).toContainText(word);
  }
  await expect(row(/^attributes/).locator('ins')).toHaveText('pt');
  await expect(row(/^name/).getByRole('cell').first()).toHaveText('not recorded');
  await expect(row(/^path/).getByRole('cell').last()).toHaveText('empty');
  await expect(row(/^last_login/).getByRole('cell').first()).toHaveText('not set');
  await expect(row(/^signing_key/).getByRole('cell').last()).toContainText('masked');
  const link = page.getByRole('main').getByRole('link', { name: 'Open in authentik' });
  await expect(link).toHaveAttribute('href', `${new URL(world.url).origin}/if/admin/#/identity/users/11`);
  await expect(link).toHaveAttribute('rel', /noopener noreferrer/);
});

lone('a policy says how it decided, what it logged and what it knew', async ({ app, page, world }) => {
  await open({ app, world }, 'made/policy_execution-log');
  await expect(section(page, 'Result').locator('.badge--danger')).toHaveText('Did not pass');
  await expect(section(page, 'Log').getByRole('listitem')).toContainText([/info.*country is BR.*"country":"BR"/, /warning.*refused/]);
  await expect(section(page, 'What the policy knew')).toContainText('Porto Alegre');
});

lone('an expression is shown with the line that failed', async ({ app, page, world }) => {
  await open({ app, world }, 'made/property_mapping_exception-lines');
  const expression = section(page, 'Expression');
  await expect(expression.locator('pre .is-err')).toHaveText('email = request.user.attributes["work_email"]');
  await expect(expression).toContainText('Failed in line 2.');
});

lone('an application that was opened tells scopes, client and way back', async ({ app, page, world }) => {
  await open({ app, world }, 'events/authorize_application');
  const told = section(page, 'Authorization');
  await expect(told.locator('.badge')).toHaveText(['offline_access', 'email', 'profile', 'openid']);
  await expect(told).toContainText('http://127.0.0.1:9011/cb');
  await expect(told).toContainText('87ba6184-0bc7-40ea-a08d-76237b026f2a');
  await expect(app.facts).not.toContainText('redirect_uri');
});

lone('a wrong redirect URI stands below the one that was expected, with what differs marked', async ({ app, page, world }) => {
  await open({ app, world }, 'made/configuration_error-redirects');
  const told = section(page, 'Redirect URI');
  await expect(told.locator('del')).toHaveText('_');
  await expect(told.locator('ins')).toHaveText('-');
  await expect(told).toContainText('A regular expression');
});

lone('a link out of the data is opened on purpose only', async ({ app, page, world }) => {
  await open({ app, world }, 'events/update_available');
  const main = page.getByRole('main');
  await expect(main.getByRole('link', { name: /docs\.goauthentik\.io/ })).toHaveCount(0);
  const address = main.getByRole('button', { name: /^https:\/\/docs\.goauthentik\.io/ });
  await address.click();
  const link = main.getByRole('link', { name: 'Open docs.goauthentik.io' });
  await expect(link).toHaveAttribute('href', /^https:\/\/docs\.goauthentik\.io\//);
  await expect(link).toHaveAttribute('target', '_blank');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(link).toHaveAttribute('referrerpolicy', 'no-referrer');
  await main.getByRole('button', { name: 'Cancel' }).click();
  await expect(link).toHaveCount(0);
});

for (const address of ['javascript:alert(1)', 'data:text/html,x', 'https://bank.example@evil.example/', '//evil.example', '/if/admin/../flow/x/', 'https://аpple.com/']) {
  lone(`${address} never becomes a link`, async ({ app, page, world }) => {
    const one = event({ action: 'update_available', user: {}, context: { message: 'x', new_version: '2026.8.1', changelog: address, hyperlink: address } });
    await world.insert(one);
    await app.signIn();
    await app.go(`/events/${one.pk}`);
    const told = section(page, 'Update');
    await expect(told).toContainText('2026.8.1');
    await expect(told.getByRole('link')).toHaveCount(0);
    await expect(told.getByRole('button', { name: address })).toHaveCount(0);
  });
}

lone.describe('events that no server would send', () => {
  const deep = (levels) => `${'{"d":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const contexts = {
    'a text of 5 MB': `{"message":"big","body":"${'x'.repeat(5_000_000)}"}`,
    '10,000 keys': `{${Array.from({ length: 10_000 }, (_, at) => `"key ${at}":${at}`).join(',')}}`,
    '200 levels': `{"message":"deep","d":${deep(200)}}`,
  };
  for (const [name, context] of Object.entries(contexts)) {
    for (const action of ['login', 'model_updated', 'email_sent', 'custom_x']) {
      lone(`${name} in ${action}: the page stands, and the server's own text is in reach`, async ({ app, page, world }) => {
        const one = event({ action, context: 'here' });
        const text = JSON.stringify(one).replace('"here"', context);
        // The sandbox stores what an API would, so the answer is put in its place here.
        await page.route(`**/api/v3/events/events/${one.pk}/`, (route) => route.fulfill({ contentType: 'application/json', body: text }));
        await app.signIn();
        await app.go(`/events/${one.pk}`);
        await expect(app.heading).not.toBeEmpty();
        await expect(app.facts).toContainText(one.pk);
        await page.getByRole('button', { name: 'Raw', exact: true }).last().click();
        await expect(page.getByRole('main')).toContainText('The whole event');
      });
    }
  }
});

const bodies = [
  'events/authorize_application', 'events/email_sent', 'events/update_available', 'events/review_overdue', 'events/suspicious_request', 'events/policy_exception',
  'made/model_updated-attributes', 'made/policy_execution-log', 'made/property_mapping_exception-lines', 'made/configuration_error-redirects', 'made/login-certificate',
  'made/logout-binding-broken', 'made/secret_view-private-key',
];

for (const [width, colorScheme] of [[1440, 'light'], [390, 'dark']]) {
  lone.describe(`${width} wide, ${colorScheme}`, () => {
    lone.use({ viewport: { width, height: 900 }, colorScheme });
    lone('axe finds nothing in any body, and none is too wide', async ({ app, page, world }) => {
      lone.setTimeout(120_000);
      const all = bodies.map((name) => [name, JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'))]);
      for (const [, one] of all) await world.insert(one);
      await app.signIn();
      for (const [name, one] of all) {
        await lone.step(name, async () => {
          await app.go(`/events/${one.pk}`);
          await expect(app.facts).toContainText(one.pk);
          await expectAccessible(page, name);
          await expectNoSidewaysScroll(page, name);
        });
      }
    });
  });
}
