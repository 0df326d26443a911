import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { text } from 'node:stream/consumers';
import { csvFile, formatOf } from './list-format.js';

const columns = ['title', 'count', 'at', 'codes'];
const written = (rows: readonly object[]): Promise<string> => text(csvFile('cases', columns, rows).getStream());
/** As a strict reader takes it: only CR LF outside of quotes ends a row. */
const read = (csv: string): string[][] => parse(csv, { bom: true, record_delimiter: '\r\n', relax_column_count: false });

describe('a list as CSV', () => {
  it.each([
    ['plain', 'Lamp', 'Lamp'],
    ['a formula', '=1+2', "'=1+2"],
    ['a formula after a line end', 'a\n=1+2', "a\n'=1+2"],
    ['after a carriage return', 'a\r@SUM(A1)', "a\r'@SUM(A1)"],
    ['after both', 'a\r\n-1', "a\r\n'-1"],
    ['after a line separator', 'a\u2028+1', "a\u2028'+1"],
    ['after blanks', '  =1', "'  =1"],
    ['after what can not be seen', '\u200b\u0001=1', "'\u200b\u0001=1"],
    ['after a blank line', '\n\n=1', "\n\n'=1"],
    ['full-width', '＝1\n＋1\n－1\n＠A', "'＝1\n'＋1\n'－1\n'＠A"],
    ['a tab first', '\tx', "'\tx"],
    ['a carriage return first', '\rx', "'\rx"],
    ['quotes and commas', 'He said "no", twice', 'He said "no", twice'],
    ['a sign within', 'a-b = c', 'a-b = c'],
    ['no text', '', ''],
  ])('%s', async (_what, title, cell) => {
    expect(read(await written([{ title, count: -3, at: new Date(0), codes: ['a', '=b'] }]))).toEqual([columns, [cell, '-3', '1970-01-01T00:00:00.000Z', 'a =b']]);
  });

  it('quotes what holds a control character, a quote or a comma', async () => {
    for (const title of ['a\nb', 'a\rb', 'a\tb', 'a\u0001b', 'a\u0085b', 'a\u2028b', 'a,b', 'a"b']) {
      expect(await written([{ title }])).toContain(`\r\n"${title.replaceAll('"', '""')}",,,`);
    }
  });

  it('keeps rows and cells apart, and none begins a formula, whatever texts they hold', async () => {
    const letters = fc.constantFrom(...'=+-@＝＋－＠\t\r\n\v\f\u0085\u2028\u2029\u0001\u200b\ufeff \u3000,;"\'a联1');
    const texts = fc.string({ unit: letters, maxLength: 12 });
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ title: texts, codes: fc.array(texts, { maxLength: 2 }) }), { minLength: 1, maxLength: 5 }), async (rows) => {
      const [head, ...cells] = read(await written(rows));
      expect(head).toEqual(columns);
      const bare = (cell: string) => cell.replaceAll("'", '');
      expect(cells.map(([title = '', , , codes = '']) => [bare(title), bare(codes)])).toEqual(rows.map(({ title, codes }) => [bare(title), bare(codes.join(' '))]));
      for (const cell of cells.flat()) {
        expect(cell).not.toMatch(/^[\t\r]/);
        for (const line of cell.split(/[\n\r\v\f\u0085\u2028\u2029]/)) expect(line).not.toMatch(/^[\p{Z}\p{C}]*[=+\-@＝＋－＠]/u);
      }
    }));
  });
});

describe('what a list is asked for in', () => {
  it.each([
    [undefined, 'json'],
    ['', 'json'],
    [' ', 'json'],
    ['*/*', 'json'],
    ['text/csv', 'csv'],
    ['TEXT/CSV', 'csv'],
    ['text/*', 'csv'],
    ['application/*', 'json'],
    ['text/csv;q=0.5, application/json', 'json'],
    ['application/json;q=0.5, text/csv', 'csv'],
    ['text/csv, application/json', 'csv'],
    ['text/csv;q=0, */*', 'json'],
    ['application/json;q=0, */*;q=0.1', 'csv'],
    ['text/html, text/csv;q=0.1', 'csv'],
    ['text/csv; charset=utf-8', 'csv'],
    ['text/csv;header="a,b;c";q=0.2, application/json;charset=utf-8;q=0.1', 'csv'],
  ])('%j: %s', (accept, format) => expect(formatOf(accept)).toBe(format));

  it.each(['text/html', 'application/json;q=0', 'image/*, text/html;q=0.9', 'nonsense'])('%j: nothing fits', (accept) => {
    expect(() => formatOf(accept)).toThrow(expect.objectContaining({ code: 'not-acceptable' }));
  });
});
