import { readdirSync, readFileSync } from 'node:fs';

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** What a process is called in the report: its service, or the server it belongs to. */
const nameOf = (commandLine: string): string | undefined => {
  const [program = ''] = commandLine.split('\0');
  const service = /\/apps\/([a-z]+)\/dist\/main\.js/.exec(commandLine)?.[1];
  if (service !== undefined) return service;
  if (commandLine.includes('/tools/dist/start.js')) return 'supervisor';
  if (program.startsWith('postgres') || program.endsWith('/postgres')) return 'postgres';
  return program.endsWith('java') ? 'kafka' : undefined;
};

export interface ProcessMemory { readonly pid: number; readonly name: string; readonly megabytes: number }

/**
 * Memory of this process's descendants, where Linux tells: PSS, in which a page shared by n processes counts as one n-th for each. Postgres's
 * backends share its buffers, so their RSS would count those once per connection.
 * @returns empty where /proc has no such thing
 */
export function descendants(wanted: (name: string) => boolean = () => true): ProcessMemory[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : undefined;
    // The name is in parentheses and may hold spaces; after it come the state and the parent.
    if (stat !== undefined) parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isOurs = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined; at = parents.get(at)) if (at === process.pid) return true;
    return false;
  };
  return [...parents.keys()].filter(isOurs).flatMap((pid) => {
    const name = nameOf(read(`/proc/${pid}/cmdline`) ?? '');
    if (name === undefined || !wanted(name)) return [];
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
    return kilobytes === undefined ? [] : [{ pid, name, megabytes: Number(kilobytes) / 1024 }];
  });
}

/** In MB, by name, all processes of a name together. */
export function memoryOfDescendants(): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { name, megabytes } of descendants()) sums.set(name, (sums.get(name) ?? 0) + megabytes);
  return sums;
}
