import { hasAtMost, maskText, refusedField } from '@lianban/contracts';
import { chinaMidnight, say } from '@lianban/texts';
import type { Message } from '@lianban/texts';
import { applyDecorators, Param, ParseUUIDPipe } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsISO8601, IsNotEmpty, IsNumber, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, ValidateBy, ValidateNested,
} from 'class-validator';
import type { ValidationOptions } from 'class-validator';
import { TakenAs } from './taken-text.js';
import type { HeldBy } from './taken-text.js';
import { isStorable } from './text.js';

/** What a rule says when it is broken. The library wants a text of its own as well; nobody reads it. */
const saying = (reason: Message, options: ValidationOptions = {}): ValidationOptions => ({ ...options, message: reason.key, context: reason });

/** A rule of our own about one value. */
export const Rule = (name: string, isRight: (value: unknown) => boolean, reason: Message, options?: ValidationOptions): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: isRight } }, saying(reason, options));

const each = { each: true } as const;
const IsText = (options?: ValidationOptions) => IsString(saying(say('must-be-text'), options));
const OneOf = (values: readonly string[], options?: ValidationOptions) => IsIn([...values], saying(say('must-be-one-of', { allowed: values }), options));
const List = ({ minItems, maxItems }: { readonly minItems?: number; readonly maxItems: number }): PropertyDecorator[] => [
  IsArray(saying(say('must-be-list'))),
  ...(minItems === undefined ? [] : [ArrayMinSize(minItems, saying(say('at-least-items', { min: minItems })))]),
  ArrayMaxSize(maxItems, saying(say('at-most-items', { max: maxItems }))),
];
const Bounds = (min: number, max: number): PropertyDecorator[] => [Min(min, saying(say('must-be-at-least', { min }))), Max(max, saying(say('must-be-at-most', { max })))];

/** What every field has. `optional` fields may be absent or null, which mean the same. */
interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  readonly optional?: boolean;
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A field of a kind that only one place has. Others have a decorator below. */
export const field = ({ optional = false, description, example }: FieldOptions, schema: ApiPropertyOptions, ...rules: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ ...schema, description, ...(example === undefined ? {} : { example }), required: !optional } as ApiPropertyOptions),
    ...(optional ? [IsOptional()] : []),
    ...rules,
  );

const Storable = () => Rule('isStorable', (value) => [value].flat().every((text) => typeof text !== 'string' || isStorable(text)), say('must-be-storable'));
const NotBlank = () => Rule('isNotBlank', (value) => typeof value === 'string' && value.trim().length > 0, say('must-not-be-blank'));
/** Of a code, which may be blanks for all we know. */
const NotEmpty = (options?: ValidationOptions) => IsNotEmpty(saying(say('must-not-be-blank'), options));

/** For names that go to a topic as they are, since others refer to them: what the mask would change is refused. */
export const NoPersonalNumber = () => Rule('noPersonalNumber', (value) => [value].flat().every((text) => typeof text !== 'string' || maskText(text) === text), say('must-hold-no-personal-number'));

/** Characters as JSON Schema counts them, code points; the events' schemas count the same. */
const MaxCharacters = (max: number) => Rule('maxCharacters', (value) => typeof value !== 'string' || hasAtMost(max, value), say('at-most-characters', { max }));
/** As the schemas of codes count. */
const MaxUnits = (max: number, options?: ValidationOptions) => MaxLength(max, saying(say('at-most-characters', { max }), options));

type TextOptions = FieldOptions & { max: number };

/** Text of 1 to `max` characters, not blank, that stays as it was written: what is searched for, names that others refer to, persons where they are kept apart. A test lists those of bodies. */
export const UnmaskedField = ({ max, ...options }: TextOptions): PropertyDecorator =>
  field(options, { type: String, minLength: 1, maxLength: max, pattern: '\\S' }, IsText(), NotBlank(), MaxCharacters(max), Storable());

