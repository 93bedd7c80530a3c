import { entityPath } from '../search/entity-ref.ts';
import { TextLink } from '../ui/links.tsx';
import { shortRef } from './short-ref.ts';

/** Links to entities by their references, with commas between them. */
export function EntityLinks({ refs, kind }: { refs: readonly string[]; kind?: string }) {
  return refs.map((ref, index) => (
    <span key={ref}>
      {index > 0 && ', '}
      <TextLink to={entityPath(ref) ?? '/catalog'}>{shortRef(ref, kind)}</TextLink>
    </span>
  ));
}
