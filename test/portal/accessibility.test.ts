import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WatchedPage } from './support/browser.ts';
import { describePortal } from './support/portal.ts';
import { Sample } from './support/sample.ts';

/** Every page, by its path in the router, and where to look at it: with what is in it, with what opens on it, and with nothing. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  '/sign-in': ['/sign-in?error=not-a-member'],
  '/': ['/'],
  '/catalog': ['/catalog?kind=all', '/catalog?kind=all&q=nothing-of-this-name'],
  '/catalog/register': ['/catalog/register'],
  '/catalog/$namespace/$kind/$name/{-$tab}': [
    '/catalog/default/component/pet-service',
    '/catalog/default/component/pet-service/relations',
    '/catalog/default/component/pet-service/raw',
    '/catalog/default/api/petstore',
    '/catalog/default/api/petstore/definition',
    '/catalog/default/api/petstore/versions',
    '/catalog/default/api/petstore/consumers',
    '/catalog/default/api/pet-events/definition',
    '/catalog/default/api/pet-graph/definition',
    '/catalog/default/api/pet-grpc/definition',
    '/catalog/default/api/not-there',
    '/catalog/default/api/petstore/health',
  ],
  '/apps': ['/apps', '/apps?new=yes'],
  '/apps/$app/{-$tab}': ['/apps/web-shop', '/apps/web-shop/access', '/apps/web-shop/calls'],
  '/requests': ['/requests', '/requests?new=petstore'],
  '/console/apis': ['/console/apis'],
  '/console/apis/new': ['/console/apis/new'],
  '/console/apis/$api/{-$tab}': [
    '/console/apis/frobs',
    ...['definition', 'settings', 'policies', 'revisions', 'debug'].map((tab) => `/console/apis/frobs/${tab}`),
    '/console/apis/petstore',
  ],
  '/console/backends': ['/console/backends', '/console/backends?new=yes'],
  '/console/backends/$backend/{-$tab}': [
    '/console/backends/frobs',
    '/console/backends/frobs/test',
    '/console/backends/frobs/test?edit=yes',
    '/console/backends/frobs/production',
    '/console/backends/pets/production',
  ],
  '/console/domains': ['/console/domains', '/console/domains?edit=api.example.com'],
  '/operations/nodes': ['/operations/nodes'],
  '/operations/catalog/{-$tab}': ['/operations/catalog', '/operations/catalog/problems'],
  '/operations/audit': ['/operations/audit'],
  '/operations/tokens': ['/operations/tokens', '/operations/tokens?new=yes'],
  '/reference': ['/reference'],
  '/account': ['/account'],
};

const FIRST = new Set(Object.values(PAGES).map(([url]) => url));
const ROUTER = new URL('../../packages/portal/src/app/router.tsx', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1360, height: 860 };
const NARROW = { width: 390, height: 844 };
const SIZES = [
  ['wide', WIDE],
  ['narrow', NARROW],
] as const;
const NARROWEST = { width: 360, height: 780 };
/** What a page says that it is, and by how much it is wider than the window. */
const FACTS = `({
  headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent),
  title: document.title,
  overflow: document.documentElement.scrollWidth - window.innerWidth,
})`;
const SETTLES_MS = 30_000;
const FRAMES_OF_CALM = 8;
/** Machines of people and of continuous integration have two cores at least. */
const AT_A_TIME = 2;

test('no page of the router is left out', () => {
  const paths = [...readFileSync(ROUTER, 'utf8').matchAll(/ path: '([^']{1,200})'/g)].map(([, path]) => path);
  expect(Object.keys(PAGES).sort()).toEqual(paths.sort());
});

