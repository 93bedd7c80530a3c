import { defineRules } from './rule.ts';

export const bodyRules = defineRules({
  'required-request-body-added': {
    breaking: true,
    kind: 'added',
    when: 'The operation takes a body, which it requires',
    message: 'A required request body was added',
  },
  'optional-request-body-added': {
    breaking: false,
    kind: 'added',
    when: 'The operation takes a body, which may be left out',
    message: 'An optional request body was added',
  },
  'request-body-removed': {
    breaking: true,
    kind: 'removed',
    when: 'The operation takes no body any more',
    message: 'The request body was removed',
  },
  'request-body-became-required': {
    breaking: true,
    kind: 'changed',
    when: 'An optional body is required now',
    message: 'The request body is now required',
  },
  'request-body-became-optional': {
    breaking: false,
    kind: 'changed',
    when: 'A required body is optional now',
    message: 'The request body is now optional',
  },
  'request-media-type-removed': {
    breaking: true,
    kind: 'removed',
    when: 'A media type of the body is no longer taken, not by a range such as `application/*` either',
    message: 'The request body may no longer be {name}',
  },
  'request-media-type-added': {
    breaking: false,
    kind: 'added',
    when: 'Another media type of the body is taken',
    message: 'The request body may now be {name}',
  },
});
