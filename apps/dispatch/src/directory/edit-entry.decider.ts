/** An admin adds, changes or retires an entry of the reference data. The event is the whole entry; what is not said stays as it is. Nothing is deleted. */
import { DomainError, maskText, refusedField, refusedFields, UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FieldRefusal } from '@lianban/texts';

type DepartmentEvent = EventByType<'lianban.directory.department-changed.v1'>;
type TerritoryEvent = EventByType<'lianban.directory.territory-changed.v1'>;
type CategoryEvent = EventByType<'lianban.directory.category-changed.v1'>;
export type EntryEvent = DepartmentEvent | TerritoryEvent | CategoryEvent;
/** Null before it is there. */
export type Entry<Event extends EntryEvent = EntryEvent> = Event['data'] | null;

export const evolveEntry = (_entry: Entry, event: EventEnvelope<EntryEvent>): Entry => {
  switch (event.type) {
    case 'lianban.directory.department-changed.v1':
    case 'lianban.directory.territory-changed.v1':
    case 'lianban.directory.category-changed.v1':
      return event.data;
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`not an event of the reference data: ${(unexpected as { type: string }).type}`);
    }
  }
};

/** Changes of an entry; undefined leaves a field as it is. */
export type Edit<Data> = { readonly code: string } & { readonly [Field in keyof Omit<Data, 'code'>]?: Data[Field] | undefined };

const said = <Edited extends object>(edit: Edited): Partial<Edited> => Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined)) as Partial<Edited>;

const isSame = (before: Entry, after: object): boolean => before !== null && Object.entries(after).every(([field, value]) => JSON.stringify((before as Record<string, unknown>)[field]) === JSON.stringify(value));

/** @throws DomainError `validation-failed` naming what a new entry lacks */
const whole = <Data extends object>(entry: Partial<Data>, needed: readonly (keyof Data & string)[]): Data => {
  const missing: FieldRefusal[] = needed.filter((field) => entry[field] === undefined).map((field) => ({ field, reason: say('new-entry-needs') }));
  if (missing.length > 0) throw refusedFields(missing);
  return entry as Data;
};

/** Codes stand in addresses, events and files, so a new one is kept plain. */
const requireCode = (entry: Entry, code: string): void => {
  if (entry === null && (!/^[\p{L}\p{N}._-]{1,100}$/u.test(code) || maskText(code) !== code)) throw refusedField('code', say('must-be-plain-code'));
};

export const editDepartment = (entry: Entry<DepartmentEvent>, edit: Edit<DepartmentEvent['data']>): DepartmentEvent[] => {
  requireCode(entry, edit.code);
  const { code, kind, name, duties, active } = whole<DepartmentEvent['data']>({ duties: [], active: true, ...entry, ...said(edit) }, ['kind', 'name']);
  const data = { code, kind, name, duties, active };
  return isSame(entry, data) ? [] : [{ type: 'lianban.directory.department-changed.v1', data }];
};

/** What the directory says of the tree around a territory. */
export interface Tree {
  /** Codes from a territory up, itself first; empty for one that is not there. */
  readonly pathUp: (code: string) => readonly string[];
  /** Those in use directly below it. */
  readonly activeBelow: readonly string[];
}

/** @throws DomainError `validation-failed` for a parent that would make a loop; `state-conflict` for retiring what still holds others, or the top */
export const editTerritory = (entry: Entry<TerritoryEvent>, edit: Edit<TerritoryEvent['data']>, tree: Tree): TerritoryEvent[] => {
  requireCode(entry, edit.code);
  const { code, kind, name, parent, active } = whole<TerritoryEvent['data']>({ active: true, ...entry, ...said(edit) }, ['kind', 'name', 'parent']);
  const data = { code, kind, name, parent, active };
  if (isSame(entry, data)) return [];
  const isTop = entry?.parent === null;
  if (isTop && parent !== null) throw refusedField('parent', say('top-has-no-parent'));
  if (parent !== null && tree.pathUp(parent).includes(code)) throw refusedField('parent', say('parent-lies-below', { territory: parent }));
  if (!active && isTop) throw new DomainError('state-conflict', say('top-stays'));
  if (!active && tree.activeBelow.length > 0) throw new DomainError('state-conflict', say('territories-below', { territories: tree.activeBelow.slice(0, 5) }));
  return [{ type: 'lianban.directory.territory-changed.v1', data }];
};

export const editCategory = (entry: Entry<CategoryEvent>, { code, active }: Edit<CategoryEvent['data']>): CategoryEvent[] => {
  const [first = '', second = '', third = '', ...more] = code.split('/');
  if ([first, second, third].some((level) => level.trim() === '') || more.length > 0) throw refusedField('code', say('three-levels'));
  const data = { code, levels: [first, second, third] satisfies [string, string, string], active: active ?? entry?.active ?? true };
  return isSame(entry, data) ? [] : [{ type: 'lianban.directory.category-changed.v1', data }];
};
