import { DomainError } from '@lianban/contracts';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from '@nestjs/common';

const flatten = (errors: readonly ValidationError[], path = ''): { field: string; reason: string }[] =>
  errors.flatMap((error) => {
    const field = path ? `${path}.${error.property}` : error.property;
    return [
      ...Object.entries(error.constraints ?? {}).map(([rule, reason]) => ({ field, reason: rule === 'whitelistValidation' ? 'is not a known field' : reason })),
      ...flatten(error.children ?? [], field),
    ];
  });

/** Unknown fields, wrong types and limits become `validation-failed`, naming each field. */
export const validationPipe = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const list = flatten(errors);
      return new DomainError('validation-failed', list.map(({ field, reason }) => `${field}: ${reason}`).join('; ').slice(0, 1000), list);
    },
  });
