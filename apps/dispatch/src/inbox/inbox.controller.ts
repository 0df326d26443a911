import { DomainError, openOrderStatuses, workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { say } from '@lianban/texts';
import { BooleanField, byTime, CodeParam, Caller, DirectoryCopy, EnumField, EVENT_STORE, loadFactsOf, PageOf, PageQuery, readPage, requireOwnDepartment, SQL } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { disputeRulesOf } from '../domain/dispute.js';
import { initialFacts } from '../domain/facts.js';
import { waitingFor } from '../waiting-for/waiting-for.question.js';
import { toWaiting } from '../waiting-for/waiting-for.view.js';
import type { WaitingView } from '../waiting-for/waiting-for.view.js';
import { readInbox, type WorkOrderRow } from '../work-orders/work-order-rows.js';
import { toItem, WorkOrderItem } from '../work-orders/work-order.view.js';

export class InboxQuery extends PageQuery {
  @EnumField(workOrderStatuses, { description: 'Only this status; the open ones when absent', optional: true, example: 'dispatched' })
  status?: WorkOrderStatus;

  @EnumField(workOrderRoles, { description: 'Only as lead, or only as assistant', optional: true, example: 'lead' })
  role?: WorkOrderRole;

  @BooleanField({ description: 'Only those that are overdue, or only those that are not', optional: true, query: true, example: false })
  overdue?: boolean;

  @BooleanField({ description: 'true: each row says for whom its case waits', optional: true, query: true, example: false })
  waitingFor?: boolean;
}

export class InboxPage extends PageOf(WorkOrderItem) {}

@ApiTags('dispatch')
@Controller('api/v1/departments')
export class InboxController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'department' | 'rules'>,
  ) {}

  @Get(':code/inbox')
  @ApiOperation({ summary: "A department's work orders, soonest due first", description: 'Operators and heads see the inbox of their own department.' })
  @ApiOkResponse({ type: InboxPage })
  async inbox(@CodeParam('code') code: string, @Query() query: InboxQuery, @Caller() caller: Caller): Promise<InboxPage> {
    if (!(await this.directory.department(code))) throw new DomainError('not-found', say('no-such-department'));
    requireOwnDepartment(caller, code);
    const asked = { department: code, statuses: query.status == null ? openOrderStatuses : [query.status], role: query.role, overdue: query.overdue };
    const page = await readPage(query, byTime((row: WorkOrderRow) => [row.next_due_at, row.work_order_id]), (after, limit) => readInbox(this.sql, { ...asked, after, limit }), toItem);
    if (query.waitingFor !== true) return page;
    const waiting = await this.waitingFor([...new Set(page.items.map(({ caseId }) => caseId))]);
    return { ...page, items: page.items.map((item) => ({ ...item, waitingFor: waiting(item.caseId) })) };
  }

  /** From the streams themselves, so that it says what they say: a page has few cases. */
  private async waitingFor(caseIds: readonly string[]): Promise<(caseId: string) => WaitingView[]> {
    const [histories, facts, rules] = await Promise.all([this.store.readMany(caseIds), loadFactsOf(this.sql, caseIds, dispatchStream), this.directory.rules()]);
    const at = new Date().toISOString();
    return (caseId) => {
      const known = facts.get(caseId) ?? initialFacts;
      return waitingFor(foldEvents(dispatchStream, histories.get(caseId) ?? []), known, disputeRulesOf(rules, known, at), at).map(toWaiting);
    };
  }
}
