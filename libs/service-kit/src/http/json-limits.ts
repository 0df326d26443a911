import { DomainError } from '@lianban/contracts';

/** No body of ours has a tenth of these but the lists of days in a calendar, of 366 each. What checks bodies needs the square of an object's names, and calls itself at each level. */
const most = { levels: 20, fields: 100, items: 1_000, values: 20_000 } as const;

const refused = (reason: string) => new DomainError('validation-failed', `The body ${reason}`, [{ field: 'body', reason }]);

/** Refuses a body that would take long to check, in one walk over it. @throws DomainError `validation-failed` */
export const requireModestJson = (body: unknown): void => {
  const open: (readonly [value: unknown, level: number])[] = [[body, 1]];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, level] = next;
    values += 1;
    if (values > most.values) throw refused(`must have at most ${most.values} values`);
    if (typeof value !== 'object' || value === null) continue;
    if (level > most.levels) throw refused(`must be at most ${most.levels} levels deep`);
    const inside: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (Array.isArray(value) && inside.length > most.items) throw refused(`must have lists of at most ${most.items} items`);
    if (!Array.isArray(value) && inside.length > most.fields) throw refused(`must have objects of at most ${most.fields} fields`);
    for (const item of inside) open.push([item, level + 1]);
  }
};
