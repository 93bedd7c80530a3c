import { publications } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { toApproval } from '../schema/read-approval.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { publicationUrls, readUrlSources } from './publication-urls.ts';
import { inOrder, mayChange, notPublished, selectApis, selectLive, toLive, toSummary } from './published-rows.ts';

export function getPublication({ database, addresses }: PublishedDependencies): Implementation {
  return implement(publications.getPublication, async ({ params, caller }) => {
    const { api, live } = await database.snapshot(async (tx) => {
      const found = await selectApis(tx).where('apis.name', '=', params.api).executeTakeFirst();
      const rows = found === undefined ? [] : await selectLive(tx).where('publications.api_id', '=', found.id).execute();
      if (found === undefined || rows.length === 0) throw notPublished(params.api);
      return { api: found, live: inOrder(rows, (await readSettings(tx)).environments) };
    });
    const sources = await readUrlSources(database.read, addresses);
    return {
      body: {
        ...toSummary(api, live),
        environments: live.map((row) => ({
          ...toLive(row),
          title: row.title ?? api.name,
          version: row.document_version,
          operations: row.operations,
          urls: publicationUrls(sources, api.name, row),
          auth: row.auth === 'none' ? ('none' as const) : ('app' as const),
        })),
        approval: toApproval(api.approval),
        mayChange: mayChange(caller, api.owner),
      },
    };
  });
}