describePortal('Every page can be used by everybody', () => {
  let sample: Sample;
  /** Pages of the admin that nothing is looked at with at the moment. */
  const free: WatchedPage[] = [];
  const waiting: ((page: WatchedPage) => void)[] = [];

  beforeAll(async () => {
    sample = await Sample.start();
    for (let index = 0; index < AT_A_TIME; index++) free.push(await sample.portal.signedIn('/account'));
  }, 120_000);
  afterAll(async () => {
    for (const watched of free) await watched.close();
    await sample?.close();
  });

  async function withPage(look: (watched: WatchedPage) => Promise<void>): Promise<void> {
    const watched = free.pop() ?? (await new Promise<WatchedPage>((resolve) => waiting.push(resolve)));
    try {
      await look(watched);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(watched);
      else next(watched);
    }
  }

  describe.concurrent('at every size, in the light and in the dark', () => {
    test.each(Object.values(PAGES).flat())('%s', { timeout: 120_000 }, (url) =>
      withPage(async (watched) => {
        const isSignedOut = url.startsWith('/sign-in');
        const used = isSignedOut ? await sample.portal.visit('/sign-in') : watched;
        const { page } = used;
        await page.setViewportSize(WIDE);
        await page.emulateMedia({ colorScheme: 'light' });
        await page.goto(url);
        await settled(page, FRAMES_OF_CALM);
        const name = `page-${url.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '') || 'home'}`;
        const found: string[] = [];
        for (const [size, viewport] of SIZES) {
          await page.setViewportSize(viewport);
          for (const scheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme: scheme });
            await settled(page, 1);
            await used.picture(`${name}-${size}-${scheme}`);
            // In the dark nothing is another but the colors, and they are the same at every size; narrow, the frame of a page is another.
            if (size === 'narrow' && (scheme === 'dark' || !FIRST.has(url))) continue;
            const rules = scheme === 'dark' ? 'colors' : size === 'narrow' ? 'all but colors' : 'all';
            found.push(...(await findings(page, rules)).map((finding) => `${size} ${scheme}: ${finding}`));
          }
        }
        await page.setViewportSize(NARROWEST);
        const facts = await page.evaluate(FACTS);
        const errors = used.errors();
        if (isSignedOut) await used.close();
        expect(found).toEqual([]);
        expect(facts).toEqual({ headings: [expect.stringMatching(/\S/)], title: expect.stringMatching(/\S · Gatehouse$/), overflow: 0 });
        expect(errors).toEqual([]);
      }),
    );
  });

  test('the search, its results and the account menu', () =>
    withPage(async (watched) => {
      const { page } = watched;
      await page.setViewportSize(WIDE);
      await page.goto('/');
      await settled(page, FRAMES_OF_CALM);
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Search' }).fill('pet');
      await page.getByRole('option').first().waitFor();
      const found = await findings(page, 'all');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Account of/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
      await watched.picture('page-account-menu');
      expect([...found, ...(await findings(page, 'all'))]).toEqual([]);
      expect(watched.errors()).toEqual([]);
    }));
});

/** Everything that the page reads has come, and for so many frames it has asked for nothing else. */
async function settled(page: Page, frames: number): Promise<void> {
  const isCalm = await page.evaluate<boolean>(`new Promise((resolve) => {
    const until = performance.now() + ${SETTLES_MS};
    let calm = 0;
    const look = () => {
      const isBusy = document.querySelector('h1') === null || document.querySelector('[aria-busy="true"], .mantine-Skeleton-root') !== null;
      calm = isBusy ? 0 : calm + 1;
      if (calm >= ${frames} || performance.now() > until) resolve(calm >= ${frames});
      else requestAnimationFrame(look);
    };
    look();
  })`);
  if (!isCalm) throw new Error(`Something of the page has not come within ${SETTLES_MS} ms`);
}

/** What axe calls serious or critical, each with where it is. */
async function findings(page: Page, rules: 'all' | 'colors' | 'all but colors'): Promise<string[]> {
  // The page's policy lets no script in but its own; this one comes through the debugger.
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(AXE);
  const options: axe.RunOptions = {
    resultTypes: ['violations'],
    iframes: false,
    preload: false,
    ...(rules === 'colors' ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {}),
    ...(rules === 'all but colors' ? { rules: { 'color-contrast': { enabled: false } } } : {}),
  };
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, any, html }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''} ${html.slice(0, 120)}`),
    );
}
