import { defineRules } from './rule.ts';

export const parameterRules = defineRules({
  'path-parameter-renamed': {
    breaking: false,
    kind: 'changed',
    when: 'A path parameter has another name at the same position: `/pets/{id}` and `/pets/{petId}` are one path',
    message: 'The path parameter {before} is now named {after}',
  },
  'required-parameter-added': {
    breaking: true,
    kind: 'added',
    when: 'A required parameter that was not there',
    message: 'The required parameter "{name}" was added',
  },
  'optional-parameter-added': {
    breaking: false,
    kind: 'added',
    when: 'An optional parameter that was not there',
    message: 'The optional parameter "{name}" was added',
  },
  'parameter-removed': {
    breaking: true,
    kind: 'removed',
    when: 'A parameter is gone: who sends it no longer gets what it asked for',
    message: 'The parameter "{name}" was removed',
  },
  'parameter-became-required': {
    breaking: true,
    kind: 'changed',
    when: 'An optional parameter is required now, also when it has a default',
    message: 'The parameter "{name}" is now required',
  },
  'parameter-became-optional': {
    breaking: false,
    kind: 'changed',
    when: 'A required parameter is optional now',
    message: 'The parameter "{name}" is now optional',
  },
  'parameter-location-changed': {
    breaking: true,
    kind: 'changed',
    when: 'A parameter of the same name is expected elsewhere (`in`)',
    message: 'The parameter "{name}" moved from {before} to {after}',
  },
  'parameter-style-changed': {
    breaking: true,
    kind: 'changed',
    when: 'An array or object is written otherwise: `style`, `explode`, `collectionFormat`, the media type of `content`',
    message: 'The parameter "{name}" is written otherwise: {before} became {after}',
  },
  'parameter-deprecated': {
    breaking: false,
    kind: 'changed',
    when: '`deprecated` was set on a parameter',
    message: 'The parameter "{name}" is now deprecated',
  },
});
