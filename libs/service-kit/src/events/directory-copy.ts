import { DomainError, rulesInForce, shippedRules, topics } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType, RuleName, RulesInForce, RuleValue } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { createConsumer } from '@lianban/kafka';
import type { ConsumerOptions, EventConsumer } from '@lianban/kafka';
import { say } from '@lianban/texts';
import type { NameOf } from '@lianban/texts';

export type Department = EventByType<'lianban.directory.department-changed.v1'>['data'];
export type Territory = EventByType<'lianban.directory.territory-changed.v1'>['data'];
export type Category = EventByType<'lianban.directory.category-changed.v1'>['data'];
/** A year of working time, of the district or of one handling unit. */
export type PublishedCalendar = EventByType<'lianban.calendar.published.v1'>['data'];
/** A row of the responsibility list (职责清单). */
export type Responsibility = EventByType<'lianban.responsibility.changed.v1'>['data'];
type DatedRule = EventByType<'lianban.rule.set.v1'>['data'];
type Template = EventByType<'lianban.template.set.v1'>['data'];

/** Of the reference data that is known by its code. */
type Kind = 'department' | 'territory' | 'category';
type EntryKind = Kind | 'calendar' | 'rule' | 'responsibility' | 'template';

const kindOfType: Partial<Record<EventType, EntryKind>> = {
  'lianban.directory.department-changed.v1': 'department',
  'lianban.directory.territory-changed.v1': 'territory',
  'lianban.directory.category-changed.v1': 'category',
  'lianban.calendar.published.v1': 'calendar',
  'lianban.rule.set.v1': 'rule',
  'lianban.responsibility.changed.v1': 'responsibility',
  'lianban.template.set.v1': 'template',
};

type Entries = Record<EntryKind, Map<string, unknown>>;

const empty = (): Entries => ({ department: new Map(), territory: new Map(), category: new Map(), calendar: new Map(), rule: new Map(), responsibility: new Map(), template: new Map() });

/** The top of the territories is published after everything else of a first load, and the topic has one partition. */
const isComplete = ({ territory }: Entries): boolean => [...territory.values() as MapIterator<Territory>].some(({ parent }) => parent === null);

const codeOf = (data: Department | Territory | Category | PublishedCalendar | DatedRule | Responsibility | Template): string => {
  if ('code' in data) return data.code;
  if ('responsibilityId' in data) return data.responsibilityId;
  if ('templateId' in data) return `${data.templateId}/${new Date(data.effectiveFrom).toISOString()}`;
  return 'year' in data ? `${data.year}/${data.unit ?? ''}` : `${data.name}/${data.territory ?? ''}/${new Date(data.effectiveFrom).toISOString()}`;
};

/** From a node to the top of its tree, itself first; empty for a code nobody knows. */
export const pathsUp = <Node extends { readonly code: string; readonly parent: string | null }>(nodes: readonly Node[]): ((code: string) => readonly Node[]) => {
  const byCode = new Map(nodes.map((node) => [node.code, node]));
  return (code) => {
    const path: Node[] = [];
    // A loop, which the reference data should not have, ends it.
    for (let at = byCode.get(code); at && !path.includes(at); at = at.parent === null ? undefined : byCode.get(at.parent)) path.push(at);
    return path;
  };
};

/** This service's own copy of the reference data, kept by events. */
export class DirectoryCopy {
  private entries = empty();
  private inForce = shippedRules;
  private revision = '0';
  private checkedAt = 0;
  private changes = 0;
  private loading: Promise<void> | undefined;
  readonly consumer: EventConsumer;

  constructor(private readonly tx: Tx, options: Pick<ConsumerOptions, 'pool' | 'brokers' | 'log'> & { service: string }) {
    this.consumer = createConsumer({
      ...options,
      // A name of its own: what was called `SERVICE-directory` passed over the calendars, so the topic is read anew.
      consumer: `${options.service}-reference-directory`,
      topics: [topics.directory],
      handled: new Set(Object.keys(kindOfType)),
      batchSize: 1000,
      handle: storeEntries,
      committed: () => this.changed(),
    });
  }

  /** Says that rows were written: what a look that is under way finds may lack them. */
  changed(): void {
    this.changes += 1;
    this.checkedAt = 0;
  }

