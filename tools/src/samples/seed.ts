/** Puts the sample cases into a running system through its public API. */
import type { Persona } from '../cases/case-script.js';
import { playCase } from '../cases/play-case.js';
import { lianbanClient } from '../client/index.js';
import { inParallel } from '../feed/pool.js';
import { onceEach } from '../once-each.js';
import { scriptOf, type SampleCase } from './sample-case.js';
import { samples } from './samples.js';

export interface SeedOptions {
  readonly gatewayUrl: string;
  readonly tokenFor: (persona: Persona, options?: { import?: boolean }) => Promise<string>;
  readonly log: (line: string) => void;
  readonly concurrency?: number;
  readonly now?: () => number;
}

export interface Seeded {
  /** Cases played in this run; 0 when they were there. */
  readonly cases: number;
  readonly commands: number;
  readonly failed: readonly { readonly key: string; readonly reason: string }[];
}

/** A later run finds the anchor in the first sample and the end of an earlier seeding in the last one. */
const firstOf = (list: readonly SampleCase[]) => list[0] as SampleCase;
const lastOf = (list: readonly SampleCase[]) => list.at(-1) as SampleCase;

const minute = 60_000;
/** Idempotency keys are kept for 7 days; a seeding that broke off earlier than that can't be taken up without making cases twice. */
const resumeWithin = 6 * 24 * 60 * minute;

/**
 * Running it again creates nothing: the times of the samples hang on the anchor of the first seeding, so that the same commands go
 * out under the same keys, and a finished seeding is recognised by its last case.
 */
export const seedSamples = async ({ gatewayUrl, tokenFor, log, concurrency = 6, now = Date.now }: SeedOptions): Promise<Seeded> => {
  const nothing: Seeded = { cases: 0, commands: 0, failed: [] };
  const analyst = lianbanClient({ gatewayUrl, token: () => tokenFor('analyst') });
  const find = async (sample: SampleCase) => {
    const { title } = sample.demand;
    const { body } = await analyst.insightCases({ q: title, limit: 50 });
    return body.items.find((row) => row.title === title);
  };
  if (await find(lastOf(samples))) return nothing;
  const first = await find(firstOf(samples));
  const anchor = first ? Date.parse(String(first.registeredAt)) + firstOf(samples).ago * minute : Math.floor(now() / minute) * minute;
  if (now() - anchor > resumeWithin) {
    log('a seeding of samples broke off more than six days ago; it is left as it is');
    return nothing;
  }

  const importToken = onceEach((persona: Persona) => tokenFor(persona, { import: true }));
  const failed: { key: string; reason: string }[] = [];
  let commands = 0;
  let cases = 0;
  const play = async (sample: SampleCase) => {
    try {
      const played = await playCase(scriptOf(sample, anchor), { gatewayUrl, tokenFor: importToken });
      commands += played.commands;
      cases += 1;
    } catch (error) {
      failed.push({ key: sample.key, reason: (error as Error).message });
    }
  };
  await play(firstOf(samples));
  await inParallel(samples.slice(1, -1), concurrency, play);
  if (failed.length === 0) await play(lastOf(samples));
  return { cases, commands, failed };
};
