import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Settings every service reads from the environment. The README's table names them all. */
const common = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  REQUEST_LIMIT: z.coerce.number().int().min(1).max(100_000).default(512),
  /** Where spans go (OTLP over HTTP); not set: no tracing. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
};

/** Asymmetric ones only: with a shared secret every service could make tokens. */
const algorithms = ['EdDSA', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;

const deciding = {
  ...common,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
  /** Insight only: a read replica for the analysts' questions. */
  READ_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address').optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(8),
  COMMAND_QUEUE: z.coerce.number().int().min(1).max(100_000).default(256),
  KAFKA_BROKERS: z.string().min(1).transform((list) => list.split(',').map((broker) => broker.trim())),
  AUTH_ISSUER: z.string().default('http://lianban.local'),
  AUTH_AUDIENCE: z.string().default('lianban'),
  AUTH_ALGORITHMS: z.string().default('EdDSA').transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(algorithms, { error: `must be of ${algorithms.join(', ')}` }))),
  AUTH_JWKS_FILE: z.string().optional(),
  AUTH_JWKS_URL: z.url().optional(),
  CONSISTENCY_SECRET: z.string().min(16),
};

const serviceSchema = z.object(deciding).refine((env) => env.AUTH_JWKS_FILE ?? env.AUTH_JWKS_URL, {
  path: ['AUTH_JWKS_FILE'], message: 'give AUTH_JWKS_FILE or AUTH_JWKS_URL',
});

export type ServiceConfig = z.infer<typeof serviceSchema>;

/** Reads `shape` from the environment, on top of nothing else; an empty variable counts as not set. Exits with one line per wrong variable. */
export const readEnvironment = <Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv = process.env): z.infer<Schema> => {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) process.stderr.write(`setting ${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(78);
};

export const commonSettings = z.object(common);
export const loadServiceConfig = (): ServiceConfig => readEnvironment(serviceSchema);

export const readJwks = (file: string): { keys: Record<string, unknown>[] } => JSON.parse(readFileSync(file, 'utf8')) as { keys: Record<string, unknown>[] };
