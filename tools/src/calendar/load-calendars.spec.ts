import { describe, expect, it } from '@jest/globals';
import { loadCalendars, parseCalendars } from './load-calendars.js';

const of2027 = { year: 2027, version: 'cn-2027.1', workingHours: [{ from: '09:00', to: '17:00' }], holidays: ['2027-01-01'], makeUpDays: [] };

describe('a file of calendars', () => {
  it('holds one year or several', () => {
    expect(parseCalendars(JSON.stringify(of2027), 'f')).toEqual([{ ...of2027, unit: null }]);
    expect(parseCalendars(JSON.stringify([of2027, { ...of2027, unit: 'water' }]), 'f').map(({ unit }) => unit)).toEqual([null, 'water']);
  });

  it.each([
    ['{', 'is not JSON'], ['[]', ''], [JSON.stringify({ ...of2027, version: undefined }), '0.version'], [JSON.stringify({ ...of2027, days: [] }), 'days'],
    [JSON.stringify([of2027, { ...of2027, holidays: '2027-01-01' }]), '1.holidays'],
  ])('is refused with what is wrong: %s', (text, reason) => expect(() => parseCalendars(text, 'f')).toThrow(reason));

  it('is put year by year, and ends at the first that is refused', async () => {
    const asked: { method?: string; url: string; body: unknown }[] = [];
    const fakeFetch = ((url: URL, { method, body }: RequestInit) => {
      asked.push({ method, url: `${url.pathname}${url.search}`, body: JSON.parse(body as string) });
      const refused = url.searchParams.get('unit') === 'nobody';
      return Promise.resolve(new Response(JSON.stringify(refused ? { code: 'unknown-reference', errors: [{ field: 'unit', reason: 'there is none' }] } : {}),
        { status: refused ? 422 : 200, headers: { 'content-type': 'application/json' } }));
    }) as unknown as typeof fetch;
    const said: string[] = [];
    const rows = parseCalendars(JSON.stringify([of2027, { ...of2027, unit: 'water' }, { ...of2027, unit: 'nobody' }, { ...of2027, year: 2028 }]), 'f');
    await expect(loadCalendars(rows, { gatewayUrl: 'http://gateway', fetch: fakeFetch }, (line) => said.push(line))).rejects.toThrow('unit: there is none');
    const { year: _, ...body } = of2027;
    expect(asked).toEqual([
      { method: 'PUT', url: '/api/v1/sla/calendars/2027', body },
      { method: 'PUT', url: '/api/v1/sla/calendars/2027?unit=water', body },
      { method: 'PUT', url: '/api/v1/sla/calendars/2027?unit=nobody', body },
    ]);
    expect(said).toHaveLength(2);
  });
});
