/** A dated row of a template. A row is never edited; another from a later day on supersedes it, and one for the same day replaces it while that day has not come. */
import { lastInForce, placesOf, refusedField, refusedFields, UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, TemplateRow } from '@lianban/contracts';
import { say } from '@lianban/texts';

export type TemplateEvent = EventByType<'lianban.template.set.v1'>;

/** A row with who set it and when. */
export type SetTemplateRow = TemplateRow & { readonly setAt: string; readonly setBy: string };
export type TemplateRows = readonly SetTemplateRow[];

export const evolveTemplate = (rows: TemplateRows, { type, data, metadata }: EventEnvelope<TemplateEvent>): TemplateRows => {
  if ((type as string) !== 'lianban.template.set.v1') throw new UnreadableEvent(`not an event of a template: ${type as string}`);
  return [...rows, { ...data, setAt: metadata.occurredAt, setBy: metadata.actor.id }];
};

export type SetTemplate = Omit<TemplateRow, 'effectiveFrom'> & {
  /** Null: at once. */
  readonly effectiveFrom: string | null;
};

/** `[]` when that counts from then on already. @throws DomainError `validation-failed` naming the field */
export const setTemplate = (rows: TemplateRows, command: SetTemplate, at: string): TemplateEvent[] => {
  const from = command.effectiveFrom ?? at;
  if (Date.parse(from) < Date.parse(at)) throw refusedField('effectiveFrom', say('not-before-now', { at }));
  const [first] = rows;
  const places = placesOf(command.text);
  const names = command.fields.map(({ name }) => name);
  const problems = [
    ...(['purpose', 'department'] as const).filter((field) => first && first[field] !== command[field]).map((field) => ({ field, reason: say('template-keeps-purpose') })),
    ...names.flatMap((name, index) => (names.indexOf(name) < index ? [{ field: `fields.${index}.name`, reason: say('not-there-twice') }] : places.includes(name) ? [] : [{ field: `fields.${index}.name`, reason: say('no-place-in-text') }])),
    ...places.filter((name) => !names.includes(name)).map((name) => ({ field: 'text', reason: say('place-without-field', { name }) })),
  ];
  if (problems.length > 0) throw refusedFields(problems);
  const data = { ...command, effectiveFrom: from };
  const before = lastInForce(rows, from);
  return before && contentOf(before) === contentOf(data) ? [] : [{ type: 'lianban.template.set.v1', data }];
};

const contentOf = ({ title, text, fields, active }: TemplateRow): string => JSON.stringify([title, text, fields.map(({ name, label, required }) => [name, label, required]), active]);
