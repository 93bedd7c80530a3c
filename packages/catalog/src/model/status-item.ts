import type { Entity, StatusItem, StatusLevel } from './entity.ts';

/** The type of what the catalog itself has to say about an entity. */
export const CATALOG_PROCESSING_STATUS = 'backstage.io/catalog-processing';

/** A remark of the catalog; an error is given out by its name and message, never with its stack, which names files of this machine. */
export function statusItem(level: StatusLevel, message: string, error?: unknown): StatusItem {
  const item: StatusItem = { type: CATALOG_PROCESSING_STATUS, level, message };
  if (error !== undefined) item.error = toErrorInfo(error);
  return item;
}

/** An `error` status from whatever was thrown, worded as Backstage words it (`InputError: …`). */
export function errorStatusItem(error: unknown): StatusItem {
  const { name, message } = toErrorInfo(error);
  return { type: CATALOG_PROCESSING_STATUS, level: 'error', message: `${name}: ${message}`, error: { name, message } };
}

/** Whether an entity carries an error of any origin. */
export function hasErrorStatus(entity: Entity): boolean {
  return entity.status?.items?.some((item) => item.level === 'error') ?? false;
}

function toErrorInfo(error: unknown): { name: string; message: string } {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}
