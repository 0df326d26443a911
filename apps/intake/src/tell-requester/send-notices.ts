/** Sends what the outbox holds, at least once and under the same id, and writes into the timeline what came of it. */
import type { EventStore, Tx } from '@lianban/event-store';
import { actOnDueCases, dueMetrics } from '@lianban/timers';
import type { ActedOn, DueCase, Timer } from '@lianban/timers';
import type { DirectoryCopy } from '@lianban/service-kit';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import { intakeStream } from '../intake-stream.js';
import { claimDue, settleNotice, tryAgainAt } from './notice-rows.js';
import type { Claimed, Settled } from './notice-rows.js';
import { NotSent } from './notice-port.js';
import type { NoticePort } from './notice-port.js';
import { noticeText } from './notice-text.js';
import type { NoticeSettings } from './settings.js';

const sent = new Counter({ name: 'lianban_requester_notices_total', help: 'Tries to tell a requester something; outcome: delivered, retried, failed, no-address', labelNames: ['channel', 'outcome'] });

const seconds = 1_000;
/** Longer than a channel takes for one batch: only a dead process leaves a claim. */
const leaseMs = 300 * seconds;
const batch = 10;

/** When the next try is, after so many: 30 s, then four times as long each time, 6 hours at most. */
export const pauseAfter = (tries: number): number => Math.min(30 * seconds * 4 ** (tries - 1), 6 * 3_600 * seconds);

export interface Sending {
  readonly port: NoticePort;
  readonly rateLink: string | undefined;
  /** Tries before a notice is given up, by the rules of the district. */
  readonly mostTries: number;
}

/** @returns how many were tried */
export const sendDue = async (sql: Tx, { port, rateLink, mostTries }: Sending, now: Date): Promise<number> => {
  const claimed = await claimDue(sql, now, new Date(now.getTime() + leaseMs), batch);
  await Promise.all(claimed.map(async ({ noticeId, kind, facts, tries, name, phone, email }: Claimed) => {
    const count = (outcome: string) => sent.inc({ channel: port.channel, outcome });
    try {
      const outcome = await port.send({ noticeId, kind, caseNo: facts.caseNo, ...noticeText(kind, facts, rateLink), to: { name, phone, email } });
      await settleNotice(sql, noticeId, outcome, port.channel, null, now);
      count(outcome);
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      const over = tries >= mostTries;
      if (over) await settleNotice(sql, noticeId, 'failed', port.channel, error.code, now);
      else await tryAgainAt(sql, noticeId, new Date(now.getTime() + pauseAfter(tries)), port.channel, error.code);
      count(over ? 'failed' : 'retried');
    }
  }));
  return claimed.length;
};

interface Outcome extends DueCase {
  readonly noticeId: string;
  readonly kind: Claimed['kind'];
  readonly channel: NoticePort['channel'];
  readonly outcome: Settled;
  readonly tries: number;
  readonly at: Date;
}

/** Writes what came of the notices into the streams of their cases. */
export const recordOutcomes = (store: EventStore, now: Date, limit: number): Promise<ActedOn<Outcome>> =>
  actOnDueCases({ store, source: 'intake', now, limit }, () => ({
    stream: intakeStream,
    due: lockUnrecorded,
    decide: ({ state, due: { noticeId, kind, channel, outcome, tries, at } }) =>
      (state === null ? [] : [{ type: 'lianban.requester.told.v1' as const, data: { noticeId, notice: kind, channel, outcome, tries }, occurredAt: at.toISOString() }]),
    rows: ({ due }, write) => write(markRecorded, due),
    putOff: async (tx, later) => {
      await tx.query('UPDATE requester_notice n SET next_try_at = l.until FROM unnest($1::uuid[], $2::timestamptz[]) AS l(notice_id, until) WHERE n.notice_id = l.notice_id',
        [later.map(({ due }) => due.noticeId), later.map(({ until }) => until)]);
    },
  }));

/** Each case once. */
const lockUnrecorded = async (tx: Tx, now: Date, limit: number): Promise<Outcome[]> => {
  const { rows } = await tx.query<Outcome>(
    `SELECT notice_id AS "noticeId", case_id AS "caseId", kind, channel, status AS outcome, tries, settled_at AS at FROM requester_notice
      WHERE status <> 'waiting' AND NOT recorded AND next_try_at <= $1 ORDER BY next_try_at LIMIT $2 FOR UPDATE SKIP LOCKED`, [now, limit]);
  return rows.filter(({ caseId }, place) => rows.findIndex((other) => other.caseId === caseId) === place);
};

const markRecorded = async (tx: Tx, told: readonly Outcome[]): Promise<void> => {
  await tx.query('UPDATE requester_notice SET recorded = true WHERE notice_id = ANY ($1::uuid[])', [told.map(({ noticeId }) => noticeId)]);
};

const dueNotices = dueMetrics('lianban_requester_notices', 'Notices to requesters that are to be sent now', `SELECT next_try_at AS at FROM requester_notice WHERE status = 'waiting'`);

/** Sends for as long as the process runs. */
export const noticeTimer = (store: EventStore, sql: Tx, { port, rateLink }: NoticeSettings, log: Logger, directory: DirectoryCopy): Timer => {
  const channel = port(log);
  return {
    name: 'notices', intervalMs: 1_000, metrics: dueNotices,
    async act(now) {
      const mostTries = await directory.rule('notice-tries', { at: now.toISOString() });
      const tried = await sendDue(sql, { port: channel, rateLink, mostTries }, now);
      const recorded = await recordOutcomes(store, new Date(), 50);
      return { ...recorded, cases: recorded.cases + tried };
    },
  };
};
