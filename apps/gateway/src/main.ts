import { addApiPages } from './documents/api-pages.js';
import { startGateway } from './gateway.js';

await startGateway(addApiPages);
