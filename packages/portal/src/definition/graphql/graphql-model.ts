import {
  buildClientSchema,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  type IntrospectionQuery,
  Kind,
  parse,
  print,
  printSchema,
  type TypeNode,
} from 'graphql';

export interface GraphqlField {
  name: string;
  description: string | undefined;
  type: string;
  /** Name of the type without lists and marks, to go to it. */
  typeName: string;
  arguments: readonly GraphqlField[];
  defaultValue: string | undefined;
  /** Why it is deprecated; undefined: it is not. */
  deprecated: string | undefined;
}

export interface GraphqlType {
  /** `type Pet`, `Query.pets`. */
  key: string;
  kind: 'query' | 'mutation' | 'subscription' | 'type' | 'interface' | 'input' | 'enum' | 'union' | 'scalar' | 'directive';
  name: string;
  description: string | undefined;
  deprecated: string | undefined;
  /** As it is written in the schema. */
  source: string;
  fields: readonly GraphqlField[];
  values: readonly { name: string; description: string | undefined; deprecated: string | undefined }[];
  /** Types of a union, interfaces of a type. */
  related: readonly string[];
  /** Of an operation: what it answers with. */
  type: string | undefined;
  typeName: string | undefined;
}

/** Schemas of more words than these are not read on the page: GitHub's has a quarter of it. */
const TOKENS_MAX = 1_000_000;

/** Operations and types of a schema in its own language, or of the result of an introspection. Throws `GraphQLError`, `SyntaxError`. */
export function readGraphql(text: string): GraphqlType[] {
  const document = parse(toSdl(text), { noLocation: true, maxTokens: TOKENS_MAX });
  const roots = rootsOf(document);
  const types = new Map<string, GraphqlType>();
  for (const definition of document.definitions) {
    for (const type of toTypes(definition, roots)) {
      const before = types.get(type.key);
      // `extend type Query` adds to what is there.
      types.set(type.key, before === undefined ? type : join(before, type));
    }
  }
  return [...types.values()];
}

function join(before: GraphqlType, more: GraphqlType): GraphqlType {
  return {
    ...before,
    source: `${before.source}\n\n${more.source}`,
    fields: [...before.fields, ...more.fields],
    values: [...before.values, ...more.values],
    related: [...before.related, ...more.related],
  };
}

function toSdl(text: string): string {
  if (!/^\s*\{/.test(text)) return text;
  const given = JSON.parse(text) as { data?: IntrospectionQuery } & IntrospectionQuery;
  return printSchema(buildClientSchema(given.data ?? given, { assumeValid: true }));
}

type Roots = ReadonlyMap<string, 'query' | 'mutation' | 'subscription'>;

function rootsOf({ definitions }: DocumentNode): Roots {
  const named = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION ? (definition.operationTypes ?? []) : [],
  );
  if (named.length > 0) return new Map(named.map(({ operation, type }) => [type.name.value, operation]));
  return new Map([
    ['Query', 'query'],
    ['Mutation', 'mutation'],
    ['Subscription', 'subscription'],
  ]);
}

function toTypes(definition: DefinitionNode, roots: Roots): GraphqlType[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION: {
      const root = roots.get(definition.name.value);
      const fields = (definition.fields ?? []).map(toField);
      if (root === undefined)
        return [{ ...base(definition, 'type'), fields, related: (definition.interfaces ?? []).map(({ name }) => name.value) }];
      return (definition.fields ?? []).map((node, index) => ({
        ...base(node, root),
        key: `${definition.name.value}.${node.name.value}`,
        fields: fields[index]?.arguments ?? [],
        type: fields[index]?.type,
        typeName: fields[index]?.typeName,
      }));
    }
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      return [
        {
          ...base(definition, 'interface'),
          fields: (definition.fields ?? []).map(toField),
          related: (definition.interfaces ?? []).map(({ name }) => name.value),
        },
      ];
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return [{ ...base(definition, 'input'), fields: (definition.fields ?? []).map(toField) }];
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION:
      return [
        {
          ...base(definition, 'enum'),
          values: (definition.values ?? []).map((value) => ({
            name: value.name.value,
            description: value.description?.value,
            deprecated: deprecationOf(value.directives),
          })),
        },
      ];
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      return [{ ...base(definition, 'union'), related: (definition.types ?? []).map(({ name }) => name.value) }];
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_EXTENSION:
      return [base(definition, 'scalar')];
    case Kind.DIRECTIVE_DEFINITION:
      return [{ ...base(definition, 'directive'), name: `@${definition.name.value}`, fields: (definition.arguments ?? []).map(toField) }];
    default:
      return [];
  }
}

type Named = DefinitionNode & { name: { value: string } };

function base(node: Named | FieldNode, kind: GraphqlType['kind']): GraphqlType {
  const name = node.name.value;
  return {
    key: `${kind} ${name}`,
    kind,
    name,
    description: 'description' in node ? node.description?.value : undefined,
    deprecated: 'directives' in node ? deprecationOf(node.directives) : undefined,
    source: print(node),
    fields: [],
    values: [],
    related: [],
    type: undefined,
    typeName: undefined,
  };
}

type FieldNode = Extract<DefinitionNode, { kind: typeof Kind.OBJECT_TYPE_DEFINITION }>['fields'] extends readonly (infer Node)[] | undefined
  ? Node
  : never;

function toField(node: FieldNode | InputValueDefinitionNode): GraphqlField {
  return {
    name: node.name.value,
    description: node.description?.value,
    type: print(node.type),
    typeName: typeNameOf(node.type),
    arguments: 'arguments' in node ? (node.arguments ?? []).map(toField) : [],
    defaultValue: 'defaultValue' in node && node.defaultValue !== undefined ? print(node.defaultValue) : undefined,
    deprecated: deprecationOf(node.directives),
  };
}

function typeNameOf(type: TypeNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

function deprecationOf(directives: readonly DirectiveNode[] | undefined): string | undefined {
  const deprecated = directives?.find(({ name }) => name.value === 'deprecated');
  if (deprecated === undefined) return undefined;
  const reason = deprecated.arguments?.find(({ name }) => name.value === 'reason')?.value;
  return reason?.kind === Kind.STRING ? reason.value : 'No longer supported';
}
