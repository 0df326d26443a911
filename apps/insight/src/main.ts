import 'reflect-metadata';
import { runService } from '@lianban/service-kit';
import { AppModule } from './app.module.js';

await runService(AppModule, 'insight');
