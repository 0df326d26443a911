import type { EventEnvelope, EventReader, Source } from '@lianban/contracts';
import { familyOf, UnreadableEvent } from '@lianban/contracts';
import { addressOf, toEnvelope } from './cloud-event.js';
import type { EventAddress, RawEvent } from './cloud-event.js';
import { keyOf } from './consumer-tables.js';
import type { StreamKey } from './consumer-tables.js';
import type { ParkReason } from './parked-tables.js';
import type { StreamRun } from './partitions-together.js';

/** Which events a consumer deals with. */
export interface Interest {
  /** Families of the types it handles; an unknown version of such a family can't be passed over. */
  readonly families: ReadonlySet<string>;
  /** Its own events are passed over. */
  readonly ownSource: Source | undefined;
  /** Knows the event versions of this build. */
  readonly reader: EventReader;
}

export interface AddressedEvent {
  readonly raw: RawEvent;
  /** Undefined: this consumer ignores it. */
  readonly address: EventAddress | undefined;
}

export const addressed = (raw: RawEvent, { ownSource }: Interest): AddressedEvent => {
  const address = addressOf(raw);
  return { raw, address: address && address.source !== ownSource ? address : undefined };
};

/** What to do with a stretch of events, in one transaction. */
export interface BatchPlan {
  readonly apply: readonly EventEnvelope[];
  readonly advanced: ReadonlyMap<string, StreamKey & { version: number }>;
  readonly park: readonly { raw: RawEvent; address: EventAddress; reason: ParkReason; error: string | null }[];
  /** How many events of the stretch this covers. */
  readonly covered: number;
  /** A subject whose parked events may go on now. The plan ends there so that they keep their order. */
  readonly drain: string | undefined;
}

/** The events that one transaction reads: up to `limit` that may have to be applied, and a bounded number of others. */
export const stretchOf = (events: readonly RawEvent[], limit: number, interest: Interest): AddressedEvent[] => {
  const stretch: AddressedEvent[] = [];
  let candidates = 0;
  for (const raw of events) {
    const event = addressed(raw, interest);
    const candidate = event.address && interest.families.has(familyOf(event.address.type));
    if ((candidate && candidates === limit) || stretch.length === Math.max(limit, 500)) break;
    if (candidate) candidates += 1;
    stretch.push(event);
  }
  return stretch;
};

/** The streams of a stretch in which nothing is to be applied; undefined when something is, or a stream does not go on without a gap. */
export const runsOf = (stretch: readonly AddressedEvent[], interest: Interest): StreamRun[] | undefined => {
  const runs = new Map<string, StreamRun>();
  for (const { address } of stretch) {
    if (!address) continue;
    if (interest.families.has(familyOf(address.type))) return undefined;
    const { source, streamId, subject, streamVersion } = address;
    const run = runs.get(keyOf(address));
    if (run && streamVersion !== run.last + 1) return undefined;
    runs.set(keyOf(address), { source, streamId, subject, first: run?.first ?? streamVersion, last: streamVersion });
  }
  return [...runs.values()];
};

/**
 * Judges events in order. A copy is at or below its stream's last version: skipped. One beyond the next version waits for the gap
 * to fill. Behind an event that failed, everything of its subject waits, whatever its source.
 */
export const planBatch = (
  stretch: readonly AddressedEvent[],
  interest: Interest,
  lastVersions: ReadonlyMap<string, number>,
  parkedSubjects: ReadonlyMap<string, { readonly blocked: boolean }>,
): BatchPlan => {
  const apply: EventEnvelope[] = [];
  const advanced = new Map<string, StreamKey & { version: number }>();
  const park: { raw: RawEvent; address: EventAddress; reason: ParkReason; error: string | null }[] = [];
  const subjects = new Map(parkedSubjects);
  let covered = 0;
  let drain: string | undefined;

  const parkIt = (raw: RawEvent, address: EventAddress, reason: ParkReason, error: string | null = null) => {
    park.push({ raw, address, reason, error });
    const blocked = (subjects.get(address.subject)?.blocked ?? false) || reason === 'unreadable';
    subjects.set(address.subject, { blocked });
  };

  for (const { raw, address } of stretch) {
    if (drain !== undefined) break;
    covered += 1;
    if (!address) continue;
    const last = advanced.get(keyOf(address))?.version ?? lastVersions.get(keyOf(address)) ?? 0;
    if (address.streamVersion <= last) continue;
    if (subjects.get(address.subject)?.blocked) {
      parkIt(raw, address, 'waiting');
      continue;
    }
    if (address.streamVersion > last + 1) {
      parkIt(raw, address, 'gap');
      continue;
    }
    if (interest.families.has(familyOf(address.type))) {
      try {
        apply.push(toEnvelope(raw, address, interest.reader));
      } catch (error) {
        if (!(error instanceof UnreadableEvent)) throw error;
        parkIt(raw, address, 'unreadable', error.message);
        continue;
      }
    }
    advanced.set(keyOf(address), { source: address.source, streamId: address.streamId, version: address.streamVersion });
    if (subjects.has(address.subject)) drain = address.subject;
  }
  return { apply, advanced, park, covered, drain };
};
