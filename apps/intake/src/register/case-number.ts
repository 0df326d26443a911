import type { Tx } from '@lianban/event-store';
import { chinaDayOf } from '@lianban/texts';

/** `LB20260209-000001`: the day of the registration in China, and a number that is never given twice. */
export const caseNumber = (registeredAt: string, number: number): string =>
  `LB${chinaDayOf(registeredAt).replaceAll('-', '')}-${String(number).padStart(6, '0')}`;

/** Numbers that are never given twice; those who ask in the same turn of the event loop get theirs from one statement, in their order. */
export const numbersOf = (sql: Tx): (() => Promise<number>) => {
  let asking: { count: number; numbers: Promise<number[]> } | undefined;
  const ask = () => {
    const mine = { count: 0, numbers: Promise.resolve<number[]>([]) };
    mine.numbers = new Promise(setImmediate).then(async () => {
      asking = undefined;
      const { rows } = await sql.query<{ number: string }>(`SELECT nextval('case_number') AS number FROM generate_series(1, $1::integer)`, [mine.count]);
      return rows.map(({ number }) => Number(number));
    });
    return mine;
  };
  return async () => {
    const mine = (asking ??= ask());
    const place = mine.count++;
    return (await mine.numbers)[place] as number;
  };
};
