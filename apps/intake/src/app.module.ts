import { DirectoryCopy, EVENT_STORE, LOG, runProcesses, ServiceModule, SQL } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import * as controllers from './controllers.js';
import { CaseCommands } from './case-commands.js';
import { watchCallBacks } from './close-after-call-back/watch-call-backs.process.js';
import { watchDispatch } from './watch-dispatch/watch-dispatch.process.js';
import { questionTimer } from './messages/lapse-questions.js';
import { NOTICES, readNoticeSettings } from './tell-requester/settings.js';
import { noticeTimer } from './tell-requester/send-notices.js';
import { watchOthers } from './tell-requester/watch-others.process.js';
import { CaseRelations } from './reach/case-relations.js';
import { FillSimilarCases } from './similar-cases/fill-similar-cases.js';
import { SimilarCases } from './similar-cases/similar-cases.js';
import { GreenChannel } from './green-channel/green-channel.js';
import { RecordVisits } from './visits/record-visits.js';

/** The only wiring of intake. */
@Module({
  imports: [ServiceModule.for('intake', access)],
  controllers: Object.values(controllers),
  providers: [CaseCommands, controllers.MergeController, CaseRelations, RecordVisits, GreenChannel, SimilarCases, FillSimilarCases, runTimer([EVENT_STORE], questionTimer), { provide: NOTICES, useFactory: readNoticeSettings },
    runTimer([EVENT_STORE, SQL, NOTICES, LOG, DirectoryCopy], noticeTimer), runProcesses([watchCallBacks, watchDispatch, watchOthers])],
})
export class AppModule {}
