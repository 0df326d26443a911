import type { RequesterKind } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { RequesterData } from './mask-requester.js';

export interface RequesterContact extends RequesterData {
  readonly kind: RequesterKind;
}

export const findContact = async (tx: Tx, caseId: string): Promise<RequesterContact | undefined> => {
  const { rows } = await tx.query<RequesterContact>('SELECT kind, name, phone, address, email FROM requester_contact WHERE case_id = $1', [caseId]);
  return rows[0];
};

/** Requesters of all these cases; a text about one that is merged may name any of them. */
export const findContacts = async (tx: Tx, caseIds: readonly string[]): Promise<RequesterContact[]> => {
  const { rows } = await tx.query<RequesterContact>('SELECT kind, name, phone, address, email FROM requester_contact WHERE case_id = ANY ($1)', [caseIds]);
  return rows;
};

export const keepContacts = async (tx: Tx, contacts: readonly (RequesterContact & { readonly caseId: string; readonly ref: string })[]): Promise<void> => {
  await tx.query(
    `INSERT INTO requester_contact (ref, case_id, kind, name, phone, address, email)
     SELECT ref, "caseId", kind, name, phone, address, email FROM jsonb_to_recordset($1) AS c(ref uuid, "caseId" uuid, kind text, name text, phone text, address text, email text)`,
    [JSON.stringify(contacts)]);
};
