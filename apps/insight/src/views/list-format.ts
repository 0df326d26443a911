import { DomainError } from '@lianban/contracts';
import { createParamDecorator, type ExecutionContext, StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import type { FastifyRequest } from 'fastify';
import { pipeline, Readable } from 'node:stream';

export type ListFormat = 'json' | 'csv';

/**
 * What a list is asked for in. No `Accept`, or one that takes anything, means JSON.
 * @throws DomainError `not-acceptable`
 */
export const formatOf = (accept: string | undefined): ListFormat => {
  const types = (accept ?? '*/*').split(',').map((range) => (range.split(';')[0] ?? '').trim().toLowerCase());
  const first = types.find((type) => ['text/csv', 'text/*', 'application/json', 'application/*', '*/*'].includes(type));
  if (first === undefined) throw new DomainError('not-acceptable', 'This list comes as application/json or text/csv', [{ field: 'Accept', reason: 'must allow application/json or text/csv' }]);
  return first.startsWith('text/') ? 'csv' : 'json';
};

/** Injects the format of the request's `Accept` header. */
export const AskedFormat = createParamDecorator((_: unknown, context: ExecutionContext): ListFormat =>
  formatOf(context.switchToHttp().getRequest<FastifyRequest>().headers.accept));

/** Cells as a spreadsheet wants them. */
const cell = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
};

/**
 * Rows as CSV, streamed; UTF-8 with a mark so that spreadsheets read Chinese. Cells that a spreadsheet would run as a formula
 * are escaped: titles come from the public.
 */
export const csvFile = (name: string, columns: readonly string[], rows: AsyncIterable<object> | Iterable<object>): StreamableFile => {
  const cells = async function* () {
    for await (const row of rows) yield columns.map((column) => cell((row as Record<string, unknown>)[column]));
  };
  const csv = stringify({ header: true, columns: [...columns], bom: true, escape_formulas: true, record_delimiter: 'windows' });
  // An error in the middle ends the connection: a client must not take half a list for a whole one.
  pipeline(Readable.from(cells()), csv, () => undefined);
  return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${name}.csv"` });
};
