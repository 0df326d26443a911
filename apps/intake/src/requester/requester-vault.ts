import type { MaskedText, RequesterKind } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { maskText } from '@lianban/service-kit';
import { maskRequester } from './mask-requester.js';
import type { RequesterData } from './mask-requester.js';

export interface RequesterContact extends RequesterData {
  readonly kind: RequesterKind;
}

export const findContact = async (tx: Tx, caseId: string): Promise<RequesterContact | undefined> => {
  const { rows } = await tx.query<RequesterContact>('SELECT kind, name, phone, address FROM requester_contact WHERE case_id = $1', [caseId]);
  return rows[0];
};

/** Requesters of all these cases; a text about one that is merged may name any of them. */
export const findContacts = async (tx: Tx, caseIds: readonly string[]): Promise<RequesterContact[]> => {
  const { rows } = await tx.query<RequesterContact>('SELECT kind, name, phone, address FROM requester_contact WHERE case_id = ANY ($1)', [caseIds]);
  return rows;
};

export const keepContacts = async (tx: Tx, contacts: readonly (RequesterContact & { readonly caseId: string; readonly ref: string })[]): Promise<void> => {
  await tx.query(
    `INSERT INTO requester_contact (ref, case_id, kind, name, phone, address)
     SELECT ref, "caseId", kind, name, phone, address FROM jsonb_to_recordset($1) AS c(ref uuid, "caseId" uuid, kind text, name text, phone text, address text)`,
    [JSON.stringify(contacts)]);
};

/** A free text as it was written, where masking has changed it, beside the event that carries the masked one. */
export interface OriginalText {
  readonly caseId: string;
  readonly version: number;
  readonly field: string;
  readonly text: string;
}

export const keepOriginals = async (tx: Tx, originals: readonly OriginalText[]): Promise<void> => {
  await tx.query(
    `INSERT INTO original_text (case_id, version, field, text)
     SELECT "caseId", version, field, text FROM jsonb_to_recordset($1) AS o("caseId" uuid, version integer, field text, text text)`,
    [JSON.stringify(originals)]);
};

/** Free texts of one command by field, as they were written. */
export type FreeTexts = Readonly<Record<string, string | null>>;
/** The same as they may travel. */
export type Masked<Texts extends FreeTexts> = { readonly [Field in keyof Texts]: MaskedText | Extract<Texts[Field], null> };

export class MaskedTexts<Texts extends FreeTexts> {
  private constructor(private readonly originals: Texts, readonly masked: Masked<Texts>) {}

  static of<Texts extends FreeTexts>(texts: Texts, requesters: readonly RequesterData[]): MaskedTexts<Texts> {
    const masked = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, text === null ? null : maskText(maskRequester(text, ...requesters))]));
    return new MaskedTexts(texts, masked as Masked<Texts>);
  }

  /** What masking has changed, for `keepOriginals`; `version` is that of the event. */
  changed(caseId: string, version: number): OriginalText[] {
    return Object.entries(this.originals)
      .flatMap(([field, text]) => (text !== null && text !== this.masked[field] ? [{ caseId, version, field, text }] : []));
  }
}
