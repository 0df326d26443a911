import type { NoticeChannelName, RequesterNotice } from '@lianban/contracts';
import type { Text } from '@lianban/texts';

/** What a channel gets. Only here do contact data and text meet; a channel puts neither into a log or an error. */
export interface RequesterMessage {
  /** The same at every try. */
  readonly noticeId: string;
  readonly kind: RequesterNotice;
  readonly caseNo: string;
  readonly subject: Text;
  readonly text: Text;
  readonly to: { readonly name: string | null; readonly phone: string | null; readonly email: string | null };
}

/** The way to requesters. `send` resolves when the other side has taken it, or there is no address to send it to; it throws `NotSent` otherwise. */
export interface NoticePort {
  readonly channel: NoticeChannelName;
  send(message: RequesterMessage): Promise<'delivered' | 'no-address'>;
}

/** Why a try failed, as a code: the text of a library's error may name an address. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  constructor(readonly code: string) {
    super(code);
  }
}
