import type { Problem } from '@gatehouse/contract';
import { apis } from '@gatehouse/contract/management';
import { ownerOfNew, refuseForeignOwner } from '../access/owner-of-new.ts';
import type { ImportedDraft, ImportOutcome } from '../import/import-draft.ts';
import { isNestedDeeper, NESTED_TOO_DEEPLY } from '../import/nesting.ts';
import { type Answer, type Call, type Implementation, implement } from '../operation/implementation.ts';
import { Refusal, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import { API_HEAD, type ApiHead } from '../publishing/api-rows.ts';
import { changeBy } from '../publishing/change.ts';
import { refuseUnknownEnvironments } from '../publishing/refuse-unknown-environments.ts';
import { readSettings } from '../schema/read-settings.ts';
import { readApiDetail } from './api-summary.ts';
import type { ApisDependencies } from './dependencies.ts';
import { resolveBackends } from './resolve-backends.ts';
import { saveDraft } from './save-draft.ts';
import { toWrittenDraft } from './to-written-draft.ts';

type PutCall = Call<typeof apis.putApi>;

/** How often a draft is imported again because somebody else changed the API meanwhile. */
const ATTEMPTS_MAX = 3;

export function putApi(dependencies: ApisDependencies): Implementation {
  return implement(apis.putApi, async (call) => {
    refuseNesting(call.body);
    for (let attempt = 1; ; attempt++) {
      try {
        return await putOnce(dependencies, call);
      } catch (error) {
        // Who did not say which version was meant does not mind that it has become another one.
        const isOvertaken = error instanceof Refusal && error.code === 'version.stale' && call.mustExist !== true;
        if (!isOvertaken || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  });
}

async function putOnce(dependencies: ApisDependencies, call: PutCall): Promise<Answer<typeof apis.putApi>> {
  const { database, importer } = dependencies;
  const { caller, params } = call;
  const row = await database.read.selectFrom('apis').select(API_HEAD).where('name', '=', params.name).executeTakeFirst();
  const owner = admit(call, row);
  const body = { ...call.body, definition: call.body.definition ?? (await readWritten(dependencies, row)) };
  await refuseUnknownEnvironments(database.read, Object.keys(body.variables));
  // Outside of a transaction: it takes its time.
  const outcome = await importer.import(
    { name: params.name, owner, draft: body, globalPolicies: (await readSettings(database.read)).policies },
    (names) => resolveBackends(database.read, caller, names),
    caller.subject,
  );
  const imported = acceptImport(outcome);
  const { result } = await changeBy(dependencies, call, async (change) => {
    const saved = await saveDraft(change, {
      name: params.name,
      title: imported.title,
      description: body.description ?? null,
      owner,
      group: body.group ?? null,
      basePath: imported.basePath,
      draft: toWrittenDraft(body),
      definition: typeof body.definition === 'string' ? body.definition : JSON.stringify(body.definition),
      document: imported.document,
      content: imported.content,
      hash: imported.hash,
      operations: imported.operations,
      backends: imported.backends,
    });
    const before = saved.outcome === 'created' ? undefined : saved.version - (saved.outcome === 'changed' ? 1 : 0);
    if (before !== row?.version) throw new Refusal('version.stale', 'Somebody else changed it at this moment: read it again');
    const after = await change.tx.selectFrom('apis').select(API_HEAD).where('id', '=', saved.id).executeTakeFirstOrThrow();
    return { saved, detail: await readApiDetail(change.tx, caller, after) };
  });
  const { saved, detail } = result;
  return {
    status: saved.outcome === 'created' ? 201 : 200,
    body: { ...detail, problems: outcome.problems.map(toPlain) },
    version: saved.version,
  };
}

/** The definition as it was written, for a draft of which only the rest is sent. Throws `request.invalid` where there is none yet. */
async function readWritten({ database }: ApisDependencies, row: ApiHead | undefined): Promise<string> {
  const found =
    row === undefined ? undefined : await database.read.selectFrom('apis').select('definition').where('id', '=', row.id).executeTakeFirst();
  return found?.definition ?? refuseInvalid(['body', 'definition'], 'must be there: the API is new');
}

/** Whose API it will be. Throws when the caller may not save it. */
function admit({ caller, params, body, ifMatch, mustExist }: PutCall, row: ApiHead | undefined): string | null {
  if (row === undefined) {
    if (mustExist === true) throw new Refusal('version.stale', `There is no API "${params.name}" any more`);
    return ownerOfNew(caller, body.owner);
  }
  // What one may not see is not there to be changed. That the name is taken is the one thing that cannot be hidden.
  if (!caller.canChange(row.owner)) {
    if (mustExist === true) throw new Refusal('version.stale', `There is no API "${params.name}" any more`);
    throw new Refusal('resource.exists', `The name "${params.name}" is taken`);
  }
  refuseManaged(row, `The API "${row.name}"`);
  refuseStale(row, ifMatch);
  if (body.owner === undefined || body.owner === row.owner) return row.owner;
  // Handing it over takes both: it is one's own, and one may take it for the other team.
  refuseForeignOwner(caller, body.owner);
  return body.owner;
}

/** Before anything walks through them: what recurses would take the process down. */
function refuseNesting(body: PutCall['body']): void {
  for (const member of ['definition', 'policies'] as const) {
    if (!isNestedDeeper(body[member])) continue;
    const problem: Problem = { severity: 'error', code: 'definition.too-large', message: NESTED_TOO_DEEPLY, path: ['body', member] };
    throw new Refusal('definition.invalid', `body.${member} ${NESTED_TOO_DEEPLY}`, { problems: [problem] });
  }
}

function acceptImport({ imported, problems }: ImportOutcome): ImportedDraft {
  if (imported !== undefined) return imported;
  const errors = problems.filter((problem) => problem.severity === 'error');
  const isReference = errors.every((problem) => problem.code === 'reference.unknown');
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new Refusal(isReference ? 'reference.unknown' : 'definition.invalid', `${errors[0]?.message ?? 'The draft has errors'}${more}`, {
    problems: problems.map(toPlain),
  });
}

function toPlain({ path, ...problem }: Problem) {
  return { ...problem, ...(path === undefined ? {} : { path: [...path] }) };
}
