import { SessionClient } from '@lianban/event-store';
import { AWAIT_SEEN, CONFIG, POOL, reading, ServiceModule, type ServiceConfig } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { access } from './access.js';
import * as controllers from './controllers.js';
import { awaitProjected, Projections } from './projection/projections.js';
import { READER, reader, ReaderEnd, readerUrl } from './reader.js';
import { viewEntities } from './views/case-parts.js';

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
  controllers: Object.values(controllers),
  providers: [Projections, reader, ReaderEnd, { provide: AWAIT_SEEN, useFactory: awaitProjected, inject: [READER, POOL] }],
})
export class AppModule {}
