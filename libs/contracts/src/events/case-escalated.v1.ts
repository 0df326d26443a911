import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

/** `rule`: the case starts there, by the rule `starting-tiers`. */
const causes = ['command', 'supervision', 'rework', 'rule'] as const;

export const caseEscalatedV1 = defineEvent({
  type: 'lianban.case.escalated.v1',
  source: 'dispatch',
  topic: topics.case,
  summary: {
    en: 'A case was raised to a higher tier (提级 / 上报): by the coordinator, by supervision, or because it went into its third rework.',
    zh: '诉求件已提级（上报）：由派单员提级，因督办提级，或因第三次返工重办提级。',
  },
  data: z.strictObject({
    toTier: f.territoryKind,
    territory: f.territoryCode.nullable().describe('The territory of that tier in which the case lies; null when the territory of the case is not in the directory'),
    fromTier: f.territoryKind.nullable().describe('Where it was; null when that is not known'),
    round: z.int().min(0).describe('Round that is being handled; 0 before the first dispatch'),
    cause: f.growing(causes, 'rework: the third, or one after it; at the highest tier it is raised there again', causes.slice(0, 3)),
    supervisionId: f.uuid.nullable().describe('Of the step of supervision that caused it'),
    reason: f.maskedText(20_000, 'Why').nullable(),
  }),
  example: {
    toTier: 'subdistrict',
    territory: 'riverside',
    fromTier: 'grid',
    round: 1,
    cause: 'command',
    supervisionId: null,
    reason: 'Three property firms point at each other.',
  },
});
