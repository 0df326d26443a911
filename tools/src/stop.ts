/** `npm stop`: ends everything `npm start` started, even if its supervisor was killed, and nothing else. */
import { command } from './command.js';
import { signal } from './infrastructure/managed-process.js';
import { comesTrue } from './infrastructure/ports.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { dataDirOf } from './settings.js';
import { endProcesses } from './supervisor/end-processes.js';
import { readState, removeState, supervisorRuns } from './supervisor/state-file.js';

/** Three stages, each with its own grace. */
const supervisorEndsWithinMs = 70_000;

await command(async () => {
  const dataDir = dataDirOf(process.env);
  const state = readState(dataDir);
  if (!state) {
    process.stdout.write('Nothing is running here. 没有正在运行的服务\n');
    return;
  }
  const asked = supervisorRuns(state);
  if (asked) {
    process.stdout.write('Stopping services, Kafka, Postgres … 正在停止\n');
    signal(state.supervisor.pid, 'SIGTERM');
    if (!(await comesTrue(() => !supervisorRuns(state), supervisorEndsWithinMs))) throw new StartupProblem(`The supervisor (process ${state.supervisor.pid}) does not end. Try \`kill -9 ${state.supervisor.pid}\` and \`npm stop\` again.`);
  }
  const left = await endProcesses((readState(dataDir) ?? state).processes);
  removeState(dataDir);
  const remark = left.length > 0 ? ` Its supervisor was gone; ended: ${left.join(', ')}.` : asked ? '' : ' Its supervisor was gone and had left nothing.';
  process.stdout.write(`Stopped.${remark} 已停止\n`);
});
