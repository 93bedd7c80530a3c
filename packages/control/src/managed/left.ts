import type { Problem } from '@gatehouse/contract';

/** What the file has no more and what stays nevertheless, because it is published and pruning was not asked for. */
export class Left {
  readonly prune: boolean;
  readonly problems: Problem[] = [];

  constructor(prune: boolean) {
    this.prune = prune;
  }

  report(what: string): void {
    const message = `${what}: it stays as it is; set prune: true in the file to have such things removed, or remove it through the management interface`;
    this.problems.push({ severity: 'warning', code: 'managed.left', message });
  }
}
