import { EVENT_STORE, runProcesses, ServiceModule } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { access } from './access.js';
import * as controllers from './controllers.js';
import { watchCase } from './open-call-back/watch-case.process.js';
import { watchClocks } from './call-backs/watch-clocks.process.js';
import { watchLeadsAndContacts } from './keep-rates/watch-leads-and-contacts.process.js';
import { tellCountsTimer } from './keep-rates/tell-counts.js';

/** The only wiring of satisfaction. */
@Module({
  imports: [ServiceModule.for('satisfaction', access)],
  controllers: Object.values(controllers),
  providers: [runTimer([EVENT_STORE], tellCountsTimer), runProcesses([watchCase, watchClocks, watchLeadsAndContacts])],
})
export class AppModule {}
