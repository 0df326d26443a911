import { doorSettings, hasKeys, noKeys, readEnvironment } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { z } from 'zod';

/** The services behind the door. */
export const serviceNames = ['intake', 'dispatch', 'sla', 'satisfaction', 'insight'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The addresses of a service's copies, separated by commas. */
const byComma = (list: string): string[] => list.split(',').map((url) => url.trim());
const urls = z.array(z.url()).min(1);

const schema = doorSettings.extend({
  /** Where Prometheus finds the gateway's metrics; not set: on its own port, for insiders. */
  METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  INTAKE_URL: z.string().transform(byComma).pipe(urls),
  DISPATCH_URL: z.string().transform(byComma).pipe(urls),
  SLA_URL: z.string().transform(byComma).pipe(urls),
  SATISFACTION_URL: z.string().transform(byComma).pipe(urls),
  INSIGHT_URL: z.string().transform(byComma).pipe(urls),
}).refine(hasKeys, noKeys);

export type GatewaySettings = z.infer<typeof schema> & { readonly services: Readonly<Record<ServiceName, readonly string[]>> };

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

/** Who a bearer token belongs to. */
export type CallerOf = (token: string) => Promise<Caller>;
export const CALLER_OF = Symbol('caller of a token');
