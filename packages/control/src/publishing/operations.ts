import type { Implementation } from '../operation/implementation.ts';
import type { PublishingDependencies } from './dependencies.ts';
import { diffRevisions } from './diff-revisions.ts';
import { getRevision } from './get-revision.ts';
import { listRevisions } from './list-revisions.ts';
import { publishApi } from './publish-api.ts';
import { rollbackApi } from './rollback-api.ts';
import { unpublishApi } from './unpublish-api.ts';

/** What is live where, and what was. */
export function publishingOperations(dependencies: PublishingDependencies): Implementation[] {
  return [
    publishApi(dependencies),
    unpublishApi(dependencies),
    rollbackApi(dependencies),
    listRevisions(dependencies),
    getRevision(dependencies),
    diffRevisions(dependencies),
  ];
}
