import { EVENT_STORE, runProcesses, ServiceModule } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import * as controllers from './controllers.js';
import { OldNotices } from './notices/old-notices.js';
import { recomputeTimer } from './recompute/recompute.js';
import { RuleBook } from './rules/rule-book.js';
import { readSettings, SETTINGS } from './settings.js';
import { sweepTimer } from './sweep/sweep.js';
import { knownToClocks, watchCase } from './watch-case/watch-case.process.js';

/** Which clocks run, when each is due, and whether it was met. */
@Module({
  imports: [ServiceModule.for('sla', access)],
  controllers: Object.values(controllers),
  providers: [
    RuleBook, OldNotices, { provide: SETTINGS, useFactory: readSettings },
    runTimer([EVENT_STORE, RuleBook, SETTINGS], sweepTimer), runTimer([EVENT_STORE, RuleBook, SETTINGS], recomputeTimer),
    runProcesses([watchCase], [RuleBook, SETTINGS], knownToClocks),
  ],
})
export class AppModule {}
