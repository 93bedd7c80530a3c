import { size } from '@gatehouse/contract';
import { z } from 'zod';
import { ErrorReply } from '../../exchange/reply.ts';
import { definePolicy, PASS } from '../../pipeline/policy-kind.ts';

const config = z
  .strictObject({
    limit: size
      .refine((bytes) => bytes >= 1, 'must be at least 1 byte')
      .meta({ title: 'Limit', description: 'Largest request body: whole bytes, or with a unit, such as 512KiB or 10MB.' }),
  })
  .meta({ title: 'Request size' });

/** Refuses request bodies over a limit: announced ones before anything is read, others as soon as they pass it. */
export const requestSizePolicy = definePolicy({
  name: 'request-size',
  summary: 'Refuses request bodies that are larger than a limit.',
  config,
  attachedTwice: 'replace',
  compile({ limit }) {
    const refusal = new ErrorReply('request.body-too-large', { detail: `The request body may have at most ${limit} bytes` });
    return {
      onRequest(exchange) {
        const body = exchange.requestBody;
        if (body !== null && body.length > limit) return refusal;
        // A chunked body announces no length: the wire counts it while it flows.
        if (limit < exchange.requestBytesMax) exchange.requestBytesMax = limit;
        return PASS;
      },
    };
  },
});
