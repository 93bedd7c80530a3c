import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { catalog } from '@gatehouse/contract/management';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describePortal } from './support/portal.ts';
import { Sample } from './support/sample.ts';
import { choose, execute, openOperation, openTab } from './support/steps.ts';

/** Over ten megabytes, 1,200 operations. */
const GITHUB = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');

const api = (name: string, type: string, definition: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'API',
  metadata: { name },
  spec: { type, lifecycle: 'production', owner: 'team-pets', definition },
});
const definitionOf = (name: string) => `/catalog/default/api/${name}/definition`;

describePortal('The definition of an API', () => {
  let sample: Sample;

  beforeAll(async () => {
    sample = await Sample.start();
    const entities = [
      api('github', 'openapi', await readFile(GITHUB, 'utf8')),
      api('hostile', 'openapi', JSON.stringify(HOSTILE)),
      api('broken', 'openapi', 'openapi: 3.1.0\ninfo: { title: "unclosed }\n'),
      api('letters', 'wsdl', '<wsdl:definitions>letters</wsdl:definitions>'),
    ];
    await sample.portal.instance.client.call(catalog.pushEntities, { params: { source: 'definitions' }, body: { entities } });
  }, 120_000);
  afterAll(() => sample?.close());

  // P07 of the walk-through, word for word.
  test('GET /pet/findByStatus is found, tried with "available", and answers 200 with the list', async () => {
    const watched = await sample.portal.signedIn(definitionOf('petstore'));
    const { page } = watched;
    await page.keyboard.press('f');
    await page.keyboard.type('findbystatus');
    await openOperation(page, 'GET', 'Find pets by status');
    await page.getByRole('checkbox', { name: 'available' }).check();
    const response = await execute(page);
    await response.getByText('200 OK').waitFor();
    await expect
      .poll(() => response.getByRole('textbox', { name: 'Body of the response' }).textContent())
      .toMatch(/"name": "Rex".*"name": "Mia"/s);
    await watched.picture('definition-p07');
    await openTab(page, 'Trace');
    const steps = response.getByRole('list', { name: 'Steps of the gateway' }).getByRole('listitem');
    await expect
      .poll(() => steps.allTextContents())
      .toEqual(expect.arrayContaining([expect.stringMatching(/Route.*GET \/pet\/findByStatus of petstore in production/)]));
    await openTab(page, 'Backend');
    await response.getByText('/pet/findByStatus?status=available').waitFor();
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('what is sent is what is shown, for another environment too, and nothing that was filled in is lost', async () => {
    const watched = await sample.portal.signedIn(`${definitionOf('petstore')}?operation=GET+/pet/{petId}`);
    const { page } = watched;
    const form = page.getByRole('article');
    await form.getByRole('textbox', { name: 'petId' }).fill('1.5');
    await form.getByRole('button', { name: 'Execute' }).click();
    await form.getByText('It has to be a whole number.').waitFor();
    await form.getByRole('textbox', { name: 'petId' }).fill('2');
    await choose(form, 'Environment', 'test');
    await form.getByText(/\/test\/petstore\/pet\/2$/).waitFor();
    await form.getByRole('textbox', { name: 'petId' }).press('Control+Enter');
    const response = page.getByRole('region', { name: 'Response' });
    await response.getByText('200 OK').waitFor();
    await openTab(page, 'Headers');
    await response.getByRole('row', { name: 'x-petstore-environment test' }).waitFor();
    await openOperation(page, 'GET', 'Count the pets by status');
    await page.goBack();
    expect(await form.getByRole('textbox', { name: 'petId' }).inputValue()).toBe('2');
    await form.getByRole('radiogroup', { name: 'Try it or code' }).getByText('Code').click();
    await form
      .getByRole('region', { name: 'the curl command' })
      .getByText(`curl '${sample.portal.instance.gatewayUrl}/test/petstore/pet/2'`)
      .waitFor();
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('an app is taken from those that are authorized, and a refusal says what to do', async () => {
    const watched = await sample.portal.signedIn(`${definitionOf('frobs')}?operation=GET+/v1/list`);
    const { page } = watched;
    await page.getByText('None of your apps is authorized in test.').waitFor();
    await choose(page.getByRole('article'), 'App', 'web-shop');
    const response = await execute(page);
    await response.getByText('403 Forbidden').waitFor();
    await response.getByText('The app is not authorized for this API in this environment.').waitFor();
    await watched.picture('definition-refused');
    await response.getByRole('button', { name: 'Request access' }).click();
    await page.getByRole('dialog', { name: 'Request access' }).waitFor();
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('the description of GitHub opens, is searched inside, and every operation has its address', { timeout: 60_000 }, async () => {
    const watched = await sample.portal.signedIn(definitionOf('github'));
    const { page } = watched;
    const filter = page.getByRole('textbox', { name: 'Filter operations' });
    await filter.waitFor({ timeout: 30_000 });
    await filter.fill('issues list-for-repo');
    const contents = page.getByRole('navigation', { name: 'Contents' });
    await expect.poll(() => contents.getByRole('link').allTextContents()).toEqual([expect.stringContaining('List repository issues')]);
    await filter.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'List repository issues' }).waitFor();
    await page.getByRole('button', { name: /properties of Items$/ }).waitFor();
    await watched.picture('definition-github');
    await page.reload();
    await page.getByRole('heading', { level: 2, name: 'List repository issues' }).waitFor();
    expect(new URL(page.url()).searchParams.get('operation')).toBe('GET /repos/{owner}/{repo}/issues');
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('AsyncAPI, GraphQL and protocol buffers are read as what they are', async () => {
    const watched = await sample.portal.signedIn(definitionOf('pet-events'));
    const { page } = watched;
    await openOperation(page, 'RECV', 'A pet was sold');
    await page.getByText('The application receives from this channel').waitFor();
    await page.getByText('string (date-time)').waitFor();
    await page.goto(definitionOf('pet-graph'));
    await page.getByText('Answers with').waitFor();
    await page.getByRole('article').getByRole('link', { name: '[Pet!]!' }).click();
    await page.getByText('A pet of the shop', { exact: true }).waitFor();
    await page.goto(definitionOf('pet-grpc'));
    await page.getByText('Reads pets.').waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'Watch' }).textContent()).toMatch(/GetRequest.*returns.*stream.*Pet/);
    await watched.picture('definition-grpc');
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('what cannot be read is shown as it is written, with the reason, and every definition can be downloaded', async () => {
    const watched = await sample.portal.signedIn(definitionOf('broken'));
    const { page } = watched;
    await page
      .getByRole('alert')
      .getByText(/at line \d/)
      .waitFor();
    await page.getByRole('textbox', { name: 'Source of the definition' }).getByText('unclosed').waitFor();
    await page.goto(definitionOf('letters'));
    await page.getByRole('textbox', { name: 'Source of the definition' }).getByText('letters').waitFor();
    expect((await download(page)).suggestedFilename()).toBe('letters.txt');
    await page.goto(`${definitionOf('petstore')}?environment=test`);
    const file = await download(page);
    expect(file.suggestedFilename()).toMatch(/\.test\.openapi\.json$/);
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({ openapi: '3.1.0' });
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('nothing that a definition says runs, loads or leads astray', async () => {
    const watched = await sample.portal.signedIn(definitionOf('hostile'));
    const { page } = watched;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByText('Words stay').waitFor();
    await openOperation(page, 'GET', '<b>bold</b>');
    await page.getByText('of a parameter').waitFor();
    expect(await page.locator('article').locator('img, script, iframe, b').count()).toBe(0);
    const links = await page
      .locator('article a')
      .evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]));
    expect(links).toEqual([['https://example.com/good', expect.stringContaining('noopener')]]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(asked.filter((url) => !url.startsWith(sample.portal.url))).toEqual([]);
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('the keyboard goes through the contents, and a narrow page has them in a drawer', async () => {
    const watched = await sample.portal.signedIn(definitionOf('petstore'));
    const { page } = watched;
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('navigation', { name: 'Contents' }).waitFor();
    await page.keyboard.press('f');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowDown']) await page.keyboard.press(key);
    // Overview, the first group, which folds, and then the second.
    await expect.poll(focused).toContain('store');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Watch what happens' }).waitFor();
    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByRole('button', { name: 'Watch what happens' }).click();
    const drawer = page.getByRole('dialog', { name: 'Contents' });
    await drawer.getByRole('link', { name: /Count the pets/ }).click();
    await page.getByRole('heading', { level: 2, name: 'Count the pets by status' }).waitFor();
    await page.getByRole('radiogroup', { name: 'What is shown' }).getByText('Try it').click();
    await (await execute(page)).getByText('200 OK').waitFor();
    await watched.picture('definition-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });

  test('the management interface is read in the portal, too', async () => {
    const watched = await sample.portal.signedIn('/reference?operation=POST+/apps');
    const { page } = watched;
    await page.getByRole('region', { name: 'the curl command' }).getByText('"Authorization: Bearer $GATEHOUSE_TOKEN"').waitFor();
    expect(watched.errors()).toEqual([]);
    await watched.close();
  });
});

async function download(page: Page): Promise<Download> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  return coming;
}

const MARKDOWN = `Text <img src=x onerror="window.hacked=1"> and <script>window.hacked=1</script> [astray](javascript:window.hacked=1)
[away](data:text/html,<script>window.hacked=1</script>) ![pixel](https://pixel.example/p.png) [good](https://example.com/good)

<p>Words <b>stay</b></p><iframe src="https://frame.example"></iframe>`;

const HOSTILE = {
  openapi: '3.1.0',
  info: { title: '<img src=x onerror="window.hacked=1">', version: '1', description: MARKDOWN },
  servers: [{ url: 'javascript:window.hacked=1' }],
  externalDocs: { url: 'javascript:window.hacked=1' },
  paths: {
    '/a/{x}': {
      get: {
        summary: '<b>bold</b>',
        description: MARKDOWN,
        externalDocs: { url: 'javascript:window.hacked=1' },
        parameters: [
          {
            name: 'x',
            in: 'path',
            required: true,
            description: '<b onclick="window.hacked=1">of a parameter</b>',
            schema: { default: "';x" },
          },
          { name: '__proto__', in: 'header', schema: { $ref: '#/components/schemas/Loop' } },
        ],
        responses: { '200': { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Loop' } } } } },
      },
    },
  },
  components: {
    schemas: { Loop: { allOf: [{ $ref: '#/components/schemas/Loop' }], properties: { again: { $ref: '#/components/schemas/Loop' } } } },
  },
};
