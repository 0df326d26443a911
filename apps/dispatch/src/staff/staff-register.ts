import type { Role } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { LOG, SQL } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { saveSeen } from './staff-rows.js';

/** Who belongs in the register. */
export const isStaff: Readonly<Record<Role, boolean>> = {
  requester: false, intake: true, coordinator: true, operator: true, head: true, callback: true, supervisor: true, analyst: true, integrator: false, admin: true, system: false,
};

const remembered = 10_000;
/** So long nothing is asked about a person whose token says the same; also the step of `seen_at`. */
const rememberedMs = 3_600_000;
/** The database may be away. */
const retryMs = 60_000;

/** Learns from the tokens of those who call who is behind an id. What it knows is remembered, so that a call costs nothing. */
@Injectable()
export class StaffRegister {
  private readonly known = new Map<string, { readonly said: string; readonly until: number }>();

  constructor(@Inject(SQL) private readonly sql: Tx, @Inject(LOG) private readonly log: Pick<Logger, 'warn'>) {}

  /** Never rejects: nobody's call fails for the register. */
  async see({ actor: { id, role, department, territory }, name }: Pick<Caller, 'actor' | 'name'>, now = Date.now()): Promise<void> {
    if (name === undefined || !isStaff[role]) return;
    const said = JSON.stringify([name, role, department, territory]);
    const before = this.known.get(id);
    if (before?.said === said && before.until > now) return;
    this.remember(id, said, now + rememberedMs);
    await saveSeen(this.sql, { personId: id, name, role, department, territory }).catch((error: Error & { code?: unknown }) => {
      this.remember(id, said, now + retryMs);
      // The database's own words can hold what was to be written.
      this.log.warn({ personId: id, error: error.code ?? error.name }, 'a member of staff is not in the register yet');
    });
  }

  /** What an admin has entered stands until the person's next call. */
  forget(personId: string): void {
    this.known.delete(personId);
  }

  private remember(id: string, said: string, until: number): void {
    this.known.delete(id);
    // A map keeps the order of entry: the oldest goes.
    if (this.known.size >= remembered) this.known.delete(this.known.keys().next().value as string);
    this.known.set(id, { said, until });
  }
}
