import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Reading a large configuration takes a core for a second: threads that carry traffic go first. Linux gives each thread a priority of its
 * own; elsewhere that of the whole process would change, so nothing does.
 */
export function yieldToTraffic(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // Without /proc, or without the permission: the same, only slower for others.
  }
}
