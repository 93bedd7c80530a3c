import { defineRules } from './rule.ts';

export const responseRules = defineRules({
  'success-response-removed': {
    breaking: true,
    kind: 'removed',
    when: 'A 1xx, 2xx or 3xx status is gone, and neither its range (`2XX`) nor, as the only success, `default` stands for it',
    message: 'The response {name} was removed',
  },
  'error-response-removed': {
    breaking: false,
    kind: 'removed',
    when: 'A 4xx or 5xx status, or `default`, is gone',
    message: 'The response {name} was removed',
  },
  'response-added': {
    breaking: false,
    kind: 'added',
    when: 'A status that was not declared',
    message: 'The response {name} was added',
  },
  'response-media-type-removed': {
    breaking: true,
    kind: 'removed',
    when: 'A media type of a response is gone',
    message: 'The response is no longer {name}',
  },
  'response-media-type-added': {
    breaking: false,
    kind: 'added',
    when: 'A response may have another media type: callers choose with `Accept`',
    message: 'The response may now be {name}',
  },
  'response-header-removed': {
    breaking: true,
    kind: 'removed',
    when: 'A declared response header is gone',
    message: 'The response header "{name}" was removed',
  },
  'response-header-added': {
    breaking: false,
    kind: 'added',
    when: 'A response header that was not declared',
    message: 'The response header "{name}" was added',
  },
  'response-header-became-optional': {
    breaking: true,
    kind: 'changed',
    when: 'A response header that was always sent may be missing',
    message: 'The response header "{name}" may now be missing',
  },
  'response-header-became-required': {
    breaking: false,
    kind: 'changed',
    when: 'A response header is now always sent',
    message: 'The response header "{name}" is now always sent',
  },
});
