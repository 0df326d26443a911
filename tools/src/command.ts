import { describeProblem } from './infrastructure/startup-problem.js';

/** Runs a command line tool, which says what it has to say line by line: a problem is one line on standard error and exit code 1. `LIANBAN_DEBUG=1` adds the stack. */
export async function command(run: (say: (line: string) => void) => Promise<void>): Promise<void> {
  try {
    await run((line) => void process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${describeProblem(error)}\n`);
    if (process.env.LIANBAN_DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
