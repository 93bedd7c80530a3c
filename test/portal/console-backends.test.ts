import { get } from 'node:http';
import { apis, backends, system } from '@gatehouse/contract/management';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canMakeCertificates, makeCertificate } from '../conformance/tls/certificates.ts';
import { createBackend, defineBackend, newName, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { describePortal, Portal } from './support/portal.ts';
import { choose, goTo, heading, openTab } from './support/steps.ts';

describePortal('The console for backend services and domains', () => {
  let portal: Portal;
  let first: EchoOrigin;
  let second: EchoOrigin;

  beforeAll(async () => {
    [first, second] = await Promise.all([EchoOrigin.start('first'), EchoOrigin.start('second')]);
    portal = await Portal.start({
      control: { region: 'cn-hongkong', regions: { 'cn-hongkong': { forbiddenBackendTypes: ['vpc'] } } },
      config: {
        backends: [{ name: 'of-the-file', type: 'http', environments: { test: { url: first.url } } }],
      },
    });
  });
  afterAll(async () => {
    await portal?.close();
    await Promise.all([first, second].map((origin) => origin?.stop()));
  });

  /** A backend service that these APIs are published on in test. */
  async function publishedOn(apiNames: readonly string[]): Promise<string> {
    const name = newName('service');
    const { client } = portal.instance;
    await createBackend(client, name, { test: first.url, production: first.url });
    for (const api of apiNames) {
      await saveApi(client, api, name, ['/pets']);
      await publish(client, api, 'test');
    }
    return name;
  }

  test('its type is said to be for good before it is made, and what the region forbids says so', async () => {
    const watched = await portal.signedIn();
    const { page } = watched;
    await goTo(page, 'Backend services');
    await page.getByRole('button', { name: 'New backend service' }).click();
    const dialog = page.getByRole('dialog', { name: 'New backend service' });
    await dialog.getByText('It cannot be changed later').waitFor();
    const forbidden = dialog.getByRole('radio', { name: /Private network/ });
    expect([await forbidden.isDisabled(), await forbidden.innerText()]).toEqual([true, expect.stringContaining('cn-hongkong')]);
    await dialog.getByRole('textbox', { name: 'Name' }).fill('of-the-file');
    await dialog.getByRole('radio', { name: /^HTTP/ }).click();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByRole('alert').getByText('There is a backend service "of-the-file" already').waitFor();
    await watched.picture('console-backends-new');
    const name = newName('service');
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await heading(page, new RegExp(name)).waitFor();

    // Defined, and only then can APIs be published on it (B06).
    await openTab(page, 'test');
    await page.getByText('Not defined in test').waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    const url = page.getByRole('textbox', { name: 'URL' });
    const action = page.getByRole('button', { name: 'Publish to test' });
    await url.fill('localhost:9000');
    await page.getByText('A whole URL, such as').waitFor();
    await url.fill(first.url);
    await action.click();
    await page.getByRole('status').getByText('Published to test').waitFor();
    const { body } = await portal.instance.client.call(backends.getBackend, { params: { name } });
    expect(body).toMatchObject({ type: 'http', definitions: { test: { definition: { url: first.url } } } });
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('a changed definition is warned about with the APIs it affects, and tells what became of each', async () => {
    const names = [newName('api'), newName('api')];
    const name = await publishedOn(names);
    const watched = await portal.signedIn(`/console/backends/${name}/test`);
    const { page } = watched;
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'URL' }).fill(second.url);
    await page.getByRole('button', { name: 'Publish to test' }).click();
    const warning = page.getByRole('dialog', { name: `test has published APIs on ${name}` });
    expect(await warning.getByRole('list').innerText()).toMatch(new RegExp(names.join('[^]*')));
    await watched.picture('console-backends-warning');

    // Nothing happens before it is confirmed.
    await warning.getByRole('button', { name: 'Cancel' }).click();
    expect((await reach(portal.instance.gatewayUrl, 'test', `/${names[0]}/pets`)).origin).toBe('first');
    await page.getByRole('button', { name: 'Publish to test' }).click();
    await warning.getByRole('button', { name: 'Change for 2 published APIs' }).click();
    const result = page.getByRole('status').filter({ hasText: 'Published to test' });
    await result.waitFor();
    for (const api of names) await result.getByRole('row', { name: `${api} 1 applied` }).waitFor();
    await watched.picture('console-backends-result');
    for (const api of names) expect((await reach(portal.instance.gatewayUrl, 'test', `/${api}/pets`)).origin).toBe('second');
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('a removed definition takes what is published there with it, once its name was typed, and nothing else', async () => {
    const api = newName('api');
    const name = await publishedOn([api]);
    await publish(portal.instance.client, api, 'production');
    const watched = await portal.signedIn(`/console/backends/${name}/test`);
    const { page } = watched;
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: `Remove ${name} from test?` });
    // Published after the page was read: it is shown before it is taken away.
    const late = newName('api');
    await saveApi(portal.instance.client, late, name, ['/pets']);
    await publish(portal.instance.client, late, 'test');
    const confirm = dialog.getByRole('button', { name: /^Remove it/ });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: `Type ${name} to confirm` }).fill(name);
    await confirm.click();
    await dialog.getByRole('alert').getByText('More is affected than was shown').waitFor();
    expect((await reach(portal.instance.gatewayUrl, 'test', `/${api}/pets`)).status).toBe(200);
    await watched.picture('console-backends-remove');
    await dialog.getByRole('button', { name: 'Remove it and unpublish 2 published APIs' }).click();
    const result = page.getByRole('status').filter({ hasText: 'Removed from test' });
    for (const one of [api, late]) await result.getByRole('row', { name: `${one} 1 unpublished` }).waitFor();
    await page.getByText('Not defined in test').waitFor();
    const status = async (environment: string) => (await reach(portal.instance.gatewayUrl, environment, `/${api}/pets`)).status;
    expect([await status('test'), await status('production')]).toEqual([404, 200]);
    await openTab(page, 'Draft');
    await page.getByRole('row', { name: new RegExp(`${api} production`) }).waitFor();
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('what somebody else changed meanwhile is shown before anything is put over it, and edits are not lost by leaving', async () => {
    const name = await publishedOn([]);
    const watched = await portal.signedIn(`/console/backends/${name}/test?edit=yes`);
    const { page } = watched;
    await page.getByRole('button', { name: /^Timeouts/ }).click();
    await page.getByRole('textbox', { name: 'Response' }).fill('7s');
    await defineBackend(portal.instance.client, name, 'test', second.url);
    const action = page.getByRole('button', { name: 'Publish to test' });
    await action.click();
    const alert = page.getByRole('alert').filter({ hasText: 'Somebody changed the definition in test meanwhile' });
    await alert.getByText(second.url).waitFor();
    await watched.picture('console-backends-overtaken');
    await openTab(page, 'production');
    await page.getByRole('dialog', { name: 'Leave without publishing?' }).getByRole('button', { name: 'Cancel' }).click();
    await action.click();
    await page.getByRole('status').getByText('Published to test').waitFor();
    const { body } = await portal.instance.client.call(backends.getBackend, { params: { name } });
    expect(body.definitions.test?.definition).toEqual({ url: first.url, timeouts: { response: '7s' } });
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test.skipIf(!canMakeCertificates)('a private key is never shown, and stays when something else is changed', async () => {
    const name = await publishedOn([]);
    const { certificate, key } = makeCertificate(['client.example']);
    const watched = await portal.signedIn(`/console/backends/${name}/production?edit=yes`);
    const { page } = watched;
    await page.getByRole('button', { name: /^TLS/ }).click();
    await page.getByRole('textbox', { name: 'Client certificate' }).fill(certificate);
    await page.getByRole('textbox', { name: 'Private key' }).fill('no key');
    const action = page.getByRole('button', { name: 'Publish to production' });
    await action.click();
    await page.getByText('Is not a private key in PEM', { exact: false }).first().waitFor();
    await page.getByRole('textbox', { name: 'Private key' }).fill(key);
    await action.click();
    await page.getByRole('status').getByText('Published to production').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: /^TLS/ }).click();
    await page.getByText(/Stored, never shown \(SHA256:/).waitFor();
    expect(await page.content()).not.toContain(key.split('\n')[1]);
    await page.getByRole('textbox', { name: 'Server name' }).fill('pets.internal');
    await action.click();
    await page.getByRole('status').getByText('Published to production').waitFor();
    const { body } = await portal.instance.client.call(backends.getBackend, { params: { name } });
    expect(body.definitions.production?.definition.tls).toMatchObject({
      serverName: 'pets.internal',
      key: expect.stringMatching(/SHA256:/),
    });
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('it is renamed with what uses it, and deleted only when nothing does', async () => {
    const api = newName('api');
    const name = await publishedOn([api]);
    const watched = await portal.signedIn(`/console/backends/${name}`);
    const { page } = watched;
    await more(page, 'Delete');
    await page
      .getByRole('dialog', { name: `${name} cannot be deleted yet` })
      .getByText(`${api}, published in test`)
      .waitFor();
    await page.keyboard.press('Escape');
    await more(page, 'Name, owner, description');
    const renamed = newName('renamed');
    await page.getByRole('textbox', { name: 'Name' }).fill(renamed);
    await page.getByRole('button', { name: 'Save' }).click();
    await heading(page, new RegExp(renamed)).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/backends/${renamed}`);
    await page.getByRole('row', { name: new RegExp(api) }).waitFor();
    await portal.instance.client.call(apis.deleteApi, { params: { name: api }, query: { confirm: true } });
    await page.reload();
    await more(page, 'Delete');
    await page.getByRole('textbox', { name: `Type ${renamed} to confirm` }).fill(renamed);
    await page.getByRole('button', { name: 'Delete it' }).click();
    await heading(page, 'Backend services').waitFor();
    await page.getByRole('textbox', { name: 'Name of the backend service' }).fill(renamed);
    await page.getByText('No backend service has such a name').waitFor();
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('who may not change it is not offered to', async () => {
    const { client } = portal.instance;
    const { body: token } = await client.call(system.createToken, { body: { name: 'reader', role: 'viewer', teams: [] } });
    const name = await publishedOn([]);
    const buttons = async (path: string, token?: string) => {
      const watched = await portal.signedIn(path, token);
      await watched.page.getByText(first.url).waitFor();
      const names = ['Edit', 'Remove', 'More actions'];
      const shown = await Promise.all(names.map((button) => watched.page.getByRole('button', { name: button, exact: true }).count()));
      const note = await watched.page.getByText('Managed by the configuration file').count();
      expect(watched.errors()).toEqual([]);
      await watched.close();
      return [...shown, note];
    };
    expect(await buttons(`/console/backends/${name}/test`)).toEqual([1, 1, 1, 0]);
    expect(await buttons(`/console/backends/${name}/test?edit=yes`, token.token)).toEqual([0, 0, 0, 0]);
    expect(await buttons('/console/backends/of-the-file/test?edit=yes')).toEqual([0, 0, 0, 1]);
  });

  test('a host is bound, its rows say what is wrong with them, and it is freed', async () => {
    const api = newName('api');
    await publishedOn([api]);
    const watched = await portal.signedIn('/console/domains');
    const { page } = watched;
    const host = `${api}.example.com`;
    await page.getByRole('button', { name: 'New domain' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New domain' });
    await dialog.getByRole('textbox', { name: 'Host' }).fill(host);
    await dialog.getByRole('textbox', { name: 'Path 1' }).fill('/v1');
    await choose(dialog, 'API of path 1', api);
    await choose(dialog, 'Environment of path 1', 'production');
    await dialog.getByText('Not published there yet').waitFor();
    await choose(dialog, 'Environment of path 1', 'test');
    await dialog.getByRole('button', { name: 'Add a path' }).click();
    await dialog.getByRole('textbox', { name: 'Path 2' }).fill('v1');
    await dialog.getByText('This path is there already').waitFor();
    expect(await dialog.getByRole('button', { name: 'Bind' }).isDisabled()).toBe(true);
    await watched.picture('console-domains-row');
    await dialog.getByRole('button', { name: 'Remove path 2' }).click();
    await dialog.getByRole('button', { name: 'Bind' }).click();
    const card = page.getByRole('region', { name: host });
    await card.getByRole('link', { name: api }).waitFor();
    const reached = await fetchHost(portal.instance.gatewayPort, host, '/v1/pets');
    expect(reached).toBe(200);

    // Gone in between: said at its row, and nothing else is lost.
    await card.getByRole('button', { name: `Edit ${host}` }).click();
    const edit = page.getByRole('dialog', { name: `Paths of ${host}` });
    await edit.getByRole('textbox', { name: 'Path 1' }).fill('v2');
    await portal.instance.client.call(system.putDomain, {
      params: { host },
      body: { mappings: [{ path: 'v9', api, environment: 'test' }] },
    });
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.getByRole('alert').getByText('/v9').waitFor();
    await edit.getByRole('button', { name: 'Save' }).click();
    await card.getByText('/v2').waitFor();
    await card.getByRole('button', { name: `Delete ${host}` }).click();
    await page.getByRole('textbox', { name: `Type ${host} to confirm` }).fill(host);
    await page.getByRole('button', { name: 'Delete it' }).click();
    await card.waitFor({ state: 'hidden' });
    expect(await fetchHost(portal.instance.gatewayPort, host, '/v2/pets')).toBe(404);
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });
});

async function more(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** The status of a request to the gateway that names this host. */
function fetchHost(port: number, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, headers: { Host: host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}
