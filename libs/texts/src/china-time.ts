/** The district's clocks. China has known one offset, and no daylight saving, in all the years that have cases. */
export const chinaOffset = '+08:00';
export const chinaOffsetMs = 8 * 3_600_000;
/** The zone's name has the sign the other way round. */
export const chinaZone = 'Etc/GMT-8';

/** The day in China, `2026-02-09`. @throws RangeError for what is no instant */
export const chinaDayOf = (instant: string): string => new Date(Date.parse(instant) + chinaOffsetMs).toISOString().slice(0, 10);

/** Where a day begins in China, as ISO 8601. */
export const chinaMidnight = (day: string): string => `${day}T00:00:00${chinaOffset}`;
