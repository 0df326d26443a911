/** Something the person at the keyboard can put right; shown as one line without a stack, and the command ends with exit code 1. */
export class StartupProblem extends Error {
  override name = 'StartupProblem';
}

const adviceByErrno: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space (Lianban needs about 1 GB) and start again.',
  EDQUOT: 'The disk quota is used up. Free some space (Lianban needs about 1 GB) and start again.',
  EROFS: 'The disk is read-only. Set LIANBAN_DATA_DIR to a folder that can be written and start again.',
};

/** One line for any error: the advice of a known one, else its message. */
export function describeProblem(error: unknown): string {
  if (error instanceof StartupProblem) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const advice = adviceByErrno[code];
  if (advice) return advice;
  // Node's "all addresses refused" has a code and no message.
  return `Unexpected: ${error instanceof Error ? error.message || code || error.name : String(error)}`;
}
