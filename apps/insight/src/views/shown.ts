import { ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Column } from 'typeorm';

const kinds = {
  id: { column: { type: 'uuid' }, api: { type: String, format: 'uuid' } },
  text: { column: { type: 'text' }, api: { type: String } },
  instant: { column: { type: 'timestamptz' }, api: { type: String, format: 'date-time' } },
  number: { column: { type: 'int' }, api: { type: 'integer' } },
  flag: { column: { type: 'boolean' }, api: { type: Boolean } },
  codes: { column: { type: 'text', array: true }, api: { type: [String] } },
  object: { column: { type: 'jsonb' }, api: { type: 'object', additionalProperties: true } },
} as const;

export interface ShownColumn {
  readonly property: string;
  readonly column: string;
}

const columnsByPrototype = new Map<object, ShownColumn[]>();
const snakeOf = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * A column of a view, under its camel-case name: mapping, API documentation and column list in one. What has not happened is
 * null in the view and absent in an answer.
 */
export const Shown = (kind: keyof typeof kinds, description: string, options: { values?: readonly string[]; primary?: boolean } = {}): PropertyDecorator =>
  (target, key) => {
    const property = String(key);
    const column = snakeOf(property);
    const { column: mapping, api } = kinds[kind];
    const own = columnsByPrototype.get(target) ?? [];
    columnsByPrototype.set(target, [...own, { property, column }]);
    Column({ ...mapping, name: column, nullable: true, primary: options.primary ?? false })(target, key);
    ApiPropertyOptional({ ...api, description, ...(options.values ? { enum: [...options.values] } : {}) } as ApiPropertyOptions)(target, key);
  };

/** Columns of a class and those it inherits, in order. */
export const columnsOf = (shown: { prototype: object }): ShownColumn[] => {
  const parent: unknown = Object.getPrototypeOf(shown.prototype);
  const inherited = parent && parent !== Object.prototype ? columnsOf({ prototype: parent }) : [];
  return [...inherited, ...(columnsByPrototype.get(shown.prototype) ?? [])];
};

/** For a SELECT: `case_id AS "caseId", …`. */
export const selectList = (shown: { prototype: object }, alias: string): string =>
  columnsOf(shown).map(({ property, column }) => `${alias}.${column} AS "${property}"`).join(', ');

/** Without what is null. */
export const present = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
