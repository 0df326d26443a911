import { Caller, IdParam, requireReach } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { CaseDetail, InsightCallBack, InsightCase, InsightClock, InsightWorkOrder } from '../views/case-parts.js';
import { present } from '../views/shown.js';
import { tierSpans } from '../tiers/tier-spans.js';
import { noSuchCaseYet } from './no-such-case.js';

@ApiTags('insight')
@Controller('api/v1/insight/cases')
export class WholeCaseController {
  constructor(@Inject(DataSource) private readonly views: DataSource) {}

  @Get(':caseId')
  @ApiOperation({ summary: 'One case as all services know it', description: 'Operators and heads read the cases in which their department has or had a work order.' })
  @ApiOkResponse({ type: CaseDetail })
  async show(@IdParam('caseId') caseId: string, @Caller() caller: Caller): Promise<CaseDetail> {
    // One snapshot: the parts must not be newer than the row.
    return this.views.transaction('REPEATABLE READ', async (snapshot) => {
      const row = await snapshot.findOneBy(InsightCase, { caseId });
      if (!row) throw noSuchCaseYet();
      const workOrders = await snapshot.find(InsightWorkOrder, { where: { caseId }, order: { round: 'ASC', role: 'DESC', workOrderId: 'ASC' } });
      requireReach(caller, { departments: workOrders.map(({ department }) => department), registeredBy: null });
      const clocks = await snapshot.find(InsightClock, { where: { caseId }, order: { startedAt: 'ASC', clockId: 'ASC' } });
      const callBacks = await snapshot.find(InsightCallBack, { where: { caseId }, order: { round: 'ASC', callBackId: 'ASC' } });
      const { tierMoves, ...columns } = row;
      return {
        ...present(columns) as InsightCase, workOrders: workOrders.map(present), clocks: clocks.map(present), callBacks: callBacks.map(present),
        tiers: tierSpans({ ...columns, tierMoves }, new Date()),
      };
    });
  }
}
