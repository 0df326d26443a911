/** Demands of which it is known who they were for. */
import { labelReply } from '@lianban/routing';
import type { Example } from '@lianban/routing';
import { z } from 'zod';
import type { SampleCase } from '../samples/sample-case.js';

const line = z.object({
  title: z.string(),
  text: z.string().optional(),
  description: z.string().optional(),
  category: z.string().nullish(),
  department: z.string().optional(),
  reply: z.string().optional(),
}).refine(({ department, reply }) => department !== undefined || reply !== undefined, { message: 'neither department nor reply' });

export interface ReadExamples { readonly examples: readonly Example[]; /** Lines with a reply that names no one department. */ readonly unlabelled: number; readonly bad: readonly { readonly line: number; readonly reason: string }[] }

/** One JSON object a line, with the `department` it was for, or with the `reply` that says so. */
export const examplesOfFile = (text: string): ReadExamples => {
  const examples: Example[] = [];
  const bad: { line: number; reason: string }[] = [];
  let unlabelled = 0;
  text.replace(/^\uFEFF/, '').split('\n').forEach((source, index) => {
    if (!source.trim()) return;
    const parsed = line.safeParse(jsonOf(source));
    if (!parsed.success) return void bad.push({ line: index + 1, reason: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`).join('; ') });
    const { title, text: body, description = body ?? '', category = null, reply } = parsed.data;
    const department = parsed.data.department ?? (reply === undefined ? undefined : labelReply({ title, text: description, reply })?.department);
    if (department === undefined) unlabelled += 1;
    else examples.push({ demand: { title, description, category }, department });
  });
  return { examples, unlabelled, bad };
};

const jsonOf = (source: string): unknown => {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
};

/** The sample cases, each with the lead that kept it. */
export const examplesOfSamples = (samples: readonly SampleCase[]): Example[] => samples.flatMap(({ demand, story }) => {
  let department: string | undefined;
  let category: string | null = null;
  for (const [, step] of story) {
    if (step.do === 'accept') category = step.category ?? null;
    if (step.do === 'dispatch') department = step.lead;
    if (step.do === 'return' && step.by === department) department = step.suggestedDepartment;
  }
  return department === undefined ? [] : [{ demand: { title: demand.title, description: demand.description ?? '', category }, department }];
});
