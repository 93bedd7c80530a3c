import type { Browser } from 'playwright-core';
import type { Goal, Table } from '../report/report.ts';
import type { Visit, VisitFigures } from './cold-page.ts';
import { measureFirstVisits } from './first-visits.ts';
import { measureLargeCatalog } from './large-catalog.ts';
import { measureLargeDefinition } from './large-definition.ts';
import { runLighthouse } from './lighthouse.ts';
import { API, API_DEFINITION, CATALOG, HOME } from './places.ts';
import { measureRouteChanges } from './route-changes.ts';
import { performanceScore } from './scores.ts';
import { ServedPortal, type ServedPortalOptions } from './served-portal.ts';

const USEFUL_GOAL_MS = 1_000;
const ROUTE_GOAL_MS = 150;
const SCORE_GOAL = 90;
const INITIAL_SCRIPT_GOAL_KB = 250;
const LARGE_CATALOG_GOAL_MS = 1_500;
const LARGE_DEFINITION_GOAL_MS = 3_000;
const LIGHTHOUSE_RUNS_MAX = 3;

export interface PortalBenchOptions {
  browser: Browser;
  chromium: string;
  runs: number;
  entities: number;
  slowdown: number;
  only: readonly string[];
  lighthouse: string | undefined;
  cores: string;
}

export interface Measured {
  tables: Table[];
  goals: Goal[];
  notes: string[];
  data: Record<string, unknown>;
}

/** Measures each part that was asked for, one after the other, each portal alone on the machine. */
export async function measureParts(options: PortalBenchOptions): Promise<Measured> {
  const measured: Measured = { tables: [], goals: [], notes: [], data: {} };
  const wanted = (part: string) => options.only.includes(part);
  if (wanted('visits') || wanted('routes') || wanted('lighthouse')) {
    await withPortal(options, { entities: 0, github: false }, async (portal) => {
      if (wanted('visits')) await visits(options, portal, measured);
      if (wanted('routes')) await routes(options, portal, measured);
      if (wanted('lighthouse')) await lighthouse(options, portal, measured);
    });
  }
  if (wanted('catalog')) {
    await withPortal(options, { entities: options.entities, github: false }, (portal) => catalog(options, portal, measured));
  }
  if (wanted('definition')) {
    await withPortal(options, { entities: 0, github: true }, (portal) => definition(options, portal, measured));
  }
  return measured;
}

async function withPortal(
  { cores }: PortalBenchOptions,
  data: Omit<ServedPortalOptions, 'cores'>,
  use: (portal: ServedPortal) => Promise<void>,
): Promise<void> {
  say(data.entities > 0 ? `filling a catalog of ${data.entities} entities` : 'starting');
  const portal = await ServedPortal.start({ ...data, cores });
  try {
    await use(portal);
  } finally {
    await portal.stop();
  }
}

async function visits(options: PortalBenchOptions, portal: ServedPortal, { tables, goals, data }: Measured): Promise<void> {
  for (const visit of speeds(options, portal)) {
    const preset = visit.slowdown === 1 ? 'desktop' : 'mobile';
    const rows: string[][] = [];
    for (const place of [HOME, CATALOG, API, API_DEFINITION]) {
      say(`${place.name}, ${speedOf(visit)}`);
      const figures = await measureFirstVisits(visit, place, options.runs);
      const score = performanceScore(figures, preset);
      data[`visit ${place.name} ${visit.slowdown}`] = { ...figures, score };
      const { usefulMs, fcpMs, lcpMs, tbtMs, cls } = figures;
      rows.push([place.name, ...[fcpMs, lcpMs, usefulMs, tbtMs].map(ms), cls.toFixed(3), score.toFixed(0), ...transferred(figures)]);
      if (visit.slowdown > 1) continue;
      goals.push(goal(`first useful paint of ${place.name}, cold cache, under 1 s`, usefulMs, USEFUL_GOAL_MS, ms));
      goals.push({
        text: `performance of ${place.name} by Lighthouse's curves over 90`,
        figure: score.toFixed(0),
        reached: score > SCORE_GOAL,
      });
      if (place === HOME || place === CATALOG) {
        goals.push(goal(`JavaScript of ${place.name} under 250 KB compressed`, figures.scriptBytes / 1_000, INITIAL_SCRIPT_GOAL_KB, kb));
      }
    }
    const columns = [
      'page',
      'FCP',
      'LCP',
      'useful',
      'long tasks',
      'CLS',
      `score (${preset})`,
      'scripts',
      'styles',
      'fonts',
      'other',
      'requests',
    ];
    tables.push({ title: `First visit, nothing cached, ${speedOf(visit)}`, columns, rows });
  }
}

