/** A symbol nobody else can name: outside of the contracts a `MaskedText` comes from `maskText` or out of an event, never from a cast by habit. */
declare const brand: unique symbol;

/**
 * Free text in which personal data is masked; the only kind of free text that an event takes. `maskText` makes it, and the schema of an event that was
 * read says it: what is in an event was masked before it got there. A call that was forgotten does not compile.
 */
export type MaskedText = string & { readonly [brand]: true };
