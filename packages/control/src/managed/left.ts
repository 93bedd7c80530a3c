import type { Problem } from '@gatehouse/contract';

/** What the file has no more and what stays nevertheless: it is published, by people or by the file without pruning being asked for. */
export class Left {
  readonly prune: boolean;
  readonly problems: Problem[] = [];

  constructor(prune: boolean) {
    this.prune = prune;
  }

  /** `byHand`: what people can do about it, where that is not to remove it. */
  report(what: string, byHand = 'remove it through the management interface'): void {
    const remedy = this.prune
      ? `what people have published is never pruned; ${byHand}`
      : `set prune: true in the file to have such things removed, or ${byHand}`;
    this.problems.push({ severity: 'warning', code: 'managed.left', message: `${what}: it stays as it is; ${remedy}` });
  }
}
