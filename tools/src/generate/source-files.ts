/** Source files that follow from the registry and from which files there are. The build needs them, so they are made before everything else. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
// Not all of the contracts: their list of events may name a file that is gone.
import { serviceNames, type ServiceName } from '@lianban/contracts/services';
import { calendarsFile } from './calendar.js';
import { type GeneratedFile, jsonFile, madeBy } from './generated-file.js';

/** `case-re-rated.v1.ts` → `caseReRatedV1` */
const nameOf = (file: string): string => file.replace(/\.ts$/, '').replaceAll(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());

/** Every version of every event. */
const eventList = async (root: string): Promise<GeneratedFile> => {
  const files = (await readdir(join(root, 'libs/contracts/src/events'))).filter((file) => file.endsWith('.ts')).sort();
  const exported = files.map((file) => `export { ${nameOf(file)} } from './events/${file.replace(/\.ts$/, '.js')}';\n`);
  return { path: 'libs/contracts/src/events.ts', text: `// ${madeBy}\n${exported.join('')}` };
};

const main = (name: ServiceName): GeneratedFile => ({
  path: `apps/${name}/src/main.ts`,
  text: `// ${madeBy}
import 'reflect-metadata';
import { runService } from '@lianban/service-kit';
import { AppModule } from './app.module.js';

await runService(AppModule, '${name}');
`,
});

/** Only the first one: what else a service lets the tools see is added by hand. */
const manifest = (name: ServiceName): GeneratedFile => jsonFile(`apps/${name}/package.json`, {
  name: `@lianban/${name}`,
  version: '0.1.0',
  private: true,
  type: 'module',
  scripts: { build: "swc src -d dist --strip-leading-paths --delete-dir-on-start --ignore '**/*.spec.ts' --config-file ../../.swcrc" },
  exports: { './app-module': { '@lianban/source': './src/app.module.ts', default: './dist/app.module.js' } },
});

/** Every controller of a service. */
const controllerList = async (root: string, name: ServiceName): Promise<GeneratedFile> => {
  const room = join(root, 'apps', name, 'src');
  const files = (await readdir(room, { recursive: true })).map((file) => file.replaceAll(sep, '/')).filter((file) => /\.controllers?\.ts$/.test(file)).sort();
  const exported = await Promise.all(files.map(async (file) => {
    const names = [...(await readFile(join(room, file), 'utf8')).matchAll(/^export class (\w+Controller)\b/gm)].map(([, found]) => found);
    return `export { ${names.join(', ')} } from './${file.replace(/\.ts$/, '.js')}';\n`;
  }));
  return { path: `apps/${name}/src/controllers.ts`, text: `// ${madeBy}\n${exported.join('')}` };
};

export const sourceFiles = async (root: string): Promise<GeneratedFile[]> => [
  await eventList(root), calendarsFile(), ...serviceNames.map(main), ...await Promise.all(serviceNames.map((name) => controllerList(root, name))), ...serviceNames.map(manifest).filter(({ path }) => !existsSync(join(root, path))),
];
