import { RoutingError } from './routing-error.ts';
import { SegmentMap } from './segment-map.ts';

/** One route at a node; the next one is for another method. */
export interface RouteEntry<Route> {
  readonly method: string;
  readonly template: string;
  readonly route: Route;
  next: RouteEntry<Route> | null;
}

/** Where the templates with the same segments so far meet. Parameter names are no part of it: values go by position. */
export class RouteNode<Route> {
  statics: SegmentMap<RouteNode<Route>> | null = null;
  param: RouteNode<Route> | null = null;
  /** Routes that end here, declared without and with a slash at their end, and those that take all segments from here on. */
  exact: RouteEntry<Route> | null = null;
  slashed: RouteEntry<Route> | null = null;
  greedy: RouteEntry<Route> | null = null;
}

/** By which of its lists of routes a node ends a template. */
export type RouteEnding = 'exact' | 'slashed' | 'greedy';

/** The node for the next segment of text; made when there is none. */
export function staticChild<Route>(node: RouteNode<Route>, text: string): RouteNode<Route> {
  node.statics ??= new SegmentMap();
  let child = node.statics.get(text, 0, text.length);
  if (child === undefined) {
    child = new RouteNode();
    node.statics.add(text, child);
  }
  return child;
}

/** Adds a route to those that end a template in the same way. Throws a `RoutingError` with code `route.duplicate`. */
export function append<Route>(first: RouteEntry<Route> | null, entry: RouteEntry<Route>): RouteEntry<Route> {
  if (first === null) return entry;
  for (let other = first; ; other = other.next) {
    if (other.method === entry.method) {
      throw new RoutingError('route.duplicate', `${entry.method} ${entry.template} is the same route as ${other.method} ${other.template}`);
    }
    if (other.next === null) {
      other.next = entry;
      return first;
    }
  }
}

/** The entry for a method among those of one node and one ending: the method's own, else ANY, else GET for HEAD. */
export function pick<Route>(first: RouteEntry<Route> | null, method: string, headFromGet: boolean): RouteEntry<Route> | null {
  let any: RouteEntry<Route> | null = null;
  let get: RouteEntry<Route> | null = null;
  for (let entry = first; entry !== null; entry = entry.next) {
    if (entry.method === method) return entry;
    if (entry.method === 'ANY') any = entry;
    else if (entry.method === 'GET') get = entry;
  }
  return any ?? (headFromGet && method === 'HEAD' ? get : null);
}

/** Collects the methods of the routes that end a template in the same way. */
export function addMethods<Route>(first: RouteEntry<Route> | null, methods: Set<string>): void {
  for (let entry = first; entry !== null; entry = entry.next) methods.add(entry.method);
}
