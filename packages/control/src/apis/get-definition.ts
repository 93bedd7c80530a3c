import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { findApi } from '../publishing/api-rows.ts';
import type { ApisDependencies } from './dependencies.ts';

export function getDefinition({ database }: ApisDependencies): Implementation {
  return implement(apis.getDefinition, async ({ caller, params, query: { revision } }) => {
    const { id, name } = await findApi(database.read, caller, params.name);
    const row =
      revision === undefined
        ? await database.read.selectFrom('apis').select('document').where('id', '=', id).executeTakeFirst()
        : await database.read
            .selectFrom('revisions')
            .select('document')
            .where('api_id', '=', id)
            .where('number', '=', revision)
            .executeTakeFirst();
    if (row === undefined) throw revision === undefined ? notFound('API', name) : notFound('revision', `${name} ${revision}`);
    return { body: JSON.parse(row.document) as Record<string, unknown> };
  });
}
