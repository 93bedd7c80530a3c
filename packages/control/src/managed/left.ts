import type { Problem } from '@gatehouse/contract';

/** What the file has no more and what stays nevertheless: it is published, by people or by the file without pruning being asked for. */
export class Left {
  readonly prune: boolean;
  readonly problems: Problem[] = [];

  constructor(prune: boolean) {
    this.prune = prune;
  }

  report(what: string): void {
    const remedy = this.prune
      ? 'what people have published is never pruned; remove it through the management interface'
      : 'set prune: true in the file to have such things removed, or remove it through the management interface';
    this.problems.push({ severity: 'warning', code: 'managed.left', message: `${what}: it stays as it is; ${remedy}` });
  }
}
