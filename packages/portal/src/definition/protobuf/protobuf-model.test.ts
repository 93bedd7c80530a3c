import { expect, it } from 'vitest';
import { readProtobuf } from './protobuf-model.ts';

const FILE = `
syntax = "proto3";
package pets.v1;
import "google/protobuf/timestamp.proto";
// Reads pets.
service Pets {
  // One of them.
  rpc Get(GetRequest) returns (Pet);
  rpc Chat(stream GetRequest) returns (stream Pet) { option deprecated = true; }
}
message GetRequest { int64 id = 1; }
message Pet {
  optional string name = 1; // What it is called
  repeated string tags = 2;
  map<string, int32> counts = 3;
  oneof owner { string person = 4; Shop shop = 5; }
  enum Status { UNKNOWN = 0; SOLD = 1; }
  message Shop {}
}
`;

it('a file lists its services with streams, and its messages with their fields', () => {
  const { package: name, imports, declarations } = readProtobuf(FILE);
  expect([name, imports]).toEqual(['pets.v1', ['google/protobuf/timestamp.proto']]);
  expect(declarations.map(({ key }) => key)).toEqual([
    'service pets.v1.Pets',
    'message pets.v1.GetRequest',
    'message pets.v1.Pet',
    'enum pets.v1.Pet.Status',
    'message pets.v1.Pet.Shop',
  ]);
  expect(declarations[0]).toMatchObject({
    comment: 'Reads pets.',
    methods: [
      { name: 'Get', comment: 'One of them.', requestStream: false, responseStream: false },
      { name: 'Chat', requestStream: true, responseStream: true, deprecated: true },
    ],
  });
  expect(declarations[2]?.fields).toMatchObject([
    { name: 'name', type: 'optional string', oneof: undefined, comment: 'What it is called' },
    { name: 'tags', type: 'repeated string' },
    { name: 'counts', type: 'map<string, int32>' },
    { name: 'person', oneof: 'owner' },
    { name: 'shop', oneof: 'owner', typeName: 'Shop' },
  ]);
});

it.each(['message {', 'hello'])('what is none is refused, with its line: %s', (text) => {
  expect(() => readProtobuf(text)).toThrow();
});
