// The steps that many tests share, by what a person sees: roles, labels and words.
import { at, expect } from './base.mjs';
import { tokens } from './sandbox.mjs';

export class App {
  constructor(page, world, watch) {
    this.page = page;
    this.world = world;
    this.watch = watch;
  }

  // Sign-in.

  get server() {
    return this.page.getByLabel('Server', { exact: true });
  }
  get token() {
    return this.page.getByLabel('API token', { exact: true });
  }
  get connect() {
    return this.page.getByRole('button', { name: 'Connect', exact: true });
  }
  get heading() {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** Opens the sign-in page. */
  async openSignIn() {
    await this.page.goto('/');
    await expect(this.token).toBeVisible();
  }

  /** Types a token and presses Connect. */
  async offer(token, { server } = {}) {
    if (server !== undefined) await this.server.fill(server);
    await this.token.fill(token);
    await this.connect.click();
  }

  /** Signs in from whatever address leads to the sign-in page. */
  async signIn({ token = tokens.admin, path = '/', keep } = {}) {
    await this.page.goto(path);
    await expect(this.token).toBeVisible();
    if (keep) await this.page.getByRole('radio', { name: keep }).check({ force: true });
    await this.offer(token);
    await this.enter();
  }

  /** Goes on from the checks that all passed. */
  async enter() {
    await this.goOn.click();
    await expect(this.goOn).toBeHidden();
  }

  get goOn() {
    return this.page.getByRole('link', { name: /^Open (events|the event|the form)$/ });
  }

  /** Goes to an address as a link in the app does, without loading the page anew. */
  async go(path) {
    await this.page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate', { state: null }));
    }, at(path));
  }

  /** Signs in and opens an address. */
  async open(path, options) {
    await this.signIn({ ...options, path });
  }

  /** What the check list says about one check, or nothing while it is not there. */
  check(name) {
    return this.page.getByRole('listitem').filter({ hasText: name });
  }

  // The bar.

  async signOut() {
    await this.page.getByRole('button', { name: /account of/ }).click();
    await this.page.getByRole('button', { name: /^Sign out/ }).click();
  }

  // An event.

  get facts() {
    return this.page.getByRole('complementary', { name: 'Facts' });
  }

  /** The facts panel as `{label: text}`. */
  async readFacts() {
    return this.facts.locator('dt').evaluateAll((labels) =>
      Object.fromEntries(labels.map((label) => [label.textContent.trim(), (label.nextElementSibling?.textContent ?? '').replaceAll(/\s+/g, ' ').trim()])),
    );
  }

  get tree() {
    return this.page.getByRole('tree', { name: 'Context' });
  }

  // The form.

  get action() {
    return this.field('Action');
  }

  get create() {
    return this.page.getByRole('button', { name: /^(Create event|Creating…)$/ });
  }
  field(name) {
    return this.page.getByLabel(name, { exact: true });
  }
  get context() {
    return this.page.getByRole('textbox', { name: 'Context JSON' });
  }
  get user() {
    return this.page.getByRole('textbox', { name: 'User JSON' });
  }
  get brand() {
    return this.page.getByRole('textbox', { name: 'Brand JSON' });
  }

  /** Chooses an action by its wire value. */
  async chooseAction(wire) {
    await this.action.click();
    const dialog = this.page.getByRole('dialog', { name: 'Choose an action' });
    await dialog.getByRole('combobox', { name: 'Search actions' }).fill(wire);
    await dialog.getByRole('option').filter({ has: this.page.getByText(wire, { exact: true }) }).first().click();
    await expect(dialog).toBeHidden();
  }

  /** Fills the form; only what is given. */
  async fill({ action, name, app, clientIp, context, user, brand } = {}) {
    if (action !== undefined) await this.chooseAction(action);
    if (name !== undefined) await this.field('Name').fill(name);
    if (app !== undefined) await this.field('App').fill(app);
    if (clientIp !== undefined) await this.field('Client IP').fill(clientIp);
    if (context !== undefined) await this.context.fill(context);
    if (user !== undefined) await this.user.fill(user);
    if (brand !== undefined) {
      if (!(await this.brand.isVisible())) await this.page.getByText('Brand', { exact: true }).click();
      await this.brand.fill(brand);
    }
  }
}
