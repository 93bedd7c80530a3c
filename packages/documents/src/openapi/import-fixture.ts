import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HttpIntegrationUse, MockIntegrationUse, Problem, RouteSnapshot } from '@gatehouse/contract';
import { type ImportOptions, type ImportResult, importDefinition } from './import-definition.ts';

/** Takes the names that tests use; in the product the gateway's registry of policies stands here. */
export const validatePolicies: ImportOptions['validatePolicies'] = (value) => {
  const policies: ReturnType<ImportOptions['validatePolicies']>['policies'] = [];
  const issues: { path: (string | number)[]; message: string }[] = [];
  for (const [index, item] of (value as Record<string, unknown>[]).entries()) {
    const [name = '', config] = Object.entries(item)[0] ?? [];
    if (['cors', 'headers', 'ip-restriction', 'rate-limit'].includes(name)) policies.push({ name, config });
    else issues.push({ path: [index, name], message: `There is no policy "${name}"` });
  }
  return { policies, issues };
};

/** Imports the first of some files, written to a directory of their own. Places are `name:line:column`, as the names are given. */
export async function importFiles(files: Record<string, string>, options: Partial<ImportOptions> = {}): Promise<ImportResult> {
  const baseDir = mkdtempSync(path.join(tmpdir(), 'gatehouse-openapi-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(baseDir, name)), { recursive: true });
    writeFileSync(path.join(baseDir, name), text);
  }
  const [first = ''] = Object.keys(files);
  const result = await importDefinition({ definition: first, baseDir, validatePolicies, ...options }).finally(() =>
    rmSync(baseDir, { recursive: true }),
  );
  const relative = (text: string) => text.replaceAll(`${baseDir}/`, '');
  const problems = result.problems.map((problem): Problem => {
    const { place } = problem;
    return {
      ...problem,
      message: relative(problem.message),
      ...(place === undefined ? {} : { place: { ...place, file: relative(place.file) } }),
    };
  });
  for (const route of result.definition?.routes ?? []) if (route.at !== undefined) route.at = relative(route.at);
  return { ...result, problems, inputs: result.inputs.map(relative) };
}

/** Imports one YAML text as `api.yaml`. */
export function importYaml(text: string, options: Partial<ImportOptions> = {}): Promise<ImportResult> {
  return importFiles({ 'api.yaml': text }, options);
}

/** Problems as `severity line:column code`, without the file. */
export function brief(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, code, place }) => `${severity} ${place === undefined ? '?' : `${place.line}:${place.column}`} ${code}`);
}

export function messages(problems: readonly Problem[], code: string): string[] {
  return problems.filter((problem) => problem.code === code).map((problem) => problem.message);
}

/** A route in a line: `GET /pets -> http://host/pets`, or `-> mock 200`. */
export function line({ method, path: template, integration }: RouteSnapshot): string {
  const target =
    integration.kind === 'mock' ? `mock ${integration.status}` : (integration.uri ?? `${integration.backend}${integration.path ?? ''}`);
  return `${method} ${template} -> ${target}`;
}

export function httpUse(result: ImportResult, index = 0): HttpIntegrationUse {
  const use = result.definition?.routes[index]?.integration;
  if (use?.kind !== 'http') throw new Error(`Route ${index} is not http: ${JSON.stringify(result.problems)}`);
  return use;
}

export function mockUse(result: ImportResult, index = 0): MockIntegrationUse {
  const use = result.definition?.routes[index]?.integration;
  if (use?.kind !== 'mock') throw new Error(`Route ${index} is not a mock: ${JSON.stringify(result.problems)}`);
  return use;
}

/** A document with one operation, `GET /things/{id}` unless said otherwise, whose integration is given as YAML, indented by nothing. */
export function withIntegration(integration: string, { path: template = '/things/{id}', method = 'get', extra = '' } = {}): string {
  return [
    'openapi: 3.0.3',
    'info: { title: T, version: "1" }',
    ...(extra === '' ? [] : [extra]),
    'paths:',
    `  "${template}":`,
    `    ${method}:`,
    '      x-amazon-apigateway-integration:',
    ...integration
      .trim()
      .split('\n')
      .map((text) => `        ${text}`),
    '',
  ].join('\n');
}
