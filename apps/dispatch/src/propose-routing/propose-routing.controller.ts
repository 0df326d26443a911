import { noSuchCase } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { DirectoryCopy, IdParam, loadFacts, ReaderLanguage, SQL } from '@lianban/service-kit';
import { render, say } from '@lianban/texts';
import type { Language } from '@lianban/texts';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { openOrdersOf } from '../work-orders/work-order-rows.js';
import { RoutingProposer } from './routing-proposer.js';

export class ProposalView {
  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ example: 0.92, minimum: 0, maximum: 1, description: 'Higher is better; comparable within one proposal only' })
  score!: number;

  @ApiProperty({ type: [String], example: ['The title names 路灯'], description: 'In the language of `Accept-Language`, `en` or `zh`: from the responsibility list, rulings, words, earlier demands; last how many open work orders it has' })
  reasons!: string[];
}

export class RoutingProposal {
  @ApiProperty({ type: [ProposalView] })
  items!: ProposalView[];

  @ApiProperty({ example: true, description: 'The first is right in nine of ten such cases' })
  sure!: boolean;

  @ApiProperty({ example: '5322ea533ac9', description: 'Digest of the model; it changes when the model is trained again' })
  modelVersion!: string;
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class ProposeRoutingController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(RoutingProposer) private readonly proposer: Pick<RoutingProposer, 'now'>,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'nameOf'>,
  ) {}

  @Get(':caseId/routing-proposal')
  @ApiOperation({
    summary: 'Departments the case is probably for, best first (派单建议)',
    description: 'From the responsibility list, rulings, words, category, territory and wording, with a model that `npm run train -- routing` trains. At most five; empty when nothing speaks for any.',
  })
  @ApiOkResponse({ type: RoutingProposal })
  async propose(@IdParam('caseId') caseId: string, @ReaderLanguage() language: Language): Promise<RoutingProposal> {
    const { data: { demand } } = await loadFacts(this.sql, caseId, dispatchStream);
    const proposal = (await this.proposer.now())(demand, new Date().toISOString());
    if (proposal === null) throw noSuchCase();
    const { items, sure, modelVersion } = proposal;
    const open = await openOrdersOf(this.sql, items.map(({ department }) => department));
    return {
      items: items.map(({ department, score, reasons }) => ({
        department, score,
        reasons: [...reasons, say('proposed-has-open', { count: open.get(department) ?? 0 })].map((reason) => render(reason, language, this.directory.nameOf)),
      })),
      sure, modelVersion,
    };
  }
}
