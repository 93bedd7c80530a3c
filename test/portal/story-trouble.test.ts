import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apis, apps, system } from '@gatehouse/contract/management';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Instance } from '../support/control.ts';
import { authorize, createBackend, publish, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { describePortal, Portal } from './support/portal.ts';
import { choose, execute, goTo, heading, openTab, rewrite } from './support/steps.ts';

const NOTICED_MS = 20_000;
const TEST_MS = 60_000;

const entity = (name: string, owner: string) => `apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: ${name} }
spec: { type: openapi, lifecycle: production, ${owner} definition: '{}' }
`;

describePortal('What goes wrong says what happened and what to do', () => {
  let origin: EchoOrigin;
  let portal: Portal;
  let node: Instance;
  let tokens: { developer: string; viewer: string; publisher: string };

  beforeAll(async () => {
    origin = await EchoOrigin.start();
    portal = await Portal.start({
      role: 'control',
      files: { 'apis.yaml': entity('invoices', 'owner: team-orders,') },
      config: { catalog: { locations: [{ type: 'file', target: './apis.yaml' }], processingInterval: '1s' } },
    });
    const { instance } = portal;
    const control = { url: instance.controlUrl, token: await instance.nodeToken(), name: 'edge-1' };
    node = await Instance.start({ role: 'gateway', gateway: { control } });
    await createBackend(instance.client, 'orders', { test: origin.url });
    await saveApi(instance.client, 'orders', 'orders', ['/orders'], { owner: 'team-orders', auth: 'app' });
    await publish(instance.client, 'orders', 'test');
    for (const name of ['webshop', 'newcomer']) {
      await instance.client.call(apps.createApp, { body: { name, owner: 'team-shop' } });
    }
    await authorize(instance.client, 'webshop', 'orders', 'test');
    const tokenOf = async (role: 'developer' | 'viewer' | 'publisher', team: string) =>
      (await instance.client.call(system.createToken, { body: { name: role, role, teams: [team] } })).body.token;
    tokens = {
      developer: await tokenOf('developer', 'team-shop'),
      viewer: await tokenOf('viewer', 'team-shop'),
      publisher: await tokenOf('publisher', 'team-orders'),
    };
  });

  afterAll(async () => {
    await Promise.all([portal?.close(), node?.remove()]);
    await origin?.stop();
  });

  const open = async (path: string, token?: string) => {
    const watched = await portal.signedIn(path, token);
    onTestFinished(() => watched.close());
    return watched;
  };

  const ORDERS = '/catalog/default/api/orders/definition?operation=GET%20%2Forders';

  test('a gateway that is down: the call says so, and the nodes what to do; when it is back, both go on', {
    timeout: TEST_MS,
  }, async () => {
    const watched = await open(ORDERS, tokens.developer);
    const { page } = watched;
    await choose(page.getByRole('article'), 'App', 'webshop');
    await (await execute(page)).getByText('200 OK').waitFor();
    await node.end();
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Execute' }).click();
          return page.getByText('No gateway node could run the request').isVisible();
        },
        { timeout: NOTICED_MS, interval: 500 },
      )
      .toBe(true);
    await watched.picture('story-trouble-1-call');
    await goTo(page, 'Nodes');
    const table = page.getByRole('table', { name: 'Gateway nodes' });
    await table.getByText('Not connected').waitFor();
    await page.getByRole('alert').filter({ hasText: 'No gateway is connected' }).getByText('Look whether the process runs').waitFor();
    await watched.picture('story-trouble-2-nodes');
    await node.start();
    await table.getByText('Up to date').waitFor({ timeout: NOTICED_MS });
    await page.goBack();
    await (await execute(page)).getByText('200 OK').waitFor();
    expect(watched.errors()).toEqual([]);
  });

  test('an app that is not authorized: the answer is explained, and leads to where access is asked for', async () => {
    const watched = await open(ORDERS, tokens.developer);
    const { page } = watched;
    await choose(page.getByRole('article'), 'App', 'newcomer');
    const response = await execute(page);
    await response.getByText('403 Forbidden').waitFor();
    await response.getByRole('alert').getByText('The app is not authorized for this API in this environment').waitFor();
    await watched.picture('story-trouble-3-not-authorized');
    expect(watched.errors()).toEqual([]);
  });

  test('a viewer is offered nothing that is refused, and is told who can help where a link leads to it', async () => {
    const watched = await open(ORDERS, tokens.viewer);
    const { page } = watched;
    await page.getByText('Calling an API from here takes the role developer').waitFor();
    expect(await page.getByRole('link', { name: 'Request access' }).count()).toBe(0);
    await goTo(page, 'Apps');
    expect(await page.getByRole('button', { name: 'New app' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Access tokens' }).count()).toBe(0);
    await page.goto('/operations/tokens');
    await page.getByRole('alert').getByText('Ask somebody of the owning team, or an administrator').waitFor();
    expect(await page.getByRole('button', { name: 'New token' }).count()).toBe(0);
    await watched.picture('story-trouble-4-refused');
    await page.goto('/apps/none-of-hers');
    await page.getByRole('alert').getByText('It may have been removed or renamed, or it belongs to a team that you are not in.').waitFor();
    expect(watched.errors()).toEqual([]);
  });

  test('a document that breaks: its entity stays and says why, and so does the list of problems, with the place', {
    timeout: TEST_MS,
  }, async () => {
    const watched = await open('/catalog/default/api/invoices');
    const { page } = watched;
    await heading(page, 'invoices').waitFor();
    await writeFile(join(portal.instance.directory, 'apis.yaml'), entity('invoices', ''));
    const problem = page.getByRole('alert').filter({ hasText: 'this is the last good version' });
    await expect
      .poll(
        async () => {
          await page.reload();
          await heading(page, 'invoices').waitFor();
          return problem.isVisible();
        },
        { timeout: NOTICED_MS, interval: 500 },
      )
      .toBe(true);
    await problem.getByText("/spec must have required property 'owner' (line 4, column 7)").waitFor();
    await problem.getByText('apis.yaml').waitFor();
    await watched.picture('story-trouble-5-entity');
    await goTo(page, 'Catalog sources');
    await openTab(page, 'Problems');
    const row = page.getByRole('table', { name: 'Problems of the catalog' }).getByRole('row').filter({ hasText: 'invoices' });
    await row.getByText('apis.yaml').waitFor();
    await row.getByText('owner').waitFor();
    await watched.picture('story-trouble-6-problems');
    expect(watched.errors()).toEqual([]);
  });

  test('a draft with errors: each stands at its line while it is typed, and nothing is saved', { timeout: TEST_MS }, async () => {
    const watched = await open('/console/apis/orders/definition', tokens.publisher);
    const { page } = watched;
    const editor = page.getByRole('textbox', { name: 'OpenAPI document of orders' });
    await page.getByText('Nothing wrong').waitFor();
    await rewrite(
      editor,
      "openapi: 3.1.0\ninfo: { title: Orders, version: '1' }\npaths:\n  /orders:\n    get:\n      responses: { 200: { $ref: '#/components/responses/None' } }\n",
    );
    const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button').filter({ hasText: 'line 6' });
    await problem.filter({ hasText: '#/components/responses/None' }).waitFor();
    await watched.picture('story-trouble-10-draft');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByRole('alert').filter({ hasText: 'It was not saved' }).waitFor();
    await problem.click();
    const { body } = await portal.instance.client.call(apis.getApi, { params: { name: 'orders' } });
    expect(body.changed).toBe(false);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('Nothing wrong').waitFor();
    expect(watched.errors()).toEqual([]);
  });

  test('a session that ends under an open page: signing in leads back to it, or in another tab lets it go on as it is', {
    timeout: TEST_MS,
  }, async () => {
    const watched = await open('/apps', tokens.developer);
    const { page, context } = watched;
    await page.getByRole('link', { name: 'webshop' }).waitFor();
    const endSession = async () => {
      const answer = await context.request.delete('/api/auth/session', { headers: { 'x-gatehouse-csrf': '1' } });
      expect(answer.status()).toBe(204);
    };
    const signIn = async (tab: Page) => {
      await tab.getByRole('textbox', { name: 'Access token' }).fill(tokens.developer);
      await tab.getByRole('button', { name: 'Sign in with the token' }).click();
    };
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await endSession();
    await page.getByRole('link', { name: 'webshop' }).click();
    await dialog.waitFor();
    await watched.picture('story-trouble-7-session');
    await dialog.getByRole('link', { name: 'Sign in', exact: true }).click();
    await signIn(page);
    await heading(page, 'webshop').waitFor();

    await page.getByRole('link', { name: 'Request access' }).click();
    const form = page.getByRole('dialog', { name: 'Request access' });
    await choose(form, 'API', 'orders');
    const why = form.getByRole('textbox', { name: 'Why' });
    await why.fill('Half a page of reasons');
    await endSession();
    await form.getByRole('button', { name: 'Request access' }).click();
    await dialog.waitFor();
    const [tab] = await Promise.all([context.waitForEvent('page'), dialog.getByRole('link', { name: 'Sign in in another tab' }).click()]);
    await signIn(tab);
    await heading(tab, 'Home').waitFor();
    await tab.close();
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await dialog.waitFor({ state: 'hidden' });
    expect(await why.inputValue()).toBe('Half a page of reasons');
    expect(watched.errors()).toEqual([]);
  });

  test('a new version of the portal under an open page: it says so where it needs something of it, and loads it', async () => {
    const watched = await open('/operations/nodes');
    const { page, context } = watched;
    await heading(page, 'Nodes').waitFor();
    await context.route(/\/assets\/requests-page/, (route) => route.fulfill({ status: 404 }));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Access requests' }).click();
    await page.getByRole('alert').filter({ hasText: 'The portal was updated' }).waitFor();
    await watched.picture('story-trouble-11-updated');
    await context.unroute(/\/assets\/requests-page/);
    await page.getByRole('button', { name: 'Load the new version' }).click();
    await heading(page, 'Access requests').waitFor();
    expect(watched.errors()).toEqual([]);
  });

  test('a control plane that stops under an open page: it says so, and goes on without a reload when it is back', {
    timeout: TEST_MS,
  }, async () => {
    const watched = await open('/operations/nodes');
    const { page } = watched;
    await page.getByRole('table', { name: 'Gateway nodes' }).getByText('Up to date').waitFor();
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));
    await portal.instance.end();
    const bar = page.getByRole('status').filter({ hasText: 'The control plane cannot be reached' });
    await bar.waitFor({ timeout: NOTICED_MS });
    // A page whose code was never loaded before.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Access requests' }).click();
    await page.getByRole('alert').getByText('Check that the control plane runs').waitFor();
    await watched.picture('story-trouble-8-unreachable');
    await portal.instance.start();
    await bar.waitFor({ state: 'detached', timeout: NOTICED_MS });
    await heading(page, 'Access requests').waitFor();
    await page.getByText('Nobody has asked for access yet').waitFor();
    expect(await page.evaluate(() => 'neverReloaded' in globalThis)).toBe(true);
    await watched.picture('story-trouble-9-back');
    expect(watched.errors()).toEqual([]);
  });
});
