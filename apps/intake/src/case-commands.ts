import type { EventEnvelope } from '@lianban/contracts';
import type { EventStore, Tx } from '@lianban/event-store';
import { CommandBus, EVENT_STORE, SQL } from '@lianban/service-kit';
import type { Change, CommandBody, CommandContext, CommandResult } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { IntakeFacts } from './domain/facts.js';
import type { IntakeCase, IntakeEvent, IntakeState } from './domain/intake-case.js';
import { intakeStream } from './intake-stream.js';
import { keepOriginals, MaskedTexts } from './requester/original-text.js';
import type { FreeTexts, Masked } from './requester/original-text.js';
import { findContacts } from './requester/requester-vault.js';
import type { RequesterContact } from './requester/requester-vault.js';
import { toCaseView } from './show-case/case.view.js';

/** The second case of a command that concerns two, as its first event names it. */
export interface OtherCase {
  /** As the command names it; absent when only the event does. */
  readonly caseId?: string | undefined;
  readonly caseIdIn: (event: EventEnvelope<IntakeEvent>) => string;
  /** `state` and `facts` are the other's; `first` is the case the command was given to, as it is now. */
  readonly decide: (state: IntakeState, first: IntakeCase, facts: IntakeFacts) => IntakeEvent[];
}

const mergedWith = (history: readonly EventEnvelope[]): string[] => history.flatMap(({ type, data }) =>
  (type === 'lianban.case.merged.v1' ? [data.intoCaseId] : type === 'lianban.demand.joined.v1' ? [data.demandCaseId] : []));

/** What the commands to an existing case share: masking, the original texts beside the event, the case as the answer. */
@Injectable()
export class CaseCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** `texts` are the command's free texts by field; `decide` gets them masked. */
  async execute<Texts extends FreeTexts>(
    ctx: CommandContext,
    caseId: string,
    { occurredAt }: CommandBody,
    texts: Texts,
    decide: (state: IntakeState, masked: Masked<Texts>, facts: IntakeFacts, at: string) => IntakeEvent[],
    other?: OtherCase,
    stream = intakeStream,
    status: 200 | 201 = 200,
    alongside?: (tx: Tx, change: Change<IntakeState, IntakeFacts>) => Promise<void>,
  ): Promise<CommandResult> {
    const written = Object.values(texts).some((text) => text !== null);
    const words = MaskedTexts.of(texts, written ? await this.requestersAround(caseId, other?.caseId) : []);
    return this.bus.execute({
      ctx,
      streamId: caseId,
      status,
      occurredAt,
      stream,
      decide: ({ state, facts, at }) => decide(state, words.masked, facts, at),
      rows: ({ events }, write) => {
        // Each text beside the event that has it.
        for (const event of events) for (const text of words.changed(caseId, event.metadata.streamVersion)) if ((text.field.split('.')[0] ?? '') in event.data) write(keepOriginals, text);
      },
      second: other && {
        idIn: (first) => other.caseIdIn(first as EventEnvelope<IntakeEvent>),
        decide: ({ state, facts: known, first }) => other.decide(state, first as IntakeCase, known),
      },
      alongside,
      respond: ({ state, version }) => toCaseView(caseId, state, version),
    });
  }

  /**
   * Whom a text about the case may name: its requester, and those of every case it was ever merged with, in either direction, since who once heard of them may write of
   * them later. `other` is the case of a merging that is only asked for. One that is merged in the same moment is not among them; its requester is not known here yet.
   */
  private async requestersAround(caseId: string, other: string | undefined): Promise<RequesterContact[]> {
    const near = new Set([caseId, ...(other === undefined ? [] : [other]), ...mergedWith(await this.store.read(caseId))]);
    const further = near.size === 1 ? new Map<string, EventEnvelope[]>() : await this.store.readMany([...near].filter((id) => id !== caseId), this.sql);
    return findContacts(this.sql, [...near, ...[...further.values()].flatMap(mergedWith)]);
  }
}
