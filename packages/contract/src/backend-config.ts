import { z } from 'zod';
import { backendDefinition, DNS_NAME, targetPort, type WrittenDefinition } from './backend-definition.ts';
import { BACKEND_TYPES, type BackendType, unavailableType } from './backend-types.ts';
import { resourceName } from './names.ts';

/** Types that one definition can be of. */
export type DefinitionKind = 'http' | 'vpc' | 'service-discovery' | 'mock';

const NEEDS: Readonly<Record<DefinitionKind | 'mixed', string>> = {
  http: 'either url (one target) or targets (several), not both',
  vpc: 'network: the name of an entry of networks',
  'service-discovery': 'service: DNS records that name the targets',
  mock: 'mock: what the gateway answers',
  mixed: 'one of url, targets, network, service and mock',
};

const TRANSPORT = [
  'loadBalancing',
  'timeouts',
  'retry',
  'ejection',
  'healthCheck',
  'connections',
  'hostHeader',
  'protocol',
  'tls',
] as const;

/** What says of what type a definition is: the first of its keys, by type. */
function kindsOf({ url, targets, network, service, mock }: WrittenDefinition): Map<DefinitionKind, string> {
  const kinds = new Map<DefinitionKind, string>();
  if (targets !== undefined) kinds.set('http', 'targets');
  if (url !== undefined) kinds.set('http', 'url');
  if (network !== undefined) kinds.set('vpc', 'network');
  if (service !== undefined) kinds.set('service-discovery', 'service');
  if (mock !== undefined) kinds.set('mock', 'mock');
  return kinds;
}

export interface DefinitionFault {
  /** From the definition. */
  path: string[];
  /** Goes on from the name of the value: "needs …". */
  message: string;
}

/** Why this cannot be the definition of a backend service of a type; undefined when it can. */
export function definitionFault(definition: WrittenDefinition, type: BackendType): DefinitionFault | undefined {
  // Of types that are not available there is no backend service, which is said of that.
  if (!Object.hasOwn(NEEDS, type)) return undefined;
  const kinds = kindsOf(definition);
  for (const [kind, key] of kinds) {
    if (kind !== type && type !== 'mixed')
      return { path: [key], message: `is for backend services of type ${kind}, and this one is of type ${type}` };
  }
  const [kind] = kinds.keys();
  if (kind === undefined || kinds.size > 1 || (kind === 'http' && (definition.url === undefined) === (definition.targets === undefined)))
    return { path: [], message: `needs ${NEEDS[kinds.size > 1 || kind === undefined ? (type as keyof typeof NEEDS) : kind]}` };
  if (definition.https && kind !== 'vpc' && kind !== 'service-discovery')
    return { path: ['https'], message: 'has no meaning without network or service: a target says it by its URL' };
  if (kind !== 'mock') return undefined;
  const usual = defaults();
  const superfluous = TRANSPORT.find((key) => JSON.stringify(definition[key]) !== JSON.stringify(usual[key]));
  return superfluous === undefined ? undefined : { path: [superfluous], message: 'has no meaning where the gateway answers itself (mock)' };
}

let usualDefinition: WrittenDefinition | undefined;

function defaults(): WrittenDefinition {
  usualDefinition ??= backendDefinition.parse({});
  return usualDefinition;
}

export const backendType = z.enum(BACKEND_TYPES);

/** An entry of `backends`. */
export const backendResource = z
  .strictObject({
    name: resourceName,
    type: backendType.meta({ description: 'Never changes once the backend exists.' }),
    owner: z.string().optional().meta({ description: 'The team that may change it.' }),
    description: z.string().optional(),
    environments: z.record(resourceName, backendDefinition).meta({ description: 'One definition per environment.' }),
  })
  .superRefine(({ type, environments }, context) => {
    const unavailable = unavailableType(type);
    if (unavailable !== undefined) {
      context.addIssue({ code: 'custom', path: ['type'], message: unavailable });
      return;
    }
    for (const [environment, definition] of Object.entries(environments)) {
      const fault = definitionFault(definition, type);
      if (fault !== undefined)
        context.addIssue({ code: 'custom', path: ['environments', environment, ...fault.path], message: fault.message });
    }
  });

/** An entry of `networks`: where backend services of type vpc may lead. */
export const networkAccess = z.strictObject({
  name: resourceName,
  host: z
    .union([z.ipv4(), z.ipv6(), z.string().regex(DNS_NAME)], { error: 'must be an IP address or a host name' })
    .meta({ description: 'Address or name of the machine, load balancer or gateway on the other side.' }),
  port: targetPort,
  serverName: z
    .string()
    .regex(DNS_NAME, 'must be a host name')
    .optional()
    .meta({ description: 'With HTTPS, the name that is asked for (SNI) and checked; default: host.' }),
  description: z.string().optional(),
});

/** A place in a network that an admin has opened to backend services. */
export type NetworkAccess = z.output<typeof networkAccess>;
