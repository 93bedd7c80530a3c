import { dirname, isAbsolute, join } from 'node:path';
import { formatProblem, type Place } from '@gatehouse/contract';
import { apis, type OperationCall } from '@gatehouse/contract/management';
import { ManagementError, type ManagementProblem } from '@gatehouse/sdk/management';
import type { ManagementRun } from '../command-line/command.ts';
import { printable } from '../command-line/printable.ts';
import type * as specs from '../commands/apis-commands.ts';
import { InputError } from '../input-error.ts';
import { UsageError } from '../usage-error.ts';
import { type ManagementContext, show } from './context.ts';
import { withPlaces } from './place-problems.ts';
import { type ReadDefinition, readDefinitionFile, readInlineDefinition } from './read-definition.ts';
import { readSettings } from './read-settings.ts';

/** Large definitions take a while to be compiled. */
const TIMEOUT_MS = 90_000;

/** What a draft begins with, before the options of the command. */
interface Basis {
  draft: Record<string, unknown>;
  /** The version that the draft was read at. */
  ifMatch?: number | undefined;
  placeOf?(path: readonly (string | number)[]): Place;
}

export const saveApi: ManagementRun<typeof specs.saveApi> = async (given, context) => {
  const name = given.arguments.NAME;
  const { file, definition: definitionFile, backend, 'base-path': basePath, owner } = given.options;
  if (file === undefined && definitionFile === undefined) {
    throw new UsageError('apis save needs --file FILE (all settings) or --definition FILE (the OpenAPI document), or both');
  }
  const basis = file === undefined ? await readDraft(context, name) : await readSettingsOf(name, file);
  const chosen = Object.entries({ backend, basePath, owner }).filter(([, value]) => value !== undefined);
  const draft = { ...basis.draft, ...Object.fromEntries(chosen) };
  const read = definitionFile === undefined ? await readNamed(draft, file ?? '', basis) : await readDefinitionFile(definitionFile, draft);
  const toPlaced = placedIn(basis, read, definitionFile !== undefined);
  const call = context.client.call(apis.putApi, {
    params: { name },
    // What it must be like is for the control plane to say.
    body: { ...draft, ...(read === undefined ? {} : { definition: read.definition }) } as OperationCall<typeof apis.putApi>['body'],
    ifMatch: basis.ifMatch,
    timeoutMs: TIMEOUT_MS,
  });
  const { status, body } = await withPlaces(call, toPlaced);
  const next = body.changed ? `. Next: gatehouse apis publish ${name} ENV` : '; it is the same as the newest revision';
  show(context, body, () => [`${status === 201 ? 'Created' : 'Saved'} the draft of ${name}: ${count(body.operations)}${next}`]);
  if (!context.json) context.terminal.complain(...body.problems.map((problem) => printable(formatProblem(toPlaced(problem)))));
  return 0;
};

/** The settings as they are; an API that does not exist has none. */
async function readDraft({ client }: ManagementContext, name: string): Promise<Basis> {
  try {
    const { body, version } = await client.call(apis.getApi, { params: { name } });
    return { draft: body.draft, ifMatch: version };
  } catch (error) {
    if (error instanceof ManagementError && error.code === 'resource.not-found') return { draft: {} };
    throw error;
  }
}

async function readSettingsOf(name: string, file: string): Promise<Basis> {
  const { value, placeOf } = await readSettings(file);
  const { name: named, ...draft } = value;
  if (named !== undefined && named !== name) throw new InputError(`${file} is of the API ${String(named)}, not ${name}`);
  return { draft, placeOf };
}

/** The definition that a file of settings names or holds; without one, what is sent has none and is refused. */
async function readNamed({ definition, ...settings }: Record<string, unknown>, file: string, { placeOf }: Basis) {
  if (typeof definition === 'string') {
    if (/^https?:/i.test(definition)) throw new InputError(`${file}: definition must be a file here: download ${definition} first`);
    return await readDefinitionFile(isAbsolute(definition) ? definition : join(dirname(file), definition), settings);
  }
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition) || placeOf === undefined) return undefined;
  return await readInlineDefinition(definition as Record<string, unknown>, file, placeOf, settings);
}

/** Problems of the draft get their places in the file of settings, those of the definition in the document. */
function placedIn({ placeOf }: Basis, read: ReadDefinition | undefined, isSeparate: boolean) {
  return (problem: ManagementProblem): ManagementProblem => {
    const [part, member, ...path] = problem.path ?? [];
    if (part !== 'body') return problem;
    const place =
      member === 'definition' && read !== undefined && (isSeparate || path.length > 0)
        ? read.placeOf(path)
        : placeOf?.(member === undefined ? [] : [member, ...path]);
    const { place: _, ...rest } = problem;
    return place === undefined ? rest : { ...rest, place };
  };
}

function count(operations: number): string {
  return `${operations} operation${operations === 1 ? '' : 's'}`;
}
