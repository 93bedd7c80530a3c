import { toOneLine } from '../refusal.ts';
import { METADATA_VARIABLES, type Metadata } from './metadata.ts';
import * as rules from './name-rules.ts';

/** More than these is no description of a service, and entities travel in lists. */
const ITEMS_MAX = 100;
const TEXT_MAX = 10_000;

/** Members of `metadata` that have an option of their own, or that only the catalog writes. */
const RESERVED = new Set([
  ...['name', 'namespace', 'title', 'description', 'labels', 'annotations', 'tags', 'links', 'uid', 'etag'],
  ...['generation', '__proto__'],
]);

/** Everything in which metadata breaks the rules of the descriptor format, a sentence each. */
export function checkMetadata(metadata: Metadata): string[] {
  const { name, namespace, owner, system, tags, annotations, labels, links, custom } = metadata;
  const problems: string[] = [];
  const refuse = (field: string, value: unknown, rule: string) => problems.push(`${field} is ${show(value)}: it must be ${rule}`);
  if (name === '') problems.push(`name is missing: give it, or set ${METADATA_VARIABLES.name}`);
  else if (!rules.isEntityName(name)) refuse('name', name, rules.NAME_RULE);
  if (!rules.isNamespace(namespace)) refuse('namespace', namespace, rules.NAMESPACE_RULE);
  if (owner === '') problems.push(`owner is missing: give it, or set ${METADATA_VARIABLES.owner}`);
  else if (!rules.isEntityRef(owner)) refuse('owner', owner, 'an entity reference, such as team-pets or group:default/team-pets');
  if (system !== undefined && !rules.isEntityRef(system)) refuse('system', system, 'an entity reference, such as petshop');
  if (!isList(tags)) refuse('tags', tags, `a list of at most ${ITEMS_MAX} texts`);
  else for (const [index, tag] of tags.entries()) if (!rules.isTag(tag)) refuse(`tags[${index}]`, tag, rules.TAG_RULE);
  problems.push(...checkMap('annotations', annotations, isText, 'a text'));
  problems.push(...checkMap('labels', labels, rules.isLabelValue, `empty, or ${rules.NAME_RULE}`));
  problems.push(...checkLinks(links));
  if (!isMap(custom)) refuse('custom', custom, 'a map');
  else
    for (const key of Object.keys(custom)) if (RESERVED.has(key)) problems.push(`custom.${key} cannot be set: it has a meaning of its own`);
  return problems;
}

function checkMap(field: string, map: unknown, isValid: (value: unknown) => boolean, rule: string): string[] {
  if (!isMap(map) || Object.keys(map).length > ITEMS_MAX) return [`${field} must be a map of at most ${ITEMS_MAX} texts`];
  return Object.entries(map).flatMap(([key, value]) => {
    if (!rules.isPrefixedKey(key))
      return [`${field} has the key ${show(key)}: it must be ${rules.NAME_RULE}, with or without a domain and a slash before it`];
    return isValid(value) ? [] : [`${field}.${key} is ${show(value)}: it must be ${rule}`];
  });
}

function checkLinks(links: unknown): string[] {
  if (!isList(links)) return [`links must be a list of at most ${ITEMS_MAX} links`];
  return links.flatMap((link, index) => {
    if (!isMap(link)) return [`links[${index}] must be a map with url`];
    const { url, title, icon, type } = link;
    if (!rules.isLinkUrl(url)) return [`links[${index}].url is ${show(url)}: it must be an http, https or mailto URL`];
    const isGood = [title, icon, type].every((text) => text === undefined || (isText(text) && text.trim() !== ''));
    return isGood ? [] : [`links[${index}]: title, icon and type must be texts that are not empty`];
  });
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= ITEMS_MAX;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_MAX;
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${toOneLine(value, 80)}"` : `a value of type ${value === null ? 'null' : typeof value}`;
}
