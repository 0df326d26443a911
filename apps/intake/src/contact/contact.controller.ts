import { Command, CommandBody, IdParam } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { contactStream } from '../intake-stream.js';
import { contact } from './contact.decider.js';
import { CaseRelations } from '../reach/case-relations.js';
import { mayContact, requireContact } from '../reach/reach.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class ContactBody extends CommandBody {
  @OriginalTextField({ max: 20_000, description: 'What was said', optional: true, example: 'Called back, agreed on a visit on Tuesday.' })
  note?: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class ContactController {
  constructor(
    @Inject(CaseCommands) private readonly commands: CaseCommands,
    @Inject(CaseRelations) private readonly relations: Pick<CaseRelations, 'of'>,
  ) {}

  @Post(':caseId/contact')
  @HttpCode(200)
  @ApiOperation({ summary: 'First contact with the requester', description: 'By intake, or by a unit that has an open work order in the case. A second one changes nothing. One that is entered later (`occurredAt`) may lie before other events of the case, but not before its registration; the earliest counts. A merged case takes it too.' })
  @ApiBody({ type: ContactBody, required: false })
  @ApiOkResponse({ type: CaseView })
  async contact(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: ContactBody): Promise<CommandResult> {
    const relations = await this.relations.of(caseId, [caseId], (known) => mayContact(ctx, known));
    return this.commands.execute(ctx, caseId, body, { note: body.note ?? null }, (state, { note }) => {
      if (state !== null) requireContact(ctx, relations);
      return contact(state, { note, at: body.occurredAt ?? null });
    }, undefined, contactStream);
  }
}
