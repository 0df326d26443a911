import type { EventStore, Tx } from '@lianban/event-store';
import { Caller, CommandBus, EVENT_STORE, IdParam, requireReach, SQL, Versioned } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { readAssistants, readWorkOrder } from '../work-orders/work-order-rows.js';
import { toDetail, WorkOrderDetail } from '../work-orders/work-order.view.js';

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class ShowWorkOrderController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CommandBus) private readonly bus: CommandBus,
  ) {}

  @Get(':workOrderId')
  @ApiOperation({ summary: 'One work order', description: 'Operators and heads read those of a case in which their department has or had a work order.' })
  @ApiOkResponse({ type: WorkOrderDetail })
  async show(@IdParam('workOrderId') workOrderId: string, @Caller() caller: Caller): Promise<Versioned> {
    const row = await readWorkOrder(this.sql, workOrderId);
    const history = await this.store.read(row.case_id);
    // Lead and assistants answer one case together; who is asked to lead must know what.
    const departments = history.flatMap(({ type, data }) => (type === 'lianban.work-order.issued.v1' ? [data.department] : type === 'lianban.transfer.requested.v1' ? [data.to] : []));
    requireReach(caller, { departments, registeredBy: null });
    const version = history.length;
    const assistants = row.role === 'lead' ? await readAssistants(this.sql, row.case_id, row.round) : null;
    return new Versioned(toDetail(row, assistants, version), this.bus.etag(version));
  }
}
