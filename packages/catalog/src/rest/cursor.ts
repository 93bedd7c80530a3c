import { z } from 'zod';
import { CatalogError } from './catalog-error.ts';

const orderField = z.object({ field: z.string(), order: z.enum(['asc', 'desc']) });

const cursorSchema = z.object({
  orderFields: z.array(orderField).max(20),
  /** The values of the entity at the border of the page, then its ref. */
  orderFieldValues: z.array(z.string().nullable()).min(1),
  isPrevious: z.boolean(),
  /** The `filter` parameters as they were given. */
  filter: z.array(z.string()).optional(),
  /** The predicate as it was given. Its presence tells Backstage's client to send the cursor by POST. */
  query: z.record(z.string(), z.unknown()).optional(),
  fullTextFilter: z.object({ term: z.string(), fields: z.array(z.string()).optional() }).optional(),
  totalItems: z.literal('exclude').optional(),
});

/** Where a page ends, and which question it belongs to; opaque to clients. */
export type Cursor = z.infer<typeof cursorSchema>;

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

/** Reads a cursor that a client sends back. Throws `InputError`. */
export function decodeCursor(text: string): Cursor {
  const { data, error } = cursorSchema.safeParse(parseBase64(text));
  if (error !== undefined) throw new CatalogError('InputError', `Malformed cursor: ${z.prettifyError(error)}`);
  if (data.orderFieldValues.length !== data.orderFields.length + 1) {
    throw new CatalogError('InputError', 'Malformed cursor: it does not have a value for each field');
  }
  return data;
}

const afterSchema = z.object({ limit: z.number().int().min(0).optional(), offset: z.number().int().min(0).optional() });

/** The `after` parameter of GET /entities. */
export function decodeAfter(text: string): z.infer<typeof afterSchema> {
  const { data, error } = afterSchema.safeParse(parseBase64(text, 'Malformed after cursor, could not be parsed'));
  if (error === undefined) return data;
  const field = String(error.issues[0]?.path[0] ?? 'it');
  throw new CatalogError('InputError', `Malformed after cursor, ${field} was not an number`);
}

const locationCursorSchema = z.object({
  limit: z.number().int().min(1),
  afterId: z.string().optional(),
  query: z.record(z.string(), z.unknown()).optional(),
});

/** The cursor of POST /locations/by-query. */
export type LocationCursor = z.infer<typeof locationCursorSchema>;

export function encodeLocationCursor(cursor: LocationCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

export function decodeLocationCursor(text: string): LocationCursor {
  if (text === '') throw new CatalogError('InputError', 'Cursor cannot be empty');
  const { data, error } = locationCursorSchema.safeParse(parseBase64(text, 'Malformed cursor, unknown encoding'));
  if (error !== undefined) throw new CatalogError('InputError', `Malformed cursor: ${z.prettifyError(error)}`);
  return data;
}

function parseBase64(text: string, message = 'Malformed cursor, could not be parsed'): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    throw new CatalogError('InputError', message);
  }
}
