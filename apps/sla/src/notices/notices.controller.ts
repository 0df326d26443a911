import { DomainError, supervisionSteps } from '@lianban/contracts';
import type { SupervisionStep } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { BooleanField, byTime, Caller, EnumField, IdParam, PageQuery, readPage, SQL } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { markRead, readNotices } from './notice-rows.js';
import type { NoticeRow, NoticesAsked } from './notice-rows.js';
import { NoticePage, NoticeView, toNoticeView } from './notice.view.js';
import { noticeKinds } from './notices-of.js';
import type { NoticeKind } from './notices-of.js';

export class NoticesQuery extends PageQuery {
  @BooleanField({ description: 'Only those not read yet, or only those read', optional: true, query: true, example: true })
  unread?: boolean;

  @EnumField(noticeKinds, { description: 'Only this kind', optional: true, example: 'breach' })
  kind?: NoticeKind;
}

const colours = ['yellow', 'red'] as const;

export class SupervisionsQuery extends PageQuery {
  @EnumField(supervisionSteps, { description: 'Only this step', optional: true, example: 'criticism' })
  step?: SupervisionStep;

  @EnumField(colours, { description: 'Only this colour', optional: true, example: 'red' })
  colour?: (typeof colours)[number];

  @BooleanField({ description: 'Only those that stand, or only those that were taken back', optional: true, query: true, example: true })
  standing?: boolean;
}

const pageOfNotices = (sql: Tx, caller: Caller, query: PageQuery, asked: Omit<NoticesAsked, 'limit' | 'after'>): Promise<NoticePage> =>
  readPage(query, byTime((row: NoticeRow) => [row.at, row.notice_id]), (after, limit) => readNotices(sql, caller, { ...asked, after, limit }), toNoticeView);

@ApiTags('sla')
@Controller('api/v1/supervisions')
export class SupervisionsController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({
    summary: 'Supervision (督办), newest first: reminders, criticism, escalations',
    description: 'Operators and heads see what concerns their own department; supervisors all of it. The same entries are among the notices, where they are ticked off.',
  })
  @ApiOkResponse({ type: NoticePage })
  list(@Query() { step, colour, standing, ...page }: SupervisionsQuery, @Caller() caller: Caller): Promise<NoticePage> {
    return pageOfNotices(this.sql, caller, page, { kinds: step ? [step] : supervisionSteps, colour, standing });
  }
}

@ApiTags('sla')
@Controller('api/v1/notices')
export class NoticesController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({
    summary: 'The inbox of notices (提醒消息), newest first',
    description: 'Operators and heads see what concerns their own department: its clocks, new orders, decisions about its extensions, holds that ended at their review. Intake sees the clocks of first contacts, call-back agents those of call-backs; supervisors every breach and all supervision, and what concerns no department.',
  })
  @ApiOkResponse({ type: NoticePage })
  list(@Query() { unread, kind, ...page }: NoticesQuery, @Caller() caller: Caller): Promise<NoticePage> {
    return pageOfNotices(this.sql, caller, page, { unread, kinds: kind && [kind] });
  }

  @Post(':noticeId/read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ticks a notice off for the whole department, intake or the call-back agents, or for the supervisors', description: 'Again changes nothing: the first reader stays.' })
  @ApiOkResponse({ type: NoticeView })
  async read(@IdParam('noticeId') noticeId: string, @Caller() caller: Caller): Promise<NoticeView> {
    const row = await markRead(this.sql, caller, noticeId);
    if (!row) throw new DomainError('not-found', say('no-such-notice'));
    return toNoticeView(row);
  }
}
