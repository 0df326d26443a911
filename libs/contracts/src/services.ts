/**
 * The registry: topics and services. Whatever lists services is made from it, at run time or by `npm run generate`: database schemas and roles, ports, the gateway's
 * addresses, API documents, docker-compose.yml, Prometheus, alerts, the tools.
 */

/** What travels on a topic, in the words of the AsyncAPI document. The number of partitions is for a new installation and never changes after that. */
interface TopicDefinition { readonly name: `lianban.${string}`; readonly partitions: number; readonly what: string; readonly summary: string }

export const topicDefinitions = {
  case: {
    name: 'lianban.case', partitions: 12, what: 'what happened to cases',
    summary: 'Everything about a case, whichever service decided it.',
  },
  directory: {
    name: 'lianban.directory', partitions: 1, what: 'changes of its reference data',
    summary: 'Reference data: departments and other handling units, the territory tree, categories, calendars, limits, rules, the responsibility list. Each message is the whole current value of its code.',
  },
  visit: {
    name: 'lianban.visit', partitions: 3, what: 'visits, their plans, and the firms that are visited',
    summary: 'Visits (走访) to firms and households, the plans they follow, and the register of firms. Who was visited is a reference; names and doors stay in intake.',
  },
} as const satisfies Readonly<Record<string, TopicDefinition>>;

/** `case`, `directory`: a topic in our own words. */
export type TopicKind = keyof typeof topicDefinitions;
export const topicKinds = Object.keys(topicDefinitions) as TopicKind[];
export type Topic = (typeof topicDefinitions)[TopicKind]['name'];
export const topics = Object.fromEntries(topicKinds.map((kind) => [kind, topicDefinitions[kind].name])) as { readonly [Kind in TopicKind]: (typeof topicDefinitions)[Kind]['name'] };

interface ServiceDefinition {
  /** One word of small letters. It is also the folder in `apps`, the database schema, and the name in every log and metric. */
  readonly name: string;
  /** Whether it writes events. Then it has an event store and a relay, and is the source of its events. */
  readonly decides: boolean;
  /** Topics it follows, besides the directory, which every service has a copy of. */
  readonly hears: readonly TopicKind[];
  /** What it is for. */
  readonly text: { readonly en: string; readonly zh: string };
  /** Environment variables that only it reads; docker-compose.yml hands them on. */
  readonly settings: readonly string[];
}

/** In the order of their ports, so a new one goes to the end. The gateway is none of them: it forwards to all. */
export const services = [
  {
    name: 'intake', decides: true, hears: ['case'], settings: ['NOTICE_CHANNEL', 'SMTP_URL', 'NOTICE_FROM', 'NOTICE_WEBHOOK_URL', 'NOTICE_WEBHOOK_KEY', 'NOTICE_RATE_LINK'],
    text: { en: "registers, accepts, refuses, settles on the spot, closes; keeps the requester's contact data", zh: '诉求受理' },
  },
  {
    name: 'dispatch', decides: true, hears: ['case'], settings: ['TIMER_QUIET_SECONDS', 'ROUTING_MODEL_FILE'],
    text: { en: 'departments, territories, categories; routing, work orders, answers, rework', zh: '派单与承办' },
  },
  {
    name: 'sla', decides: true, hears: ['case'], settings: ['TIMER_INTERVAL_MS', 'TIMER_QUIET_SECONDS'],
    text: { en: 'which clocks run, when each is due, breaches; the due-date calculator', zh: '时限' },
  },
  {
    name: 'satisfaction', decides: true, hears: ['case'], settings: [],
    text: { en: 'call-backs and their outcomes; the three rates of a month', zh: '回访' },
  },
  {
    name: 'insight', decides: false, hears: ['case', 'visit'], settings: ['READ_DATABASE_URL'],
    text: { en: "the read side: read models, analysts' REST and SQL", zh: '分析' },
  },
] as const satisfies readonly ServiceDefinition[];

type Service = (typeof services)[number];
export type ServiceName = Service['name'];
export const serviceNames: readonly ServiceName[] = services.map(({ name }) => name);

/** What runs: the services and the door before them. */
export type AppName = ServiceName | 'gateway';
export const appNames: readonly AppName[] = [...serviceNames, 'gateway'];

/** A service that decides is the source of events. */
export type Source = Extract<Service, { readonly decides: true }>['name'];
export const sources: readonly Source[] = services.flatMap((service) => (service.decides ? [service.name] : []));
export const isSource = (name: ServiceName): name is Source => (sources as readonly ServiceName[]).includes(name);

/** Topics a service follows. */
export const topicsHeardBy = (name: ServiceName): Topic[] => services.filter((service) => service.name === name).flatMap(({ hears }) => hears.map((kind) => topics[kind]));
/** Services that follow a topic. */
export const listenersOf = (topic: Topic): ServiceName[] => serviceNames.filter((name) => topicsHeardBy(name).includes(topic));

/** The gateway's setting with the addresses of a service. */
export type AddressVariable = `${Uppercase<ServiceName>}_URL`;
export const addressVariable = (name: ServiceName) => `${name.toUpperCase()}_URL` as AddressVariable;
