import { hasErrors, type Problem, type Severity } from '@gatehouse/contract';
import type { Cursor } from './definition-document.ts';

/** Collects what is wrong with a definition, each with its place. */
export class Report {
  readonly problems: Problem[] = [];

  error(code: string, message: string, at: Cursor, options?: { key?: boolean }): void {
    this.#add('error', code, message, at, options);
  }

  warning(code: string, message: string, at: Cursor, options?: { key?: boolean }): void {
    this.#add('warning', code, message, at, options);
  }

  hint(code: string, message: string, at: Cursor, options?: { key?: boolean }): void {
    this.#add('hint', code, message, at, options);
  }

  add(severity: Severity, code: string, message: string, at: Cursor): void {
    this.#add(severity, code, message, at);
  }

  get hasErrors(): boolean {
    return hasErrors(this.problems);
  }

  get isTooLarge(): boolean {
    return this.problems.some((problem) => problem.code === 'definition.too-large');
  }

  /** In the order in which a reader meets them: file by file as they were found, line by line. */
  sorted(): Problem[] {
    const files = new Map<string | undefined, number>();
    for (const { place } of this.problems) if (!files.has(place?.file)) files.set(place?.file, files.size);
    const fileOf = (problem: Problem) => files.get(problem.place?.file) ?? 0;
    return this.problems.toSorted(
      (a, b) => fileOf(a) - fileOf(b) || (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
    );
  }

  #add(severity: Severity, code: string, message: string, at: Cursor, options?: { key?: boolean }): void {
    const place = options?.key === true ? at.keyPlace() : at.place();
    this.problems.push({ severity, code, message, path: at.path, ...(place === undefined ? {} : { place }) });
  }
}
