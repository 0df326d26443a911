import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runFeed, type FeedSummary } from '../../tools/src/feed/feed.js';
import { exitCodeOf, summaryLines } from '../../tools/src/feed/summary.js';
import { runningSystem, startLimitMs, type RunningSystem } from './running-system.js';

const subjects = [
  ['小区门口路灯不亮', '路灯坏了很久,晚上看不清。'], ['咨询新生儿上户口', '请问需要什么材料?'], ['请求增设红绿灯', '路口车多,老人过马路危险。'], ['物业乱收停车费', '物业公司擅自涨价,业主不同意。'],
  ['农民工工资被拖欠', '工地做了三个月没有发工资。'], ['自来水停水三天', '整栋楼没有水。'], ['公交线路太少', '上班要等四十分钟。'], ['公园树木倒伏', '大风后没有人清理。'],
] as const;
const day = 86_400_000;
const messages = Array.from({ length: 40 }, (_, i) => {
  const [title, text] = subjects[i % subjects.length] ?? subjects[0];
  const submitted = Date.parse('2019-03-04T09:00:00+08:00') + i * day * 0.7;
  return { id: `story-${i}`, requester: `U${i}`, title: `${title}(${i})`, text, submittedAt: new Date(submitted).toISOString(), reply: '您好,已安排办理。', repliedAt: new Date(submitted + (0.2 + (i % 9)) * day).toISOString() };
});

describe('the feed', () => {
  let system: RunningSystem;
  const folder = mkdtempSync(join(tmpdir(), 'lianban-feed-'));
  const file = join(folder, 'messages.jsonl');
  beforeAll(async () => {
    system = await runningSystem({ alone: true });
    const lines = messages.map((message) => JSON.stringify(message));
    lines.splice(3, 0, '{"id": "broken', JSON.stringify({ ...messages[0], id: 'no-reply', reply: '' }));
    writeFileSync(file, lines.join('\n'));
  }, startLimitMs);
  afterAll(() => rmSync(folder, { recursive: true }));

  const feed = async (log: (line: string) => void = () => undefined): Promise<FeedSummary> => {
    const tokens = new Map<string, Promise<string>>();
    return runFeed({
      file, gatewayUrl: system.gatewayUrl, log, progressEveryMs: 200,
      tokenFor: (persona) => {
        const known = tokens.get(persona) ?? system.token(persona, { import: true });
        tokens.set(persona, known);
        return known;
      },
    });
  };

  it('brings every message to its end, tells what it skipped, and creates nothing the second time', async () => {
    const said: string[] = [];
    const first = await feed((line) => said.push(line));
    expect(first.failed).toEqual([]);
    expect(first).toMatchObject({ cases: 40, leftOpen: 0, badLines: [{ line: 4 }, { line: 5 }] });
    expect(first.readModel).toMatchObject({ notEnded: 0 });
    expect(first.readModel.events).toBeGreaterThan(40 * 8);
    expect(first.readModel.parked ?? 0).toBe(0);
    expect(first.readModel.rates?.response.denominator).toBeGreaterThan(0);
    expect(said.filter((line) => line.includes('commands'))).not.toEqual([]);
    expect(summaryLines(first).join('\n')).toContain('*assumed*');
    expect(exitCodeOf(first)).toBe(1);

    const before = await stored(system.adminDatabaseUrl);
    const second = await feed();
    expect(second.failed).toEqual([]);
    expect(second.cases).toBe(40);
    expect(await stored(system.adminDatabaseUrl)).toEqual(before);
  }, 150_000);

  it('keeps the time the city took: from the submission to the answer', async () => {
    const analyst = system.story().as('analyst');
    const { body } = await analyst.insightCases({ q: '路灯不亮(0)', limit: 10 });
    const row = body.items.find(({ title }) => title === '小区门口路灯不亮(0)');
    expect(Date.parse(String(row?.registeredAt))).toBe(Date.parse(messages[0]?.submittedAt ?? ''));
  }, 30_000);
});

/** Events that commands write; the clocks may still go on by themselves. */
const stored = async (databaseUrl: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(`SELECT (SELECT count(*) FROM intake.event) AS intake, (SELECT count(*) FROM dispatch.event) AS dispatch, (SELECT count(*) FROM satisfaction.event) AS satisfaction`)).rows[0];
  } finally {
    await client.end();
  }
};
