/** CPU time of the system's processes, read from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Stat { readonly pid: number; readonly parent: number; readonly own: number; readonly ended: number }

const statOf = (pid: number): Stat | undefined => {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything; the fields begin behind it, with the third.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  const seconds = (...places: number[]) => places.reduce((sum, place) => sum + (fields[place - 3] ?? 0), 0) / ticksPerSecond;
  return { pid, parent: fields[1] ?? 0, own: seconds(14, 15), ended: seconds(16, 17) };
};

/**
 * CPU seconds a process has used, its children included, those that have ended too: Postgres works in a child for each connection.
 * NaN when it does not run, or where there is no /proc.
 */
export const cpuSeconds = (pid: number): number => {
  const root = statOf(pid);
  if (!root) return Number.NaN;
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => statOf(Number(name)) ?? []);
  const below = (parent: number): number => all.filter((each) => each.parent === parent).reduce((sum, each) => sum + each.own + each.ended + below(each.pid), 0);
  return root.own + root.ended + below(pid);
};
