import { type AddressVariable, addressVariable, type ServiceName, serviceNames } from '@lianban/contracts';
import { doorSettings, hasKeys, noKeys, readEnvironment } from '@lianban/service-kit';
import type { Bearer } from '@lianban/service-kit';
import { z } from 'zod';

/** The addresses of a service's copies, separated by commas. */
const byComma = (list: string): string[] => list.split(',').map((url) => url.trim());
const addresses = z.string().transform(byComma).pipe(z.array(z.url()).min(1));

const schema = doorSettings.extend({
  /** Where Prometheus finds the gateway's metrics; not set: on its own port, for insiders. */
  METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  ...Object.fromEntries(serviceNames.map((name) => [addressVariable(name), addresses])) as Record<AddressVariable, typeof addresses>,
}).refine(hasKeys, noKeys);

export type GatewaySettings = z.infer<typeof schema> & { readonly services: Readonly<Record<ServiceName, readonly string[]>> };

export const loadGatewaySettings = (): GatewaySettings => {
  const settings = readEnvironment(schema);
  return { ...settings, services: Object.fromEntries(serviceNames.map((name) => [name, settings[addressVariable(name)]])) as Record<ServiceName, string[]> };
};

export const SETTINGS = Symbol('settings');

/** Who a bearer token belongs to. */
export type CallerOf = (token: string) => Promise<Bearer>;
export const CALLER_OF = Symbol('caller of a token');
