import { createElement, type ReactNode, use } from 'react';
import { loadModule } from '../server/load-module.ts';

/** What could not be loaded, each with a way to forget that. */
const failures = new Set<() => void>();

/** What could not be loaded is loaded anew when it is shown next. */
export function forgetFailedParts(): void {
  for (const forget of failures) forget();
  failures.clear();
}

/**
 * A component whose code is loaded when it is first shown, or when `preload` is called. React's own `lazy` keeps a failure for ever, and
 * the router's answers one by loading the whole page again, which loses it when there is no server to load it from.
 */
export function lazyPart<Name extends string, Props extends object>(
  load: () => Promise<Record<Name, (props: Props) => ReactNode>>,
  name: Name,
): ((props: Props) => ReactNode) & { preload(): Promise<void> } {
  let part: ((props: Props) => ReactNode) | undefined;
  let loading: Promise<void> | undefined;
  let failed = false;
  const start = () => {
    failed = false;
    loading = loadModule(load).then((module) => {
      part = module[name];
    });
    loading.catch(() => {
      failed = true;
      failures.add(() => {
        loading = undefined;
      });
    });
    return loading;
  };
  function LazyPart(props: Props) {
    if (part === undefined) use(loading ?? start());
    return part === undefined ? null : createElement(part, props);
  }
  return Object.assign(LazyPart, {
    preload: async () => {
      if (part === undefined) await (failed ? start() : (loading ?? start()));
    },
  });
}
