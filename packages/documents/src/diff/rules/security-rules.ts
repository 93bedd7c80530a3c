import { defineRules } from './rule.ts';

export const securityRules = defineRules({
  'security-added': {
    breaking: true,
    kind: 'added',
    when: 'Callers without credentials were let in and no longer are',
    message: 'Callers must now present credentials: {after}',
  },
  'security-removed': {
    breaking: false,
    kind: 'removed',
    when: 'Callers without credentials are let in',
    message: 'Callers need no credentials any more; before: {before}',
  },
  'security-alternative-removed': {
    breaking: true,
    kind: 'removed',
    when: 'Credentials that were enough (one entry of `security`) no longer are',
    message: 'The credentials {name} are no longer enough',
  },
  'security-alternative-added': {
    breaking: false,
    kind: 'added',
    when: 'Other credentials are enough too',
    message: 'The credentials {name} are now enough too',
  },
  'security-scope-added': {
    breaking: true,
    kind: 'changed',
    when: 'The same credentials need more scopes',
    message: 'The credentials {name} now need the scopes {after}; before: {before}',
  },
  'security-scope-removed': {
    breaking: false,
    kind: 'changed',
    when: 'The same credentials need fewer scopes',
    message: 'The credentials {name} now need the scopes {after} only; before: {before}',
  },
  'security-scheme-changed': {
    breaking: true,
    kind: 'changed',
    when: 'A security scheme kept its name and asks for something else: type, `in`, header name',
    message: 'The security scheme "{name}" changed from {before} to {after}',
  },
});
