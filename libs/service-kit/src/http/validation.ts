import { refusedField, refusedFields } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FieldRefusal, Message } from '@lianban/texts';
import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, ValidationError } from '@nestjs/common';
import { takenAs } from './taken-text.js';

/** Each rule of `fields.ts` carries what it says as its context. Rules of the library's own are about unknown fields and what is no object. */
const reasonOf = (rule: string, { contexts }: ValidationError): Message =>
  (contexts?.[rule] as Message | undefined) ?? say(rule === 'whitelistValidation' ? 'unknown-field' : 'must-be-object');

const flatten = (errors: readonly ValidationError[], path = ''): FieldRefusal[] =>
  errors.flatMap((error) => {
    const field = path ? `${path}.${error.property}` : error.property;
    return [...Object.keys(error.constraints ?? {}).map((rule) => ({ field, reason: reasonOf(rule, error) })), ...flatten(error.children ?? [], field)];
  });

/**
 * What a handler gets, once all has been checked. `null` means absent, so that no code behind has to tell the two apart; a null within a list is an item and stays.
 * Texts are masked, or what else their field says.
 */
const asTaken = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  for (const [key, item] of Object.entries(fields)) {
    const take = typeof item === 'string' ? takenAs(value, key) : undefined;
    if (take) fields[key] = take(item as string);
    else if (item === null && !Array.isArray(value)) delete fields[key];
    else asTaken(item);
  }
  return value;
};

/** class-validator lets a number or a word pass where no field is required, and then the fields are simply not there. */
class ObjectBodyPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (metadata.type === 'body' && value !== undefined && !isObject) {
      throw refusedField('body', say('must-be-json-object'));
    }
    const taken: unknown = await super.transform(value, metadata);
    // What a decorator of our own hands over, the caller above all, nobody has sent: its nulls go into events and stay.
    return metadata.type === 'custom' ? taken : asTaken(taken);
  }
}

/** Unknown fields, wrong types and limits become `validation-failed`, naming each field. A command without required fields needs no body. */
export const validationPipe = (): ValidationPipe =>
  new ObjectBodyPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => refusedFields(flatten(errors)),
  });
