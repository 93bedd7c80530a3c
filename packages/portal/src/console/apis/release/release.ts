import type { Api } from '../server/api.ts';
import { type Publication, publishApi } from '../server/publish-api.ts';
import { rollbackApi } from '../server/rollback-api.ts';

/** Something to be made live in an environment. */
export interface Release {
  kind: 'publish' | 'rollback';
  environment: string;
  /** Undefined: the draft. */
  revision: number | undefined;
}

interface How {
  dryRun?: boolean;
  comment?: string;
  signal?: AbortSignal;
}

/** Does it, or says what it would change. Of the draft, only the one that was looked at is published. */
export function release(
  { name, version }: Pick<Api, 'name' | 'version'>,
  { kind, environment, revision }: Release,
  how: How,
): Promise<Publication> {
  const { dryRun = false, comment = '', signal } = how;
  const call = { params: { name }, query: { dryRun }, signal };
  const body = { environment, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) };
  if (kind === 'rollback' && revision !== undefined) return rollbackApi({ ...call, body: { ...body, revision } });
  return revision === undefined ? publishApi({ ...call, body, ifMatch: version }) : publishApi({ ...call, body: { ...body, revision } });
}

/** In words, for titles and buttons. */
export function releaseWords({ kind, environment, revision }: Release): { title: string; action: string } {
  if (kind === 'rollback') {
    return { title: `Roll ${environment} back`, action: revision === undefined ? 'Roll back' : `Roll back to revision ${revision}` };
  }
  if (revision === undefined) return { title: `Publish the draft to ${environment}`, action: `Publish to ${environment}` };
  return { title: `Publish revision ${revision} to ${environment}`, action: `Publish to ${environment}` };
}
