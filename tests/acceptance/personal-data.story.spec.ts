import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '@lianban/contracts';
import pg from 'pg';
import { dueCallBack, demandOf, eventually, orderOf, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';
import { wholeTopic } from './whole-topic.js';

const name = '欧阳测试名';
const phone = '13866667777';
const address = '鹭台小区9栋909室';
const identity = '110101199003071234';
const landline = '0731-88881111';
const joinedName = '司徒并入名';
const colleague = '令狐同事名';
/** The same numbers as people write them. */
const written = ['Tel-13866667777', '0086 138.6666.7777', '138 666 67777', '1386-666-7777', '１３８６６６６７７７７', `138\u200b6666\u00a07777`, '110101 1990-0307 1234', '１１０１０１１９９００３０７１２３４'];
const secrets = [name, joinedName, colleague, '欧阳 测试名', phone, '138 6666 7777', address, identity, ...written, '8666677', '6666.7777', '666 67777', '666-7777', '19900307'];

/** Repeats everything personal in every free text a person can write on the way. */
const gossip = `${name}(电话${phone},也写作138 6666 7777,身份证${identity},住${address})说物业${landline}不管。欧阳 测试名;${written.join(';')}`;

describe('personal data', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('is on no topic, in no other schema, in no log, whatever text it was written into', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({
      title: `${name}:楼道灯不亮`, description: gossip, location: address, territory: 'heron-terrace', requester: { kind: 'resident', name, phone, address },
    }));
    const masked = `电话${phone},身份证${identity},物业${landline};${written.join(';')}`;
    const { body: { caseId: joined } } = await as('intake').registerCase(demandOf({ territory: 'heron-terrace', requester: { kind: 'resident', name: joinedName, phone, address } }));
    await as('intake').merge(joined, { intoCaseId: caseId, reason: `${joinedName}和${gossip}` });
    await as('intake').contact(caseId, { note: `${joinedName}和${gossip}` });
    await as('intake').unmerge(joined, { reason: `${joinedName}和${gossip}` });
    await as('intake').withdraw(joined, { reason: gossip });
    await as('intake').accept(caseId, { level: 'simple' });
    const { body: { workOrders } } = await as('coordinator', colleague).dispatch(caseId, { lead: 'urban-management', note: masked });
    const lead = orderOf(workOrders, 'urban-management');
    await as('operator:urban-management').sign(lead, { note: masked });
    await as('operator:urban-management').progress(lead, { note: masked });
    await as('operator:urban-management').complete(lead, { result: masked });
    await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: true, satisfaction: 5, comment: masked });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));

    const messages = await wholeTopic(system.kafkaBrokers, 'lianban.case');
    const mine = messages.filter(({ key }) => key === caseId);
    expect(mine.length).toBeGreaterThanOrEqual(9);
    expect(new Set(mine.map(({ headers }) => String(headers.ce_actorid)).filter((id) => !/^(intake|dispatch|sla|satisfaction|p-[\w-]{24})$/.test(id)))).toEqual(new Set());
    const all = messages.map(({ key, value, headers }) => `${key} ${value} ${JSON.stringify(headers)}`).join('\n');
    for (const secret of secrets) expect(all).not.toContain(secret);
    // An office landline is no personal data, and the handlers need it.
    expect(mine.map(({ value }) => value).join('\n')).toContain(landline);

    for (const file of readdirSync(join(system.dataDir, 'log'))) {
      const log = readFileSync(join(system.dataDir, 'log', file), 'utf8');
      for (const secret of secrets) expect([file, log.includes(secret)]).toEqual([file, false]);
    }
    expect(await schemasHolding(system.adminDatabaseUrl, phone)).toEqual(['intake']);
    expect(await schemasHolding(system.adminDatabaseUrl, name)).toEqual(['intake']);
    expect(await schemasHolding(system.adminDatabaseUrl, colleague)).toEqual(['dispatch']);
    const dispatched = (await as('supervisor').timeline(caseId)).body.items.find(({ type }) => type === 'lianban.case.dispatched.v1')?.actor as { id: string };
    expect((await as('callback').staff(dispatched.id)).body.items).toEqual([{ personId: dispatched.id, name: colleague, post: 'coordinator', department: null, territory: null }]);
    for (const outsider of ['requester', 'analyst', 'integrator'] as const) expect(await problemOf(as(outsider).staff(dispatched.id))).toMatchObject({ code: 'forbidden' });
  }, storyLimitMs);

  it('is shown to those who talk to the requester, and not to the department', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ requester: { kind: 'resident', name, phone, address } }));
    expect(JSON.stringify((await as('intake').getCase(caseId)).body)).toContain(phone);
    expect(JSON.stringify((await as('coordinator').getCase(caseId)).body)).not.toContain(phone);
    expect(JSON.stringify((await as('analyst').insightCase(caseId)).body)).not.toContain(phone);
  }, storyLimitMs);
});

/** Which of the services' schemas hold the word in any row of any table, as text. */
const schemasHolding = async (databaseUrl: string, word: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE schemaname = ANY ($1)`, [serviceNames]);
    const holding = new Set<string>();
    for (const { schema, name: table } of rows) {
      const { rows: [found] } = await client.query<{ held: boolean }>(
        `SELECT EXISTS (SELECT FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)} t WHERE position($1 IN t::text) > 0) AS held`, [word]);
      if (found?.held) holding.add(schema);
    }
    return [...holding];
  } finally {
    await client.end();
  }
};
