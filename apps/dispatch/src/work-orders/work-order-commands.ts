import type { Tx } from '@lianban/event-store';
import { CommandBus, requireOwnDepartment, SQL } from '@lianban/service-kit';
import type { CommandBody, CommandContext, CommandResult } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { orderIn } from '../domain/orders.js';
import { readWorkOrder } from './work-order-rows.js';
import { toState } from './work-order.view.js';

export interface WorkOrderDecision {
  readonly state: DispatchState;
  readonly facts: DispatchFacts;
  readonly at: string;
}

/** What the commands of a department to its work order share: whose it is, the case it belongs to, the order as the answer. */
@Injectable()
export class WorkOrderCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  async execute(ctx: CommandContext, workOrderId: string, { occurredAt }: CommandBody, decide: (input: WorkOrderDecision) => DispatchEvent[]): Promise<CommandResult> {
    const row = await readWorkOrder(this.sql, workOrderId);
    requireOwnDepartment(ctx, row.department);
    return this.bus.execute({
      ctx,
      streamId: row.case_id,
      occurredAt,
      stream: dispatchStream,
      decide,
      respond: ({ state, version }) => toState(row.case_id, orderIn(state, workOrderId), version),
    });
  }
}
