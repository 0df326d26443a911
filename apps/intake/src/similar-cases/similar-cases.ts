import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import type { Actor, EventByType, RulesInForce } from '@lianban/contracts';
import { CONFIG, DirectoryCopy, EVENT_STORE, SQL } from '@lianban/service-kit';
import type { PersonKey } from '@lianban/service-kit';
import { fingerprintOfDemand, isLikely, samePlaceIn, sharedWords, similarity } from '@lianban/similar-cases';
import { Inject, Injectable } from '@nestjs/common';
import { intakeStream } from '../intake-stream.js';
import { requesterKey } from './requester-key.js';
import { findCandidates } from './similar-case-rows.js';
import type { SimilarCaseRow } from './similar-case-rows.js';
import { toSimilarCase } from './similar-case.view.js';
import type { SimilarCase } from './similar-case.view.js';

/** A demand for which others are sought. All texts as they may travel. */
export interface SoughtDemand {
  /** Absent while it is not registered. */
  readonly caseId?: string;
  readonly title: string;
  readonly description: string;
  readonly location: string | null;
  readonly territory: string | null;
  readonly requester: string | null;
  /** When it was registered, or would be. */
  readonly at: string;
}

/** The closed case that a demand repeats. */
export type Repeat = Omit<EventByType<'lianban.demand.repeated.v1'>['data'], 'requester'>;

export interface Likely { readonly row: SimilarCaseRow; readonly similarity: number; readonly samePlace: boolean }

const day = 86_400_000;

/** Finds cases that are likely the same demand. What is asked is answered from the tables of the service, so every copy of it answers the same. */
@Injectable()
export class SimilarCases {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'readMany'>,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'rules' | 'territoryPaths'>,
    @Inject(CONFIG) private readonly key: PersonKey,
  ) {}

  requesterOf(phone: string | null, actor: Pick<Actor, 'id' | 'role'>): string | null {
    return requesterKey(this.key, phone, actor);
  }

  /** The most alike first. @param ended those that ended within `repeat-window-days` before, or since, instead of those that can still be merged with */
  async likely(sought: SoughtDemand, ended = false): Promise<Likely[]> {
    const [rules, samePlace] = [await this.directory.rules(), samePlaceIn(await this.directory.territoryPaths())];
    const fingerprint = fingerprintOfDemand(sought);
    const { windowMs, repeatMs, ...likeness } = likenessBy(rules, sought.territory);
    const at = Date.parse(sought.at);
    const from = new Date(at - (ended ? repeatMs : windowMs)).toISOString();
    const candidates = await findCandidates(this.sql, { fingerprint, ended, from, to: new Date(at + windowMs).toISOString() });
    return candidates
      .filter(({ caseId }) => caseId !== sought.caseId)
      .map((row) => ({ row, similarity: similarity(fingerprint, row.fingerprint), samePlace: sought.territory !== null && samePlace(sought.territory, row.territory) }))
      .filter((one) => isLikely(likeness, one.similarity, one.samePlace))
      .sort((a, b) => b.similarity - a.similarity || (a.row.caseId < b.row.caseId ? -1 : 1));
  }

  /** The closed case that the demand repeats: the one that is most alike, of the same requester or at the same place. One that ended otherwise was not answered. */
  async repeated(sought: SoughtDemand): Promise<Repeat | null> {
    const near = (await this.likely(sought, true)).filter(({ row, samePlace }) =>
      (row.endedAt?.getTime() ?? Infinity) <= Date.parse(sought.at) && (samePlace || (sought.requester !== null && row.requester === sought.requester)));
    if (near.length === 0) return null;
    const closed = (await this.show(sought, near)).find(({ status }) => status === 'closed');
    if (!closed) return null;
    const { caseId: ofCaseId, caseNo, similarity: alike, sameRequester, samePlace } = closed;
    return { ofCaseId, caseNo, similarity: alike, sameRequester, samePlace };
  }

  /** As they are shown, with why. */
  async show(sought: SoughtDemand, likely: readonly Likely[]): Promise<SimilarCase[]> {
    const histories = await this.store.readMany(likely.map(({ row }) => row.caseId));
    return likely.flatMap(({ row, ...how }) => {
      const state = foldEvents(intakeStream, histories.get(row.caseId) ?? []);
      if (state === null) return [];
      return [toSimilarCase(row.caseId, state, {
        ...how,
        sameRequester: sought.requester !== null && sought.requester === row.requester,
        daysApart: Math.floor(Math.abs(row.registeredAt.getTime() - Date.parse(sought.at)) / day),
        words: sharedWords(state.title, `${sought.title}\n${sought.description}\n${sought.location ?? ''}`),
      })];
    });
  }
}

/** What the district says now. */
const likenessBy = (rules: RulesInForce, territory: string | null) => {
  const when = { at: new Date().toISOString(), territory };
  return {
    similarity: rules('same-demand-similarity', when) / 100,
    similarityAtSamePlace: rules('same-demand-similarity-at-same-place', when) / 100,
    windowMs: rules('same-demand-window-days', when) * day,
    repeatMs: rules('repeat-window-days', when) * day,
  };
};
