import type { Tx } from '@lianban/event-store';
import { defaultLimit, EnumField, PageQuery, readTimeCursor, SQL, writeTimeCursor } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { readCallBacks } from '../call-backs/call-back-rows.js';
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
    const limit = query.limit ?? defaultLimit;
    const rows = await readCallBacks(this.sql, { statuses: [query.status ?? 'due'], after: readTimeCursor(query.cursor), limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(toView), nextCursor: rows.length > limit && last ? writeTimeCursor(last.due_at, last.call_back_id) : undefined };
  }
}
