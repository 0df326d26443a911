import { endProcess } from '../infrastructure/managed-process.js';
import { isRunning } from '../infrastructure/process-identity.js';
import { stages, type RecordedProcess } from './state-file.js';

/**
 * Ends recorded processes stage by stage: services (side by side), Kafka, Postgres. Only what still is the very process that
 * was recorded, by pid and start time.
 * @returns the names of those that ran
 */
export async function endProcesses(processes: readonly RecordedProcess[]): Promise<string[]> {
  const ended: string[] = [];
  for (const stage of stages) {
    const running = processes.filter((each) => each.stage === stage && isRunning(each));
    await Promise.all(running.map((each) => endProcess(each, each)));
    ended.push(...running.map(({ name }) => name));
  }
  return ended;
}
