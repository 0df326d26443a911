import { runProcesses, ServiceModule } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import { AcceptController } from './accept/accept.controller.js';
import { CaseCommands } from './case-commands.js';
import { watchCallBacks } from './close-after-call-back/watch-call-backs.process.js';
import { ContactController } from './contact/contact.controller.js';
import { HandleOnTheSpotController } from './handle-on-the-spot/handle-on-the-spot.controller.js';
import { watchDispatch } from './watch-dispatch/watch-dispatch.process.js';
import { MergeController } from './merge/merge.controller.js';
import { ReRateController } from './re-rate/re-rate.controller.js';
import { CaseRelations } from './reach/case-relations.js';
import { RefuseController } from './refuse/refuse.controller.js';
import { RegisterController } from './register/register.controller.js';
import { ReopenController } from './reopen/reopen.controller.js';
import { ShowCaseController } from './show-case/show-case.controller.js';
import { WithdrawController } from './withdraw/withdraw.controller.js';

/** The only wiring of intake. */
@Module({
  imports: [ServiceModule.for('intake', access)],
  controllers: [
    RegisterController, ShowCaseController, AcceptController, RefuseController, ContactController, HandleOnTheSpotController, WithdrawController,
    ReRateController, ReopenController, MergeController,
  ],
  providers: [CaseCommands, CaseRelations, runProcesses([watchCallBacks, watchDispatch])],
})
export class AppModule {}
