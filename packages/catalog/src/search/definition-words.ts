import type { OperationText } from './extract-operations.ts';
import { normalizePath, tokensOf } from './tokens.ts';

/** What is indexed of a definition: worked out once when it is stored, since every node needs it whenever it starts. */
export interface DefinitionWords {
  /** Distinct words, separated by spaces. */
  operationIds: string;
  paths: string;
  summaries: string;
  /** Distinct paths in normal form. */
  templates: string[];
}

export function toDefinitionWords(operations: readonly OperationText[]): DefinitionWords {
  const words = { operationIds: new Set<string>(), paths: new Set<string>(), summaries: new Set<string>() };
  const templates = new Set<string>();
  for (const [method, path, operationId, summary] of operations) {
    for (const token of tokensOf(operationId)) words.operationIds.add(token);
    for (const token of tokensOf(`${method} ${path}`)) words.paths.add(token);
    for (const token of tokensOf(summary)) words.summaries.add(token);
    templates.add(normalizePath(path));
  }
  const { operationIds, paths, summaries } = words;
  return {
    operationIds: [...operationIds].join(' '),
    paths: [...paths].join(' '),
    summaries: [...summaries].join(' '),
    templates: [...templates],
  };
}
