import { postKinds } from '@lianban/contracts';
import type { MaskedText, Post } from '@lianban/contracts';
import { CodeField, CommandBody, DateField, EnumField, IntField, NestedListField, PageOf, PageQuery, TextField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PlanRow } from './plan-rows.js';

export class PlannedPostBody {
  @EnumField(postKinds, { description: 'Post (岗位)', example: 'specialist' })
  post!: Post;

  @CodeField({ description: 'Portfolio of a specialist (条线)', optional: true, example: 'economy' })
  portfolio?: string;

  @IntField({ description: 'Visits at which somebody is met', min: 1, max: 100_000, example: 40 })
  quota!: number;
}

export class MakePlanBody extends CommandBody {
  @TextField({ max: 200, description: 'Title', example: 'Cedar Park, spring round' })
  title!: MaskedText;

  @CodeField({ description: 'Code of a building, park or grid', example: 'cedar-park' })
  territory!: string;

  @DateField({ description: 'First day', example: '2026-03-01' })
  from!: string;

  @DateField({ description: 'Last day, inclusive', example: '2026-03-31' })
  to!: string;

  @NestedListField(PlannedPostBody, { description: 'Who visits, and how often', minItems: 1, maxItems: 50 })
  posts!: PlannedPostBody[];
}

export class EndPlanBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why', example: 'The park is closed for works.' })
  reason!: MaskedText;
}

export class PlansQuery extends PageQuery {
  @CodeField({ description: 'Of this territory', optional: true }) territory?: string;
  @DateField({ description: 'Plans that run on this day', optional: true }) on?: string;
}

export class PlannedPostView {
  @ApiProperty({ enum: postKinds }) post!: Post;
  @ApiPropertyOptional({ type: String, example: 'economy' }) portfolio?: string;
  @ApiProperty({ type: 'integer', minimum: 1 }) quota!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Visits so far at which somebody was met' }) done!: number;
}

export class PlanView {
  @ApiProperty({ format: 'uuid' }) planId!: string;
  @ApiProperty({ example: 'Cedar Park, spring round' }) title!: string;
  @ApiProperty({ example: 'cedar-park' }) territory!: string;
  @ApiProperty({ type: String, format: 'date' }) from!: string;
  @ApiProperty({ type: String, format: 'date', description: 'Inclusive' }) to!: string;
  @ApiProperty({ type: [PlannedPostView] }) posts!: PlannedPostView[];
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When it was ended before its last day' }) endedAt?: string;
  @ApiProperty({ type: 'integer', minimum: 1 }) version!: number;
}

export class PlanPage extends PageOf(PlanView) {}

export const toPlanView = ({ planId, title, territory, from, to, posts, endedAt, version }: PlanRow): PlanView => ({
  planId, title, territory, from, to, version, endedAt: endedAt ?? undefined,
  posts: posts.map(({ post, portfolio, quota, done }) => ({ post, portfolio: portfolio ?? undefined, quota, done })),
});
