import { ServiceModule } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import { Cases } from './hear-case/cases.js';
import { Clocks } from './hear-clocks/clocks.js';
import { LeadsAndClocks } from './keep-rates/leads-and-clocks.js';
import { ListCallBacksController } from './list-call-backs/list-call-backs.controller.js';
import { Answers } from './open-call-back/answers.js';
import { RecordOutcomeController } from './record-outcome/record-outcome.controller.js';
import { ShowAssessmentController } from './show-assessment/show-assessment.controller.js';

/** The only wiring of satisfaction. */
@Module({
  imports: [ServiceModule.for('satisfaction')],
  controllers: [ListCallBacksController, RecordOutcomeController, ShowAssessmentController, Answers, Cases, Clocks, LeadsAndClocks],
})
export class AppModule {}
