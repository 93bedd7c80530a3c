import { BACKEND_TYPES, type BackendType, unavailableType, writtenBackendDefinition } from '@gatehouse/contract';
import { z } from 'zod';

/** A type of backend service that can be made here, with what forms for its definition are made of. */
export interface BackendTypeView {
  type: BackendType;
  title: string;
  description: string;
  /** JSON Schema of a definition in one environment. */
  definition: Record<string, unknown>;
}

const TEXTS: Readonly<Record<BackendType, readonly [title: string, description: string]>> = {
  http: ['HTTP', 'One or several targets by their URL.'],
  vpc: ['Private network', 'A place in a network that an admin has opened.'],
  'service-discovery': ['Service discovery', 'Targets that DNS records name.'],
  mock: ['Mock', 'The gateway answers itself, with a fixed response or the examples of the definition.'],
  mixed: ['Mixed', 'Of another kind in each environment, such as a mock in test.'],
  'function-compute': ['Functions', 'Calls functions.'],
  'object-storage': ['Object storage', 'Reads and writes objects in buckets.'],
  'event-bridge': ['Events', 'Sends events.'],
};

/** Where a definition leads: each type has some of these keys. Everything else belongs to all but mocks. */
const WHERE = ['url', 'targets', 'network', 'service', 'https', 'mock'] as const;
type Where = (typeof WHERE)[number];

const OF_TYPE: Partial<Readonly<Record<BackendType, readonly Where[]>>> = {
  http: ['url', 'targets'],
  vpc: ['network', 'https'],
  'service-discovery': ['service', 'https'],
  mock: ['mock'],
};

/** What of its keys a definition of a type cannot be without. */
const REQUIRED: Partial<Readonly<Record<BackendType, Record<string, unknown>>>> = {
  http: { oneOf: [{ required: ['url'] }, { required: ['targets'] }] },
  vpc: { required: ['network'] },
  'service-discovery': { required: ['service'] },
  mock: { required: ['mock'] },
};

/** Every type that this version can serve. */
export function backendTypeViews(): BackendTypeView[] {
  const { $schema: _, properties, ...schema } = z.toJSONSchema(writtenBackendDefinition, { io: 'input', unrepresentable: 'any' });
  return BACKEND_TYPES.filter((type) => unavailableType(type) === undefined).map((type) => {
    const [title, description] = TEXTS[type];
    const own = Object.entries(properties ?? {}).filter(([key]) => hasKey(type, key));
    return { type, title, description, definition: { ...schema, properties: Object.fromEntries(own), ...REQUIRED[type] } };
  });
}

function hasKey(type: BackendType, key: string): boolean {
  const isWhere = (WHERE as readonly string[]).includes(key);
  if (isWhere) return OF_TYPE[type]?.includes(key as Where) ?? true;
  return type !== 'mock';
}
