import type { ClockKind } from '@lianban/contracts';
import type { NoticeKind } from './notices-of.js';

interface Bilingual { readonly zh: string; readonly en: string }

const clockWords: Record<ClockKind, Bilingual> = {
  'contact': { zh: '首次联系', en: 'first contact' },
  'sign': { zh: '签收', en: 'signing' },
  'return-window': { zh: '退单', en: 'return window' },
  'lead': { zh: '主办', en: 'lead handling' },
  'assist': { zh: '协办', en: 'assistance' },
  'milestone': { zh: '里程碑', en: 'milestone' },
  'call-back': { zh: '回访', en: 'call-back' },
  'rework': { zh: '返工重办', en: 'rework' },
};

const kindWords: Record<NoticeKind, (clock: Bilingual) => Bilingual> = {
  warning: ({ zh, en }) => ({ zh: `预警:${zh}时限即将到期`, en: `Warning: the time for ${en} is nearly over` }),
  breach: ({ zh, en }) => ({ zh: `超时:${zh}时限已过`, en: `Breach: the time for ${en} is over` }),
  reminder: ({ zh, en }) => ({ zh: `催办:${zh}超时未完成`, en: `Reminder: ${en} is overdue` }),
  criticism: ({ zh, en }) => ({ zh: `通报批评:${zh}超时未完成`, en: `Criticism: ${en} is still overdue` }),
  escalation: ({ zh, en }) => ({ zh: `提级:${zh}已上报上一级`, en: `Escalation: ${en} was raised to a higher tier` }),
};

/** One line for people. */
export const noticeText = (kind: NoticeKind, clockKind: ClockKind): Bilingual => kindWords[kind](clockWords[clockKind]);
