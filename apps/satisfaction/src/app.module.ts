import { EVENT_STORE, ServiceModule } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import { WatchCase } from './open-call-back/watch-case.process.js';
import { WatchClocks } from './watch-clocks/watch-clocks.process.js';
import { WatchLeadsAndContacts } from './keep-rates/watch-leads-and-contacts.process.js';
import { tellCountsTimer } from './keep-rates/tell-counts.js';
import { ListCallBacksController } from './list-call-backs/list-call-backs.controller.js';
import { WatchAnswers } from './open-call-back/watch-answers.process.js';
import { RecordOutcomeController } from './record-outcome/record-outcome.controller.js';
import { ShowAssessmentController } from './show-assessment/show-assessment.controller.js';

/** The only wiring of satisfaction. */
@Module({
  imports: [ServiceModule.for('satisfaction', access)],
  controllers: [ListCallBacksController, RecordOutcomeController, ShowAssessmentController, WatchAnswers, WatchCase, WatchClocks, WatchLeadsAndContacts],
  providers: [runTimer([EVENT_STORE], tellCountsTimer)],
})
export class AppModule {}
