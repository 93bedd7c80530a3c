import type { ConfigView, Name, Report } from './config-view.ts';

/** Credentials of apps that cannot work: halves of a pair, and keys that are somebody else's too. Secrets are in no message. */
export function checkApps(view: ConfigView, report: Report): void {
  for (const { appKey, appSecret } of view.apps) {
    if (appKey !== undefined && appSecret === undefined) report('error', 'config.app-secret', 'this appKey has no appSecret', appKey.path);
    if (appSecret !== undefined && appKey === undefined)
      report('error', 'config.app-secret', 'this appSecret has no appKey', appSecret.path);
  }
  checkTwice(
    'appKey',
    view.apps.flatMap((app) => app.appKey ?? []),
    view,
    report,
  );
  checkTwice(
    'appCode',
    view.apps.flatMap((app) => app.appCode ?? []),
    view,
    report,
  );
}

/** Which app called would depend on the order in the file. */
function checkTwice(what: string, names: readonly Name[], view: ConfigView, report: Report): void {
  const first = new Map<string, Name>();
  for (const name of names) {
    const earlier = first.get(name.value);
    if (earlier === undefined) {
      first.set(name.value, name);
      continue;
    }
    const { file, line, column } = view.placeOf(earlier.path);
    report('error', 'config.duplicate-credential', `this ${what} is also that of the app at ${file}:${line}:${column}`, name.path);
  }
}
