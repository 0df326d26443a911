import type { EventEnvelope } from '@lianban/contracts';
import type { Fold, Tx } from '@lianban/event-store';
import { CommandBus, SQL } from '@lianban/service-kit';
import type { CommandBody, CommandContext, CommandResult } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { initialFacts } from './domain/facts.js';
import type { IntakeFacts } from './domain/facts.js';
import { evolve, initialState } from './domain/intake-case.js';
import type { IntakeEvent, IntakeState } from './domain/intake-case.js';
import { findContact, MaskedTexts } from './requester/requester-vault.js';
import { toCaseView } from './show-case/case-view.js';

/** The stream of a case holds intake's own events and nothing else; `evolve` refuses the rest. */
export const intakeFold: Fold<IntakeState> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<IntakeEvent>),
};

/** What the commands to an existing case share: masking, the original texts beside the event, the case as the answer. */
@Injectable()
export class CaseCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  /** `texts` are the command's free texts by field; `decide` gets them masked. */
  async execute<Field extends string>(
    ctx: CommandContext,
    caseId: string,
    { occurredAt }: CommandBody,
    texts: Readonly<Record<Field, string | null>>,
    decide: (state: IntakeState, masked: Readonly<Record<Field, string | null>>, facts: IntakeFacts) => IntakeEvent[],
  ): Promise<CommandResult> {
    const written = Object.values(texts).some((text) => text !== null);
    const requester = written ? await findContact(this.sql, caseId) : undefined;
    const words = MaskedTexts.of(texts, requester);
    return this.bus.execute({
      ctx,
      streamId: caseId,
      occurredAt,
      fold: intakeFold,
      initialFacts,
      decide: ({ state, facts }) => decide(state, words.masked, facts),
      alongside: (tx, { version }) => words.keepOriginals(tx, caseId, version),
      respond: ({ state, version }) => toCaseView(caseId, state, version),
    });
  }
}
