import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { readOpenApi } from './generated.js';

/** Pages to read and try the interface, at `/api/docs`. */
export const addApiPages = (app: NestFastifyApplication): void => {
  SwaggerModule.setup('api/docs', app, readOpenApi(), { customSiteTitle: '联办 Lianban API', swaggerOptions: { docExpansion: 'none', persistAuthorization: true } });
};
