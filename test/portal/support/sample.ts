import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessRequests, apis, apps, system } from '@gatehouse/contract/management';
import { createFrobs } from '../../../examples/frobs/server.ts';
import { createPetstore } from '../../../examples/petstore/server.ts';
import { createBackend, publish } from '../../support/control-calls.ts';
import { Portal } from './portal.ts';

const KINDS = ['API', 'Component', 'System', 'Domain', 'Resource', 'Group', 'User'];
const PETSTORE = new URL('../../../examples/petstore/openapi.yaml', import.meta.url);
const FROBS = new URL('../../../examples/frobs/openapi.yaml', import.meta.url);

/** A company with something of everything that the portal shows: services, entities, APIs, apps, requests, calls. */
export class Sample {
  readonly portal: Portal;
  readonly #services: readonly Server[];

  private constructor(portal: Portal, services: readonly Server[]) {
    this.portal = portal;
    this.#services = services;
  }

  static async start(): Promise<Sample> {
    const services = [
      createPetstore({ environment: 'test' }),
      createPetstore({ environment: 'production' }),
      createFrobs({ environment: 'test' }),
    ];
    for (const service of services) {
      service.listen(0, '127.0.0.1');
      await once(service, 'listening');
    }
    const [petsTest = '', petsProduction = '', frobs = ''] = services.map(
      (service) => `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    );
    const portal = await Portal.start({
      files: { 'company.yaml': COMPANY },
      config: {
        catalog: { locations: [{ type: 'file', target: './company.yaml', rules: [{ allow: KINDS }] }] },
        backends: [
          {
            name: 'pets',
            type: 'http',
            description: 'The service of the pet shop',
            environments: { test: { url: petsTest }, production: { url: petsProduction } },
          },
        ],
        policies: [{ cors: { allowOrigins: ['*'] } }],
        apis: [
          {
            name: 'petstore',
            owner: 'team-pets',
            definition: PETSTORE.pathname,
            basePath: '/petstore',
            backend: 'pets',
            policies: [{ 'rate-limit': { limit: 100, window: '1s' } }],
            publish: ['test', 'production'],
          },
        ],
      },
    });
    const sample = new Sample(portal, services);
    try {
      await sample.#fill(frobs);
    } catch (error) {
      await sample.close();
      throw error;
    }
    return sample;
  }

  /** What people make in the portal, as far as it is not in the file. */
  async #fill(frobsUrl: string): Promise<void> {
    const { client, gatewayUrl } = this.portal.instance;
    await createBackend(client, 'frobs', { test: frobsUrl });
    const definition = await readFile(FROBS, 'utf8');
    const draft = { definition, basePath: '/frobs', backend: 'frobs', owner: 'team-frobs', auth: 'app' as const };
    await client.call(apis.putApi, { params: { name: 'frobs' }, body: draft });
    await publish(client, 'frobs', 'test');
    const domain = {
      params: { host: 'api.example.com' },
      body: { mappings: [{ path: 'v1/pets', api: 'petstore', environment: 'production' }] },
    };
    await client.call(system.putDomain, domain);
    const description = 'The shop on the web, and everything that it calls on behalf of its customers';
    const shop = (await client.call(apps.createApp, { body: { name: 'web-shop', owner: 'team-pets', description } })).body;
    const authorization = { params: { name: 'web-shop' }, body: { api: 'petstore', environment: 'production' } };
    await client.call(apps.createAuthorization, authorization);
    const request = { api: 'frobs', environment: 'test', reason: 'To show frobs beside pets, some hundred calls a day' };
    const olga = (await client.call(system.createToken, { body: { name: 'olga', role: 'developer', teams: ['team-pets'] } })).body;
    await this.portal.instance.as(olga.token).call(accessRequests.requestAccess, { params: { name: 'web-shop' }, body: request });
    const headers = { Authorization: `APPCODE ${shop.appCode}` };
    for (const path of ['/petstore/pet/findByStatus?status=available', '/petstore/pet/1', '/petstore/nowhere', '/test/frobs/v1/list']) {
      await (await fetch(gatewayUrl + path, { headers })).arrayBuffer();
    }
  }

  async close(): Promise<void> {
    await this.portal.close();
    for (const service of this.#services) {
      service.closeAllConnections();
      service.close();
    }
  }
}

const COMPANY = `apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-pets, description: Looks after the pets }
spec: { type: team, profile: { displayName: Team Pets, email: pets@example.com }, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: jane }
spec: { profile: { displayName: Jane Doe, email: jane@example.com }, memberOf: [team-pets] }
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: { name: retail }
spec: { owner: team-pets }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: pet-shop, title: Pet shop, tags: [shop] }
spec: { owner: team-pets, domain: retail }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: pet-service
  description: Keeps the pets, and answers for them
  tags: [node, shop]
  links: [{ url: https://example.com/runbook, title: Runbook }]
spec:
  type: service
  lifecycle: production
  owner: team-pets
  system: pet-shop
  providesApis: [petstore, pet-events, pet-graph, pet-grpc]
  dependsOn: ['resource:pets-db']
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: pets-db }
spec: { type: database, owner: team-pets, system: pet-shop }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: pet-events, description: What happens to pets, tags: [events] }
spec:
  type: asyncapi
  lifecycle: experimental
  owner: team-pets
  system: pet-shop
  definition: |
    asyncapi: 3.0.0
    info: { title: Pet events, version: 1.0.0, description: "Events about *pets*." }
    channels:
      petSold:
        address: pets.sold
        messages:
          PetSold: { payload: { type: object, properties: { id: { type: integer }, at: { type: string, format: date-time } } } }
    operations:
      onPetSold: { action: receive, channel: { $ref: '#/channels/petSold' }, summary: A pet was sold }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: pet-graph }
spec:
  type: graphql
  lifecycle: production
  owner: team-pets
  definition: |
    "A pet of the shop"
    type Pet { id: ID!, name: String, status: Status }
    enum Status { AVAILABLE SOLD }
    type Query { "Pets by status" pets(status: Status): [Pet!]! }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: pet-grpc }
spec:
  type: grpc
  lifecycle: deprecated
  owner: team-pets
  definition: |
    syntax = "proto3";
    package pets.v1;
    // Reads pets.
    service Pets { rpc Get(GetRequest) returns (Pet); rpc Watch(GetRequest) returns (stream Pet); }
    message GetRequest { int64 id = 1; }
    message Pet { int64 id = 1; string name = 2; }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: broken-api }
spec: { type: openapi, lifecycle: production }
`;
