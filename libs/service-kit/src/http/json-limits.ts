import { refusedField } from '@lianban/contracts';
import { say } from '@lianban/texts';

/** No body of ours has a tenth of these but the lists of days in a calendar, of 366 each. What checks bodies needs the square of an object's names, and calls itself at each level. */
const most = { levels: 20, fields: 100, items: 1_000, values: 20_000 } as const;

/** Refuses a body that would take long to check, in one walk over it. @throws DomainError `validation-failed` */
export const requireModestJson = (body: unknown): void => {
  const open: (readonly [value: unknown, level: number])[] = [[body, 1]];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, level] = next;
    values += 1;
    if (values > most.values) throw refusedField('body', say('most-values', { max: most.values }));
    if (typeof value !== 'object' || value === null) continue;
    if (level > most.levels) throw refusedField('body', say('most-levels', { max: most.levels }));
    const inside: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (Array.isArray(value) && inside.length > most.items) throw refusedField('body', say('most-items-of-lists', { max: most.items }));
    if (!Array.isArray(value) && inside.length > most.fields) throw refusedField('body', say('most-fields-of-objects', { max: most.fields }));
    for (const item of inside) open.push([item, level + 1]);
  }
};
