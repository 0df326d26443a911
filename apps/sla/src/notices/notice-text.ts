import type { ClockKind } from '@lianban/contracts';
import { words } from '@lianban/texts';
import type { Text } from '@lianban/texts';
import type { ClockNoticeKind, NewsKind, NoticeKind } from './notices-of.js';

const kindWords: Record<ClockNoticeKind, (clock: Text) => Text> = {
  warning: ({ zh, en }) => ({ zh: `预警:${zh}时限即将到期`, en: `Warning: the time for ${en} is nearly over` }),
  breach: ({ zh, en }) => ({ zh: `超时:${zh}时限已过`, en: `Breach: the time for ${en} is over` }),
  reminder: ({ zh, en }) => ({ zh: `催办:${zh}超时未完成`, en: `Reminder: ${en} is overdue` }),
  criticism: ({ zh, en }) => ({ zh: `通报批评:${zh}超时未完成`, en: `Criticism: ${en} is still overdue` }),
  escalation: ({ zh, en }) => ({ zh: `提级:${zh}已上报上一级`, en: `Escalation: ${en} was raised to a higher tier` }),
};

const newsWords: Record<NewsKind, Text> = {
  'order': { zh: '新工单:请签收', en: 'A new work order: to be signed' },
  're-dispatch': { zh: '重新派单:请签收', en: 'A work order of a case that was dispatched before: to be signed' },
  'rework': { zh: '返工工单:请签收', en: 'A work order of rework: to be signed' },
  'extension-granted': { zh: '延期已批准', en: 'The extension was granted' },
  'extension-refused': { zh: '延期未批准,原时限不变', en: 'The extension was refused: the deadline stands' },
  'woken': { zh: '挂账到期,继续计时', en: 'The hold has ended at its review: the clocks run again' },
};

const isNews = (kind: NoticeKind): kind is NewsKind => kind in newsWords;

/** One line for people. */
export const noticeText = (kind: NoticeKind, clockKind: ClockKind | null): Text => {
  if (isNews(kind)) return newsWords[kind];
  if (clockKind === null) throw new TypeError(`a notice of ${kind} is of a clock`);
  return kindWords[kind](words.clock[clockKind]);
};
