import { system } from '@gatehouse/contract/management';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorize, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import type { WatchedPage } from './support/browser.ts';
import { describePortal, Portal } from './support/portal.ts';
import { choose, goTo, heading, openTab, rewrite } from './support/steps.ts';

const document = (paths: readonly string[]) => `openapi: 3.1.0
info: { title: Orders, version: '1.0' }
paths:
${paths.map((path) => `  ${path}:\n    get: { summary: Reads ${path}, responses: { 200: { description: Done } } }`).join('\n')}
`;

describePortal('An owner brings an API to its callers, changes what is behind it and takes a bad change back, all in the portal', () => {
  let portal: Portal;
  let origins: { first: EchoOrigin; second: EchoOrigin; production: EchoOrigin };
  let olga: WatchedPage;
  let appCode: string;

  beforeAll(async () => {
    const [first, second, production] = await Promise.all(['first', 'second', 'production'].map((name) => EchoOrigin.start(name)));
    if (first === undefined || second === undefined || production === undefined) throw new Error('There are no origins');
    origins = { first, second, production };
    portal = await Portal.start();
    const body = { name: 'olga', role: 'publisher' as const, teams: ['team-orders'] };
    const { token } = (await portal.instance.client.call(system.createToken, { body })).body;
    olga = await portal.signedIn('/', token, { permissions: ['clipboard-read', 'clipboard-write'] });
  });

  afterAll(async () => {
    await portal?.close();
    await Promise.all(Object.values(origins ?? {}).map((origin) => origin.stop()));
  });

  /** Status for the app, and which backend service answered. */
  const call = async (environment: string, path = '/orders') => {
    const { status, origin } = await reach(portal.instance.gatewayUrl, environment, `/orders${path}`, {
      headers: { 'X-Api-Key': appCode },
    });
    return `${status} ${origin}`;
  };

  const publishDefinition = async (environment: string, url: string) => {
    const { page } = olga;
    await page.getByRole('textbox', { name: 'URL' }).fill(url);
    await page.getByRole('button', { name: `Publish to ${environment}` }).click();
  };

  test('a backend service is made, and says where it leads in test', async () => {
    const { page } = olga;
    await goTo(page, 'Backend services');
    await page.getByRole('button', { name: 'New backend service' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New backend service' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('order-service');
    await dialog.getByRole('radio', { name: /^HTTP/ }).click();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await heading(page, 'order-service').waitFor();
    await openTab(page, 'test');
    await page.getByRole('button', { name: 'Create' }).click();
    await publishDefinition('test', origins.first.url);
    await page.getByRole('status').getByText('Published to test').waitFor();
    await olga.picture('story-console-1-backend');
    expect(olga.errors()).toEqual([]);
  });

  test('an API is made of an OpenAPI document and published to test', async () => {
    const { page } = olga;
    await goTo(page, 'APIs');
    await page.getByRole('link', { name: 'New API' }).first().click();
    await page.getByText('From an OpenAPI document').click();
    const editor = page.getByRole('textbox', { name: 'OpenAPI document', exact: true });
    await rewrite(editor, document(['/orders']).replace('{ description: Done }', "{ $ref: '#/components/responses/Done' }"));
    await page.getByRole('list', { name: 'Problems' }).getByRole('button').filter({ hasText: 'line 5' }).first().waitFor();
    await olga.picture('story-console-2-document');
    await rewrite(editor, document(['/orders']));
    await page.getByRole('region', { name: 'What the document has' }).getByText('Reads /orders').waitFor();
    await choose(page, 'Backend service', 'order-service');
    await page.getByRole('radio', { name: 'Authorized apps' }).check();
    await page.getByRole('button', { name: 'Create API' }).click();
    await heading(page, 'Orders').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Comment' }).fill('The first');
    await olga.picture('story-console-3-publish');
    await dialog.getByRole('button', { name: 'Publish to test' }).click();
    await dialog.getByText('Revision 1 is live in test').waitFor();
    await dialog.getByText('embedded').waitFor();
    await olga.picture('story-console-4-published');
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(olga.errors()).toEqual([]);
  });

  test('an app is made, asks for access and is approved', async () => {
    const { page } = olga;
    await goTo(page, 'Apps');
    await page.getByRole('button', { name: 'New app' }).first().click();
    const making = page.getByRole('dialog', { name: 'New app' });
    await making.getByRole('textbox', { name: 'Name' }).fill('order-checker');
    await making.getByRole('button', { name: 'Create app' }).click();
    await making.getByRole('button', { name: 'Copy the AppCode' }).click();
    appCode = await page.evaluate(() => navigator.clipboard.readText());
    await making.getByRole('button', { name: 'I have copied them' }).click();
    await heading(page, 'order-checker').waitFor();
    await page.getByRole('link', { name: 'Request access' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Request access' });
    await choose(dialog, 'API', 'orders');
    await dialog.getByRole('button', { name: 'Request access' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('order-checker may call orders in test now').waitFor();
    await expect.poll(() => call('test')).toBe('200 first');
    expect(olga.errors()).toEqual([]);
  });

  test('online debugging shows every step, and what the backend service was sent', async () => {
    const { page } = olga;
    await page.goto('/console/apis/orders/debug');
    await choose(page, 'App', 'order-checker');
    await page.getByRole('button', { name: 'Send' }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByText('200 OK').waitFor();
    await result.getByRole('tab', { name: 'Backend request' }).click();
    await result.getByText(`GET ${origins.first.url}/orders`).waitFor();
    await olga.picture('story-console-5-debug');
    expect(olga.errors()).toEqual([]);
  });

  test('production has no backend service yet: promoting says so and leads there, and then works', async () => {
    const { page } = olga;
    await openTab(page, 'Overview');
    await page.getByRole('button', { name: 'Promote revision 1' }).last().click();
    const dialog = page.getByRole('dialog');
    await choose(dialog, 'Environment', 'production');
    await dialog.getByRole('alert').getByText('order-service has no address in production').waitFor();
    await olga.picture('story-console-6-refused');
    await dialog.getByRole('link', { name: 'Define order-service in production' }).click();
    await heading(page, 'order-service').waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await publishDefinition('production', origins.production.url);
    await page.getByRole('status').getByText('Published to production').waitFor();
    await page.goto('/console/apis/orders');
    await page.getByRole('button', { name: 'Promote revision 1' }).last().click();
    await choose(dialog, 'Environment', 'production');
    await dialog.getByRole('button', { name: 'Publish to production' }).click();
    await dialog.getByText('Revision 1 is live in production').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await authorize(portal.instance.client, 'order-checker', 'orders', 'production');
    await expect.poll(() => call('production')).toBe('200 production');
    expect(olga.errors()).toEqual([]);
  });

  test('another URL in test: the APIs that follow are listed before and after, and calls reach the new one', async () => {
    const { client } = portal.instance;
    await saveApi(client, 'invoices', 'order-service', ['/invoices'], { owner: 'team-orders' });
    await publish(client, 'invoices', 'test');
    const { page } = olga;
    await page.goto('/console/backends/order-service/test');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await publishDefinition('test', origins.second.url);
    const dialog = page.getByRole('dialog', { name: 'test has published APIs on order-service' });
    const affected = dialog.getByRole('list', { name: 'APIs that the change affects' }).getByRole('listitem');
    await expect.poll(() => affected.allInnerTexts()).toEqual([expect.stringContaining('invoices'), expect.stringContaining('orders')]);
    expect(await call('test')).toBe('200 first');
    await olga.picture('story-console-7-warning');
    await dialog.getByRole('button', { name: 'Change for 2 published APIs' }).click();
    const result = page.getByRole('status').filter({ hasText: 'Published to test' });
    await result.waitFor();
    expect(await result.getByText('applied', { exact: true }).count()).toBe(2);
    await olga.picture('story-console-8-result');
    expect(await call('test')).toBe('200 second');
    expect(olga.errors()).toEqual([]);
  });

  test('a bad revision is seen as breaking before it is published, and is rolled back', async () => {
    const { page } = olga;
    await page.goto('/console/apis/orders/definition');
    await rewrite(page.getByRole('textbox', { name: 'OpenAPI document of orders' }), document(['/purchases']));
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('draft has changes').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('GET /orders').first().waitFor();
    await olga.picture('story-console-9-breaking');
    await dialog.getByRole('button', { name: 'Publish to test although it breaks callers' }).click();
    await dialog.getByText('Revision 2 is live in test').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect([await call('test'), await call('test', '/purchases'), await call('production')]).toEqual([
      '404 null',
      '200 second',
      '200 production',
    ]);
    await openTab(page, 'Overview');
    await page.getByRole('button', { name: 'More about test' }).click();
    await page.getByRole('menuitem', { name: 'Roll back' }).click();
    expect(await dialog.getByRole('combobox', { name: 'Back to' }).inputValue()).toContain('Revision 1');
    await dialog.getByRole('button', { name: 'Roll back to revision 1' }).click();
    await dialog.getByText('Revision 1 is live in test').waitFor();
    await olga.picture('story-console-10-rolled-back');
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await call('test')).toBe('200 second');
    expect(olga.errors()).toEqual([]);
  });

  test('without its URL in test everything on it is unpublished there, and nowhere else', async () => {
    const { page } = olga;
    await page.goto('/console/backends/order-service/test');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove order-service from test?' });
    const remove = dialog.getByRole('button', { name: 'Remove it and unpublish 2 published APIs' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Type order-service to confirm' }).fill('order-service');
    await olga.picture('story-console-11-remove');
    await remove.click();
    const result = page.getByRole('status').filter({ hasText: 'Removed from test' });
    await result.waitFor();
    expect(await result.getByText('unpublished', { exact: true }).count()).toBe(2);
    await olga.picture('story-console-12-removed');
    expect([await call('test'), await call('production')]).toEqual(['404 null', '200 production']);
    await page.goto('/console/apis/orders');
    await page.getByText('Not published').first().waitFor();
    await olga.picture('story-console-13-overview');
    expect(olga.errors()).toEqual([]);
  });
});
