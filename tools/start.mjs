// `npm start`: plain JavaScript without a dependency, so that it runs on a fresh clone. Installs what is missing, builds what is
// stale, then becomes the supervisor (same process: a signal reaches it directly).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const needed = [20, 19];

function giveUp(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return;
  giveUp(`Lianban needs Node.js ${needed.join('.')} or newer, this is ${version}. Install a newer one (https://nodejs.org) and start again.`);
}

/** Whether node_modules holds what package-lock.json asks for. By content: times of files change with every checkout. */
function isInstalled() {
  const installedList = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return false;
  const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesIn(installedList);
  return Object.entries(packagesIn(join(root, 'package-lock.json')))
    .filter(([path, wanted]) => path.startsWith('node_modules/') && !wanted.optional)
    .every(([path, wanted]) => installed[path]?.version === wanted.version);
}

function npm(words, problem) {
  const { status, error, stdout, stderr } = spawnSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return;
  const printed = `${stdout ?? ''}${stderr ?? ''}`;
  if (printed.includes('ENOSPC')) giveUp('The disk is full. Free some space (Lianban needs about 1 GB) and start again.');
  giveUp(`${printed.trimEnd().split('\n').slice(-25).join('\n')}\n${problem}${error ? ` (${error.message})` : ''}`);
}

/** Then nothing is built under its feet; the supervisor itself, which looks closer, will say that it runs. */
function seemsToRun() {
  try {
    const dataDir = process.env.LIANBAN_DATA_DIR || join(root, '.lianban', 'data');
    process.kill(JSON.parse(readFileSync(join(dataDir, 'state.json'), 'utf8')).supervisor.pid, 0);
    return existsSync(join(root, 'tools', 'dist', 'start.js'));
  } catch {
    return false;
  }
}

export function prepare() {
  requireNode();
  if (seemsToRun()) return;
  if (!isInstalled()) {
    process.stdout.write('Installing packages (npm ci) … 正在安装依赖\n');
    npm(['ci'], 'npm ci failed. Check the network and the lines above, then start again.');
  }
  process.stdout.write('Building … 正在构建\n');
  npm(['run', 'build'], 'The build failed; the lines above say where.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  prepare();
  await import('./dist/start.js');
}
