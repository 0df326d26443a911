import { familyOf, UnreadableEvent, type EventEnvelope } from '@lianban/contracts';
import { addressOf, familiesOf, toEnvelope, type BackboneLog, type EventAddress, type RawEvent } from '@lianban/kafka';
import { type BinaryRows, NotBinary } from './binary-rows.js';
import { hashSet } from './hash-set.js';
import type { ReadModel, ReadModelTable, RowsByTable } from './read-model.js';

/** A subject (a case) of which the last event may be yet to come. */
interface Held<View> {
  readonly firstOffset: bigint;
  readonly streams: { readonly source: string; readonly streamId: string; version: number }[];
  /** By group; nearly always one. */
  readonly views: Map<string, View>;
}

export interface FoldOptions<View> {
  readonly model: ReadModel<View>;
  /** Where rows go, by table. */
  readonly rows: ReadonlyMap<string, BinaryRows>;
  /** Where the last versions of streams go, in the shape of `consumer_stream`. */
  readonly streams: BinaryRows;
  /** Whose positions they are. */
  readonly consumer: string;
  /** Subjects held in memory at a time. */
  readonly hold: number;
  /** Late events that may be kept, of all partitions together. */
  readonly late: RawEvent[];
  readonly keepLate: number;
  readonly log: Pick<BackboneLog, 'error'>;
}

/**
 * Folds one partition from its start, each case as a whole, and gives out final rows. What it can't do exactly as the live projection would it leaves to
 * that: of a case that was given out already (to make room) and goes on, that has a gap, or an event that is unreadable or fits no column, the events from there on
 * are `late`. When there are too many to keep, the ordinary consumer begins at the first that was not kept (`resumeAt`), and passes over
 * all that is done by the versions of its streams.
 */
export const foldPartition = <View>({ model, rows, streams, consumer, hold, late, keepLate, log }: FoldOptions<View>) => {
  const held = new Map<string, Held<View>>();
  const done = hashSet();
  const interest = handledBy(model.handled);
  const ofKind = (kind: ReadModelTable['kind']) => model.tables.filter((table) => table.kind === kind)
    .flatMap(({ name }) => { const into = rows.get(name); return into ? [{ name, into }] : []; });
  const logs = ofKind('log');
  const states = ofKind('state');
  let resumeAt: bigint | undefined;
  let told = false;

  const resumeFrom = (offset: bigint) => { if (resumeAt === undefined || offset < resumeAt) resumeAt = offset; };

  /** Tries to write the rows of these tables, and what `besides` adds to `streams`; nothing of it stays when a value has no binary form. */
  const written = (tables: typeof logs, all: readonly RowsByTable[], besides: () => void = () => undefined): boolean => {
    const marks = tables.map(({ into }) => into.mark);
    const streamsMark = streams.mark;
    try {
      for (const each of all) for (const { name, into } of tables) for (const row of each[name] ?? []) into.add(row);
      besides();
      return true;
    } catch (error) {
      tables.forEach(({ into }, index) => into.rewind(marks[index] as number));
      streams.rewind(streamsMark);
      if (error instanceof NotBinary) return false;
      throw error;
    }
  };

  /** Writes a subject's final rows. If they have no binary form, the ordinary consumer applies it again from its first event. */
  const giveOut = (subject: string, { firstOffset, streams: last, views }: Held<View>) => {
    held.delete(subject);
    done.add(subject);
    const fits = written(states, [...views.values()].map((view) => model.toRows(model.settle(view))), () => {
      for (const stream of last) if (stream.version > 0) streams.add({ consumer, source: stream.source, stream_id: stream.streamId, version: stream.version });
    });
    if (!fits) resumeFrom(firstOffset);
  };

  const leave = (raw: RawEvent) => {
    if (resumeAt !== undefined) return resumeFrom(BigInt(raw.offset));
    if (late.length < keepLate) late.push(raw);
    else resumeFrom(BigInt(raw.offset));
  };

  /** Takes an event into its case's view: `unreadable` with the view as it was, `unfit` with the view spoilt. */
  const apply = (subject: Held<View>, raw: RawEvent, address: EventAddress): 'applied' | 'unreadable' | 'unfit' => {
    let envelope: EventEnvelope;
    try {
      envelope = toEnvelope(raw, address);
    } catch (error) {
      if (error instanceof UnreadableEvent) return 'unreadable';
      throw error;
    }
    try {
      const group = model.groupOf(envelope.metadata);
      const view = model.evolve(subject.views.get(group) ?? model.empty(group), envelope);
      subject.views.set(group, view);
      return written(logs, [model.takeLog(view)]) ? 'applied' : 'unfit';
    } catch (error) {
      // A fold that throws is a bug: the ordinary consumer parks the event and says so. One is logged here, since many make a rebuild slow.
      if (!told) log.error({ type: address.type, error: (error as Error).message }, 'a fold threw; its case is left to the ordinary consumer');
      told = true;
      return 'unfit';
    }
  };

  const forget = (subject: string, firstOffset: bigint) => {
    held.delete(subject);
    done.add(subject);
    resumeFrom(firstOffset);
  };

  return {
    take(raw: RawEvent): void {
      const address = addressOf(raw);
      if (!address) return;
      const { subject, source, streamId, streamVersion } = address;
      let its = held.get(subject);
      if (its) {
        // Moved to the end, so that the first of the map is the one that has been quiet for longest.
        held.delete(subject);
      } else {
        if (done.has(subject)) return leave(raw);
        its = { firstOffset: BigInt(raw.offset), streams: [], views: new Map() };
      }
      held.set(subject, its);
      let stream = its.streams.find((each) => each.source === source && each.streamId === streamId);
      if (!stream) its.streams.push(stream = { source, streamId, version: 0 });
      if (streamVersion <= stream.version) return;
      const outcome = streamVersion > stream.version + 1 ? 'gap' : interest(address.type) ? apply(its, raw, address) : 'applied';
      if (outcome === 'applied') {
        stream.version = streamVersion;
      } else if (outcome === 'unfit') {
        forget(subject, its.firstOffset);
      } else {
        giveOut(subject, its);
        leave(raw);
      }
      if (held.size > hold) this.giveOutOldest();
    },
    /** False when none is held any more. */
    giveOutOldest(): boolean {
      for (const [subject, its] of held) {
        giveOut(subject, its);
        return true;
      }
      return false;
    },
    /** Where the ordinary consumer has to begin, when that is before the end. */
    get resumeAt(): bigint | undefined { return resumeAt; },
  };
};

const handledBy = (handled: ReadonlySet<string>) => {
  const families = familiesOf(handled);
  const known = new Map<string, boolean>();
  return (type: string): boolean => {
    let wanted = known.get(type);
    if (wanted === undefined) {
      wanted = families.has(familyOf(type));
      if (known.size < 1_000) known.set(type, wanted);
    }
    return wanted;
  };
};
