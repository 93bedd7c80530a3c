import { createHash } from 'node:crypto';
import type { Definition } from '../definition/definition.ts';
import type { Metadata } from '../metadata/metadata.ts';
import { type DescribedEntity, toYaml } from './entity-yaml.ts';

/** Of the API's definition: an entity changes with its definition, also for catalogs that look at the entity's file only. */
export const DEFINITION_HASH_ANNOTATION = 'gatehouse.dev/definition-sha256';

export interface EntityOptions {
  /** The definition stands in the entity instead of in a file of its own. */
  inline?: boolean;
  /** Adds an entity of kind Component that provides the API. */
  component?: boolean | { type?: string };
}

/** One file, or what is sent as one. */
export interface OutputFile {
  /** Relative, with slashes: `petstore/catalog-info.yaml`. */
  path: string;
  mediaType: string;
  bytes: Buffer;
  /** SHA-256 of the bytes, in hex. */
  hash: string;
}

/**
 * The files of a service, in the order in which they are to be written: an entity never refers to a file that is not there yet.
 * They are `<name>/catalog-info.yaml` and `<name>/openapi.json` or `.yaml`, in a folder of the namespace when that is not `default`.
 */
export function createFiles(metadata: Metadata, definition: Definition, options: EntityOptions): OutputFile[] {
  const folder = metadata.namespace === 'default' ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  const entityFile = (entities: readonly DescribedEntity[]) =>
    toFile(`${folder}/catalog-info.yaml`, 'application/yaml', Buffer.from(toYaml(entities), 'utf8'));
  if (options.inline === true) return [entityFile(createEntities(metadata, definition, definition.bytes.toString('utf8'), options))];
  const name = `openapi.${definition.format}`;
  const definitionFile: OutputFile = {
    path: `${folder}/${name}`,
    mediaType: `application/${definition.format}`,
    bytes: definition.bytes,
    hash: definition.hash,
  };
  return [definitionFile, entityFile(createEntities(metadata, definition, { $text: `./${name}` }, options))];
}

/** What is pushed to Gatehouse: the entities with the definition in them, as one JSON body. */
export function createPush(metadata: Metadata, definition: Definition, options: EntityOptions): OutputFile {
  const entities = createEntities(metadata, definition, definition.bytes.toString('utf8'), options);
  return toFile(`${metadata.namespace}.${metadata.name}`, 'application/json', Buffer.from(JSON.stringify({ entities }), 'utf8'));
}

/** The entities of a service. */
export function createEntities(
  metadata: Metadata,
  definition: Definition,
  written: string | { $text: string },
  { component = false }: EntityOptions,
): DescribedEntity[] {
  const { owner, system, lifecycle, type } = metadata;
  const owned = { lifecycle, owner, ...(system === undefined ? {} : { system }) };
  const hash = { [DEFINITION_HASH_ANNOTATION]: definition.hash };
  const api: DescribedEntity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'API',
    metadata: describe(metadata, { ...metadata.annotations, ...hash }),
    spec: { type, ...owned, definition: written },
  };
  if (component === false) return [api];
  const componentType = (typeof component === 'object' ? component.type : undefined) ?? 'service';
  return [
    api,
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: describe(metadata, metadata.annotations),
      spec: { type: componentType, ...owned, providesApis: [metadata.name] },
    },
  ];
}

function describe(metadata: Metadata, annotations: Readonly<Record<string, string>>): Record<string, unknown> {
  const { name, namespace, title, description, labels, tags, links, custom } = metadata;
  const isGiven = (value: object) => Object.keys(value).length > 0;
  return {
    name,
    ...(namespace === 'default' ? {} : { namespace }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(isGiven(labels) ? { labels: { ...labels } } : {}),
    ...(isGiven(annotations) ? { annotations: { ...annotations } } : {}),
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
    ...(links.length > 0 ? { links: links.map((link) => ({ ...link })) } : {}),
    ...custom,
  };
}

function toFile(path: string, mediaType: string, bytes: Buffer): OutputFile {
  return { path, mediaType, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}
