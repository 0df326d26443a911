import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError, roles } from '@lianban/contracts';
import type { Actor } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { personId } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { StaffController } from './staff.controller.js';
import { StaffRegister } from './staff-register.js';

const infrastructure = testInfrastructure();
const key = { PERSON_SECRET: 'only-for-this-test-0123456789-persons', AUTH_ISSUER: 'http://lianban.local' };
const hour = 3_600_000;
const known = ['housing', 'water', 'riverside'];
const directory = {
  require: (_kind: string, code: string, field: string) => known.includes(code) ? Promise.resolve() : Promise.reject(new DomainError('unknown-reference', say('no-such-case'), [{ field, reason: say('no-case-of-this-id') }])),
};
let pool: pg.Pool;
let analystUrl: string;
let asked: number;
let sql: Tx;

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  analystUrl = database.analystUrl;
  pool = new pg.Pool({ connectionString: database.services.dispatch, max: 4 });
  asked = 0;
  sql = { query: (...given: Parameters<Tx['query']>) => { asked += 1; return pool.query(...given as [string, unknown[]]); } };
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const logged: unknown[] = [];
const open = (on: Tx = sql) => {
  const register = new StaffRegister(on, { warn: (...line: unknown[]) => { logged.push(line); } });
  return { register, staff: new StaffController(on, directory, key, register) };
};
const caller = (account: string, name: string | undefined, role: Actor['role'] = 'operator', department: string | null = 'housing') =>
  ({ actor: { id: personId(key, account), role, department, territory: null }, name });
const member = (account: string, name: string, post: string | null = 'operator', department: string | null = 'housing', territory: string | null = null) =>
  ({ personId: personId(key, account), name, post, department, territory });
const listed = async ({ staff }: ReturnType<typeof open>, ...accounts: string[]) => (await staff.list({ id: accounts.map((account) => personId(key, account)) })).items;

describe('the staff register', () => {
  it('knows a colleague from the token of a call, and asks the database again only when it says something new, or after an hour', async () => {
    const desk = open();
    const at = Date.now();
    const before = asked;
    for (const moment of [at, at + 1, at + hour - 1]) await desk.register.see(caller('wang', '王芳'), moment);
    expect(asked - before).toBe(1);
    expect(await listed(desk, 'wang')).toEqual([member('wang', '王芳')]);
    await desk.register.see(caller('wang', '王芳芳', 'head', 'water'), at + hour - 1);
    expect(await listed(desk, 'wang')).toEqual([member('wang', '王芳芳', 'head', 'water')]);
    const again = asked;
    await desk.register.see(caller('wang', '王芳芳', 'head', 'water'), at + 2 * hour);
    expect(asked - again).toBe(1);
  });

  it.each(roles)('takes in who belongs to it: %s', async (role) => {
    const desk = open();
    await desk.register.see(caller(`as ${role}`, '某人', role));
    expect(await listed(desk, `as ${role}`)).toHaveLength(['requester', 'integrator', 'system'].includes(role) ? 0 : 1);
  });

  it('passes over a token without a name', async () => {
    const desk = open();
    await desk.register.see(caller('unnamed', undefined));
    expect(await listed(desk, 'unnamed')).toEqual([]);
  });

  it('fails nobody when the database does, tells no name, and tries again a minute later', async () => {
    let away = true;
    const desk = open({ query: (...given: Parameters<Tx['query']>) => (away ? Promise.reject(Object.assign(new Error('Key (name)=(赵保密) is wrong'), { code: '57P01' })) : sql.query(...given)) } as unknown as Tx);
    const at = Date.now();
    await desk.register.see(caller('zhao', '赵保密'), at);
    expect(JSON.stringify(logged)).toContain('57P01');
    expect(JSON.stringify(logged)).not.toContain('赵保密');
    away = false;
    await desk.register.see(caller('zhao', '赵保密'), at + 60_001);
    expect(await listed(desk, 'zhao')).toEqual([member('zhao', '赵保密')]);
  });

  it('takes what an admin enters; the post outlives the next call, all else is what the token says', async () => {
    const desk = open();
    const entered = await desk.staff.enter({ account: '13912345678', name: ' 李伟 ', post: '科长', department: 'housing', territory: 'riverside' });
    expect(entered).toEqual(member('13912345678', '李伟', '科长', 'housing', 'riverside'));
    const { rows } = await pool.query('SELECT m::text AS held FROM staff_member m');
    expect(JSON.stringify(rows)).not.toContain('13912345678');
    for (const name of ['李伟', '李大伟']) {
      await desk.register.see(caller('13912345678', name, 'operator', 'water'));
      expect(await listed(desk, '13912345678')).toEqual([member('13912345678', name, '科长', 'water')]);
    }
    await desk.staff.enter({ account: '13912345678', name: '李伟' });
    await desk.register.see(caller('13912345678', '李大伟', 'operator', 'water'));
    expect(await listed(desk, '13912345678')).toEqual([member('13912345678', '李大伟', 'operator', 'water')]);
  });

  it.each(['department', 'territory'])('refuses an unknown %s, naming it', async (field) => {
    const desk = open();
    await expect(desk.staff.enter({ account: 'refused', name: '某人', [field]: 'moon' })).rejects.toMatchObject({ code: 'unknown-reference', errors: [{ field }] });
    expect(await listed(desk, 'refused')).toEqual([]);
  });

  it('lists by ids, leaving out unknown ones, and by handling unit, page by page', async () => {
    const desk = open();
    for (const account of ['a', 'b', 'c']) await desk.staff.enter({ account, name: account, department: 'water' });
    const inOrder = ['a', 'b', 'c'].map((account) => member(account, account, null, 'water')).sort((one, other) => (one.personId < other.personId ? -1 : 1));
    expect(await listed(desk, 'a', 'nobody', 'b', 'c')).toEqual(inOrder);
    const ours = inOrder.map(({ personId: id }) => id);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await desk.staff.list({ department: 'water', limit: 1, cursor });
      found.push(...items.map((item) => item.personId));
      cursor = nextCursor;
    } while (cursor);
    expect(found.filter((id) => ours.includes(id))).toEqual(ours);
    expect(await desk.staff.list({ department: 'housing', id: ours })).toEqual({ items: [] });
  });

  it('is out of the analyst\'s sight', async () => {
    const analyst = new pg.Client({ connectionString: analystUrl });
    await analyst.connect();
    try {
      await expect(analyst.query('SELECT name FROM dispatch.staff_member')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await analyst.end();
    }
  });
});
