import { defineRules } from './rule.ts';

/** What two revisions can differ in beside their definitions: found by the control plane, which knows both. */
export const gatewayRules = defineRules({
  'base-path-changed': {
    breaking: true,
    kind: 'changed',
    when: 'The API is reached below another `basePath`',
    message: 'The API moves from {before} to {after}',
  },
  'domains-only-set': {
    breaking: true,
    kind: 'changed',
    when: 'The API is reachable through its own `domains` only (`disableExecuteApiEndpoint`)',
    message: 'The API is reachable through its own domains only',
  },
  'domains-only-lifted': {
    breaking: false,
    kind: 'changed',
    when: 'The API is reachable without its own `domains` too',
    message: 'The API is reachable without its own domains too',
  },
  'authentication-added': {
    breaking: true,
    kind: 'added',
    when: 'Callers of the operation must authenticate (`auth`), which they did not have to',
    message: 'Callers must authenticate, which they did not have to',
  },
  'authentication-narrowed': {
    breaking: true,
    kind: 'changed',
    when: 'A way to authenticate that was accepted no longer is: signatures, AppCodes, AppCodes in the query, signatures without a nonce',
    message: 'A way to authenticate that was accepted no longer is',
  },
  'authentication-changed': {
    breaking: false,
    kind: 'changed',
    when: 'Callers may authenticate in further ways, or their credentials are passed on',
    message: 'How callers authenticate changed; what was accepted still is',
  },
  'authentication-removed': {
    breaking: false,
    kind: 'removed',
    when: 'Callers of the operation need not authenticate any more',
    message: 'Callers need not authenticate any more',
  },
  'error-profile-changed': {
    breaking: false,
    kind: 'changed',
    when: 'Errors that the gateway itself answers with have another form; their statuses may differ with it',
    message: 'Errors of the gateway have the form {after}, which was {before}',
  },
  'owner-changed': {
    breaking: false,
    kind: 'changed',
    when: 'Another team owns the API',
    message: 'The API is published for another team',
  },
  'timeouts-changed': {
    breaking: false,
    kind: 'changed',
    when: '`timeouts` of the API or of an operation: a call that took long may now fail, or wait longer',
    message: 'The timeouts of {name} changed',
  },
  'variables-changed': {
    breaking: false,
    kind: 'changed',
    when: 'Stage variables of an environment; their values are not shown',
    message: 'The stage variables of {name} changed',
  },
  'backend-changed': {
    breaking: false,
    kind: 'changed',
    when: 'Requests of the operation go to another backend service or URL',
    message: 'Requests go to another backend',
  },
});
