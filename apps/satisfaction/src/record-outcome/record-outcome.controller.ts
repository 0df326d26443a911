import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { BooleanField, Command, CommandBody, CommandBus, IdParam, IntField, isSamePerson, SQL, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { readCallBack } from '../call-backs/call-back-rows.js';
import { RecordedCallBackView } from '../call-backs/call-back.view.js';
import { withCount } from '../domain/count.js';
import { recordOutcome } from './record-outcome.decider.js';
import { satisfactionStream } from '../satisfaction-stream.js';

export class OutcomeBody extends CommandBody {
  @BooleanField({ description: 'Whether the requester was reached', example: true })
  reached!: boolean;

  @BooleanField({ description: 'Whether the requester calls it resolved; required when reached, absent when not', optional: true, example: true })
  resolved?: boolean;

  @IntField({ min: 1, max: 5, description: '1 very dissatisfied to 5 very satisfied; absent when not reached', optional: true, example: 5 })
  satisfaction?: number;

  @TextField({ max: 20_000, description: 'What the requester said', optional: true, example: 'Bright again, thank you.' })
  comment?: MaskedText;

  @BooleanField({ description: "Whether dissatisfaction is the handling unit's fault, in the caller's judgement", optional: true, example: false })
  unitAtFault?: boolean;
}

@ApiTags('satisfaction')
@Controller('api/v1/call-backs')
export class RecordOutcomeController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Post(':callBackId/outcome')
  @HttpCode(200)
  @ApiOperation({ summary: 'Record the outcome of a call-back', description: 'Once, by someone who is not of the handling unit. It decides whether the case closes or is reworked.' })
  @ApiOkResponse({ type: RecordedCallBackView })
  async record(@IdParam('callBackId') callBackId: string, @Command() ctx: CommandContext, @Body() body: OutcomeBody): Promise<CommandResult> {
    const row = await readCallBack(this.sql, callBackId);
    const command = {
      callBackId,
      callerDepartment: ctx.actor.department,
      isCaller: (actorId: string) => isSamePerson(ctx, actorId),
      reached: body.reached,
      resolved: body.resolved ?? null,
      satisfaction: body.satisfaction ?? null,
      comment: body.comment ?? null,
      unitAtFault: body.unitAtFault ?? null,
    };
    return this.bus.execute({
      ctx,
      streamId: row.case_id,
      occurredAt: body.occurredAt,
      stream: satisfactionStream,
      decide: ({ state, facts }) => withCount(state, facts, recordOutcome(state, command, facts)),
      respond: ({ state, version }): RecordedCallBackView => {
        const done = state.callBacks.find((callBack) => callBack.callBackId === callBackId);
        if (!done?.decision) throw new DomainError('not-found', say('no-such-outcome'));
        const { round, status, decision } = done;
        return { callBackId, caseId: row.case_id, round, status, decision, reworks: state.reworks, version };
      },
    });
  }
}
