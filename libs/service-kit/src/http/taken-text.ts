/** What a handler gets instead of a text that was sent. Kept with the class of the body; `validation.ts` sees to it once all rules are kept. */
import 'reflect-metadata';

const metadataKey = 'lianban:taken-as';

/** A decorator of properties that can hold this, and of no others. */
export type HeldBy<Taken> = <Key extends string>(target: { readonly [K in Key]?: Taken }, key: Key) => void;

export const TakenAs = <Taken>(take: (text: string) => Taken): HeldBy<Taken> => (target, key) => { Reflect.defineMetadata(metadataKey, take, target, key); };

/** Undefined: the text stays as it is. */
export const takenAs = (body: object, key: string): ((text: string) => unknown) | undefined => Reflect.getMetadata(metadataKey, body, key) as ((text: string) => unknown) | undefined;
