import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { type DefinitionContent, kindOfContent, sealContent, withoutKey } from '../snapshot/definition-content.ts';
import { type RegionRule, refuseForbidden } from './add-backend.ts';
import { type BackendRow, touchBackend } from './backend-rows.ts';
import { type PublicationOnBackend, publishedOn } from './published-on.ts';

export interface NewDefinition {
  environment: string;
  /** As it is shown: without the private key, and with what tells which one it is. */
  written: unknown;
  /** As it is kept, before the private key is sealed. */
  definition: DefinitionContent;
}

export interface DefineContext {
  key: InstallationKey;
  rule: RegionRule;
}

/** A definition as its row has it. */
export interface DefinedRow {
  written: string;
  content: string;
}

export interface DefinedBackend {
  /** Version of the backend service. */
  version: number;
  /** What is published there on it and is served with the new definition once the change is committed. */
  affected: PublicationOnBackend[];
}

/** Whether what is wanted is there already. */
export function isDefinedSo(row: DefinedRow, { written, definition }: Pick<NewDefinition, 'written' | 'definition'>): boolean {
  return row.written === JSON.stringify(written) && isServedSo(row, definition);
}

/** A certificate has one private key, so what is the same but for that is the same. */
function isServedSo({ content }: DefinedRow, definition: DefinitionContent): boolean {
  return withoutKey(JSON.parse(content) as DefinitionContent) === withoutKey(definition);
}

/** Asked before published APIs are affected; throws to refuse. */
export type Confirm = (affected: PublicationOnBackend[]) => void;

/**
 * Defines a backend service in an environment: what is published there on it follows, and no other environment is touched. Does nothing
 * when it is defined so already. Throws `environment.unknown`, `reference.unknown` for a network that there is not,
 * `backend.type-forbidden` where one environment of a `mixed` one is of a type that the region forbids, and what `confirm` throws. The
 * row of the backend must be locked.
 */
export async function defineBackend(
  change: Change,
  row: BackendRow,
  wanted: NewDefinition,
  confirm: Confirm,
  { key, rule }: DefineContext,
): Promise<DefinedBackend> {
  const { tx, atMs } = change;
  const { environment, definition } = wanted;
  if (row.type === 'mixed') refuseForbidden(rule, kindOfContent(definition));
  await refuseUnknownEnvironments(tx, [environment]);
  const before = await tx
    .selectFrom('backend_definitions')
    .select(['written', 'content', 'version'])
    .where('backend_id', '=', row.id)
    .where('environment', '=', environment)
    .executeTakeFirst();
  if (before !== undefined && isDefinedSo(before, wanted)) return { version: row.version, affected: [] };
  const written = JSON.stringify(wanted.written);
  const isLive = before === undefined || !isServedSo(before, definition);
  // Also where nothing is published yet: what is being published at this moment must not go live on what was.
  if (isLive) await change.beginLive(`backends/${row.name}`);
  await refuseUnknownNetwork(change, definition);
  const content = sealContent(definition, key, { backendId: row.id, environment });
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

/** After `beginLive`: no file that is being applied at this moment takes the network away. */
async function refuseUnknownNetwork({ tx }: Change, { network }: DefinitionContent): Promise<void> {
  if (network === undefined) return;
  const { networks = [] } = await readSettings(tx);
  if (networks.some(({ name }) => name === network.name)) return;
  const known = networks.length === 0 ? 'there are none' : `there are ${networks.map(({ name }) => `"${name}"`).join(', ')}`;
  const detail = `There is no network "${network.name}": ${known}, as an admin names them under networks in the configuration file`;
  throw new Refusal('reference.unknown', detail);
}
