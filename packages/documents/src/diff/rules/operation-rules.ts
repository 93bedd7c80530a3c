import { defineRules } from './rule.ts';

export const operationRules = defineRules({
  'path-removed': {
    breaking: true,
    kind: 'removed',
    when: 'An operation is gone, and so is every other on its path',
    message: 'The operation and its whole path were removed',
  },
  'operation-removed': {
    breaking: true,
    kind: 'removed',
    when: 'An operation is gone; its path has others. Not when `x-amazon-apigateway-any-method` takes its place: the two are compared',
    message: 'The operation was removed',
  },
  'path-added': {
    breaking: false,
    kind: 'added',
    when: 'An operation on a path that is new',
    message: 'The operation was added, on a new path',
  },
  'operation-added': {
    breaking: false,
    kind: 'added',
    when: 'An operation on a path that had others',
    message: 'The operation was added',
  },
  'operation-deprecated': {
    breaking: false,
    kind: 'changed',
    when: '`deprecated` was set',
    message: 'The operation is now deprecated',
  },
  'operation-reactivated': {
    breaking: false,
    kind: 'changed',
    when: '`deprecated` was taken back',
    message: 'The operation is no longer deprecated',
  },
  'operation-id-changed': {
    breaking: false,
    kind: 'changed',
    when: '`operationId`: the wire is the same, generated clients get another method name',
    message: 'The operationId changed from {before} to {after}',
  },
  'callbacks-changed': {
    breaking: false,
    kind: 'changed',
    when: '`callbacks` differ; they are not compared in detail',
    message: 'The callbacks changed; they are not compared in detail',
  },
  'webhooks-changed': {
    breaking: false,
    kind: 'changed',
    when: '`webhooks` differ; they are not compared in detail',
    message: 'The webhooks changed; they are not compared in detail',
  },
  'documentation-changed': {
    breaking: false,
    kind: 'changed',
    when: 'Titles, summaries, descriptions, tags, examples, external documentation: once per operation, and once for the definition',
    message: 'The documentation changed: {name}',
  },
  'integration-changed': {
    breaking: false,
    kind: 'changed',
    when: '`x-gatehouse-integration` or `x-amazon-apigateway-integration`: how the operation reaches its backend, or what its mock answers',
    message: 'The integration with the backend changed',
  },
  'policies-changed': {
    breaking: false,
    kind: 'changed',
    when: '`x-gatehouse-policies` and other `x-gatehouse-` and `x-amazon-apigateway-` extensions: what the gateway asks for and does may differ, so read them',
    message: 'What the gateway is told to do changed: {name}',
  },
  truncated: {
    breaking: false,
    kind: 'changed',
    when: 'There are more than 5,000 changes; the others are left out, breaking ones last',
    message: 'There are more changes than {name}; the others are not listed',
  },
  'comparison-incomplete': {
    breaking: true,
    kind: 'changed',
    when: 'The definitions are too large or too entangled to be compared to the end, so a breaking change cannot be ruled out',
    message: 'The definitions are too large to be compared to the end, so a breaking change cannot be ruled out',
  },
});
