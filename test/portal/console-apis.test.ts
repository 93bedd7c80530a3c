import { apis } from '@gatehouse/contract/management';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createBackend, newName, publish, reach, saveApi } from '../support/control-calls.ts';
import { EchoOrigin } from '../support/echo-origin.ts';
import { describePortal, Portal } from './support/portal.ts';
import { choose, heading, openTab, rewrite } from './support/steps.ts';

const document = (integration: string) => `# Kept for people
openapi: 3.1.0
info: { title: Pet care, version: '2' }
paths:
  /visits:
    get:
      summary: Lists visits
      x-gatehouse-integration: ${integration}
      responses: { '200': { description: Done } }
`;

const DECLARED = {
  name: 'declared',
  definition: { openapi: '3.1.0', info: { title: 'From the file', version: '1' }, paths: {} },
  policies: [{ 'rate-limit': { limit: 5, window: '10s' } }],
};

describePortal('The console for APIs', () => {
  let origin: EchoOrigin;
  let portal: Portal;

  beforeAll(async () => {
    origin = await EchoOrigin.start();
    portal = await Portal.start({ config: { apis: [DECLARED] } });
    await createBackend(portal.instance.client, 'pets', { test: origin.url, production: origin.url });
  });

  afterAll(async () => {
    await portal?.close();
    await origin?.stop();
  });

  const open = async (path: string) => {
    const watched = await portal.signedIn(path);
    onTestFinished(() => watched.close());
    return watched;
  };

  /** An API that is live in test with these operations. */
  const live = async (...paths: string[]): Promise<string> => {
    const { client } = portal.instance;
    const name = newName('console-api');
    await saveApi(client, name, 'pets', paths, { auth: 'none' });
    await publish(client, name, 'test');
    return name;
  };

  test('a pasted document shows its problem at the line, and is created once it is mended, comments and all', async () => {
    const watched = await open('/console/apis/new?from=document');
    const { page } = watched;
    const editor = page.getByRole('textbox', { name: 'OpenAPI document', exact: true });
    await rewrite(editor, document('{ paht: /v1/visits }'));
    const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button', { name: /did you mean "path".*line 8/ });
    await problem.waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    expect(await page.getByRole('button', { name: 'Create API' }).isDisabled()).toBe(true);
    await problem.click();
    await watched.picture('console-apis-document');
    await rewrite(editor, document('{ path: /v1/visits }'));
    await page.getByText('Nothing wrong').waitFor();
    await choose(page, 'Backend service', 'pets');
    await page.getByRole('button', { name: 'Create API' }).click();
    await heading(page, /Pet care/).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/apis/pet-care');
    await openTab(page, 'Definition');
    await page
      .getByRole('textbox', { name: /^OpenAPI document/ })
      .getByText('# Kept for people')
      .waitFor();
    expect(watched.errors()).toEqual([]);
  });

  test('four steps lead to an API that answers; a reload between them loses nothing', async () => {
    const watched = await open('/console/apis/new');
    const { page } = watched;
    const next = page.getByRole('button', { name: 'Next' });
    await next.click();
    await page.getByText('It needs a name.').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('walks');
    await page.getByRole('radio', { name: 'Anybody' }).check();
    await next.click();
    await page.getByRole('textbox', { name: 'Path', exact: true }).fill('/dogs/{dog}');
    await page.reload();
    await expect.poll(() => page.getByRole('textbox', { name: 'Path', exact: true }).inputValue()).toBe('/dogs/{dog}');
    await next.click();
    await choose(page, 'Backend service', 'pets');
    await page.getByText(origin.url).first().waitFor();
    await page.getByRole('radio', { name: 'Mapped' }).check();
    await page.getByRole('button', { name: 'Add a mapping' }).click();
    await page.getByRole('textbox', { name: /^Name that the backend service gets/ }).fill('x-purpose');
    await page.getByRole('combobox', { name: 'Value of x-purpose' }).fill('walking');
    await watched.picture('console-apis-wizard');
    await next.click();
    await page.getByRole('textbox', { name: 'Success example of GET /dogs/{dog}' }).fill('{ "dog": "Rex" }');
    await page.getByRole('button', { name: 'Create API' }).click();
    await page.getByRole('button', { name: 'Publish it to test now' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish the draft to test' });
    await dialog.getByRole('button', { name: 'Publish to test' }).click();
    await dialog.getByText('Revision 1 is live in test').waitFor();
    await dialog.getByText('serves it', { exact: true }).waitFor();
    await watched.picture('console-apis-published');
    await dialog.getByRole('button', { name: 'Done' }).click();
    const { status, echo } = await reach(portal.instance.gatewayUrl, 'test', '/walks/dogs/rex');
    expect([status, echo?.url, echo?.headers.find(([name]) => name === 'x-purpose')]).toEqual([200, '/dogs/rex', ['x-purpose', 'walking']]);
    expect(watched.errors()).toEqual([]);
  });

  test('what breaks callers is told before it is published; rolling back brings it back', async () => {
    const name = await live('/pets', '/toys');
    await saveApi(portal.instance.client, name, 'pets', ['/pets'], { auth: 'none' });
    const status = async () => (await reach(portal.instance.gatewayUrl, 'test', `/${name}/toys`)).status;
    const watched = await open(`/console/apis/${name}`);
    const { page } = watched;
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const publishing = page.getByRole('dialog', { name: 'Publish the draft to test' });
    await publishing.getByText('This breaks callers').waitFor();
    await publishing.getByText('GET /toys').waitFor();
    expect(await status()).toBe(200);
    await watched.picture('console-apis-breaking');
    await publishing.getByRole('textbox', { name: 'Comment' }).fill('No more toys');
    await publishing.getByRole('button', { name: 'Publish to test although it breaks callers' }).click();
    await publishing.getByText('Revision 2 is live in test').waitFor();
    await publishing.getByRole('button', { name: 'Done' }).click();
    expect(await status()).toBe(404);
    await openTab(page, 'Revisions');
    await page.getByRole('button', { name: /^Revision 1/ }).click();
    await page.getByRole('button', { name: 'Make it live' }).click();
    await page.getByRole('menuitem', { name: 'Roll test back, from revision 2' }).click();
    const back = page.getByRole('dialog', { name: 'Roll test back' });
    await back.getByRole('button', { name: 'Roll back to revision 1' }).click();
    await back.getByText('Revision 1 is live in test').waitFor();
    expect(await status()).toBe(200);
    expect(watched.errors()).toEqual([]);
  });

  test('a policy that is added through its form takes effect at the gateway once it is published', async () => {
    const name = await live('/pets');
    const watched = await open(`/console/apis/${name}/policies`);
    const { page } = watched;
    await page.getByRole('button', { name: 'Add a policy' }).click();
    await page.getByRole('button', { name: /^Rate limit/ }).click();
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Something has to be mended above').waitFor();
    await page.getByRole('textbox', { name: 'Limit' }).fill('1');
    await page.getByRole('textbox', { name: 'Window' }).fill('1h');
    await watched.picture('console-apis-policy');
    // Leaving would lose it, and asks first.
    await openTab(page, 'Overview');
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Saved as a draft').waitFor();
    const { body } = await portal.instance.client.call(apis.getApi, { params: { name } });
    expect(body.draft.policies).toEqual([{ 'rate-limit': { limit: 1, window: '1h' } }]);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish the draft to test' });
    await dialog.getByRole('button', { name: 'Publish to test' }).click();
    await dialog.getByText('Revision 2 is live in test').waitFor();
    const statuses = [];
    for (let call = 0; call < 2; call++) statuses.push((await reach(portal.instance.gatewayUrl, 'test', `/${name}/pets`)).status);
    expect(statuses).toEqual([200, 429]);
    expect(watched.errors()).toEqual([]);
  });

  test('what the file declares is shown, and nothing of it can be changed here', async () => {
    const watched = await open('/console/apis/declared/policies');
    const { page } = watched;
    await page.getByText('Managed by the configuration file').waitFor();
    await page.getByRole('button', { name: /^Rate limit/ }).click();
    expect(await page.getByRole('textbox', { name: 'Limit' }).isDisabled()).toBe(true);
    for (const label of ['Publish', 'Add a policy', 'Save draft', 'More actions']) {
      expect(await page.getByRole('button', { name: label }).count(), label).toBe(0);
    }
    await watched.picture('console-apis-managed');
    expect(watched.errors()).toEqual([]);
  });
});
