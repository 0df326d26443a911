import { commandLineOf, descendantsOf, megabytesOf } from './proc.js';

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

/** Memory of this process's descendants; empty where the system does not tell. */
export const descendants = (wanted: (name: string) => boolean = () => true): ProcessMemory[] =>
  descendantsOf(process.pid).flatMap(({ pid }) => {
    const name = nameOf(commandLineOf(pid));
    const megabytes = name !== undefined && wanted(name) ? megabytesOf(pid) : undefined;
    return name === undefined || megabytes === undefined ? [] : [{ pid, name, megabytes }];
  });

/** In MB, by name, all processes of a name together. */
export function memoryOfDescendants(): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { name, megabytes } of descendants()) sums.set(name, (sums.get(name) ?? 0) + megabytes);
  return sums;
}
