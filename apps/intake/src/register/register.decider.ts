import { DomainError } from '@lianban/contracts';
import type { Channel, DemandKind, EventByType, MaskedText, RequesterKind, Urgency } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { setKind } from '../domain/demand-kind.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** The requester is a reference before it comes here. */
export interface Register {
  readonly caseNo: string;
  readonly title: MaskedText;
  readonly description: MaskedText;
  readonly channel: Channel;
  readonly category: string | null;
  readonly territory: string;
  readonly location: MaskedText | null;
  readonly requester: { readonly kind: RequesterKind; readonly ref: string };
  readonly urgency: Urgency;
  /** Kind of demand; absent or null while nobody has said it. */
  readonly kind?: DemandKind | null;
  /** The closed case that the demand repeats, if there is one. */
  readonly repeats?: EventByType<'lianban.demand.repeated.v1'>['data'] | null;
}

export const register = (state: IntakeState, { kind = null, repeats = null, ...demand }: Register): IntakeEvent[] => {
  if (state !== null) throw new DomainError('state-conflict', say('registered-already'));
  return [{ type: 'lianban.case.registered.v1', data: demand }, ...setKind(null, kind), ...(repeats === null ? [] : [{ type: 'lianban.demand.repeated.v1' as const, data: repeats }])];
};
