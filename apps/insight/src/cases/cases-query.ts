import { channels, demandKinds, levels } from '@lianban/contracts';
import { BooleanField, CodeField, EnumField, EnumListField, PageQuery, UnmaskedField } from '@lianban/service-kit';
import { IntersectionType } from '@nestjs/swagger';
import { caseStatuses, type CaseStatus } from '../domain/case-status.js';
import { PeriodQuery } from '../views/period-query.js';

export const caseOrders = ['-registeredAt', 'registeredAt', 'dueAt', '-lastRecordedAt'] as const;
export type CaseOrder = (typeof caseOrders)[number];

export class CasesQuery extends IntersectionType(PageQuery, PeriodQuery) {
  @EnumListField(caseStatuses, { description: 'Status; several by repeating it or with commas', optional: true }) status?: CaseStatus[];
  @CodeField({ description: 'Code of the department it is counted for', example: 'urban-management', optional: true }) department?: string;
  @CodeField({ description: 'Code of a territory; what lies in it is included', example: 'riverside', optional: true }) territory?: string;
  @CodeField({ description: 'Category, or its first one or two levels', example: '城乡建设', max: 200, optional: true }) category?: string;
  @EnumField(channels, { description: 'How it came in', optional: true }) channel?: string;
  @EnumField(levels, { description: 'Level', optional: true }) level?: string;
  @EnumField(demandKinds, { description: 'Kind of demand', optional: true }) kind?: string;
  @BooleanField({ description: 'Whether it has the green channel', optional: true, query: true }) greenChannel?: boolean;
  @BooleanField({ description: 'Whether something open is past due now', optional: true, query: true }) overdue?: boolean;
  @UnmaskedField({ description: 'Words that all occur, in any order, in title, description, location or number; capitals and full width make no difference. What has no blanks, as Chinese is written, is one word', max: 200, optional: true }) q?: string;
  @EnumField(caseOrders, { description: 'Order, newest registration first unless said otherwise; `dueAt`: soonest due first, then what is not due', optional: true }) sort?: CaseOrder;
}
