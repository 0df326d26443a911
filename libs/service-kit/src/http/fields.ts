import { DomainError, hasAtMost } from '@lianban/contracts';
import { applyDecorators, Param, ParseUUIDPipe } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsISO8601, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, ValidateBy,
  ValidateNested,
} from 'class-validator';
import { isStorable, maskText } from './text.js';

/** What every field has. `optional` fields may be absent or null, which mean the same. */
interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  readonly optional?: boolean;
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

const field = ({ optional = false, description, example }: FieldOptions, schema: ApiPropertyOptions, ...rules: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ ...schema, description, ...(example === undefined ? {} : { example }), required: !optional } as ApiPropertyOptions),
    ...(optional ? [IsOptional()] : []),
    ...rules,
  );

const Storable = (): PropertyDecorator =>
  ValidateBy({ name: 'isStorable', validator: { validate: (value) => [value].flat().every((text) => typeof text !== 'string' || isStorable(text)), defaultMessage: () => '$property must not hold NUL or half surrogate pairs' } });

const NotBlank = (): PropertyDecorator =>
  ValidateBy({ name: 'isNotBlank', validator: { validate: (value) => typeof value === 'string' && value.trim().length > 0, defaultMessage: () => '$property must not be blank' } });

/** For names that go to a topic as they are, since others refer to them: what the mask would change is refused. */
export const NoPersonalNumber = (): PropertyDecorator =>
  ValidateBy({ name: 'noPersonalNumber', validator: { validate: (value) => typeof value !== 'string' || maskText(value) === value, defaultMessage: () => '$property must not hold what reads as a mobile or identity number' } });

/** Characters as JSON Schema counts them, code points; the events' schemas count the same. */
const MaxCharacters = (max: number): PropertyDecorator =>
  ValidateBy({ name: 'maxCharacters', validator: { validate: (value) => typeof value !== 'string' || hasAtMost(max, value), defaultMessage: () => `$property must have at most ${max} characters` } });

/** Free text of 1 to `max` characters, not blank. */
export const TextField = ({ max, ...options }: FieldOptions & { max: number }): PropertyDecorator =>
  field(options, { type: String, minLength: 1, maxLength: max, pattern: '\\S' }, IsString(), NotBlank(), MaxCharacters(max), Storable());

/** A code of the directory, as text. */
export const CodeField = (options: FieldOptions & { max?: number }): PropertyDecorator =>
  field(options, { type: String, minLength: 1, maxLength: options.max ?? 100 }, IsString(), IsNotEmpty(), MaxLength(options.max ?? 100), Storable());

/** In a query by repeating it; once is a list of one. */
export const CodeListField = ({ query = false, ...options }: FieldOptions & { maxItems: number; query?: boolean }): PropertyDecorator =>
  field(options, { type: [String], maxItems: options.maxItems, uniqueItems: true, items: { type: 'string', minLength: 1, maxLength: 100 } },
    ...(query ? [Transform(({ value }: { value: unknown }) => [value].flat())] : []),
    IsArray(), ArrayMaxSize(options.maxItems), ArrayUnique(), IsString({ each: true }), IsNotEmpty({ each: true }), MaxLength(100, { each: true }), Storable());

export const EnumField = (values: readonly string[], options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, enum: [...values] }, IsIn([...values]));

/** Ids are kept in lower case; a caller may write either (RFC 9562). */
const lowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

export const UuidField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, format: 'uuid' }, Transform(({ value }: { value: unknown }) => lowerCase(value)), IsUUID());

/** ISO 8601 with offset. */
export const InstantField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, format: 'date-time' }, IsString(), Matches(instantPattern, { message: '$property must be ISO 8601 with an offset, e.g. 2026-02-09T09:00:00+08:00' }),
    IsISO8601({ strict: true }));

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** A day, or an instant on it; `startOf` reads either. */
export const DayOrInstantField = (options: FieldOptions): PropertyDecorator =>
  field(options, { anyOf: [{ type: 'string', format: 'date' }, { type: 'string', format: 'date-time' }] }, IsString(),
    Matches(new RegExp(`${datePattern.source}|${instantPattern.source}`), { message: '$property must be a day or ISO 8601 with an offset, e.g. 2026-12-01 or 2026-12-01T09:00:00+08:00' }), IsISO8601({ strict: true }));

