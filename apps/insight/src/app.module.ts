import { SessionClient } from '@lianban/event-store';
import { AWAIT_SEEN, CONFIG, POOL, reading, ServiceModule, type ServiceConfig } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { access } from './access.js';
import { ListCasesController } from './cases/list-cases.controller.js';
import { WholeCaseController } from './cases/show-case.controller.js';
import { TimelineController } from './cases/timeline.controller.js';
import { DeadlinesController } from './deadlines/deadlines.controller.js';
import { OverdueController } from './overdue/overdue.controller.js';
import { awaitProjected, Projections } from './projection/projections.js';
import { RatesController } from './rates/rates.controller.js';
import { READER, reader, ReaderEnd, readerUrl } from './reader.js';
import { ReturnsController } from './returns/returns.controller.js';
import { viewEntities } from './views/case-parts.js';
import { WorkloadController } from './workload/workload.controller.js';

/** The read side: projects the case topic and answers the analysts. */
@Module({
  imports: [
    ServiceModule.for('insight', access),
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: ServiceConfig) => ({
        type: 'postgres' as const, url: readerUrl(config), entities: viewEntities, synchronize: false, applicationName: 'insight-views',
        extra: { Client: SessionClient, max: 2, connectionTimeoutMillis: 5_000, ...reading },
      }),
    }),
  ],
  controllers: [ListCasesController, WholeCaseController, TimelineController, RatesController, WorkloadController, OverdueController, ReturnsController, DeadlinesController],
  providers: [Projections, reader, ReaderEnd, { provide: AWAIT_SEEN, useFactory: awaitProjected, inject: [READER, POOL] }],
})
export class AppModule {}