/** The same, of which a handler gets what `take` makes of it. */
export const TakenTextField = <Taken>(options: TextOptions, take: (text: string) => Taken): HeldBy<Taken> => (target, key) => {
  UnmaskedField(options)(target, key);
  TakenAs(take)(target, key);
};

/** Free text. A handler gets it masked, and a property that is no `MaskedText` does not compile. */
export const TextField = (options: TextOptions) => TakenTextField(options, maskText);

const keyPattern = /^[\x21-\x7e]{1,255}$/;
/** What the header `Idempotency-Key` may hold. */
export const isIdempotencyKey = (value: unknown): value is string => typeof value === 'string' && keyPattern.test(value);

/** The same, of one item of many. */
export const KeyField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' }, Rule('isKey', isIdempotencyKey, say('must-be-visible-ascii')));

/** A code of the directory, as text. */
export const CodeField = (options: FieldOptions & { max?: number }): PropertyDecorator =>
  field(options, { type: String, minLength: 1, maxLength: options.max ?? 100 }, IsText(), NotEmpty(), MaxUnits(options.max ?? 100), Storable());

/** In a query by repeating it; once is a list of one. */
export const CodeListField = ({ query = false, ...options }: FieldOptions & { maxItems: number; query?: boolean }): PropertyDecorator =>
  field(options, { type: [String], maxItems: options.maxItems, uniqueItems: true, items: { type: 'string', minLength: 1, maxLength: 100 } },
    ...(query ? [Transform(({ value }: { value: unknown }) => [value].flat())] : []),
    ...List(options), ArrayUnique(saying(say('no-item-twice'))), IsText(each), NotEmpty(each), MaxUnits(100, each), Storable());

export const EnumField = (values: readonly string[], options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, enum: [...values] }, OneOf(values));

/** One or several words of a list, in a query: repeated or with commas. */
export const EnumListField = (values: readonly string[], options: FieldOptions): PropertyDecorator =>
  field(options, { type: [String], enum: [...values] },
    Transform(({ value }: { value: unknown }) => [value].flat().flatMap((word) => (typeof word === 'string' ? word.split(',') : [word]))),
    ...List({ maxItems: values.length }), OneOf(values, each));

/** Ids are kept in lower case; a caller may write either (RFC 9562). */
const lowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

export const UuidField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, format: 'uuid' }, Transform(({ value }: { value: unknown }) => lowerCase(value)), IsUUID(undefined, saying(say('must-be-uuid'))));

/** Ids, each once. */
export const UuidListField = ({ minItems, maxItems, ...options }: FieldOptions & { minItems?: number; maxItems: number }): PropertyDecorator =>
  field(options, { type: [String], ...(minItems === undefined ? {} : { minItems }), maxItems, uniqueItems: true, items: { type: 'string', format: 'uuid' } },
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(lowerCase) : value)),
    ...List({ minItems, maxItems }), ArrayUnique(saying(say('no-item-twice'))), IsUUID(undefined, saying(say('must-be-uuid'), each)));

const IsOnCalendar = () => IsISO8601({ strict: true }, saying(say('must-be-on-the-calendar')));

/** ISO 8601 with offset. */
export const InstantField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, format: 'date-time' }, IsText(), Matches(instantPattern, saying(say('must-be-instant'))), IsOnCalendar());

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** A day, `2026-03-01`. */
export const DateField = (options: FieldOptions): PropertyDecorator =>
  field(options, { type: String, format: 'date' }, IsText(), Matches(datePattern, saying(say('must-be-day'))), IsOnCalendar());

/** A day, or an instant on it; `startOf` reads either. */
export const DayOrInstantField = (options: FieldOptions): PropertyDecorator =>
  field(options, { anyOf: [{ type: 'string', format: 'date' }, { type: 'string', format: 'date-time' }] }, IsText(),
    Matches(new RegExp(`${datePattern.source}|${instantPattern.source}`), saying(say('must-be-day-or-instant'))), IsOnCalendar());

