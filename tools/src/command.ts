import { describeProblem } from './infrastructure/startup-problem.js';

/** Runs a command line tool: a problem is one line on standard error and exit code 1. `LIANBAN_DEBUG=1` adds the stack. */
export async function command(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${describeProblem(error)}\n`);
    if (process.env.LIANBAN_DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
