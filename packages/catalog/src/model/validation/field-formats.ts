import type { Entity } from '../entity.ts';
import * as formats from './formats.ts';

const LEARN_MORE =
  'To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md';

/** Texts of megabytes in a name must not become error texts of megabytes in every status and log. */
const SHOWN_MAX = 200;

/** A field that does not have its format. */
export interface FormatFinding {
  message: string;
  path: (string | number)[];
}

/** The formats of `apiVersion`, `kind` and `metadata`, checked in Backstage's order; the first that is wrong is reported. */
export function findFormatProblem(entity: Entity): FormatFinding | undefined {
  const { metadata } = entity;
  return (
    check('apiVersion', entity.apiVersion, formats.API_VERSION_FORMAT, ['apiVersion']) ??
    check('kind', entity.kind, formats.KIND_FORMAT, ['kind']) ??
    check('metadata.name', metadata.name, formats.NAME_FORMAT, ['metadata', 'name']) ??
    (metadata.namespace === undefined
      ? undefined
      : check('metadata.namespace', metadata.namespace, formats.NAMESPACE_FORMAT, ['metadata', 'namespace'])) ??
    checkMap('labels', metadata.labels, formats.LABEL_VALUE_FORMAT) ??
    checkMap('annotations', metadata.annotations, formats.ANNOTATION_VALUE_FORMAT) ??
    checkTags(metadata.tags) ??
    checkLinks(metadata.links)
  );
}

function check(field: string, value: unknown, format: formats.Format, path: (string | number)[]): FormatFinding | undefined {
  if (value === undefined || value === null) return { message: `${field} must have a value`, path };
  if (format.isValid(value)) return undefined;
  const found = `expected ${format.expected} but found "${shorten(String(value))}".`;
  return { message: `"${shorten(field)}" is not valid; ${found} ${LEARN_MORE}`, path };
}

function checkMap(
  name: 'labels' | 'annotations',
  map: Record<string, string> | undefined,
  format: formats.Format,
): FormatFinding | undefined {
  if (map === undefined) return undefined;
  for (const [key, value] of Object.entries(map)) {
    const path = ['metadata', name, key];
    const finding = check(`${name}.${key}`, key, formats.PREFIXED_KEY_FORMAT, path) ?? check(`${name}.${key}`, value, format, path);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function checkTags(tags: readonly string[] | undefined): FormatFinding | undefined {
  for (const [index, tag] of tags?.entries() ?? []) {
    const finding = check(`tags.${index}`, tag, formats.TAG_FORMAT, ['metadata', 'tags', index]);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function checkLinks(links: Entity['metadata']['links']): FormatFinding | undefined {
  for (const [index, link] of links?.entries() ?? []) {
    const field = `links.${index}`;
    const path = ['metadata', 'links', index];
    const finding =
      check(`${field}.url`, link.url, formats.URL_FORMAT, [...path, 'url']) ??
      (link.title === undefined ? undefined : check(`${field}.title`, link.title, formats.TEXT_FORMAT, [...path, 'title'])) ??
      (link.icon === undefined ? undefined : check(`${field}.icon`, link.icon, formats.TEXT_FORMAT, [...path, 'icon']));
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function shorten(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`;
}
