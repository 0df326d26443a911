import { setImmediate } from 'node:timers/promises';
import { DomainError } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { DirectoryCopy, SQL } from '@lianban/service-kit';
import { toInstant } from '@lianban/working-time';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { idsOf } from '../clock-ids.js';
import type { Policy } from '../domain/policies.js';
import { publishPolicy } from '../publish-policy/publish-policy.decider.js';
import { compareCase, emptyWhatIf } from './what-if.question.js';
import { casesOfMonth, monthBounds } from '../month/registered-cases.js';
import { toPolicy } from '../publish-policy/policy.body.js';
import { requireKnown } from '../publish-policy/policy.controller.js';
import { RuleBook } from '../rules/rule-book.js';
import { toWhatIfView, WhatIfBody, WhatIfView } from './what-if.views.js';

@ApiTags('sla')
@Controller('api/v1/sla/what-if')
export class WhatIfController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'categories' | 'territories'>,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'A month under other policies (政策推演)',
    description: 'Judges the clocks of the cases registered in the month anew, from what happened: under the rules as they are, and with the given rows added. Writes nothing. A long month takes its time.',
  })
  @ApiOkResponse({ type: WhatIfView })
  async ask(@Body() { month, policies }: WhatIfBody): Promise<WhatIfView> {
    const [from] = monthBounds(month);
    const now = await this.book.latest();
    const rows = policies.map(({ id, effectiveFrom, ...row }) => toPolicy(id, { ...row, effectiveFrom: effectiveFrom ?? from }));
    let known = now.policies;
    for (const [index, row] of rows.entries()) {
      await requireKnown(this.directory, row, `policies.${index}.`);
      known = withRow(known, row, index);
      await setImmediate();
    }
    const then = { ...now, policies: known };
    const at = toInstant(Date.now());
    const result = emptyWhatIf();
    for await (const cases of casesOfMonth(this.sql, month)) {
      for (const [index, one] of cases.entries()) {
        compareCase(result, one, { now, then, at }, idsOf(one.caseId).clock);
        // Lets the service answer other requests in between.
        if (index % 20 === 0) await setImmediate();
      }
    }
    return toWhatIfView(month, at, result);
  }
}

/** Checks and adds the row as if it were published, except that it need not lie in the future. */
const withRow = (known: readonly Policy[], row: Policy, index: number): readonly Policy[] => {
  try {
    return publishPolicy(known, row, '0001-01-01T00:00:00Z').length === 0 ? known : [...known, row];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, error.detail, error.errors.map(({ field, reason }) => ({ field: `policies.${index}.${field}`, reason })));
  }
};
