// Lets plain Node run the TypeScript sources, the way jest does: `node --import <this file> --conditions=@lianban/source x.ts`.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
