import { refusedField } from '@lianban/contracts';
import { foldEvents, newId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { BooleanField, Caller, Command, CommandBody, DirectoryCopy, EnumField, EVENT_STORE, IdParam, isText, pageOfSorted, PageQuery, requireReach } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { known } from '../domain/case-in-status.js';
import { intakeStream } from '../intake-stream.js';
import { CaseRelations } from '../reach/case-relations.js';
import { departmentsIn, mayContact, readsAll, requireContact } from '../reach/reach.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';
import { CaseView } from '../show-case/case.view.js';
import { sendMessage } from './send-message.decider.js';
import { ThreadPage, threadOf } from './thread.js';

export class MessageBody extends CommandBody {
  @OriginalTextField({ max: 20_000, description: 'The message; personal data is masked in it', example: 'Which of the two lamps is it?' })
  text!: OriginalText;

  @BooleanField({ description: 'A question to the requester: the clocks of a handling unit stop until it is answered, for as long as the district\'s rules allow', optional: true, example: true })
  asks?: boolean;

  @EnumField(['requester'], { description: 'Intake enters what the requester said, e.g. on the telephone', optional: true, example: 'requester' })
  side?: 'requester';
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class MessagesController {
  constructor(
    @Inject(CaseCommands) private readonly commands: CaseCommands,
    @Inject(CaseRelations) private readonly relations: Pick<CaseRelations, 'of'>,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'rules'>,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Post(':caseId/messages')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Write in the thread between the requester and those who handle the case',
    description: 'By the requester, by intake, and by units with an open work order, while the case is open. A question of a unit stops the clocks until the requester answers, at most for the days and as often as the rules `question-wait-days` and `questions-that-wait` say.',
  })
  @ApiCreatedResponse({ type: CaseView })
  async send(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: MessageBody): Promise<CommandResult> {
    const { role, department } = ctx.actor;
    if (body.side && role !== 'requester' && ctx.reach.ask() !== 'everything') throw refusedField('side', say('intake-speaks-for-requester'));
    const side = role === 'requester' ? 'requester' : body.side ?? 'handler';
    if (side === 'requester' && body.asks) throw refusedField('asks', say('requester-asks-no-question'));
    const [relations, rules] = await Promise.all([
      role === 'requester' ? undefined : this.relations.of(caseId, [caseId], (heard) => mayContact(ctx, heard)),
      this.directory.rules(),
    ]);
    const messageId = newId();
    return this.commands.execute(ctx, caseId, body, { text: body.text }, (state, { text }, _facts, at) => {
      if (state !== null) {
        if (relations) requireContact(ctx, relations);
        else requireReach(ctx, { departments: [], registeredBy: state.registeredBy });
      }
      const when = { at, territory: state?.territory };
      const waiting = { waitDays: rules('question-wait-days', when), mostWaiting: rules('questions-that-wait', when) };
      return sendMessage(state, side === 'requester' ? { messageId, text, side } : { messageId, text, side, department, asks: body.asks ?? false }, waiting, at);
    }, undefined, undefined, 201);
  }

  @Get(':caseId/messages')
  @ApiOperation({ summary: 'The thread of a case, oldest first', description: 'Messages, questions and answers, urgings and supplements; who wrote by role. For those who may read the case.' })
  @ApiOkResponse({ type: ThreadPage })
  async list(@IdParam('caseId') caseId: string, @Query() query: PageQuery, @Caller() caller: Caller): Promise<ThreadPage> {
    const history = await this.store.read(caseId);
    const { registeredBy, mergedInto } = known(foldEvents(intakeStream, history));
    const relations = await this.relations.of(caseId, mergedInto === null ? [caseId] : [caseId, mergedInto], (heard) => readsAll(caller, heard, registeredBy));
    requireReach(caller, { departments: departmentsIn(relations), registeredBy });
    const items = threadOf(history).map((item, place) => ({ item, place: String(place).padStart(9, '0') }));
    return pageOfSorted(query, items, [isText], ({ place }) => [place], ({ item }) => item);
  }
}
