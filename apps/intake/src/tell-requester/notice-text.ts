import type { RequesterNotice } from '@lianban/contracts';
import { renderAll, say } from '@lianban/texts';
import type { Message, Text } from '@lianban/texts';
import type { NoticeFacts } from './notices-of.js';

const messageOf = (kind: RequesterNotice, { caseNo, text = '', at = '', callBackId = '' }: NoticeFacts, rateLink: string | undefined): Message => {
  switch (kind) {
    case 'registered': return say('told-registered', { caseNo });
    case 'accepted': return say('told-accepted', { caseNo });
    case 'refused': return say('told-refused', { caseNo, text });
    case 'answered': return say('told-answered', { caseNo, text });
    case 'extended': return say('told-extended', { caseNo, text, at });
    case 'rate': return rateLink ? say('told-rate-link', { caseNo, link: rateLink.replaceAll('{callBackId}', callBackId) }) : say('told-rate', { caseNo });
    case 'urging-received': return say('told-urging-received', { caseNo });
    case 'question-asked': return say('told-question-asked', { caseNo, text });
    case 'message-received': return say('told-message-received', { caseNo, text });
  }
};

/** @param rateLink address of a page to rate, with a place `{callBackId}` */
export const noticeText = (kind: RequesterNotice, facts: NoticeFacts, rateLink?: string): { subject: Text; text: Text } =>
  ({ subject: renderAll(say('told-subject', { caseNo: facts.caseNo })), text: renderAll(messageOf(kind, facts, rateLink)) });
