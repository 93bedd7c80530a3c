import { entityPath } from './entity-ref.ts';
import type { Found } from './server/search.ts';

/** The page of what was found. */
export function foundPath({ kind, ref, operation }: Found): string {
  const name = encodeURIComponent(ref);
  switch (kind) {
    case 'entity':
      return entityPath(ref) ?? '/catalog';
    case 'operation': {
      const page = entityPath(ref, 'definition') ?? '/catalog';
      return operation === null ? page : `${page}?${new URLSearchParams({ operation: `${operation.method} ${operation.path}` })}`;
    }
    case 'api':
      return `/console/apis/${name}`;
    case 'app':
      return `/apps/${name}`;
    case 'backend':
      return `/console/backends/${name}`;
  }
}
