import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchedPage } from './support/browser.ts';
import { describePortal } from './support/portal.ts';
import { Sample } from './support/sample.ts';

/** Every page, by its path in the router, and where to look at it: with what is in it, with what opens on it, and with nothing. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  '/sign-in': ['/sign-in?error=sign-in.not-allowed'],
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
    '/catalog/default/api/petstore/health',
    '/catalog/default/api/pet-events/definition',
    '/catalog/default/api/pet-graph/definition',
    '/catalog/default/api/pet-grpc/definition',
    '/catalog/default/api/not-there',
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

const ROUTER = new URL('../../packages/portal/src/app/router.tsx', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1360, height: 860 };
const NARROW = { width: 390, height: 844 };
const NARROWEST = { width: 360, height: 780 };
const SETTLES_MS = 15_000;

test('no page of the router is left out', () => {
  const paths = [...readFileSync(ROUTER, 'utf8').matchAll(/ path: '([^']{1,200})'/g)].map(([, path]) => path);
  expect(Object.keys(PAGES).sort()).toEqual(paths.sort());
});

describePortal('Every page can be used by everybody', () => {
  let sample: Sample;
  let watched: WatchedPage;

  beforeAll(async () => {
    sample = await Sample.start();
    watched = await sample.portal.signedIn('/account');
  }, 120_000);
  afterAll(async () => {
    await watched?.close();
    await sample?.close();
  });

  test.each(Object.values(PAGES).flat())('%s', { timeout: 60_000 }, async (url) => {
    const signedOut = url.startsWith('/sign-in');
    const used = signedOut ? await sample.portal.visit(url) : watched;
    const { page } = used;
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: 'light' });
    if (!signedOut) await page.goto(url);
    await settled(page);
    const name = `page-${url.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '') || 'home'}`;
    const found: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [size, viewport] of [
        ['wide', WIDE],
        ['narrow', NARROW],
      ] as const) {
        await page.setViewportSize(viewport);
        await settled(page);
        await used.picture(`${name}-${size}-${scheme}`);
        // What is not about colors is the same in the dark.
        found.push(...(await findings(page, scheme === 'dark')).map((finding) => `${size} ${scheme}: ${finding}`));
      }
    }
    await page.setViewportSize(NARROWEST);
    const facts = await page.evaluate(() => ({
      headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent),
      title: document.title,
      overflow: document.documentElement.scrollWidth - window.innerWidth,
    }));
    expect(found).toEqual([]);
    expect(facts).toEqual({ headings: [expect.stringMatching(/\S/)], title: expect.stringMatching(/\S · Gatehouse$/), overflow: 0 });
    expect(used.errors()).toEqual([]);
    if (signedOut) await used.close();
  });

  test('the search, its results and the account menu', async () => {
    const { page } = watched;
    await page.setViewportSize(WIDE);
    await page.goto('/');
    await settled(page);
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search' }).fill('pet');
    await page.getByRole('option').first().waitFor();
    const found = await findings(page, false);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await watched.picture('page-account-menu');
    expect([...found, ...(await findings(page, false))]).toEqual([]);
    expect(watched.errors()).toEqual([]);
  });
});

/** Everything that the page reads has come. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"], .mantine-Skeleton-root') === null,
    undefined,
    { timeout: SETTLES_MS },
  );
}

/** What axe calls serious or critical, each with where it is. */
async function findings(page: Page, colorsOnly: boolean): Promise<string[]> {
  // The page's policy lets no script in but its own; this one comes through the debugger.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (onlyColors) => {
    const { axe: run } = window as unknown as { axe: typeof axe };
    const { violations } = await run.run(document, {
      resultTypes: ['violations'],
      ...(onlyColors ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {}),
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, any, html }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''} ${html.slice(0, 120)}`),
      );
  }, colorsOnly);
}
