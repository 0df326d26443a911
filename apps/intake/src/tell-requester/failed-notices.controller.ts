import { DomainError, noticeChannels, requesterNotices } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { byTime, IdParam, PageOf, PageQuery, readPage, SQL } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { readFailed, retryNotice } from './notice-rows.js';
import type { FailedNotice } from './notice-rows.js';

export class FailedNoticeView {
  @ApiProperty({ format: 'uuid' })
  noticeId!: string;

  @ApiProperty({ format: 'uuid' })
  caseId!: string;

  @ApiProperty({ enum: requesterNotices })
  notice!: string;

  @ApiProperty({ enum: ['failed', 'no-address'] })
  outcome!: string;

  @ApiPropertyOptional({ enum: noticeChannels })
  channel?: string;

  @ApiPropertyOptional({ type: String, description: 'Kind of the last error', example: 'http-500' })
  error?: string;

  @ApiProperty({ type: 'integer' })
  tries!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  failedAt!: string;
}
export class FailedNoticePage extends PageOf(FailedNoticeView) {}

export class RetriedNoticeView {
  @ApiProperty({ format: 'uuid' })
  noticeId!: string;

  @ApiProperty({ enum: ['waiting'] })
  status!: 'waiting';
}

const toView = ({ notice_id, case_id, kind, status, channel, error, tries, settled_at }: FailedNotice): FailedNoticeView => ({
  noticeId: notice_id, caseId: case_id, notice: kind, outcome: status, channel: channel ?? undefined, error: error ?? undefined, tries, failedAt: settled_at.toISOString(),
});

@ApiTags('intake')
@Controller('api/v1/requester-notices')
export class FailedNoticesController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({ summary: 'Notices to requesters that were given up, the oldest first', description: 'After all tries, or for want of an address. It shows no contact data.' })
  @ApiOkResponse({ type: FailedNoticePage })
  list(@Query() query: PageQuery): Promise<FailedNoticePage> {
    return readPage(query, byTime((row: FailedNotice) => [row.settled_at, row.notice_id]), (after, limit) => readFailed(this.sql, after, limit), toView);
  }

  @Post(':noticeId/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try a notice again that was given up', description: 'Under the same id, with all its tries anew.' })
  @ApiOkResponse({ type: RetriedNoticeView })
  async retry(@IdParam('noticeId') noticeId: string): Promise<RetriedNoticeView> {
    if (!(await retryNotice(this.sql, noticeId))) throw new DomainError('not-found', say('no-failed-notice'));
    return { noticeId, status: 'waiting' };
  }
}
