import { DomainError } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { CommandBus, requireOwnDepartment, SQL } from '@lianban/service-kit';
import type { CommandBody, CommandContext, CommandResult } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Inject, Injectable } from '@nestjs/common';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchEvent, DispatchState } from '../domain/dispatch-case.js';
import type { DispatchFacts } from '../domain/facts.js';
import { findWorkOrder } from './work-order-rows.js';
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
    const row = await findWorkOrder(this.sql, workOrderId);
    if (!row) throw new DomainError('not-found', say('no-such-work-order'));
    requireOwnDepartment(ctx, row.department);
    return this.bus.execute({
      ctx,
      streamId: row.case_id,
      occurredAt,
      stream: dispatchStream,
      decide,
      respond: ({ state, version }) => {
        const order = state.workOrders.find((candidate) => candidate.workOrderId === workOrderId);
        if (!order) throw new DomainError('not-found', say('no-such-work-order'));
        return toState(row.case_id, order, version);
      },
    });
  }
}
