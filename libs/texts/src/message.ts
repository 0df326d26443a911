import { allTexts } from './all-texts.js';
import type { AllTexts } from './all-texts.js';
import { amountText, instantText, numberText } from './formats.js';
import type { AmountOfTime } from './formats.js';
import type { Language, PlacesOf, Text } from './text.js';
import { words } from './words.js';
import type { WordKind, WordOf } from './words.js';

export type Key = keyof AllTexts;

/** What is to be said, in no language yet. Made by `say`. */
export interface Message {
  readonly key: Key;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What is wrong about one field of a request: its path in the body, or the name of a header or parameter. */
export interface FieldRefusal {
  readonly field: string;
  readonly reason: Message;
}

/** What a place `{name:kind}` takes. Without a kind it takes a code, a name or a year, shown as it is. */
type Kinds = {
  plain: string | number;
  number: number;
  /** ISO 8601; shown to the minute. */
  instant: string;
  /** ISO 8601; shown to the millisecond, for bounds. */
  exact: string;
  amount: AmountOfTime;
  department: string;
  territory: string;
  message: Message;
  fields: readonly FieldRefusal[];
} & { [Kind in WordKind]: WordOf<Kind> };

type ValueOf<Kind extends string> =
  Kind extends `${'list' | 'or'} ${infer Item}` ? readonly ValueOf<Item>[] : Kind extends keyof Kinds ? Kinds[Kind] : never;
type ParamsOf<Place extends string> = {
  readonly [P in Place as P extends `${infer Name}:${string}` ? Name : P]: P extends `${string}:${infer Kind}` ? ValueOf<Kind> : Kinds['plain'];
};
type PlacesIn<K extends Key> = PlacesOf<AllTexts[K]['en']>;

/** A text's key and what stands in its places. */
export const say = <K extends Key>(key: K, ...[params]: [PlacesIn<K>] extends [never] ? [] : [params: ParamsOf<PlacesIn<K>>]): Message => ({ key, params: params ?? {} });

/** The name of a department or territory, where whoever shows a text knows it. */
export type NameOf = (kind: 'department' | 'territory', code: string) => Text | undefined;

interface Reader {
  readonly language: Language;
  readonly nameOf?: NameOf;
}

const word = (kind: WordKind) => (code: string, { language }: Reader): string => (words[kind] as Readonly<Record<string, Text>>)[code]?.[language] ?? code;
const named = (kind: Parameters<NameOf>[0]) => (code: string, { language, nameOf }: Reader): string => nameOf?.(kind, code)?.[language] ?? code;

const shown = {
  ...Object.fromEntries((Object.keys(words) as WordKind[]).map((kind) => [kind, word(kind)])) as { [Kind in WordKind]: ReturnType<typeof word> },
  plain: String,
  number: (value, { language }) => numberText(value, language),
  instant: (value, { language }) => instantText(value, language),
  exact: (value, { language }) => instantText(value, language, true),
  amount: (value, { language }) => amountText(value, language),
  department: named('department'),
  territory: named('territory'),
  message: (value, reader) => fill(value, reader),
  fields: (errors, reader) => joined(errors.map(({ field, reason }) => fill({ key: 'field-refused', params: { field, reason } }, reader)), reader, '; ', '\uff1b'),
} satisfies { [Kind in keyof Kinds]: (value: Kinds[Kind], reader: Reader) => string };

const joined = (parts: readonly string[], { language }: Reader, en: string, zh: string): string => parts.join(language === 'en' ? en : zh);

const show = (kind: string, value: unknown, reader: Reader): string => {
  const [, how, item] = /^(list|or) (\w+)$/.exec(kind) ?? [];
  if (item === undefined) return (shown[kind as keyof Kinds] as (value: unknown, reader: Reader) => string)(value, reader);
  const parts = (value as readonly unknown[]).map((one) => show(item, one, reader));
  return how === 'list' ? joined(parts, reader, ', ', '、') : new Intl.ListFormat(reader.language, { type: 'disjunction' }).format(parts);
};

const fill = ({ key, params }: Message, reader: Reader): string =>
  allTexts[key][reader.language].replace(/\{(\w+)(?::([\w ]+))?\}/g, (_place, name: string, kind = 'plain') => show(kind as string, params[name], reader));

export const render = (message: Message, language: Language, nameOf?: NameOf): string => fill(message, { language, nameOf });

/** For answers that hold every language. */
export const renderAll = (message: Message): Text => ({ zh: render(message, 'zh'), en: render(message, 'en') });
