/** Amounts of time: what a policy allows, an extension adds, a share leaves. */
export const timeKinds = ['working', 'elapsed'] as const;
export type TimeKind = (typeof timeKinds)[number];
export const timeUnits = ['minutes', 'hours', 'days'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** `elapsed` runs through nights and holidays (7×24); `working` counts working hours only. A working day is an amount of working time. */
export interface Limit {
  readonly kind: TimeKind;
  readonly amount: number;
  readonly unit: TimeUnit;
}

export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

/** Minutes of one unit; a working day has as many as the plain day of its calendar. */
export const minutesOf = (kind: TimeKind, unit: TimeUnit, dayMinutes: () => number): number => {
  switch (unit) {
    case 'minutes': return 1;
    case 'hours': return 60;
    case 'days': return kind === 'elapsed' ? 24 * 60 : dayMinutes();
  }
};

/**
 * A share of a limit: the green channel halves it, an assistant has two thirds. Kept in the limit's own unit where that stays readable
 * (whole or half), else in minutes.
 */
export const shareOf = (limit: Limit, numerator: number, denominator: number, dayMinutes: number): Limit => {
  const amount = (limit.amount * numerator) / denominator;
  if (Number.isInteger(amount * 2)) return { ...limit, amount };
  const minutes = (limit.amount * minutesOf(limit.kind, limit.unit, () => dayMinutes) * numerator) / denominator;
  return { kind: limit.kind, amount: minutes, unit: 'minutes' };
};
