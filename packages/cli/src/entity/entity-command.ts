import { readFile } from 'node:fs/promises';
import {
  createEntities,
  createFiles,
  createPush,
  createTargets,
  type Definition,
  deliver,
  type EntityOptions,
  type Metadata,
  OnboardRefusal,
  parseS3Place,
  readMetadata,
  type Target,
  type TargetOptions,
  TargetRefusal,
  toYaml,
} from '@gatehouse/sdk/onboarding';
import type { Given, LocalRun } from '../command-line/command.ts';
import { printable, printableLines } from '../command-line/printable.ts';
import type * as specs from '../commands/entity-commands.ts';
import { InputError } from '../input-error.ts';
import { describeReadError } from '../management/read-settings.ts';
import { UsageError } from '../usage-error.ts';
import { readCheckedDefinition } from './read-checked-definition.ts';

type Options = Given<typeof specs.entity>['options'];

const DEFAULT_URL = 'http://127.0.0.1:3000';
/** A pipeline can wait longer than a service that starts. */
const ATTEMPT_TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;

/** `gatehouse entity`: document and metadata are judged whole before the first file is written. */
export const entityCommand: LocalRun<typeof specs.entity> = async ({ options }, terminal) => {
  checkUsage(options);
  const targets = await openTargets(options);
  const metadata = refusing('the entity would not be valid', () => readMetadata(toMetadata(options), process.env));
  const definition = await readCheckedDefinition(options['from-url'], options['from-file'], metadata.name);
  if (options['dry-run']) {
    const isInline = options.inline || (targets.length > 0 && targets.every(({ takes }) => takes === 'push'));
    terminal.print(...describeEntities(metadata, definition, { ...options, inline: isInline }));
    return 0;
  }
  for (const target of targets) {
    for (const { state, place } of await write(target, metadata, definition, options)) {
      terminal.print(printable(`${state === 'written' ? 'Written' : 'Unchanged'}: ${place}`));
    }
  }
  return 0;
};

function checkUsage(options: Options): void {
  if ((options['from-url'] === undefined) === (options['from-file'] === undefined)) {
    throw new UsageError('entity needs either --from-url URL or --from-file FILE');
  }
  if (options.out === undefined && options.s3 === undefined && !options.push && !options['dry-run']) {
    throw new UsageError('entity needs --out DIR, --s3 BUCKET/PREFIX or --push, or --dry-run');
  }
  const ofS3 = (['region', 'endpoint', 'role-arn', 'external-id'] as const).find((name) => options[name] !== undefined);
  if (options.s3 === undefined && ofS3 !== undefined) throw new UsageError(`--${ofS3} needs --s3 BUCKET/PREFIX`);
  if (options['external-id'] !== undefined && options['role-arn'] === undefined) throw new UsageError('--external-id needs --role-arn ARN');
  const ofPush = (['url', 'token-file'] as const).find((name) => options[name] !== undefined);
  if (!options.push && ofPush !== undefined) throw new UsageError(`--${ofPush} needs --push`);
}

async function openTargets(options: Options): Promise<Target[]> {
  const { out, s3, region, endpoint, push } = options;
  const { 'role-arn': arn, 'external-id': externalId, 'token-file': tokenFile } = options;
  const wanted: TargetOptions[] = [];
  if (out !== undefined) wanted.push({ directory: out });
  if (s3 !== undefined) {
    const place = parseS3Place(s3.replace(/^s3:\/\//, ''));
    const role = arn === undefined ? {} : { role: { arn, ...(externalId === undefined ? {} : { externalId }) } };
    const store = endpoint === undefined ? {} : { endpoint, forcePathStyle: true };
    wanted.push({ s3: { ...place, ...(region === undefined ? {} : { region }), ...store, ...role } });
  }
  if (push) {
    const token = tokenFile === undefined ? process.env.GATEHOUSE_TOKEN?.trim() : await readToken(tokenFile);
    wanted.push({ gatehouse: { url: options.url ?? process.env.GATEHOUSE_URL ?? DEFAULT_URL, ...(token === undefined ? {} : { token }) } });
  }
  try {
    return createTargets(wanted, {});
  } catch (error) {
    // They come from the command line and nothing else.
    throw error instanceof OnboardRefusal ? new UsageError(error.message) : error;
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new InputError(`cannot read the access token from ${file}: ${describeReadError(error)}`);
  }
}

function toMetadata(options: Options) {
  const { tag, annotation, label, link } = options;
  const given = Object.entries({ ...options, tags: tag, annotations: toPairs('annotation', annotation), labels: toPairs('label', label) });
  const names = new Set([
    'name',
    'namespace',
    'title',
    'description',
    'owner',
    'system',
    'lifecycle',
    'type',
    'tags',
    'annotations',
    'labels',
  ]);
  // What is empty leaves the environment variable its say.
  const isGiven = (value: unknown) => value !== undefined && Object.keys(value as object).length > 0;
  const metadata = Object.fromEntries(given.filter(([name, value]) => names.has(name) && isGiven(value)));
  return { ...metadata, ...(link.length === 0 ? {} : { links: link.map(toLink) }) };
}

function toPairs(option: string, items: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    items.map((item) => {
      const equals = item.indexOf('=');
      if (equals < 1) throw new UsageError(`"--${option}" must be KEY=VALUE, not "${item}"`);
      return [item.slice(0, equals), item.slice(equals + 1)];
    }),
  );
}

/** A URL has = in its query only, after a colon. */
function toLink(item: string): { url: string; title?: string } {
  const equals = item.indexOf('=');
  const title = equals < 1 ? '' : item.slice(0, equals);
  return title === '' || title.includes(':') ? { url: item } : { title, url: item.slice(equals + 1) };
}

function describeEntities(metadata: Metadata, definition: Definition, options: EntityOptions): string[] {
  const text = { $text: `./openapi.${definition.format}` };
  const written = options.inline === true ? definition.bytes.toString('utf8') : text;
  return printableLines(toYaml(createEntities(metadata, definition, written, options)).trimEnd());
}

async function write(target: Target, metadata: Metadata, definition: Definition, options: EntityOptions) {
  const files = target.takes === 'push' ? [createPush(metadata, definition, options)] : createFiles(metadata, definition, options);
  // The connections of the SDK do not keep a process alive; this one has nothing else to do.
  const awake = setInterval(() => undefined, 60_000);
  try {
    return await deliver(target, files, { attempts: ATTEMPTS, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS, signal: new AbortController().signal });
  } catch (error) {
    const what = error instanceof TargetRefusal ? 'refused' : 'cannot be written to';
    throw new InputError(printable(`${target.name} ${what}: ${error instanceof Error ? error.message : String(error)}`));
  } finally {
    clearInterval(awake);
    target.close?.();
  }
}

function refusing<T>(message: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof OnboardRefusal
      ? new InputError(
          message,
          error.problems.map((problem) => printable(`  ${problem}`)),
        )
      : error;
  }
}
