import { dirname, resolve } from 'node:path';
import { formatProblem, hasErrors } from '@gatehouse/contract';
import { importDefinition } from '@gatehouse/documents';
import { DEFINITION_BYTES_MAX, type Definition, OnboardRefusal, toDefinition } from '@gatehouse/sdk/onboarding';
import { printable } from '../command-line/printable.ts';
import { InputError } from '../input-error.ts';
import { readText } from '../management/read-settings.ts';
import { createTextFetcher } from './fetch-text.ts';

/**
 * Reads an OpenAPI document and everything that it refers to, as the gateway would. A document of one file stays as it is written, others
 * become one. Throws `InputError` with every problem and its place.
 */
export async function readCheckedDefinition(url: string | undefined, file: string | undefined, backend: string): Promise<Definition> {
  const texts = new Map<string, string>();
  const fetcher = url === undefined ? undefined : createTextFetcher(url, texts);
  const source = file ?? fetcher?.shown ?? '';
  const { definition, problems, inputs } = await importDefinition({
    definition: file === undefined ? source : resolve(file),
    baseDir: file === undefined ? process.cwd() : dirname(resolve(file)),
    // What only the control plane knows is not judged here.
    backend,
    validatePolicies: () => ({ policies: [], issues: [] }),
    ...(fetcher === undefined ? {} : { fetchText: fetcher }),
  });
  if (definition === undefined || hasErrors(problems)) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const count = `${errors.length} error${errors.length === 1 ? '' : 's'}`;
    throw new InputError(`${source} has ${count}: nothing was written`, errors.map(formatProblem).map(printable));
  }
  const isOne = file === undefined ? texts.size === 1 : inputs.length === 1;
  const written = file === undefined ? [...texts.values()][0] : isOne ? await readText(file) : undefined;
  const text = isOne && written !== undefined ? written : `${JSON.stringify(definition.document, null, 2)}\n`;
  try {
    return toDefinition(Buffer.from(text, 'utf8'), source, DEFINITION_BYTES_MAX);
  } catch (error) {
    throw error instanceof OnboardRefusal ? new InputError(printable(error.message)) : error;
  }
}
