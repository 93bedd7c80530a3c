import { publications } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { type Document, toPublicDocument, withAddresses } from './public-document.ts';
import { PublicDocuments } from './public-documents.ts';
import { publicationUrls, readUrlSources } from './publication-urls.ts';
import { findLive } from './published-rows.ts';

export function getPublishedDefinition({ database, addresses }: PublishedDependencies): Implementation {
  const documents = new PublicDocuments();
  return implement(publications.getPublishedDefinition, async ({ params }) => {
    const { api, live } = await database.snapshot((tx) => findLive(tx, params.api, params.environment));
    const document = await documents.get(api.id, live.revision, async () => {
      const row = await database.read
        .selectFrom('revisions')
        .select('document')
        .where('api_id', '=', api.id)
        .where('number', '=', live.revision)
        .executeTakeFirstOrThrow();
      return { document: toPublicDocument(JSON.parse(row.document) as Document), chars: row.document.length };
    });
    const sources = await readUrlSources(database.read, addresses);
    return { body: withAddresses(document, publicationUrls(sources, api.name, live)) };
  });
}
