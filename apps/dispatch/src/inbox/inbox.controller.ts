import { DomainError, openOrderStatuses, workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { say } from '@lianban/texts';
import {
  BooleanField, CodeParam, Caller, defaultLimit, DirectoryCopy, EnumField, PageQuery, readTimeCursor, requireOwnDepartment, SQL, writeTimeCursor,
} from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { readInbox } from '../work-orders/work-order-rows.js';
import { toItem, WorkOrderItem } from '../work-orders/work-order.view.js';

export class InboxQuery extends PageQuery {
  @EnumField(workOrderStatuses, { description: 'Only this status; the open ones when absent', optional: true, example: 'dispatched' })
  status?: WorkOrderStatus;

  @EnumField(workOrderRoles, { description: 'Only as lead, or only as assistant', optional: true, example: 'lead' })
  role?: WorkOrderRole;

  @BooleanField({ description: 'Only those that are overdue, or only those that are not', optional: true, query: true, example: false })
  overdue?: boolean;
}

export class InboxPage {
  @ApiProperty({ type: [WorkOrderItem] })
  items!: WorkOrderItem[];

  @ApiPropertyOptional({ type: String, description: 'Absent on the last page' })
  nextCursor?: string;
}

@ApiTags('dispatch')
@Controller('api/v1/departments')
export class InboxController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'department'>,
  ) {}

  @Get(':code/inbox')
  @ApiOperation({ summary: "A department's work orders, soonest due first", description: 'Operators and heads see the inbox of their own department.' })
  @ApiOkResponse({ type: InboxPage })
  async inbox(@CodeParam('code') code: string, @Query() query: InboxQuery, @Caller() caller: Caller): Promise<InboxPage> {
    if (!(await this.directory.department(code))) throw new DomainError('not-found', say('no-such-department'));
    requireOwnDepartment(caller, code);
    const limit = query.limit ?? defaultLimit;
    const rows = await readInbox(this.sql, {
      department: code,
      statuses: query.status == null ? openOrderStatuses : [query.status],
      role: query.role,
      overdue: query.overdue,
      after: readTimeCursor(query.cursor),
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(toItem), nextCursor: rows.length > limit && last ? writeTimeCursor(last.next_due_at, last.work_order_id) : undefined };
  }
}
