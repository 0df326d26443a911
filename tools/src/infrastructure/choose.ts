import { StartupProblem } from './startup-problem.js';

export type Kind = 'embedded' | 'containers';
export type Choice = { kind: 'external'; address: string } | { kind: Kind };

export interface Possibilities {
  /** The address given in the environment. */
  given: string | undefined;
  /** Why it cannot run embedded here; undefined when it can. */
  whyNotEmbedded: () => string | undefined;
  engineAnswers: () => Promise<boolean>;
  /** Which to prefer when both would work: people get the embedded runtime, tests get containers. */
  prefer: readonly Kind[];
}

/**
 * Picks where a server comes from: a given address, else the first of `prefer` that works here.
 * @param what the server and the variable that gives its address, for the message when nothing works
 * @throws StartupProblem when there is no way
 */
export async function choose(what: { server: string; variable: string; needs: string }, possible: Possibilities): Promise<Choice> {
  if (possible.given) return { kind: 'external', address: possible.given };
  let whyNot: string | undefined;
  for (const kind of possible.prefer) {
    if (kind === 'containers') {
      if (await possible.engineAnswers()) return { kind };
    } else {
      whyNot = possible.whyNotEmbedded();
      if (whyNot === undefined) return { kind };
    }
  }
  throw new StartupProblem(`No ${what.server}: ${whyNot ?? 'the embedded runtime was not asked for'}, no Docker engine answers (which takes the development dependency testcontainers), and ${what.variable} is not set. ${what.needs}, or start Docker, or set ${what.variable}.`);
}
