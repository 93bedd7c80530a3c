import { parse } from 'protobufjs';
import { asFields, asList, asText, asWord, type Fields } from '../document/value.ts';

export interface ProtoMethod {
  name: string;
  comment: string | undefined;
  request: string;
  requestStream: boolean;
  response: string;
  responseStream: boolean;
  deprecated: boolean;
}

export interface ProtoField {
  name: string;
  id: number;
  /** `repeated string`, `map<string, int32>`. */
  type: string;
  /** Without marks, to go to it. */
  typeName: string;
  comment: string | undefined;
  deprecated: boolean;
  /** The group of fields of which one at most is set. */
  oneof: string | undefined;
}

/** Something that a file of protocol buffers declares, by its full name. */
export interface ProtoDeclaration {
  /** `service pets.v1.Pets`. */
  key: string;
  kind: 'service' | 'message' | 'enum';
  name: string;
  fullName: string;
  comment: string | undefined;
  deprecated: boolean;
  methods: readonly ProtoMethod[];
  fields: readonly ProtoField[];
  values: readonly { name: string; id: number; comment: string | undefined }[];
}

export interface ProtoFile {
  package: string | undefined;
  imports: readonly string[];
  declarations: readonly ProtoDeclaration[];
}

/** Files of services are a thousandth of it. */
const LENGTH_MAX = 3_000_000;
/** Nesting ends somewhere. */
const DEPTH_MAX = 64;

/** Reads one file of protocol buffers; what it imports stays a name. Throws what the parser throws, which says the line. */
export function readProtobuf(text: string): ProtoFile {
  if (text.length > LENGTH_MAX) throw new RangeError('It is too large to be read on the page.');
  const {
    root,
    package: name,
    imports = [],
    weakImports = [],
  } = parse(text, { keepCase: true, alternateCommentMode: true, preferTrailingComment: true });
  const declarations: ProtoDeclaration[] = [];
  collect(asFields(root.toJSON({ keepComments: true })) ?? {}, [], declarations, 0);
  return { package: name, imports: [...imports, ...weakImports], declarations };
}

function collect(node: Fields, path: readonly string[], found: ProtoDeclaration[], depth: number): void {
  for (const [name, given] of Object.entries(asFields(node.nested) ?? {})) {
    const fields = asFields(given) ?? {};
    const here = [...path, name];
    const kind =
      fields.methods !== undefined ? 'service' : fields.fields !== undefined ? 'message' : fields.values !== undefined ? 'enum' : undefined;
    if (kind !== undefined) found.push(toDeclaration(kind, name, here.join('.'), fields));
    if (depth < DEPTH_MAX) collect(fields, here, found, depth + 1);
  }
}

function toDeclaration(kind: ProtoDeclaration['kind'], name: string, fullName: string, node: Fields): ProtoDeclaration {
  const comments = asFields(node.comments) ?? {};
  const oneofs = oneofsOf(node);
  return {
    key: `${kind} ${fullName}`,
    kind,
    name,
    fullName,
    comment: asText(node.comment),
    deprecated: isDeprecated(node),
    methods: Object.entries(asFields(node.methods) ?? {}).map(([method, given]) => toMethod(method, asFields(given) ?? {})),
    fields: Object.entries(asFields(node.fields) ?? {}).map(([field, given]) => toField(field, asFields(given) ?? {}, oneofs.get(field))),
    values: Object.entries(asFields(node.values) ?? {}).map(([value, id]) => ({
      name: value,
      id: Number(id),
      comment: asText(comments[value]),
    })),
  };
}

/** `optional` of proto3 is a group of its own to the parser, with a name that begins with `_`. */
function oneofsOf(node: Fields): Map<string, string> {
  const groups = Object.entries(asFields(node.oneofs) ?? {}).filter(([name]) => !name.startsWith('_'));
  return new Map(
    groups.flatMap(([name, given]) => asList(asFields(given)?.oneof).map((field): [string, string] => [asWord(field) ?? '', name])),
  );
}

function toMethod(name: string, node: Fields): ProtoMethod {
  return {
    name,
    comment: asText(node.comment),
    request: asText(node.requestType) ?? '?',
    requestStream: node.requestStream === true,
    response: asText(node.responseType) ?? '?',
    responseStream: node.responseStream === true,
    deprecated: isDeprecated(node),
  };
}

function toField(name: string, node: Fields, oneof: string | undefined): ProtoField {
  const typeName = asText(node.type) ?? '?';
  const key = asText(node.keyType);
  const options = asFields(node.options) ?? {};
  const rule = options.proto3_optional === true ? 'optional' : asText(node.rule);
  return {
    name,
    id: Number(node.id),
    type: key === undefined ? [rule, typeName].filter((word) => word !== undefined).join(' ') : `map<${key}, ${typeName}>`,
    typeName,
    comment: asText(node.comment),
    deprecated: isDeprecated(node),
    oneof,
  };
}

function isDeprecated(node: Fields): boolean {
  return asFields(node.options)?.deprecated === true;
}
