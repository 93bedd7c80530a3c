/** What somebody chose for an API the last time, in this browser: where and as which app it was called. No secrets. */
export interface Remembered {
  environment?: string;
  /** By environment; null: no app. */
  apps?: Record<string, string | null>;
}

const keyOf = (api: string) => `gatehouse-try ${api}`;

export function readRemembered(api: string): Remembered {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(keyOf(api)) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Remembered) : {};
  } catch {
    // Storage may be switched off, or hold what an older page left: then nothing is remembered.
    return {};
  }
}

export function remember(api: string, change: Remembered): void {
  const before = readRemembered(api);
  try {
    localStorage.setItem(keyOf(api), JSON.stringify({ ...before, ...change, apps: { ...before.apps, ...change.apps } }));
  } catch {
    // As above.
  }
}
