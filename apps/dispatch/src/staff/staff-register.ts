import type { Role } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { LOG, SQL } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { saveSeen } from './staff-rows.js';

/** Who belongs in the register. */
export const isStaff: Readonly<Record<Role, boolean>> = {
  requester: false, intake: true, coordinator: true, operator: true, head: true, callback: true, supervisor: true, analyst: true, integrator: false, admin: true, system: false, grid: true, specialist: true,
};

/** So long nothing is asked about a person whose token says the same; also the step of `seen_at`. */
const rememberedMs = 3_600_000;
/** The database may be away. */
const retryMs = 60_000;

/** Learns from the tokens of those who call who is behind an id. What it knows is remembered, so that a call costs nothing. */
@Injectable()
export class StaffRegister {
  private readonly known = new LRUCache<string, { readonly said: string; readonly until: number }>({ max: 10_000 });

  constructor(@Inject(SQL) private readonly sql: Tx, @Inject(LOG) private readonly log: Pick<Logger, 'warn'>) {}

  /** Never rejects: nobody's call fails for the register. */
  async see({ actor: { id, role, department, territory }, name }: Pick<Caller, 'actor' | 'name'>, now = Date.now()): Promise<void> {
    if (name === undefined || !isStaff[role]) return;
    const said = JSON.stringify([name, role, department, territory]);
    const before = this.known.get(id);
    if (before?.said === said && before.until > now) return;
    this.known.set(id, { said, until: now + rememberedMs });
    await saveSeen(this.sql, { personId: id, name, role, department, territory }).catch((error: Error & { code?: unknown }) => {
      this.known.set(id, { said, until: now + retryMs });
      // The database's own words can hold what was to be written.
      this.log.warn({ personId: id, error: error.code ?? error.name }, 'a member of staff is not in the register yet');
    });
  }

  /** What an admin has entered stands until the person's next call. */
  forget(personId: string): void {
    this.known.delete(personId);
  }
}
