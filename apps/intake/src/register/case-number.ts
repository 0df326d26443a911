const chinaOffset = 8 * 3_600_000;

/** `LB20260209-000001`: the day of the registration in China, and a number that is never given twice. */
export const caseNumber = (registeredAt: string, number: number): string => {
  const day = new Date(Date.parse(registeredAt) + chinaOffset).toISOString().slice(0, 10).replaceAll('-', '');
  return `LB${day}-${String(number).padStart(6, '0')}`;
};
