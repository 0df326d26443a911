import { roles } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { SQL } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { GreenChannel } from './green-channel.js';

export class GreenChannelView {
  @ApiProperty({ description: 'This month in China, `YYYY-MM`', example: '2026-03' }) month!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'How often it may be granted in a month (rule `green-channel-quota`)' }) quota!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'How often it was granted in this month' }) used!: number;
  @ApiProperty({ type: [String], description: 'Categories that have it, or their first one or two levels; `*`: every one (rule `green-channel-classes`)' }) classes!: string[];
  @ApiProperty({ enum: roles, isArray: true, description: 'Who grants it, besides an admin (rule `green-channel-granters`)' }) granters!: string[];
}

@ApiTags('intake')
@Controller('api/v1/green-channel')
export class GreenChannelController {
  constructor(
    @Inject(GreenChannel) private readonly greenChannel: GreenChannel,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The green channel (绿色通道): which classes have it, who grants it, and what is left this month' })
  @ApiOkResponse({ type: GreenChannelView })
  async show(): Promise<GreenChannelView> {
    const now = new Date().toISOString();
    const [{ quota, classes, granters }, { month, used }] = await Promise.all([this.greenChannel.rulesAt(now), this.greenChannel.usedIn(this.sql, now)]);
    return { month, quota, used, classes: [...classes], granters: [...granters] };
  }
}
