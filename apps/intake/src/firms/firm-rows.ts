import { DomainError } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { say } from '@lianban/texts';
import type { RequesterContact } from '../requester/requester-vault.js';

/** A firm as people know it. */
export interface FirmRow {
  readonly firmId: string;
  readonly name: string;
  readonly building: string;
  readonly floor: string | null;
  readonly active: boolean;
  readonly version: number;
  /** Whom to ask for, and how; null where nobody is entered. */
  readonly contactName: string | null;
  readonly phone: string | null;
  readonly lastVisitedAt: Date | null;
}

const columns = `
  f.firm_id AS "firmId", f.name, f.building, f.floor, f.active, f.version, c.name AS "contactName", c.phone,
  (SELECT max(visited_at) FROM visit v WHERE v.firm_id = f.firm_id AND v.met) AS "lastVisitedAt"`;
const from = 'firm f LEFT JOIN requester_contact c ON c.firm_id = f.firm_id';

export const findFirms = async (sql: Tx, firmIds: readonly string[]): Promise<ReadonlyMap<string, FirmRow>> => {
  if (firmIds.length === 0) return new Map();
  const { rows } = await sql.query<FirmRow>(`SELECT ${columns} FROM ${from} WHERE f.firm_id = ANY ($1)`, [firmIds]);
  return new Map(rows.map((row) => [row.firmId, row]));
};

export interface FirmsQuestion {
  readonly building: string | null;
  readonly name: string | null;
  readonly active: boolean | null;
  /** Nobody was met there since then. */
  readonly unseenSince: string | null;
}

export const listFirms = async (sql: Tx, { building, name, active, unseenSince }: FirmsQuestion, after: readonly [name: string, firmId: string] | undefined, limit: number): Promise<FirmRow[]> => {
  const { rows } = await sql.query<FirmRow>(
    `SELECT ${columns} FROM ${from}
      WHERE ($1::text IS NULL OR f.building = $1) AND ($2::text IS NULL OR strpos(f.name, $2) > 0) AND ($3::boolean IS NULL OR f.active = $3)
        AND ($4::timestamptz IS NULL OR NOT EXISTS (SELECT FROM visit v WHERE v.firm_id = f.firm_id AND v.met AND v.visited_at >= $4))
        AND ($5::text IS NULL OR (f.name, f.firm_id) > ($5, $6::uuid))
      ORDER BY f.name, f.firm_id LIMIT $7`,
    [building, name, active, unseenSince, ...(after ?? [null, null]), limit]);
  return rows;
};

/** The row as it shall be. @throws DomainError `state-conflict` when another firm of the name is in the building */
export const keepFirm = async (tx: Tx, { firmId, name, building, floor, active, version }: Pick<FirmRow, 'firmId' | 'name' | 'building' | 'floor' | 'active' | 'version'>): Promise<void> => {
  await tx.query(
    `INSERT INTO firm (firm_id, name, building, floor, active, version) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (firm_id) DO UPDATE SET name = excluded.name, building = excluded.building, floor = excluded.floor, active = excluded.active, version = excluded.version`,
    [firmId, name, building, floor, active, version]).catch((error: Error & { code?: string }) => {
    throw error.code === '23505' ? new DomainError('state-conflict', say('firm-of-that-name', { building })) : error;
  });
};

export const keepFirmContact = async (tx: Tx, firmId: string, { name, phone, address }: Omit<RequesterContact, 'kind'>): Promise<void> => {
  await tx.query(
    `INSERT INTO requester_contact (ref, firm_id, kind, name, phone, address) VALUES ($1, $2, 'firm', $3, $4, $5)
     ON CONFLICT (firm_id) DO UPDATE SET name = excluded.name, phone = excluded.phone, address = excluded.address`, [newId(), firmId, name, phone, address]);
};
