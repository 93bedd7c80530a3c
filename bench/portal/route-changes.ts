import { median } from '../report/statistics.ts';
import { ColdPage, type Visit } from './cold-page.ts';
import type { Part } from './in-page-calls.ts';
import { API, API_DEFINITION, HOME, NAVIGATION, type Place } from './places.ts';

export interface RouteChange {
  name: string;
  /** The first time, when its code and its data are not there yet; in ms. */
  firstMs: number;
  /** When it was gone to before. */
  againMs: number;
}

interface Step {
  name: string;
  link: Part;
  to: Place;
}

const inNavigation = (place: Place): Step => ({
  name: place.name,
  link: { selector: `nav[aria-label="Main"] a[href="${place.path}"]` },
  to: place,
});

/** A way through the portal by clicks alone; it ends where it began, so that it can be gone again. */
const STEPS: readonly Step[] = [
  ...NAVIGATION.slice(0, 1).map(inNavigation),
  { name: API.name, link: { selector: `[role="cell"] a[href="${API.path}"]` }, to: API },
  { name: API_DEFINITION.name, link: { selector: '[role="tab"]', text: 'Definition' }, to: API_DEFINITION },
  ...NAVIGATION.slice(1).map(inNavigation),
];

/**
 * Goes through the portal twice per run, by clicks without the pointer's resting on a link before: what is loaded ahead then does not
 * help. From the click until the next page's heading and content are on the screen.
 */
export async function measureRouteChanges(visit: Visit, runs: number): Promise<RouteChange[]> {
  const first = STEPS.map((): number[] => []);
  const again = STEPS.map((): number[] => []);
  for (let run = 0; run < runs; run++) {
    const page = await ColdPage.open(visit, HOME.path, HOME.parts);
    try {
      await page.figures();
      for (const round of [first, again]) {
        for (const [index, { link, to }] of STEPS.entries()) round[index]?.push(await page.click(link, to.parts));
      }
    } finally {
      await page.close();
    }
  }
  return STEPS.map(({ name }, index) => ({ name, firstMs: median(first[index] ?? []), againMs: median(again[index] ?? []) }));
}
