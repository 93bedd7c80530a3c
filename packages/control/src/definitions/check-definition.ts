import type { Problem } from '@gatehouse/contract';
import { portal } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import type { CheckedDefinition, CheckSettings } from '../import/check-definition.ts';
import type { DefinitionImporter } from '../import/definition-importer.ts';
import type { ResolveBackends } from '../import/import-draft.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import { findApi } from '../publishing/api-rows.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { ControlTables } from '../schema/tables.ts';
import { OtherDocuments, type ReadUrl } from './read-url.ts';

export interface DefinitionsDependencies {
  database: Database<ControlTables>;
  importer: Pick<DefinitionImporter, 'check'>;
  /** Absent: nothing is read from URLs here. */
  readUrl: ReadUrl | undefined;
  /** As for saving a draft: backend services of these names that the caller may use. */
  resolveBackends(db: Kysely<ControlTables>, caller: Caller, names: readonly string[]): ReturnType<ResolveBackends>;
}

/** For all documents of a definition together. */
const READING_MS = 30_000;
/** Documents that refer to documents that refer to documents … */
const ROUNDS_MAX = 10;

/** What the wizard of the portal asks before there is an API. Nothing is saved. */
export function checkDefinition(dependencies: DefinitionsDependencies): Implementation {
  const { database, importer, readUrl, resolveBackends } = dependencies;
  return implement(portal.checkDefinition, async ({ body: { text, url, api }, caller }) => {
    if ((text === undefined) === (url === undefined)) refuseInvalid(['body'], 'must have either text or url');
    const { policies: globalPolicies } = await readSettings(database.read);
    const settings = api === undefined ? {} : await readSettingsOf(database.read, caller, api);
    const check = (root: { text: string; url: string | null }, documents: OtherDocuments['found']) =>
      importer.check(
        { ...root, documents, globalPolicies, settings },
        (names) => resolveBackends(database.read, caller, names),
        caller.subject,
      );
    if (text !== undefined) return { body: toBody(await check({ text, url: null }, new Map()), null) };

    const signal = AbortSignal.timeout(READING_MS);
    const asked = url ?? '';
    const root = readUrl === undefined ? { refused: 'Definitions are not read from URLs here' } : await readUrl(asked, signal);
    if ('refused' in root || readUrl === undefined) throw unreadable('refused' in root ? root.refused : '');
    const documents = new OtherDocuments(readUrl, signal);
    let checked = await check(root, documents.found);
    // The thread waits for no network: it says what it lacks, and is asked again.
    for (let round = 0; round < ROUNDS_MAX && (await documents.read(checked.wanted)); round++) checked = await check(root, documents.found);
    return { body: toBody(withUrl(checked, root.url, asked), root.text) };
  });
}

/** What the draft of an API says about how its definition is read. Throws `resource.not-found`. */
async function readSettingsOf(db: Kysely<ControlTables>, caller: Caller, name: string): Promise<CheckSettings> {
  const { id } = await findApi(db, caller, name);
  const { draft } = await db.selectFrom('apis').select('draft').where('id', '=', id).executeTakeFirstOrThrow();
  // It was checked when it was saved.
  return JSON.parse(draft) as CheckSettings;
}

function unreadable(message: string): Refusal {
  const problem: Problem = { severity: 'error', code: 'definition.unreadable', message, path: ['body', 'url'] };
  return new Refusal('reference.unknown', message, { problems: [problem] });
}

/** Where a URL redirects to may hold a signature: who asked is told of the URL that he named. */
function withUrl(checked: CheckedDefinition, read: string, asked: string): CheckedDefinition {
  const problems = checked.problems.map((problem) =>
    problem.place?.file === read ? { ...problem, place: { ...problem.place, file: asked } } : problem,
  );
  return { ...checked, problems };
}

function toBody({ wanted: _, problems, ...checked }: CheckedDefinition, text: string | null) {
  return { ...checked, problems: problems.map(toPlain), text };
}

function toPlain({ path, ...problem }: Problem) {
  return { ...problem, ...(path === undefined ? {} : { path: [...path] }) };
}
