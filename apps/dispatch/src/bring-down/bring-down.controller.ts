import { territoryKinds } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { Command, CommandBody, CommandBus, DirectoryCopy, EnumField, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import type { Tier } from '../domain/case-orders.js';
import { TierView, tierView } from '../escalate/tier.view.js';
import { bringDown } from './bring-down.decider.js';

export class BringDownBody extends CommandBody {
  @EnumField(territoryKinds, { description: 'How low; a tier between the case and its own territory', example: 'community-residential' })
  toTier!: Tier['kind'];

  @TextField({ max: 20_000, description: 'Why', example: 'The lighting centre has agreed; the community can see to the rest.' })
  reason!: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class BringDownController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'territoryPaths'>,
  ) {}

  @Post(':caseId/bring-down')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring the case down to a lower tier (下沉)',
    description: 'While it is open, and down to its own territory at the most. Who works on it, a hold and the clocks stay. To the tier it is with already: nothing changes.',
  })
  @ApiOkResponse({ type: TierView })
  async bringDown(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() { toTier, reason, occurredAt }: BringDownBody): Promise<CommandResult> {
    const pathOf = await this.directory.territoryPaths();
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt, stream: dispatchStream,
      decide: ({ state, facts }) => bringDown(state, { toTier, reason }, facts, pathOf),
      respond: ({ state, version }) => tierView(caseId, state, version),
    });
  }
}
