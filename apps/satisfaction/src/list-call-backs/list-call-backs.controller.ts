import type { Tx } from '@lianban/event-store';
import { byTime, EnumField, PageQuery, readPage, SQL } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CallBackRow, readCallBacks } from '../call-backs/call-back-rows.js';
import { CallBackPage, toView } from '../call-backs/call-back.view.js';

const askable = ['due', 'done'] as const;

export class CallBacksQuery extends PageQuery {
  @EnumField(askable, { description: 'Those still to be made, or those with an outcome; `due` when absent', optional: true, example: 'due' })
  status?: (typeof askable)[number];
}

@ApiTags('satisfaction')
@Controller('api/v1/call-backs')
export class ListCallBacksController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({ summary: 'Call-backs (回访), soonest due first' })
  @ApiOkResponse({ type: CallBackPage })
  async list(@Query() query: CallBacksQuery): Promise<CallBackPage> {
    const statuses = [query.status ?? 'due'] as const;
    return readPage(query, byTime((row: CallBackRow) => [row.due_at, row.call_back_id]), (after, limit) => readCallBacks(this.sql, { statuses, after, limit }), toView);
  }
}
