import { DomainError } from '@lianban/contracts';
import type { EventByType, MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FirmEvent, FirmState } from '../domain/firm.js';

export interface RegisterFirm {
  readonly firmId: string;
  readonly building: string;
  readonly floor: MaskedText | null;
}

export const registerFirm = (state: FirmState, command: RegisterFirm): FirmEvent[] => {
  if (state !== null) throw new DomainError('state-conflict', say('firm-registered-already'));
  return [{ type: 'lianban.firm.registered.v1', data: { ...command } }];
};

/** What is absent stays as it is. */
export interface ChangeFirm {
  readonly building?: string | undefined;
  readonly floor?: MaskedText | undefined;
  readonly active?: boolean | undefined;
  /** What differs of what events don't hold. */
  readonly beside: readonly ('name' | 'contact')[];
}

/** `[]` when nothing differs. @throws DomainError `not-found` */
export const changeFirm = (state: FirmState, { building, floor, active, beside }: ChangeFirm): FirmEvent[] => {
  if (state === null) throw new DomainError('not-found', say('no-firm-of-this-id'));
  const next = { ...state, building: building ?? state.building, floor: floor ?? state.floor, active: active ?? state.active };
  const changed: EventByType<'lianban.firm.changed.v1'>['data']['changed'] = [
    ...beside, ...(['building', 'floor', 'active'] as const).filter((field) => next[field] !== state[field]),
  ];
  return changed.length === 0 ? [] : [{ type: 'lianban.firm.changed.v1', data: { ...next, changed } }];
};
