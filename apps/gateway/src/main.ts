import { collectDefaultMetrics } from 'prom-client';
import { addApiPages } from './documents/api-pages.js';
import { startGateway } from './gateway.js';

collectDefaultMetrics();
await startGateway(addApiPages);
