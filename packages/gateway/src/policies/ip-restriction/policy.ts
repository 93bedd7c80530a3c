import { z } from 'zod';
import type { Exchange } from '../../exchange/exchange.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { definePolicy, PASS } from '../../pipeline/policy-kind.ts';
import { compileCidrs, isCidr } from '../../shared/address.ts';
import { normalizeAddress } from '../../shared/ip-address.ts';

const block = z.string().refine(isCidr, 'must be an IP address or a CIDR block, such as 10.0.0.0/8 or 2001:db8::/32');

const config = z
  .strictObject({
    allow: z
      .array(block)
      .default([])
      .meta({
        title: 'Allow',
        description: 'IP addresses and CIDR blocks that may call. Empty: all that are not denied.',
        examples: [['10.0.0.0/8']],
      }),
    deny: z
      .array(block)
      .default([])
      .meta({
        title: 'Deny',
        description: 'IP addresses and CIDR blocks that may not call, also when they are in allow.',
        examples: [['2001:db8::/32']],
      }),
  })
  .refine(({ allow, deny }) => allow.length + deny.length > 0, 'needs at least one address in allow or deny')
  .meta({ title: 'IP restriction' });

/** Lets callers through by their IP address. */
export const ipRestrictionPolicy = definePolicy({
  name: 'ip-restriction',
  summary: 'Allows or denies callers by IP address or CIDR block.',
  config,
  // Every attachment must agree: an API cannot open what is denied for all.
  attachedTwice: 'stack',
  compile({ allow, deny }) {
    const isAllowed = allow.length === 0 ? null : compileCidrs(allow);
    const isDenied = deny.length === 0 ? null : compileCidrs(deny);
    const decide = ({ clientAddress }: Exchange) => {
      if (isDenied?.(clientAddress) === true) return refuse(clientAddress, 'is denied');
      if (isAllowed === null) {
        // In no block of `deny` because it is no address at all: nothing is known, so nothing is allowed.
        if (normalizeAddress(clientAddress) === undefined) return refuse(clientAddress, 'is not an IP address');
      } else if (!isAllowed(clientAddress)) {
        return refuse(clientAddress, 'is not allowed');
      }
      return PASS;
    };
    return { onRequest: decide, onPreflight: decide };
  },
});

/** The caller is not told which address was seen: behind proxies it would show how the network is built. */
function refuse(address: string, why: string): ErrorReply {
  return new ErrorReply('access.forbidden', { cause: `The client address ${address} ${why}` });
}
