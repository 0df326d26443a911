import type { DemandKind, MaskedText } from '@lianban/contracts';
import type { IntakeEvent } from './intake-case.js';

/** Sets the kind of a demand, or corrects it. Null asks for nothing, and the same kind again is already so. */
export const setKind = (previousKind: DemandKind | null, kind: DemandKind | null, reason: MaskedText | null = null): IntakeEvent[] =>
  (kind === null || kind === previousKind ? [] : [{ type: 'lianban.demand.kind-set.v1', data: { kind, previousKind, reason } }]);
