import { DirectoryCopy, EVENT_STORE, runProcesses, ServiceModule } from '@lianban/service-kit';
import { runTimer } from '@lianban/timers';
import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { access } from './access.js';
import { CompleteController } from './complete/complete.controller.js';
import { CategoriesController, DepartmentsController, TerritoriesController } from './directory/directory.controllers.js';
import { EditDirectoryController } from './directory/edit-directory.controllers.js';
import { DistrictRulesController } from './district-rules/district-rules.controller.js';
import { DispatchCaseController } from './dispatch-case/dispatch-case.controller.js';
import { watchCase } from './watch-case/watch-case.process.js';
import { EscalateController } from './escalate/escalate.controller.js';
import { watchSupervision } from './escalate/watch-supervision.process.js';
import { ExtensionController } from './extension/extension.controller.js';
import { ListExtensionRequestsController } from './extension/list-extension-requests.controller.js';
import { watchClocks } from './watch-clocks/watch-clocks.process.js';
import { HoldController } from './hold/hold.controller.js';
import { wakeTimer } from './hold/wake-held-cases.js';
import { InboxController } from './inbox/inbox.controller.js';
import { ObjectionController } from './object-to-ruling/objection.controller.js';
import { ProgressController } from './progress/progress.controller.js';
import { ProposeRoutingController } from './propose-routing/propose-routing.controller.js';
import { ReachMilestoneController } from './reach-milestone/reach-milestone.controller.js';
import { ReferenceDataLoader } from './reference-data/load-reference-data.js';
import { ResponsibilitiesController } from './responsibility-list/responsibilities.controller.js';
import { ReturnController } from './return/return.controller.js';
import { watchCallBacks } from './rework/watch-call-backs.process.js';
import { RuleController } from './rule/rule.controller.js';
import { ShowWorkOrderController } from './show-work-order/show-work-order.controller.js';
import { readSettings, SETTINGS } from './settings.js';
import { SignController } from './sign/sign.controller.js';
import { NoteStaff } from './staff/note-staff.js';
import { StaffController } from './staff/staff.controller.js';
import { StaffRegister } from './staff/staff-register.js';
import { WorkOrderCommands } from './work-orders/work-order-commands.js';

/** The only wiring of dispatch. */
@Module({
  imports: [ServiceModule.for('dispatch', access)],
  controllers: [
    DepartmentsController, TerritoriesController, CategoriesController, EditDirectoryController, DistrictRulesController, ResponsibilitiesController, ProposeRoutingController, DispatchCaseController, InboxController, ShowWorkOrderController,
    SignController, ProgressController, ReachMilestoneController, CompleteController, ReturnController, HoldController, ExtensionController, ListExtensionRequestsController, EscalateController, RuleController, ObjectionController, StaffController,
  ],
  providers: [
    WorkOrderCommands, ReferenceDataLoader, StaffRegister, { provide: APP_INTERCEPTOR, useClass: NoteStaff }, { provide: SETTINGS, useFactory: readSettings }, runTimer([EVENT_STORE, SETTINGS], wakeTimer),
    runProcesses([watchCase, watchCallBacks, watchClocks, watchSupervision], [DirectoryCopy], (directory: DirectoryCopy) => () => directory.territoryPaths()),
  ],
})
export class AppModule {}
