import { refusedField, refusedFields } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FieldRefusal, Message } from '@lianban/texts';
import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, ValidationError } from '@nestjs/common';

/** Each rule of `fields.ts` carries what it says as its context. Rules of the library's own are about unknown fields and what is no object. */
const reasonOf = (rule: string, { contexts }: ValidationError): Message =>
  (contexts?.[rule] as Message | undefined) ?? say(rule === 'whitelistValidation' ? 'unknown-field' : 'must-be-object');

const flatten = (errors: readonly ValidationError[], path = ''): FieldRefusal[] =>
  errors.flatMap((error) => {
    const field = path ? `${path}.${error.property}` : error.property;
    return [...Object.keys(error.constraints ?? {}).map((rule) => ({ field, reason: reasonOf(rule, error) })), ...flatten(error.children ?? [], field)];
  });

/**
 * `null` means absent, in every body and query. Done here, after the checks (a required field that is null has been refused by then, and so has an
 * unknown one), so that no code behind it has to tell the two apart. A null within a list is an item and stays.
 */
const withoutNulls = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
    if (item === null && !Array.isArray(value)) delete (value as Record<string, unknown>)[key];
    else withoutNulls(item);
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
    return metadata.type === 'custom' ? taken : withoutNulls(taken);
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
