/** What the sample district brings for proposals: its departments with their duties, and the keyword table. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate, KeywordTable } from '@lianban/routing';
import { checkout } from '../checkout.js';

const data = (file: string): unknown => JSON.parse(readFileSync(join(checkout, 'apps/dispatch/data', file), 'utf8'));

export const shippedModelFile = join(checkout, 'apps/dispatch/data/routing-model.json');
export const shippedKeywords = (): KeywordTable => data('routing-keywords.json') as KeywordTable;

/** The functional departments: units of other kinds are proposed once a district has taught it. */
export const shippedCandidates = (): Candidate[] =>
  (data('departments.json') as { code: string; kind: string; duties: string[]; active: boolean }[])
    .filter(({ kind, active }) => kind === 'department' && active).map(({ code, duties }) => ({ department: code, duties }));
