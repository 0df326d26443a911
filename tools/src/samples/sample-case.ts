/** The small language the sample cases are written in. Times are minutes, so that the table reads like a diary. */
import type { Channel, Level, RefusalReason } from '@lianban/contracts';
import type { CaseScript, Command } from '../cases/case-script.js';
import type { RegisterCase } from '../client/index.js';

/** A step and how many minutes after the registration it happens. */
export type Later = readonly [minutesAfter: number, step: Command];

export interface SampleCase {
  /** Fixed part of the idempotency keys; names the story. */
  readonly key: string;
  /** How long before the anchor (the time of the first seeding) the demand was registered, in minutes. */
  readonly ago: number;
  readonly demand: Omit<RegisterCase, 'occurredAt'>;
  readonly story: readonly Later[];
  /** Status in the read model once the story is told. */
  readonly stage: 'registered' | 'accepted' | 'refused' | 'withdrawn' | 'dispatched' | 'in-progress' | 'answered' | 'rework' | 'closed';
}

export const hours = (n: number) => n * 60;
export const days = (n: number) => n * 24 * 60;

type Who = RegisterCase['requester'];
export const resident = (name: string, phone?: string, address?: string): Who => ({ kind: 'resident', name, phone, address });
export const firm = (name: string, phone?: string, address?: string): Who => ({ kind: 'firm', name, phone, address });

export const demand = (channel: Channel, territory: string, requester: Who, title: string, description: string, more: Partial<RegisterCase> = {}): SampleCase['demand'] =>
  ({ channel, territory, requester, title, description, ...more });

export const sample = (key: string, ago: number, stage: SampleCase['stage'], demand: SampleCase['demand'], story: readonly Later[]): SampleCase => ({ key, ago, stage, demand, story });

export const contact = (after: number, note?: string): Later => [after, { do: 'contact', note }];
export const accept = (after: number, level: Level, category?: string, greenChannel?: boolean): Later => [after, { do: 'accept', level, category, greenChannel }];
export const refuse = (after: number, reason: RefusalReason, text: string): Later => [after, { do: 'refuse', reason, text }];
export const onTheSpot = (after: number, result: string): Later => [after, { do: 'handle-on-the-spot', result }];
export const withdraw = (after: number, reason?: string): Later => [after, { do: 'withdraw', reason }];
export const dispatch = (after: number, lead: string, assist?: readonly string[], note?: string): Later => [after, { do: 'dispatch', lead, assist, note }];
export const sign = (after: number, by: string, round = 1): Later => [after, { do: 'sign', by, round }];
export const progress = (after: number, by: string, note: string, round = 1): Later => [after, { do: 'progress', by, round, note }];
export const complete = (after: number, by: string, result: string, round = 1): Later => [after, { do: 'complete', by, round, result }];
export const giveBack = (after: number, by: string, reason: string, suggestedDepartment?: string): Later =>
  [after, { do: 'return', by, round: 1, reason, suggestedDepartment }];
export const callBack = (after: number, satisfaction: number, comment?: string, round = 1): Later =>
  [after, { do: 'call-back', round, reached: true, resolved: true, satisfaction, comment }];
export const unresolved = (after: number, satisfaction: number, comment: string, round = 1): Later =>
  [after, { do: 'call-back', round, reached: true, resolved: false, satisfaction, comment, unitAtFault: true }];
export const notReached = (after: number, round = 1): Later => [after, { do: 'call-back', round, reached: false }];

/** The straight way to an answer: contacted, accepted, dispatched, signed. */
export const takenUp = (lead: string, level: Level, category?: string, assist?: readonly string[]): Later[] =>
  [contact(20), accept(35, level, category), dispatch(60, lead, assist), sign(110, lead), ...(assist ?? []).map((by) => sign(130, by))];

/** The sample as a script with absolute times. */
export const scriptOf = (sample: SampleCase, anchor: number): CaseScript => {
  const registeredAt = anchor - sample.ago * 60_000;
  const at = (minutesAfter: number) => new Date(registeredAt + minutesAfter * 60_000).toISOString();
  return {
    key: `sample:${sample.key}`,
    register: { ...sample.demand, as: sample.demand.channel === 'online' ? 'requester' : 'intake', at: at(0) },
    steps: sample.story.map(([minutesAfter, step]) => ({ ...step, at: at(minutesAfter) })),
  };
};
