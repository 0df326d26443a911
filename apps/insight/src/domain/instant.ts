/** Every day from the 1st to the 28th in just this spelling, which is nearly all that is ever read. */
const canonical = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** One spelling for one instant (UTC, milliseconds), so that text order is time order and a row read back equals the row written. */
export const instantOf = (time: string): string => (canonical.test(time) ? time : new Date(time).toISOString());

export const laterOf = (a: string | null, b: string): string => (a !== null && a > b ? a : b);
