import { type Dialect, describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import type { ControlTables } from '../schema/tables.ts';
import { definition, refusalOf, startControlPlane } from './file-fixture.ts';

const TEST = { url: 'http://10.0.0.1:9001' };
const PRODUCTION = { url: 'http://10.0.0.2:9001' };

const pets = { name: 'pets', type: 'http', owner: 'team-pets', environments: { test: TEST, production: PRODUCTION } };
const petstore = {
  name: 'petstore',
  owner: 'team-pets',
  basePath: '/petstore',
  backend: 'pets',
  definition: definition('/pets'),
  publish: ['test'],
};
const partner = {
  name: 'partner',
  appKey: 'partner-app-key-1',
  appSecret: 'partner-secret-123',
  appCode: 'partner-code-12345',
  authorizations: [{ api: 'petstore', environments: ['test'] }],
};
const domain = { host: 'api.example.com', mappings: [{ path: 'v1', api: 'petstore', environment: 'test' }] };
const FILE = { backends: [pets], apis: [petstore], apps: [partner], domains: [domain] };

// What is tested is what nodes would be sent too: a database that has been prepared would hide the first start.
describeDatabases<ControlTables>('What the configuration file declares', (_open, dialect: Dialect) => {
  test('is there after it was applied, belongs to the file, and the same file again changes nothing, also after a restart', async () => {
    const { apply, call, audited, restart } = await startControlPlane(dialect);
    const { number, problems } = await apply(FILE);
    expect(number).toBeGreaterThan(0);
    expect(problems).toEqual([]);
    expect((await call('GET', '/backends/pets')).body).toMatchObject({
      managedBy: 'file',
      owner: 'team-pets',
      definitions: { test: { definition: TEST, published: [{ api: 'petstore', revision: 1 }] }, production: { definition: PRODUCTION } },
    });
    const { body } = await call('GET', '/apis/petstore');
    expect(body).toMatchObject({
      managedBy: 'file',
      owner: 'team-pets',
      changed: false,
      published: [{ environment: 'test', revision: 1 }],
    });
    expect((await call('GET', '/apps/partner')).body).toMatchObject({ managedBy: 'file', credentials: [{ appKey: partner.appKey }] });
    expect((await call('GET', '/apps/partner/authorizations')).body.items).toMatchObject([{ api: 'petstore', environment: 'test' }]);
    expect((await call('GET', '/domains')).body.items).toMatchObject([{ host: domain.host, managedBy: 'file' }]);

    const before = await audited();
    expect(await apply(FILE)).toEqual({ number: null, problems: [] });
    await restart();
    expect(await apply(FILE)).toEqual({ number: null, problems: [] });
    expect(await audited()).toEqual(before);
    expect((await call('GET', '/apis/petstore')).body).toEqual(body);
  });

  test('is changed in the file only: 409 managed.by-file for every change elsewhere, and none of it is made', async () => {
    const { apply, call, audited, expectManaged } = await startControlPlane(dialect);
    await apply(FILE);
    const before = await audited();
    await expectManaged('PATCH', '/backends/pets', { description: 'Other' });
    await expectManaged('PATCH', '/backends/pets', { name: 'animals' });
    await expectManaged('PUT', '/backends/pets/environments/test?confirm=true', { url: 'http://10.0.0.9' });
    await expectManaged('PUT', '/backends/pets/environments/pre', { url: 'http://10.0.0.9' });
    await expectManaged('DELETE', '/backends/pets/environments/test?confirm=true');
    await expectManaged('DELETE', '/backends/pets');
    await expectManaged('PUT', '/apis/petstore', { definition: definition('/other'), backend: 'pets' });
    await expectManaged('DELETE', '/apis/petstore?confirm=true');
    await expectManaged('DELETE', '/apis/petstore/publications/test');
    await expectManaged('PATCH', '/apps/partner', { description: 'Other' });
    await expectManaged('POST', '/apps/partner/credentials', {});
    await expectManaged('DELETE', '/apps/partner');
    const { id } = (await call('GET', '/apps/partner/authorizations')).body.items[0];
    await expectManaged('DELETE', `/apps/partner/authorizations/${id}`);
    await expectManaged('PUT', '/domains/api.example.com', { mappings: domain.mappings });
    await expectManaged('DELETE', '/domains/api.example.com');
    expect(await audited()).toEqual(before);
  });

  test('leaves room for people: they publish elsewhere, authorize, and have resources of their own', async () => {
    const { apply, call } = await startControlPlane(dialect);
    await apply(FILE);
    expect((await call('POST', '/apis/petstore/publications', { environment: 'production' })).status).toBe(201);
    expect((await call('POST', '/apps/partner/authorizations', { api: 'petstore', environment: 'production' })).status).toBe(201);
    expect((await call('POST', '/backends', { name: 'own', type: 'http' })).status).toBe(201);
    expect((await call('PUT', '/backends/own/environments/test', TEST)).status).toBe(200);
    expect((await call('PUT', '/apis/own', { definition: definition('/own'), backend: 'own' })).status).toBe(201);
    expect((await call('POST', '/apis/own/publications', { environment: 'test' })).status).toBe(201);
    // What the file says of its own changes nothing of theirs.
    const moved = { ...pets, environments: { ...pets.environments, test: { url: 'http://10.0.0.3' } } };
    expect(await apply({ ...FILE, backends: [moved] })).toMatchObject({ problems: [] });
    expect((await call('GET', '/apis/petstore')).body.published).toMatchObject([{ environment: 'production' }, { environment: 'test' }]);
    expect((await call('GET', '/apps/partner/authorizations')).body.items).toHaveLength(2);
    expect((await call('GET', '/apis/own')).body).toMatchObject({ managedBy: null, published: [{ environment: 'test' }] });
    expect((await call('DELETE', '/apis/petstore/publications/production')).status).toBe(200);
  });

  test('follows the file: new addresses without a new revision, new definitions as new revisions, new publications', async () => {
    const { apply, call } = await startControlPlane(dialect);
    const first = await apply(FILE);
    const moved = { ...pets, environments: { ...pets.environments, test: { url: 'http://10.0.0.3' } } };
    const second = await apply({ ...FILE, backends: [moved] });
    expect(second.number).toBeGreaterThan(first.number ?? 0);
    expect((await call('GET', '/backends/pets')).body.definitions.test.definition).toEqual({ url: 'http://10.0.0.3' });
    expect((await call('GET', '/apis/petstore/revisions')).body.items).toHaveLength(1);
    const changed = { ...petstore, definition: definition('/pets', '/owners'), publish: ['test', 'production'] };
    await apply({ ...FILE, backends: [moved], apis: [changed] });
    expect((await call('GET', '/apis/petstore')).body.published).toMatchObject([
      { environment: 'production', revision: 2 },
      { environment: 'test', revision: 2 },
    ]);
  });

  test('is taken over when a person made it before', async () => {
    const { apply, call, expectManaged } = await startControlPlane(dialect);
    await apply({});
    await call('POST', '/backends', { name: 'pets', type: 'http' });
    await call('PUT', '/backends/pets/environments/test', TEST);
    await call('PUT', '/apis/petstore', { definition: definition('/pets'), basePath: '/petstore', backend: 'pets' });
    expect((await call('POST', '/apis/petstore/publications', { environment: 'test' })).status).toBe(201);
    await apply(FILE);
    expect((await call('GET', '/backends/pets')).body.managedBy).toBe('file');
    await expectManaged('DELETE', '/apis/petstore/publications/test');
    await expectManaged('PUT', '/backends/pets/environments/test?confirm=true', PRODUCTION);
  });

  test('is gone when the file has it no more, unless it is published: that stays, is told, and is the file’s no more', async () => {
    const { apply, call, audited } = await startControlPlane(dialect);
    const draft = { ...petstore, name: 'draft', basePath: '/draft', backend: 'spare', publish: [] };
    const spare = { name: 'spare', type: 'http', environments: { test: TEST } };
    await apply({ ...FILE, backends: [pets, spare], apis: [petstore, draft] });
    const { number, problems } = await apply({});
    expect(number).toBeGreaterThan(0);
    expect((await call('GET', '/apis/draft')).status).toBe(404);
    expect((await call('GET', '/backends/spare')).status).toBe(404);
    expect((await call('GET', '/apps/partner')).status).toBe(404);
    expect((await call('GET', '/domains')).body.items).toEqual([]);
    // Traffic of what is published is as before.
    const { body: api } = await call('GET', '/apis/petstore');
    expect(api).toMatchObject({ managedBy: null, published: [{ environment: 'test', revision: 1 }] });
    const { body: backend } = await call('GET', '/backends/pets');
    expect(backend).toMatchObject({ managedBy: null, definitions: { test: { definition: TEST } } });
    expect(backend.definitions.production).toBeUndefined();
    const told = problems.map(({ severity, code, message }) => `${severity} ${code} ${message}`).join('\n');
    for (const name of ['petstore', 'pets']) expect(told).toMatch(new RegExp(`^warning managed.left .*"${name}"`, 'm'));
    expect(told).toContain('prune: true');
    expect(told).not.toContain('draft');
    // Told once: what is nobody's file's is a person's now, who may change it.
    const before = await audited();
    expect(await apply({})).toEqual({ number: null, problems: [] });
    expect(await audited()).toEqual(before);
    expect((await call('DELETE', '/apis/petstore?confirm=true')).status).toBe(200);
    expect((await call('DELETE', '/backends/pets')).status).toBe(200);
  });

  test('is gone with prune: true also where it is published; what people published of it stays and is told', async () => {
    const { apply, call } = await startControlPlane(dialect);
    await apply(FILE);
    const { problems } = await apply({ prune: true });
    expect(problems).toEqual([]);
    for (const path of ['/apis/petstore', '/backends/pets', '/apps/partner']) expect((await call('GET', path)).status).toBe(404);

    await apply(FILE);
    expect((await call('POST', '/apis/petstore/publications', { environment: 'production' })).status).toBe(201);
    const left = await apply({ prune: true });
    const { body } = await call('GET', '/apis/petstore');
    expect(body).toMatchObject({ managedBy: null, published: [{ environment: 'production', revision: 1 }] });
    expect((await call('GET', '/backends/pets')).body.definitions).toMatchObject({ production: { definition: PRODUCTION } });
    const told = left.problems.map(({ message }) => message).join('\n');
    expect(told).toContain('"petstore"');
    expect(told).toContain('production');
    expect(told).not.toContain('prune: true');
  });

  test('does not take away, with prune: true, what people have published on its backend services', async () => {
    const { apply, call } = await startControlPlane(dialect);
    await apply(FILE);
    await call('PUT', '/apis/own', { definition: definition('/own'), backend: 'pets' });
    expect((await call('POST', '/apis/own/publications', { environment: 'test' })).status).toBe(201);
    const { problems } = await apply({ prune: true });
    expect((await call('GET', '/apis/petstore')).status).toBe(404);
    expect((await call('GET', '/apis/own')).body.published).toMatchObject([{ environment: 'test' }]);
    expect((await call('GET', '/backends/pets')).body).toMatchObject({ managedBy: null, definitions: { test: { definition: TEST } } });
    expect(problems.map(({ message }) => message).join('\n')).toContain('"pets"');
  });

  test('is no more published where the file says so no more, and only with prune: true', async () => {
    const { apply, call } = await startControlPlane(dialect);
    const both = { ...petstore, publish: ['test', 'production'] };
    const environments = async () =>
      (await call('GET', '/apis/petstore')).body.published.map(({ environment }: { environment: string }) => environment);
    await apply({ ...FILE, apis: [both] });
    expect((await apply(FILE)).problems).toMatchObject([{ code: 'managed.left' }]);
    expect(await environments()).toEqual(['production', 'test']);
    expect((await call('DELETE', '/apis/petstore/publications/production')).status).toBe(200);
    await apply({ ...FILE, apis: [both] });
    expect((await apply({ ...FILE, prune: true })).problems).toEqual([]);
    expect(await environments()).toEqual(['test']);
  });

  test('is refused whole when any of it is: nothing of it is half there', async () => {
    const { apply, call, audited } = await startControlPlane(dialect);
    await apply(FILE);
    const before = await audited();
    const second = { ...petstore, name: 'second', basePath: '/second', publish: ['pre'] };
    const changed = { ...petstore, definition: definition('/owners') };
    const undefinedThere = await refusalOf(apply({ ...FILE, backends: [{ ...pets, description: 'New' }], apis: [changed, second] }));
    expect(undefinedThere.code).toBe('backend.undefined-in-environment');
    const same = { ...petstore, name: 'same' };
    expect((await refusalOf(apply({ ...FILE, apis: [changed, same] }))).code).toBe('publication.invalid');
    expect(await audited()).toEqual(before);
    expect((await call('GET', '/apis/second')).status).toBe(404);
    expect((await call('GET', '/backends/pets')).body.description).toBeNull();
    expect((await call('GET', '/apis/petstore')).body).toMatchObject({ changed: false, published: [{ revision: 1 }] });
    expect(await apply(FILE)).toEqual({ number: null, problems: [] });
  });

  test('does not lose an environment in which something is published', async () => {
    const { apply, call } = await startControlPlane(dialect);
    await apply(FILE);
    expect((await call('POST', '/apis/petstore/publications', { environment: 'production' })).status).toBe(201);
    const refusal = await refusalOf(apply({ ...FILE, environments: ['test'], gateway: { defaultEnvironment: 'test' } }));
    expect(refusal.detail).toContain('production');
    // Nor when the file names it nowhere else.
    const { production: _, ...environments } = pets.environments;
    const quiet = apply({
      ...FILE,
      backends: [{ ...pets, environments }],
      environments: ['test'],
      gateway: { defaultEnvironment: 'test' },
    });
    expect((await refusalOf(quiet)).detail).toContain('production');
    expect((await call('GET', '/environments')).body.items.map(({ name }: { name: string }) => name)).toEqual([
      'test',
      'pre',
      'production',
    ]);
    expect((await call('GET', '/apis/petstore')).body.published).toHaveLength(2);
  });
});
