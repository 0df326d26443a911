// What waits for servers comes first, so that its pauses overlap; what only computes fills up the end.
import { statSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

const order = [/\.kafka\./, /\.story\./, /\.pg\./, /./];
const placeOf = ({ path }) => order.findIndex((kind) => kind.test(path));

export default class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => placeOf(a) - placeOf(b) || statSync(b.path).size - statSync(a.path).size);
  }
}
