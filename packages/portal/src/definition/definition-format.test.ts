import { expect, it } from 'vitest';
import { fileNameOf, formatOf } from './definition-format.ts';

it.each([
  ['openapi', '', 'openapi'],
  ['gRPC', '', 'protobuf'],
  ['rest', 'openapi: 3.0.0', 'openapi'],
  ['rest', '{ "swagger": "2.0" }', 'openapi'],
  ['events', 'asyncapi: 3.0.0', 'asyncapi'],
  ['rpc', '// a comment\nsyntax = "proto3";', 'protobuf'],
  ['soap', '<wsdl/>', 'text'],
])('a definition of type %s that begins with %j is shown as %s', (type, text, format) => {
  expect(formatOf(type, text)).toBe(format);
});

it('a download is named after the API, and by nothing that means something to a file system', () => {
  expect(fileNameOf('Pet store', 'openapi', 'openapi: 3')).toBe('Pet-store.openapi.yaml');
  expect(fileNameOf('../../etc/passwd', 'openapi', '{')).toBe('etc-passwd.openapi.json');
  expect(fileNameOf('\u202e/', 'graphql', '')).toBe('definition.graphql');
  expect(fileNameOf('Haustiere Überblick', 'protobuf', '')).toBe('Haustiere-Überblick.proto');
});
