import { ANNOTATION_LOCATION, ANNOTATION_SOURCE_LOCATION } from './annotations.ts';
import type { Entity } from './entity.ts';
import { stringifyEntityRef } from './entity-ref.ts';

/** Where an entity comes from: `url:https://…`, `file:/…`, `awsS3:…`. */
export interface LocationRef {
  type: string;
  target: string;
}

/** Browsers skip these characters inside of a scheme, so that `java\nscript:` in a link runs (the list is Backstage's). */
const SCRIPT_SCHEME =
  /^[\u0000-\u001F ]*j[\r\n\t]*a[\r\n\t]*v[\r\n\t]*a[\r\n\t]*s[\r\n\t]*c[\r\n\t]*r[\r\n\t]*i[\r\n\t]*p[\r\n\t]*t[\r\n\t]*:/i;

/** Splits a location reference at its first colon. Throws a TypeError with Backstage's texts. */
export function parseLocationRef(ref: string): LocationRef {
  if (typeof ref !== 'string') throw new TypeError(`Unable to parse location ref '${ref}', unexpected argument ${typeof ref}`);
  const colon = ref.indexOf(':');
  const type = colon < 0 ? '' : ref.slice(0, colon).trim();
  const target = colon < 0 ? '' : ref.slice(colon + 1).trim();
  if (type === '' || target === '') {
    throw new TypeError(`Unable to parse location ref '${ref}', expected '<type>:<target>', e.g. 'url:https://host/path'`);
  }
  if (type === 'http' || type === 'https') {
    throw new TypeError(`Invalid location ref '${ref}', please prefix it with 'url:', e.g. 'url:${ref}'`);
  }
  if (SCRIPT_SCHEME.test(target)) throw new TypeError(`Invalid location ref '${ref}', target is a javascript: URL`);
  return { type, target };
}

/** The text of a location, `type:target`. Throws a TypeError for an empty part and for script URLs. */
export function stringifyLocationRef({ type, target }: LocationRef): string {
  if (!type) throw new TypeError('Unable to stringify location ref, empty type');
  if (!target) throw new TypeError('Unable to stringify location ref, empty target');
  if (SCRIPT_SCHEME.test(target)) throw new TypeError(`Invalid location ref '${type}:${target}', target is a javascript: URL`);
  return `${type}:${target}`;
}

/** Where the source of what an entity describes is kept; falls back to the place of the entity itself. Throws when it has neither. */
export function sourceLocationOf(entity: Entity): LocationRef {
  const annotations = entity.metadata.annotations;
  const ref = annotations?.[ANNOTATION_SOURCE_LOCATION] ?? annotations?.[ANNOTATION_LOCATION];
  if (!ref) throw new Error(`Entity '${stringifyEntityRef(entity)}' is missing location`);
  return parseLocationRef(ref);
}
