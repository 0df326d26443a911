import type { Tx } from '@lianban/event-store';
import type { NoticeChange } from './notices-of.js';

/**
 * A way to tell people. The inbox is one; e-mail, a webhook or an on-call service could be others. Called in the transaction that appends the events: so people are
 * told of everything that happened, and of nothing else. A channel that leaves the database stores its messages here and sends them after the commit.
 */
export type NoticeChannel = (tx: Tx, notices: readonly NoticeChange[]) => Promise<void>;
