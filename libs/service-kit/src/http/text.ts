/** Text that JSON columns can hold: no NUL, no half surrogate pairs. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();
