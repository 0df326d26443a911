import { DomainError } from '@lianban/contracts';
import type { EventStore, Tx } from '@lianban/event-store';
import { CommandBus, EVENT_STORE, IdParam, Roles, SQL, Versioned } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { findWorkOrder } from '../work-orders/work-order-rows.js';
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
  @Roles('operator', 'coordinator', 'intake', 'callback', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'One work order' })
  @ApiOkResponse({ type: WorkOrderDetail })
  async show(@IdParam('workOrderId') workOrderId: string): Promise<Versioned> {
    const row = await findWorkOrder(this.sql, workOrderId);
    if (!row) throw new DomainError('not-found', 'There is no such work order');
    const version = (await this.store.read(row.case_id)).length;
    return new Versioned(toDetail(row, version), this.bus.etag(version));
  }
}
