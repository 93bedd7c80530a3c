import type { Cursor } from './definition-document.ts';
import type { ImportContext, OperationScope } from './import-context.ts';

/** Compares the path parameters that an operation declares with those in its path: a difference is usually a typing error. */
export function checkParameters(scope: OperationScope, items: Cursor[], context: ImportContext): void {
  const declared = new Map<string, Cursor>();
  for (const owner of [...items, scope.operation]) {
    for (const written of owner.get('parameters')?.items() ?? []) {
      const parameter = context.references.resolve(written);
      if (parameter === undefined) continue;
      const name = parameter.string('name');
      const place = parameter.string('in');
      if (name === undefined || place === undefined) {
        context.report.warning('definition.incomplete-parameter', 'A parameter must have a name and say where it is: in', written);
      } else if (place === 'path') {
        declared.set(name, written);
      }
    }
  }
  const names = scope.template.parameterNames;
  for (const name of names) {
    if (declared.has(name) || declared.has(`${name}+`)) continue;
    const message = `The path parameter {${name}} is not declared under parameters`;
    // Amazon API Gateway takes it from the path, and few documents for it declare it.
    if (context.isAws) context.report.hint('definition.undeclared-path-parameter', message, scope.operation);
    else context.report.warning('definition.undeclared-path-parameter', message, scope.operation);
  }
  for (const [name, at] of declared) {
    if (names.includes(name) || names.includes(name.replace(/\+$/, ''))) continue;
    const message = `The path ${scope.template.path} has no parameter {${name}}`;
    context.report.warning('definition.unused-path-parameter', message, at);
  }
}
