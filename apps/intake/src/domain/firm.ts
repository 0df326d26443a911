/** A firm in the register, as far as events say. Stream: `firm/` and its id. Name and contacts are in tables. */
import { UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, MaskedText } from '@lianban/contracts';

export type FirmEvent = EventByType<'lianban.firm.registered.v1' | 'lianban.firm.changed.v1'>;

export interface Firm {
  readonly firmId: string;
  readonly building: string;
  readonly floor: MaskedText | null;
  readonly active: boolean;
}

/** `null` until it is registered. */
export type FirmState = Firm | null;

export const evolveFirm = (_: FirmState, event: EventEnvelope<FirmEvent>): FirmState => {
  const { firmId, building, floor } = event.data;
  switch (event.type) {
    case 'lianban.firm.registered.v1': return { firmId, building, floor, active: true };
    case 'lianban.firm.changed.v1': return { firmId, building, floor, active: event.data.active };
    default: throw new UnreadableEvent(`not an event of a firm: ${(event satisfies never as { type: string }).type}`);
  }
};
