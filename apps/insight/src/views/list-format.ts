import { DomainError } from '@lianban/contracts';
import type { Page, PageQuery } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { createParamDecorator, type ExecutionContext, StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { pipeline, Readable } from 'node:stream';
import { present } from './shown.js';

export type ListFormat = 'json' | 'csv';

/** The first is what anything means. */
const types = { 'application/json': 'json', 'text/csv': 'csv' } as const satisfies Record<string, ListFormat>;

/** Parameters other than the weight are ignored: there is one charset, and always a header row. */
const parameters = /;\s*(?!q\s*=)[^\s=;,]+=("[^"]*"|[^;,]*)/gi;

/**
 * What a list is asked for in, by the weights of RFC 9110; an empty `Accept` takes anything, like none.
 * @throws DomainError `not-acceptable`
 */
export const formatOf = (accept: string | undefined): ListFormat => {
  const type = new Negotiator({ headers: { accept: accept?.replace(parameters, '').trim() || '*/*' } }).mediaType(Object.keys(types)) as keyof typeof types | undefined;
  if (type === undefined) throw new DomainError('not-acceptable', say('json-or-csv'), [{ field: 'Accept', reason: say('must-allow-json-or-csv') }]);
  return types[type];
};

/** Injects the format of the request's `Accept` header. */
export const AskedFormat = createParamDecorator((_: unknown, context: ExecutionContext): ListFormat =>
  formatOf(context.switchToHttp().getRequest<FastifyRequest>().headers.accept));

const lineEnds = '\\n\\r\\v\\f\\u0085\\u2028\\u2029';
/**
 * Where a spreadsheet would begin to read a formula: at the start of a cell, and of a line in it, since some read line by line whatever is quoted; blanks and
 * what can't be seen are passed over, as they do. Full-width signs too, which some fold.
 */
const formulaStart = new RegExp(`^(?=[\\t\\r])|(?<=^|[${lineEnds}])(?=(?:(?![${lineEnds}])[\\p{Z}\\p{C}])*[=+\\-@＝＋－＠])`, 'gu');

/** Cells for a spreadsheet. A text must never be read as a formula, since titles come from the public. */
const cell = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return String(value);
  const text = Array.isArray(value) ? value.join(' ') : typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  return typeof text === 'string' ? text.replace(formulaStart, "'") : text;
};

/** Rows as CSV, streamed; UTF-8 with a mark so that spreadsheets read Chinese. */
export const csvFile = (name: string, columns: readonly string[], rows: AsyncIterable<object> | Iterable<object>): StreamableFile => {
  const cells = async function* () {
    for await (const row of rows) yield columns.map((column) => cell((row as Record<string, unknown>)[column]));
  };
  const csv = stringify({ header: true, columns: [...columns], bom: true, record_delimiter: 'windows', quoted_match: /[\p{Cc}\p{Zl}\p{Zp}]/u });
  // An error in the middle ends the connection, so that a client can't mistake half a list for a whole one.
  pipeline(Readable.from(cells()), csv, () => undefined);
  return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${name}.csv"` });
};

/** Rows fetched at once while a CSV file streams. */
const csvPage = 500;

/** A list in the requested format: one page as JSON, or a CSV file with all pages or `limit` rows. */
export const answerList = async <Row extends object, Query extends PageQuery>(
  name: string, columns: readonly string[], format: ListFormat, query: Query, read: (query: Query) => Promise<Page<Row>>,
): Promise<Page<Row> | StreamableFile> => {
  if (format === 'json') {
    const { items, nextCursor } = await read(query);
    return { items: items.map(present), nextCursor };
  }
  // Read the first page before the answer begins, so that a wrong query gives an error and not an empty file.
  let page = await read({ ...query, limit: query.limit ?? csvPage });
  const rows = async function* () {
    yield* page.items;
    while (query.limit === undefined && page.nextCursor !== undefined) {
      page = await read({ ...query, limit: csvPage, cursor: page.nextCursor });
      yield* page.items;
    }
  };
  return csvFile(name, columns, rows());
};
