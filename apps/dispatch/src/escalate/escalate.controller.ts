import { territoryKinds } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { Command, CommandBody, CommandBus, DirectoryCopy, EnumField, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import type { Tier } from '../domain/case-orders.js';
import { escalate } from './escalate.decider.js';
import { TierView, tierView } from './tier.view.js';

export class EscalateBody extends CommandBody {
  @EnumField(territoryKinds, { description: 'How high; one of the tiers above the case', example: 'subdistrict' })
  toTier!: Tier['kind'];

  @TextField({ max: 20_000, description: 'Why', example: 'Three property firms point at each other.' })
  reason!: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class EscalateController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'territoryPaths'>,
  ) {}

  @Post(':caseId/escalate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Raise the case to a higher tier (提级)',
    description: 'While it is open. Who works on it and the clocks stay; a hold ends. Supervision and the third rework do the same by themselves. To the tier it was raised to already: nothing changes.',
  })
  @ApiOkResponse({ type: TierView })
  async escalate(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: EscalateBody): Promise<CommandResult> {
    const pathOf = await this.directory.territoryPaths();
    const command = { toTier: body.toTier, reason: body.reason };
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt: body.occurredAt, stream: dispatchStream,
      decide: ({ state, facts, at }) => escalate(state, command, facts, at, pathOf),
      respond: ({ state, version }) => tierView(caseId, state, version),
    });
  }
}
