/** How a request names assistants: at dispatch, at a ruling, and later. */
import type { DirectoryCopy } from '@lianban/service-kit';
import { CodeField, CodeListField, CommandBody, InstantField, NestedListField } from '@lianban/service-kit';
import type { AssistTerms } from '../domain/send-out.js';

export class AssistUntilBody {
  @CodeField({ description: 'One of the assistants', example: 'landscaping' })
  department!: string;

  @InstantField({ description: 'By when it is to be done; not after the lead', example: '2026-03-06T17:30:00+08:00' })
  until!: string;
}

export class AssistBody extends CommandBody {
  @CodeListField({ maxItems: 50, description: 'Departments that assist (协办); the lead can not answer while one of them is open', optional: true, example: ['landscaping'] })
  assist?: string[];

  @CodeListField({ maxItems: 50, description: 'Departments that assist, and for which the lead need not wait', optional: true, example: ['health'] })
  assistOptional?: string[];

  @NestedListField(AssistUntilBody, { maxItems: 50, description: 'Due times of single assistants, instead of the limits', optional: true })
  assistUntil?: AssistUntilBody[];
}

/** All assistants, the required ones first, and what is said of them. @throws DomainError `unknown-reference` */
export const assistIn = async (body: AssistBody, directory: Pick<DirectoryCopy, 'require'>): Promise<{ assist: string[]; terms: AssistTerms }> => {
  const [assist, optional] = [body.assist ?? [], body.assistOptional ?? []];
  for (const code of assist) await directory.require('department', code, 'assist');
  for (const code of optional) await directory.require('department', code, 'assistOptional');
  return { assist: [...assist, ...optional], terms: { optional, until: new Map((body.assistUntil ?? []).map(({ department, until }) => [department, until])) } };
};
