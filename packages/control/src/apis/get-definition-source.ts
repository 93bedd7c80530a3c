import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound } from '../operation/refusal.ts';
import { findApi } from '../publishing/api-rows.ts';
import type { ApisDependencies } from './dependencies.ts';

/** What an editor is filled with: the document that is published has neither comments nor placeholders any more. */
export function getDefinitionSource({ database }: ApisDependencies): Implementation {
  return implement(apis.getDefinitionSource, async ({ caller, params }) => {
    const { id, name } = await findApi(database.read, caller, params.name);
    const row = await database.read.selectFrom('apis').select('definition').where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw notFound('API', name);
    return { body: { text: layOut(row.definition) } };
  });
}

/** An object that was sent is kept on one line. */
function layOut(definition: string): string {
  if (!definition.startsWith('{') || definition.includes('\n')) return definition;
  try {
    return JSON.stringify(JSON.parse(definition), null, 2);
  } catch {
    // YAML may begin so, too.
    return definition;
  }
}
