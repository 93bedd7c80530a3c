import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel says of one process in /proc/PID/stat (proc(5)). */
export interface ProcessStat {
  pid: number;
  parentPid: number;
  /** utime + stime of all its threads, in microseconds. */
  cpuMicros: number;
  rssBytes: number;
}

/** USER_HZ and the page size: the same on every Linux that Node runs on, except for pages on some arm64 kernels. */
const TICK_MICROS = 1_000_000 / 100;
const PAGE_BYTES = 4096;

/** Reads the line of /proc/PID/stat. The command's name stands in parentheses and may hold spaces and parentheses itself. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // fields[0] is field 3 (state) of proc(5): 4 ppid, 14 utime, 15 stime, 24 rss.
  const at = (field: number): number => Number(fields[field - 3]);
  return {
    pid: Number.parseInt(line, 10),
    parentPid: at(4),
    cpuMicros: (at(14) + at(15)) * TICK_MICROS,
    rssBytes: at(24) * PAGE_BYTES,
  };
}

/** A process and everything that descends from it, itself first. Empty when it is gone. */
export function readProcessTree(pid: number): ProcessStat[] {
  const children = new Map<number, ProcessStat[]>();
  let root: ProcessStat | undefined;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (stat === undefined) continue;
    if (stat.pid === pid) root = stat;
    const siblings = children.get(stat.parentPid);
    if (siblings === undefined) children.set(stat.parentPid, [stat]);
    else siblings.push(stat);
  }
  if (root === undefined) return [];
  const tree = [root];
  for (const stat of tree) tree.push(...(children.get(stat.pid) ?? []));
  return tree;
}

/** Sums over a process tree: CPU time so far in microseconds, resident memory in bytes (shared pages count once per process). */
export function measureProcessTree(pid: number): { cpuMicros: number; rssBytes: number } {
  const tree = readProcessTree(pid);
  if (tree.length === 0) throw new Error(`The process ${pid} is gone`);
  let cpuMicros = 0;
  let rssBytes = 0;
  for (const stat of tree) {
    cpuMicros += stat.cpuMicros;
    rssBytes += stat.rssBytes;
  }
  return { cpuMicros, rssBytes };
}

/** Undefined when the process ended while we were looking. */
function readStat(pid: string): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
