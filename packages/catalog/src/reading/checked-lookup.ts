import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** As the machine itself resolves names (hosts file included). */
export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * A resolver for one request that gives the connection the very addresses that were checked: a name that answers with a public address
 * first and a private one a moment later (DNS rebinding) is never asked twice. One address that must not be reached
 * refuses them all, since which one is connected to is not ours to choose.
 */
export function createCheckedLookup(resolve: Resolve, check: (address: string) => void): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        try {
          for (const { address } of addresses) check(address);
        } catch (error) {
          callback(error as NodeJS.ErrnoException, []);
          return;
        }
        const [first] = addresses;
        if (first === undefined) callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), []);
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
