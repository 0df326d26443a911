import { commonSettings, readEnvironment } from '@lianban/service-kit';
import { z } from 'zod';

/** The services behind the door. */
export const serviceNames = ['intake', 'dispatch', 'sla', 'satisfaction', 'insight'] as const;
export type ServiceName = (typeof serviceNames)[number];

const schema = commonSettings.extend({
  INTAKE_URL: z.url(),
  DISPATCH_URL: z.url(),
  SLA_URL: z.url(),
  SATISFACTION_URL: z.url(),
  INSIGHT_URL: z.url(),
});

export type GatewaySettings = z.infer<typeof schema> & { readonly services: Readonly<Record<ServiceName, string>> };

export const loadGatewaySettings = (): GatewaySettings => {
  const settings = readEnvironment(schema);
  return {
    ...settings,
    services: {
      intake: settings.INTAKE_URL, dispatch: settings.DISPATCH_URL, sla: settings.SLA_URL, satisfaction: settings.SATISFACTION_URL, insight: settings.INSIGHT_URL,
    },
  };
};

export const SETTINGS = Symbol('settings');
