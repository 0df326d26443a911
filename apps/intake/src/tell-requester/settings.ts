import { noticeChannels } from '@lianban/contracts';
import { readEnvironment } from '@lianban/service-kit';
import type { Logger } from 'pino';
import { z } from 'zod';
import { logChannel, smtpChannel, webhookChannel } from './channels.js';
import type { NoticePort } from './notice-port.js';

const schema = z.object({
  NOTICE_CHANNEL: z.enum(noticeChannels).default('log'),
  SMTP_URL: z.string().regex(/^smtps?:\/\//, 'must be an smtp:// or smtps:// address').optional(),
  NOTICE_FROM: z.string().includes('@').optional(),
  NOTICE_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  NOTICE_WEBHOOK_KEY: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64').optional(),
  NOTICE_RATE_LINK: z.url({ protocol: /^https?$/ }).includes('{callBackId}', 'must have the place {callBackId}').optional(),
}).superRefine((env, context) => {
  const needed = { log: [], smtp: ['SMTP_URL', 'NOTICE_FROM'], webhook: ['NOTICE_WEBHOOK_URL', 'NOTICE_WEBHOOK_KEY'] } as const;
  for (const name of needed[env.NOTICE_CHANNEL]) if (env[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: `is needed for NOTICE_CHANNEL=${env.NOTICE_CHANNEL}` });
});

export interface NoticeSettings {
  port(log: Logger): NoticePort;
  readonly rateLink: string | undefined;
}
export const NOTICES = Symbol('notices to requesters');

export const readNoticeSettings = (): NoticeSettings => {
  const { NOTICE_CHANNEL, SMTP_URL = '', NOTICE_FROM = '', NOTICE_WEBHOOK_URL = '', NOTICE_WEBHOOK_KEY = '', NOTICE_RATE_LINK } = readEnvironment(schema);
  const ports = {
    log: logChannel,
    smtp: () => smtpChannel({ url: SMTP_URL, from: NOTICE_FROM }),
    webhook: () => webhookChannel({ url: NOTICE_WEBHOOK_URL, secret: NOTICE_WEBHOOK_KEY }),
  };
  return { port: ports[NOTICE_CHANNEL], rateLink: NOTICE_RATE_LINK };
};
