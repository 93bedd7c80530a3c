import { ColdPage, type Visit } from './cold-page.ts';
import { medians } from './first-visits.ts';
import { CATALOG } from './places.ts';

const TABLE = 'section[aria-label="Entities, scrolls"]';
const TOTAL = '#main [role="status"]';
const SEARCH = 'input[role="combobox"][aria-label="Search"]';

/** Each in ms. */
export interface LargeCatalogFigures {
  /** Until rows and filters with counts were on the screen, and what long tasks took of the page's answering since its first paint. */
  interactive: number;
  shown: number;
  'long tasks': number;
  'scroll to the middle': number;
  'scroll to the end': number;
  'sort by owner': number;
  'filter by an owner': number;
  'filter by a word': number;
  'search for words': number;
}

/** Opens the catalog's table where there is much to show, and uses it. */
export async function measureLargeCatalog(visit: Visit, runs: number): Promise<LargeCatalogFigures> {
  const figures: LargeCatalogFigures[] = [];
  for (let run = 0; run < runs; run++) {
    const page = await ColdPage.open(visit, CATALOG.path, CATALOG.parts);
    try {
      figures.push(await useTable(page));
    } finally {
      await page.close();
    }
  }
  return medians(figures);
}

async function useTable(page: ColdPage): Promise<LargeCatalogFigures> {
  const { usefulMs, tbtMs } = await page.figures();
  const before = (await page.page.locator(TOTAL).first().textContent()) ?? '';
  const entities = Number(before.replaceAll(/\D/g, ''));
  const row = (index: number) => ({ selector: `[role="row"][aria-rowindex="${index}"]:not([aria-hidden]) [role="cell"]` });
  const middle = await page.scroll(TABLE, 0.5, [row(Math.round(entities / 2))]);
  const end = await page.scroll(TABLE, 1, [row(entities)]);
  const sorted = [{ selector: '[role="columnheader"][aria-sort="ascending"]', text: 'Owner' }, row(2)];
  const sort = await page.click({ selector: '[role="columnheader"] button', text: 'Owner' }, sorted);
  const owner = { selector: 'aside[aria-label="Filters"] fieldset:first-of-type input[type="checkbox"]' };
  const narrowed = { selector: TOTAL, text: 'entit', not: before };
  const filter = await page.click(owner, [narrowed, row(2)]);
  await page.click({ selector: '#main button', text: 'Clear' }, [{ selector: TOTAL, text: before }, row(2)]);
  const words = 'input[aria-label="Name, title or description"]';
  const word = await page.type(words, 'refund', [narrowed, { selector: '[role="cell"]', text: 'refund' }]);
  await page.page.keyboard.press('Control+k');
  await page.page.locator(SEARCH).waitFor();
  const search = await page.type(SEARCH, 'public refund', [{ selector: '[role="option"]', text: 'refund' }]);
  return {
    interactive: usefulMs + tbtMs,
    shown: usefulMs,
    'long tasks': tbtMs,
    'scroll to the middle': middle,
    'scroll to the end': end,
    'sort by owner': sort,
    'filter by an owner': filter,
    'filter by a word': word,
    'search for words': search,
  };
}
