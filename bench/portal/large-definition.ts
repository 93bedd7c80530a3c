import { ColdPage, type Visit } from './cold-page.ts';
import { medians } from './first-visits.ts';

const PATH = '/catalog/default/api/github/definition';
const CONTENTS = 'nav[aria-label="Contents"]';

/** Each in ms. */
export interface LargeDefinitionFigures {
  /** From the address, with nothing cached, until its contents and its overview were on the screen. */
  'open it': number;
  /** How long the page did not answer meanwhile. */
  'long tasks': number;
  'search in it': number;
  'open an operation': number;
  'open another': number;
}

/** Opens GitHub's description of its REST API, searches in it, and opens what was found. */
export async function measureLargeDefinition(visit: Visit, runs: number): Promise<LargeDefinitionFigures> {
  const figures: LargeDefinitionFigures[] = [];
  for (let run = 0; run < runs; run++) {
    const page = await ColdPage.open(visit, PATH, [{ selector: `${CONTENTS} a` }, { selector: 'article h2', text: 'GitHub' }]);
    try {
      const { usefulMs, tbtMs } = await page.figures();
      const find = 'input[aria-label^="Filter"]';
      const found = { selector: `${CONTENTS} a`, text: 'Create a repository webhook' };
      const search = await page.type(find, 'repository webhook', [found]);
      const open = await page.click(found, [
        { selector: 'article h2', text: 'Create a repository webhook' },
        { selector: 'article h3', text: 'Responses' },
      ]);
      const other = { selector: `${CONTENTS} a`, text: 'Delete a repository webhook' };
      const another = await page.click(other, [{ selector: 'article h2', text: 'Delete a repository webhook' }]);
      figures.push({
        'open it': usefulMs,
        'long tasks': tbtMs,
        'search in it': search,
        'open an operation': open,
        'open another': another,
      });
    } finally {
      await page.close();
    }
  }
  return medians(figures);
}
