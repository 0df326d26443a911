import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Column } from 'typeorm';

const kinds = {
  id: { column: { type: 'uuid' }, api: { type: String, format: 'uuid' }, example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' },
  text: { column: { type: 'text' }, api: { type: String }, example: undefined },
  instant: { column: { type: 'timestamptz' }, api: { type: String, format: 'date-time' }, example: '2026-02-09T01:00:00.000Z' },
  number: { column: { type: 'int' }, api: { type: 'integer' }, example: 1 },
  flag: { column: { type: 'boolean' }, api: { type: Boolean }, example: false },
  codes: { column: { type: 'text', array: true }, api: { type: [String] }, example: ['landscaping'] },
  object: { column: { type: 'jsonb' }, api: { type: 'object', additionalProperties: true }, example: undefined },
} as const;

export interface ShownColumn {
  readonly property: string;
  readonly column: string;
}

const columnsByPrototype = new Map<object, ShownColumn[]>();
const snakeOf = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export interface ShownOptions {
  /** Its words, where it has a fixed list. */
  readonly values?: readonly string[];
  readonly example?: unknown;
  readonly primary?: boolean;
  /** Never null. */
  readonly always?: boolean;
}

/**
 * A column of a view, under its camel-case name: mapping, API documentation and column list in one. What has not happened is
 * null in the view and absent in an answer.
 */
export const Shown = (kind: keyof typeof kinds, description: string, options: ShownOptions = {}): PropertyDecorator =>
  (target, key) => {
    const property = String(key);
    const column = snakeOf(property);
    const { column: mapping, api } = kinds[kind];
    const example = options.example ?? options.values?.[0] ?? kinds[kind].example;
    const own = columnsByPrototype.get(target) ?? [];
    columnsByPrototype.set(target, [...own, { property, column }]);
    Column({ ...mapping, name: column, nullable: true, primary: options.primary ?? false })(target, key);
    ApiProperty({
      ...api, description, required: options.always ?? false,
      ...(example === undefined ? {} : { example }), ...(options.values ? { enum: [...options.values] } : {}),
    } as ApiPropertyOptions)(target, key);
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
