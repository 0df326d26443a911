import type { Role } from '@lianban/contracts';

/** Who may look at cases and their stories. Which cases, the reach of the role says; a list leaves out the others. */
export const caseReaders = ['analyst', 'supervisor', 'coordinator', 'intake', 'callback', 'operator', 'head'] as const satisfies readonly Role[];

/** Who may look at figures over all units. */
export const figureReaders = ['analyst', 'supervisor'] as const satisfies readonly Role[];
