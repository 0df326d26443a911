// `npm test [-- jest's arguments]`: installs what is missing, builds (the acceptance stories run the built system), tests.
import { spawnSync } from 'node:child_process';
import { prepare, root } from './start.mjs';

prepare();
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const reporters = ['--reporters=default', '--reporters=<rootDir>/tools/jest/count-reporter.mjs'];
const { status } = spawnSync(process.execPath, [...jest, ...process.argv.slice(2), ...reporters], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
