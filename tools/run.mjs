// Runs one of the built tools: `node tools/run.mjs NAME [arguments]`, where `bench/main` is the benchmarks' main. Says it plainly when nothing has been built yet.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [name] = process.argv.splice(2, 1);
const tool = [`./dist/${name}.js`, `./${name.replace('/', '/dist/')}.js`].map((path) => new URL(path, import.meta.url)).find((file) => existsSync(file));

if (tool) {
  process.argv[1] = fileURLToPath(tool);
  await import(tool.href);
} else if (name === 'stop') {
  process.stdout.write('Nothing is running here. 没有正在运行的服务\n');
} else {
  process.stderr.write('Not built yet. Run `npm start`, or `npm ci && npm run build`.\n');
  process.exitCode = 1;
}
