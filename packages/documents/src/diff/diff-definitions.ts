import type { DefinitionDiff } from '@gatehouse/contract';
import { ChangeLog } from './change-log.ts';
import { compareDocument } from './compare-document.ts';
import { DefinitionView, type OpenApiDocument } from './definition-view.ts';
import { compareParameters } from './operation/compare-parameters.ts';
import { compareRemarks } from './operation/compare-remarks.ts';
import { compareRequestBody } from './operation/compare-request-body.ts';
import { compareResponses } from './operation/compare-responses.ts';
import { compareSecurity } from './operation/compare-security.ts';
import { type ComparisonContext, OperationPair } from './operation/operation-pair.ts';
import { type Operation, type Operations, readOperations } from './operation/operations.ts';
import { SchemaComparison } from './schema/schema-comparison.ts';
import { SchemaReader } from './schema/schema-reader.ts';
import { WorkBudget, WorkExhausted } from './work-budget.ts';

/** About as many keys. Definitions of 10,000 operations need a tenth; the worst pair of definitions ends after some seconds. */
const WORK_MAX = 10_000_000;

/**
 * What differs between two definitions of an API, with the changes that break callers marked (docs/breaking-changes.md). Both are
 * bundled documents, as `importDefinition` gives them, of any two OpenAPI versions; undefined stands for an API without operations.
 * Never throws for what is written in a document, and always ends.
 */
export function diffDefinitions(before: OpenApiDocument | undefined, after: OpenApiDocument | undefined): DefinitionDiff {
  const log = new ChangeLog();
  if (before === after) return log.finish();
  try {
    compareDefinitions(before && new DefinitionView(before), after && new DefinitionView(after), log);
  } catch (error) {
    if (!(error instanceof WorkExhausted)) throw error;
    log.add('comparison-incomplete', undefined, 'definition');
  }
  return log.finish();
}

function compareDefinitions(before: DefinitionView | undefined, after: DefinitionView | undefined, log: ChangeLog): void {
  const olds = readOperations(before);
  const news = readOperations(after);
  reportRemoved(olds, news, log);
  reportAdded(olds, news, log);
  if (before === undefined || after === undefined) return;
  const budget = new WorkBudget(WORK_MAX);
  const readers = { before: new SchemaReader(before, budget), after: new SchemaReader(after, budget) };
  const context: ComparisonContext = { log, budget, readers, schemas: new SchemaComparison(readers, budget) };
  compareDocument(before, after, context);
  for (const [one, other] of pairsOf(olds, news)) {
    if (log.isFull) return;
    compareOperation(new OperationPair(one, other, context));
  }
}

/** The order is the one in which a change list is read. */
function compareOperation(pair: OperationPair): void {
  compareSecurity(pair);
  compareParameters(pair);
  compareRequestBody(pair);
  compareResponses(pair);
  compareRemarks(pair);
  pair.finish();
}

function reportRemoved(olds: Operations, news: Operations, log: ChangeLog): void {
  for (const [shape, operations] of olds) {
    const others = news.get(shape);
    for (const [method, { name }] of operations) {
      if (others === undefined) log.add('path-removed', name, 'operation');
      else if (!others.has(method) && !others.has('ANY')) log.add('operation-removed', name, 'operation');
    }
  }
}

function reportAdded(olds: Operations, news: Operations, log: ChangeLog): void {
  for (const [shape, operations] of news) {
    const others = olds.get(shape);
    for (const [method, { name }] of operations) {
      if (others === undefined) log.add('path-added', name, 'operation');
      else if (!others.has(method)) log.add('operation-added', name, 'operation');
    }
  }
}

/** Operations with what answers the same requests in the other definition: the method itself, or else the one for any method. */
function* pairsOf(olds: Operations, news: Operations): Generator<[Operation, Operation]> {
  for (const [shape, operations] of olds) {
    const others = news.get(shape);
    if (others === undefined) continue;
    for (const [method, one] of operations) {
      const other = others.get(method) ?? others.get('ANY');
      if (other !== undefined) yield [one, other];
    }
    const any = operations.get('ANY');
    if (any === undefined) continue;
    for (const [method, other] of others) if (!operations.has(method)) yield [any, other];
  }
}
