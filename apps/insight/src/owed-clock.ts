import type { ProjectedCase, ClockRow } from './domain/projected-case.js';

/** A clock with the department that is to stop it. */
export interface OwedClockRow extends ClockRow { readonly owed_by: string | null }

/** Kept in the clock's row so that a department's list walks only its own clocks. Most clocks name no department and belong to the lead. */
export const owedBy = ({ department, kind, stopped_at, cancelled_at }: ClockRow, { case: { lead_department } }: ProjectedCase): string | null =>
  stopped_at !== null || cancelled_at !== null || kind === 'contact' || kind === 'call-back' || kind === 'return-window' ? null : department ?? lead_department;

/** Returns the same object if nothing changes, since the projector writes only new objects. */
export const owedClock = (clock: ClockRow, view: ProjectedCase): OwedClockRow => {
  const owed_by = owedBy(clock, view);
  return 'owed_by' in clock && clock.owed_by === owed_by ? clock as OwedClockRow : { ...clock, owed_by };
};
