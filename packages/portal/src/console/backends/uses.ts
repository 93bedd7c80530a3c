import { ServerError } from '../../server/server-error.ts';
import type { Backend } from './server/backend.ts';

/** What keeps a backend service from being deleted, in words: as it was read, and as the server has refused it since. */
export function usesOf({ drafts, definitions }: Pick<Backend, 'drafts' | 'definitions'>, error: unknown): string[] {
  const published = Object.entries(definitions).flatMap(([environment, { published }]) =>
    published.map(({ api }) => `${api}, published in ${environment}`),
  );
  const read = [...published, ...drafts.map((api) => `${api}, in its draft`)];
  if (read.length > 0 || !(error instanceof ServerError) || error.code !== 'resource.in-use') return read;
  // Something that began to use it meanwhile, or that belongs to others and is not shown.
  const told = [...textsOf(error.extras.published, 'published'), ...textsOf(error.extras.drafts, 'draft')];
  return told.length > 0 ? told : ['APIs of other teams, which you may not see'];
}

function textsOf(value: unknown, where: 'published' | 'draft'): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (where === 'draft') return typeof item === 'string' ? [`${item}, in its draft`] : [];
    if (typeof item !== 'object' || item === null) return [];
    const { api, environment } = item as Record<string, unknown>;
    return typeof api === 'string' && typeof environment === 'string' ? [`${api}, published in ${environment}`] : [];
  });
}
