/** A size in words: `251 bytes`, `13.2 KB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const [unit, size] = bytes < 1_000_000 ? ['KB', 1_000] : ['MB', 1_000_000];
  return `${(bytes / size).toFixed(1)} ${unit}`;
}

/** A duration in words: `13.5 ms`, `2.10 s`. */
export function formatMs(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms >= 100 ? Math.round(ms) : ms.toFixed(ms >= 10 ? 1 : 2)} ms`;
}
