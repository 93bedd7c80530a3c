/** Takes one line; a logger of pino, winston or the console will do. */
export interface OnboardLogger {
  info(message: string): void;
  warn(message: string): void;
}

/** Writes a line; a logger that throws is not the service's trouble. */
export function logLine(logger: OnboardLogger | false | undefined, level: 'info' | 'warn', message: string): void {
  if (logger === false) return;
  try {
    // Without a logger of its own, this is where the service's people look.
    const to = logger ?? console;
    to[level](message);
  } catch {
    // Nowhere to say it.
  }
}
