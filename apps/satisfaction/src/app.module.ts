import { ServiceModule } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import { WatchCase } from './open-call-back/watch-case.process.js';
import { WatchClocks } from './watch-clocks/watch-clocks.process.js';
import { LeadsAndClocks } from './keep-rates/leads-and-clocks.js';
import { ListCallBacksController } from './list-call-backs/list-call-backs.controller.js';
import { WatchAnswers } from './open-call-back/watch-answers.process.js';
import { RecordOutcomeController } from './record-outcome/record-outcome.controller.js';
import { ShowAssessmentController } from './show-assessment/show-assessment.controller.js';

/** The only wiring of satisfaction. */
@Module({
  imports: [ServiceModule.for('satisfaction', access)],
  controllers: [ListCallBacksController, RecordOutcomeController, ShowAssessmentController, WatchAnswers, WatchCase, WatchClocks, LeadsAndClocks],
})
export class AppModule {}
