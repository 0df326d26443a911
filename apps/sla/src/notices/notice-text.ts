import type { ClockKind } from '@lianban/contracts';
import { renderAll, say } from '@lianban/texts';
import type { Text } from '@lianban/texts';
import { newsKinds } from './notices-of.js';
import type { NewsKind, NoticeKind } from './notices-of.js';

const isNews = (kind: NoticeKind): kind is NewsKind => newsKinds.some((news) => news === kind);

/** The notice in one line of text. */
export const noticeText = (kind: NoticeKind, clockKind: ClockKind | null): Text => {
  if (isNews(kind)) return renderAll(say(`notice-${kind}`));
  if (clockKind === null) throw new TypeError(`a notice of ${kind} is of a clock`);
  return renderAll(say(`notice-${kind}`, { clock: clockKind }));
};