async function routes(options: PortalBenchOptions, portal: ServedPortal, { tables, goals, data }: Measured): Promise<void> {
  for (const visit of speeds(options, portal)) {
    say(`route changes, ${speedOf(visit)}`);
    const changes = await measureRouteChanges(visit, options.runs);
    data[`routes ${visit.slowdown}`] = changes;
    const rows = changes.map(({ name, firstMs, againMs }) => [name, ms(firstMs), ms(againMs)]);
    tables.push({ title: `Route change by click, ${speedOf(visit)}`, columns: ['to', 'first time', 'again'], rows });
    if (visit.slowdown > 1) continue;
    const slowest = (figures: readonly number[]) => Math.max(...figures);
    goals.push(
      goal('slowest route change, never gone to before, under 150 ms', slowest(changes.map(({ firstMs }) => firstMs)), ROUTE_GOAL_MS, ms),
    );
    goals.push(
      goal('slowest route change to where one was under 150 ms', slowest(changes.map(({ againMs }) => againMs)), ROUTE_GOAL_MS, ms),
    );
  }
}

async function lighthouse(
  { lighthouse: directory, chromium, runs }: PortalBenchOptions,
  portal: ServedPortal,
  measured: Measured,
): Promise<void> {
  if (directory === undefined) {
    measured.notes.push('Lighthouse was left out: --lighthouse says where it is installed.');
    return;
  }
  const rows: string[][] = [];
  for (const preset of ['desktop', 'mobile'] as const) {
    for (const { name, path } of [HOME, CATALOG, API, API_DEFINITION]) {
      say(`Lighthouse, ${preset}: ${name}`);
      const { url, token } = portal;
      const scores = await runLighthouse({
        directory,
        chromium,
        url: url + path,
        token,
        preset,
        runs: Math.min(runs, LIGHTHOUSE_RUNS_MAX),
      });
      const { performance, accessibility, shown } = scores;
      measured.data[`lighthouse ${preset} ${name}`] = scores;
      rows.push([`${name}, ${preset}`, performance.toFixed(0), accessibility.toFixed(0), shown]);
      for (const [category, score] of Object.entries({ performance, accessibility })) {
        const text = `Lighthouse ${category} of ${name}, ${preset}, over 90`;
        measured.goals.push({ text, figure: score.toFixed(0), reached: score > SCORE_GOAL });
      }
    }
  }
  measured.tables.push({
    title: 'Lighthouse, its own simulated network',
    columns: ['page', 'performance', 'accessibility', 'measures'],
    rows,
  });
}

async function catalog(options: PortalBenchOptions, portal: ServedPortal, { tables, goals, data }: Measured): Promise<void> {
  const [quick, slow] = speeds(options, portal);
  say(`catalog, ${speedOf(quick)}`);
  const first = await measureLargeCatalog(quick, options.runs);
  say(`catalog, ${speedOf(slow)}`);
  const second = await measureLargeCatalog(slow, options.runs);
  data.catalog = { [quick.slowdown]: first, [slow.slowdown]: second };
  const title = `The catalog's table at ${options.entities.toLocaleString('en-US')} entities`;
  tables.push(sideBySide(title, [quick, slow], [{ ...first }, { ...second }]));
  goals.push(goal(`${title} interactive under 1.5 s`, first.interactive, LARGE_CATALOG_GOAL_MS, ms));
}

async function definition(options: PortalBenchOptions, portal: ServedPortal, { tables, goals, data }: Measured): Promise<void> {
  const [quick, slow] = speeds(options, portal);
  say(`GitHub's description, ${speedOf(quick)}`);
  const first = await measureLargeDefinition(quick, options.runs);
  say(`GitHub's description, ${speedOf(slow)}`);
  const second = await measureLargeDefinition(slow, options.runs);
  data.definition = { [quick.slowdown]: first, [slow.slowdown]: second };
  tables.push(sideBySide("GitHub's REST description, 13 MB", [quick, slow], [{ ...first }, { ...second }]));
  goals.push(goal("GitHub's REST description opens in under 3 s", first['open it'], LARGE_DEFINITION_GOAL_MS, ms));
}

function sideBySide(title: string, visits: readonly Visit[], figures: readonly Record<string, number>[]): Table {
  const names = Object.keys(figures[0] ?? {});
  const rows = names.map((name) => [name, ...figures.map((of) => ms(of[name] ?? Number.NaN))]);
  return { title, columns: ['what', ...visits.map(speedOf)], rows };
}

function speeds({ browser, slowdown }: PortalBenchOptions, { url, cookie }: ServedPortal): [Visit, Visit] {
  const visit = { browser, url, cookie };
  return [
    { ...visit, slowdown: 1 },
    { ...visit, slowdown },
  ];
}

const speedOf = ({ slowdown }: Visit) => (slowdown === 1 ? 'at full speed' : `${slowdown} x slower`);
const ms = (value: number) => `${Math.round(value)} ms`;
const kb = (kilobytes: number) => `${kilobytes.toFixed(0)} KB`;

function transferred({ scriptBytes, styleBytes, fontBytes, otherBytes, requests }: VisitFigures): string[] {
  return [...[scriptBytes, styleBytes, fontBytes, otherBytes].map((bytes) => kb(bytes / 1_000)), String(Math.round(requests))];
}

function goal(text: string, value: number, limit: number, format: (value: number) => string): Goal {
  return { text, figure: format(value), reached: value < limit };
}

function say(line: string): void {
  console.error(line);
}
