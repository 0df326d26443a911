import { DirectoryCopy, EVENT_STORE, runProcesses, ServiceModule } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { access } from './access.js';
import * as controllers from './controllers.js';
import { watchCase } from './watch-case/watch-case.process.js';
import { watchAcceptance } from './escalate/watch-acceptance.process.js';
import { watchSupervision } from './escalate/watch-supervision.process.js';
import { watchClocks } from './watch-clocks/watch-clocks.process.js';
import { wakeTimer } from './hold/wake-held-cases.js';
import { RoutingProposer } from './propose-routing/routing-proposer.js';
import { DirectorySeeder } from './directory/seed-directory.js';
import { watchCallBacks } from './rework/watch-call-backs.process.js';
import type { DistrictNow } from './domain/tiers.js';
import { readSettings, SETTINGS } from './settings.js';
import { NoteStaff } from './staff/note-staff.js';
import { StaffRegister } from './staff/staff-register.js';
import { watchRequester } from './watch-requester/watch-requester.process.js';
import { WorkOrderCommands } from './work-orders/work-order-commands.js';

/** The only wiring of dispatch. */
@Module({
  imports: [ServiceModule.for('dispatch', access)],
  controllers: Object.values(controllers),
  providers: [
    WorkOrderCommands, RoutingProposer, DirectorySeeder, StaffRegister, { provide: APP_INTERCEPTOR, useClass: NoteStaff }, { provide: SETTINGS, useFactory: readSettings }, runTimer([EVENT_STORE, SETTINGS], wakeTimer),
    runProcesses([watchCase, watchCallBacks, watchClocks, watchSupervision, watchAcceptance, watchRequester], [DirectoryCopy],
      (directory: DirectoryCopy) => async (): Promise<DistrictNow> => ({ pathOf: await directory.territoryPaths(), rules: await directory.rules() })),
  ],
})
export class AppModule {}
