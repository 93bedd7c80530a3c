import { type Definition, valueAt } from './definition.ts';

/** Where a definition leads. A backend service of type `mixed` has one of them in each environment. */
export type Kind = 'http' | 'vpc' | 'service-discovery' | 'mock';

export const KINDS: readonly { value: Kind; label: string; description: string }[] = [
  { value: 'http', label: 'HTTP', description: 'One or several targets by their URL' },
  { value: 'vpc', label: 'Private network', description: 'A place that an administrator has opened' },
  { value: 'service-discovery', label: 'Service discovery', description: 'Targets that DNS records name' },
  { value: 'mock', label: 'Mock', description: 'The gateway answers itself' },
];

/** The keys of each kind; what else there is belongs to all of them but `mock`. */
const KEYS: Readonly<Record<Kind, readonly string[]>> = {
  http: ['url', 'targets'],
  vpc: ['network', 'https'],
  'service-discovery': ['service', 'https'],
  mock: ['mock'],
};
const WHERE = new Set(Object.values(KEYS).flat());

/** What kind a definition is of; `fallback` while it says nothing. */
export function kindOf(definition: Definition, fallback: Kind = 'http'): Kind {
  if (valueAt(definition, ['mock']) !== undefined) return 'mock';
  if (valueAt(definition, ['service']) !== undefined) return 'service-discovery';
  if (valueAt(definition, ['network']) !== undefined) return 'vpc';
  return definition.url === undefined && definition.targets === undefined ? fallback : 'http';
}

/** What a new definition of a kind begins with. */
export function emptyDefinition(kind: Kind): Definition {
  if (kind === 'mock') return { mock: {} };
  if (kind === 'service-discovery') return { service: { name: '' } };
  if (kind === 'vpc') return { network: '' };
  return { url: '' };
}

/** A definition that leads elsewhere, and keeps of its settings what has a meaning there. */
export function toKind(definition: Definition, kind: Kind): Definition {
  if (kind === 'mock') return emptyDefinition('mock');
  const settings = Object.entries(definition).filter(([key]) => !WHERE.has(key));
  return { ...emptyDefinition(kind), ...Object.fromEntries(settings) };
}
