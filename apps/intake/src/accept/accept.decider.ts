import type { Level } from '@lianban/contracts';
import { inStatus } from '../domain/case-in-status.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

export interface Accept {
  readonly level: Level;
  /** Absent: the category given at the registration stands. */
  readonly category: string | null;
  readonly greenChannel: boolean;
}

export const accept = (state: IntakeState, command: Accept): IntakeEvent[] => {
  const current = inStatus(state, 'registered');
  return [{
    type: 'lianban.case.accepted.v1',
    data: { level: command.level, category: command.category ?? current.category, greenChannel: command.greenChannel },
  }];
};
