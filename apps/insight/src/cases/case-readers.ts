import type { Role } from '@lianban/contracts';

/** Who may look through all cases: those who work for every department. */
export const listReaders = ['analyst', 'supervisor', 'coordinator', 'intake', 'callback'] as const satisfies readonly Role[];

/** Who may look at a case and its story: an operator too, who knows a case by its work order. */
export const caseReaders = [...listReaders, 'operator'] as const satisfies readonly Role[];

/** Who may look at figures over all units. */
export const figureReaders = ['analyst', 'supervisor'] as const satisfies readonly Role[];
