import type { Role } from '@lianban/contracts';

/** Who may look at a case and its story: those who work on cases. */
export const caseReaders = ['analyst', 'supervisor', 'coordinator', 'operator', 'intake', 'callback'] as const satisfies readonly Role[];

/** Who may look at figures over all units. */
export const figureReaders = ['analyst', 'supervisor'] as const satisfies readonly Role[];
