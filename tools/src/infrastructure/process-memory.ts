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

/**
 * Memory of this process's descendants in MB, by name, where Linux tells: PSS, in which a page shared by n processes counts as one n-th for each. Postgres's
 * backends share its buffers, so their RSS would count those once per connection.
 * @returns empty where /proc has no such thing
 */
export function memoryOfDescendants(): Map<string, number> {
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
  const megabytes = new Map<string, number>();
  for (const pid of parents.keys()) {
    if (!isOurs(pid)) continue;
    const name = nameOf(read(`/proc/${pid}/cmdline`) ?? '');
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
    if (name !== undefined && kilobytes !== undefined) megabytes.set(name, (megabytes.get(name) ?? 0) + Number(kilobytes) / 1024);
  }
  return megabytes;
}
