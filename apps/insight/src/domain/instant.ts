/** One spelling for one instant (UTC, milliseconds), so that text order is time order and a row read back equals the row written. */
export const instantOf = (time: string): string => new Date(time).toISOString();

export const laterOf = (a: string | null, b: string): string => (a !== null && a > b ? a : b);
