/** What was proposed when a case was dispatched, and what was chosen: the ground on which proposals are measured. */
import type { DispatchEvent } from './case-orders.js';

export interface Proposed {
  /** Best first. */
  readonly items: readonly { readonly department: string; readonly score: number }[];
  readonly sure: boolean;
  readonly modelVersion: string;
}

/** As many as a dispatcher looks at. */
export const rememberedItems = 5;

export const routingChosen = ({ items, sure, modelVersion }: Proposed, lead: string, round: number, automatic: boolean): DispatchEvent => {
  const at = items.findIndex(({ department }) => department === lead);
  return {
    type: 'lianban.routing.chosen.v1',
    data: { round, lead, rank: at < 0 ? null : at + 1, proposed: items.slice(0, rememberedItems).map(({ department, score }) => ({ department, score })), sure, modelVersion, automatic },
  };
};
