import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { developmentIssuer, weaknessOfAddress, weaknessOfIssuer, weaknessOfKey, weaknessOfKeyFile } from './development.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that production looks at more closely, with what says why a value will not do. */
const inProduction = z.registry<{ readonly weakness: (value: string, env: Environment) => string | undefined }>();

/** A secret of the services. Every secret is read with this, so that production refuses a public or a short one. */
export const secret = () => z.string().min(16).register(inProduction, { weakness: weaknessOfKey });

const databaseAddress = () => z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address').register(inProduction, { weakness: weaknessOfAddress });

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

/** How tokens are checked. */
const checking = {
  AUTH_ISSUER: z.string().default(developmentIssuer).register(inProduction, { weakness: weaknessOfIssuer }),
  AUTH_AUDIENCE: z.string().default('lianban'),
  AUTH_ALGORITHMS: z.string().default('EdDSA').transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(algorithms, { error: `must be of ${algorithms.join(', ')}` }))),
  /** The address counts before the file. */
  AUTH_JWKS_FILE: z.string().optional().register(inProduction, { weakness: (file, env) => (env.AUTH_JWKS_URL ? undefined : weaknessOfKeyFile(file)) }),
  AUTH_JWKS_URL: z.url().optional(),
  /** How long the last good keys from the address count while it can't be reached. */
  AUTH_JWKS_MAX_AGE_HOURS: z.coerce.number().min(1).max(720).default(24),
};

const deciding = {
  ...common,
  DATABASE_URL: databaseAddress(),
  /** Insight only: a read replica for the analysts' questions. */
  READ_DATABASE_URL: databaseAddress().optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(8),
  COMMAND_QUEUE: z.coerce.number().int().min(1).max(100_000).default(256),
  KAFKA_BROKERS: z.string().min(1).transform((list) => list.split(',').map((broker) => broker.trim())),
  ...checking,
  CONSISTENCY_SECRET: secret(),
  /** Short keys can be tried; this one stands between the topic and every account. */
  PERSON_SECRET: secret().min(32),
};

type KeysFrom = { readonly AUTH_JWKS_FILE?: string | undefined; readonly AUTH_JWKS_URL?: string | undefined };
/** For `refine`: keys come from somewhere. */
export const hasKeys = (env: KeysFrom): boolean => (env.AUTH_JWKS_FILE ?? env.AUTH_JWKS_URL) !== undefined;
export const noKeys = { path: ['AUTH_JWKS_FILE'], message: 'give AUTH_JWKS_FILE or AUTH_JWKS_URL' };

/** Setting TIMER_QUIET_SECONDS: what was past when it was recorded fires once its case has been quiet for so long. */
export const timerQuietSeconds = z.coerce.number().min(0).max(86_400).default(60);

export const serviceSettings = z.object(deciding).refine(hasKeys, noKeys);

export type ServiceConfig = z.infer<typeof serviceSettings>;

/** Optional fields and defaults wrap the field that a rule was registered for. */
const ruleOf = (field: z.core.$ZodType): ReturnType<typeof inProduction.get> => {
  const inner = (field._zod.def as { innerType?: z.core.$ZodType }).innerType;
  return inProduction.get(field) ?? (inner && ruleOf(inner));
};

/** An empty variable counts as not set. */
const givenIn = (env: Environment): Environment => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/** What is wrong with each setting, as `NAME: why`; in production also what may not stay as it came with the project. */
export const problemsOf = (schema: z.ZodObject, env: Environment): string[] => {
  const given = givenIn(env);
  const wrong = (schema.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (given.NODE_ENV !== 'production') return wrong;
  return [...wrong, ...Object.entries(schema.shape as z.core.$ZodShape).flatMap(([name, field]) => {
    const value = z.safeParse(field, given[name]).data;
    const weakness = typeof value === 'string' ? ruleOf(field)?.weakness(value, given) : undefined;
    return weakness ? [`${name}: ${weakness} (NODE_ENV=production)`] : [];
  })];
};

/** Reads the settings of `schema` from the environment. Exits with one line for each one that is wrong, all at once. */
export const readEnvironment = <Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv = process.env): z.infer<Schema> => {
  const problems = problemsOf(schema, env);
  if (problems.length === 0) return schema.parse(givenIn(env));
  for (const problem of problems) process.stderr.write(`setting ${problem}\n`);
  process.exit(78);
};

/** Of a process that checks tokens and decides nothing. */
export const doorSettings = z.object({ ...common, ...checking });
export const loadServiceConfig = (): ServiceConfig => readEnvironment(serviceSettings);

export const readJwks = (file: string): { keys: Record<string, unknown>[] } => JSON.parse(readFileSync(file, 'utf8')) as { keys: Record<string, unknown>[] };
