import { StartupProblem } from './infrastructure/startup-problem.js';
import { dataDirOf } from './settings.js';
import { readState, supervisorRuns, type Addresses } from './supervisor/state-file.js';

/**
 * Where the running system of this data folder can be reached; for command line tools (feed, reconcile, rebuild).
 * @throws StartupProblem when it does not run or is not ready
 */
export function runningAddresses(env: NodeJS.ProcessEnv = process.env): Addresses {
  const state = readState(dataDirOf(env));
  if (!state || !supervisorRuns(state)) throw new StartupProblem('Lianban is not running from this folder. Start it with `npm start`.');
  if (!state.addresses) throw new StartupProblem('Lianban is still starting. Try again in a moment.');
  return state.addresses;
}
