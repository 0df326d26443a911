import { inspect } from 'node:util';
import { maskText } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { TakenTextField } from '@lianban/service-kit';
import { maskRequester } from './mask-requester.js';
import type { RequesterData } from './mask-requester.js';

/** For this file alone. */
let read: (original: OriginalText) => string;

/** A free text as it was written, which may name anybody. It can be masked and kept beside its event; whoever logs it or puts it into JSON shows three dots. */
export class OriginalText {
  readonly #written: string;
  static {
    read = (original) => original.#written;
  }

  constructor(written: string) {
    this.#written = written;
  }

  toString(): string {
    return '…';
  }

  toJSON(): string {
    return String(this);
  }

  [inspect.custom](): string {
    return String(this);
  }
}

/** Free text of a body of intake, which has to know a requester to mask it. */
export const OriginalTextField = (options: Parameters<typeof TakenTextField>[0]) => TakenTextField(options, (text) => new OriginalText(text));

/** The text as it was written, for a row of a table of intake and for nothing else. */
export const asWritten = (original: OriginalText): string => read(original);

/** What masking has changed, for the table beside the events. `version` is that of the event with the masked text. */
export interface KeptOriginal {
  readonly caseId: string;
  readonly version: number;
  readonly field: string;
  readonly text: OriginalText;
}

export const keepOriginals = async (tx: Tx, originals: readonly KeptOriginal[]): Promise<void> => {
  await tx.query(
    `INSERT INTO original_text (case_id, version, field, text)
     SELECT "caseId", version, field, text FROM jsonb_to_recordset($1) AS o("caseId" uuid, version integer, field text, text text)`,
    [JSON.stringify(originals.map(({ text, ...rest }) => ({ ...rest, text: read(text) })))]);
};

/** Free texts of one command by field. */
export type FreeTexts = Readonly<Record<string, OriginalText | null>>;
/** The same as they may travel. */
export type Masked<Texts extends FreeTexts> = { readonly [Field in keyof Texts]: MaskedText | Extract<Texts[Field], null> };

export class MaskedTexts<Texts extends FreeTexts> {
  private constructor(private readonly originals: Texts, readonly masked: Masked<Texts>) {}

  static of<Texts extends FreeTexts>(texts: Texts, requesters: readonly RequesterData[]): MaskedTexts<Texts> {
    const masked = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, text && maskText(maskRequester(read(text), ...requesters))]));
    return new MaskedTexts(texts, masked as Masked<Texts>);
  }

  /** For `keepOriginals`. */
  changed(caseId: string, version: number): KeptOriginal[] {
    return Object.entries(this.originals)
      .flatMap(([field, text]) => (text && read(text) !== this.masked[field] ? [{ caseId, version, field, text }] : []));
  }
}