/** ISO 8601 with offset: the instant itself, or where the day begins in China. */
export const startOf = (dayOrInstant: string): string => (datePattern.test(dayOrInstant) ? `${dayOrInstant}T00:00:00+08:00` : dayOrInstant);

/** From JSON only `true` and `false`; in a query the words. */
export const BooleanField = ({ query = false, ...options }: FieldOptions & { query?: boolean }): PropertyDecorator =>
  field(options, { type: Boolean },
    ...(query ? [Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))] : []),
    IsBoolean());

export const IntField = ({ min, max, query = false, ...options }: FieldOptions & { min: number; max: number; query?: boolean }): PropertyDecorator =>
  field(options, { type: 'integer', minimum: min, maximum: max },
    ...(query ? [Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))] : []),
    IsInt(), Min(min), Max(max));

export const NestedField = (type: () => new () => object, options: FieldOptions): PropertyDecorator =>
  // Swagger takes a function for a late reference only when it is called `type`.
  field(options, { type: () => type() }, ValidateNested(), Type(type), ValidateBy({ name: 'isObject', validator: { validate: (value) => typeof value === 'object' && value !== null && !Array.isArray(value), defaultMessage: () => '$property must be an object' } }));

/** A path parameter from 1 on. */
export const NumberParam = (name: string): ParameterDecorator => {
  const pipe: PipeTransform<string, number> = {
    transform(text) {
      if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
      throw new DomainError('validation-failed', `${name} is not a number`, [{ field: name, reason: 'must be a whole number from 1 on' }]);
    },
  };
  return Param(name, pipe);
};

/** Fields of every command. */
export class CommandBody {
  @InstantField({ description: 'When it happened, if it is entered later; needs the import permission', optional: true })
  occurredAt?: string;
}

/** Fields of every list. */
export class PageQuery {
  @IntField({ description: 'How many items at most', min: 1, max: 500, optional: true, query: true, example: 50 })
  limit?: number;

  @TextField({ description: '`nextCursor` of the page before', max: 2000, optional: true })
  cursor?: string;
}

export const defaultLimit = 50;

const uuidPipe = (name: string) => new ParseUUIDPipe({ exceptionFactory: () => new DomainError('validation-failed', `${name} is not a UUID`, [{ field: name, reason: 'must be a UUID' }]) });
const lowerCasePipe: PipeTransform = { transform: lowerCase };

/** A path parameter that is a UUID, in either case; anything else is 400. */
export const IdParam = (name: string): ParameterDecorator => Param(name, uuidPipe(name), lowerCasePipe);

/** A path parameter that is a code. */
export const CodeParam = (name: string): ParameterDecorator => Param(name, {
  transform: (value: unknown) => {
    if (typeof value === 'string' && value.length <= 200 && isStorable(value)) return value;
    throw new DomainError('validation-failed', `${name} is not a code`, [{ field: name, reason: 'must be a code of at most 200 characters' }]);
  },
} satisfies PipeTransform);


/** Keyset cursors are opaque to callers: base64url of a JSON array. @throws DomainError `validation-failed` */
export const writeCursor = (key: readonly unknown[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');
export const readCursor = (cursor: string | undefined, length: number): unknown[] | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === length && key.every((part) => part === null || ['string', 'number'].includes(typeof part) && (typeof part !== 'string' || isStorable(part)))) return key as unknown[];
  } catch { /* answered below */ }
  throw new DomainError('validation-failed', 'The cursor is not one of ours', [{ field: 'cursor', reason: 'must be the nextCursor of an earlier answer' }]);
};
