import type { Tx } from '@lianban/event-store';

const chinaOffset = 8 * 3_600_000;

/** `LB20260209-000001`: the day of the registration in China, and a number that is never given twice. */
export const caseNumber = (registeredAt: string, number: number): string => {
  const day = new Date(Date.parse(registeredAt) + chinaOffset).toISOString().slice(0, 10).replaceAll('-', '');
  return `LB${day}-${String(number).padStart(6, '0')}`;
};

/** Numbers that are never given twice; one statement for all who ask until it begins, in their order, and one at a time: callers may be many, connections are few. */
export const numbersOf = (sql: Tx): (() => Promise<number>) => {
  let asking: { count: number; numbers: Promise<number[]> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const ask = () => {
    const mine = { count: 0, numbers: Promise.resolve<number[]>([]) };
    mine.numbers = last.then(() => new Promise(setImmediate)).then(async () => {
      asking = undefined;
      const { rows } = await sql.query<{ number: string }>(`SELECT nextval('case_number') AS number FROM generate_series(1, $1::integer)`, [mine.count]);
      return rows.map(({ number }) => Number(number));
    });
    last = mine.numbers.catch(() => undefined);
    return mine;
  };
  return async () => {
    const mine = (asking ??= ask());
    const place = mine.count++;
    return (await mine.numbers)[place] as number;
  };
};
