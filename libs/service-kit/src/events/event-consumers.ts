import type { EventConsumer } from '@lianban/kafka';

/** The consumers that run in this process, by name: whoever wants something done about a parked event asks the one that parked it. */
export class EventConsumers {
  private readonly byName = new Map<string, EventConsumer>();

  add(consumer: EventConsumer): void {
    this.byName.set(consumer.name, consumer);
  }

  find(name: string): EventConsumer | undefined {
    return this.byName.get(name);
  }

  /** Topics that are gone. Commands go on and nothing is lost; `npm run refill` brings them back. */
  get missingTopics(): string[] {
    return [...new Set([...this.byName.values()].flatMap(({ missingTopics }) => missingTopics))].sort();
  }

  /** What keeps a consumer of this process from going on, in words. */
  get troubles(): string[] {
    return [...this.byName.values()].flatMap(({ troubles }) => troubles);
  }
}