/** ISO 8601 with offset: the instant itself, or where the day begins in China. */
export const startOf = (dayOrInstant: string): string => (datePattern.test(dayOrInstant) ? chinaMidnight(dayOrInstant) : dayOrInstant);

/** From JSON only `true` and `false`; in a query the words. */
export const BooleanField = ({ query = false, ...options }: FieldOptions & { query?: boolean }): PropertyDecorator =>
  field(options, { type: Boolean },
    ...(query ? [Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))] : []),
    IsBoolean(saying(say('must-be-true-or-false'))));

export const IntField = ({ min, max, query = false, ...options }: FieldOptions & { min: number; max: number; query?: boolean }): PropertyDecorator =>
  field(options, { type: 'integer', minimum: min, maximum: max },
    ...(query ? [Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))] : []),
    IsInt(saying(say('must-be-whole-number'))), ...Bounds(min, max));

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const Nested = (type: () => new () => object, options?: ValidationOptions): PropertyDecorator[] => [ValidateNested(saying(say('must-be-object'), options)), Type(type)];

export const NestedField = (type: () => new () => object, options: FieldOptions): PropertyDecorator =>
  // Swagger takes a function for a late reference only when it is called `type`.
  field(options, { type: () => type() }, ...Nested(type), Rule('isObject', isObject, say('must-be-object')));

export const NestedListField = (type: new () => object, { minItems, maxItems, ...options }: Omit<FieldOptions, 'example'> & { minItems?: number; maxItems: number }): PropertyDecorator =>
  field(options, { type: [type], ...(minItems === undefined ? {} : { minItems }), maxItems }, ...List({ minItems, maxItems }), ...Nested(() => type, each));

/** Objects that the handler checks one by one, so that a bad one does not refuse the others. */
export const UncheckedListField = (type: new () => object, { maxItems, ...options }: Omit<FieldOptions, 'example'> & { maxItems: number }): PropertyDecorator =>
  field(options, { type: [type], minItems: 1, maxItems }, ...List({ minItems: 1, maxItems }));

/** Texts whose form the domain checks. */
export const PlainListField = ({ maxItems, format, ...options }: FieldOptions & { maxItems: number; format: string }): PropertyDecorator =>
  field(options, { type: [String], maxItems, items: { type: 'string', format } }, ...List({ maxItems }), IsText(each));
export const PlainField = (options: FieldOptions): PropertyDecorator => field(options, { type: String }, IsText());

/** A number that need not be whole. */
export const NumberField = ({ min, max, ...options }: FieldOptions & { min: number; max: number }): PropertyDecorator =>
  field(options, { type: Number, minimum: min, maximum: max }, IsNumber({ allowNaN: false, allowInfinity: false }, saying(say('must-be-number'))), ...Bounds(min, max));

/** A path parameter from 1 on. */
export const NumberParam = (name: string): ParameterDecorator => {
  const pipe: PipeTransform<string, number> = {
    transform(text) {
      if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
      throw refusedField(name, say('must-be-whole-from-1'));
    },
  };
  return Param(name, pipe);
};

/** Fields of every command. */
export class CommandBody {
  @InstantField({ description: 'When it happened, if it is entered later; needs the import permission', optional: true })
  occurredAt?: string;
}

const uuidPipe = (name: string) => new ParseUUIDPipe({ exceptionFactory: () => refusedField(name, say('must-be-uuid')) });
const lowerCasePipe: PipeTransform = { transform: lowerCase };

/** A path parameter that is a UUID, in either case; anything else is 400. */
export const IdParam = (name: string): ParameterDecorator => Param(name, uuidPipe(name), lowerCasePipe);

/** A path parameter that is a code. */
export const CodeParam = (name: string): ParameterDecorator => Param(name, {
  transform: (value: unknown) => {
    if (typeof value === 'string' && value.length <= 200 && isStorable(value)) return value;
    throw refusedField(name, say('must-be-code'));
  },
} satisfies PipeTransform);
