import { z } from 'zod';
import { resourceName } from '../config.ts';
import { type Defined, defineOperation } from './operation.ts';

const none = z.undefined();

type Given = Parameters<typeof defineOperation>[0];

/** Declares an operation of the management interface. */
export function operation<const Definition extends Given>(definition: Definition): Defined<Definition> {
  return defineOperation(definition, none);
}

/** Milliseconds since the epoch go out as RFC 3339 text. */
export const timestamp = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });

export const named = z.strictObject({ name: resourceName });

export const teamName = resourceName.meta({ description: 'A team.' });

/** `?limit=&cursor=` */
export const paging = {
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'Items of one page at most.' }),
  cursor: z.string().max(512).optional().meta({ description: '`nextCursor` of the page before.' }),
};

export const confirmation = z.strictObject({
  confirm: z.stringbool().default(false).meta({ description: 'true: also when published APIs are affected.' }),
});

/** One page of a list. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }) });
}

/** What every resource tells of itself. */
export const resource = {
  version: z.number().int().meta({ description: 'Grows with every change; also the ETag.' }),
  managedBy: z.string().nullable().meta({ description: '`file`: declared in gatehouse.yaml and read-only here; null: made here.' }),
  createdAt: timestamp,
  updatedAt: timestamp,
};

/** One thing that is wrong with what was sent. */
export const problem = z.strictObject({
  severity: z.enum(['error', 'warning', 'hint']),
  code: z.string(),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  place: z.strictObject({ file: z.string(), line: z.number().int(), column: z.number().int() }).optional(),
});

/** RFC 9457; more members depend on the code. */
export const problemDocument = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string(),
  problems: z.array(problem).optional(),
});
