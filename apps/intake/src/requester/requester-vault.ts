import type { RequesterKind } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { maskText } from '@lianban/service-kit';
import { maskRequester } from './mask-requester.js';
import type { RequesterData } from './mask-requester.js';

export interface RequesterContact extends RequesterData {
  readonly kind: RequesterKind;
}

const unknownRequester: RequesterData = { name: null, phone: null, address: null };

export const findContact = async (tx: Tx, caseId: string): Promise<RequesterContact | undefined> => {
  const { rows } = await tx.query<RequesterContact>('SELECT kind, name, phone, address FROM requester_contact WHERE case_id = $1', [caseId]);
  return rows[0];
};

export const keepContact = async (tx: Tx, caseId: string, ref: string, { kind, name, phone, address }: RequesterContact): Promise<void> => {
  await tx.query('INSERT INTO requester_contact (ref, case_id, kind, name, phone, address) VALUES ($1, $2, $3, $4, $5, $6)', [
    ref, caseId, kind, name, phone, address,
  ]);
};

/** Free texts of one command by field: as they were written, and as they may travel. */
export class MaskedTexts<Field extends string> {
  private constructor(
    private readonly originals: Readonly<Record<Field, string | null>>,
    readonly masked: Readonly<Record<Field, string | null>>,
  ) {}

  static of<Field extends string>(texts: Readonly<Record<Field, string | null>>, requester: RequesterData = unknownRequester): MaskedTexts<Field> {
    const masked = Object.fromEntries(
      Object.entries<string | null>(texts).map(([field, text]) => [field, text === null ? null : maskText(maskRequester(text, requester))]),
    ) as Record<Field, string | null>;
    return new MaskedTexts(texts, masked);
  }

  /** Keeps the originals of what masking changed, beside the event that carries the masked text. */
  async keepOriginals(tx: Tx, caseId: string, version: number): Promise<void> {
    const changed = Object.entries<string | null>(this.originals).filter(([field, text]) => text !== null && text !== this.masked[field as Field]);
    if (changed.length === 0) return;
    await tx.query('INSERT INTO original_text (case_id, version, field, text) SELECT $1, $2, field, text FROM unnest($3::text[], $4::text[]) AS o(field, text)', [
      caseId, version, changed.map(([field]) => field), changed.map(([, text]) => text),
    ]);
  }
}
