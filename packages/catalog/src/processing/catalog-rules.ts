import path from 'node:path';
import type { Entity, LocationRef } from '../model/index.ts';
import type { CatalogRuleSettings, CatalogSettings } from './settings.ts';

type Allowed = CatalogRuleSettings['allow'][number];

interface Rule {
  allow: readonly { kind: string; type: string | undefined }[];
  locations: readonly { type: string; exact?: string | undefined; pattern?: string | undefined }[] | undefined;
}

/** What Backstage allows when `catalog.rules` says nothing. */
const DEFAULT_RULES: readonly CatalogRuleSettings[] = [{ allow: ['Component', 'API', 'Location'] }];

/** Which kinds may come from which origin, `catalog.rules` and the rules of static locations, which add to them. */
export class CatalogRules {
  readonly #rules: readonly Rule[];
  /** Changes when a rule does. */
  readonly fingerprint: string;

  /** `locations`: with their targets as origins name them (absolute paths). */
  constructor(
    rules: CatalogSettings['rules'],
    locations: readonly { type: string; target: string; rules?: readonly { allow: Allowed[] }[] | undefined }[],
  ) {
    this.#rules = [
      ...(rules ?? DEFAULT_RULES).map((rule) => ({ allow: rule.allow.map(toAllowed), locations: rule.locations })),
      ...locations.flatMap(({ type, target, rules: own = [] }) =>
        own.map(({ allow }) => ({ allow: allow.map(toAllowed), locations: [{ type, exact: target }] })),
      ),
    ];
    this.fingerprint = JSON.stringify(this.#rules);
  }

  isAllowed(entity: Entity, origin: LocationRef): boolean {
    return this.#rules.some(
      ({ allow, locations }) =>
        (locations === undefined || locations.some((location) => matches(location, origin))) &&
        allow.some(({ kind, type }) => kind === lower(entity.kind) && (type === undefined || type === lower(entity.spec?.type))),
    );
  }
}

function toAllowed(allowed: Allowed): { kind: string; type: string | undefined } {
  return typeof allowed === 'string'
    ? { kind: lower(allowed), type: undefined }
    : { kind: lower(allowed.kind), type: allowed['spec.type'] === undefined ? undefined : lower(allowed['spec.type']) };
}

function matches(rule: { type: string; exact?: string | undefined; pattern?: string | undefined }, origin: LocationRef): boolean {
  if (rule.type !== origin.type) return false;
  if (rule.exact !== undefined) return rule.exact === origin.target;
  return rule.pattern === undefined || path.matchesGlob(lower(origin.target), lower(rule.pattern));
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLocaleLowerCase('en-US') : '';
}
