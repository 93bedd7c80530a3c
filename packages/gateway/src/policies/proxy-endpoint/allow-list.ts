/** On a connection that leaves HTTP, the fields with which both sides agree on what follows (RFC 6455 section 11.3). */
export const WEBSOCKET_PREFIX = 'sec-websocket-';

export interface Allowed {
  /** Flat list name, value … */
  kept: string[];
  /** Lower-case names that somebody may miss; null: none. */
  dropped: string[] | null;
}

/** Of one connection, framing included: never passed on, and nobody misses them. */
const CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** What browsers and servers send of their own accord. To say that it is not passed on would hide what matters. */
const ORDINARY: Readonly<Record<'request' | 'response', ReadonlySet<string>>> = {
  request: new Set([
    ...CONNECTION,
    'accept-encoding',
    'dnt',
    'expect',
    'priority',
    'traceparent',
    'upgrade-insecure-requests',
    'x-request-id',
  ]),
  response: new Set([...CONNECTION, 'date', 'server', 'x-powered-by', 'x-request-id']),
};

/** Splits the fields of a message into those that are passed on and the others. `names` in any case. */
export function compileAllowList(
  names: readonly string[],
  direction: 'request' | 'response',
): (list: readonly string[], alsoPrefix: string) => Allowed {
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  const ordinary = ORDINARY[direction];
  return (list, alsoPrefix) => {
    const kept: string[] = [];
    let dropped: string[] | null = null;
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i] as string;
      const lowerName = name.toLowerCase();
      if (allowed.has(lowerName) || (alsoPrefix !== '' && lowerName.startsWith(alsoPrefix))) kept.push(name, list[i + 1] as string);
      else if (!ordinary.has(lowerName) && !lowerName.startsWith('sec-')) {
        dropped ??= [];
        dropped.push(lowerName);
      }
    }
    return { kept, dropped };
  };
}
