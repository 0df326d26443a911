import { DomainError } from '@lianban/contracts';
import type { EventEnvelope, Role } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { DirectoryCopy } from '@lianban/service-kit';
import { chinaDayOf, say } from '@lianban/texts';
import { Inject, Injectable } from '@nestjs/common';
import { isGranted } from './green-channel.decider.js';
import type { GreenChannelRules } from './green-channel.decider.js';

/** The month in China that a grant counts in. */
const monthOf = (at: string): string => chinaDayOf(at).slice(0, 7);

/** One more in the month, unless there is none left. @throws DomainError `state-conflict` with the numbers */
const count = async (tx: Tx, month: string, quota: number): Promise<void> => {
  const { rowCount } = await tx.query(
    `INSERT INTO green_channel_month AS m (month, granted) SELECT $1, 1 WHERE $2 > 0
     ON CONFLICT (month) DO UPDATE SET granted = m.granted + 1 WHERE m.granted < $2`, [month, quota]);
  if (rowCount === 0) throw new DomainError('state-conflict', say('green-channel-used-up', { month, quota }));
};

/** Which classes of demands have the green channel, who grants it, and how often a month: all rules of the district. */
@Injectable()
export class GreenChannel {
  constructor(@Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'rules'>) {}

  /** For the decision at `at`. */
  async rulesAt(at: string): Promise<GreenChannelRules & { readonly quota: number }> {
    const rules = await this.directory.rules();
    return { classes: rules('green-channel-classes', { at }), granters: rules('green-channel-granters', { at }) as readonly Role[], quota: rules('green-channel-quota', { at }) };
  }

  /** The work of a command's transaction that counts its grant. A grant that is taken back later has still been one. */
  counting = (quota: number) => async (tx: Tx, { events }: { readonly events: readonly EventEnvelope[] }): Promise<void> => {
    const [first] = events;
    if (first && isGranted(events)) await count(tx, monthOf(first.metadata.occurredAt), quota);
  };

  async usedIn(sql: Tx, at: string): Promise<{ month: string; used: number }> {
    const month = monthOf(at);
    const { rows: [row] } = await sql.query<{ granted: number }>('SELECT granted FROM green_channel_month WHERE month = $1', [month]);
    return { month, used: row?.granted ?? 0 };
  }
}
