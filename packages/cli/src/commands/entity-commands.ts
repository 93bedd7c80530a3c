import { type Command, defineCommand, local } from '../command-line/command.ts';

export const entity = defineCommand({
  name: 'entity',
  arguments: [],
  options: {
    'from-url': { value: 'URL', summary: 'Where the running service has its OpenAPI document, such as http://localhost:8080/v3/api-docs.' },
    'from-file': { value: 'FILE', summary: 'The OpenAPI document; it may refer to other files.' },
    name: { value: 'NAME', summary: 'What the API is called in the catalog; default: GATEHOUSE_SERVICE_NAME.' },
    owner: { value: 'REF', summary: 'The team that owns it; default: GATEHOUSE_SERVICE_OWNER.' },
    namespace: { value: 'NAME', summary: 'Default: default.' },
    title: { value: 'TEXT', summary: 'How it is shown.' },
    description: { value: 'TEXT', summary: 'What it is for.' },
    system: { value: 'REF', summary: 'The system that it is part of.' },
    lifecycle: { value: 'NAME', summary: 'Default: production.' },
    type: { value: 'TYPE', summary: 'Default: openapi.' },
    tag: { value: 'TAG', many: true, summary: 'A tag.' },
    annotation: { value: 'KEY=VALUE', many: true, summary: 'An annotation.' },
    label: { value: 'KEY=VALUE', many: true, summary: 'A label.' },
    link: { value: '[TITLE=]URL', many: true, summary: 'A link.' },
    component: { summary: 'Also writes a Component that provides the API.' },
    inline: { summary: 'Puts the document into the entity instead of beside it.' },
    out: { value: 'DIR', summary: 'Writes files there.' },
    s3: { value: 'BUCKET/PREFIX', summary: 'Writes objects there, with the credentials of the environment.' },
    region: { value: 'REGION', summary: 'Of the bucket; default: AWS_REGION.' },
    endpoint: { value: 'URL', summary: "Of a store other than Amazon's." },
    'role-arn': { value: 'ARN', summary: 'The role to write objects as.' },
    'external-id': { value: 'ID', summary: 'That the role asks for.' },
    push: { summary: 'Sends the entities to Gatehouse.' },
    url: { value: 'URL', summary: 'With --push, where Gatehouse is; default: GATEHOUSE_URL, else http://127.0.0.1:3000.' },
    'token-file': {
      value: 'FILE',
      summary: 'With --push, the file that holds the access token; default: the token is in GATEHOUSE_TOKEN.',
    },
    'dry-run': { summary: 'Prints the entities, and writes nothing.' },
  },
  summary: 'Writes catalog entities for a service in any language; made for CI.',
  details: [
    'The document and the entities are checked before anything is written; every problem is shown with file:line:column.',
    'What is there already and has not changed is not written again.',
  ],
});

export const ENTITY_COMMANDS: readonly Command[] = [local(entity, async () => (await import('../entity/entity-command.ts')).entityCommand)];
