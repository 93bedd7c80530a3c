import { readFile } from 'node:fs/promises';
import { apis } from '@gatehouse/contract/management';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLIENT, FakeGithub } from '../../packages/control/src/sign-in/testing/fake-github.ts';
import { createTokenService, listen, openFauxqs, type Store, stop } from '../../packages/sdk/src/onboarding/testing/s3-stores.ts';
import { createBackend, publish } from '../support/control-calls.ts';
import type { WatchedPage } from './support/browser.ts';
import { PetstoreProcess } from './support/petstore-process.ts';
import { describePortal, Portal } from './support/portal.ts';
import { execute, leaveSearch, openTab, search } from './support/steps.ts';

const ORGANIZATION = `apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-pets, description: Looks after the pets }
spec: { type: team, profile: { displayName: Team Pets }, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-shop }
spec: { type: team, profile: { displayName: Team Shop }, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: jane }
spec: { profile: { displayName: Jane Doe, email: jane@example.com }, memberOf: [team-shop] }
`;
const KEYS = { accessKeyId: 'catalog', secretAccessKey: 'secret-of-the-catalog' };
const ROLE = 'arn:aws:iam::123456789012:role/catalog-writer';
const EXTERNAL_ID = 'only-this-company';
const APPEARS_MS = 20_000;

describePortal('A service puts itself into the catalog, and somebody finds it, reads it and calls it', () => {
  let storage: Store;
  const tokens = createTokenService({ accessKeyId: 'assumed', secretAccessKey: 'assumed-secret' }, ROLE, EXTERNAL_ID);
  let github: FakeGithub;
  let portal: Portal;
  let petstore: PetstoreProcess;
  let jane: WatchedPage;

  beforeAll(async () => {
    [storage, github] = await Promise.all([openFauxqs('services'), FakeGithub.start()]);
    github.account = { id: 42, login: 'jane', name: 'Jane', organizations: ['acme'] };
    portal = await Portal.start({
      files: { 'organization.yaml': ORGANIZATION },
      config: {
        auth: {
          environment: 'production',
          providers: {
            github: {
              production: {
                ...CLIENT,
                enterpriseInstanceUrl: github.url,
                signIn: { resolvers: [{ resolver: 'usernameMatchingUserEntityName' }] },
              },
            },
          },
          allow: { organizations: ['acme'] },
          access: { default: 'developer' },
        },
        catalog: {
          locations: [{ type: 'file', target: './organization.yaml', rules: [{ allow: ['Group', 'User'] }] }],
          providers: { awsS3: { services: { bucketName: 'services', prefix: 'apis/', schedule: { frequency: { seconds: 1 } } } } },
        },
        integrations: { awsS3: [{ endpoint: storage.endpoint, s3ForcePathStyle: true, ...KEYS }] },
      },
    });
  });

  afterAll(async () => {
    await portal?.close();
    await petstore?.stop();
    await Promise.all([storage?.close(), github?.stop(), stop(tokens.server)]);
  });

  test('somebody who is in the catalog signs in with GitHub and is known by name', async () => {
    jane = await portal.visit();
    const { page } = jane;
    await page.getByRole('link', { name: 'Continue with GitHub' }).waitFor();
    await jane.picture('story-onboarding-1-sign-in');
    // The catalog reads its people while the portal is open already.
    await expect
      .poll(
        async () => {
          await page.goto('/');
          await page.getByRole('link', { name: 'Continue with GitHub' }).click();
          await page.getByRole('heading', { level: 1 }).waitFor();
          return page.getByRole('heading', { level: 1 }).innerText();
        },
        { timeout: APPEARS_MS },
      )
      .toBe('Hello, Jane');
    await page.getByRole('region', { name: 'First steps' }).getByText('Find an API').waitFor();
    await jane.picture('story-onboarding-2-home');
    expect(jane.errors()).toEqual([]);
  });

  test('a service that starts appears in the portal without a restart of anything', { timeout: 60_000 }, async () => {
    const { page } = jane;
    const operation = page.getByRole('option', { name: 'Find pets by status' });
    // Something that has one of the words is found; the operation is not.
    await (await search(page, 'pets by status')).first().waitFor();
    expect(await operation.count()).toBe(0);
    await leaveSearch(page);
    petstore = await PetstoreProcess.start('production', {
      GATEHOUSE_ONBOARD_TARGET: 's3://services/apis',
      GATEHOUSE_ONBOARD_S3_ENDPOINT: storage.endpoint,
      GATEHOUSE_ONBOARD_ROLE_ARN: ROLE,
      GATEHOUSE_ONBOARD_EXTERNAL_ID: EXTERNAL_ID,
      AWS_ENDPOINT_URL_STS: await listen(tokens.server),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'petstore',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-petstore',
    });
    const find = async () => {
      await (await search(page, 'pets by status')).first().waitFor();
      if ((await operation.count()) > 0) return true;
      await leaveSearch(page);
      return false;
    };

    await expect.poll(find, { timeout: APPEARS_MS, interval: 500 }).toBe(true);
    expect(tokens.requests.map((request) => request.get('RoleArn'))).toEqual([ROLE]);
    await jane.picture('story-onboarding-3-search');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Pet store' }).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Find pets by status' }).waitFor();
    await jane.picture('story-onboarding-4-definition');
    await openTab(page, 'Overview');
    await page.getByRole('region', { name: 'Facts' }).getByRole('link', { name: 'team-pets' }).waitFor();
    await jane.picture('story-onboarding-5-overview');
    expect(jane.errors()).toEqual([]);
  });

  test('once it is published, it is tried from its page through the gateway: 200 and the list', async () => {
    const { page } = jane;
    const { client } = portal.instance;
    await createBackend(client, 'pets', { production: petstore.url });
    const definition = await readFile(new URL('../../examples/petstore/openapi.yaml', import.meta.url), 'utf8');
    await client.call(apis.putApi, {
      params: { name: 'petstore' },
      body: { definition, backend: 'pets', basePath: '/petstore', owner: 'team-pets' },
    });
    await publish(client, 'petstore', 'production');

    await page.reload();
    await openTab(page, 'Definition');
    await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'Find pets by status' }).click();
    const status = page.getByRole('group', { name: 'status' });
    await status.getByRole('checkbox', { name: 'available' }).check();
    const response = await execute(page);
    await response.getByText('200 OK').waitFor();
    await response.getByText('"available"').first().waitFor();
    await jane.picture('story-onboarding-6-tried');
    expect(jane.errors()).toEqual([]);
  });
});
