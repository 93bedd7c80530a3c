import { type Entity, specText } from '../catalog/entity.ts';
import { TabLoading } from '../catalog/tab-loading.tsx';
import { DefinitionView } from '../definition/definition-view.tsx';
import { catalogDefinitionQuery } from './server/catalog-definition.ts';
import type { Publication } from './server/publication.ts';

interface DefinitionTabProps {
  entity: Entity;
  publication: Publication | undefined;
  /** It has been found out whether the API is published. */
  known: boolean;
}

/** How an API is called, to be read and tried. */
export function DefinitionTab({ entity, publication, known }: DefinitionTabProps) {
  if (!known) return <TabLoading />;
  return (
    <DefinitionView
      type={specText(entity, 'type') ?? 'openapi'}
      text={() => catalogDefinitionQuery(entity)}
      api={publication?.api}
      title={entity.metadata.title ?? entity.metadata.name}
    />
  );
}
