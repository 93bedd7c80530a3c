/** How a definition is shown; `text`: as it is. */
export type DefinitionFormat = 'openapi' | 'asyncapi' | 'graphql' | 'protobuf' | 'text';

const BY_TYPE: Record<string, DefinitionFormat | undefined> = {
  openapi: 'openapi',
  swagger: 'openapi',
  asyncapi: 'asyncapi',
  graphql: 'graphql',
  grpc: 'protobuf',
  protobuf: 'protobuf',
  proto: 'protobuf',
};

/** The beginnings of texts by which their format is told where the type says nothing, such as `rest` or `events`. */
const BEGINNINGS: readonly (readonly [RegExp, DefinitionFormat])[] = [
  [/^\s*\{?\s*"?(?:openapi|swagger)"?\s*:/, 'openapi'],
  [/^\s*\{?\s*"?asyncapi"?\s*:/, 'asyncapi'],
  [/^\s*(?:\/\/[^\n]{0,500}\n\s*){0,20}syntax\s*=\s*["']proto/, 'protobuf'],
];
const LOOKED_AT = 20_000;

/** Decides by the type of the catalog, and else by the text, how a definition is shown. */
export function formatOf(type: string, text: string): DefinitionFormat {
  const known = BY_TYPE[type.trim().toLowerCase()];
  if (known !== undefined) return known;
  const beginning = text.slice(0, LOOKED_AT);
  return BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1] ?? 'text';
}

const ENDINGS: Record<DefinitionFormat, string> = {
  openapi: 'openapi',
  asyncapi: 'asyncapi',
  graphql: 'graphql',
  protobuf: 'proto',
  text: 'txt',
};

/** What a definition is called when it is downloaded: `petstore.openapi.yaml`. */
export function fileNameOf(title: string, format: DefinitionFormat, text: string): string {
  const name =
    title
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 80) || 'definition';
  if (format !== 'openapi' && format !== 'asyncapi') return `${name}.${ENDINGS[format]}`;
  return `${name}.${ENDINGS[format]}.${/^\s*\{/.test(text) ? 'json' : 'yaml'}`;
}
