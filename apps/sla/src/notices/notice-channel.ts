import type { Tx } from '@lianban/event-store';
import type { NoticeChange } from './notices-of.js';

/**
 * The port through which people are told: the inbox is one, e-mail, a webhook or an on-call service would be others.
 * Called in the transaction that appends the events, so that nothing is told that did not happen, and nothing that happened goes untold.
 * A channel that leaves the database writes down here what it has to send, and sends it after the commit.
 */
export type NoticeChannel = (tx: Tx, notices: readonly NoticeChange[]) => Promise<void>;
