import type { DemandKind, Level } from '@lianban/contracts';
import { inStatus } from '../domain/case-in-status.js';
import { setKind } from '../domain/demand-kind.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

export interface Accept {
  readonly level: Level;
  /** Absent: the category given at the registration stands. */
  readonly category: string | null;
  readonly greenChannel: boolean;
  /** Absent or null: the one that is known stands. */
  readonly kind?: DemandKind | null;
}

export const accept = (state: IntakeState, command: Accept): IntakeEvent[] => {
  const current = inStatus(state, 'registered');
  // First the kind: the clocks that start with the acceptance are chosen by it.
  return [...setKind(current.kind, command.kind ?? null), {
    type: 'lianban.case.accepted.v1',
    data: { level: command.level, category: command.category ?? current.category, greenChannel: command.greenChannel },
  }];
};
