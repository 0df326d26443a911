import { descendants, type ProcessMemory } from '@lianban/tools/infrastructure/process-memory';
import type { Violation } from './history.js';

/** What `NODE_OPTIONS` give a service's heap is 192 MB; messages fetched and rows on their way lie outside of it. Each process, whatever it waits for. */
export const mostMegabytes = 400;
const everyMs = 2_000;

/** Looks at the services' processes now and then; tells the most that one of each service has had. */
export const watchMemory = (services: readonly string[], look: () => readonly ProcessMemory[] = () => descendants((name) => services.includes(name))) => {
  const most = new Map<string, number>();
  const note = () => {
    for (const { name, megabytes } of look()) most.set(name, Math.max(most.get(name) ?? 0, megabytes));
  };
  const timer = setInterval(note, everyMs).unref();
  return {
    /** Empty where the system tells nothing of its processes' memory. */
    end(): ReadonlyMap<string, number> {
      clearInterval(timer);
      note();
      return most;
    },
  };
};

export const checkMemory = (most: ReadonlyMap<string, number>): Violation[] => [...most].flatMap(([name, megabytes]) => (megabytes <= mostMegabytes ? []
  : [{ check: `a process keeps within ${mostMegabytes} MB`, caseId: '-', detail: `${name} had ${megabytes.toFixed(0)} MB` }]));
