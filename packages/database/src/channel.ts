const CHANNEL = /^[a-z][a-z0-9_]{0,39}$/;

/** Throws when `channel` is no name that both databases take as it is. */
export function checkChannel(channel: string): void {
  if (!CHANNEL.test(channel)) throw new Error(`${JSON.stringify(channel)} is no channel: a to z, 0 to 9 and _, at most 40 characters`);
}
