import type { Rate } from '../client/index.js';
import type { FeedSummary } from './feed.js';

const number = (value: number) => value.toLocaleString('en-US');
const rate = ({ numerator, denominator, value }: Rate) =>
  value == null ? 'no case in scope' : `${(value * 100).toFixed(1)} % (${number(numerator)} of ${number(denominator)})`;

const share = (hits: number, of: number) => `${((hits / of) * 100).toFixed(0)} % (${number(hits)} of ${number(of)})`;

/** The closing report, as lines. What the message file does not tell is marked *assumed*. */
export const summaryLines = (summary: FeedSummary): string[] => {
  const { readModel, endings } = summary;
  const cut = Object.entries(summary.cut).map(([field, count]) => `${count} × ${field}`).join(', ');
  return [
    `cases        ${number(summary.cases)} of ${number(summary.messages)} messages${summary.alreadyThere ? `, ${number(summary.alreadyThere)} of them there already from an earlier run` : ''}`,
    `planned      ${number(endings.closed)} to closure by call-back (${number(summary.reworked)} reworked), ${number(endings['on-the-spot'])} on the spot, ${number(endings.refused)} refused  *assumed* by a rule seeded with the message id`,
    `events       ${readModel.events === null ? 'not counted' : number(readModel.events)}`,
    `commands     ${number(summary.commands)} in ${summary.seconds.toFixed(1)} s = ${(summary.commands / Math.max(summary.seconds, 0.001)).toFixed(0)}/s; p50 ${summary.latencyMs.p50.toFixed(0)} ms, p99 ${summary.latencyMs.p99.toFixed(0)} ms`,
    'times        submission and answer are the message\'s own; contact, acceptance, dispatch, signing, progress, call-back and rework are *assumed*',
    ...(readModel.rates ? [
      `response     ${rate(readModel.rates.response)}  *assumed*`,
      `resolution   ${rate(readModel.rates.resolution)}  *assumed*`,
      `satisfaction ${rate(readModel.rates.satisfaction)}  *assumed*`,
    ] : ['rates        not available']),
    ...(summary.routing.labelled > 0 ? [
      `routing      the first proposed is the department that the reply names in ${share(summary.routing.hits, summary.routing.labelled)}`,
      ...summary.routing.byDepartment.map(({ department, labelled, hits }) => `               ${department} ${share(hits, labelled)}`),
    ] : []),
    `parked       ${readModel.parked === null ? 'not told' : number(readModel.parked)}`,
    ...(cut ? [`cut          ${cut} longer than the API takes`] : []),
    ...(summary.leftOpen ? [`left open    ${number(summary.leftOpen)} cases: their next step lies in the future`] : []),
    ...(readModel.notEnded > summary.leftOpen ? [`behind       ${number(readModel.notEnded - summary.leftOpen)} cases are not shown as ended in the read model`] : []),
    ...(summary.badLines.length ? [`bad lines    ${number(summary.badLines.length)}: ${summary.badLines.slice(0, 20).map(({ line }) => line).join(', ')}${summary.badLines.length > 20 ? ', …' : ''}`] : []),
    ...(summary.failed.length ? [`failed       ${number(summary.failed.length)}`] : []),
  ];
};

/** 0 when everything in the file is now a case; 1 when a line or a case was left behind. */
export const exitCodeOf = (summary: FeedSummary): 0 | 1 =>
  summary.badLines.length > 0 || summary.failed.length > 0 || summary.readModel.notEnded > summary.leftOpen ? 1 : 0;
