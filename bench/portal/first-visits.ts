import { median } from '../report/statistics.ts';
import { ColdPage, type Visit, type VisitFigures } from './cold-page.ts';
import type { Place } from './places.ts';

/** Visits a page with nothing cached, so many times; every figure is the median. */
export async function measureFirstVisits(visit: Visit, { path, parts }: Place, runs: number): Promise<VisitFigures> {
  const figures: VisitFigures[] = [];
  for (let run = 0; run < runs; run++) {
    const page = await ColdPage.open(visit, path, parts);
    try {
      figures.push(await page.figures());
    } finally {
      await page.close();
    }
  }
  return medians(figures);
}

/** The median of each figure. */
export function medians<Figures extends object>(runs: readonly Figures[]): Figures {
  const [first] = runs;
  if (first === undefined) throw new Error('Nothing was measured');
  const names = Object.keys(first) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, median(runs.map((figures) => Number(figures[name])))])) as Figures;
}
