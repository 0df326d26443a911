/** The channels. Each is tried against a real server of its kind (`channels.spec.ts`). */
import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { NotSent } from './notice-port.js';
import type { NoticePort } from './notice-port.js';

const timeoutMs = 15_000;

/** Tells nobody: one line in the log, without number, text or address. */
export const logChannel = (log: Pick<Logger, 'info'>): NoticePort => ({
  channel: 'log',
  send({ noticeId, kind }) {
    log.info({ noticeId, notice: kind }, 'a notice to a requester');
    return Promise.resolve('delivered');
  },
});

/** E-mail. The Message-ID is that of the notice, so that a mail that comes twice can be told. */
export const smtpChannel = ({ url, from }: { readonly url: string; readonly from: string }): NoticePort => {
  const transport = createTransport(url, { from });
  const domain = from.split('@').at(-1)?.replace(/[^\w.-]/g, '') || 'lianban';
  return {
    channel: 'smtp',
    async send({ noticeId, subject, text, to: { email } }) {
      if (!email) return 'no-address';
      const mail = { to: { name: '', address: email }, messageId: `<${noticeId}@${domain}>`, subject: `${subject.zh} · ${subject.en}`, text: `${text.zh}\n\n${text.en}\n` };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, refuse) => { timer = setTimeout(() => refuse(new NotSent('timeout')), timeoutMs); });
      try {
        await Promise.race([transport.sendMail(mail), late]);
        return 'delivered';
      } catch (error) {
        if (error instanceof NotSent) throw error;
        const { code = 'error', responseCode } = error as { code?: string; responseCode?: number };
        throw new NotSent(responseCode === undefined ? code : `smtp-${responseCode}`);
      } finally {
        clearTimeout(timer);
      }
    },
  };
};

/** The key of a secret as Standard Webhooks writes it: `whsec_` and base64. */
const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** A signed POST as the Standard Webhooks specification has it: the signature is over id, time and body. */
export const webhookChannel = ({ url, secret, now = () => new Date() }: { readonly url: string; readonly secret: string; readonly now?: () => Date }): NoticePort => ({
  channel: 'webhook',
  async send({ noticeId, kind, caseNo, subject, text, to }) {
    if (!to.phone && !to.email) return 'no-address';
    const at = now();
    const seconds = String(Math.floor(at.getTime() / 1_000));
    const body = JSON.stringify({ type: 'lianban.requester-notice', timestamp: at.toISOString(), data: { noticeId, notice: kind, caseNo, subject, text, to } });
    const signature = `v1,${createHmac('sha256', keyOf(secret)).update(`${noticeId}.${seconds}.${body}`).digest('base64')}`;
    const headers = { 'content-type': 'application/json', 'webhook-id': noticeId, 'webhook-timestamp': seconds, 'webhook-signature': signature };
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
      .catch((error: Error) => { throw new NotSent(error.name === 'TimeoutError' ? 'timeout' : (error.cause as { code?: string } | undefined)?.code ?? 'unreachable'); });
    await response.body?.cancel();
    if (!response.ok) throw new NotSent(`http-${response.status}`);
    return 'delivered';
  },
});
