/** Plays a file of messages through the public API, several at a time, and reports what came of it. */
import { readFile } from 'node:fs/promises';
import type { Persona } from '../cases/case-script.js';
import { playCase } from '../cases/play-case.js';
import { hitsOf } from './routing-hits.js';
import { lianbanClient, pageThrough } from '../client/index.js';
import { lineReader, type BadLine, type FeedMessage } from './message.js';
import { keyOf, planSteps, type Ending, type PlannedCase } from './plan-steps.js';
import { inParallel } from './pool.js';
import { lookAtReadModel } from './read-model.js';
import { onlyIfNothingElse } from './rule-rows.js';
import { keywordRules, type Rules } from './rules.js';

export interface FeedOptions {
  readonly file: string;
  readonly gatewayUrl: string;
  /** Tokens with the import permission: the feed tells when things happened. */
  readonly tokenFor: (persona: Persona) => Promise<string>;
  readonly limit?: number;
  readonly concurrency?: number;
  readonly rules?: Rules;
  readonly log: (line: string) => void;
  readonly progressEveryMs?: number;
  readonly now?: () => number;
}

export type FeedSummary = Awaited<ReturnType<typeof runFeed>>;

const territoryKinds = ['estate', 'park', 'grid'];

/** @throws Error when the file can't be read */
export const readMessages = async (file: string, now: number, limit?: number) => {
  const messages: FeedMessage[] = [];
  const badLines: BadLine[] = [];
  const read = lineReader(now);
  for (const [index, line] of (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').split('\n').entries()) {
    if (limit !== undefined && messages.length >= limit) break;
    const result = read(line, index + 1);
    if (result && 'message' in result) messages.push(result.message);
    else if (result) badLines.push(result);
  }
  return { messages, badLines };
};

const percentile = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const runFeed = async (options: FeedOptions) => {
  const { log, gatewayUrl } = options;
  const now = options.now ?? Date.now;
  const { messages, badLines } = await readMessages(options.file, now(), options.limit);
  for (const { line, reason } of badLines) log(`line ${line} skipped: ${reason}`);

  const desk = lianbanClient({ gatewayUrl, token: () => options.tokenFor('coordinator') });
  const territories = await pageThrough((cursor) => desk.territories({ limit: 500, cursor }));
  const places = territories.filter(({ kind }) => territoryKinds.includes(kind)).map(({ code }) => code).sort();
  const departments = new Set((await pageThrough((cursor) => desk.departments({ limit: 500, cursor }))).map(({ code }) => code));
  if (places.length === 0) throw new Error('the directory has no estate, park or grid to put a case in');

  const planned = messages.map((message) => planSteps(message, options.rules ?? keywordRules, places));
  const unknown = [...new Set(planned.flatMap(leadsOf))].filter((code) => !departments.has(code));
  if (unknown.length > 0) throw new Error(`the rule table names departments that the directory does not have: ${unknown.join(', ')}`);

  const latencies: number[] = [];
  const failed: { id: string; reason: string }[] = [];
  const caseIds: string[] = [];
  let leftOpen = 0;
  /** Cases that were there from an earlier run. */
  let alreadyThere = 0;
  /** By idempotency key: the proposed departments, best first. */
  const proposed = new Map<string, readonly string[]>();
  const startedAt = now();
  const progress = () => {
    const seconds = Math.max((now() - startedAt) / 1000, 0.001);
    log(`${caseIds.length + failed.length}/${planned.length} cases · ${latencies.length} commands · ${Math.round(latencies.length / seconds)}/s${failed.length ? ` · ${failed.length} failed` : ''}`);
  };
  const ticking = setInterval(progress, options.progressEveryMs ?? 2_000);
  try {
    await inParallel(planned, options.concurrency ?? 8, async ({ script }) => {
      let known = false;
      try {
        const played = await playCase(script, {
          gatewayUrl, tokenFor: options.tokenFor, now: startedAt,
          onAnswer: (step, answer, ms) => {
            latencies.push(ms);
            if (step !== 'register' || answer.headers.get('idempotency-replayed') !== 'true') return;
            alreadyThere += 1;
            known = true;
          },
          leadOf: async (caseId, coordinator) => {
            // The same again for a case of an earlier run, whatever would be proposed today.
            const before = known ? (await coordinator.insightCase(caseId)).body.workOrders.find(({ role, round }) => role === 'lead' && (round ?? 1) === 1)?.department : undefined;
            const departments = before === undefined ? (await coordinator.routingProposal(caseId)).body.items.map(({ department }) => department) : [before];
            proposed.set(script.key, departments);
            return departments[0] ?? onlyIfNothingElse.department;
          },
        });
        caseIds.push(played.caseId);
        if (!played.complete) leftOpen += 1;
      } catch (error) {
        failed.push({ id: script.key, reason: (error as Error).message });
        if (failed.length <= 20) log(`${script.key} failed: ${(error as Error).message}`);
      }
    });
  } finally {
    clearInterval(ticking);
  }
  progress();
  const seconds = (now() - startedAt) / 1000;
  const sorted = latencies.sort((a, b) => a - b);
  const analyst = lianbanClient({ gatewayUrl, token: () => options.tokenFor('analyst') });
  const readModel = await lookAtReadModel(analyst, caseIds, leftOpen, log);

  return {
    messages: messages.length, cases: caseIds.length, alreadyThere, failed, badLines, leftOpen,
    endings: countBy<PlannedCase, Ending>(planned, (p) => p.ending, { closed: 0, 'on-the-spot': 0, refused: 0 }),
    reworked: planned.filter((p) => p.reworked).length,
    routing: hitsOf(messages.flatMap((message) => { const departments = proposed.get(keyOf(message)); return departments ? [{ message, departments }] : []; })),
    cut: countBy<string, string>(planned.flatMap((p) => p.cut), (field) => field, {}),
    commands: latencies.length, seconds,
    latencyMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) },
    readModel,
  };
};

const leadsOf = ({ script }: PlannedCase) => script.steps.flatMap((step) => (step.do === 'dispatch' ? [step.lead, ...(step.assist ?? [])] : []));

const countBy = <T, K extends string>(items: readonly T[], keyOf: (item: T) => K, start: Record<K, number>): Record<K, number> => {
  const counts = { ...start };
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
};
