import { EVENT_STORE, runProcesses, ServiceModule } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import { DueDateController } from './calculate-due-date/due-date.controller.js';
import { ChoosePolicyController } from './choose-policy/choose-policy.controller.js';
import { HolderTimesController } from './holder-times/holder-times.controller.js';
import { NoticesController, SupervisionsController } from './notices/notices.controller.js';
import { OldNotices } from './notices/old-notices.js';
import { CalendarController } from './publish-calendar/calendar.controller.js';
import { PolicyController } from './publish-policy/policy.controller.js';
import { recomputeTimer } from './recompute/recompute.js';
import { RuleBook } from './rules/rule-book.js';
import { readSettings, SETTINGS } from './settings.js';
import { ShowClocksController } from './show-clocks/show-clocks.controller.js';
import { ShowRulesController } from './show-rules/show-rules.controller.js';
import { ShowStripController } from './show-strip/show-strip.controller.js';
import { sweepTimer } from './sweep/sweep.js';
import { knownToClocks, watchCase } from './watch-case/watch-case.process.js';
import { WhatIfController } from './what-if/what-if.controller.js';

/** Which clocks run, when each is due, and whether it was met. */
@Module({
  imports: [ServiceModule.for('sla', access)],
  controllers: [
    ShowClocksController, ShowStripController, ShowRulesController, CalendarController, ChoosePolicyController, PolicyController, DueDateController, NoticesController, SupervisionsController,
    WhatIfController, HolderTimesController,
  ],
  providers: [
    RuleBook, OldNotices, { provide: SETTINGS, useFactory: readSettings },
    runTimer([EVENT_STORE, RuleBook, SETTINGS], sweepTimer), runTimer([EVENT_STORE, RuleBook, SETTINGS], recomputeTimer),
    runProcesses([watchCase], [RuleBook, SETTINGS], knownToClocks),
  ],
})
export class AppModule {}
