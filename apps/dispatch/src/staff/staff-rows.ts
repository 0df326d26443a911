import type { Role } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';

interface Member {
  readonly personId: string;
  readonly name: string;
  readonly department: string | null;
  readonly territory: string | null;
}

/** What the token of a call says. A post that an admin wrote stays. */
export const saveSeen = async (sql: Tx, { personId, name, role, department, territory }: Member & { readonly role: Role }): Promise<void> => {
  await sql.query(
    `INSERT INTO staff_member (person_id, name, role, department, territory, seen_at) VALUES ($1, $2, $3, $4, $5, now())
     ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, role = excluded.role, department = excluded.department, territory = excluded.territory, seen_at = excluded.seen_at`,
    [personId, name, role, department, territory]);
};

/** What an admin enters. */
export const saveEntered = async (sql: Tx, { personId, name, post, department, territory }: Member & { readonly post: string | null }): Promise<StaffRow> => {
  const { rows: [row] } = await sql.query<StaffRow>(
    `INSERT INTO staff_member (person_id, name, post, department, territory) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, post = excluded.post, department = excluded.department, territory = excluded.territory
     RETURNING ${columns}`,
    [personId, name, post, department, territory]);
  return row as StaffRow;
};

export interface StaffRow extends Member { readonly post: string | null }

const columns = `person_id AS "personId", name, COALESCE(post, role) AS post, department, territory`;

export interface StaffAsked {
  readonly ids?: readonly string[] | undefined;
  readonly department?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** In the order of ids, not of names: the cursor stands in addresses. */
export const readStaff = async (sql: Tx, { ids, department, after, limit }: StaffAsked): Promise<StaffRow[]> => {
  const { rows } = await sql.query<StaffRow>(
    `SELECT ${columns} FROM staff_member
      WHERE ($1::text[] IS NULL OR person_id = ANY ($1)) AND ($2::text IS NULL OR department = $2) AND ($3::text IS NULL OR person_id > $3)
      ORDER BY person_id LIMIT $4`,
    [ids ?? null, department ?? null, after ?? null, limit]);
  return rows;
};
