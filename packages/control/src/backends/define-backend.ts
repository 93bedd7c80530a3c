import type { BackendDefinition } from '@gatehouse/contract';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import { type BackendRow, touchBackend } from './backend-rows.ts';
import { type PublicationOnBackend, publishedOn } from './published-on.ts';

export interface NewDefinition {
  environment: string;
  /** As it is shown. */
  written: unknown;
  /** As gateways use it. */
  definition: BackendDefinition;
}

export interface DefinedBackend {
  /** Version of the backend service. */
  version: number;
  /** What is published there on it and is served with the new definition once the change is committed. */
  affected: PublicationOnBackend[];
}

/** A definition as it is stored. */
export function toTexts({ written, definition }: Pick<NewDefinition, 'written' | 'definition'>): { written: string; content: string } {
  return { written: JSON.stringify(written), content: JSON.stringify(definition) };
}

/** Asked before published APIs are affected; throws to refuse. */
export type Confirm = (affected: PublicationOnBackend[]) => void;

/**
 * Defines a backend service in an environment: what is published there on it follows, and no other environment is touched. Does nothing
 * when it is defined so already. Throws `environment.unknown`, and what `confirm` throws. The row of the backend must be locked.
 */
export async function defineBackend(change: Change, row: BackendRow, wanted: NewDefinition, confirm: Confirm): Promise<DefinedBackend> {
  const { tx, atMs } = change;
  const { environment } = wanted;
  refuseKeys(row, wanted);
  const { written, content } = toTexts(wanted);
  await refuseUnknownEnvironments(tx, [environment]);
  const before = await tx
    .selectFrom('backend_definitions')
    .select(['written', 'content', 'version'])
    .where('backend_id', '=', row.id)
    .where('environment', '=', environment)
    .executeTakeFirst();
  if (before?.content === content && before.written === written) return { version: row.version, affected: [] };
  const isLive = before?.content !== content;
  // Also where nothing is published yet: what is being published at this moment must not go live on what was.
  if (isLive) await change.beginLive(`backends/${row.name}`);
  const affected = isLive ? await publishedOn(tx, row.id, environment) : [];
  if (affected.length > 0) confirm(affected);
  await tx
    .insertInto('backend_definitions')
    .values({ backend_id: row.id, environment, written, content, version: 1, updated_at: atMs })
    .onConflict((conflict) =>
      conflict.columns(['backend_id', 'environment']).doUpdateSet({
        written,
        content,
        version: (before?.version ?? 0) + 1,
        updated_at: atMs,
      }),
    )
    .execute();
  const version = await touchBackend(tx, row, atMs);
  change.audit({
    action: 'backends.define',
    resource: `backends/${row.name}`,
    owner: row.owner,
    environment,
    ...(before === undefined ? {} : { before: JSON.parse(before.written) as unknown }),
    after: wanted.written,
  });
  return { version, affected };
}

/** A private key would stand in the tables in clear, and in what people see of the definition. */
function refuseKeys({ name }: BackendRow, { environment, definition }: NewDefinition): void {
  if (definition.tls?.key === undefined) return;
  const detail = `The definition of "${name}" in ${environment} has tls.key: client certificates towards backends work in the file of a gateway without a control plane only`;
  throw new Refusal('request.invalid', detail);
}
