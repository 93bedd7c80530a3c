/** Where the hub tells what happens to nodes; pino fits. */
export interface HubLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
