import { apis, system } from '@gatehouse/contract/management';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackend, publish } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import type { WatchedPage } from './support/browser.ts';
import { describePortal, Portal } from './support/portal.ts';
import { runCurl } from './support/run-curl.ts';
import { heading, openOperation, openTab, search } from './support/steps.ts';

const IN_HISTORY_MS = 20_000;

describePortal('Somebody of another team gets access to an API, calls it and sees how that went', () => {
  let portal: Portal;
  let origin: EchoOrigin;
  let carla: WatchedPage;
  let olga: WatchedPage;
  let appCode: string;
  let curl: string;

  beforeAll(async () => {
    origin = await EchoOrigin.start();
    portal = await Portal.start();
    const { client } = portal.instance;
    await createBackend(client, 'orders', { test: origin.url });
    await client.call(apis.putApi, {
      params: { name: 'orders' },
      body: {
        owner: 'team-orders',
        backend: 'orders',
        auth: 'app',
        definition: {
          openapi: '3.1.0',
          info: { title: 'Orders', version: '1.0.0', description: 'What was bought, by whom.' },
          paths: {
            '/orders': {
              get: {
                summary: 'List the orders of a customer',
                parameters: [{ name: 'customer', in: 'query', required: true, schema: { type: 'string' }, example: 'c-17' }],
                responses: { 200: { description: 'The orders' } },
              },
            },
          },
        },
      },
    });
    await publish(client, 'orders', 'test');
    const tokenOf = async (name: string, role: 'developer' | 'publisher', team: string) =>
      (await client.call(system.createToken, { body: { name, role, teams: [team] } })).body.token;
    const permissions = ['clipboard-read', 'clipboard-write'];
    carla = await portal.signedIn('/', await tokenOf('carla', 'developer', 'team-shop'), { permissions });
    olga = await portal.signedIn('/', await tokenOf('olga', 'publisher', 'team-orders'));
  });

  afterAll(async () => {
    await portal?.close();
    await origin?.stop();
  });

  /** The command as the page gave it, with the AppCode where it says. */
  const statusOfCurl = async () => (await runCurl(curl, { APP_CODE: appCode })).status;

  test('it finds the API by what it does and makes an app, whose keys it is shown once', async () => {
    const { page } = carla;
    await (await search(page, 'orders of a customer')).filter({ hasText: 'List the orders of a customer' }).waitFor();
    await page.keyboard.press('Enter');
    await heading(page, 'Orders').waitFor();
    await page.getByRole('link', { name: 'Request access' }).click();
    const dialog = page.getByRole('dialog', { name: 'Request access' });
    await dialog.getByText('You have no app yet.').waitFor();
    await carla.picture('story-consumer-1-no-app');
    await dialog.getByRole('link', { name: 'Create one' }).click();
    const making = page.getByRole('dialog', { name: 'New app' });
    await making.getByRole('textbox', { name: 'Name' }).fill('webshop');
    await making.getByRole('textbox', { name: 'Description' }).fill('The shop that customers see');
    await making.getByRole('button', { name: 'Create app' }).click();
    await making.getByRole('button', { name: 'Copy the AppCode' }).click();
    appCode = await page.evaluate(() => navigator.clipboard.readText());
    expect(appCode).toMatch(/^\w{16,}$/);
    await carla.picture('story-consumer-2-keys-once');
    await making.getByRole('button', { name: 'I have copied them' }).click();
    // Back to what it was about, with all that is known filled in.
    await dialog.waitFor();
    expect(await dialog.getByRole('combobox', { name: 'API' }).inputValue()).toBe('orders');
    expect(await dialog.getByRole('combobox', { name: 'App' }).inputValue()).toBe('webshop');
    expect(await page.getByText(appCode).count()).toBe(0);
    expect(carla.errors()).toEqual([]);
  });

  test('it asks for access, and until the owner answers its calls are refused', async () => {
    const { page } = carla;
    const dialog = page.getByRole('dialog', { name: 'Request access' });
    expect(await dialog.getByRole('combobox', { name: 'Environment' }).inputValue()).toBe('test');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('To show customers what they bought, some ten times a minute');
    await carla.picture('story-consumer-3-request');
    await dialog.getByRole('button', { name: 'Request access' }).click();
    await dialog.getByText('team-orders decides about it').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();

    await page.goto('/catalog/default/api/orders/definition');
    await openOperation(page, 'GET', 'List the orders of a customer');
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    curl = await page.evaluate(() => navigator.clipboard.readText());
    expect(curl).not.toContain(appCode);
    expect(await statusOfCurl()).toBe(403);
    expect(carla.errors()).toEqual([]);
  });

  test('its owner is told on the home page, and approves', async () => {
    const { page } = olga;
    await page.reload();
    const waiting = page.getByRole('region', { name: 'Waiting for your answer' });
    await waiting.waitFor();
    await olga.picture('story-consumer-4-waiting');
    await waiting.getByRole('link', { name: /webshop wants to call orders/ }).click();
    const dialog = page.getByRole('dialog', { name: 'webshop wants to call orders' });
    await dialog.getByText('To show customers what they bought').waitFor();
    await dialog.getByRole('textbox', { name: 'Answer' }).fill('Welcome');
    await olga.picture('story-consumer-5-decide');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('webshop may call orders in test now').waitFor();
    await page.getByRole('cell', { name: 'approved' }).waitFor();
    expect(olga.errors()).toEqual([]);
  });

  test('the curl line of the page works, and its calls are in its history, the refused one explained', async () => {
    const { page } = carla;
    await expect.poll(statusOfCurl).toBe(200);
    await page.goto('/apps/webshop/access');
    await page.getByRole('table', { name: 'What the app may call' }).getByRole('link', { name: 'orders' }).waitFor();
    await page.getByText('Answer: Welcome').waitFor();
    await openTab(page, 'Calls');
    const calls = page.getByRole('table', { name: 'Calls of the app' });
    const row = (status: string) => calls.getByRole('row').filter({ has: page.getByRole('cell', { name: status, exact: true }) });
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Refresh' }).click();
          return [await row('200').count(), await row('403').count()];
        },
        { timeout: IN_HISTORY_MS, interval: 500 },
      )
      .toEqual([1, 1]);
    await row('403').getByText('not authorized').waitFor();
    await carla.picture('story-consumer-6-calls');
    await page.getByRole('switch', { name: 'Errors only' }).check();
    await row('200').waitFor({ state: 'detached' });
    expect(await row('403').count()).toBe(1);
    expect(carla.errors()).toEqual([]);
  });
});