  async department(code: string): Promise<Department | undefined> { return (await this.current()).department.get(code) as Department | undefined; }
  async territory(code: string): Promise<Territory | undefined> { return (await this.current()).territory.get(code) as Territory | undefined; }
  async category(code: string): Promise<Category | undefined> { return (await this.current()).category.get(code) as Category | undefined; }
  async departments(): Promise<Department[]> { return [...(await this.current()).department.values()] as Department[]; }
  async categories(): Promise<Category[]> { return [...(await this.current()).category.values()] as Category[]; }
  async territories(): Promise<Territory[]> { return [...(await this.current()).territory.values()] as Territory[]; }
  /** What was published, of each year and unit the last; what comes with the product is not among them. */
  async calendars(): Promise<PublishedCalendar[]> { return [...(await this.current()).calendar.values()] as PublishedCalendar[]; }

  /** Every row of every template for answers and refusals. */
  async templates(): Promise<Template[]> { return [...(await this.current()).template.values()] as Template[]; }

  async responsibilities(): Promise<Responsibility[]> { return [...(await this.current()).responsibility.values()] as Responsibility[]; }

  /** What the district's rules say, at any time and for any territory. A row that was set a moment ago may be missing. */
  async rules(): Promise<RulesInForce> {
    await this.current();
    return this.inForce;
  }

  async rule<Name extends RuleName>(name: Name, when: Parameters<RulesInForce>[1]): Promise<RuleValue<Name>> { return (await this.rules())(name, when); }

  /** As last read, for texts. */
  readonly nameOf: NameOf = (kind, code) => (this.entries[kind].get(code) as Department | Territory | undefined)?.name;

  /** Of a territory itself and those above it up to the district, itself first; empty for a code nobody knows. */
  async territoryPaths(): Promise<(code: string) => readonly Territory[]> {
    return pathsUp(await this.territories());
  }

  /** True when everything of a first load has come, and nothing more is known to be on its way. */
  async loaded(): Promise<boolean> {
    return isComplete(await this.current()) && this.consumer.joined && this.consumer.lag === 0;
  }

  /** @throws DomainError `unknown-reference` naming `field` when the code is not known or no longer active; `service-unavailable` while that can't be told yet */
  async require(kind: Kind, code: string, field: string): Promise<void> {
    const entries = await this.current();
    const entry = entries[kind].get(code) as { active: boolean } | undefined;
    if (!entry && !isComplete(entries)) throw new DomainError('service-unavailable', say('reference-data-behind'));
    if (!entry?.active) {
      const errors = [{ field, reason: say('no-active-entry', { kind, code }) }];
      throw new DomainError('unknown-reference', say('fields-refused', { errors }), errors);
    }
  }

  /** Another process of this service may have written the rows, so the revision is looked at every other second. */
  private async current(): Promise<Entries> {
    if (Date.now() - this.checkedAt > 2_000) await (this.loading ??= this.load().finally(() => { this.loading = undefined; }));
    return this.entries;
  }

  private async load(): Promise<void> {
    const startedAt = Date.now();
    const { changes } = this;
    const { rows: [latest] } = await this.tx.query<{ revision: string }>('SELECT coalesce(max(revision), 0)::text AS revision FROM directory_entry');
    if (latest && latest.revision !== this.revision) {
      const { rows } = await this.tx.query<{ kind: EntryKind; code: string; data: unknown }>('SELECT kind, code, data FROM directory_entry ORDER BY kind, code');
      const entries = empty();
      // A later build, gone again, may have left kinds that this one does not know.
      for (const { kind, code, data } of rows) (entries[kind] as Map<string, unknown> | undefined)?.set(code, data);
      this.entries = entries;
      this.inForce = rulesInForce([...entries.rule.values() as MapIterator<DatedRule>], pathsUp([...entries.territory.values() as MapIterator<Territory>]));
      this.revision = latest.revision;
    }
    this.checkedAt = changes === this.changes ? startedAt : 0;
  }
}

const storeEntries = async (tx: Tx, envelopes: readonly EventEnvelope[]): Promise<void> => {
  const latest = new Map(envelopes.flatMap((envelope) => {
    const kind = kindOfType[envelope.type];
    const data = envelope.data as Parameters<typeof codeOf>[0];
    return kind ? [[`${kind}/${codeOf(data)}`, { kind, code: codeOf(data), data }] as const] : [];
  }));
  await tx.query(
    `INSERT INTO directory_entry (kind, code, data, revision)
     SELECT e->>'kind', e->>'code', e->'data', nextval('directory_revision') FROM jsonb_array_elements($1) AS e
     ON CONFLICT (kind, code) DO UPDATE SET data = excluded.data, revision = excluded.revision`,
    [JSON.stringify([...latest.values()])],
  );
};
