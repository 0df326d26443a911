import { noSuchCase } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { DirectoryCopy, IdParam, loadFacts, SQL } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { proposeRouting } from '../domain/routing.js';

export class ProposalView {
  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ example: 3, description: 'Higher is better; comparable within one proposal only' })
  score!: number;

  @ApiProperty({ type: [String], example: ['duty "路灯" is named in the title'] })
  reasons!: string[];
}

export class RoutingProposal {
  @ApiProperty({ type: [ProposalView] })
  items!: ProposalView[];
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class ProposeRoutingController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Get(':caseId/routing-proposal')
  @ApiOperation({ summary: 'Departments the case is probably for, best first', description: 'By the words of their duties in title, category and description; empty when none occurs.' })
  @ApiOkResponse({ type: RoutingProposal })
  async propose(@IdParam('caseId') caseId: string): Promise<RoutingProposal> {
    const { data: { demand } } = await loadFacts(this.sql, caseId, dispatchStream);
    if (demand === null) throw noSuchCase();
    const active = (await this.directory.departments()).filter((department) => department.active);
    return { items: proposeRouting(demand, active).map(({ reasons, ...proposal }) => ({ ...proposal, reasons: [...reasons] })) };
  }
}
