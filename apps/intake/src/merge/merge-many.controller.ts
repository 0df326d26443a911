import type { ProblemCode } from '@lianban/contracts';
import { problemTitles, renderAll } from '@lianban/texts';
import type { Text } from '@lianban/texts';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBody, CommandResult, findAnswer, keepAnswer, SQL, toDomainError, UuidField, UuidListField } from '@lianban/service-kit';
import type { Answer, CommandContext } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';
import type { CaseView } from '../show-case/case.view.js';
import { MergeController } from './merge.controller.js';

const mostCases = 500;
const into = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a02';

export class MergeManyBody extends CommandBody {
  @UuidField({ description: 'The case that answers all these demands', example: into })
  intoCaseId!: string;

  @UuidListField({ description: 'The cases that are merged into it, in this order', minItems: 1, maxItems: mostCases })
  caseIds!: string[];

  @OriginalTextField({ max: 20_000, description: 'Why', optional: true, example: 'The same lamp.' })
  reason?: OriginalText;
}

export class RefusedMergeView {
  @ApiProperty({ enum: Object.keys(problemTitles), example: 'state-conflict' }) code!: ProblemCode;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Why, in both languages' }) detail!: Text;
}

export class MergedCaseView {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiProperty({ description: 'Whether it is merged into that case now' }) merged!: boolean;
  @ApiPropertyOptional({ type: 'integer', description: "Version of intake's part of the merged case" }) version?: number;
  @ApiPropertyOptional({ type: RefusedMergeView, description: 'Of a case that was refused' }) refusal?: RefusedMergeView;
}

export class MergedManyView {
  @ApiProperty({ format: 'uuid', example: into }) intoCaseId!: string;
  @ApiProperty({ type: 'integer' }) merged!: number;
  @ApiProperty({ type: 'integer' }) refused!: number;
  @ApiProperty({ type: [MergedCaseView], description: 'In the order of the request' }) items!: MergedCaseView[];
}

/** Not the request's fault and not the case's: the whole of it is tried again. */
const passing: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['service-unavailable', 'internal-error', 'read-model-behind']);

@ApiTags('intake')
@Controller('api/v1/cases')
export class MergeManyController {
  constructor(
    @Inject(MergeController) private readonly one: Pick<MergeController, 'merge'>,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Post('merge-many')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Merge many cases into one (批量并案)',
    description: `Up to ${mostCases}, one after the other, each as by its own \`merge\`: what is refused does not stop the others, and its item says why. Under an Idempotency-Key the whole answer is kept. After a failure send it again: cases that are merged already stay so.`,
  })
  @ApiOkResponse({ type: MergedManyView })
  async merge(@Command() ctx: CommandContext, @Body() { caseIds, ...body }: MergeManyBody): Promise<CommandResult> {
    const known = await findAnswer(this.sql, ctx);
    if (known) return new CommandResult(known, true);
    const each: CommandContext = { ...ctx, idempotencyKey: undefined, ifMatch: undefined };
    const items: MergedCaseView[] = [];
    // A reader who sends it back sees the last case that was merged, and with it those before.
    let token = '';
    for (const caseId of caseIds) {
      try {
        const { answer } = await this.one.merge(caseId, each, body);
        ({ token } = answer);
        items.push({ caseId, merged: true, version: (answer.body as CaseView).version });
      } catch (error) {
        const refusal = toDomainError(error);
        if (passing.has(refusal.code)) throw error;
        items.push({ caseId, merged: false, refusal: { code: refusal.code, detail: renderAll(refusal.detail) } });
      }
    }
    const merged = items.filter((item) => item.merged).length;
    const answer: Answer = { status: 200, body: { intoCaseId: body.intoCaseId, merged, refused: items.length - merged, items } satisfies MergedManyView, etag: '', token };
    await keepAnswer(this.sql, ctx, answer);
    return new CommandResult(answer);
  }
}
