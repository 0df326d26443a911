/** Mobile numbers of mainland China, bare or with +86 or separators; office landlines are not matched and stay. */
const mobile = /(?<![\d-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g;
/** Resident identity numbers, 18 characters with a plausible birth date. */
const identity = /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g;

/** Masks mobile and identity numbers in free text. */
export const maskText = (text: string): string => text.replace(identity, '******************').replace(mobile, '***********');
