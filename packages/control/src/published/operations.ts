import type { Implementation } from '../operation/implementation.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { getPublication } from './get-publication.ts';
import { getPublishedDefinition } from './get-published-definition.ts';
import { listPublications } from './list-publications.ts';
import { listPublishedChanges } from './list-published-changes.ts';
import { tryPublication } from './try-publication.ts';

/** What is live, for everybody. */
export function publishedOperations(dependencies: PublishedDependencies): Implementation[] {
  return [listPublications, getPublication, getPublishedDefinition, listPublishedChanges, tryPublication].map((create) =>
    create(dependencies),
  );
}
