import type { Part } from './in-page-calls.ts';

/** A page, and what is on the screen when somebody can begin to use it. */
export interface Place {
  name: string;
  path: string;
  parts: readonly Part[];
}

/** Rows of a table that have come; those that stand in for them are hidden from assistive technology. */
export const ROWS: Part = { selector: '[role="row"]:not([aria-hidden]) [role="cell"]' };
const title = (text: string): Part => ({ selector: 'h1', text });

export const HOME: Place = {
  name: 'home',
  path: '/',
  parts: [
    { selector: 'h1' },
    { selector: 'section[aria-label="What changed lately"] ul:not([aria-busy]) li' },
    { selector: 'section[aria-label="APIs"] ul:not([aria-busy]) a' },
  ],
};

export const CATALOG: Place = {
  name: 'catalog',
  path: '/catalog',
  parts: [title('Catalog'), ROWS, { selector: 'aside[aria-label="Filters"] input[type="checkbox"]' }],
};

export const API: Place = {
  name: 'API, overview',
  path: '/catalog/default/api/petstore',
  parts: [title('Pet store'), { selector: '[role="tab"]', text: 'Health' }, { selector: '[role="tabpanel"] section h2' }],
};

export const API_DEFINITION: Place = {
  name: 'API, definition',
  path: '/catalog/default/api/petstore/definition',
  parts: [title('Pet store'), { selector: 'nav[aria-label="Contents"] a' }, { selector: 'article h2', text: 'Pet store' }],
};

/** Pages that the navigation leads to. */
export const NAVIGATION: readonly Place[] = [
  CATALOG,
  { name: 'apps', path: '/apps', parts: [title('Apps'), { selector: '#main button, #main a', text: 'app' }] },
  { name: 'APIs of the console', path: '/console/apis', parts: [title('APIs'), ROWS] },
  { name: 'backend services', path: '/console/backends', parts: [title('Backend services'), ROWS] },
  { name: 'nodes', path: '/operations/nodes', parts: [title('Nodes'), ROWS] },
  { name: 'audit', path: '/operations/audit', parts: [title('Audit'), ROWS] },
  HOME,
];
